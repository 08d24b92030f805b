//! What a landing that has not happened would make of approvals (design: approvals.md, "Status of a subject").
//!
//! Enters: the approvals of a book before and after the landing, judged at one moment. Leaves: an [`Effect`]
//! for every subject that the landing changes, speaks of or judges otherwise. What is lost is found record by
//! record, whatever takes it away: other bytes, a revoked key, another policy.

use std::collections::BTreeMap;

use jiff::Timestamp;

use super::code::Reason;
use super::derive::{Landed, Subject};
use super::open::open;
use super::weigh::{Case, signer};
use super::{Approval, ApprovalStatus, Approvals, SubjectId};
use crate::inputs::signature::Decision;

/// What a landing makes of one subject.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Effect {
    /// The subject.
    pub id: SubjectId,
    /// Its status before; nothing where it is new.
    pub before: Option<ApprovalStatus>,
    /// Its status after; nothing where it is gone.
    pub after: Option<ApprovalStatus>,
    /// Its files that differ, as its manifest names them.
    pub files: Vec<String>,
    /// Signatures that stood before and do not stand after.
    pub lost: Vec<Lost>,
}

/// A signature that would not stand any more.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Lost {
    /// Roster id of who made it.
    pub person: String,
    /// In which role.
    pub role: Option<String>,
    /// The record's commit.
    pub record: String,
    /// What is against the record itself after the landing; nothing when it only names another content.
    pub reasons: Vec<(Reason, String)>,
    /// Whether the same person may fill an open place by signing what stands after the landing.
    pub may_sign_again: bool,
}

/// The effects of a landing on the approvals, by id.
pub fn effects(before: &Approvals, after: &Approvals, as_of: Timestamp) -> Vec<Effect> {
    let unlanded = before.landings.len();
    let ids: std::collections::BTreeSet<&SubjectId> =
        before.subjects.keys().chain(after.subjects.keys()).collect();
    let of = |id: &SubjectId| {
        let (was, is) = (before.subjects.get(id), after.subjects.get(id));
        let status = |of: Option<&(Subject, Approval)>| of.map(|(_, approval)| approval.status);
        let files = changed_files(was.map(|(subject, _)| subject), is.map(|(subject, _)| subject));
        let lost = lost(before, after, id, as_of);
        let is_decided = is.is_some_and(|(subject, _)| {
            subject.records.iter().any(|landed| landed.landing >= unlanded) || subject.changed >= unlanded
        });
        let effect = Effect { id: id.clone(), before: status(was), after: status(is), files, lost };
        let has_effect = is_decided || effect.before != effect.after || !effect.lost.is_empty();
        has_effect.then_some(effect)
    };
    ids.into_iter().filter_map(of).collect()
}

fn changed_files(before: Option<&Subject>, after: Option<&Subject>) -> Vec<String> {
    let files = |of: Option<&Subject>| of.map(|subject| subject.files.clone()).unwrap_or_default();
    let (mut before, after) = (files(before), files(after));
    let mut changed = BTreeMap::new();
    for (name, hash) in after {
        let was = before.remove(&name);
        changed.insert(name, was != Some(hash));
    }
    changed.extend(before.into_keys().map(|name| (name, true)));
    changed.into_iter().filter(|(_, differs)| *differs).map(|(name, _)| name).collect()
}

fn lost(before: &Approvals, after: &Approvals, id: &SubjectId, as_of: Timestamp) -> Vec<Lost> {
    let stood = standing(before, id);
    if stood.is_empty() {
        return Vec::new();
    }
    let stands = standing(after, id);
    let places = open(after, id, as_of);
    let records = after.subjects.get(id).map_or(&[][..], |(subject, _)| &subject.records);
    let gone = stood.into_iter().filter(|landed| !stands.iter().any(|one| one.judged.id == landed.judged.id));
    let lost = |landed: &Landed| {
        let person = signer(landed).to_owned();
        let role = landed.judged.record.as_ref().and_then(|record| record.role.clone());
        let now = records.iter().find(|one| one.judged.id == landed.judged.id);
        let may_sign_again =
            places.iter().any(|open| role.as_ref() == Some(&open.place.role) && open.could.contains(&person));
        Lost {
            person,
            role,
            record: landed.judged.id.clone(),
            reasons: now.map(|landed| landed.judged.reasons.clone()).unwrap_or_default(),
            may_sign_again,
        }
    };
    gone.map(lost).collect()
}

/// The records that stand for the content of a subject that is judged, by the policy that judges it.
fn standing<'a>(approvals: &'a Approvals, id: &'a SubjectId) -> Vec<&'a Landed> {
    let (Some((subject, approval)), Some(effective)) = (approvals.subjects.get(id), &approvals.effective)
    else {
        return Vec::new();
    };
    let Some(digest) = approval.digest else { return Vec::new() };
    let (_, grounds) = subject.judged(id, &effective.policy);
    let policy = grounds.map_or(&*effective.policy, |grounds| &*grounds.policy);
    let need = grounds.map_or(subject.need.as_ref(), |grounds| grounds.need.as_ref());
    let counts = &|landed: &Landed| landed.judged.counts();
    let case = Case { id, subject, policy, need, digest, exception: None, counts };
    let authorises = |landed: &&Landed| {
        let decision = landed.judged.record.as_ref().map(|record| record.decision);
        let is_one = matches!(decision, Some(Decision::Authorise | Decision::AuthoriseAlone));
        is_one && landed.judged.counts() && case.speaks_of(landed)
    };
    let is_counted = |landed: &&Landed| !approval.uncounted.iter().any(|one| one.record == landed.judged.id);
    let approved = case.approvals().into_iter().map(|one| one.landed).filter(is_counted);
    approved.chain(subject.records.iter().filter(authorises)).collect()
}
