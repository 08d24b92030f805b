//! Records made in memory with real keys: each change of one fact raises its reason, and no other.

use ssh_key::private::{Ed25519Keypair, KeypairData};
use ssh_key::{HashAlg, LineEnding, PrivateKey};

mod whole;

use super::*;
use crate::inputs::policy::{Principal, Revocation, RoleGrant};
use crate::inputs::profile::Profile;
use crate::text::Span;

const TREE: &str = "4b825dc642cb6eb9a060e54bf8d69288fbee4904";
const ROOT: &str = "1111111111111111111111111111111111111111";
const LANDED: &str = "2026-06-01T12:00:00Z";

fn key(seed: u8) -> PrivateKey {
    let pair = Ed25519Keypair::from_seed(&[seed; 32]);
    PrivateKey::new(KeypairData::Ed25519(pair), "").expect("a key of a seed")
}

fn policy() -> Policy {
    let person = |id: &str, role: &str| Principal {
        id: id.to_owned(),
        name: id.to_owned(),
        emails: Vec::new(),
        certificates: Vec::new(),
        team: None,
        roles: vec![RoleGrant {
            role: role.to_owned(),
            scope: Vec::new(),
            from: None,
            until: None,
            span: Span::default(),
        }],
        delegates: Vec::new(),
        away: Vec::new(),
        zone: None,
        span: Span::default(),
    };
    let signer = |id: &str, seed| Signer {
        principals: vec![id.to_owned()],
        algorithm: "ssh-ed25519".to_owned(),
        fingerprint: key(seed).fingerprint(HashAlg::Sha256).to_string(),
        namespaces: vec!["git".to_owned()],
        valid_after: Some(("2026-01-01T00:00:00Z".parse().expect("an instant"), true)),
        valid_before: Some(("2027-01-01T00:00:00Z".parse().expect("an instant"), true)),
        is_authority: false,
        weakness: None,
        span: Span::default(),
    };
    Policy {
        is_adopted: true,
        context: "prod-main".to_owned(),
        principals: vec![person("alice", "change-manager"), person("bob", "operator")],
        signers: vec![signer("alice", 1), signer("bob", 2)],
        ..Policy::none(Profile::Starter)
    }
}

fn files() -> Vec<(String, ContentHash)> {
    let file = |name: &str| (name.to_owned(), ContentHash::of(name.as_bytes()));
    vec![file("request.md"), file("runbook.md"), file("files/a.csv"), file("notice-before.md")]
}

fn message() -> String {
    let covered = files().into_iter().filter(|(path, _)| path != "notice-before.md");
    let digest = Manifest::of(covered).expect("plain paths").digest();
    format!(
        "Approve MCM-2026-0042 as change-manager\n\nMcm-Record: v1\nMcm-Decision: approve\n\
         Mcm-Role: change-manager\nMcm-Meaning: I reviewed it.\nMcm-Document: MCM-2026-0042\n\
         Mcm-Covers: request, runbook\nMcm-Subject: sha256:{digest}\nMcm-Context: prod-main\n\
         Mcm-Trust-Root: {ROOT}\nMcm-Signer: alice\n"
    )
}

/// A commit signed by a key, with another committer if one is given.
fn commit(message: &str, seed: u8, committer: &str) -> Vec<u8> {
    let header = format!(
        "tree {TREE}\nparent {ROOT}\nauthor Al <al@a.example> 1780300000 +0000\ncommitter {committer}"
    );
    let payload = format!("{header}\n\n{message}");
    let signature = key(seed).sign("git", HashAlg::Sha512, payload.as_bytes()).expect("a key signs");
    let armour = signature.to_pem(LineEnding::LF).expect("a signature has an armour");
    format!("{header}\ngpgsig {}\n\n{message}", armour.trim_end().replace('\n', "\n ")).into_bytes()
}

const AUTHOR: &str = "Al <al@a.example> 1780300000 +0000";

/// A policy alone: without evidence of time, judged when it lands.
fn governing(policy: &Policy) -> Governing<'_> {
    let landed: Timestamp = LANDED.parse().expect("an instant");
    Governing {
        policy,
        pending: None,
        trust_root: ROOT,
        landed,
        witnessed: None,
        stamped: None,
        as_of: landed,
        known: Box::leak(Box::default()),
    }
}

fn reasons(raw: &[u8], edit: impl FnOnce(&mut Candidate<'_>, &mut Policy)) -> Vec<Reason> {
    let mut policy = policy();
    let mut candidate = Candidate { id: ROOT, raw, parent_tree: Some(TREE), files: Some(files().into()) };
    edit(&mut candidate, &mut policy);
    judge(&candidate, governing(&policy)).reasons.into_iter().map(|(reason, _)| reason).collect()
}

#[test]
fn a_record_that_is_as_it_must_be_counts() {
    assert_eq!(reasons(&commit(&message(), 1, AUTHOR), |_, _| {}), []);
}

#[test]
fn each_fact_that_is_wrong_raises_its_reason() {
    let good = commit(&message(), 1, AUTHOR);
    let said = |find: &str, replace: &str| commit(&message().replace(find, replace), 1, AUTHOR);
    let none = |_: &mut Candidate<'_>, _: &mut Policy| {};
    assert_eq!(reasons(&commit(&message(), 2, AUTHOR), none), [Reason::SignerMismatch]);
    assert_eq!(reasons(&commit(&message(), 3, AUTHOR), none), [Reason::KeyUnknown]);
    assert_eq!(
        reasons(&commit(&message(), 1, "Al <al@a.example> 1780300001 +0000"), none),
        [Reason::RecordRewritten]
    );
    let future = "Al <al@a.example> 1790300000 +0000";
    assert_eq!(reasons(&commit(&message(), 1, future), none), [Reason::RecordRewritten, Reason::FutureDate]);
    assert_eq!(reasons(&said("prod-main", "staging"), none), [Reason::ContextMismatch]);
    assert_eq!(reasons(&said(ROOT, &ROOT.replace('1', "2")), none), [Reason::TrustRootMismatch]);
    assert_eq!(reasons(&said("change-manager\nMcm-M", "director\nMcm-M"), none), [Reason::RoleNotHeld]);
    assert_eq!(reasons(&said("change-manager\nMcm-M", "peer\nMcm-M"), none), []);
    assert_eq!(
        reasons(&said("request, runbook", "request, rehearsal-9"), none),
        [Reason::SubjectMismatch, Reason::PathMissing]
    );
    assert_eq!(reasons(&said("Approve MCM", "Mcm-Note: x\nApprove MCM"), none), [Reason::RecordAmbiguous]);
    let text = String::from_utf8(good.clone()).expect("it is text");
    let edited = text.replace("I reviewed it", "I skimmed it");
    assert_eq!(reasons(edited.as_bytes(), none), [Reason::SigBad]);
    let unsigned = &text[..text.find("gpgsig").expect("it is signed")];
    let unsigned = format!("{unsigned}\n{}", message());
    assert_eq!(reasons(unsigned.as_bytes(), none), [Reason::SigMissing]);
    assert_eq!(reasons(&good, |candidate, _| candidate.parent_tree = Some(ROOT)), [Reason::RecordNotPure]);
    assert_eq!(reasons(&good, |candidate, _| candidate.files = None), [Reason::DocIdMismatch]);
    assert_eq!(
        reasons(&good, |candidate, _| {
            candidate
                .files
                .iter_mut()
                .flat_map(Cow::to_mut)
                .for_each(|(_, hash)| *hash = ContentHash::of(b"x"));
        }),
        [Reason::SubjectMismatch]
    );
}

#[test]
fn a_document_that_is_not_covered_may_change() {
    let good = commit(&message(), 1, AUTHOR);
    let edit = |candidate: &mut Candidate<'_>, _: &mut Policy| {
        let files = candidate.files.iter_mut().flat_map(Cow::to_mut);
        files
            .filter(|(path, _)| path == "notice-before.md")
            .for_each(|(_, hash)| *hash = ContentHash::of(b"x"));
    };
    assert_eq!(reasons(&good, edit), []);
    let added = |candidate: &mut Candidate<'_>, _: &mut Policy| {
        candidate
            .files
            .iter_mut()
            .for_each(|files| files.to_mut().push(("files/b".to_owned(), ContentHash::of(b"b"))));
    };
    assert_eq!(reasons(&good, added), [Reason::SubjectMismatch], "every file under files/ is covered");
}

#[test]
fn keys_count_in_their_windows_and_before_their_revocation() {
    let good = commit(&message(), 1, AUTHOR);
    let at = |text: &str| -> Timestamp { text.parse().expect("an instant") };
    let signer = |change: fn(&mut Signer)| {
        move |_: &mut Candidate<'_>, policy: &mut Policy| change(&mut policy.signers[0])
    };
    assert_eq!(
        reasons(&good, signer(|s| s.valid_before = Some((LANDED.parse().expect("it"), true)))),
        [Reason::KeyExpiredAtLanding]
    );
    assert_eq!(reasons(&good, signer(|s| s.valid_after = Some((LANDED.parse().expect("it"), true)))), []);
    let later = signer(|s| s.valid_after = Some(("2026-06-01T12:00:01Z".parse().expect("it"), true)));
    assert_eq!(reasons(&good, later), [Reason::KeyNotYetValid]);
    assert_eq!(reasons(&good, signer(|s| s.namespaces = vec!["file".to_owned()])), [Reason::SigNamespace]);
    let revoked = |compromised: bool, since: Timestamp| {
        move |_: &mut Candidate<'_>, policy: &mut Policy| {
            let key = policy.signers[0].fingerprint.clone();
            policy.revocations.push(Revocation { key, compromised, since, span: Span::default() });
        }
    };
    assert_eq!(reasons(&good, revoked(false, at("2026-07-01T00:00:00Z"))), [], "retired later: it stays");
    assert_eq!(reasons(&good, revoked(false, at(LANDED))), [Reason::KeyRetired]);
    assert_eq!(reasons(&good, revoked(true, at("2026-07-01T00:00:00Z"))), [Reason::KeyCompromised]);
}
