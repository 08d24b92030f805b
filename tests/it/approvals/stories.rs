//! What git does to records: merge, squash, rebase, cherry-pick; and what becomes of the status.

use mcmbook::facts::approval::ApprovalStatus;

use super::book::{Book, CHANGE};

const RUNBOOK: &str = "content/changes/2026/MCM-2026-0001/runbook.md";

#[test]
fn two_people_approve_on_branches_that_are_merged() {
    let book = Book::submitted();
    assert_eq!(book.status(), ApprovalStatus::InReview);
    for (person, role) in [("carol", "peer"), ("bob", "manager")] {
        book.repo.git(&["checkout", "--quiet", "-b", person, "main"]);
        book.decide(person, "approve", role);
    }
    book.repo.git(&["checkout", "--quiet", "main"]);
    assert_eq!(book.status(), ApprovalStatus::InReview, "nothing has landed");
    book.as_person("dave", |book| {
        book.repo.tick();
        book.repo.git(&["merge", "--quiet", "--no-ff", "-m", "Merge the approvals", "carol", "bob"]);
    });
    assert_eq!(book.reasons().into_values().flatten().count(), 0);
    assert_eq!(book.status(), ApprovalStatus::Approved);
    let approvals = book.approvals("2025-12-01T00:00:00Z");
    let (subject, _) = &approvals.subjects[&mcmbook::facts::approval::SubjectId::named(CHANGE)];
    assert!(subject.records.iter().all(|landed| landed.commit == book.repo.head()), "landed by the merge");
}

#[test]
fn an_edit_makes_it_stale_even_of_one_space() {
    let book = Book::submitted();
    book.decide("carol", "approve", "peer");
    book.decide("bob", "approve", "manager");
    assert_eq!(book.status(), ApprovalStatus::Approved);
    let text = std::fs::read_to_string(book.repo.book().join(RUNBOOK)).expect("the runbook");
    book.repo.write(RUNBOOK, format!("{text} "));
    book.as_person("dave", |book| book.commit("A space"));
    assert_eq!(book.status(), ApprovalStatus::Stale);
}

#[test]
fn squash_and_rebase_lose_records_and_say_so() {
    let book = Book::submitted();
    book.repo.git(&["checkout", "--quiet", "-b", "side"]);
    book.decide("carol", "approve", "peer");
    book.repo.git(&["checkout", "--quiet", "main"]);
    let message = book.repo.git(&["log", "-1", "--format=%B", "side"]);
    book.as_person("dave", |book| book.commit(&format!("Squashed\n\n{message}")));
    let reasons: Vec<_> = book.reasons().into_values().flatten().collect();
    assert_eq!(reasons, ["signer-mismatch"], "it is dave's signature");

    let book = Book::submitted();
    book.repo.git(&["checkout", "--quiet", "-b", "side"]);
    book.decide("carol", "approve", "peer");
    book.repo.git(&["checkout", "--quiet", "main"]);
    book.as_person("dave", |book| {
        book.repo.write("content/a.md", "# A\n");
        book.commit("Another page");
        book.repo.git(&["cherry-pick", "--allow-empty", "side"]);
    });
    let reasons: Vec<_> = book.reasons().into_values().flatten().collect();
    assert_eq!(reasons, ["sig-missing", "record-rewritten"]);
    assert_eq!(book.status(), ApprovalStatus::InReview);
}

#[test]
fn a_key_in_the_same_pull_request_does_not_govern() {
    let book = Book::submitted();
    book.repo.git(&["checkout", "--quiet", "-b", "side"]);
    book.policy(2, "", &["alice", "bob", "carol", "dave", "mallory"]);
    book.as_person("dave", |book| book.commit("Add a key"));
    let message = book.message("mallory", "approve", "peer");
    book.record("mallory", &message);
    book.repo.git(&["checkout", "--quiet", "main"]);
    book.as_person("dave", |book| {
        book.repo.tick();
        book.repo.git(&["merge", "--quiet", "--no-ff", "-m", "Merge", "side"]);
    });
    let reasons: Vec<_> = book.reasons().into_values().flatten().collect();
    assert_eq!(reasons, ["key-not-governing", "role-not-held"]);
    let pending = book.approvals("2025-12-01T00:00:00Z").effective.expect("there is a policy").pending;
    assert_eq!(pending.expect("the amendment waits").signed.len(), 0);
}
