//! `--as-of`: what had landed by a moment, in every command that tells of approvals.

use std::path::Path;

use serde_json::Value;

use super::book::{Book, CHANGE};
use crate::support::run::{outcome, printed, program};

fn json(dir: &Path, arguments: &[&str]) -> Value {
    serde_json::from_str(&printed(dir, arguments)).expect("JSON")
}

/// The approval of the change in a list, and how many changes the list has.
fn listed(dir: &Path, as_of: &[&str]) -> (String, usize) {
    let list = json(dir, &[&["list", "--format", "json"], as_of].concat());
    let list = list["changes"].as_array().expect("a list");
    let change = list.iter().find(|one| one["id"] == CHANGE).expect("it is listed");
    (change["approval"].as_str().expect("a word").to_owned(), list.len())
}

#[test]
fn lists_and_findings_are_those_of_the_day_that_is_asked_for() {
    let book = Book::approved();
    let dir = book.repo.book();
    let day = book.repo.head();
    let runbook = "content/changes/2026/MCM-2026-0001/runbook.md";
    let text = std::fs::read_to_string(dir.join(runbook)).expect("it is there");
    let present = ("stale".to_owned(), 1);
    let then = ("approved".to_owned(), 1);
    book.as_person("dave", |book| {
        book.repo.write(runbook, format!("{text}\n[Gone](gone.md)\n"));
        book.commit("One step more");
    });
    // A change that nobody has committed was not there on any day.
    book.repo.write("content/changes/2026/MCM-2026-0009/request.md", "---\ntitle: New\n---\n");
    let (now, at) = ("2025-12-01T00:00:00Z", jiff::Timestamp::from_second(book.repo.seconds() - 60));
    let at = at.expect("a moment").to_string();
    assert_eq!(listed(&dir, &["--as-of", now]), present);
    assert_eq!(listed(&dir, &["--as-of", &book.repo.head()]), present);
    assert_eq!(listed(&dir, &["--as-of", &day]), then);
    assert_eq!(listed(&dir, &["--as-of", &day[..7].to_uppercase()]), then);
    assert_eq!(listed(&dir, &[]).1, 2, "without a moment, the files at hand are listed");

    let findings = |as_of: &str| {
        let (_, told) = outcome(&dir, &["check", "--format", "json", "--as-of", as_of]);
        (told.contains("gone.md"), told.contains("MCM-2026-0009"))
    };
    assert_eq!(findings(now), (true, false));
    assert_eq!(findings(&day), (false, false));
    assert_eq!(findings(&at), (false, false), "an instant selects the last landing before it");
}

#[test]
fn a_moment_is_now_an_instant_or_a_commit_of_the_mainline() {
    let book = Book::approved();
    let dir = book.repo.book();
    let head = book.repo.head();
    let refused = |call: &[&str], why: &str| {
        let (code, told) = outcome(&dir, call);
        assert_eq!(code, Some(2), "{call:?}: {told}");
        assert!(told.contains(why), "{call:?}: {told}");
    };
    let site = crate::support::Folder::new();
    let site = site.path().join("site");
    let site = site.to_str().expect("UTF-8");
    for call in [
        &["build", "-d", site][..],
        &["check"],
        &["evidence", CHANGE],
        &["explain", CHANGE],
        &["list"],
        &["policy", "check"],
        &["policy", "history"],
        &["status", CHANGE],
    ] {
        refused(
            &[call, &["--as-of", "yesterday"]].concat(),
            "write `now`, a moment as in 2026-12-18T18:00:00+01:00",
        );
        refused(&[call, &["--as-of", "abc"]].concat(), "at least 7 digits of a commit's id");
        refused(&[call, &["--as-of", &"1".repeat(40)]].concat(), "is on the mainline since the trust root");
    }
    refused(&["impact", "HEAD", "--as-of", &head], "write `now`, or a moment as in");
    refused(&["check", "--fix", "--as-of", "now"], "cannot be used with");
    refused(&["build", "-d", site, "--as-of", &book.root()], "landed before it");
    refused(&["build", "-d", site, "--as-of", "2025-11-24T16:00:30Z"], "check out what had landed by then");
    // Without a policy there is no mainline to look back on.
    let plain = crate::support::Repo::new();
    plain.commit("A book");
    let (code, told) = outcome(&plain.path(), &["list", "--as-of", "now"]);
    assert_eq!(code, Some(2), "{told}");
    assert!(told.contains("`--as-of` asks for what had landed: "), "{told}");
    assert!(!told.contains("nothing had landed on the mainline by then"), "{told}");
    // The site of the head, judged at its own landing, is that of no moment; `now` is another one.
    printed(&dir, &["build", "-q", "-d", site, "--as-of", &head]);
    let mut build = program(&dir);
    build.args(["build", "-q", "-d", site, "--as-of", "now"]).env("SOURCE_DATE_EPOCH", "1780000000");
    assert!(build.status().expect("it runs").success());
}
