//! Whether the trust root is pinned is told wherever approvals are (design: approvals.md, "Trust root").

use serde_json::Value;

use super::book::{Book, CHANGE};
use super::status::is_valid;
use crate::support::Folder;
use crate::support::run::{outcome, printed};

/// What `check` says at its end.
const LINE: &str = "(unpinned: nobody outside of this repository vouches for it)";

#[test]
fn check_says_at_its_end_that_nobody_vouches() {
    let book = Book::approved();
    let dir = book.repo.book();
    let (root, policy) = (book.root(), book.policy_digest());
    let (_, told) = outcome(&dir, &["check"]);
    assert_eq!(told.lines().last(), Some(format!("trust root {} {LINE}", &root[..12]).as_str()), "{told}");
    let (_, told) = outcome(&dir, &["check", "--trust-root", &root, "--root-policy", &policy]);
    assert!(!told.contains("trust root") && told.contains("found "), "{told}");
    // Where there is no policy, there is nothing to vouch for.
    let (_, told) = outcome(&Folder::book().path(), &["check"]);
    assert_eq!(told, "no findings\n");
}

#[test]
fn every_json_says_what_its_approvals_rest_on() {
    let book = Book::approved();
    let dir = book.repo.book();
    let (root, policy) = (book.root(), book.policy_digest());
    let record = book.repo.head();
    let calls: [(&[&str], Option<&str>); 14] = [
        (&["check"], Some("--report")),
        (&["list"], None),
        (&["list", "--kind", "all"], None),
        (&["explain", CHANGE], None),
        (&["classify", CHANGE], None),
        (&["similar", CHANGE], None),
        (&["verify-record", &record], Some("--verify-record")),
        (&["doctor"], Some("--doctor")),
        (&["policy", "show"], Some("--policy-show")),
        (&["calendar", "list"], Some("--calendar")),
        (&["status"], Some("--status")),
        (&["status", "--cross-check"], Some("--cross-check")),
        (&["show", CHANGE], Some("--show")),
        (&["show", "services/checkout"], Some("--show")),
    ];
    for (call, schema) in calls {
        let asked = |pins: &[&str]| {
            let (_, text) = outcome(&dir, &[call, &["--format", "json"], pins].concat());
            serde_json::from_str::<Value>(&text).unwrap_or_else(|_| panic!("{call:?}: {text}"))
        };
        let told = asked(&[]);
        assert_eq!(
            (&told["trust"]["root"], &told["trust"]["pinned"]),
            (&root.as_str().into(), &false.into())
        );
        let pinned = asked(&["--trust-root", &root, "--root-policy", &policy]);
        assert_eq!(pinned["trust"]["pinned"], true, "{call:?}");
        let Some(schema) = schema else { continue };
        let schema: Value = serde_json::from_str(&printed(&dir, &["schema", schema])).expect("JSON");
        assert!(is_valid(&schema, &told), "{call:?}: {told}");
        // The schema is none that takes everything.
        let mut broken = told.clone();
        broken["trust"]["pinned"] = Value::Null;
        assert!(!is_valid(&schema, &broken), "{call:?}");
    }
}

#[test]
fn a_record_is_judged_as_it_stood_at_the_moment_that_is_asked_for() {
    let book = Book::submitted();
    let first = book.decide("carol", "approve", "peer");
    let before = book.repo.git(&["rev-parse", &format!("{first}^")]);
    let dir = book.repo.book();
    let judged =
        |as_of: &str| outcome(&dir, &["verify-record", &first, "--as-of", as_of, "--format", "json"]);
    let (code, told) = judged("2025-12-01T00:00:00Z");
    let told: Value = serde_json::from_str(&told).expect("JSON");
    assert_eq!((code, &told["as_of"]), (Some(0), &"2025-12-01T00:00:00Z".into()));
    let (code, told) = judged(before.trim());
    assert_ne!(code, Some(0), "it had not landed by then: {told}");
}
