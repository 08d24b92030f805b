//! An exception from its signature to the gate: it opens one change, one scope, until one instant.

use super::command::{ask, codes};
use crate::approvals::book::{Book, CHANGE, FOLDER};
use crate::records::{as_person, done};

/// In the slot of the change, and in the freeze.
const IN_SLOT: &str = "2026-06-20T10:10:00Z";

const POLICY: &str =
    "approval_ttl = \"400d\"\n[subject.exception]\nrequire = [{ role = \"manager\", min = 1 }]\n";

const FREEZE: &str = "---
title: Freeze
owner: alice
type: freeze
level: hard
reason: business
tz: UTC
start: 2025-01-01T00:00
end: 2026-07-01T00:00
scope: {services: [checkout]}
---
";

/// A request with all that its class needs to be ready.
const REQUEST: &str = "---
title: Cache the basket
owner: alice
services: [checkout]
change: {types: [code], extent: minor, novelty: routine, reversibility: reversible}
impact: {downtime: 0m, customer: none, data: none}
slot: {start: 2026-06-20T10:00:00Z, end: 2026-06-20T12:00:00Z, tz: UTC}
rollback: {kind: switch back, estimate: 5m, decider: bob}
---

# Cache the basket

## Description

The basket of checkout is read from the cache for 30 s before the database is asked again, which takes
about a third of all reads away from it in the evening; the switch is one line of its settings.

## Scope

The setting of checkout.

## Risk and Impact

A basket may be thirty seconds old.

## Rollback Plan

The setting is put back.
";

const RUNBOOK: &str = "---
title: Runbook
for: MCM-2026-0001
owner: alice
---

# Runbook

## Execution

### Step 1: Switch the cache on
- Owner: @bob
- Estimate: 5m
- Validate: the setting reads 30
- Undo: R1

### Go/No-Go G1: Keep it
- Decider: @bob
- Estimate: 5m
- Criteria: fewer than 1 % of baskets are slow
- On no: R1

## Rollback

### Rollback R1: Switch the cache off
- Owner: @bob
- Estimate: 5m
- Validate: the setting reads 0
";

fn exception(environment: &str, expires: &str) -> String {
    format!(
        "---\ntitle: Let it pass\nowner: alice\nwindow: freeze\nfor: {CHANGE}\nreason: It cannot wait.\n\
         expires: {expires}\nscope: {{services: [checkout], environments: [{environment}]}}\n\
         compensating: [Two people watch.]\n---\n\n# Let it pass\n\n## Why It Cannot Wait\n\nIt breaks.\n\n\
         ## Compensating Controls\n\nTwo people watch.\n"
    )
}

/// A change that a freeze stops, approved in the freeze, with an exception that alice wrote and nobody signed.
fn stopped() -> Book {
    let book = Book::adopted();
    book.amend(2, |book| book.policy(2, POLICY, &crate::approvals::book::PEOPLE));
    book.as_person("alice", |book| {
        book.repo.write(&format!("{FOLDER}/request.md"), REQUEST);
        book.repo.write(&format!("{FOLDER}/runbook.md"), RUNBOOK);
        book.repo.write("content/windows/freeze.md", FREEZE);
        book.commit("Request MCM-2026-0001");
    });
    book.as_person("alice", |book| {
        book.repo.write(&format!("{FOLDER}/exception.md"), exception("production", "2026-06-20T11:00:00Z"));
        book.commit("Ask for an exception");
    });
    done(&book, "carol", &["approve", CHANGE, "--role", "peer", "-y"]);
    done(&book, "bob", &["approve", CHANGE, "--role", "manager", "-y"]);
    book
}

fn gate(book: &Book, at: &str) -> (i32, Vec<String>) {
    let (code, answer) = ask(book, &["--at", at, "--change", CHANGE]);
    (code, codes(&answer).into_iter().map(str::to_owned).collect())
}

fn shut(because: &str) -> (i32, Vec<String>) {
    (10, vec![because.to_owned(), "freeze".to_owned()])
}

const APPROVE: [&str; 4] = ["approve", "MCM-2026-0001/exception", "--role", "manager"];

#[test]
fn a_signed_exception_opens_one_scope_until_one_instant() {
    let book = stopped();
    assert_eq!(gate(&book, IN_SLOT), shut("exception-unapproved"));
    let told = done(&book, "dave", &[&APPROVE[..], &["-y"]].concat());
    for part in [
        "Approve MCM-2026-0001/exception as manager",
        "I let this change pass the window",
        "Status MCM-2026-0001/exception is approved: approved by dave",
    ] {
        assert!(told.contains(part), "{part} is not in {told}");
    }
    let raw = book.repo.git(&["cat-file", "commit", "HEAD"]);
    assert!(raw.contains("\nMcm-Document: MCM-2026-0001\nMcm-Covers: exception\n"), "{raw}");
    let (code, answer) = ask(&book, &["--at", IN_SLOT, "--change", CHANGE]);
    assert_eq!((code, codes(&answer)), (0, vec!["exception"]), "{answer}");
    assert_eq!(answer["next_transition"], "2026-06-20T11:00:00Z", "it ends when the exception does");
    let signers: Vec<&str> = answer["evidence"]
        .as_array()
        .expect("evidence")
        .iter()
        .filter_map(|one| one["person"].as_str())
        .collect();
    assert_eq!(signers, ["bob", "dave", "carol"], "the answer rests on the exception's record, too");
    // Of the change itself nothing is different, and no record is refused.
    assert_eq!(book.reasons().into_values().flatten().count(), 0);
    assert_eq!(book.status(), mcmbook::facts::approval::ApprovalStatus::Approved);
    let told = done(&book, "alice", &["status", CHANGE]);
    assert!(!told.contains("covers-mismatch"), "{told}");
    assert!(told.contains("exception  approved: approved by dave"), "{told}");

    assert_eq!(gate(&book, "2026-06-20T11:00:00Z"), shut("exception-expired"));
    let (code, answer) = ask(&book, &["--at", IN_SLOT]);
    assert_eq!((code, codes(&answer)), (11, vec!["freeze"]), "without the change: {answer}");
}

#[test]
fn an_exception_for_another_environment_opens_nothing_here() {
    let book = stopped();
    book.as_person("alice", |book| {
        book.repo.write(&format!("{FOLDER}/exception.md"), exception("staging", "2026-06-20T11:00:00Z"));
        book.commit("For the rehearsal");
    });
    done(&book, "dave", &[&APPROVE[..], &["-y"]].concat());
    assert_eq!(gate(&book, IN_SLOT), shut("exception-out-of-scope"));
}

#[test]
fn an_exception_that_is_edited_waits_for_its_signature_again() {
    let book = stopped();
    done(&book, "dave", &[&APPROVE[..], &["-y"]].concat());
    book.as_person("alice", |book| {
        book.repo.write(&format!("{FOLDER}/exception.md"), exception("production", "2026-06-20T11:30:00Z"));
        book.commit("Half an hour more");
    });
    assert_eq!(gate(&book, IN_SLOT), shut("exception-unapproved"));
    let told = done(&book, "alice", &["status", CHANGE]);
    assert!(told.contains("exception  stale: what was approved has changed since"), "{told}");
    done(&book, "dave", &[&APPROVE[..], &["-y"]].concat());
    assert_eq!(gate(&book, IN_SLOT).0, 0);
    done(&book, "dave", &["retract", "MCM-2026-0001/exception", "-y"]);
    assert_eq!(gate(&book, IN_SLOT), shut("exception-unapproved"), "taken back");
}

#[test]
fn who_may_not_give_it_does_not() {
    let book = stopped();
    let head = book.repo.head();
    for (person, arguments, part) in [
        ("alice", &[&APPROVE[..], &["-y"]].concat(), "alice edited it"),
        ("carol", &[&APPROVE[..], &["-y"]].concat(), "carol does not hold the role manager"),
        ("bob", &vec!["approve", "MCM-2026-0001/exception", "--role", "peer", "-y"], "asks for no peer"),
        ("bob", &vec!["approve", "MCM-2026-0001/exception-2", "-y"], "has no exception-2"),
        ("bob", &vec!["withdraw", "MCM-2026-0001/exception", "-y"], "decided on as a whole"),
    ] {
        let (code, told) = as_person(&book, person, arguments);
        assert_eq!(code, Some(2), "{told}");
        assert!(told.contains(part), "{part} is not in {told}");
        assert_eq!(book.repo.head(), head);
    }
    // Written by hand, past every obstacle, it counts no more than that.
    let text = std::fs::read(book.repo.book().join(FOLDER).join("exception.md")).expect("it is there");
    let hash = mcmbook::text::ContentHash::of(&text);
    let manifest = mcmbook::facts::approval::subject::Manifest::of([("exception.md".to_owned(), hash)]);
    let digest = manifest.expect("a plain name").digest();
    let root = book.root();
    let message = |person: &str, role: &str| {
        format!(
            "Approve\n\nRead.\n\nMcm-Record: v1\nMcm-Decision: approve\nMcm-Role: {role}\nMcm-Meaning: Yes.\n\
             Mcm-Document: {CHANGE}\nMcm-Covers: exception\nMcm-Subject: sha256:{digest}\nMcm-Context: test\n\
             Mcm-Trust-Root: {root}\nMcm-Signer: {person}\n"
        )
    };
    book.record("carol", &message("carol", "manager"));
    book.record("alice", &message("alice", "manager"));
    book.record("bob", &message("bob", "peer"));
    book.as_person("bob", |book| {
        book.repo.tick();
        book.repo.git(&[
            "commit",
            "--quiet",
            "--allow-empty",
            "--no-gpg-sign",
            "-m",
            &message("bob", "manager"),
        ]);
    });
    book.record("mallory", &message("bob", "manager"));
    assert_eq!(gate(&book, IN_SLOT), shut("exception-unapproved"));
    // Refused by one who may, it stays shut whoever else approves.
    done(&book, "bob", &["reject", "MCM-2026-0001/exception", "--role", "manager", "--reason", "No.", "-y"]);
    done(&book, "dave", &[&APPROVE[..], &["-y"]].concat());
    assert_eq!(gate(&book, IN_SLOT), shut("exception-unapproved"));
    assert_eq!(
        book.status(),
        mcmbook::facts::approval::ApprovalStatus::Approved,
        "the change is not refused"
    );
}

/// The approval of the plan begins the count of its editors anew; whoever wrote the exception before it may
/// not give it all the same.
#[test]
fn its_author_is_not_forgotten_when_the_change_is_approved() {
    let book = stopped();
    book.as_person("dave", |book| {
        book.repo.write(&format!("{FOLDER}/exception.md"), exception("production", "2026-06-20T11:10:00Z"));
        book.commit("Ask for another exception");
    });
    book.as_person("alice", |book| {
        book.repo.write(&format!("{FOLDER}/runbook.md"), RUNBOOK.replace("reads 30", "reads 20"));
        book.commit("Plan B");
    });
    done(&book, "carol", &["approve", CHANGE, "--role", "peer", "-y"]);
    done(&book, "bob", &["approve", CHANGE, "--role", "manager", "-y"]);
    let (code, told) = as_person(&book, "dave", &[&APPROVE[..], &["-y"]].concat());
    assert_eq!(code, Some(2), "{told}");
    assert!(told.contains("dave edited it"), "{told}");
}

#[test]
fn under_a_policy_that_asks_nobody_there_is_none() {
    let book = stopped();
    let nobody = "approval_ttl = \"400d\"\n[subject.exception]\nrequire = []\n";
    book.amend(3, |book| book.policy(3, nobody, &crate::approvals::book::PEOPLE));
    let (code, told) = as_person(&book, "dave", &[&APPROVE[..], &["-y"]].concat());
    assert_eq!(code, Some(2), "{told}");
    assert!(told.contains("the policy asks nobody to approve an exception"), "{told}");
    assert_eq!(gate(&book, IN_SLOT), shut("exception-unapproved"));
}

/// What was signed is a file of the change's folder: a document elsewhere that says to be of the kind is none.
#[test]
fn a_document_beside_it_borrows_no_signature() {
    let book = stopped();
    book.as_person("alice", |book| {
        book.repo.write(&format!("{FOLDER}/exception.md"), exception("staging", "2026-06-20T11:00:00Z"));
        book.commit("For the rehearsal");
    });
    done(&book, "dave", &[&APPROVE[..], &["-y"]].concat());
    let wider = exception("production", "2026-06-20T11:00:00Z");
    for place in ["x/exception.md", "exception/exception.md", "files/exception.md"] {
        book.as_person("alice", |book| {
            book.repo
                .write(&format!("{FOLDER}/{place}"), wider.replacen("---\n", "---\nkind: exception\n", 1));
            book.commit("Beside it");
        });
        assert_ne!(gate(&book, IN_SLOT).0, 0, "{place}");
        book.repo.remove(&format!("{FOLDER}/{place}"));
        book.as_person("alice", |book| book.commit("Away"));
    }
}

/// The request that is signed is request.md: another document of the kind does not speak for the change.
#[test]
fn a_second_request_says_nothing_of_the_change() {
    let book = stopped();
    done(&book, "dave", &[&APPROVE[..], &["-y"]].concat());
    let other = REQUEST.replacen("---\n", "---\nkind: request\n", 1);
    let other = other.replace("2026-06-20T10:00:00Z", "2026-06-20T10:30:00Z");
    book.as_person("alice", |book| {
        book.repo.write(&format!("{FOLDER}/a.md"), &other);
        book.commit("A second request");
    });
    assert_eq!(gate(&book, IN_SLOT), (0, vec!["exception".to_owned()]), "the slot is that of request.md");
}

#[test]
fn going_back_to_an_exception_that_was_narrowed_needs_its_signature_again() {
    let book = stopped();
    done(&book, "dave", &[&APPROVE[..], &["-y"]].concat());
    let write = |expires: &str| {
        book.as_person("alice", |book| {
            book.repo.write(&format!("{FOLDER}/exception.md"), exception("production", expires));
            book.commit("Other hours");
        });
    };
    write("2026-06-20T10:30:00Z");
    done(&book, "dave", &[&APPROVE[..], &["-y"]].concat());
    assert_eq!(gate(&book, IN_SLOT).0, 0);
    write("2026-06-20T11:00:00Z");
    assert_eq!(gate(&book, IN_SLOT), shut("exception-unapproved"), "what dave signed first is dead");
    done(&book, "dave", &[&APPROVE[..], &["-y"]].concat());
    assert_eq!(gate(&book, IN_SLOT).0, 0);
}

/// Nobody can tell whether an author without a name is the one who signs.
#[test]
fn an_author_whom_nobody_knows_stands_against_it_whatever_the_class_says() {
    let book = stopped();
    let lenient = format!("exclude_authors = false\n{POLICY}");
    book.amend(3, |book| book.policy(3, &lenient, &crate::approvals::book::PEOPLE));
    book.repo.write(&format!("{FOLDER}/exception.md"), exception("production", "2026-06-20T11:10:00Z"));
    book.repo.tick();
    book.repo.git(&["add", "--all"]);
    book.repo.person.replace(Some("nobody".to_owned()));
    book.repo.git(&["commit", "--quiet", "--no-gpg-sign", "-m", "Ask again"]);
    let _ = as_person(&book, "dave", &[&APPROVE[..], &["-y"]].concat());
    assert_eq!(gate(&book, IN_SLOT), shut("exception-unapproved"));
}

/// Another name of the file is no other author.
#[test]
fn a_renamed_exception_keeps_its_author() {
    let book = stopped();
    book.repo.rename(&format!("{FOLDER}/exception.md"), &format!("{FOLDER}/exception-2.md"));
    book.as_person("carol", |book| book.commit("Another name"));
    let (code, told) =
        as_person(&book, "alice", &["approve", "MCM-2026-0001/exception-2", "--role", "manager", "-y"]);
    assert_eq!(code, Some(2), "{told}");
    assert!(told.contains("alice edited it"), "{told}");
}
