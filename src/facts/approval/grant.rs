//! What the approvals of a book mean for states and for the gate, as plain values.
//!
//! Enters: the [`Approvals`] of a book. Leaves: for every change a [`Grant`], for every document outside of
//! changes its status. Lifecycle and gate read nothing else of signatures, so that a table of situations can
//! hold them as data.

use std::collections::{BTreeMap, BTreeSet};

use jiff::Timestamp;

use super::derive::{Landed, Subject};
use super::exception;
use super::weigh::signer;
use super::{Approval, ApprovalStatus, Approvals, SubjectId};
use crate::inputs::policy::{ClassName, Policy};
use crate::inputs::signature::Decision;
use crate::text::ContentHash;

/// The role that accepts collisions (approvals.md).
pub(super) const MANAGER: &str = "change-manager";

/// What signatures allow, change by change.
#[derive(Clone, Debug, Default)]
pub struct Grants {
    /// Why nothing is known of signatures.
    pub unknown: Option<String>,
    /// Whether the policy of the tree waits for signatures, so that it does not govern.
    pub is_policy_pending: bool,
    /// The changes by id.
    pub changes: BTreeMap<String, Grant>,
    /// The status of documents outside of changes, by id.
    pub documents: BTreeMap<String, ApprovalStatus>,
}

/// What signatures allow one change.
#[derive(Clone, Debug)]
pub struct Grant {
    /// The status of its approval.
    pub status: ApprovalStatus,
    /// Why, in one lower-case phrase.
    pub why: String,
    /// Whether its request has landed.
    pub is_submitted: bool,
    /// The class by which it is approved; nothing where no request has landed.
    pub class: Option<ClassName>,
    /// When the quorum was met: the landing time.
    pub since: Option<Timestamp>,
    /// When the approval's time to live ends.
    pub until: Option<Timestamp>,
    /// Whether its class asks for no approval of its own, and nothing stands against it: a standard change.
    pub is_by_model: bool,
    /// The changes with which a collision was accepted by a signed act.
    pub accepted: BTreeSet<String>,
    /// The exceptions in its folder that are approved, by the name of the document.
    pub exceptions: BTreeSet<String>,
    /// Names of the services of what is approved, or else of what stands there.
    pub services: Vec<String>,
    /// When the first execution of any of its contents landed, also one whose record is gone.
    pub ran: Option<Timestamp>,
    /// Whether what is approved was carried out, and other bytes stand there now.
    pub is_amended: bool,
    /// The records that it rests on.
    pub evidence: Vec<Evidence>,
}

/// A record that an approval rests on.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Evidence {
    /// In which role.
    pub role: String,
    /// Roster id.
    pub person: String,
    /// The record's commit.
    pub commit: String,
    /// What it covers.
    pub digest: ContentHash,
}

impl Default for Grant {
    fn default() -> Grant {
        Grant {
            status: ApprovalStatus::Draft,
            why: "not submitted".to_owned(),
            is_submitted: false,
            class: None,
            since: None,
            until: None,
            is_by_model: false,
            accepted: BTreeSet::new(),
            exceptions: BTreeSet::new(),
            services: Vec::new(),
            ran: None,
            is_amended: false,
            evidence: Vec::new(),
        }
    }
}

impl Grants {
    /// What the approvals of a book allow.
    pub fn of(approvals: &Approvals) -> Grants {
        let Some(effective) = &approvals.effective else {
            return Grants { unknown: approvals.none.clone(), ..Grants::default() };
        };
        let mut grants = Grants { is_policy_pending: effective.pending.is_some(), ..Grants::default() };
        for (id, (subject, approval)) in &approvals.subjects {
            match id.change() {
                Some(change) => {
                    let grant = of_change(approvals, &effective.policy, id, subject, approval);
                    grants.changes.insert(change.to_owned(), grant);
                }
                None => {
                    grants.documents.insert(id.as_str().to_owned(), approval.status);
                }
            }
        }
        grants
    }
}

fn of_change(
    approvals: &Approvals,
    policy: &Policy,
    id: &SubjectId,
    subject: &Subject,
    approval: &Approval,
) -> Grant {
    // What was approved is judged by the policy and the class under which it was.
    let (_, grounds) = subject.judged(id, policy);
    // An exception has no life of its own that could be settled: who may give one is written in what governs.
    let in_force = policy;
    let need = grounds.map_or(subject.need.as_ref(), |grounds| grounds.need.as_ref());
    let class = need.map(|need| need.class);
    // Of what does not stand any more, the moment at which it was approved is known, and no end.
    let met = approval.approved_at.and_then(|index| approvals.landings.get(index)).map(|(_, at)| *at);
    let since = approval.lifetime.map(|one| one.since).or(met);
    let until = approval.lifetime.map(|one| one.until);
    let is_by_model = class == Some(ClassName::Standard)
        && approval.status == ApprovalStatus::InReview
        && approval.quorum.places.is_empty()
        && approval.hindrances.is_empty()
        && approval.digest.is_some();
    let given: Vec<(&str, Approval)> = exception::names(subject)
        .filter_map(|name| Some((name, exception::approval(id, subject, in_force, name)?)))
        .filter(|(_, given)| given.status == ApprovalStatus::Approved)
        .collect();
    let is_emergency = class == Some(ClassName::Emergency);
    let mut evidence = evidence_of(subject, approval, None, is_emergency);
    for (name, given) in &given {
        evidence.extend(evidence_of(subject, given, Some(name), false));
    }
    evidence.sort();
    Grant {
        status: approval.status,
        why: approval.why.clone(),
        is_submitted: subject.submitted.is_some(),
        class,
        since,
        until,
        is_by_model,
        accepted: accepted(subject, approval).map(str::to_owned).collect(),
        exceptions: given.iter().map(|(name, _)| (*name).to_owned()).collect(),
        services: need.map(|need| need.services.clone()).unwrap_or_default(),
        ran: subject.ran.values().min().copied(),
        is_amended: subject.is_amended(id, policy),
        evidence,
    }
}

/// The changes with which a signed act accepts that a change collides: one of the change manager that names
/// its present content.
pub fn accepted<'a>(subject: &'a Subject, approval: &'a Approval) -> impl Iterator<Item = &'a str> {
    records(subject, Decision::AcceptCollision).filter_map(|landed| {
        let record = landed.judged.record.as_ref()?;
        let is_present = landed.content.is_some() && landed.content == approval.digest;
        let may = record.role.as_deref() == Some(MANAGER);
        record.other.as_deref().filter(|_| is_present && may)
    })
}

/// The records of a decision that count.
fn records(subject: &Subject, decision: Decision) -> impl Iterator<Item = &Landed> {
    subject.records.iter().filter(move |landed| {
        let record = landed.judged.record.as_ref();
        landed.judged.counts() && record.is_some_and(|record| record.decision == decision)
    })
}

/// The records of a content that stand in its matrix; of an emergency all, since those who let it begin stand
/// in none.
fn evidence_of(
    subject: &Subject,
    approval: &Approval,
    exception: Option<&str>,
    is_emergency: bool,
) -> Vec<Evidence> {
    let Some(digest) = approval.digest else { return Vec::new() };
    let decisions = [Decision::Approve, Decision::Ratify, Decision::Authorise, Decision::AuthoriseAlone];
    let stands = |person: &str| approval.quorum.places.iter().any(|(_, by)| by.as_deref() == Some(person));
    let evidence = subject.records.iter().filter(|landed| landed.judged.counts()).filter_map(|landed| {
        let record = landed.judged.record.as_ref()?;
        let is_carried = approval.carried.iter().any(|(id, _)| *id == landed.judged.id);
        let is_meant = decisions.contains(&record.decision)
            && (landed.content == Some(digest) || is_carried)
            && exception::of(record) == exception;
        (is_meant && (is_emergency || stands(signer(landed)))).then(|| Evidence {
            role: record.role.clone().unwrap_or_default(),
            person: signer(landed).to_owned(),
            commit: landed.judged.id.clone(),
            digest: record.subject.unwrap_or(digest),
        })
    });
    evidence.collect()
}
