//! The rules on approvals: each is told in the demonstration or in one of these stories.

use std::collections::BTreeSet;
use std::sync::Arc;

use mcmbook::analysis::analyze;
use mcmbook::facts::approval::ApprovalStatus;
use mcmbook::facts::approval::subject::Manifest;
use mcmbook::hosts::workspace::{self, AsOf, LoadOptions};
use mcmbook::memo::Memo;
use mcmbook::text::ContentHash;
use mcmbook::verdicts::lint::{Check, RULES};

use super::book::{Book, CHANGE};
use crate::support::Folder;
use crate::support::run::printed;

const REQUEST: &str = "content/changes/2026/MCM-2026-0001/request.md";
const RUNBOOK: &str = "content/changes/2026/MCM-2026-0001/runbook.md";

/// Rules that no story here can tell, each with why.
const UNTOLD: [(&str, &str); 2] = [
    ("MCM809", "the reasons behind it are rows 16 and 17 of the threat table"),
    ("MCM810", "nobody but the forge holds the private half of its key"),
];

/// The codes of group 8xx that are told of a book.
fn told(dir: std::path::PathBuf, as_of: AsOf) -> BTreeSet<String> {
    let options = LoadOptions { dir, as_of, ..LoadOptions::default() };
    let inputs = workspace::load(&options).expect("the book loads").inputs;
    let findings = analyze(Arc::new(inputs), &Memo::forgetful()).findings;
    let codes = findings.iter().map(|finding| finding.diagnostic.code.0);
    codes.filter(|code| code.starts_with("MCM8")).map(str::to_owned).collect()
}

fn told_of(book: &Book) -> BTreeSet<String> {
    let early = AsOf::At("2025-12-01T00:00:00Z".parse().expect("an instant"));
    told(book.repo.book(), early)
}

fn of(codes: &[&str]) -> BTreeSet<String> {
    codes.iter().map(|code| (*code).to_owned()).collect()
}

/// An emergency that somebody authorises alone, and that is carried out.
fn carried_out(book: &Book, person: &str, role: &str) {
    let asks = "[class.emergency]\ncovers = [\"request\", \"runbook\"]\n\
                authorise = [{ role = \"manager\", min = 2 }]\n";
    book.amend(2, |book| book.policy(2, asks, &super::book::PEOPLE));
    let request = std::fs::read_to_string(book.repo.book().join(REQUEST)).expect("the request");
    let emergency = "owner: alice\nclass: emergency\nincident: INC-1";
    book.repo.write(REQUEST, request.replace("owner: alice", emergency));
    book.as_person("alice", |book| book.commit("An emergency"));
    let message = book.message(person, "authorise-alone", role);
    let digest =
        message.lines().find_map(|line| line.strip_prefix("Mcm-Subject: ")).expect("a digest").to_owned();
    book.record(person, &message.replace("Mcm-Context", "Mcm-Incident: INC-1\nMcm-Context"));
    let execution = format!("---\ntitle: Done\nfor: MCM-2026-0001\napproval_set: {digest}\n---\n");
    book.repo.write("content/changes/2026/MCM-2026-0001/execution-1.md", execution);
    book.as_person("dave", |book| book.commit("Record the execution"));
}

#[test]
fn who_holds_no_role_of_the_row_authorises_nothing() {
    for (person, role, status) in
        [("bob", "manager", ApprovalStatus::Authorised), ("carol", "peer", ApprovalStatus::InReview)]
    {
        let book = Book::submitted();
        carried_out(&book, person, role);
        let approvals = book.approvals("2025-12-01T00:00:00Z");
        let approval = approvals.status(CHANGE).expect("it is there");
        assert_eq!(approval.status, status, "{person}: {} {:?}", approval.why, book.reasons());
    }
}

/// A story, and exactly the rules that are told of it.
type Story = (fn(&Book), &'static [&'static str]);

const STORIES: [Story; 11] = [
    (|_| {}, &["MCM801"]),
    (
        |book| {
            book.decide("carol", "approve", "manager");
        },
        &["MCM801", "MCM802"],
    ),
    (
        |book| {
            book.decide("alice", "approve", "peer");
        },
        &["MCM801", "MCM803"],
    ),
    (
        |book| {
            book.decide("bob", "approve", "peer");
            book.decide("bob", "approve", "manager");
        },
        &["MCM801", "MCM807"],
    ),
    (
        |book| {
            let text = std::fs::read_to_string(book.repo.book().join(RUNBOOK)).expect("the runbook");
            book.repo.write(RUNBOOK, format!("{text}\nMore.\n"));
            book.as_person("mallory", |book| book.commit("An edit from outside"));
            book.decide("carol", "approve", "peer");
        },
        &["MCM801", "MCM822"],
    ),
    (
        |book| {
            book.policy(2, "", &super::book::PEOPLE);
            book.as_person("dave", |book| book.commit("Another policy"));
        },
        &["MCM801", "MCM814"],
    ),
    (
        |book| {
            book.decide("carol", "approve", "peer");
            book.decide("bob", "approve", "manager");
            let window = "---\ntitle: Close\nowner: alice\ntype: restricted\ntz: UTC\nstart: 2026-06-19T00:00\n\
                          end: 2026-06-22T00:00\nlevel: soft\nscope: {services: [checkout]}\nreason: Quarter end.\n---\n";
            book.repo.write("content/windows/close.md", window);
            book.as_person("dave", |book| book.commit("Restrict the week"));
        },
        // The window waits for an approval of its own.
        &["MCM801", "MCM821"],
    ),
    (
        |book| {
            let request = std::fs::read(book.repo.book().join(REQUEST)).expect("the request");
            let of = |files: Vec<(String, ContentHash)>| Manifest::of(files).expect("plain names").digest();
            let part = of(vec![("request.md".to_owned(), ContentHash::of(&request))]);
            let message = book.message("carol", "approve", "peer").replace("request, runbook", "request");
            let line = message.lines().find(|line| line.starts_with("Mcm-Subject")).expect("a digest");
            book.record("carol", &message.replace(line, &format!("Mcm-Subject: sha256:{part}")));
        },
        &["MCM801", "MCM825"],
    ),
    (
        |book| {
            let erin = "[[principal]]\nid = \"erin\"\nname = \"Erin\"\nemails = [\"erin@a.example\"]\n\
                        roles = [\"manager\"]\ndelegates = [{ to = \"carol\", role = \"manager\", \
                        from = \"2020-01-01\", until = \"2020-02-01\" }]\n";
            book.amend(2, |book| book.policy(2, erin, &super::book::PEOPLE));
            book.decide("carol", "approve", "manager");
        },
        &["MCM801", "MCM820"],
    ),
    // One person who may authorises an emergency alone, and it is carried out.
    (|book| carried_out(book, "bob", "manager"), &["MCM816"]),
    // Carol holds no role that may: nothing is authorised, whatever the record says.
    (|book| carried_out(book, "carol", "peer"), &["MCM816"]),
];

#[test]
fn every_rule_on_approvals_is_told_and_no_other() {
    let mut seen = BTreeSet::new();
    for (number, (story, codes)) in STORIES.iter().enumerate() {
        let book = Book::submitted();
        story(&book);
        let told = told_of(&book);
        assert_eq!(told, of(codes), "story {number} of {CHANGE}");
        seen.extend(told);
    }
    let folder = Folder::new();
    printed(&folder.path(), &["demo", "book", "--no-build"]);
    seen.extend(told(folder.path().join("book"), AsOf::Head));
    let judged = RULES.iter().filter(|rule| matches!(rule.check, Check::Ledger(_)));
    let untold = of(&UNTOLD.map(|(code, _)| code));
    let missing: Vec<&str> = judged
        .map(|rule| rule.code.0)
        .filter(|code| !seen.contains(*code) && !untold.contains(*code))
        .collect();
    assert!(missing.is_empty(), "nothing tells {missing:?}");
    assert!(untold.is_disjoint(&seen), "told after all");
}
