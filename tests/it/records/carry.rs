//! Approvals carried over a small edit: by one who had approved, over prose alone, outside of restricted windows.

use mcmbook::facts::approval::ApprovalStatus;

use super::{as_person, done};
use crate::approvals::book::{Book, CHANGE, FOLDER};

const STEP: &str = "---\ntitle: Plan\nfor: MCM-2026-0001\n---\n\n## Execution\n\nCarefully.\n\n### Step 1: Go\n\
- Owner: @bob\n- Estimate: 5m\n- Validate: it goes\n\n```sh\ngo\n```\n";

const CARRY: [&str; 6] = ["approve", CHANGE, "--role", "manager", "--carry", "-y"];

/// A change with a step, approved by carol and bob.
fn approved() -> Book {
    let book = Book::adopted();
    book.as_person("alice", |book| {
        book.write_change();
        book.repo.write(&format!("{FOLDER}/runbook.md"), STEP);
        book.commit("Request MCM-2026-0001");
    });
    done(&book, "carol", &["approve", CHANGE, "--role", "peer", "-y"]);
    done(&book, "bob", &["approve", CHANGE, "--role", "manager", "-y"]);
    assert_eq!(book.status(), ApprovalStatus::Approved);
    book
}

fn edit(book: &Book, person: &str, file: &str, find: &str, replace: &str) {
    let path = format!("{FOLDER}/{file}");
    let text = std::fs::read_to_string(book.repo.book().join(&path)).expect("it is there");
    assert!(text.contains(find), "{find} is not in {text}");
    book.repo.write(&path, text.replacen(find, replace, 1));
    book.as_person(person, |book| book.commit("Edit"));
}

fn refused(book: &Book, person: &str, part: &str) {
    let head = book.repo.head();
    let (code, told) = as_person(book, person, &CARRY);
    assert_eq!(code, Some(2), "{told}");
    assert!(told.contains(part), "{part} is not in {told}");
    assert_eq!(book.repo.head(), head);
}

/// What `approve --carry` would sign if nothing stood in its way.
fn by_hand(book: &Book, person: &str, role: &str, from: &str) {
    let message = book.message(person, "approve", role);
    book.record(person, &message.replace("Mcm-Context", &format!("Mcm-Carries: {from}\nMcm-Context")));
}

/// The digest that a person's last record names.
fn signed(book: &Book, person: &str) -> String {
    let log = book.repo.git(&["log", "-1", "--format=%B", &format!("--grep=^Mcm-Signer: {person}$")]);
    let line = log.lines().find_map(|line| line.strip_prefix("Mcm-Subject: "));
    line.expect("it names one").to_owned()
}

#[test]
fn one_earlier_approver_carries_all_approvals_over_an_edit_of_prose() {
    let book = approved();
    edit(&book, "alice", "request.md", "Text.", "Text, mended.");
    assert_eq!(book.status(), ApprovalStatus::Stale);
    let before = signed(&book, "bob");
    let told = done(&book, "bob", &CARRY);
    assert!(told.contains("MCM-2026-0001 is approved: approved by bob, carol; carried by bob"), "{told}");
    let raw = book.repo.git(&["cat-file", "commit", "HEAD"]);
    assert!(raw.contains(&format!("\nMcm-Carries: {before}\n")), "{raw}");
    let told = done(&book, "dave", &["status", CHANGE]);
    assert_eq!(told.matches("carried by bob").count(), 3, "the reason, and each record carried: {told}");
    assert!(!told.contains("does not count"), "{told}");
    // Once more, over another edit: what was carried is carried on.
    edit(&book, "alice", "runbook.md", "Carefully.", "With care.");
    done(&book, "bob", &CARRY);
    assert_eq!(book.status(), ApprovalStatus::Approved);
    // What somebody takes back, or refuses, is carried no more.
    let records = book.repo.git(&["log", "--format=%H", "--grep=^Mcm-Signer: carol$"]);
    let root = book.root();
    let message = |decision: &str, digest: &str, more: &str| {
        format!(
            "{decision}\n\nNo.\n\nMcm-Record: v1\nMcm-Decision: {decision}\nMcm-Document: {CHANGE}\n\
             Mcm-Covers: request, runbook\nMcm-Subject: {digest}\n{more}Mcm-Context: test\n\
             Mcm-Trust-Root: {root}\nMcm-Signer: carol\n"
        )
    };
    // A retraction names what stands; the record that it takes back is of an earlier content.
    let digest = signed(&book, "bob");
    book.record("carol", &message("retract", &digest, &format!("Mcm-Of: {}\n", records.trim())));
    assert_ne!(book.status(), ApprovalStatus::Approved);
}

#[test]
fn over_anything_else_nothing_is_carried() {
    for (file, find, replace, why) in [
        (
            "request.md",
            "title: A change",
            "title: Another",
            "the front matter of request.md is not what it was",
        ),
        ("runbook.md", "title: Plan", "title: Plan B", "the front matter of runbook.md is not what it was"),
        ("runbook.md", "Estimate: 5m", "Estimate: 6m", "a step of runbook.md is not what it was"),
        ("runbook.md", "```sh\ngo", "```sh\nstop", "a step of runbook.md is not what it was"),
    ] {
        let book = approved();
        let before = signed(&book, "bob");
        edit(&book, "alice", file, find, replace);
        refused(&book, "bob", why);
        by_hand(&book, "bob", "manager", &before);
        assert_eq!(
            book.status(),
            ApprovalStatus::Stale,
            "{why}: bob's own approval is there, carol's is not"
        );
    }
    let book = approved();
    let before = signed(&book, "bob");
    book.as_person("alice", |book| {
        book.repo.write(&format!("{FOLDER}/files/plan.txt"), "Another plan.\n");
        book.commit("A file");
    });
    refused(&book, "bob", "there are other files than before");
    by_hand(&book, "bob", "manager", &before);
    assert_eq!(book.status(), ApprovalStatus::Stale);
}

#[test]
fn nobody_carries_who_had_not_approved_or_edited_it() {
    let book = approved();
    let before = signed(&book, "bob");
    edit(&book, "alice", "request.md", "Text.", "Text, mended.");
    refused(&book, "dave", "dave has approved no earlier content of MCM-2026-0001");
    by_hand(&book, "dave", "manager", &before);
    assert_eq!(book.status(), ApprovalStatus::Stale, "dave has approved it, and carries nobody");

    // Whoever wrote it has approved nothing, whatever they signed, and does not carry what others did.
    let book = approved();
    let before = signed(&book, "bob");
    book.decide("alice", "approve", "manager");
    edit(&book, "dave", "request.md", "Text.", "Text, mended.");
    by_hand(&book, "alice", "manager", &before);
    assert_eq!(book.status(), ApprovalStatus::Stale);

    let book = approved();
    let before = signed(&book, "bob");
    edit(&book, "carol", "request.md", "Text.", "Text, mended.");
    by_hand(&book, "bob", "manager", &before);
    assert_eq!(book.status(), ApprovalStatus::Stale, "carol edited it: her approval is not carried to it");
}

#[test]
fn in_a_restricted_window_or_against_the_policy_nothing_is_carried() {
    let book = approved();
    let before = signed(&book, "bob");
    edit(&book, "alice", "request.md", "Text.", "Text, mended.");
    book.repo.write(
        "content/windows/close.md",
        "---\ntitle: Close\nowner: alice\ntype: restricted\nlevel: soft\nreason: business\ntz: UTC\n\
         start: 2026-06-19T00:00\nend: 2026-06-21T00:00\nscope: {services: [checkout]}\n---\n",
    );
    book.as_person("alice", |book| book.commit("A window"));
    edit(&book, "alice", "request.md", "mended.", "mended again.");
    refused(&book, "bob", "the slot of MCM-2026-0001 touches a restricted window or a freeze");
    by_hand(&book, "bob", "manager", &before);
    assert_ne!(book.status(), ApprovalStatus::Approved);

    let book = approved();
    let before = signed(&book, "bob");
    book.amend(2, |book| book.policy(2, "carry = false\n", &crate::approvals::book::PEOPLE));
    edit(&book, "alice", "request.md", "Text.", "Text, mended.");
    refused(&book, "bob", "the policy lets nobody carry approvals of MCM-2026-0001");
    by_hand(&book, "bob", "manager", &before);
    assert_eq!(book.status(), ApprovalStatus::Stale);
}

/// What did not count for the earlier content does not begin to count by being carried.
#[test]
fn who_wrote_the_earlier_content_is_not_carried() {
    let book = Book::adopted();
    book.as_person("alice", |book| {
        book.write_change();
        book.repo.write(&format!("{FOLDER}/runbook.md"), STEP);
        book.commit("Request MCM-2026-0001");
    });
    book.decide("alice", "approve", "peer");
    done(&book, "carol", &["approve", CHANGE, "--role", "peer", "-y"]);
    done(&book, "bob", &["approve", CHANGE, "--role", "manager", "-y"]);
    assert_eq!(book.status(), ApprovalStatus::Approved);
    let before = signed(&book, "bob");
    edit(&book, "carol", "request.md", "Text.", "Text, mended.");
    by_hand(&book, "bob", "manager", &before);
    assert_eq!(book.status(), ApprovalStatus::Stale, "carol edited it, and alice wrote what was before");
}
