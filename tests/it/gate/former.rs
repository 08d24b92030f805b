//! Windows that were relaxed, and by whom: what nobody has approved with the right to does not hold.

use super::command::{FREEZE, answer, approve_document, ask, codes};
use crate::approvals::book::{Book, PEOPLE};
use crate::records::done;

const BEFORE: &str = "2026-06-19T00:00:00Z";

const NIGHTS: &str = "---\ntitle: Nights\nowner: alice\ntype: maintenance\nreason: operational\ntz: UTC\n\
                      rrule: FREQ=DAILY\ndtstart: 2026-01-01T00:00\nlength: 4h\nscope: {services: [checkout]}\n---\n";

fn service(book: &Book, maintenance: &str) {
    let text = format!(
        "---\ntitle: Checkout\nowner: alice\ntier: 2\nteam: shop\nmaintenance: [{maintenance}]\n---\n"
    );
    book.repo.write("content/services/checkout.md", text);
}

/// A book with a freeze that is approved, and shortened with approval by bob.
fn relaxed() -> Book {
    let book = Book::submitted();
    book.repo.write("content/windows/freeze.md", FREEZE);
    book.as_person("alice", |book| book.commit("Freeze"));
    approve_document(&book, "dave", "windows/freeze", "content/windows/freeze.md");
    let short = FREEZE.replace("end: 2026-07-01T00:00", "end: 2026-06-10T00:00");
    book.repo.write("content/windows/freeze.md", &short);
    book.as_person("alice", |book| book.commit("A shorter freeze"));
    approve_document(&book, "bob", "windows/freeze", "content/windows/freeze.md");
    assert_eq!(ask(&book, &["--at", BEFORE]).0, 0);
    book
}

/// What the gate answers, and whether it is a former version that closes.
fn is_closed_by_former(book: &Book) {
    let (code, answer) = ask(book, &["--at", BEFORE]);
    assert_eq!((code, &answer["windows"][0]["former"]), (11, &true.into()), "{answer}");
}

#[test]
fn an_approval_that_is_taken_back_relaxes_nothing() {
    let book = relaxed();
    done(&book, "bob", &["retract", "windows/freeze", "--reason", "Too early.", "-y"]);
    is_closed_by_former(&book);
    // Somebody else answers for it.
    approve_document(&book, "carol", "windows/freeze", "content/windows/freeze.md");
    assert_eq!(ask(&book, &["--at", BEFORE]).0, 0);
}

#[test]
fn a_key_that_is_compromised_has_relaxed_nothing() {
    let book = relaxed();
    let revocation = format!(
        "[[revocation]]\nkey = \"{}\"\nkind = \"compromised\"\nsince = \"2025-11-25T00:00:00Z\"\n",
        book.fingerprint("bob")
    );
    book.amend(2, |book| book.policy(2, &revocation, &PEOPLE));
    is_closed_by_former(&book);
}

#[test]
fn a_freeze_whose_service_has_another_name_is_no_open_door() {
    let book = Book::submitted();
    book.repo.write("content/windows/freeze.md", FREEZE);
    book.as_person("alice", |book| book.commit("Freeze"));
    approve_document(&book, "bob", "windows/freeze", "content/windows/freeze.md");
    let service = "---\ntitle: Shop\nowner: alice\ntier: 2\nteam: shop\n---\n";
    book.repo.write("content/services/shop.md", service);
    book.repo.write("content/services/other.md", service);
    book.repo.remove("content/services/checkout.md");
    book.repo.write("content/windows/freeze.md", FREEZE.replace("[checkout]", "[other]"));
    book.as_person("alice", |book| book.commit("Another name"));
    let (code, answer) = answer(&book, &["--at", BEFORE, "--service", "shop", "--env", "production"]);
    assert_eq!((code, codes(&answer)), (20, vec!["window-unreadable"]), "{answer}");
}

#[test]
fn nights_that_were_made_longer_do_not_open_under_another_name() {
    let book = Book::submitted();
    service(&book, "nights");
    book.repo.write("content/windows/nights.md", NIGHTS);
    book.as_person("alice", |book| book.commit("Nights"));
    approve_document(&book, "bob", "windows/nights", "content/windows/nights.md");
    let longer = NIGHTS.replace("4h", "8h");
    book.repo.write("content/windows/nights.md", &longer);
    book.as_person("alice", |book| book.commit("Longer nights"));
    assert_eq!(ask(&book, &["--at", "2026-06-19T05:00:00Z"]).0, 11);
    book.repo.remove("content/windows/nights.md");
    book.repo.write("content/windows/dark.md", &longer);
    service(&book, "dark");
    book.as_person("alice", |book| book.commit("Another name"));
    assert_eq!(ask(&book, &["--at", "2026-06-19T03:00:00Z"]).0, 0);
    assert_eq!(ask(&book, &["--at", "2026-06-19T05:00:00Z"]).0, 11);
}

#[test]
fn what_was_approved_as_a_freeze_opens_nothing() {
    let book = Book::submitted();
    service(&book, "freeze");
    let over = FREEZE.replace("2026-07-01", "2026-06-10");
    book.repo.write("content/windows/freeze.md", over);
    book.as_person("alice", |book| book.commit("Freeze"));
    approve_document(&book, "bob", "windows/freeze", "content/windows/freeze.md");
    book.repo.write("content/windows/freeze.md", NIGHTS);
    book.as_person("alice", |book| book.commit("It opens now"));
    let (code, answer) = ask(&book, &["--at", "2026-06-19T01:00:00Z"]);
    assert_eq!((code, codes(&answer)), (10, vec!["maintenance"]), "{answer}");
    approve_document(&book, "bob", "windows/freeze", "content/windows/freeze.md");
    assert_eq!(ask(&book, &["--at", "2026-06-19T01:00:00Z"]).0, 0);
}

#[test]
fn a_service_that_is_half_understood_is_in_no_open_time() {
    let book = Book::submitted();
    service(&book, "nights");
    book.repo.write("content/windows/nights.md", NIGHTS);
    book.as_person("alice", |book| book.commit("Nights"));
    approve_document(&book, "bob", "windows/nights", "content/windows/nights.md");
    let noon = ["--at", "2026-06-19T12:00:00Z"];
    assert_eq!(ask(&book, &noon).0, 11);
    for line in ["maintenence: [nights]", "maintenance: nights", "tier: high"] {
        let text = format!("---\ntitle: Checkout\nowner: alice\ntier: 2\nteam: shop\n{line}\n---\n");
        let text = if line.starts_with("tier") { text.replacen("tier: 2\n", "", 1) } else { text };
        book.repo.write("content/services/checkout.md", text);
        book.as_person("alice", |book| book.commit(line));
        let (code, answer) = ask(&book, &noon);
        assert_eq!((code, codes(&answer)), (20, vec!["service-unreadable"]), "{line}: {answer}");
    }
}

#[test]
fn a_second_entry_of_a_service_takes_nobodys_place() {
    let book = Book::submitted();
    book.repo.write("content/windows/freeze.md", FREEZE);
    book.as_person("alice", |book| book.commit("Freeze"));
    assert_eq!(ask(&book, &["--at", BEFORE]).0, 11);
    let text = "---\ntitle: Checkout\nkind: service\nowner: alice\ntier: 3\nteam: shop\n---\n";
    book.repo.write("content/aa/checkout.md", text);
    book.as_person("carol", |book| book.commit("Another entry"));
    for name in ["checkout", "services/checkout", "aa/checkout"] {
        let (code, answer) = answer(&book, &["--at", BEFORE, "--service", name, "--env", "production"]);
        assert_eq!((code, codes(&answer)), (20, vec!["service-unknown"]), "{name}: {answer}");
    }
}
