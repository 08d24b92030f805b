//! What cannot be undone waits for whom the policy names, by real signatures (MCM120).

use std::sync::Arc;

use mcmbook::analysis::analyze;
use mcmbook::facts::approval::{Approval, ApprovalStatus};
use mcmbook::hosts::workspace::{self, AsOf, LoadOptions};
use mcmbook::memo::Memo;

use super::book::{Book, CHANGE, PEOPLE};

const REQUEST: &str = "content/changes/2026/MCM-2026-0001/request.md";

const NO_WAY_BACK: &str = "rollback: {kind: \"None\", estimate: 1h, decider: alice}\nservices:";
const WAY_BACK: &str = "rollback: {kind: keine, estimate: 1h, decider: alice}\nservices:";
const PLAN: &str =
    "\n## Rollback Plan\n\nThere is none.\n\n### Compensating Plan\n\nBy hand, within two hours.\n";

/// A book whose policy asks for a director, mallory, where there is no way back; `more` is in its policy.
fn adopted(profile: &str, more: &str) -> Book {
    let book = Book::adopted();
    let asks = format!(
        "without_rollback = [{{ role = \"director\", min = 1 }}]\n[[principal]]\nid = \"mallory\"\n\
         name = \"Mallory\"\nemails = [\"mallory@a.example\"]\nroles = [\"director\"]\n{more}"
    );
    book.amend(2, |book| {
        book.policy(2, &asks, &[PEOPLE[0], PEOPLE[1], PEOPLE[2], PEOPLE[3], "mallory"]);
        let path = book.repo.book().join("policy/policy.toml");
        let text = std::fs::read_to_string(path).expect("the policy");
        book.repo.write("policy/policy.toml", text.replace("\"starter\"", &format!("\"{profile}\"")));
    });
    book.write_change();
    book
}

/// Writes a request that says this of its rollback, and commits it as alice.
fn write(book: &Book, rollback: &str, plan: &str) {
    book.write_change();
    let text = std::fs::read_to_string(book.repo.book().join(REQUEST)).expect("the request");
    book.repo.write(REQUEST, text.replace("services:", rollback) + plan);
    book.as_person("alice", |book| book.commit("Say how it is undone"));
}

fn approve(book: &Book, people: &[(&str, &str)]) {
    for (person, role) in people {
        book.decide(person, "approve", role);
    }
}

fn approval(book: &Book) -> Approval {
    book.approvals("2025-12-01T00:00:00Z").status(CHANGE).expect("the change is there").clone()
}

/// What MCM120 and MCM801 say of the request, each with its help.
fn told(book: &Book) -> Vec<String> {
    let as_of = AsOf::At("2025-12-01T00:00:00Z".parse().expect("an instant"));
    let options = LoadOptions { dir: book.repo.book(), as_of, ..LoadOptions::default() };
    let inputs = workspace::load(&options).expect("the book loads").inputs;
    let findings = analyze(Arc::new(inputs), &Memo::forgetful()).findings;
    let of_request = findings.iter().map(|finding| (&finding.diagnostic, finding.waived));
    let told = of_request.filter(|(finding, _)| ["MCM120", "MCM801"].contains(&finding.code.0));
    let told = told.map(|(finding, waived)| {
        let is_waived = if waived.is_some() { " (waived)" } else { "" };
        let label = finding.label.as_deref().unwrap_or(&finding.message);
        format!("{}: {label}{is_waived}", finding.code)
    });
    told.collect()
}

const BOTH: [(&str, &str); 2] = [("carol", "peer"), ("bob", "manager")];

#[test]
fn without_the_director_it_is_not_approved() {
    let book = adopted("standard", "");
    write(&book, NO_WAY_BACK, "");
    approve(&book, &BOTH);
    let lacking = approval(&book);
    assert_eq!((lacking.status, lacking.why.as_str()), (ApprovalStatus::InReview, "waits for director"));
    assert_eq!(told(&book), ["MCM120: without a compensating plan and the approval of `director`"]);
    // Nobody stands in for a director.
    approve(&book, &[("dave", "director")]);
    assert_eq!(approval(&book).status, ApprovalStatus::InReview);
    approve(&book, &[("mallory", "director")]);
    assert_eq!(approval(&book).status, ApprovalStatus::Approved);
    assert_eq!(told(&book), ["MCM120: without a compensating plan"]);
}

#[test]
fn with_the_director_and_a_plan_nothing_is_told() {
    let book = adopted("standard", "");
    write(&book, NO_WAY_BACK, PLAN);
    approve(&book, &BOTH);
    assert_eq!(told(&book), ["MCM120: without the approval of `director`"]);
    approve(&book, &[("mallory", "director")]);
    assert_eq!(approval(&book).status, ApprovalStatus::Approved);
    assert!(told(&book).is_empty());
}

#[test]
fn an_edit_in_either_direction_takes_the_approvals_away() {
    let book = adopted("standard", "");
    write(&book, WAY_BACK, "");
    approve(&book, &BOTH);
    assert_eq!(approval(&book).status, ApprovalStatus::Approved, "an unknown word, and it is reversible");
    write(&book, NO_WAY_BACK, PLAN);
    assert_eq!(approval(&book).status, ApprovalStatus::Stale);
    approve(&book, &BOTH);
    assert_eq!(approval(&book).status, ApprovalStatus::Stale, "the director has not signed");
    approve(&book, &[("mallory", "director")]);
    assert_eq!(approval(&book).status, ApprovalStatus::Approved);
    write(&book, WAY_BACK, PLAN);
    assert_eq!(approval(&book).status, ApprovalStatus::Stale);
    approve(&book, &BOTH);
    assert_eq!(approval(&book).status, ApprovalStatus::Approved);
}

#[test]
fn a_waiver_lets_the_finding_pass_and_signs_nothing() {
    let waiver = "[[waiver]]\nrule = \"MCM120\"\nwhere = \"*\"\nowner = \"alice\"\nreason = \"In haste.\"\n\
                  expires = \"2027-01-01\"\n";
    let book = adopted("standard", waiver);
    write(&book, NO_WAY_BACK, PLAN);
    approve(&book, &BOTH);
    assert_eq!(told(&book), ["MCM120: without the approval of `director` (waived)"]);
    assert_eq!(approval(&book).status, ApprovalStatus::InReview);
}

#[test]
fn where_the_rule_is_not_judged_the_missing_approval_is_told_as_any_other() {
    let book = adopted("starter", "");
    write(&book, NO_WAY_BACK, "");
    approve(&book, &BOTH);
    assert_eq!(approval(&book).status, ApprovalStatus::InReview);
    assert_eq!(told(&book), ["MCM801: approval by `director` is missing"]);
}

#[test]
fn whoever_edited_it_is_no_director_for_it() {
    let book = adopted("standard", "");
    write(&book, NO_WAY_BACK, PLAN);
    let text = std::fs::read_to_string(book.repo.book().join(REQUEST)).expect("the request");
    book.repo.write(REQUEST, text + "\nOne word more.\n");
    book.as_person("mallory", |book| book.commit("A word"));
    approve(&book, &BOTH);
    approve(&book, &[("mallory", "director")]);
    assert_eq!(approval(&book).status, ApprovalStatus::InReview);
}
