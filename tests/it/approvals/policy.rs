//! `policy check` and `policy history` on repositories whose policy was amended.

use serde_json::Value;

use super::book::{Book, PEOPLE};
use super::status::is_valid;
use crate::support::run::{outcome, printed};

/// A moment after all commits.
const THEN: [&str; 2] = ["--as-of", "2025-12-01T00:00:00Z"];

fn json(book: &Book, arguments: &[&str], schema: &str) -> (Option<i32>, Value) {
    let dir = book.repo.book();
    let (code, text) = outcome(&dir, &[arguments, &["--format", "json"], &THEN].concat());
    let told: Value = serde_json::from_str(&text).unwrap_or_else(|_| panic!("no JSON: {text}"));
    let schema: Value = serde_json::from_str(&printed(&dir, &["schema", schema])).expect("it is JSON");
    assert!(is_valid(&schema, &told), "{text}");
    assert!(!is_valid(&schema, &Value::Null));
    (code, told)
}

/// A book whose policy a second one has replaced, and a third waits with one of two signatures.
fn twice_amended() -> Book {
    let book = Book::submitted();
    book.amend(2, |book| book.policy(2, "", &PEOPLE[..3]));
    let from = book.policy_digest();
    book.policy(3, "", &PEOPLE);
    let to = book.policy_digest();
    book.as_person("carol", |book| book.commit("A third policy"));
    book.vote("carol", &from, &to, 3);
    book
}

#[test]
fn every_policy_is_told_with_who_signed_for_it() {
    let book = twice_amended();
    let told = printed(&book.repo.book(), &[&["policy", "history"][..], &THEN].concat());
    let at = |text: &str| told.find(text).unwrap_or_else(|| panic!("no {text:?} in\n{told}"));
    assert!(at("pending    another policy waits: carol of 2 have signed") < at("\nserial 2  amendment\n"));
    assert!(at("  signed for by carol (carol), ") < at("\nserial 2  amendment\n"));
    assert!(at("\nserial 2  amendment\n") < at("  signed by alice (alice), "));
    assert!(at("  signed by bob (bob), ") < at("\nserial 1  trust root\n"));
    let root = book.root();
    assert!(told.contains(&format!("(claimed), commit {}\n", &root[..12])), "{told}");

    let (_, told) = json(&book, &["policy", "history"], "--policy-history");
    let serials: Vec<&Value> =
        told["editions"].as_array().expect("a list").iter().map(|one| &one["serial"]).collect();
    assert_eq!(serials, [2, 1]);
    assert_eq!(told["editions"][1]["since"]["commit"], Value::String(root));
    let signers: Vec<&Value> = told["editions"][0]["records"]
        .as_array()
        .expect("a list")
        .iter()
        .map(|record| &record["signer"])
        .collect();
    assert_eq!(signers, ["alice", "bob"]);
    assert_eq!(told["waiting"].as_array().map(Vec::len), Some(1));
}

#[test]
fn roster_and_policy_are_judged_and_said_to_govern_or_not() {
    let book = Book::submitted();
    let (code, told) = json(&book, &["policy", "check"], "--policy-check");
    assert_eq!(told["files"]["state"], "in-force");
    let told_of = |told: &Value, code: &str| -> Vec<Value> {
        let found = told["findings"].as_array().expect("a list").iter().filter(|one| one["code"] == code);
        found.map(|one| one["line"].clone()).collect()
    };
    assert_eq!((code, told["findings"].as_array().map(Vec::len)), (Some(0), Some(0)), "{told}");

    // An edit: a key that two people have, and a time that is another one on every machine.
    let key = std::fs::read_to_string(book.key("bob").with_extension("pub")).expect("a public key");
    let roster = book.repo.book().join("policy/allowed_signers");
    let signers = std::fs::read_to_string(&roster).expect("it is there");
    let shared = format!("{signers}dave namespaces=\"git\",valid-after=\"20250101\" {key}");
    std::fs::write(&roster, shared).expect("it can be written");
    let (code, text) =
        outcome(&book.repo.book(), &["policy", "check", "--profile", "standard", THEN[0], THEN[1]]);
    assert_eq!(code, Some(1), "{text}");
    assert!(text.contains("policy/    an edit that is not committed: it does not govern\n"), "{text}");
    assert!(text.contains("key of `dave` is shared with `bob`"), "{text}");
    assert!(text.contains("`valid-after` without `Z`"), "{text}");
    let (_, told) = json(&book, &["policy", "check"], "--policy-check");
    assert_eq!(told_of(&told, "MCM904"), [5, 5], "{told}");
    // Findings of documents are for `check`.
    assert!(!text.contains("MCM0") && !text.contains("MCM1"), "{text}");
}

#[test]
fn a_policy_that_waits_or_is_none_is_told_as_that() {
    let book = twice_amended();
    let (code, told) = json(&book, &["policy", "check"], "--policy-check");
    assert_eq!(told["files"]["state"], "pending");
    let codes: Vec<&Value> =
        told["findings"].as_array().expect("a list").iter().map(|found| &found["code"]).collect();
    assert!(codes.contains(&&Value::String("MCM814".to_owned())), "{told}");
    // An amendment on its way is nothing that somebody did wrong.
    assert_eq!(code, Some(0), "{told}");
    let (code, _) = json(&book, &["policy", "check", "--strict"], "--policy-check");
    assert_eq!(code, Some(1));
    std::fs::remove_dir_all(book.repo.book().join("policy")).expect("it is there");
    let (_, told) = json(&book, &["policy", "check"], "--policy-check");
    assert_eq!((&told["files"]["state"], &told["files"]["policy"]), (&Value::from("none"), &Value::Null));
}
