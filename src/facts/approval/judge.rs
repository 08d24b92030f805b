//! Whether one record counts, by the policy that governed when it landed (design: approvals.md, "The record
//! commit" and "Roster and policy").
//!
//! Enters: a [`Candidate`] as the repository holds it, and what governs. Leaves: a [`Judged`] with every
//! reason that stands against it, not the first. No reason is `ok`. What a class needs, and whether the
//! signer may approve this subject at all, is judged where the records of a subject come together.

use std::borrow::Cow;
use std::sync::Arc;

use jiff::tz::TimeZone;
use jiff::{SignedDuration, Timestamp};

use super::code::Reason;
use super::subject::Manifest;
use crate::inputs::policy::{Policy, Revocation, Signer};
use crate::inputs::signature::openpgp::Validity;
use crate::inputs::signature::stamp::{Refusal, Revoked};
use crate::inputs::signature::x509::{self, Vouched};
use crate::inputs::signature::{
    Decision, Format, Known, RawCommit, Record, RecordFault, SignatureStatus, Verification, record, split,
    verify,
};
use crate::text::ContentHash;

/// How far ahead of the moment of judging a commit may be dated: clocks differ.
pub const CLOCK_SLACK: SignedDuration = SignedDuration::from_mins(5);

/// The latest time that may be claimed at a moment: what is later is dated ahead.
pub fn latest(at: Timestamp) -> Timestamp {
    at.checked_add(CLOCK_SLACK).unwrap_or(Timestamp::MAX)
}

/// What is against a certificate whose time nobody else has seen.
const UNWITNESSED: &str =
    "a certificate counts only where an observer or an authority has seen when it signed (T2, T3)";

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
    pub files: Option<Cow<'a, [(String, ContentHash)]>>,
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
    /// When an observer saw its landing (T2), if one did.
    pub witnessed: Option<Timestamp>,
    /// It was there before this, by a time stamp (T3), if there is one.
    pub stamped: Option<Timestamp>,
    /// The moment of judging.
    pub as_of: Timestamp,
    /// Signatures that are verified already.
    pub known: &'a Known,
}

/// A candidate, judged.
#[derive(Clone, Debug)]
pub struct Judged {
    /// The commit.
    pub id: String,
    /// What it says, when that can be read.
    pub record: Option<Arc<Record>>,
    /// The change or document that its text speaks of, also where it is no record.
    pub document: Option<String>,
    /// What its signature is.
    pub verification: Option<Arc<Verification>>,
    /// Whose key made it, by the governing policy; nothing unless the signature is good.
    pub principal: Option<String>,
    /// Whether all that it lacks is somebody else who has seen when it was signed: then it counts.
    pub awaits_witness: bool,
    /// Every reason against it, each with what is wrong in words, sorted; empty for a record that counts.
    pub reasons: Vec<(Reason, String)>,
}

impl Governing<'_> {
    /// It was there before this, by the best evidence beside the order of landings.
    fn bound(&self) -> Option<Timestamp> {
        [self.witnessed, self.stamped].into_iter().flatten().min()
    }
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
        document: None,
        verification: None,
        principal: None,
        awaits_witness: false,
        reasons: Vec::new(),
    };
    match split(candidate.raw) {
        Err(why) => {
            judge.against(Reason::RecordMalformed, why.to_string());
            judge.signed(None, None);
        }
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
            match record::read(commit.message) {
                Some(Ok(record)) => {
                    judged.document = record.document.clone();
                    judged.record = Some(Arc::new(record));
                }
                Some(Err(faults)) => {
                    judged.document = record::document_of(commit.message);
                    faults.iter().for_each(|fault| judge.unreadable(fault));
                }
                None => judge.against(Reason::RecordMalformed, "it is no record".to_owned()),
            }
            let record = judged.record.as_deref();
            (judged.verification, judged.principal) = judge.maker(candidate.raw, &commit, record);
        }
    }
    if let Some(record) = &judged.record {
        judge.says(record, candidate);
    }
    judge.reasons.sort();
    judge.reasons.dedup();
    judged.awaits_witness =
        matches!(&judge.reasons[..], [(Reason::SigUnsupported, why)] if why == UNWITNESSED);
    judged.reasons = judge.reasons;
    judged
}

/// Whose key made a good signature over a commit that is no record, and whether that key stands when it lands: in
/// its time, for commits, neither retired nor compromised. A certificate stands as one that signs a record does: by
/// the time at which somebody else is known to have seen the landing, `seen`, and by none without.
pub(super) fn signer(
    raw: &[u8],
    policy: &Policy,
    (landed, seen): (Timestamp, Option<Timestamp>),
    known: &Known,
) -> Option<(String, bool)> {
    let commit = split(raw).ok()?;
    let is_certified = commit.signature.as_ref().is_some_and(|block| block.format == Format::X509);
    let governing = Governing {
        policy,
        pending: None,
        trust_root: "",
        landed,
        witnessed: None,
        stamped: seen.filter(|_| is_certified),
        as_of: Timestamp::MAX,
        known,
    };
    let mut judge = Judge { governing, reasons: Vec::new() };
    let (_, person) = judge.maker(raw, &commit, None);
    Some((person?, judge.reasons.is_empty()))
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
            RecordFault::Unstated(_) => Reason::RecordUnstated,
        };
        self.against(reason, fault.to_string());
    }

    fn dated(&mut self, seconds: Option<i64>) {
        let claimed = seconds.and_then(|seconds| Timestamp::from_second(seconds).ok());
        let Governing { as_of, landed, .. } = self.governing;
        if claimed.is_some_and(|claimed| claimed > latest(as_of)) {
            self.against(Reason::FutureDate, "it is dated later than the moment of judging");
        } else if claimed.is_some_and(|claimed| claimed > latest(landed)) {
            self.against(Reason::FutureDate, format!("it is dated later than its landing at {landed}"));
        }
    }

    /// Judges the signature of a commit and its key; gives what it is, and whose.
    fn maker(
        &mut self,
        raw: &[u8],
        commit: &RawCommit<'_>,
        record: Option<&Record>,
    ) -> (Option<Arc<Verification>>, Option<String>) {
        let Governing { policy, known, .. } = self.governing;
        let mut verification = known.verify(raw, commit, &policy.openpgp);
        let is_certified = verification.as_ref().is_some_and(|found| found.format == Format::X509);
        if !is_certified || policy.authorities.all().is_empty() {
            let person = self.signed(verification.as_deref(), record);
            return (verification, person);
        }
        let at = self.governing.bound().unwrap_or(self.governing.landed);
        let person = match x509::vouched(commit, &policy.authorities, Some(at)) {
            Err(refusal) => self.not_vouched(&refusal),
            Ok(vouched) => self.certified(&vouched, &mut verification, record),
        };
        (verification, person)
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
            SignatureStatus::UnknownKey => self.unknown(verification, record),
            SignatureStatus::WrongNamespace => self.against(Reason::SigNamespace, why()),
            SignatureStatus::Weak => self.against(Reason::SigAlgorithmWeak, why()),
            SignatureStatus::Unsupported => self.against(Reason::SigUnsupported, why()),
        }
        let key = verification.key.as_deref().filter(|_| verification.is_good())?;
        let Some(person) = holder(self.governing.policy, key) else {
            self.nobody(key);
            return None;
        };
        match &verification.validity {
            Some(validity) => self.certificate(key, validity),
            None => self.lines(key, &person),
        }
        self.conditions(key, verification, &person);
        if self.governing.policy.principal(&person).is_none() {
            self.against(Reason::KeyUnknown, format!("{key} is the key of nobody on the roster"));
        }
        if record.is_some_and(|record| record.signer != person) {
            self.against(Reason::SignerMismatch, format!("{key} is {person}'s key"));
        }
        Some(person)
    }

    /// An X.509 signature for which no root of the policy vouches.
    fn not_vouched(&mut self, refusal: &Refusal) -> Option<String> {
        let reason = match refusal {
            Refusal::Bad(_) => Reason::SigBad,
            Refusal::Weak(_) => Reason::SigAlgorithmWeak,
            Refusal::Malformed(_) | Refusal::Unsupported(_) | Refusal::Untrusted(_) => Reason::SigUnsupported,
        };
        self.against(reason, refusal.to_string());
        None
    }

    /// Judges a certificate for which a root vouches; gives whose it is. The time at which it was valid must rest
    /// on somebody else: whoever has a key that is over can date a commit back.
    fn certified(
        &mut self,
        vouched: &Vouched,
        verification: &mut Option<Arc<Verification>>,
        record: Option<&Record>,
    ) -> Option<String> {
        let found = verification.insert(Arc::new(Verification {
            status: SignatureStatus::Good,
            format: Format::X509,
            key: Some(vouched.fingerprint.clone()),
            algorithm: Some(format!("X.509 certificate of {}", vouched.name)),
            presence: None,
            validity: None,
            why: None,
        }));
        let Some(person) = certificate_holder(self.governing.policy, vouched) else {
            self.against(Reason::KeyUnknown, format!("the certificate of {} is nobody's", vouched.name));
            return None;
        };
        self.conditions(&vouched.fingerprint, found, &person);
        if let Some(revoked) = &vouched.revoked {
            self.against(reason_of(revoked), revoked.to_string());
        }
        if record.is_some_and(|record| record.signer != person) {
            self.against(
                Reason::SignerMismatch,
                format!("the certificate of {} is {person}'s", vouched.name),
            );
        }
        if self.governing.bound().is_none() {
            self.against(Reason::SigUnsupported, UNWITNESSED);
        }
        Some(person)
    }

    /// A key that no certificate at hand holds: it may be in one that cannot be read.
    fn unknown(&mut self, verification: &Verification, record: Option<&Record>) {
        let certificate = record.and_then(|record| self.governing.policy.openpgp.of(&record.signer));
        match (certificate, verification.key.as_deref()) {
            (Some(Err(why)), _) => {
                self.against(
                    Reason::SigUnsupported,
                    format!("the signer's certificate cannot be read: {why}"),
                );
            }
            (_, Some(key)) => self.nobody(key),
            (_, None) => self.against(Reason::KeyUnknown, "it names no key"),
        }
    }

    fn nobody(&mut self, key: &str) {
        let waits = |policy: &Policy| holder(policy, key).is_some() || policy.openpgp.hold(key);
        match self.governing.pending.is_some_and(waits) {
            true => {
                self.against(Reason::KeyNotGoverning, format!("{key} is in a policy that does not govern"));
            }
            false => self.against(Reason::KeyUnknown, format!("{key} is nobody's key")),
        }
    }

    /// The time at which a record was there for others to see.
    fn at(&self) -> Timestamp {
        self.governing.witnessed.unwrap_or(self.governing.landed)
    }

    /// The time at which keys must have been valid: a time stamp shows that a record was signed before it landed,
    /// and never that it was signed later.
    fn signed_by(&self) -> Timestamp {
        self.governing.stamped.map_or(self.at(), |stamped| stamped.min(self.at()))
    }

    /// Judges the lines of `allowed_signers` that give a key to a person: one of them must allow it, and
    /// where none does the last one tells why.
    fn lines(&mut self, key: &str, person: &str) {
        let at = self.signed_by();
        let is_own = |signer: &&Signer| {
            signer.fingerprint == key && signer.principals.first().is_some_and(|first| first == person)
        };
        let lines: Vec<Signer> = self.governing.policy.signers.iter().filter(is_own).cloned().collect();
        if lines.iter().any(|signer| signer.is_usable(at)) {
            return;
        }
        let Some(signer) = lines.last() else { return };
        if !signer.namespaces.is_empty() && !signer.namespaces.iter().any(|name| name == "git") {
            self.against(Reason::SigNamespace, "the roster gives the key for another namespace");
        }
        if signer.is_authority {
            self.against(Reason::SigUnsupported, "the roster's line is of a certificate authority");
        }
        self.window(
            key,
            signer.valid_after.map(|(from, _)| from),
            signer.valid_before.map(|(until, _)| until),
        );
    }

    fn window(&mut self, key: &str, from: Option<Timestamp>, until: Option<Timestamp>) {
        let at = self.signed_by();
        if from.is_some_and(|from| at < from) {
            self.against(Reason::KeyNotYetValid, format!("{key} was not valid yet when the record landed"));
        }
        if until.is_some_and(|until| at >= until) {
            self.against(Reason::KeyExpiredAtLanding, format!("{key} had expired when the record landed"));
        }
    }

    /// Judges what an OpenPGP certificate says of its key.
    fn certificate(&mut self, key: &str, validity: &Validity) {
        self.window(key, Some(validity.from), validity.until);
        if validity.signature_until.is_some_and(|until| self.signed_by() >= until) {
            self.against(Reason::KeyExpiredAtLanding, "the signature had expired when the record landed");
        }
        self.dated(Some(validity.made.as_second()));
        for revocation in &validity.revocations {
            // What a certificate calls compromised says nothing of since when.
            if revocation.compromised || self.at() >= revocation.since {
                self.revoked(key, revocation.compromised, revocation.since);
            }
        }
    }

    fn revoked(&mut self, key: &str, compromised: bool, since: Timestamp) {
        let reason = if compromised { Reason::KeyCompromised } else { Reason::KeyRetired };
        self.against(reason, format!("{key} is revoked since {since}"));
    }

    /// Judges what the policy says of a key beside its windows: revocations, touch.
    fn conditions(&mut self, key: &str, verification: &Verification, person: &str) {
        let policy = self.governing.policy;
        let own = verification.validity.as_ref().map(|validity| validity.signing_key.as_str());
        let is_it = |named: &str| named == key || own == Some(named);
        for revocation in policy.revocations.iter().filter(|revocation| is_it(&revocation.key)) {
            let is_saved = match revocation.compromised {
                true => is_saved(revocation, self.governing.bound()),
                false => self.at() < revocation.since,
            };
            if !is_saved {
                self.revoked(key, revocation.compromised, revocation.since);
            }
        }
        for entry in policy.keys.iter().filter(|entry| is_it(&entry.fingerprint)) {
            let presence = verification.presence.unwrap_or_default();
            let lacks = (entry.require_touch && !presence.touched)
                || (entry.require_verification && !presence.verified);
            if lacks {
                self.against(Reason::SigNoTouch, "the hardware key was not touched or asked for no PIN");
            }
            if entry.principal != person {
                self.against(Reason::KeyUnknown, format!("the policy gives {key} to two people"));
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

/// Whose key a fingerprint is by a policy: the first name of its first line, as git takes it, or whose
/// certificate it heads.
pub(super) fn holder(policy: &Policy, key: &str) -> Option<String> {
    let line = policy.signers.iter().find(|signer| signer.fingerprint == key);
    match line {
        Some(line) => line.principals.first().cloned(),
        None => policy.openpgp.person(key).map(str::to_owned),
    }
}

/// Whose certificate it is by a policy: the one person of whom it has a mail address.
pub(super) fn certificate_holder(policy: &Policy, vouched: &Vouched) -> Option<String> {
    let is_named = |own: &String| vouched.mails.iter().any(|mail| mail.eq_ignore_ascii_case(own));
    let mut people = policy.principals.iter().filter(|person| person.certificates.iter().any(is_named));
    let person = people.next()?;
    people.next().is_none().then(|| person.id.clone())
}

/// Whether better evidence than the order of landings shows that a record is older than a compromise.
fn is_saved(revocation: &Revocation, witnessed: Option<Timestamp>) -> bool {
    witnessed.is_some_and(|seen| seen < revocation.since)
}

/// Why a record that landed earlier counts no more by a later policy: its key is compromised since, or at
/// all, or its certificate was revoked before it signed; every revocation that says so. Policies that only retire
/// keys, or take people away, leave old records as they are.
pub(super) fn hit_by(
    judged: &Judged,
    raw: &[u8],
    witnessed: Option<Timestamp>,
    policy: &Policy,
) -> Vec<(Reason, String)> {
    let Some(verification) = judged.verification.as_ref().filter(|found| found.is_good()) else {
        return Vec::new();
    };
    let Some(key) = verification.key.as_deref() else { return Vec::new() };
    let own = verification.validity.as_ref().map(|validity| validity.signing_key.as_str());
    let all = policy.revocations.iter().filter(|one| one.key == key || own == Some(one.key.as_str()));
    let hits = all.filter(|one| one.compromised && !is_saved(one, witnessed)).map(|one| one.since);
    let mut since: Vec<Timestamp> = hits.collect();
    if verification.validity.is_some() {
        let now = split(raw).ok().and_then(|commit| verify(&commit, &policy.openpgp)?.validity);
        let own = now.into_iter().flat_map(|validity| validity.revocations);
        since.extend(own.filter(|revocation| revocation.compromised).map(|revocation| revocation.since));
    }
    since.sort_unstable();
    since.dedup();
    let told = |since| (Reason::KeyCompromised, format!("{key} is revoked since {since}"));
    let mut all: Vec<(Reason, String)> = since.into_iter().map(told).collect();
    if verification.format == Format::X509 {
        all.extend(listed(raw, witnessed, policy));
    }
    all
}

/// What the lists of a policy say against a certificate that has signed, at the time by which it counts.
fn listed(raw: &[u8], witnessed: Option<Timestamp>, policy: &Policy) -> Option<(Reason, String)> {
    let vouched = x509::vouched(&split(raw).ok()?, &policy.authorities, Some(witnessed?));
    vouched.ok()?.revoked.map(|revoked| (reason_of(&revoked), revoked.to_string()))
}

/// What a list of revoked certificates makes of a record.
fn reason_of(revoked: &Revoked) -> Reason {
    if revoked.compromised { Reason::KeyCompromised } else { Reason::KeyRetired }
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
