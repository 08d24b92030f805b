//! Pins of the trust root, and who saw a head when.

use mcmbook::facts::approval::{ApprovalStatus, SubjectId};
use mcmbook::hosts::workspace::{self, AsOf, LoadOptions};
use mcmbook::inputs::history::trust::Pin;
use mcmbook::text::ContentHash;

use super::book::{Book, CHANGE, PEOPLE};
use crate::support::run::outcome;

const AS_OF: &str = "2025-12-01T00:00:00Z";
const EMPTY: &str = "4b825dc642cb6eb9a060e54bf8d69288fbee4904";

#[test]
fn a_pin_that_does_not_fit_ends_the_command() {
    let book = Book::approved();
    let (root, policy) = (book.root(), book.policy_digest());
    let check = |pins: &[&str]| {
        let arguments = [&["check"], pins].concat();
        outcome(&book.repo.book(), &arguments)
    };
    let (other, digest) = ("a".repeat(40), "b".repeat(64));
    assert_ne!(check(&["--trust-root", &root, "--root-policy", &policy]).0, Some(3));
    let (code, told) = check(&["--trust-root", &other]);
    assert_eq!(code, Some(3));
    assert!(told.contains(&format!("the trust root is {root}, and {other} is pinned")), "{told}");
    let (code, told) = check(&["--trust-root", &root, "--root-policy", &digest]);
    assert_eq!(code, Some(3));
    assert!(told.contains(&policy), "{told}");
    assert_eq!(check(&["--trust-root", "main"]).0, Some(2), "a pin is no name");
    let (code, told) = check(&["--root-policy", &policy]);
    assert_eq!(code, Some(3), "a digest alone pins nothing");
    let nameless = format!("the policy sha256:{policy} is pinned, and not the trust root that has it");
    assert!(told.contains(&nameless) && told.contains("`--trust-root COMMIT` names it"), "{told}");
    // What book.toml repeats is held against the facts.
    book.repo.write("book.toml", format!("[book]\ntitle = \"A\"\n[[trust]]\nroot = \"{other}\"\n"));
    assert_eq!(check(&[]).0, Some(3));
    book.repo.write(
        "book.toml",
        format!("[book]\ntitle = \"A\"\n[[trust]]\nroot = \"{root}\"\npolicy = \"sha256:{policy}\"\n"),
    );
    assert_ne!(check(&[]).0, Some(3));
    let second = book.repo.head();
    book.repo.write("book.toml", format!("[[trust]]\nroot = \"{root}\"\n[[trust]]\nroot = \"{second}\"\n"));
    let (code, told) = check(&[]);
    assert!(code == Some(3) && told.contains("not pinned from outside"), "{told}");
}

#[test]
fn a_book_begins_anew_at_a_second_pinned_root() {
    let book = Book::approved();
    let first = Pin { root: book.root(), policy: ContentHash::from_hex(&book.policy_digest()) };
    // Nobody can amend any more: a policy lands that only a second root can bring into force.
    book.policy(1, "", &["alice", "bob", "mallory"]);
    book.as_person("alice", |book| book.commit("Begin anew"));
    let second = Pin { root: book.repo.head(), policy: ContentHash::from_hex(&book.policy_digest()) };
    let status = |pins: Vec<Pin>| {
        let options = LoadOptions { dir: book.repo.book(), pins, ..LoadOptions::default() };
        let mut inputs = workspace::load(&options).expect("the pins fit").inputs;
        inputs.as_of = AS_OF.parse().expect("an instant");
        let pinned = inputs.history.ledger.pinned;
        let approvals = mcmbook::facts::approval::Approvals::of(&inputs);
        let effective = approvals.effective.as_ref().expect("there is a policy");
        let status = approvals.status(CHANGE).expect("it is there").status;
        (pinned, status, effective.pending.is_some(), effective.policy.signers.len())
    };
    assert_eq!(status(vec![]), (false, ApprovalStatus::Approved, true, 4));
    assert_eq!(status(vec![first.clone()]), (true, ApprovalStatus::Approved, true, 4));
    assert_eq!(status(vec![first.clone(), second.clone()]), (true, ApprovalStatus::Approved, false, 3));
    let refused = |pins: Vec<Pin>| {
        workspace::load(&LoadOptions { dir: book.repo.book(), pins, ..LoadOptions::default() }).is_err()
    };
    assert!(refused(vec![second.clone()]), "the first root is the first");
    assert!(refused(vec![first, second.clone(), second]), "each comes later");
}

#[test]
fn a_moment_or_a_commit_cuts_the_ledger() {
    let book = Book::submitted();
    book.decide("carol", "approve", "peer");
    let before = book.repo.head();
    book.decide("bob", "approve", "manager");
    let status = |as_of: AsOf| {
        let options = LoadOptions { dir: book.repo.book(), as_of, ..LoadOptions::default() };
        let inputs = workspace::load(&options).expect("the book loads").inputs;
        mcmbook::facts::approval::Approvals::of(&inputs).status(CHANGE).expect("it is there").status
    };
    let seconds = book.repo.git(&["log", "-1", "--format=%ct"]).trim().parse::<i64>().expect("a number");
    let at = |seconds| AsOf::At(jiff::Timestamp::from_second(seconds).expect("an instant"));
    assert_eq!(status(AsOf::Head), ApprovalStatus::Approved);
    assert_eq!(status(at(seconds)), ApprovalStatus::Approved);
    assert_eq!(status(at(seconds - 1)), ApprovalStatus::InReview);
    assert_eq!(status(AsOf::Commit(before)), ApprovalStatus::InReview);
    let strange =
        LoadOptions { dir: book.repo.book(), as_of: AsOf::Commit("1".repeat(40)), ..LoadOptions::default() };
    assert_eq!(workspace::load(&strange).expect_err("no such commit").exit().code(), 2);
}

/// A policy whose minor changes need a first-seen time, and whose observer has mallory's key.
fn observed() -> Book {
    let book = Book::adopted();
    let observer = format!("[[observer]]\nid = \"ci\"\nfingerprint = \"{}\"\n", book.fingerprint("mallory"));
    book.amend(2, |book| {
        book.policy(2, &observer, &PEOPLE);
        let path = book.repo.book().join("policy/policy.toml");
        let text = std::fs::read_to_string(&path).expect("the policy");
        let more = "distinct_principals = 2\nmin_time_evidence = \"T2\"";
        std::fs::write(path, text.replace("distinct_principals = 2", more)).expect("the policy");
    });
    book.as_person("alice", |book| {
        book.write_change();
        book.commit("Request MCM-2026-0001");
    });
    book.decide("carol", "approve", "peer");
    book.decide("bob", "approve", "manager");
    book
}

/// Somebody says that they saw the head at a time.
pub(crate) fn see(book: &Book, person: &str, at: &str) {
    let (head, root) = (book.repo.head(), book.root());
    let message = format!(
        "Seen\n\nMcm-Record: v1\nMcm-Decision: observe\nMcm-Head: {head}\nMcm-Time: {at}\n\
         Mcm-Context: test\nMcm-Trust-Root: {root}\nMcm-Signer: ci\n"
    );
    book.as_person(person, |book| {
        book.repo.tick();
        let known = book.repo.git(&["for-each-ref", "--format=%(objectname)", "refs/heads/mcmbook-observer"]);
        let mut arguments = vec!["commit-tree", "-S", "-m", &message];
        if !known.is_empty() {
            arguments.extend(["-p", known.trim()]);
        }
        arguments.push(EMPTY);
        book.repo.git(&["hash-object", "-w", "-t", "tree", "/dev/null"]);
        let id = book.repo.git(&arguments);
        book.repo.git(&["update-ref", "refs/heads/mcmbook-observer", id.trim()]);
    });
}

#[test]
fn a_class_may_ask_for_better_evidence_than_the_order_of_landings() {
    let book = observed();
    let told = |book: &Book| {
        let approvals = book.approvals(AS_OF);
        let approval = approvals.status(CHANGE).expect("it is there");
        let codes: Vec<&str> = approval.uncounted.iter().map(|one| one.reason.code()).collect();
        (approval.status, codes.join(" "))
    };
    let lacking = (ApprovalStatus::InReview, "evidence-insufficient evidence-insufficient".to_owned());
    assert_eq!(told(&book), lacking);
    see(&book, "dave", "2025-11-24T18:00:00Z");
    assert_eq!(told(&book), lacking, "dave is no observer");
    see(&book, "mallory", "2025-11-24T19:00:00Z");
    assert_eq!(told(&book), (ApprovalStatus::Approved, String::new()));
    let level = |book: &Book| {
        let approvals = book.approvals(AS_OF);
        let record = &approvals.subjects[&SubjectId::named(CHANGE)].0.records[0];
        (record.level, record.at.to_string())
    };
    assert_eq!(level(&book), (2, "2025-11-24T19:00:00Z".to_owned()));
    // An entry that claims to be older than the one before it was not written when it says.
    see(&book, "mallory", "2025-11-24T17:00:00Z");
    assert_eq!(level(&book), (2, "2025-11-24T19:00:00Z".to_owned()));
}

#[test]
fn a_build_may_ask_when_the_head_was_seen_last() {
    let book = observed();
    let build = |most: &str| outcome(&book.repo.book(), &["build", "-d", "out", "--max-age", most]);
    let (code, told) = build("1h");
    assert_eq!(code, Some(3), "{told}");
    assert!(told.contains("no observer has seen one") && told.contains("mcmbook stamp"), "{told}");
    see(&book, "mallory", "2025-11-24T19:00:00Z");
    let (code, told) = build("1h");
    assert_eq!(code, Some(3), "{told}");
    assert!(told.contains("an observer saw this history last at 2025-11-24T19:00:00Z"), "{told}");
    assert!(!book.repo.book().join("out").exists(), "nothing was built");
    // A hundred years, and what landed since is newer still.
    book.decide("dave", "approve", "manager");
    assert_eq!(build("876000h").0, Some(0));
    // What an observer has seen, and this history has not.
    see(&book, "mallory", "2025-11-25T19:00:00Z");
    book.repo.git(&["reset", "-q", "--hard", "HEAD~1"]);
    let (code, told) = build("876000h");
    assert!(code == Some(3) && told.contains("which is not in this history"), "{told}");
}

#[test]
fn what_was_seen_before_a_compromise_stays() {
    for (seen, status) in [
        ("2025-11-24T19:00:00Z", ApprovalStatus::Approved),
        ("2025-11-26T19:00:00Z", ApprovalStatus::Revoked),
    ] {
        let book = observed();
        see(&book, "mallory", seen);
        let observer =
            format!("[[observer]]\nid = \"ci\"\nfingerprint = \"{}\"\n", book.fingerprint("mallory"));
        let revocation = format!(
            "{observer}[[revocation]]\nkey = \"{}\"\nkind = \"compromised\"\nsince = \"2025-11-25T00:00:00Z\"\n",
            book.fingerprint("carol")
        );
        book.amend(3, |book| book.policy(3, &revocation, &PEOPLE));
        assert_eq!(book.status(), status, "seen {seen}");
    }
}
