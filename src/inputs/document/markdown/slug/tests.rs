//! Inputs and anchors as GitHub made them.

use super::Slugger;

fn check(cases: &[(&str, &str)]) {
    let mut slugger = Slugger::default();
    for (text, anchor) in cases {
        assert_eq!(slugger.slug(text), *anchor, "{text:?}");
    }
}

#[test]
fn keeps_words_hyphens_and_spaces() {
    check(&[
        ("Roles and Responsibilities", "roles-and-responsibilities"),
        ("Step 3: Promote the replica", "step-3-promote-the-replica"),
        ("Go/No-Go G1: all green?", "gono-go-g1-all-green"),
        ("a - b", "a---b"),
        ("snake_case.txt", "snake_casetxt"),
        (" lead and trail ", "-lead-and-trail-"),
        ("tab\tand\nbreak", "tabandbreak"),
    ]);
}

#[test]
fn knows_unicode() {
    check(&[
        ("Rückfallplan ÄÖÜ", "rückfallplan-äöü"),
        ("Привет non-latin 你好", "привет-non-latin-你好"),
        ("😄 - an emoji", "---an-emoji"),
        ("en–dash", "endash"),
        ("x² and ½", "x-and-"),
        ("Ⅷ ٤ Ⓖ", "ⅷ-٤-ⓖ"),
        ("e\u{301} ‿", "e\u{301}-‿"),
        ("no\u{a0}break joi\u{200d}ner", "nobreak-joiner"),
        ("“quoted”", "quoted"),
    ]);
}

#[test]
fn counts_as_github_does() {
    check(&[("echo", "echo"), ("echo", "echo-1"), ("echo 1", "echo-1-1"), ("echo-1", "echo-1-2")]);
    check(&[("foo-1", "foo-1"), ("foo", "foo"), ("foo", "foo-2"), ("Foo", "foo-3"), ("foo 3", "foo-3-1")]);
}

#[test]
fn names_the_nameless() {
    check(&[("", "section"), ("!?", "section-1"), ("Section", "section-2")]);
}

#[test]
fn takes_linear_time_for_equal_headings() {
    let mut slugger = Slugger::default();
    let last = (0..50_000).map(|_| slugger.slug("again")).last();
    assert_eq!(last.as_deref(), Some("again-49999"));
}
