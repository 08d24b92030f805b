//! `gate --require-observer`: nothing is answered from a head that no observer of the policy has seen.

use serde_json::Value;

use super::command::{ask, codes};
use crate::approvals::book::{Book, PEOPLE};
use crate::records::done;

/// In open time, after everything that is committed here.
const AT: &str = "2026-06-19T00:00:00Z";

fn observer(book: &Book, person: &str) -> String {
    format!("[[observer]]\nid = \"ci\"\nfingerprint = \"{}\"\n", book.fingerprint(person))
}

/// A book whose policy trusts mallory's key to observe.
fn observed() -> Book {
    let book = Book::submitted();
    book.amend(2, |book| book.policy(2, &observer(book, "mallory"), &PEOPLE));
    book
}

/// Exit code, reasons, and when the head was first seen.
fn asked(book: &Book, more: &[&str]) -> (i32, Vec<String>, Value) {
    let (code, answer) = ask(book, &[&["--at", AT, "--require-observer"], more].concat());
    let codes = codes(&answer).into_iter().map(str::to_owned).collect();
    (code, codes, answer["repo"]["observed"].clone())
}

fn unknown(because: &str) -> (i32, Vec<String>, Value) {
    (20, vec![because.to_owned()], Value::Null)
}

#[test]
fn a_head_that_no_observer_has_seen_answers_nothing() {
    let book = Book::submitted();
    assert_eq!(asked(&book, &[]), unknown("head-unseen"), "the policy names no observer");
    let book = observed();
    assert_eq!(ask(&book, &["--at", AT]).0, 0, "where nobody asks for it, it opens as before");
    assert_eq!(asked(&book, &[]), unknown("head-unseen"));
    done(&book, "mallory", &["stamp"]);
    let (code, reasons, seen) = asked(&book, &[]);
    assert_eq!((code, reasons), (0, vec!["open".to_owned()]));
    let moment = jiff::Timestamp::from_second(book.repo.seconds()).expect("a moment");
    assert_eq!(seen, moment.to_string(), "the clock of the build that saw it");
    // What lands afterwards has to be seen anew.
    book.as_person("alice", |book| book.commit("One more"));
    assert_eq!(asked(&book, &[]), unknown("head-unseen"));
    done(&book, "mallory", &["stamp"]);
    assert_eq!(asked(&book, &[]).0, 0);
}

#[test]
fn the_word_of_anybody_else_is_none() {
    let book = observed();
    let head = book.repo.head();
    crate::approvals::trust::see(&book, "dave", "2025-11-24T18:00:00Z");
    assert_eq!(asked(&book, &[]), unknown("head-unseen"), "dave is no observer");
    // A moment that has not come was seen by nobody.
    crate::approvals::trust::see(&book, "mallory", "2026-06-20T00:00:00Z");
    assert_eq!(asked(&book, &[]), unknown("head-unseen"));
    assert_eq!(book.repo.head(), head);
    // An observer that the policy names no more.
    let book = observed();
    done(&book, "mallory", &["stamp"]);
    assert_eq!(asked(&book, &[]).0, 0);
    // Nobody observes with a key that may decide.
    book.amend(3, |book| book.policy(3, &observer(book, "carol"), &["alice", "bob", "dave"]));
    done(&book, "carol", &["stamp"]);
    assert_eq!(asked(&book, &[]).0, 0);
    book.amend(4, |book| book.policy(4, &observer(book, "mallory"), &PEOPLE));
    assert_eq!(asked(&book, &[]), unknown("head-unseen"), "carol saw the head before");
}

/// A server that goes on handing out yesterday's head is found out by what the observer saw since.
#[test]
fn an_older_head_than_the_one_that_was_seen_answers_nothing() {
    let book = observed();
    done(&book, "mallory", &["stamp"]);
    let old = book.repo.head();
    book.as_person("alice", |book| {
        book.repo.write("content/windows/freeze.md", super::command::FREEZE);
        book.commit("Freeze");
    });
    done(&book, "mallory", &["stamp"]);
    let (code, reasons, _) = asked(&book, &[]);
    assert_eq!((code, reasons), (11, vec!["freeze".to_owned()]));
    let (code, reasons, seen) = asked(&book, &["--rev", &old]);
    assert_eq!((code, reasons), (20, vec!["head-outdated".to_owned()]));
    assert!(!seen.is_null(), "it was seen, and is the head no more");
}
