//! Records on branches of their own: pushed by several people at once, collected with merge commits.

use std::path::Path;
use std::process::Command;

use mcmbook::facts::approval::ApprovalStatus;

use super::{as_person, done, run_at};
use crate::approvals::book::{Book, CHANGE};
use crate::support::Folder;

fn git(dir: &Path, arguments: &[&str]) -> String {
    let output = Command::new("git").args(arguments).current_dir(dir).output().expect("git is installed");
    assert!(output.status.success(), "{arguments:?}: {}", String::from_utf8_lossy(&output.stderr));
    String::from_utf8_lossy(&output.stdout).into_owned()
}

/// A clone in which a person works.
fn clone(book: &Book, origin: &Path, person: &str) -> Folder {
    let folder = Folder::new();
    git(&folder.path(), &["clone", "--quiet", &origin.display().to_string(), "."]);
    for (key, value) in [
        ("user.name", person.to_owned()),
        ("user.email", format!("{person}@a.example")),
        ("gpg.format", "ssh".to_owned()),
        ("user.signingkey", book.key(person).display().to_string()),
    ] {
        git(&folder.path(), &["config", key, &value]);
    }
    folder
}

#[test]
fn people_push_records_and_somebody_collects_them() {
    let book = Book::submitted();
    let origin = Folder::new();
    git(&origin.path(), &["init", "--quiet", "--bare", "--initial-branch=main"]);
    let address = origin.path().display().to_string();
    book.repo.git(&["remote", "add", "origin", &address]);
    book.repo.git(&["push", "--quiet", "origin", "main"]);
    for (person, role) in [("carol", "peer"), ("bob", "manager")] {
        let folder = clone(&book, &origin.path(), person);
        let head = git(&folder.path(), &["rev-parse", "HEAD"]);
        book.repo.tick();
        let arguments = ["approve", CHANGE, "--role", role, "--push", "-y"];
        let (code, told) = run_at(&folder.path(), book.repo.seconds(), &arguments);
        assert_eq!(code, Some(0), "{told}");
        assert!(told.contains(&format!("Pushed mcm/MCM-2026-0001/{person} to origin")), "{told}");
        assert_eq!(git(&folder.path(), &["rev-parse", "HEAD"]), head, "the branch at hand stays");
    }
    assert_eq!(book.status(), ApprovalStatus::InReview, "nothing has landed");
    let told = done(&book, "dave", &["approve", "--collect", CHANGE]);
    assert!(told.contains("Merged mcm/MCM-2026-0001/bob with 1 record"), "{told}");
    assert!(told.contains("Merged mcm/MCM-2026-0001/carol with 1 record"), "{told}");
    assert!(told.contains("Status MCM-2026-0001 is approved"), "{told}");
    assert_eq!(book.status(), ApprovalStatus::Approved);
    assert_eq!(book.repo.git(&["rev-list", "--merges", "--count", "HEAD"]).trim(), "2", "one merge each");
    assert_eq!(book.reasons().into_values().flatten().count(), 0);
    assert!(done(&book, "dave", &["approve", "--collect"]).contains("every record has landed"));
}

#[test]
fn what_was_collected_is_told_to_programs() {
    let book = Book::submitted();
    book.repo.git(&["switch", "--quiet", "--create", "mcm/MCM-2026-0001/carol"]);
    book.decide("carol", "approve", "peer");
    book.repo.git(&["switch", "--quiet", "main"]);
    let dir = book.repo.book();
    let schema = crate::support::run::printed(&dir, &["schema", "--collect"]);
    let schema = serde_json::from_str(&schema).expect("it is JSON");
    let collected = || {
        let text = done(&book, "dave", &["approve", "--collect", CHANGE, "--format", "json"]);
        let told: serde_json::Value = serde_json::from_str(&text).expect("it is JSON");
        assert!(crate::approvals::status::is_valid(&schema, &told), "{text}");
        assert_eq!((&told["trust"]["root"], &told["trust"]["pinned"]), (&book.root().into(), &false.into()));
        assert_eq!(told["after"]["open"][0], "manager");
        told["merged"].clone()
    };
    let merged = collected();
    assert_eq!((&merged[0]["branch"], &merged[0]["records"]), (&"mcm/MCM-2026-0001/carol".into(), &1.into()));
    assert_eq!(merged[0]["commit"], book.repo.head());
    assert_eq!(collected(), serde_json::json!([]), "what has landed is not merged again");
    assert!(!crate::approvals::status::is_valid(&schema, &serde_json::json!([])));
}

#[test]
fn a_further_record_goes_on_where_the_branch_was_left() {
    let book = Book::submitted();
    let origin = Folder::new();
    git(&origin.path(), &["init", "--quiet", "--bare", "--initial-branch=main"]);
    book.repo.git(&["remote", "add", "upstream", &origin.path().display().to_string()]);
    let branch = "mcm/MCM-2026-0001/carol";
    done(&book, "carol", &["approve", CHANGE, "--push=upstream", "-y"]);
    let first = book.repo.git(&["rev-parse", branch]);
    done(&book, "carol", &["acknowledge", "MCM-2026-0001/runbook", "--push=upstream", "-y"]);
    assert_eq!(book.repo.git(&["rev-parse", &format!("{branch}^")]), first, "on the same branch");
    // The change is edited: the branch stands beside it now, and is left as it is.
    book.repo.write("content/changes/2026/MCM-2026-0001/runbook.md", "---\ntitle: Plan B\n---\n");
    book.as_person("alice", |book| book.commit("Plan B"));
    let told = done(&book, "carol", &["approve", CHANGE, "--push=upstream", "-y"]);
    assert!(told.contains("mcm/MCM-2026-0001/carol-2"), "{told}");
    assert_eq!(git(&origin.path(), &["for-each-ref", "--format=%(refname:short)"]).lines().count(), 2);
    done(&book, "dave", &["approve", "--collect", "--push=upstream"]);
    done(&book, "bob", &["approve", CHANGE, "-y"]);
    assert_eq!(book.status(), ApprovalStatus::Approved, "the record on the later branch is of what stands");
}

#[test]
fn a_branch_that_brings_more_than_records_is_not_merged() {
    let book = Book::submitted();
    book.repo.git(&["checkout", "--quiet", "-b", "mcm/MCM-2026-0001/carol"]);
    book.repo.write("content/a.md", "# A\n");
    book.as_person("alice", |book| book.commit("An edit"));
    book.decide("carol", "approve", "peer");
    book.repo.git(&["checkout", "--quiet", "main"]);
    let head = book.repo.head();
    let (code, told) = as_person(&book, "dave", &["approve", "--collect", CHANGE]);
    assert_eq!(code, Some(2));
    assert!(told.contains("brings commits that change files"), "{told}");
    assert_eq!(book.repo.head(), head);
}

#[test]
fn a_detached_head_takes_no_record_and_cannot_collect() {
    let book = Book::submitted();
    let origin = Folder::new();
    git(&origin.path(), &["init", "--quiet", "--bare", "--initial-branch=main"]);
    book.repo.git(&["remote", "add", "origin", &origin.path().display().to_string()]);
    let record = book.decide("bob", "approve", "manager");
    book.repo.git(&["checkout", "--quiet", "--detach"]);
    let head = book.repo.head();
    let policy = book.repo.book().join("policy/policy.toml");
    let text = std::fs::read_to_string(&policy).expect("the policy");
    let refused = |arguments: &[&str]| {
        let (code, told) = as_person(&book, "carol", arguments);
        assert_eq!(code, Some(2), "{arguments:?}: {told}");
        assert!(
            told.contains("no branch is checked out: the record would be on none"),
            "{arguments:?}: {told}"
        );
        assert!(told.contains("`git switch -c NAME` makes a branch here"), "{arguments:?}: {told}");
        assert_eq!(book.repo.head(), head, "{arguments:?}");
    };
    refused(&["approve", CHANGE, "-y"]);
    refused(&["approve", CHANGE, "--dry-run"]);
    refused(&["reject", CHANGE, "--reason", "No.", "-y"]);
    refused(&["acknowledge", "MCM-2026-0001/runbook", "-y"]);
    refused(&["reinstate", &record, "--reason", "Ours.", "-y"]);
    std::fs::write(&policy, format!("{text}\n# Read again.\n")).expect("the policy");
    refused(&["policy", "amend", "-y"]);
    refused(&["policy", "amend", "--dry-run"]);
    std::fs::write(&policy, &text).expect("the policy");
    // A branch of its own needs none at hand.
    done(&book, "carol", &["approve", CHANGE, "--push", "-y"]);
    assert_eq!(book.repo.git(&["rev-parse", "mcm/MCM-2026-0001/carol^"]).trim(), head);
    let (code, told) = as_person(&book, "dave", &["approve", "--collect", CHANGE]);
    assert_eq!(code, Some(2));
    assert!(told.contains("no branch is checked out"), "{told}");
}
