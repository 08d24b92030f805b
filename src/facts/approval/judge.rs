//! Whether one record counts, by the policy that governed when it landed (design: approvals.md, "The record
//! commit" and "Roster and policy").
//!
//! Enters: a [`Candidate`] as the repository holds it, and what governs. Leaves: a [`Judged`] with every
//! reason that stands against it, not the first. No reason is `ok`. What a class needs, and whether the
//! signer may approve this subject at all, is judged where the records of a subject come together.

use jiff::tz::TimeZone;
use jiff::{SignedDuration, Timestamp};

use super::code::Reason;
use super::subject::Manifest;
use crate::inputs::policy::{Policy, Signer};
use crate::inputs::signature::{
    Decision, Record, RecordFault, SignatureStatus, Verification, record, split, verify,
};
use crate::text::ContentHash;

/// How far ahead of the moment of judging a commit may be dated: clocks differ.
const CLOCK_SLACK: SignedDuration = SignedDuration::from_mins(5);

/// Roles that everybody on the roster holds: what they mean is decided against the subject.
const ROLES_OF_ALL: [&str; 2] = ["peer", "outsider"];

/// A commit whose message says that it is a record.
#[derive(Clone, Debug)]
pub struct Candidate<'a> {
    /// Its object id.
    pub id: &'a str,
    /// The bytes of the commit object.
    pub raw: &'a [u8],
    /// The tree of its first parent.
    pub parent_tree: Option<&'a str>,
    /// The files of its subject in its own tree, as a manifest names them; nothing when the subject is not
    /// there.
    pub files: Option<Vec<(String, ContentHash)>>,
}

/// What governs a landing unit: the state before it.
#[derive(Clone, Copy, Debug)]
pub struct Governing<'a> {
    /// The effective policy.
    pub policy: &'a Policy,
    /// The policy of the landing's own tree, which does not govern yet.
    pub pending: Option<&'a Policy>,
    /// The trust root's commit id.
    pub trust_root: &'a str,
    /// The landing time.
    pub landed: Timestamp,
    /// Better evidence of when the record existed (T2, T3), if there is any.
    pub witnessed: Option<Timestamp>,
    /// The moment of judging.
    pub as_of: Timestamp,
}

/// A candidate, judged.
#[derive(Clone, Debug)]
pub struct Judged {
    /// The commit.
    pub id: String,
    /// What it says, when that can be read.
    pub record: Option<Record>,
    /// What its signature is.
    pub verification: Option<Verification>,
    /// Whose key made it, by the governing policy; nothing unless the signature is good.
    pub principal: Option<String>,
    /// Every reason against it, each with what is wrong in words, sorted; empty for a record that counts.
    pub reasons: Vec<(Reason, String)>,
}

impl Judged {
    /// Whether it counts.
    pub fn counts(&self) -> bool {
        self.reasons.is_empty()
    }

    /// Whether all that stands against it is that it cannot be verified.
    pub fn is_unverifiable(&self) -> bool {
        !self.reasons.is_empty() && self.reasons.iter().all(|(reason, _)| *reason == Reason::SigUnsupported)
    }
}

/// Judges a candidate.
pub fn judge(candidate: &Candidate<'_>, governing: Governing<'_>) -> Judged {
    let mut judge = Judge { governing, reasons: Vec::new() };
    let mut judged = Judged {
        id: candidate.id.to_owned(),
        record: None,
        verification: None,
        principal: None,
        reasons: Vec::new(),
    };
    match split(candidate.raw) {
        Err(why) => judge.against(Reason::RecordMalformed, why.to_string()),
        Ok(commit) => {
            for flaw in &commit.malformed {
                judge.against(Reason::RecordMalformed, flaw.to_string());
            }
            let is_pure = commit.parents.len() == 1 && candidate.parent_tree == Some(commit.tree);
            if !is_pure {
                let what = if commit.parents.len() == 1 { "changes files" } else { "has not one parent" };
                judge.against(Reason::RecordNotPure, format!("a record {what}"));
            }
            if commit.author.raw != commit.committer.raw {
                let committer = String::from_utf8_lossy(commit.committer.name);
                judge.against(Reason::RecordRewritten, format!("it was rewritten by {committer}"));
            }
            judge.dated(commit.committer.seconds);
            judged.verification = verify(&commit);
            match record::read(commit.message) {
                Some(Ok(record)) => judged.record = Some(record),
                Some(Err(faults)) => faults.iter().for_each(|fault| judge.unreadable(fault)),
                None => judge.against(Reason::RecordMalformed, "it is no record".to_owned()),
            }
        }
    }
    judged.principal = judge.signed(judged.verification.as_ref(), judged.record.as_ref());
    if let Some(record) = &judged.record {
        judge.says(record, candidate);
    }
    judge.reasons.sort();
    judge.reasons.dedup();
    judged.reasons = judge.reasons;
    judged
}

struct Judge<'a> {
    governing: Governing<'a>,
    reasons: Vec<(Reason, String)>,
}

impl Judge<'_> {
    fn against(&mut self, reason: Reason, why: impl Into<String>) {
        self.reasons.push((reason, why.into()));
    }

    fn unreadable(&mut self, fault: &RecordFault) {
        let reason = match fault {
            RecordFault::Ambiguous { .. } => Reason::RecordAmbiguous,
            RecordFault::Malformed(_) => Reason::RecordMalformed,
        };
        self.against(reason, fault.to_string());
    }

    fn dated(&mut self, seconds: Option<i64>) {
        let claimed = seconds.and_then(|seconds| Timestamp::from_second(seconds).ok());
        let latest = self.governing.as_of.checked_add(CLOCK_SLACK).unwrap_or(Timestamp::MAX);
        if claimed.is_some_and(|claimed| claimed > latest) {
            self.against(Reason::FutureDate, "it is dated later than the moment of judging");
        }
    }

    /// Judges signature and key; gives whose key it is.
    fn signed(&mut self, verification: Option<&Verification>, record: Option<&Record>) -> Option<String> {
        let Some(verification) = verification else {
            self.against(Reason::SigMissing, "it is not signed");
            return None;
        };
        let why = || verification.why.clone().unwrap_or_default();
        match verification.status {
            SignatureStatus::Good => {}
            SignatureStatus::Bad => self.against(Reason::SigBad, why()),
            SignatureStatus::WrongNamespace => self.against(Reason::SigNamespace, why()),
            SignatureStatus::Weak => self.against(Reason::SigAlgorithmWeak, why()),
            SignatureStatus::Unsupported => self.against(Reason::SigUnsupported, why()),
        }
        let is_good = verification.status == SignatureStatus::Good;
        let key = verification.key.as_deref().filter(|_| is_good)?;
        let Some(signer) = signer_of(self.governing.policy, key) else {
            let is_pending = self.governing.pending.is_some_and(|policy| signer_of(policy, key).is_some());
            match is_pending {
                true => self
                    .against(Reason::KeyNotGoverning, format!("{key} is in a policy that does not govern")),
                false => self.against(Reason::KeyUnknown, format!("{key} is nobody's key")),
            }
            return None;
        };
        self.key(key, signer, verification);
        let principal = signer.principals.first().cloned().unwrap_or_default();
        if self.governing.policy.principal(&principal).is_none() {
            self.against(Reason::KeyUnknown, format!("{key} is the key of nobody on the roster"));
        }
        if record.is_some_and(|record| record.signer != principal) {
            self.against(Reason::SignerMismatch, format!("{key} is {principal}'s key"));
        }
        Some(principal)
    }

    /// Judges the key's windows, revocations and conditions at the best evidence of time.
    fn key(&mut self, key: &str, signer: &Signer, verification: &Verification) {
        let policy = self.governing.policy;
        let at = self.governing.witnessed.unwrap_or(self.governing.landed);
        if !signer.namespaces.is_empty() && !signer.namespaces.iter().any(|name| name == "git") {
            self.against(Reason::SigNamespace, "the roster gives the key for another namespace");
        }
        if signer.is_authority {
            self.against(Reason::SigUnsupported, "the roster's line is of a certificate authority");
        }
        if signer.valid_after.is_some_and(|(from, _)| at < from) {
            self.against(Reason::KeyNotYetValid, format!("{key} was not valid yet when the record landed"));
        }
        if signer.valid_before.is_some_and(|(until, _)| at >= until) {
            self.against(Reason::KeyExpiredAtLanding, format!("{key} had expired when the record landed"));
        }
        for revocation in policy.revocations.iter().filter(|revocation| revocation.key == key) {
            let is_saved = match revocation.compromised {
                true => self.governing.witnessed.is_some_and(|seen| seen < revocation.since),
                false => at < revocation.since,
            };
            if !is_saved {
                let reason = if revocation.compromised { Reason::KeyCompromised } else { Reason::KeyRetired };
                self.against(reason, format!("{key} is revoked since {}", revocation.since));
            }
        }
        let entries = policy.keys.iter().filter(|entry| entry.fingerprint == key);
        for entry in entries {
            let presence = verification.presence.unwrap_or_default();
            let lacks = (entry.require_touch && !presence.touched)
                || (entry.require_verification && !presence.verified);
            if lacks {
                self.against(Reason::SigNoTouch, "the hardware key was not touched or asked for no PIN");
            }
        }
    }

    /// Judges what the record says of itself, its repository and its subject.
    fn says(&mut self, record: &Record, candidate: &Candidate<'_>) {
        if record.context != self.governing.policy.context {
            self.against(Reason::ContextMismatch, format!("it is of `{}`", record.context));
        }
        if record.trust_root != self.governing.trust_root {
            self.against(Reason::TrustRootMismatch, format!("it is of the trust root {}", record.trust_root));
        }
        if let Some(role) = &record.role
            && !self.holds(&record.signer, role)
        {
            self.against(Reason::RoleNotHeld, format!("{} does not hold the role {role}", record.signer));
        }
        let Some(subject) = record.subject else { return };
        let Some(files) = &candidate.files else {
            let id = record.document.as_deref().unwrap_or_default();
            self.against(Reason::DocIdMismatch, format!("there is no {id} in the record's tree"));
            return;
        };
        let missing =
            record.covers.iter().find(|name| !files.iter().any(|(path, _)| is_document(path, name)));
        if let Some(name) = missing {
            self.against(Reason::PathMissing, format!("there is no {name} in the record's tree"));
        }
        let is_covered = |path: &str| {
            record.covers.is_empty()
                || path.starts_with("files/")
                || record.covers.iter().any(|name| is_document(path, name))
        };
        let covered = files.iter().filter(|(path, _)| is_covered(path)).cloned();
        match Manifest::of(covered).map(|manifest| manifest.digest()) {
            Ok(digest) if digest == subject => {}
            Ok(_) => self.against(Reason::SubjectMismatch, "its subject is not what its tree holds"),
            Err(bad) => self.against(Reason::SubjectMismatch, bad.to_string()),
        }
    }

    /// Whether a person holds a role when the record landed: by the roster, or standing in for somebody.
    fn holds(&self, person: &str, role: &str) -> bool {
        let policy = self.governing.policy;
        let day = day_of(self.governing.landed, &policy.zone);
        if ROLES_OF_ALL.contains(&role) {
            return policy.principal(person).is_some();
        }
        let is_delegate = || {
            policy.principals.iter().filter(|principal| principal.holds(role, None, day)).any(|principal| {
                principal.delegates.iter().any(|delegation| {
                    delegation.to == person
                        && delegation.role == role
                        && delegation.from.is_none_or(|from| from <= day)
                        && delegation.until.is_none_or(|until| day < until)
                })
            })
        };
        policy.principal(person).is_some_and(|principal| principal.holds(role, None, day)) || is_delegate()
    }
}

/// Whether a file of a change's folder is the document of a name: `runbook.md` is `runbook`.
fn is_document(path: &str, name: &str) -> bool {
    path.strip_suffix(".md") == Some(name)
}

fn signer_of<'a>(policy: &'a Policy, key: &str) -> Option<&'a Signer> {
    policy.signers.iter().find(|signer| signer.fingerprint == key)
}

fn day_of(at: Timestamp, zone: &TimeZone) -> jiff::civil::Date {
    at.to_zoned(zone.clone()).date()
}

/// Whether a decision speaks for a subject by its digest, so that it dies with the bytes.
pub fn is_bound_to_bytes(decision: Decision) -> bool {
    match decision {
        Decision::Approve
        | Decision::Reject
        | Decision::Retract
        | Decision::Acknowledge
        | Decision::Authorise
        | Decision::AuthoriseAlone
        | Decision::Ratify
        | Decision::AcceptCollision
        | Decision::Review => true,
        Decision::Withdraw | Decision::AmendPolicy | Decision::Reinstate | Decision::Observe => false,
    }
}

#[cfg(test)]
mod tests;
