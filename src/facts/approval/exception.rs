//! Exceptions: documents of a change that are approved alone (design: policy.md, `[subject.exception]`).
//!
//! An exception opens one change, one scope, until one instant. Who may give it is written in the policy beside
//! the matrix of the class, and what its signatures cover is its own bytes with the files of the change: the
//! plan may be edited without it, and it without the plan. Whether it is in force at an hour is for the gate.

use super::derive::Subject;
use super::propose::covered;
use super::quorum::{Place, Quorum};
use super::status::{Approval, ApprovalStatus, counts, or_in_doubt};
use super::subject::{Manifest, SubjectId};
use super::weigh::{Case, signer};
use crate::inputs::policy::{Policy, Requirement};
use crate::inputs::signature::Record;

/// The kind, and what the names of its documents begin with.
pub const EXCEPTION: &str = "exception";

/// Whether the document of a change, named without its ending, is approved alone.
pub fn is_exception(name: &str) -> bool {
    name.starts_with(EXCEPTION)
}

/// The exception that a record speaks of; nothing for records of a change or of its other documents.
pub fn of(record: &Record) -> Option<&str> {
    match record.covers.as_slice() {
        [name] if is_exception(name) => Some(name),
        _ => None,
    }
}

/// Whose approvals a policy asks for: nobody can give an exception under one that asks for none.
pub fn asked(policy: &Policy) -> &[Requirement] {
    policy.subjects.get(EXCEPTION).map(|of_kind| of_kind.require.as_slice()).unwrap_or_default()
}

/// The names of the exceptions of a change.
pub fn names(subject: &Subject) -> impl Iterator<Item = &str> {
    subject.files.keys().filter_map(|file| file.strip_suffix(".md")).filter(|name| is_exception(name))
}

/// The approval of an exception, by the policy that governs now; nothing where the change has none of that name.
///
/// Of the statuses only those occur that signatures alone decide: its hours are of the calendar.
pub fn approval(id: &SubjectId, subject: &Subject, policy: &Policy, name: &str) -> Option<Approval> {
    subject.files.get(&format!("{name}.md")).filter(|_| !id.is_document())?;
    let files = covered(subject, id, &[name.to_owned()]);
    let digest = Manifest::of(files).ok()?.digest();
    // As the change is judged: an edit of the request after its execution gives no exception.
    let need = subject.need_of_judged(id, policy);
    let sides = or_in_doubt(subject, digest);
    let case = |counts| Case { id, subject, policy, need, digest, exception: Some(name), counts };
    let base = case(&counts);
    let weighed = base.weigh();
    let rejection = base.rejection();
    let is_open = |doubtful: Case<'_>| doubtful.rejection().is_none() && doubtful.weigh().is_met();
    let is_in_doubt = sides.iter().any(|side| is_open(case(side)) != weighed.is_met());
    let (status, why) = match rejection {
        Some(record) => (ApprovalStatus::Rejected, format!("rejected by {}", signer(record))),
        None if is_in_doubt => {
            (ApprovalStatus::Unverifiable, "a record cannot be verified, and it would decide".to_owned())
        }
        None if weighed.is_met() => (ApprovalStatus::Approved, approved(&weighed.quorum)),
        None if base.has_earlier_approval() => {
            (ApprovalStatus::Stale, "what was approved has changed since".to_owned())
        }
        None => (ApprovalStatus::InReview, waits(&weighed.quorum)),
    };
    Some(Approval {
        status,
        why,
        digest: Some(digest),
        quorum: weighed.quorum,
        hindrances: weighed.hindrances,
        uncounted: weighed.uncounted,
        carried: Vec::new(),
        approved_at: None,
        lifetime: None,
    })
}

fn approved(quorum: &Quorum) -> String {
    let people: std::collections::BTreeSet<&str> =
        quorum.places.iter().filter_map(|(_, person)| person.as_deref()).collect();
    format!("approved by {}", people.into_iter().collect::<Vec<_>>().join(", "))
}

fn waits(quorum: &Quorum) -> String {
    let open: Vec<String> = quorum.open().map(Place::to_string).collect();
    match (quorum.places.is_empty(), open.is_empty()) {
        (true, _) => "the policy asks nobody to give exceptions, so that nobody can".to_owned(),
        (false, true) => "something stands against it".to_owned(),
        (false, false) => format!("waits for {}", open.join(", ")),
    }
}
