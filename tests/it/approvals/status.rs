//! `status` and `verify-record`: what they print of a real repository.

use serde_json::Value;

use super::book::{Book, CHANGE};
use crate::support::run::{outcome, printed};

/// A change with an approval that counts, and one by a key that is nobody's.
fn half_approved() -> (Book, String, String) {
    let book = Book::submitted();
    let good = book.decide("carol", "approve", "peer");
    let message = book.message("bob", "approve", "manager");
    let bad = book.record("mallory", &message);
    (book, good, bad)
}

/// A moment after all of it, before the slot.
const THEN: [&str; 2] = ["--as-of", "2025-12-01T00:00:00Z"];

#[test]
fn the_list_says_what_each_change_waits_for() {
    let (book, ..) = half_approved();
    let told = printed(&book.repo.book(), &[&["status"][..], &THEN].concat());
    assert!(told.contains("(unpinned: nobody outside of this repository vouches for it)"), "{told}");
    assert!(told.lines().any(|line| line == "MCM-2026-0001  in-review  waits for manager"), "{told}");
    let root = book.root();
    let pinned = printed(&book.repo.book(), &[&["status", "--trust-root", &root][..], &THEN].concat());
    assert!(pinned.contains("(pinned)"), "{pinned}");
}

#[test]
fn one_change_is_told_with_everybody_who_could_and_every_reason() {
    let (book, good, bad) = half_approved();
    let told = printed(&book.repo.book(), &[&["status", CHANGE][..], &THEN].concat());
    let has = |line: &str| assert!(told.lines().any(|one| one == line), "no line {line:?} in\n{told}");
    has("MCM-2026-0001  in-review");
    has("class      minor");
    has("  peer     carol");
    // Alice wrote it, and carol holds no such role.
    has("  manager  open; could be bob, dave");
    assert!(told.contains(&format!("  {} approve as peer by carol", &good[..12])), "{told}");
    assert!(told.contains(&format!("  {} approve as manager by bob", &bad[..12])), "{told}");
    assert!(told.contains("      does not count: key-unknown: "), "{told}");
    assert!(told.contains("(claimed)"), "{told}");
}

#[test]
fn the_json_is_of_its_published_schema() {
    let (book, ..) = half_approved();
    let dir = book.repo.book();
    let schema: Value = serde_json::from_str(&printed(&dir, &["schema", "--status"])).expect("it is JSON");
    let text = printed(&dir, &[&["status", CHANGE, "--format", "json"][..], &THEN].concat());
    let told: Value = serde_json::from_str(&text).expect("it is JSON");
    let is_valid = |value: &Value| is_valid(&schema, value);
    assert!(is_valid(&told), "{text}");
    let records = told["subjects"][0]["records"].as_array().expect("a list");
    assert_eq!([&records[0]["counts"], &records[1]["counts"]], [&Value::Bool(true), &Value::Bool(false)]);
    assert_eq!(records[1]["signer"], Value::Null, "nobody's key is nobody");
    // The schema is none that takes everything.
    let mut broken = told.clone();
    *broken.pointer_mut("/subjects/0/status").expect("it is there") = Value::Null;
    assert!(!is_valid(&broken));
}

/// Whether a value is of a published schema.
pub(crate) fn is_valid(schema: &Value, value: &Value) -> bool {
    let mut compiler = boon::Compiler::new();
    compiler.add_resource("mcmbook:told", schema.clone()).expect("it is JSON");
    let mut schemas = boon::Schemas::new();
    let index = compiler.compile("mcmbook:told", &mut schemas).expect("it is a schema");
    schemas.validate(value, index).is_ok()
}

#[test]
fn an_earlier_moment_leaves_out_what_landed_later() {
    let (book, good, _) = half_approved();
    let before = book.repo.git(&["rev-parse", &format!("{good}^")]);
    let told = printed(&book.repo.book(), &["status", "--as-of", before.trim()]);
    assert!(told.contains("in-review  waits for peer, manager"), "{told}");
}

#[test]
fn what_is_not_there_is_told_with_a_guess() {
    let (book, ..) = half_approved();
    let (code, told) = outcome(&book.repo.book(), &["status", "MCM-2026-0011"]);
    assert_eq!(code, Some(2));
    assert!(told.contains("nothing named `MCM-2026-0011` has landed"), "{told}");
    assert!(told.contains("did you mean `MCM-2026-0001`?"), "{told}");
}

#[test]
fn a_record_is_held_against_each_rule() {
    let (book, good, bad) = half_approved();
    let dir = book.repo.book();
    let (code, told) = outcome(&dir, &["verify-record", &good[..10]]);
    assert_eq!(code, Some(0), "{told}");
    assert!(told.contains("the record counts") && !told.contains("FAIL"), "{told}");
    let (code, told) = outcome(&dir, &["verify-record", &bad]);
    assert_eq!(code, Some(1), "{told}");
    let failed: Vec<&str> = told.lines().filter(|line| line.starts_with("FAIL")).collect();
    assert_eq!(
        failed,
        ["FAIL 5. its signature is good, by a key that the governing policy gives to the signer"]
    );
    // What waits on a branch is held against the same rules, and does not count before it lands.
    book.repo.git(&["switch", "--quiet", "--create", "mcm/MCM-2026-0001/dave"]);
    let waiting = book.decide("dave", "approve", "manager");
    book.repo.git(&["switch", "--quiet", "main"]);
    let (code, told) = outcome(&dir, &["verify-record", &waiting]);
    assert_eq!(code, Some(1), "{told}");
    let failed: Vec<&str> = told.lines().filter(|line| line.starts_with("FAIL")).collect();
    assert_eq!(failed, ["FAIL 9. it has landed on the mainline"], "{told}");
    assert!(told.contains("        record-unlanded: "), "{told}");
    // Whatever begins too many records, or none, is no record.
    for wanted in ["abc", "0000000000000000000000000000000000000000", &book.repo.head()[..0]] {
        let (code, told) = outcome(&dir, &["verify-record", wanted]);
        assert_eq!(code, Some(2), "{wanted:?}: {told}");
    }
}

#[test]
fn a_record_may_be_named_as_git_names_commits() {
    let (book, good, bad) = half_approved();
    let dir = book.repo.book();
    book.repo.git(&["tag", "read", &good]);
    // A name of digits is a name first.
    book.repo.git(&["branch", "beef", &bad]);
    for (name, record) in [("HEAD", &bad), ("HEAD~1", &good), ("read", &good), ("main", &bad), ("beef", &bad)]
    {
        let told = outcome(&dir, &["verify-record", name]);
        assert_eq!(told, outcome(&dir, &["verify-record", record]), "{name}");
        assert!(told.1.contains(&record[..12]), "{name}: {}", told.1);
    }
    let (code, told) = outcome(&dir, &["verify-record", "HEAD~2"]);
    assert_eq!(code, Some(2), "{told}");
    assert!(told.contains("there is no record `"), "{told}");
    let (code, told) = outcome(&dir, &["verify-record", "nowhere"]);
    assert_eq!(code, Some(2), "{told}");
    assert!(told.contains("there is no commit `nowhere` in this repository"), "{told}");
}

#[test]
fn what_rests_on_a_signer_is_not_judged_without_one() {
    let book = Book::submitted();
    let dir = book.repo.book();
    let schema: Value =
        serde_json::from_str(&printed(&dir, &["schema", "--verify-record"])).expect("it is JSON");
    let judged = |record: &str| {
        let (code, text) = outcome(&dir, &["verify-record", record]);
        let line = |line: &str| {
            Some((line.get(..4)?.trim().to_owned(), line.get(5..)?.split_once(". ")?.0.parse().ok()?))
        };
        let rules: Vec<(String, u32)> = text.lines().filter_map(line).collect();
        let (_, json) = outcome(&dir, &["verify-record", record, "--format", "json"]);
        let told: Value = serde_json::from_str(&json).expect("it is JSON");
        assert!(is_valid(&schema, &told), "{json}");
        for ((word, number), rule) in rules.iter().zip(told["rules"].as_array().expect("a list")) {
            assert_eq!(rule["met"], word == "ok", "{number}: {json}");
            assert_eq!(rule["unjudged"].is_string(), word == "-", "{number}: {json}");
        }
        let of = |wanted: &str| {
            let found = rules.iter().filter(|(word, _)| word == wanted);
            found.map(|(_, number)| *number).collect::<Vec<_>>()
        };
        assert_eq!(rules.len(), 9, "{text}");
        (code, of("FAIL"), of("-"), text)
    };
    let message = book.message("carol", "approve", "peer");
    let unsigned = |message: &str| {
        let id = book.repo.git(&["commit-tree", "-p", "HEAD", "-m", message, "HEAD^{tree}"]);
        book.repo.git(&["reset", "--quiet", "--soft", id.trim()]);
        id.trim().to_owned()
    };
    let (code, failed, left, text) = judged(&unsigned(&message));
    assert_eq!((code, failed, left), (Some(1), vec![5], vec![8]), "{text}");
    assert!(text.contains("        not judged: no good signature says who the signer is\n"), "{text}");
    // Without words there is nothing to hold against a tree, a repository or a roster.
    let (_, failed, left, text) = judged(&unsigned(&message.replace("Mcm-Record: v1", "Mcm-Record: v9")));
    assert_eq!((failed, left), (vec![1, 5], vec![4, 7, 8]), "{text}");
    assert!(text.contains("        not judged: what it says cannot be read\n"), "{text}");
    // Whose signature is good, and not the one who is named, is not weighed as that one.
    let other = book.record("dave", &message);
    let (_, failed, left, text) = judged(&other);
    assert_eq!((failed, left), (vec![5], vec![8]), "{text}");
    let good = book.decide("carol", "approve", "peer");
    assert_eq!(judged(&good).1, [] as [u32; 0]);
    assert_eq!(judged(&good).2, [] as [u32; 0]);
    // What the signer must not do is judged once all else is as it should be.
    let own = book.decide("alice", "approve", "manager");
    let (_, failed, left, text) = judged(&own);
    assert_eq!((failed, left), (vec![8], vec![]), "{text}");
    assert!(text.contains("self-approval"), "{text}");
}
