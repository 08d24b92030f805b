//! A start uses approvals up. What is written about runs afterwards, by whom ever, does not give them back.

use super::command::{ask, codes};
use crate::approvals::book::{Book, CHANGE, FOLDER, PEOPLE};

const AFTER: &str = "2026-06-20T12:30:00Z";
const NEW_SLOT: &str = "2026-07-20T10:30:00Z";
const NOTHING: &str = "0000000000000000000000000000000000000000000000000000000000000000";

/// A change that two people have approved, and the digest that they did.
fn approved() -> (Book, String) {
    let book = Book::submitted();
    book.decide("carol", "approve", "peer");
    book.decide("bob", "approve", "manager");
    let approvals = book.approvals("2026-06-20T10:00:00Z");
    let digest = approvals.status(CHANGE).and_then(|approval| approval.digest).expect("a digest");
    (book, digest.to_string())
}

/// The record of a run, signed by nobody.
fn run(book: &Book, number: u8, day: u8, outcome: &str, digest: &str) {
    let record = format!(
        "---\ntitle: Run {number}\nattempt: {number}\napproval_set: sha256:{digest}\noperator: alice\n\
         started: 2026-06-{day}T09:55:00Z\nended: 2026-06-{day}T09:58:00Z\noutcome: {outcome}\n---\n"
    );
    book.repo.write(&format!("{FOLDER}/execution-{number}.md"), record);
    book.as_person("alice", |book| book.commit("A run"));
}

fn plan_anew(book: &Book) {
    let path = format!("{FOLDER}/request.md");
    let request = std::fs::read_to_string(book.repo.book().join(&path)).expect("the request");
    book.repo.write(&path, request.replace("2026-06-20T", "2026-07-20T"));
    book.as_person("alice", |book| book.commit("Another slot"));
}

fn is_consumed(book: &Book, at: &str) -> bool {
    let (code, answer) = ask(book, &["--change", CHANGE, "--at", at]);
    assert_ne!(code, 0, "{answer}");
    codes(&answer).contains(&"consumed")
}

#[test]
fn a_run_that_began_is_not_forgotten_for_one_that_was_called_off() {
    let (book, digest) = approved();
    run(&book, 1, 20, "rolled_back", &digest);
    assert!(is_consumed(&book, AFTER));
    plan_anew(&book);
    assert!(is_consumed(&book, NEW_SLOT));
    run(&book, 2, 21, "aborted_before_start", NOTHING);
    assert!(is_consumed(&book, NEW_SLOT), "the second run was called off, and names another approval set");
}

#[test]
fn what_was_called_off_may_run_with_new_approvals_alone() {
    let (book, digest) = approved();
    run(&book, 1, 20, "aborted_before_start", &digest);
    assert!(is_consumed(&book, "2026-06-20T10:30:00Z"));
    run(&book, 1, 20, "aborted_before_start", NOTHING);
    assert!(is_consumed(&book, "2026-06-20T10:30:00Z"), "whatever the record says that it used");
    plan_anew(&book);
    assert!(is_consumed(&book, NEW_SLOT), "nobody has approved the new plan");
    book.decide("carol", "approve", "peer");
    assert!(is_consumed(&book, NEW_SLOT), "one of two has");
    book.decide("bob", "approve", "manager");
    let (_, answer) = ask(&book, &["--change", CHANGE, "--at", NEW_SLOT]);
    assert!(!codes(&answer).contains(&"consumed"), "{answer}");
    // Another run that began takes that away again.
    run(&book, 2, 22, "failed", NOTHING);
    assert!(is_consumed(&book, NEW_SLOT));
}

#[test]
fn a_start_is_not_forgotten_with_its_record() {
    let (book, digest) = approved();
    run(&book, 1, 20, "failed", &digest);
    let path = format!("{FOLDER}/execution-1.md");
    let record = std::fs::read_to_string(book.repo.book().join(&path)).expect("the record");
    book.repo.remove(&path);
    book.as_person("carol", |book| book.commit("Tidy up"));
    assert!(is_consumed(&book, "2026-06-20T10:30:00Z"));
    // So it is where the record says that it begins another day.
    book.repo.write(&path, record.replace("2026-06-20", "2026-06-25"));
    book.as_person("carol", |book| book.commit("Another day"));
    assert!(is_consumed(&book, "2026-06-20T10:30:00Z"));
}

#[test]
fn what_is_written_into_a_change_that_runs_was_approved_by_nobody() {
    let (book, digest) = approved();
    let record = format!(
        "---\ntitle: Run\nattempt: 1\napproval_set: sha256:{digest}\noperator: alice\n\
         started: 2026-06-20T10:05:00Z\n---\n"
    );
    book.repo.write(&format!("{FOLDER}/execution-1.md"), record);
    book.as_person("alice", |book| book.commit("It runs"));
    let stage = ["--change", CHANGE, "--stage", "two", "--at", "2026-06-20T10:30:00Z"];
    let (_, answer) = ask(&book, &stage);
    assert!(!codes(&answer).contains(&"amended"), "{answer}");
    let path = format!("{FOLDER}/request.md");
    let request = std::fs::read_to_string(book.repo.book().join(&path)).expect("the request");
    book.repo.write(&path, request.replace("[checkout]", "[checkout, search]"));
    book.as_person("alice", |book| book.commit("And that"));
    let (code, answer) = ask(&book, &stage);
    assert!(code == 10 && codes(&answer).contains(&"amended"), "{answer}");
}

#[test]
fn a_change_that_runs_is_taken_off_its_service_by_no_edit() {
    const MAJOR: &str = "[class.major]\ndistinct_principals = 2\n\
        require = [{ role = \"peer\", min = 1 }, { role = \"manager\", min = 1 }]\n";
    let book = Book::submitted();
    book.amend(2, |book| book.policy(2, MAJOR, &PEOPLE));
    let path = format!("{FOLDER}/request.md");
    let request = std::fs::read_to_string(book.repo.book().join(&path)).expect("the request");
    let request = request.replace("slot:", "class: major\nslot:");
    book.repo.write(&path, &request);
    book.as_person("alice", |book| book.commit("It is a major one"));
    book.decide("carol", "approve", "peer");
    book.decide("bob", "approve", "manager");
    let approvals = book.approvals("2026-06-20T10:00:00Z");
    let digest = approvals.status(CHANGE).and_then(|approval| approval.digest).expect("a digest");
    let record = format!(
        "---\ntitle: Run\nattempt: 1\napproval_set: sha256:{digest}\noperator: alice\n\
         started: 2026-06-20T10:05:00Z\n---\n"
    );
    book.repo.write(&format!("{FOLDER}/execution-1.md"), record);
    book.as_person("alice", |book| book.commit("It runs"));
    let holds = |what: &str| {
        let (code, answer) = ask(&book, &["--at", "2026-06-20T10:30:00Z"]);
        assert_eq!((code, codes(&answer)), (12, vec!["running"]), "{what}: {answer}");
    };
    holds("as it was approved");
    for (from, to) in [("[checkout]", "[search]"), ("slot:", "environment: staging\nslot:")] {
        assert!(request.contains(from), "{from}: {request}");
        book.repo.write(&path, request.replace(from, to));
        book.as_person("carol", |book| book.commit("An edit"));
        holds(to);
    }
    book.repo.remove(&path);
    book.as_person("carol", |book| book.commit("No request"));
    holds("without its request");
}
