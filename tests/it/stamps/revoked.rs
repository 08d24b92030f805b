//! Lists of revoked certificates in the policy, as `openssl ca -gencrl` makes them.

use mcmbook::facts::approval::{ApprovalStatus, SubjectId};
use mcmbook::inputs::signature::stamp::Roots;

use super::authority::{Authority, P256};
use super::book::{bytes, put};
use super::certified::{approve_by, waiting};
use super::maker::{self, Recipe};
use crate::approvals::book::{Book, CHANGE};
use crate::support::run::{outcome, printed};

const AS_OF: &str = "2025-12-01T00:00:00Z";

/// Before the time stamp of 24 November at 19:00, and after it.
const BEFORE: &str = "251101000000Z";
const AFTER: &str = "251125000000Z";

/// Amends the policy by a list.
pub(crate) fn list(book: &Book, serial: u32, list: &str) {
    book.amend(serial, |book| {
        let path = book.repo.book().join("policy/policy.toml");
        let (was, is) = (format!("serial = {}", serial - 1), format!("serial = {serial}"));
        let text = std::fs::read_to_string(&path).expect("the policy").replace(&was, &is);
        std::fs::write(path, text).expect("the policy");
        book.repo.write("policy/ca/people.crl.pem", list);
    });
}

fn approve(book: &Book, authority: &Authority) -> String {
    approve_by(book, &|payload| authority.sign(payload, &[]), true)
}

/// The status, and what is against a record.
fn told(book: &Book, id: &str) -> (ApprovalStatus, String) {
    let approvals = book.approvals(AS_OF);
    let (subject, approval) = &approvals.subjects[&SubjectId::named(CHANGE)];
    let landed = subject.records.iter().find(|landed| landed.judged.id == *id).expect("it has landed");
    let reasons: Vec<String> =
        landed.judged.reasons.iter().map(|(reason, why)| format!("{reason}: {why}")).collect();
    (approval.status, reasons.join("; "))
}

#[test]
fn a_certificate_counts_until_its_issuer_revokes_it() {
    let approved = (ApprovalStatus::Approved, String::new());
    for (at, reason, expected) in [
        (
            BEFORE,
            "",
            "key-retired: the certificate of CN=The person is revoked by its issuer since 2025-11-01",
        ),
        (BEFORE, "superseded", "key-retired: "),
        (BEFORE, "certificateHold", "key-retired: "),
        (BEFORE, "keyCompromise", "key-compromised: "),
        // Whoever has the key can sign at any time, and say that it was before.
        (
            AFTER,
            "keyCompromise",
            "key-compromised: the certificate of CN=The person is revoked by its issuer since",
        ),
        (AFTER, "CACompromise", "key-compromised: "),
        // The key was lost on 1 November, and the issuer heard of it later.
        (AFTER, "keyTime,20251101000000Z", "key-compromised: "),
    ] {
        let authority = Authority::new(P256);
        authority.revoke(at, reason);
        let book = waiting(&authority.root(), None);
        list(&book, 3, &authority.list(&[]));
        let id = approve(&book, &authority);
        let (status, why) = told(&book, &id);
        assert!(why.starts_with(expected), "{at} {reason}: {why}");
        assert_ne!(status, ApprovalStatus::Approved, "{at} {reason}");
    }
    for reason in ["", "superseded", "cessationOfOperation"] {
        let authority = Authority::new(P256);
        authority.revoke(AFTER, reason);
        let book = waiting(&authority.root(), None);
        list(&book, 3, &authority.list(&[]));
        let id = approve(&book, &authority);
        assert_eq!(told(&book, &id), approved, "{reason}");
    }
}

#[test]
fn a_list_that_names_somebody_else_takes_nothing_away() {
    let authority = Authority::new(P256);
    let book = waiting(&authority.root(), None);
    list(&book, 3, &authority.list(&[]));
    let id = approve(&book, &authority);
    assert_eq!(told(&book, &id), (ApprovalStatus::Approved, String::new()));
    let shown = printed(&book.repo.book(), &["policy", "show"]);
    assert!(
        shown.contains("# revoked: 0 certificates of CN=The root (policy/ca/people.crl.pem, of 2025-11-10)"),
        "{shown}"
    );
    let shown = printed(&book.repo.book(), &["policy", "show", "--format", "json"]);
    let shown: serde_json::Value = serde_json::from_str(&shown).expect("JSON");
    assert_eq!(shown["revocation_lists"][0]["file"], "ca/people.crl.pem");
}

#[test]
fn a_list_of_later_hits_what_has_landed() {
    for (at, reason, status, code) in [
        (BEFORE, "", ApprovalStatus::InReview, "key-retired"),
        (AFTER, "keyCompromise", ApprovalStatus::Revoked, "key-compromised"),
        (AFTER, "", ApprovalStatus::Approved, ""),
    ] {
        let authority = Authority::new(P256);
        let book = waiting(&authority.root(), None);
        let id = approve(&book, &authority);
        assert_eq!(told(&book, &id).0, ApprovalStatus::Approved);
        authority.revoke(at, reason);
        list(&book, 3, &authority.list(&[]));
        let (found, why) = told(&book, &id);
        assert!(why.starts_with(code) && why.is_empty() == code.is_empty(), "{at} {reason}: {why}");
        assert_eq!(found, status, "{at} {reason}: {why}");
    }
}

#[test]
fn a_list_that_is_not_in_force_takes_nothing_away() {
    let authority = Authority::new(P256);
    let book = waiting(&authority.root(), None);
    let id = approve(&book, &authority);
    authority.revoke(BEFORE, "keyCompromise");
    book.repo.write("policy/ca/people.crl.pem", authority.list(&[]));
    book.as_person("alice", |book| book.commit("A list for which nobody has signed"));
    assert_eq!(told(&book, &id), (ApprovalStatus::Approved, String::new()));
}

#[test]
fn an_edit_by_a_revoked_certificate_is_not_signed() {
    let authority = Authority::new(P256);
    authority.revoke(BEFORE, "");
    let book = super::edited::waiting(&authority.root(), "");
    list(&book, 4, &authority.list(&[]));
    let id = super::edited::edit(&book, "alice", &|payload| authority.sign(payload, &[]));
    book.decide("bob", "approve", "manager");
    book.decide("dave", "approve", "peer");
    let head = book.repo.head();
    let token = maker::stamp(&bytes(&book, &head), &Recipe::default());
    put(&book, &[(&head, &token.answer)]);
    let approvals = book.approvals(AS_OF);
    let approval = approvals.status(CHANGE).expect("the change is there");
    assert_eq!(approval.hindrances.len(), 1);
    assert_eq!(approval.hindrances[0].1, id);
    assert_eq!(approval.status, ApprovalStatus::Stale);
}

#[test]
fn a_root_whose_key_is_for_no_lists_revokes_nothing() {
    for (purposes, is_believed) in [("keyCertSign, cRLSign", true), ("keyCertSign", false)] {
        let authority = Authority::with(P256, purposes);
        authority.revoke(BEFORE, "");
        let mut roots = Roots::default();
        roots.add("people", &authority.root()).expect("a root");
        match (roots.add_lists("people", &authority.list(&[])), is_believed) {
            (Ok(()), true) => assert_eq!(roots.lists()[0].count(), 1),
            (Err(refusal), false) => assert!(refusal.contains("may sign no such list"), "{refusal}"),
            (result, _) => panic!("{purposes}: {result:?}"),
        }
    }
}

#[test]
fn only_whole_lists_of_a_root_are_believed() {
    let (authority, other) = (Authority::new(P256), Authority::new(P256));
    authority.revoke(BEFORE, "");
    let list = authority.list(&[]);
    let of = |authority: &Authority| {
        let mut roots = Roots::default();
        roots.add("people", &authority.root()).expect("a root");
        roots
    };
    let mut good = of(&authority);
    good.add_lists("people", &list).expect("it is believed");
    assert_eq!((good.lists().len(), good.lists()[0].count()), (1, 1));
    good.add_lists("more", &format!("A comment\n{list}{list}")).expect("two lists");
    assert_eq!(good.lists().len(), 3);
    let lines: Vec<&str> = list.lines().collect();
    let changed = list.replacen(&lines[2][10..14], "AAAA", 1);
    let cut = list.replacen(lines[2], "", 1);
    for (what, roots, text, why) in [
        ("of another root of the name", of(&other), &list, "the root of that name has not signed it"),
        ("without a root", Roots::default(), &list, "no root in `ca/` has issued it"),
        ("changed", of(&authority), &changed, ""),
        ("cut", of(&authority), &cut, ""),
        (
            "of a part",
            of(&authority),
            &authority.list(&["-crlexts", "part"]),
            "the critical extension 2.5.29.28",
        ),
        ("empty", of(&authority), &String::new(), "it holds no lists of revoked certificates in PEM"),
        ("a root", of(&authority), &authority.root(), "it holds no lists of revoked certificates in PEM"),
    ] {
        let mut roots = roots;
        let refusal = roots.add_lists("people", text).expect_err(what);
        assert!(refusal.contains(why), "{what}: {refusal}");
        assert!(roots.lists().is_empty(), "{what}");
    }
    for at in 0..list.len() {
        let _ = of(&authority).add_lists("people", &list[..at]);
    }
}

#[test]
fn a_policy_with_a_list_that_nobody_signed_is_no_policy() {
    let (authority, other) = (Authority::new(P256), Authority::new(P256));
    let book = waiting(&authority.root(), None);
    book.repo.write("policy/ca/people.crl.pem", other.list(&[]));
    let (code, told) = outcome(&book.repo.book(), &["check"]);
    assert_eq!(code, Some(2), "{told}");
    assert!(told.contains("`policy/ca/people.crl.pem` revokes nothing"), "{told}");
}
