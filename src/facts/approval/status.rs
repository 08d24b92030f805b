//! The status of a subject, first match wins (design: approvals.md, "Status of a subject").

use std::collections::BTreeSet;

use jiff::Timestamp;

use super::code::Reason;
use super::derive::{Editors, Landed, Subject};
use super::quorum::{Place, Quorum, fill, places};
use super::subject::SubjectId;
use crate::facts::calendar::{after, before};
use crate::inputs::policy::{ClassName, ClassPolicy, Policy, SubjectPolicy};
use crate::inputs::signature::Decision;
use crate::text::ContentHash;

/// The status of a subject; never written by hand.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, serde::Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum ApprovalStatus {
    /// The document cannot be read, or its class is unknown.
    Invalid,
    /// Landed before the trust root, or there is no policy.
    BeforeAdoption,
    /// A record cannot be checked, and the status would differ if it were valid.
    Unverifiable,
    /// Would be approved but for a compromised key.
    Revoked,
    /// Ended by its owner or the change manager.
    Withdrawn,
    /// Refused by a role that may.
    Rejected,
    /// Another approved change replaces it.
    Superseded,
    /// An emergency that was carried out and not ratified in time.
    Unratified,
    /// An emergency that may begin.
    Authorised,
    /// Approved, but too long ago, or its slot has passed unused.
    Expired,
    /// The quorum is met.
    Approved,
    /// The quorum is met, too late before the start.
    ApprovedLate,
    /// An earlier content was approved, or had an approval; this one is not.
    Stale,
    /// Submitted, or with a first approval.
    InReview,
    /// None of these.
    Draft,
}

impl ApprovalStatus {
    /// Whether the quorum is met, in time or not.
    pub fn is_approved(self) -> bool {
        match self {
            ApprovalStatus::Approved | ApprovalStatus::ApprovedLate => true,
            ApprovalStatus::Invalid
            | ApprovalStatus::BeforeAdoption
            | ApprovalStatus::Unverifiable
            | ApprovalStatus::Revoked
            | ApprovalStatus::Withdrawn
            | ApprovalStatus::Rejected
            | ApprovalStatus::Superseded
            | ApprovalStatus::Unratified
            | ApprovalStatus::Authorised
            | ApprovalStatus::Expired
            | ApprovalStatus::Stale
            | ApprovalStatus::InReview
            | ApprovalStatus::Draft => false,
        }
    }

    /// Whether a successor that is approved takes its place: what stands before `superseded` in the order of
    /// the design stays.
    pub fn yields_to_successor(self) -> bool {
        self >= ApprovalStatus::Superseded
    }

    /// The word for pages, reports and JSON.
    pub fn word(self) -> &'static str {
        match self {
            ApprovalStatus::Invalid => "invalid",
            ApprovalStatus::BeforeAdoption => "before-adoption",
            ApprovalStatus::Unverifiable => "unverifiable",
            ApprovalStatus::Revoked => "revoked",
            ApprovalStatus::Withdrawn => "withdrawn",
            ApprovalStatus::Rejected => "rejected",
            ApprovalStatus::Superseded => "superseded",
            ApprovalStatus::Unratified => "unratified",
            ApprovalStatus::Authorised => "authorised",
            ApprovalStatus::Expired => "expired",
            ApprovalStatus::Approved => "approved",
            ApprovalStatus::ApprovedLate => "approved-late",
            ApprovalStatus::Stale => "stale",
            ApprovalStatus::InReview => "in-review",
            ApprovalStatus::Draft => "draft",
        }
    }
}

/// What is known of the approval of a subject.
#[derive(Clone, Debug)]
pub struct Approval {
    /// The status.
    pub status: ApprovalStatus,
    /// Why, in one lower-case phrase.
    pub why: String,
    /// The subject digest of what stands now.
    pub digest: Option<ContentHash>,
    /// How far the matrix is filled for it.
    pub quorum: Quorum,
    /// What stands against single people or the subject as a whole: (reason, who or what).
    pub hindrances: Vec<(Reason, String)>,
    /// Index of the landing at which the quorum was met.
    pub approved_at: Option<usize>,
}

/// What a subject is judged by.
struct Matrix<'a> {
    class: Option<&'a ClassPolicy>,
    places: Vec<Place>,
    distinct: usize,
    covers: Vec<String>,
}

/// Whether the quorum is met for a content by the records that have landed.
pub(super) fn is_quorum_met(id: &SubjectId, subject: &Subject, policy: &Policy, digest: ContentHash) -> bool {
    let weighed = weigh(id, subject, policy, digest, &counts);
    weighed.hindrances.is_empty() && weighed.quorum.is_met() && !weighed.quorum.places.is_empty()
}

/// The approval of a subject at the moment of judging.
pub fn approval(id: &SubjectId, subject: &Subject, policy: &Policy, as_of: Timestamp) -> Approval {
    let digest = subject.digest(id, policy);
    let pinned = digest.and_then(|digest| subject.policy_of(digest));
    let policy = pinned.as_deref().unwrap_or(policy);
    let Some(digest) = digest else {
        let why = "a covered document is missing".to_owned();
        return Approval {
            status: if subject.submitted.is_some() { ApprovalStatus::Draft } else { ApprovalStatus::Invalid },
            why,
            digest: None,
            quorum: Quorum::default(),
            hindrances: Vec::new(),
            approved_at: None,
        };
    };
    let weighed = weigh(id, subject, policy, digest, &counts);
    let met = |weighed: &Weighed| {
        weighed.hindrances.is_empty() && weighed.quorum.is_met() && !weighed.quorum.places.is_empty()
    };
    let is_met = met(&weighed);
    let would_be = |counts: &dyn Fn(&Landed) -> bool| met(&weigh(id, subject, policy, digest, counts));
    let or_unverifiable = |record: &Landed| counts(record) || record.judged.is_unverifiable();
    let or_compromised = |record: &Landed| counts(record) || only(record, Reason::KeyCompromised);
    let approved_at =
        subject.approved.iter().rev().find(|(approved, _)| *approved == digest).map(|(_, at)| *at);
    let need = subject.need.as_ref();
    let decided = |decision: Decision| valid(subject, decision);
    let (status, why) = if is_untouched(subject) {
        (ApprovalStatus::BeforeAdoption, "it landed before the policy was adopted".to_owned())
    } else if !is_met && would_be(&or_unverifiable) {
        (ApprovalStatus::Unverifiable, "a record cannot be verified, and the quorum needs it".to_owned())
    } else if !is_met && would_be(&or_compromised) {
        (ApprovalStatus::Revoked, "a key of the quorum is compromised".to_owned())
    } else if let Some(record) = decided(Decision::Withdraw).find(|record| may_withdraw(subject, record)) {
        (ApprovalStatus::Withdrawn, format!("withdrawn by {}", signer(record)))
    } else if let Some(record) = rejection(subject, policy, digest) {
        (ApprovalStatus::Rejected, format!("rejected by {}", signer(record)))
    } else if need.is_some_and(|need| need.class == ClassName::Emergency) && !is_met {
        emergency(subject, policy, digest, as_of)
    } else if is_met {
        approved(subject, policy, digest, &weighed, as_of)
    } else if subject.approved.iter().any(|(other, _)| *other != digest)
        || has_earlier_approval(subject, digest)
    {
        (ApprovalStatus::Stale, "what was approved has changed since".to_owned())
    } else if subject.submitted.is_some() || weighed.people > 0 {
        let open: Vec<String> = weighed.quorum.open().map(Place::to_string).collect();
        (ApprovalStatus::InReview, format!("waits for {}", open.join(", ")))
    } else {
        (ApprovalStatus::Draft, "not submitted".to_owned())
    };
    Approval {
        status,
        why,
        digest: Some(digest),
        quorum: weighed.quorum,
        hindrances: weighed.hindrances,
        approved_at,
    }
}

/// How the people stand in the matrix.
struct Weighed {
    quorum: Quorum,
    hindrances: Vec<(Reason, String)>,
    /// How many valid approvals there are for the content.
    people: usize,
}

fn weigh(
    id: &SubjectId,
    subject: &Subject,
    policy: &Policy,
    digest: ContentHash,
    counts: &dyn Fn(&Landed) -> bool,
) -> Weighed {
    let matrix = matrix(id, subject, policy);
    let standing: Vec<&Landed> = standing(subject, digest, &matrix, counts).collect();
    // Nobody's signature is verified to find out who may not approve while nobody has.
    let editors = if standing.is_empty() { Editors::default() } else { subject.editors(digest) };
    let mut hindrances = Vec::new();
    if let Some(class) = matrix.class {
        if class.exclude_authors {
            hindrances.extend(editors.unknown.iter().map(|email| (Reason::EditorUnknown, email.clone())));
        }
        if class.signed_edits {
            hindrances.extend(editors.unsigned.iter().map(|commit| (Reason::EditorUnknown, commit.clone())));
        }
    }
    let is_allowed = |person: &str| is_allowed(person, subject, &matrix, &editors);
    let people: BTreeSet<String> =
        standing.iter().map(|record| signer(record).to_owned()).filter(|person| is_allowed(person)).collect();
    let fits = |person: &str, place: &Place| {
        standing.iter().any(|record| signer(record) == person && fits(record, person, place, subject))
    };
    let count = people.len();
    let quorum = fill(matrix.places, &people, matrix.distinct, fits);
    Weighed { quorum, hindrances, people: count }
}

fn matrix<'a>(id: &SubjectId, subject: &Subject, policy: &'a Policy) -> Matrix<'a> {
    if id.is_document() {
        let kind = id.as_str().split('/').next().unwrap_or_default().trim_end_matches('s');
        let of_kind: Option<&SubjectPolicy> = policy.subjects.get(kind);
        let places = of_kind.map(|of_kind| places(&of_kind.require, &[])).unwrap_or_default();
        return Matrix { class: None, places, distinct: 1, covers: Vec::new() };
    }
    let class = subject.need.as_ref().and_then(|need| Some((need, need.policy(policy)?)));
    Matrix {
        class: class.map(|(_, class)| class),
        places: class.map(|(need, class)| need.places(class)).unwrap_or_default(),
        distinct: class.map_or(1, |(_, class)| class.distinct_principals as usize),
        covers: class.map(|(_, class)| class.covers.clone()).unwrap_or_default(),
    }
}

/// The approvals that stand for a content: valid, not retracted, and not older than the approval of another
/// content (going back to what was approved once does not bring its approvals back).
fn standing<'s>(
    subject: &'s Subject,
    digest: ContentHash,
    matrix: &Matrix<'_>,
    counts: &'s dyn Fn(&Landed) -> bool,
) -> impl Iterator<Item = &'s Landed> {
    let covers = matrix.covers.iter().cloned().collect::<BTreeSet<_>>();
    let others = subject.approved.iter().filter(move |(approved, _)| *approved != digest);
    let since = others.map(|(_, landing)| *landing).max();
    subject.records.iter().filter(move |landed| {
        let Some(record) = landed.judged.record.as_ref().filter(|_| counts(landed)) else { return false };
        let names: BTreeSet<String> = record.covers.iter().cloned().collect();
        matches!(record.decision, Decision::Approve | Decision::Ratify)
            && record.subject == Some(digest)
            && names == covers
            && since.is_none_or(|since| landed.landing > since)
            && !is_retracted(subject, landed)
    })
}

/// Whether the signer took the record back.
pub(super) fn is_retracted(subject: &Subject, landed: &Landed) -> bool {
    subject.records.iter().any(|other| {
        let Some(record) = other.judged.record.as_ref().filter(|_| other.judged.counts()) else {
            return false;
        };
        record.decision == Decision::Retract
            && record.of.as_deref() == Some(landed.judged.id.as_str())
            && other.judged.principal == landed.judged.principal
    })
}

fn is_allowed(person: &str, subject: &Subject, matrix: &Matrix<'_>, editors: &Editors) -> bool {
    bar_by(person, subject, matrix.class, editors).is_none()
}

/// Why a person may not judge a subject, in words that follow their name; nothing when they may.
pub(super) fn bar(
    person: &str,
    subject: &Subject,
    policy: &Policy,
    editors: &Editors,
) -> Option<&'static str> {
    let class = subject.need.as_ref().and_then(|need| need.policy(policy));
    bar_by(person, subject, class, editors)
}

fn bar_by(
    person: &str,
    subject: &Subject,
    class: Option<&ClassPolicy>,
    editors: &Editors,
) -> Option<&'static str> {
    let wrote = editors.people.contains(person);
    let Some(class) = class else { return wrote.then_some("edited") };
    let operators = subject.need.as_ref().map(|need| &need.operators);
    if class.exclude_authors && wrote {
        Some("edited")
    } else if class.exclude_coauthors && editors.coauthors.contains(person) {
        Some("is a co-author of")
    } else if class.exclude_operators && operators.is_some_and(|operators| operators.contains(person)) {
        Some("will carry out")
    } else {
        None
    }
}

/// Whether a record stands in a place: in its own role, for the place's service, by the policy that governed
/// when it landed.
fn fits(record: &Landed, person: &str, place: &Place, subject: &Subject) -> bool {
    let policy = &record.policy;
    let role = record.judged.record.as_ref().and_then(|record| record.role.as_deref());
    if role != Some(place.role.as_str()) {
        return false;
    }
    let Some(principal) = policy.principal(person) else { return false };
    let teams = subject.need.as_ref().map(|need| &need.teams);
    match place.role.as_str() {
        "peer" => true,
        "outsider" => {
            principal.team.as_ref().is_none_or(|team| teams.is_none_or(|teams| !teams.contains(team)))
        }
        role => {
            let day = record.at.to_zoned(policy.zone.clone()).date();
            let service = place.service.as_deref();
            let stands_in = policy.principals.iter().filter(|other| other.holds(role, service, day));
            let is_delegate = |delegation: &crate::inputs::policy::Delegation| {
                delegation.to == person
                    && delegation.role == role
                    && delegation.from.is_none_or(|from| from <= day)
                    && delegation.until.is_none_or(|until| day < until)
            };
            principal.holds(role, service, day)
                || stands_in.flat_map(|other| &other.delegates).any(is_delegate)
        }
    }
}

fn approved(
    subject: &Subject,
    policy: &Policy,
    digest: ContentHash,
    weighed: &Weighed,
    as_of: Timestamp,
) -> (ApprovalStatus, String) {
    let people: BTreeSet<&str> =
        weighed.quorum.places.iter().filter_map(|(_, person)| person.as_deref()).collect();
    let last = subject
        .records
        .iter()
        .filter(|record| counts(record) && people.contains(signer(record)))
        .map(|record| record.at)
        .max();
    let need = subject.need.as_ref();
    let class = need.and_then(|need| need.policy(policy));
    let slot = need.and_then(|need| need.slot);
    let is_executed = subject.executed.contains(&digest);
    if let (Some(last), Some(class), false) = (last, class, is_executed) {
        let dies = after(last, class.approval_ttl, &policy.zone, policy);
        if as_of >= dies {
            return (ApprovalStatus::Expired, format!("approved until {dies}"));
        }
    }
    if let Some((_, end)) = slot.filter(|(_, end)| as_of >= *end && !is_executed) {
        return (ApprovalStatus::Expired, format!("its slot ended unused at {end}"));
    }
    if let (Some((start, _)), Some(last), Some(class)) = (slot, last, class) {
        let due = before(start, class.approval_lead, &policy.zone, policy);
        if last > due {
            return (ApprovalStatus::ApprovedLate, format!("the last approval landed after {due}"));
        }
    }
    (ApprovalStatus::Approved, format!("approved by {}", people.into_iter().collect::<Vec<_>>().join(", ")))
}

fn emergency(
    subject: &Subject,
    policy: &Policy,
    digest: ContentHash,
    as_of: Timestamp,
) -> (ApprovalStatus, String) {
    let of = |decision| valid(subject, decision).filter(move |record| names(record, digest));
    let class = subject.need.as_ref().and_then(|need| need.policy(policy));
    let asked = class.map(|class| places(&class.authorise, &[])).unwrap_or_default();
    let people: BTreeSet<String> = of(Decision::Authorise).map(|record| signer(record).to_owned()).collect();
    let stands = |person: &str, place: &Place| {
        of(Decision::Authorise).any(|record| signer(record) == person && fits(record, person, place, subject))
    };
    let quorum = fill(asked, &people, 2, stands);
    let alone = of(Decision::AuthoriseAlone).next();
    if !(quorum.is_met() && people.len() >= 2) && alone.is_none() {
        let why = format!("{} of 2 people have authorised it", people.len());
        return (ApprovalStatus::InReview, why);
    }
    let began = subject.need.as_ref().and_then(|need| need.slot).map(|(_, end)| end);
    let due = began.map(|end| after(end, policy.deadlines.ratify, &policy.zone, policy));
    match due {
        Some(due) if subject.executed.contains(&digest) && as_of >= due => {
            (ApprovalStatus::Unratified, format!("it had to be ratified by {due}"))
        }
        _ => (
            ApprovalStatus::Authorised,
            match alone {
                Some(record) => format!("authorised by {} alone", signer(record)),
                None => format!("authorised by {}", people.into_iter().collect::<Vec<_>>().join(" and ")),
            },
        ),
    }
}

/// A rejection of the content that stands: by a role of the matrix or a veto role, not taken back, and not
/// followed by an approval of the same person.
fn rejection<'s>(subject: &'s Subject, policy: &Policy, digest: ContentHash) -> Option<&'s Landed> {
    let class = subject.need.as_ref().and_then(|need| need.policy(policy));
    let required = |role: &str| {
        class.is_none_or(|class| {
            let lines = class.require.iter().chain(&class.in_soft).chain(&class.in_hard);
            class.veto_roles.iter().any(|veto| veto == role)
                || lines.into_iter().any(|line| line.role == role)
        })
    };
    let position =
        |landed: &Landed| subject.records.iter().position(|other| other.judged.id == landed.judged.id);
    valid(subject, Decision::Reject).find(|rejected| {
        let record = rejected.judged.record.as_ref();
        let role = record.and_then(|record| record.role.as_deref()).unwrap_or_default();
        let is_later = |approved: &Landed| {
            let follows = approved.descends_from.contains(&rejected.judged.id);
            approved.landing > rejected.landing || (approved.landing == rejected.landing && follows)
        };
        let changed_mind = valid(subject, Decision::Approve).any(|approved| {
            signer(approved) == signer(rejected) && names(approved, digest) && is_later(approved)
        });
        names(rejected, digest)
            && required(role)
            && position(rejected).is_some()
            && !changed_mind
            && !is_retracted(subject, rejected)
    })
}

fn may_withdraw(subject: &Subject, record: &Landed) -> bool {
    let (person, policy) = (signer(record), &record.policy);
    let day = record.at.to_zoned(policy.zone.clone()).date();
    let is_owner = subject.need.as_ref().is_some_and(|need| need.owner.as_deref() == Some(person));
    is_owner || policy.principal(person).is_some_and(|one| one.holds("change-manager", None, day))
}

fn valid(subject: &Subject, decision: Decision) -> impl Iterator<Item = &Landed> {
    subject.records.iter().filter(move |landed| {
        counts(landed) && landed.judged.record.as_ref().is_some_and(|record| record.decision == decision)
    })
}

fn has_earlier_approval(subject: &Subject, digest: ContentHash) -> bool {
    valid(subject, Decision::Approve).any(|record| !names(record, digest))
}

fn names(landed: &Landed, digest: ContentHash) -> bool {
    landed.judged.record.as_ref().and_then(|record| record.subject) == Some(digest)
}

fn counts(landed: &Landed) -> bool {
    landed.judged.counts()
}

fn only(landed: &Landed, reason: Reason) -> bool {
    !landed.judged.reasons.is_empty() && landed.judged.reasons.iter().all(|(found, _)| *found == reason)
}

fn signer(landed: &Landed) -> &str {
    landed.judged.principal.as_deref().unwrap_or_default()
}

/// Whether nothing of it has changed since the trust root, and nobody has decided on it since.
fn is_untouched(subject: &Subject) -> bool {
    subject.changed == 0 && !subject.records.iter().any(counts)
}

impl std::fmt::Display for Place {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match &self.service {
            Some(service) => write!(f, "{} of {service}", self.role),
            None => f.write_str(&self.role),
        }
    }
}
