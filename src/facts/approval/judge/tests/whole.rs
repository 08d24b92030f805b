//! What else is judged of a record: moments to the second, evidence, conditions, delegates, revocations.

use super::*;
use crate::inputs::policy::{Delegation, KeyEntry};
use crate::inputs::signature::Presence;
use crate::inputs::signature::openpgp::KeyRevocation;

fn at(text: &str) -> Timestamp {
    text.parse().expect("an instant")
}

/// Judges the usual record by a policy and evidence.
fn judged(edit: impl FnOnce(&mut Policy), witnessed: Option<&str>, stamped: Option<&str>) -> Vec<Reason> {
    let mut policy = policy();
    edit(&mut policy);
    let raw = commit(&message(), 1, AUTHOR);
    let candidate = Candidate { id: ROOT, raw: &raw, parent_tree: Some(TREE), files: Some(files().into()) };
    let governing = Governing {
        witnessed: witnessed.map(at),
        stamped: stamped.map(at),
        as_of: at("2026-12-01T00:00:00Z"),
        ..governing(&policy)
    };
    judge(&candidate, governing).reasons.into_iter().map(|(reason, _)| reason).collect()
}

fn until(end: &str) -> impl Fn(&mut Policy) {
    let end = at(end);
    move |policy| policy.signers[0].valid_before = Some((end, true))
}

fn since(from: &str) -> impl Fn(&mut Policy) {
    let from = at(from);
    move |policy| policy.signers[0].valid_after = Some((from, true))
}

fn revoked(compromised: bool, since: &str) -> impl Fn(&mut Policy) {
    let since = at(since);
    move |policy| {
        let key = policy.signers[0].fingerprint.clone();
        policy.revocations.push(Revocation { key, compromised, since, span: Span::default() });
    }
}

#[test]
fn a_line_for_something_else_is_not_too_early_in_its_first_second() {
    let of = |from: &str| {
        let since = since(from);
        let edit = |policy: &mut Policy| {
            since(policy);
            policy.signers[0].namespaces = vec!["file".to_owned()];
        };
        judged(edit, None, None)
    };
    assert_eq!(of(LANDED), [Reason::SigNamespace]);
    let both = of("2027-01-01T00:00:00Z");
    assert!(both.contains(&Reason::SigNamespace) && both.contains(&Reason::KeyNotYetValid), "{both:?}");
}

#[test]
fn evidence_saves_from_what_came_later_and_from_nothing_else() {
    // Seen by others: the key has to have been valid then.
    let (seen, landed) = ("2026-05-01T00:00:00Z", LANDED);
    assert_eq!(judged(until("2026-05-15T00:00:00Z"), None, None), [Reason::KeyExpiredAtLanding]);
    assert_eq!(judged(until("2026-05-15T00:00:00Z"), Some(seen), None), []);
    assert_eq!(judged(until(seen), Some(seen), None), [Reason::KeyExpiredAtLanding]);
    assert_eq!(judged(until("2026-05-15T00:00:00Z"), None, Some(seen)), []);
    assert_eq!(judged(since("2026-05-15T00:00:00Z"), None, Some(seen)), [Reason::KeyNotYetValid]);
    // A stamp of today makes nothing later than its landing.
    let today = "2026-11-01T00:00:00Z";
    assert_eq!(judged(until("2026-07-01T00:00:00Z"), None, Some(today)), []);
    assert_eq!(judged(since("2026-07-01T00:00:00Z"), None, Some(today)), [Reason::KeyNotYetValid]);
    // Retired: what counts is when it was there for others; a stamp alone shows nothing of that.
    assert_eq!(judged(revoked(false, "2026-05-15T00:00:00Z"), None, Some(seen)), [Reason::KeyRetired]);
    assert_eq!(judged(revoked(false, "2026-05-15T00:00:00Z"), Some(seen), None), []);
    assert_eq!(judged(revoked(false, seen), Some(seen), None), [Reason::KeyRetired]);
    // Compromised: only evidence of before helps, the earlier of the two.
    let stolen = "2026-05-15T00:00:00Z";
    assert_eq!(judged(revoked(true, stolen), Some(seen), None), []);
    assert_eq!(judged(revoked(true, stolen), None, Some(seen)), []);
    assert_eq!(judged(revoked(true, stolen), Some(landed), Some(seen)), []);
    assert_eq!(judged(revoked(true, stolen), Some(landed), None), [Reason::KeyCompromised]);
    assert_eq!(judged(revoked(true, seen), Some(seen), None), [Reason::KeyCompromised]);
}

#[test]
fn a_date_may_be_five_minutes_ahead() {
    let dated = |as_of: &str| {
        let raw = commit(&message(), 1, AUTHOR);
        let candidate =
            Candidate { id: ROOT, raw: &raw, parent_tree: Some(TREE), files: Some(files().into()) };
        let policy = policy();
        let governing = Governing { as_of: at(as_of), ..governing(&policy) };
        judge(&candidate, governing).reasons.into_iter().map(|(reason, _)| reason).collect::<Vec<_>>()
    };
    // The commit says 2026-06-01T07:46:40Z.
    assert_eq!(dated("2026-06-01T07:41:40Z"), []);
    assert_eq!(dated("2026-06-01T07:41:39Z"), [Reason::FutureDate]);
}

#[test]
fn several_lines_of_one_key_and_conditions_of_it() {
    let authority = |policy: &mut Policy| policy.signers[0].is_authority = true;
    assert_eq!(judged(authority, None, None), [Reason::SigUnsupported]);
    // One line that allows it is enough, whichever it is; of none the last one tells why.
    let two = |policy: &mut Policy| {
        let mut other = policy.signers[0].clone();
        policy.signers[0].namespaces = vec!["file".to_owned()];
        other.valid_before = None;
        policy.signers.push(other);
    };
    assert_eq!(judged(two, None, None), []);
    let neither = |policy: &mut Policy| {
        two(policy);
        policy.signers[2].valid_after = Some((at("2026-07-01T00:00:00Z"), true));
    };
    assert_eq!(judged(neither, None, None), [Reason::KeyNotYetValid]);
    let of_another = |policy: &mut Policy| {
        let mut other = policy.signers[0].clone();
        other.principals = vec!["bob".to_owned()];
        policy.signers[0].valid_before = Some((at(LANDED), true));
        policy.signers.push(other);
    };
    assert_eq!(
        judged(of_another, None, None),
        [Reason::KeyExpiredAtLanding],
        "the first line names the person"
    );
    let any = |policy: &mut Policy| policy.signers[0].namespaces = Vec::new();
    assert_eq!(judged(any, None, None), []);
    for (touch, verification, principal, wanted) in [
        (false, false, "alice", &[][..]),
        (true, false, "alice", &[Reason::SigNoTouch]),
        (false, true, "alice", &[Reason::SigNoTouch]),
        (false, false, "bob", &[Reason::KeyUnknown]),
    ] {
        let entry = |policy: &mut Policy| {
            policy.keys.push(KeyEntry {
                fingerprint: policy.signers[0].fingerprint.clone(),
                principal: principal.to_owned(),
                require_touch: touch,
                require_verification: verification,
                span: Span::default(),
            });
        };
        assert_eq!(judged(entry, None, None), wanted, "{touch} {verification} {principal}");
        let elsewhere = |policy: &mut Policy| {
            entry(policy);
            policy.keys[0].fingerprint = policy.signers[1].fingerprint.clone();
        };
        assert_eq!(judged(elsewhere, None, None), [], "another key");
    }
    assert_eq!(
        judged(|policy| drop(policy.principals.remove(0)), None, None),
        [Reason::KeyUnknown, Reason::RoleNotHeld]
    );
    assert!(!Presence::default().touched && !Presence::default().verified);
}

#[test]
fn whoever_stands_in_holds_the_role_on_those_days() {
    let delegated = |to: &str, role: &str, from: Option<&str>, until: Option<&str>| {
        let delegation = Delegation {
            to: to.to_owned(),
            role: role.to_owned(),
            from: from.map(|day| day.parse().expect("a day")),
            until: until.map(|day| day.parse().expect("a day")),
            span: Span::default(),
        };
        move |policy: &mut Policy| {
            let grants = std::mem::take(&mut policy.principals[0].roles);
            policy.principals[1].roles.extend(grants);
            policy.principals[1].delegates.push(delegation.clone());
        }
    };
    let manager = "change-manager";
    for (to, role, from, until, is_held) in [
        ("alice", manager, None, None, true),
        ("alice", manager, Some("2026-06-01"), Some("2026-06-02"), true),
        ("alice", manager, Some("2026-06-02"), None, false),
        ("alice", manager, None, Some("2026-06-01"), false),
        ("bob", manager, None, None, false),
        ("alice", "operator", None, None, false),
        ("alice", "director", None, None, false),
    ] {
        let found = judged(delegated(to, role, from, until), None, None);
        assert_eq!(found.is_empty(), is_held, "{to} {role} {from:?} {until:?}: {found:?}");
    }
}

#[test]
fn a_record_has_one_parent_and_a_bad_signature_is_nobodys() {
    let root = commit(&message(), 1, AUTHOR);
    let text = String::from_utf8(root).expect("it is text");
    let merge = text.replacen("\nauthor", &format!("\nparent {}\nauthor", ROOT.replace('1', "2")), 1);
    let none = |_: &mut Candidate<'_>, _: &mut Policy| {};
    assert!(reasons(merge.as_bytes(), none).contains(&Reason::RecordNotPure));
    let policy = policy();
    let person = |raw: &[u8]| {
        let candidate = Candidate { id: ROOT, raw, parent_tree: Some(TREE), files: Some(files().into()) };
        let judged = judge(&candidate, governing(&policy));
        (judged.principal.clone(), judged.counts(), judged.is_unverifiable())
    };
    assert_eq!(person(text.as_bytes()), (Some("alice".to_owned()), true, false));
    assert_eq!(person(text.replace("I reviewed it", "I skimmed it").as_bytes()), (None, false, false));
    let strange = text.replace("SSH SIGNATURE", "STRANGE THING");
    assert_eq!(person(strange.as_bytes()), (None, false, true));
    let both = strange.replace("prod-main", "staging");
    assert_eq!(person(both.as_bytes()), (None, false, false), "it would not count if it could be verified");
}

#[test]
fn what_a_certificate_says_of_its_key_counts_to_the_second() {
    let policy = policy();
    let (seen, before) = ("2026-05-01T00:00:00Z", "2026-04-30T23:59:59Z");
    let reasons = |edit: &dyn Fn(&mut Validity)| {
        let mut validity = Validity {
            signing_key: String::new(),
            made: at(before),
            signature_until: None,
            from: at("2026-01-01T00:00:00Z"),
            until: None,
            revocations: Vec::new(),
        };
        edit(&mut validity);
        let governing = Governing { witnessed: Some(at(seen)), ..governing(&policy) };
        let mut judge = Judge { governing, reasons: Vec::new() };
        judge.certificate("a key", &validity);
        judge.reasons.into_iter().map(|(reason, _)| reason).collect::<Vec<_>>()
    };
    let revoked = |compromised: bool, since: &'static str| {
        move |validity: &mut Validity| {
            validity.revocations = vec![KeyRevocation { since: at(since), compromised }];
        }
    };
    let after = "2026-05-01T00:00:01Z";
    assert_eq!(reasons(&|_| {}), []);
    assert_eq!(reasons(&|validity| validity.signature_until = Some(at(after))), []);
    let ended = reasons(&|validity| validity.signature_until = Some(at(seen)));
    assert_eq!(ended, [Reason::KeyExpiredAtLanding]);
    assert_eq!(reasons(&|validity| validity.until = Some(at(seen))), [Reason::KeyExpiredAtLanding]);
    assert_eq!(reasons(&|validity| validity.from = at(after)), [Reason::KeyNotYetValid]);
    assert_eq!(reasons(&revoked(false, after)), []);
    assert_eq!(reasons(&revoked(false, seen)), [Reason::KeyRetired]);
    assert_eq!(reasons(&revoked(true, after)), [Reason::KeyCompromised]);
}
