//! Names in real repositories: documents that get another one, files that can have none, and kinds by path.

use std::process::{Command, Stdio};

use mcmbook::facts::approval::ApprovalStatus;

use super::book::{Book, FOLDER};
use crate::gate::command::{ask, codes};
use crate::records::{as_person, done};
use crate::support::run::printed;

const LATER: &str = "2025-12-01T00:00:00Z";
const GUIDE: &str =
    "---\ntitle: Roles\nkind: guide\nversion: 1\nchapter: roles\nowner: alice\n---\n\nText.\n";

fn status(book: &Book, id: &str) -> Option<ApprovalStatus> {
    book.approvals(LATER).status(id).map(|approval| approval.status)
}

#[test]
fn a_chapter_keeps_its_approval_under_another_name() {
    let book = Book::submitted();
    book.amend(2, |book| {
        let guide = "[subject.guide]\nrequire = [{ role = \"manager\", min = 1 }]\n";
        book.policy(2, guide, &super::book::PEOPLE);
    });
    book.repo.write("content/process/roles.md", GUIDE);
    book.as_person("alice", |book| book.commit("Write a chapter"));
    done(&book, "bob", &["approve", "process/roles", "--role", "manager", "--yes"]);
    assert_eq!(status(&book, "process/roles"), Some(ApprovalStatus::Approved));
    book.repo.git(&["mv", "content/process/roles.md", "content/process/people.md"]);
    book.as_person("mallory", |book| book.commit("Call it otherwise"));
    assert_eq!(status(&book, "process/people"), Some(ApprovalStatus::Approved));
    let told = printed(&book.repo.book(), &["status", "process/people", "--as-of", LATER]);
    assert!(told.contains("formerly   process/roles"), "{told}");
    // Who has approved it has nothing to add; who refuses it now refuses what is approved.
    let (code, told) = as_person(&book, "bob", &["approve", "process/people", "--role", "manager", "--yes"]);
    assert_ne!(code, Some(0), "{told}");
    done(&book, "dave", &["reject", "process/people", "--role", "manager", "--reason", "No.", "--yes"]);
    assert_eq!(status(&book, "process/people"), Some(ApprovalStatus::Rejected));
}

#[test]
fn a_change_is_approved_with_every_file_or_not_at_all() {
    let book = Book::approved();
    let before = book.snapshot();
    // What no file system of this machine needs to hold: the tree is made by hand.
    for entry in [
        "100644 blob BLOB\tfiles/a\\b.sh",
        "160000 commit COMMIT\tfiles/sub",
        "100644 blob BLOB\tfiles/a\u{1}b.sh",
    ] {
        let book = before.book();
        let blob = book.repo.git(&["hash-object", "-w", "content/services/checkout.md"]);
        let head = book.repo.git(&["rev-parse", "HEAD"]);
        let (what, name) = entry.split_once('\t').expect("a name");
        let what = what.replace("BLOB", blob.trim()).replace("COMMIT", head.trim());
        let mut parts: Vec<&str> = what.split(' ').collect();
        parts.remove(1);
        let mut index = Command::new("git");
        index
            .current_dir(book.repo.book())
            .args(["update-index", "-z", "--index-info"])
            .stdin(Stdio::piped());
        let mut child = index.spawn().expect("git is installed");
        let line = format!("{} {}\t{FOLDER}/{name}\0", parts[0], parts[1]);
        std::io::Write::write_all(&mut child.stdin.take().expect("a pipe"), line.as_bytes())
            .expect("git reads");
        assert!(child.wait().expect("it ends").success(), "{entry}");
        book.as_person("mallory", |book| {
            book.repo.tick();
            book.repo.git(&["commit", "--quiet", "-m", "One more"]);
        });
        assert_eq!(book.status(), ApprovalStatus::Invalid, "{entry:?}");
        // Nobody approves what cannot be named, either; without it, the change is what it was.
        book.decide("carol", "approve", "peer");
        book.decide("bob", "approve", "manager");
        assert_eq!(book.status(), ApprovalStatus::Invalid, "{entry:?}");
        book.repo.git(&["rm", "--quiet", "--cached", &format!("{FOLDER}/{name}")]);
        book.as_person("mallory", |book| {
            book.repo.tick();
            book.repo.git(&["commit", "--quiet", "-m", "One less"]);
        });
        assert_eq!(book.status(), ApprovalStatus::Approved, "{entry:?}");
    }
}

#[test]
fn a_freeze_is_lifted_by_no_edit_of_the_book() {
    let book = Book::submitted();
    book.repo.write("content/windows/freeze.md", crate::gate::command::FREEZE);
    book.as_person("alice", |book| book.commit("Freeze"));
    let at = ["--at", "2026-06-19T00:00:00Z"];
    assert_eq!(ask(&book, &at).0, 11);
    let toml = std::fs::read_to_string(book.repo.book().join("book.toml")).expect("it is there");
    let moved = format!("{toml}\n[kind.window]\npaths = [\"wins/*.md\"]\n");
    book.repo.write("book.toml", &moved);
    book.repo.git(&["add", "--all"]);
    book.repo.tick();
    book.repo.git(&["commit", "--quiet", "--no-gpg-sign", "-m", "Tidy up"]);
    let (code, answer) = ask(&book, &at);
    assert_eq!((code, codes(&answer).contains(&"book-unapproved")), (20, true), "{answer}");
    assert_eq!(book.status(), ApprovalStatus::Unverifiable);
    // Taken back, all is as it was.
    book.repo.write("book.toml", &toml);
    book.as_person("mallory", |book| book.commit("Take it back"));
    assert_eq!(ask(&book, &at).0, 11);
    assert_eq!(book.status(), ApprovalStatus::InReview);
    // A policy-admin answers for it.
    book.repo.write("book.toml", &moved);
    book.as_person("bob", |book| book.commit("Windows lie elsewhere"));
    assert_eq!(ask(&book, &at).0, 0);
    assert_eq!(book.status(), ApprovalStatus::InReview);
}

#[test]
fn what_a_class_covers_beside_request_and_runbook_is_read_too() {
    let book = Book::submitted();
    book.amend(2, |book| {
        book.policy(2, "", &super::book::PEOPLE);
        let path = book.repo.book().join("policy/policy.toml");
        let text = std::fs::read_to_string(&path).expect("it was written");
        let covers = "[class.minor]\ncovers = [\"request\", \"runbook\", \"notice-before\"]\n";
        book.repo.write("policy/policy.toml", text.replace("[class.minor]\n", covers));
    });
    for (name, status) in
        [("notice-after", ApprovalStatus::InReview), ("notice-before", ApprovalStatus::Invalid)]
    {
        book.repo.write(&format!("{FOLDER}/{name}.md"), "---\ntitle: [\n---\n");
        book.as_person("alice", |book| book.commit("A notice that nobody can read"));
        assert_eq!(book.status(), status, "{name}");
    }
}
