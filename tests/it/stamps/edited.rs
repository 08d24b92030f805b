//! Edits that a certificate signs, where the class asks that every edit be signed.

use mcmbook::facts::approval::ApprovalStatus;

use super::authority::{Authority, P256};
use super::book::{bytes, put};
use super::certified::{self, MAIL};
use super::maker::{self, Recipe};
use crate::approvals::book::{Book, CHANGE, FOLDER};
use crate::approvals::trust::see;
use crate::threats::forge::{folded, write_commit};

const AS_OF: &str = "2025-12-01T00:00:00Z";

/// A book whose class asks for signed edits, and that knows carol by certificate; `more` is in its policy.
pub(super) fn waiting(root: &str, more: &str) -> Book {
    let book = certified::waiting(root, None);
    book.amend(3, |book| {
        let path = book.repo.book().join("policy/policy.toml");
        let text = std::fs::read_to_string(&path).expect("the policy").replace("serial = 2", "serial = 3");
        let text = text.replace("[class.minor]\n", "[class.minor]\nsigned_edits = \"required\"\n");
        std::fs::write(path, format!("{text}\n{more}")).expect("the policy");
    });
    book
}

/// Lands an edit of the plan by an author, signed in any way; gives its id.
pub(super) fn edit(book: &Book, author: &str, sign: &dyn Fn(&str) -> String) -> String {
    book.repo.write(&format!("{FOLDER}/runbook.md"), "---\ntitle: Plan\nfor: MCM-2026-0001\n---\n\nOther.\n");
    book.as_person(author, |book| book.commit("Edit"));
    let raw = String::from_utf8(bytes(book, "HEAD")).expect("text");
    let (header, message) = raw.split_once("\n\n").expect("a commit");
    let header = header.lines().take(4).collect::<Vec<_>>().join("\n");
    let armour = sign(&format!("{header}\n\n{message}"));
    let signed = format!("{header}\n{}\n{message}", folded("gpgsig", &armour));
    let id = write_commit(book, signed.as_bytes());
    book.repo.git(&["reset", "--quiet", "--hard", &id]);
    id
}

/// Approves what stands, by people who did not sign the edit.
fn approve(book: &Book) {
    book.decide("bob", "approve", "manager");
    book.decide("dave", "approve", "peer");
}

/// The status, and what stands against the change as a whole.
fn told(book: &Book) -> (ApprovalStatus, Vec<String>) {
    let approvals = book.approvals(AS_OF);
    let approval = approvals.status(CHANGE).expect("the change is there");
    (approval.status, approval.hindrances.iter().map(|(reason, who)| format!("{reason}: {who}")).collect())
}

fn stamp(book: &Book, time: &str) {
    let head = book.repo.head();
    let token = maker::stamp(&bytes(book, &head), &Recipe::at(time));
    put(book, &[(&head, &token.answer)]);
}

#[test]
fn an_edit_by_certificate_is_signed_once_somebody_else_has_seen_it() {
    let authority = Authority::new(P256);
    let book = waiting(&authority.root(), "");
    // Nobody on the roster is its author: whoever signed it answers for it.
    let id = edit(&book, "mallory", &|payload| authority.sign(payload, &[]));
    approve(&book);
    let unseen = vec!["editor-unknown: mallory@a.example".to_owned(), format!("editor-unknown: {id}")];
    assert_eq!(told(&book), (ApprovalStatus::Stale, unseen.clone()));
    stamp(&book, "20251124190000Z");
    assert_eq!(told(&book), (ApprovalStatus::Approved, Vec::new()));
    // What has not happened yet at the moment of judging proves nothing.
    stamp(&book, "20251202190000Z");
    assert_eq!(told(&book).1, unseen);
}

#[test]
fn an_observer_is_enough() {
    let authority = Authority::new(P256);
    let observer = |book: &Book| {
        format!("[[observer]]\nid = \"ci\"\nfingerprint = \"{}\"\n", book.fingerprint("mallory"))
    };
    let book = waiting(&authority.root(), "");
    book.amend(4, |book| {
        let path = book.repo.book().join("policy/policy.toml");
        let text = std::fs::read_to_string(&path).expect("the policy").replace("serial = 3", "serial = 4");
        std::fs::write(path, format!("{text}\n{}", observer(book))).expect("the policy");
    });
    edit(&book, "alice", &|payload| authority.sign(payload, &[]));
    approve(&book);
    assert_eq!(told(&book).0, ApprovalStatus::Stale);
    see(&book, "mallory", "2025-11-24T20:00:00Z");
    assert_eq!(told(&book), (ApprovalStatus::Approved, Vec::new()));
}

#[test]
fn a_certificate_that_would_sign_no_record_signs_no_edit() {
    let good = || Recipe::commit(MAIL);
    for (what, recipe) in [
        ("expired", Recipe { valid: ["250101000000Z", "251123000000Z"], ..good() }),
        ("unknown root", Recipe { root_name: "Other", ..good() }),
        ("another purpose", Recipe { purposes: Recipe::default().purposes, ..good() }),
        ("nobody's", Recipe { mails: vec!["eve@pki.example"], ..good() }),
        ("of other bytes", Recipe { other_content: true, ..good() }),
    ] {
        let book = waiting(&certified::root(&recipe), "");
        let id = edit(&book, "alice", &|payload| maker::signature(payload.as_bytes(), &recipe).0);
        approve(&book);
        stamp(&book, "20251124190000Z");
        let unsigned = vec![format!("editor-unknown: {id}")];
        assert_eq!(told(&book), (ApprovalStatus::Stale, unsigned), "{what}");
    }
}

#[test]
fn a_compromised_certificate_signs_no_edit() {
    let recipe = Recipe::commit(MAIL);
    let key = certified::fingerprint(&recipe);
    let book = waiting(&certified::root(&recipe), &certified::revocation(&key));
    let id = edit(&book, "alice", &|payload| maker::signature(payload.as_bytes(), &recipe).0);
    approve(&book);
    stamp(&book, "20251124190000Z");
    assert_eq!(told(&book), (ApprovalStatus::Stale, vec![format!("editor-unknown: {id}")]));
}
