//! What is done to records after the fact: edits and removals, found along the mainline.

use std::sync::Arc;

use mcmbook::analysis::analyze;
use mcmbook::hosts::workspace::{self, AsOf, LoadOptions};
use mcmbook::memo::Memo;

use super::book::{Book, FOLDER, PEOPLE};
use super::landed::execute;
use crate::records::done;

const LATER: &str = "2026-12-01T00:00:00Z";

/// The findings of a rule at a moment: file and message.
fn told(book: &Book, code: &str, at: &str) -> Vec<String> {
    let as_of = AsOf::At(at.parse().expect("an instant"));
    let options = LoadOptions { dir: book.repo.book(), as_of, ..LoadOptions::default() };
    let inputs = workspace::load(&options).expect("the book loads").inputs;
    let findings = analyze(Arc::new(inputs), &Memo::forgetful()).findings;
    let of_rule = findings.iter().filter(|finding| finding.diagnostic.code.0 == code);
    let tell = |finding: &mcmbook::verdicts::lint::Finding| {
        let path = finding.diagnostic.location.as_ref().map(|location| location.path.as_str());
        let name = path.unwrap_or_default().rsplit('/').next().unwrap_or_default().to_owned();
        format!("{name}: {}", finding.diagnostic.message)
    };
    of_rule.map(tell).collect()
}

fn edit(book: &Book, file: &str, text: &str) {
    book.as_person("alice", |book| {
        book.repo.write(&format!("{FOLDER}/{file}"), text);
        book.commit("Edit");
    });
}

/// A change that was carried out as it was approved.
fn executed() -> Book {
    let book = Book::approved();
    execute(&book, "2026-06-20T10:00:00Z", "dave");
    book
}

#[test]
fn a_record_that_is_edited_afterwards_says_why() {
    let book = executed();
    let closed = |file: &str| vec![format!("{file}: closed record changed without an amendment entry")];
    assert_eq!(told(&book, "MCM910", LATER), Vec::<String>::new());
    edit(&book, "runbook.md", "---\ntitle: Plan B\nfor: MCM-2026-0001\n---\n");
    assert_eq!(told(&book, "MCM910", LATER), closed("runbook.md"));
    // The entry comes with an edit of its own, which it counts as well.
    let entry = "  - {at: 2026-07-01, by: alice, reason: It was misread.}\n";
    let plan = |entries: usize| {
        let entries = entry.repeat(entries);
        format!("---\ntitle: Plan B\nfor: MCM-2026-0001\namendments:\n{entries}---\n")
    };
    edit(&book, "runbook.md", &plan(1));
    assert_eq!(told(&book, "MCM910", LATER), closed("runbook.md"), "two edits, one entry");
    edit(&book, "runbook.md", &plan(3));
    assert_eq!(told(&book, "MCM910", LATER), Vec::<String>::new());
    // A post-mortem is written until it is reviewed.
    for text in ["A", "B"] {
        let text = format!("---\ntitle: {text}\nfor: MCM-2026-0001\nauthors: [alice]\n---\n");
        edit(&book, "post-mortem.md", &text);
    }
    assert_eq!(told(&book, "MCM910", LATER), Vec::<String>::new());
    done(&book, "carol", &["review", "MCM-2026-0001", "-y"]);
    edit(&book, "post-mortem.md", "---\ntitle: C\nfor: MCM-2026-0001\nauthors: [alice]\n---\n");
    assert_eq!(told(&book, "MCM910", LATER), closed("post-mortem.md"));
}

#[test]
fn a_plan_may_change_until_it_is_carried_out() {
    let book = Book::approved();
    edit(&book, "runbook.md", "---\ntitle: Plan B\nfor: MCM-2026-0001\n---\n");
    book.repo.remove(&format!("{FOLDER}/runbook.md"));
    book.as_person("alice", |book| book.commit("Away"));
    book.amend(2, |book| regulated(book, ""));
    assert_eq!(told(&book, "MCM910", LATER), Vec::<String>::new());
    assert_eq!(told(&book, "MCM914", LATER), Vec::<String>::new());
}

fn regulated(book: &Book, more: &str) {
    book.policy(2, more, &PEOPLE);
    let file = book.repo.book().join("policy/policy.toml");
    let text = std::fs::read_to_string(&file).expect("the policy");
    std::fs::write(file, text.replace("\"starter\"", "\"regulated\"")).expect("the policy");
}

#[test]
fn a_record_is_kept_for_as_long_as_the_policy_says() {
    let book = executed();
    book.amend(2, |book| regulated(book, "[limits]\nretention_years = 2\n"));
    book.repo.rename(&format!("{FOLDER}/execution-1.md"), &format!("{FOLDER}/execution-2.md"));
    book.as_person("dave", |book| book.commit("Another name"));
    assert_eq!(told(&book, "MCM914", LATER), Vec::<String>::new(), "it is there");
    book.repo.remove(&format!("{FOLDER}/execution-2.md"));
    book.as_person("dave", |book| book.commit("Tidy up"));
    let gone = ["request.md: record was removed before its retention ends: MCM-2026-0001"];
    assert_eq!(told(&book, "MCM914", LATER), gone);
    assert_eq!(told(&book, "MCM914", "2027-11-24T00:00:00Z"), gone, "the last of two years");
    assert_eq!(told(&book, "MCM914", "2027-11-26T00:00:00Z"), Vec::<String>::new());
    book.as_person("dave", |book| {
        book.repo.git(&["checkout", "--quiet", "HEAD^", "--", &format!("{FOLDER}/execution-2.md")]);
        book.commit("Bring it back");
    });
    assert_eq!(told(&book, "MCM914", LATER), Vec::<String>::new());
}

#[test]
fn approvals_that_come_at_once_are_told() {
    let standard = |book: &Book, limit: &str| {
        book.policy(2, limit, &PEOPLE);
        let file = book.repo.book().join("policy/policy.toml");
        let text = std::fs::read_to_string(&file).expect("the policy");
        std::fs::write(file, text.replace("\"starter\"", "\"standard\"")).expect("the policy");
    };
    let approve = |book: &Book| {
        book.decide("carol", "approve", "peer");
        book.decide("bob", "approve", "manager");
    };
    let early = "2025-12-01T00:00:00Z";
    let book = Book::submitted();
    book.amend(2, |book| standard(book, ""));
    approve(&book);
    let hurried = ["request.md: all approvals came within 5m of submission"];
    assert_eq!(told(&book, "MCM818", early), hurried);
    let book = Book::submitted();
    book.amend(2, |book| standard(book, "[limits]\nhurried_approvals = \"4m\"\n"));
    approve(&book);
    assert_eq!(told(&book, "MCM818", early), Vec::<String>::new());
    // Landed together: nobody knows how long it was read.
    let book = Book::adopted();
    book.amend(2, |book| standard(book, ""));
    book.merged(|book| {
        book.as_person("alice", |book| {
            book.write_change();
            book.commit("Request MCM-2026-0001");
        });
        approve(book);
    });
    assert_eq!(told(&book, "MCM818", early), Vec::<String>::new());
}
