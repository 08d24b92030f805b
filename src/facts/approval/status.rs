//! The status of a subject, first match wins (design: approvals.md, "Status of a subject").

use std::collections::{BTreeSet, HashMap, HashSet};

use jiff::Timestamp;

use super::code::Reason;
use super::derive::{Grounds, Landed, Subject};
use super::exception;
use super::need::Need;
use super::open::told;
use super::quorum::{Place, Quorum, fill, places};
use super::rounds::Lifetime;
use super::subject::SubjectId;
use super::weigh::{Case, Uncounted, Weighed, fits, signer};
use crate::facts::calendar::after;
use crate::inputs::policy::{ClassName, Policy};
use crate::inputs::signature::{Decision, Record};
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
    /// Whether a change of this status will not be carried out any more.
    pub fn ends_the_change(self) -> bool {
        match self {
            ApprovalStatus::Withdrawn | ApprovalStatus::Rejected | ApprovalStatus::Superseded => true,
            ApprovalStatus::Invalid
            | ApprovalStatus::BeforeAdoption
            | ApprovalStatus::Unverifiable
            | ApprovalStatus::Revoked
            | ApprovalStatus::Unratified
            | ApprovalStatus::Authorised
            | ApprovalStatus::Expired
            | ApprovalStatus::Approved
            | ApprovalStatus::ApprovedLate
            | ApprovalStatus::Stale
            | ApprovalStatus::InReview
            | ApprovalStatus::Draft => false,
        }
    }

    /// Whether more people could bring it to be approved.
    pub fn waits_for_people(self) -> bool {
        match self {
            ApprovalStatus::InReview
            | ApprovalStatus::Stale
            | ApprovalStatus::Revoked
            | ApprovalStatus::Unverifiable => true,
            ApprovalStatus::Invalid
            | ApprovalStatus::BeforeAdoption
            | ApprovalStatus::Withdrawn
            | ApprovalStatus::Rejected
            | ApprovalStatus::Superseded
            | ApprovalStatus::Unratified
            | ApprovalStatus::Authorised
            | ApprovalStatus::Expired
            | ApprovalStatus::Approved
            | ApprovalStatus::ApprovedLate
            | ApprovalStatus::Draft => false,
        }
    }

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

    /// Whether what it supersedes gives way to it: it is approved, or was until its time ran out, which gives nothing
    /// back.
    pub fn replaces(self) -> bool {
        self.is_approved() || self == ApprovalStatus::Expired
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
    /// The subject digest that is judged: of what stands now, or of what an execution cites.
    pub digest: Option<ContentHash>,
    /// How far the matrix is filled for it.
    pub quorum: Quorum,
    /// What stands against the subject as a whole: (reason, who or what).
    pub hindrances: Vec<(Reason, String)>,
    /// Valid records for this content that fill no place all the same, each with why.
    pub uncounted: Vec<Uncounted>,
    /// Records of earlier contents that stand for this one, each with who carried it over a small edit.
    pub carried: Vec<(String, String)>,
    /// Index of the landing at which the quorum was met.
    pub approved_at: Option<usize>,
    /// When the quorum was met by the approvals that stand now, and until when they last, where its class sets a time.
    pub lifetime: Option<Lifetime>,
}

impl Approval {
    /// Makes it one of which nobody can say what it is.
    pub(super) fn doubt(&mut self, why: &str) {
        self.status = ApprovalStatus::Unverifiable;
        why.clone_into(&mut self.why);
    }
}

/// Whether a content is approved by the records that have landed: the quorum is met, and nobody who may has refused it.
pub(super) fn is_quorum_met(id: &SubjectId, subject: &Subject, policy: &Policy, digest: ContentHash) -> bool {
    let need = subject.need.as_ref();
    let case = Case { id, subject, policy, need, digest, exception: None, counts: &counts };
    case.weigh().is_met() && case.rejection().is_none()
}

/// What the content needed that was approved last, where signatures make that one approved still, in time or not: an
/// edit that nobody signed, or a record that cannot be verified, takes nothing of it back.
pub(super) fn need_of_approved<'s>(
    id: &SubjectId,
    subject: &'s Subject,
    as_of: Timestamp,
) -> Option<&'s Need> {
    let ((digest, _), Grounds { policy, need }) = subject.approved.last().zip(subject.grounds.last())?;
    let (need, digest) = (need.as_ref(), *digest);
    let case = Case { id, subject, policy, need, digest, exception: None, counts: &counts };
    need.filter(|_| case.status(&case.weigh(), as_of).0.replaces())
}

/// Whether the signatures stand by which one of its contents was approved: none was taken back or has lost its key, and
/// nobody has refused the content since, nor may have.
pub(super) fn stands(id: &SubjectId, subject: &Subject, nth: usize, as_of: Timestamp) -> bool {
    let (digest, Grounds { policy, need }) = (subject.approved[nth].0, &subject.grounds[nth]);
    let need = need.as_ref();
    let is_approved = |counts: &dyn Fn(&Landed) -> bool| {
        let case = Case { id, subject, policy, need, digest, exception: None, counts };
        case.status(&case.weigh(), as_of).0.is_approved()
    };
    is_approved(&counts) && or_in_doubt(subject, digest).iter().all(|side| is_approved(side))
}

/// The approval of a subject at the moment of judging, by the policy that governs now.
pub fn approval(id: &SubjectId, subject: &Subject, policy: &Policy, as_of: Timestamp) -> Approval {
    let without_digest = |status: ApprovalStatus, why: &str| Approval {
        status,
        why: why.to_owned(),
        digest: None,
        quorum: Quorum::default(),
        hindrances: Vec::new(),
        uncounted: Vec::new(),
        carried: Vec::new(),
        approved_at: None,
        lifetime: None,
    };
    // What was carried out is judged as it stood then, whatever is written over it.
    let is_executed = subject.contents.iter().any(|(digest, _)| subject.executed.contains_key(digest));
    if let Some(flaw) = subject.flaw(id, policy).filter(|_| !is_executed) {
        return without_digest(ApprovalStatus::Invalid, &flaw);
    }
    let has_request = id.change().is_some() && subject.files.contains_key("request.md");
    if !is_executed && has_request && subject.need_of_judged(id, policy).is_none() {
        return without_digest(
            ApprovalStatus::Invalid,
            "its request cannot be read, or its class is unknown",
        );
    }
    let (digest, grounds) = subject.judged(id, policy);
    let Some(digest) = digest else {
        let is_submitted = subject.submitted.is_some();
        let status = if is_submitted { ApprovalStatus::Draft } else { ApprovalStatus::Invalid };
        return without_digest(status, "a covered document is missing");
    };
    let policy = grounds.map_or(policy, |grounds| &grounds.policy);
    let need = grounds.map_or(subject.need.as_ref(), |grounds| grounds.need.as_ref());
    let sides = or_in_doubt(subject, digest);
    let or_compromised = |record: &Landed| counts(record) || only(record, Reason::KeyCompromised);
    let case = |counts| Case { id, subject, policy, need, digest, exception: None, counts };
    let base = case(&counts);
    let (weighed, carried) = (base.weigh(), base.carried());
    let lifetime = weighed.is_met().then(|| base.lifetime(&weighed, as_of)).flatten();
    let (mut status, mut why) = base.status(&weighed, as_of);
    if status != ApprovalStatus::BeforeAdoption {
        let compromised = case(&or_compromised);
        let is_other = |doubtful: Case<'_>| doubtful.status(&doubtful.weigh(), as_of).0 != status;
        if sides.iter().any(|side| is_other(case(side))) {
            status = ApprovalStatus::Unverifiable;
            why = "a record cannot be verified, and the status would be another one if it were valid"
                .to_owned();
        } else if !weighed.is_met() && compromised.weigh().is_met() {
            (status, why) = (ApprovalStatus::Revoked, "a key of the quorum is compromised".to_owned());
        }
    }
    Approval {
        status,
        why,
        digest: Some(digest),
        quorum: weighed.quorum,
        hindrances: weighed.hindrances,
        uncounted: weighed.uncounted,
        carried,
        approved_at: subject.last_approved(digest),
        lifetime,
    }
}

impl Case<'_> {
    /// The status by the records that count here. What follows from records that do not is for the caller.
    fn status(&self, weighed: &Weighed<'_>, as_of: Timestamp) -> (ApprovalStatus, String) {
        let subject = self.subject;
        let is_emergency = self.need.is_some_and(|need| need.class == ClassName::Emergency);
        if subject.changed == 0 && !subject.records.iter().any(self.counts) {
            (ApprovalStatus::BeforeAdoption, "it landed before the policy was adopted".to_owned())
        } else if let Some(record) = self.valid(Decision::Withdraw).find(|record| Self::may_withdraw(record))
        {
            (ApprovalStatus::Withdrawn, format!("withdrawn by {}", signer(record)))
        } else if let Some(record) = self.rejection() {
            (ApprovalStatus::Rejected, format!("rejected by {}", signer(record)))
        } else if weighed.is_met() {
            self.approved(weighed, as_of)
        } else if let Some(begun) = is_emergency.then(|| self.emergency(as_of)).flatten() {
            begun
        } else if self.has_other_approved() || self.has_earlier_approval() {
            (ApprovalStatus::Stale, "what was approved has changed since".to_owned())
        } else if is_emergency {
            (ApprovalStatus::InReview, format!("{} of 2 people have authorised it", self.authorising().len()))
        } else if subject.submitted.is_some() || weighed.people > 0 {
            let open: Vec<String> = weighed.quorum.open().map(Place::to_string).collect();
            let why = match weighed.hindrances.first() {
                _ if !open.is_empty() => format!("waits for {}", open.join(", ")),
                Some((reason, who)) => format!("{}: {}", reason.code(), told(*reason, who).0),
                None if self.id.change().is_some() && self.need.is_none() => "its request is gone".to_owned(),
                // A standard change: what is approved is the model that it follows.
                None if weighed.quorum.places.is_empty() => {
                    "its class asks for no approval of its own".to_owned()
                }
                None => format!("waits for {} different people", weighed.quorum.needed_people),
            };
            (ApprovalStatus::InReview, why)
        } else {
            (ApprovalStatus::Draft, "not submitted".to_owned())
        }
    }

    fn approved(&self, weighed: &Weighed<'_>, as_of: Timestamp) -> (ApprovalStatus, String) {
        let people: BTreeSet<&str> =
            weighed.quorum.places.iter().filter_map(|(_, person)| person.as_deref()).collect();
        let lifetime = self.lifetime(weighed, as_of);
        let is_executed = self.subject.executed.contains_key(&self.digest);
        if let Some(Lifetime { until, .. }) = lifetime.filter(|one| as_of >= one.until && !is_executed) {
            return (ApprovalStatus::Expired, format!("approved until {until}{}", self.unsigned_run()));
        }
        let slot = self.need.and_then(|need| need.slot);
        if let Some((_, end)) = slot.filter(|(_, end)| as_of >= *end && !is_executed) {
            let why = format!("its slot ended unused at {end}{}", self.unsigned_run());
            return (ApprovalStatus::Expired, why);
        }
        if let Some((one, due)) =
            lifetime.and_then(|one| Some((one, one.due?))).filter(|(one, _)| !one.is_in_time)
        {
            return (
                ApprovalStatus::ApprovedLate,
                format!("the quorum was met at {}, after {due}", one.since),
            );
        }
        let people: Vec<&str> = people.into_iter().collect();
        let carriers: BTreeSet<String> = self.carried().into_iter().map(|(_, by)| by).collect();
        let carried = match carriers.is_empty() {
            true => String::new(),
            false => format!("; carried by {}", carriers.into_iter().collect::<Vec<_>>().join(", ")),
        };
        (ApprovalStatus::Approved, format!("approved by {}{carried}", people.join(", ")))
    }

    /// Of what was carried out by a record that nobody of the roster signed, so that nothing follows from it.
    fn unsigned_run(&self) -> String {
        let path = self.subject.unsigned_runs.get(&self.digest);
        path.map_or_else(String::new, |path| format!("; nobody on the roster signed {path}"))
    }

    /// Who has authorised the content, together with others.
    fn authorising(&self) -> BTreeSet<String> {
        let all = self.valid(Decision::Authorise).filter(|record| self.speaks_of(record));
        all.map(|record| signer(record).to_owned()).collect()
    }

    /// The status of an emergency that was authorised; nothing of one that was not.
    fn emergency(&self, as_of: Timestamp) -> Option<(ApprovalStatus, String)> {
        let policy = self.policy;
        let of = |decision| self.valid(decision).filter(|record| self.speaks_of(record));
        let class = self.need.and_then(|need| need.policy(policy));
        let asked = class.map(|class| places(&class.authorise, &[])).unwrap_or_default();
        let people = self.authorising();
        let stands = |person: &str, place: &Place| {
            of(Decision::Authorise)
                .any(|record| signer(record) == person && fits(record, person, place, self.need))
        };
        // Whoever authorises alone says why, and does it in one of the roles of the row: a record in any other role
        // lets nothing begin.
        let has_reason = |record: &&Landed| {
            record.judged.record.as_ref().is_some_and(|record| !record.reason.trim().is_empty())
        };
        let alone = of(Decision::AuthoriseAlone)
            .filter(has_reason)
            .find(|record| asked.iter().any(|place| fits(record, signer(record), place, self.need)));
        let quorum = fill(asked, &people, 2, stands);
        if !(quorum.is_met() && people.len() >= 2) && alone.is_none() {
            return None;
        }
        // Nobody puts the ratification off by leaving the execution unsigned, or by a slot that is far away: once its
        // record has landed, the change has been carried out.
        let ended = self.subject.ran.get(&self.digest).map(|ran| {
            let slot = self.need.and_then(|need| need.slot);
            slot.map_or(*ran, |(_, end)| end.min(*ran))
        });
        let due = ended.map(|ended| after(ended, policy.deadlines.ratify, &policy.zone, policy));
        Some(match due {
            Some(due) if as_of >= due => {
                (ApprovalStatus::Unratified, format!("it had to be ratified by {due}"))
            }
            _ => (
                ApprovalStatus::Authorised,
                match alone {
                    Some(record) => format!("authorised by {} alone", signer(record)),
                    None => {
                        format!("authorised by {}", people.into_iter().collect::<Vec<_>>().join(" and "))
                    }
                },
            ),
        })
    }

    /// A rejection of the content that stands: by a role of the matrix or a veto role, not taken back, and
    /// not followed by an approval of the same person.
    pub(super) fn rejection(&self) -> Option<&Landed> {
        self.valid(Decision::Reject).find(|rejected| {
            let record = rejected.judged.record.as_ref();
            let role = record.and_then(|record| record.role.as_deref()).unwrap_or_default();
            let changed_mind = || {
                self.valid(Decision::Approve).any(|approved| {
                    signer(approved) == signer(rejected)
                        && self.speaks_of(approved)
                        && approved.is_later_than(rejected)
                })
            };
            self.speaks_of(rejected)
                && self.may_reject(role)
                && !self.is_retracted(rejected)
                && !changed_mind()
        })
    }

    /// Whether a role's rejection counts: that of a line of the matrix, whatever the window, or of a veto.
    fn may_reject(&self, role: &str) -> bool {
        let class = self.need.and_then(|need| need.policy(self.policy));
        if self.exception.is_some() {
            let has_veto = class.is_some_and(|class| class.veto_roles.iter().any(|veto| veto == role));
            return has_veto || exception::asked(self.policy).iter().any(|line| line.role == role);
        }
        if let Some(class) = class {
            return class.veto_roles.iter().any(|veto| veto == role)
                || class.lines().any(|line| line.role == role);
        }
        let of_kind = self.subject.kind.as_ref().and_then(|kind| self.policy.subjects.get(kind));
        of_kind.is_some_and(|of_kind| of_kind.require.iter().any(|line| line.role == role))
    }

    fn may_withdraw(record: &Landed) -> bool {
        let (person, policy) = (signer(record), &record.policy);
        let day = policy.day(record.arrived);
        record.owner.as_deref() == Some(person)
            || policy.principal(person).is_some_and(|one| one.holds("change-manager", None, day))
    }

    /// Whether another content was approved as a whole. That this one was, and somebody took their part back,
    /// makes nothing stale.
    fn has_other_approved(&self) -> bool {
        self.subject.approved.iter().any(|(approved, _)| *approved != self.digest)
    }

    pub(super) fn has_earlier_approval(&self) -> bool {
        let mut approvals = self.valid(Decision::Approve).chain(self.valid(Decision::Ratify));
        approvals.any(|record| !self.speaks_of(record) && self.covers_what_is_due(record))
    }
}

pub(super) fn counts(landed: &Landed) -> bool {
    landed.judged.counts()
}

fn only(landed: &Landed, reason: Reason) -> bool {
    !landed.judged.reasons.is_empty() && landed.judged.reasons.iter().all(|(found, _)| *found == reason)
}

/// Which records count beside those that cannot be verified and whose claimed signers have not made a valid one for the
/// same content since: with those that speak for a content, and with those against it, where there are any. Each side
/// alone, so that nobody hides what a record says behind another one that cannot be verified either.
pub(super) fn or_in_doubt(subject: &Subject, digest: ContentHash) -> Vec<impl Fn(&Landed) -> bool> {
    let mut sides = [HashSet::new(), HashSet::new()];
    // Mostly nothing is in doubt.
    if subject.records.iter().any(|landed| landed.judged.is_unverifiable()) {
        let by_id = subject.records.iter().map(|landed| (landed.judged.id.as_str(), landed));
        let by_id: HashMap<&str, &Landed> = by_id.collect();
        let taken = |record: &Record| by_id.get(record.of.as_deref()?).copied();
        // A later yes or no of the same person takes the place of one that cannot be verified. Whoever lets an emergency
        // begin, has read it, ends what is not theirs or takes back what somebody else has said would undo nothing.
        let is_answer = |landed: &Landed, record: &Record| match record.decision {
            Decision::Approve | Decision::Reject | Decision::Ratify => true,
            Decision::Retract => taken(record).is_some_and(|other| signer(other) == signer(landed)),
            _ => false,
        };
        let clears = |landed: &&Landed| {
            let record = landed.judged.record.as_ref().filter(|_| landed.content == Some(digest));
            counts(landed) && record.is_some_and(|record| is_answer(landed, record))
        };
        let answers: Vec<&Landed> = subject.records.iter().filter(clears).collect();
        let is_cleared = |landed: &Landed| {
            answers.iter().any(|answer| signer(answer) == signer(landed) && answer.is_later_than(landed))
        };
        for landed in subject.records.iter().filter(|landed| landed.judged.is_unverifiable()) {
            if !is_cleared(landed) {
                let against = landed.judged.record.as_ref().is_some_and(|record| is_against(record, taken));
                sides[usize::from(against)].insert(landed.judged.id.as_str());
            }
        }
    }
    let sides = sides.into_iter().filter(|side| !side.is_empty());
    sides.map(|side| move |one: &Landed| counts(one) || side.contains(one.judged.id.as_str())).collect()
}

/// Whether a record refuses or ends something, or takes back what does not; `taken` is the record that it takes back.
fn is_against<'s>(record: &Record, taken: impl Fn(&Record) -> Option<&'s Landed>) -> bool {
    match record.decision {
        Decision::Reject | Decision::Withdraw => true,
        Decision::Retract => {
            let taken = taken(record).and_then(|landed| landed.judged.record.as_ref());
            taken.is_none_or(|taken| taken.decision != Decision::Reject)
        }
        _ => false,
    }
}

impl std::fmt::Display for Place {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match &self.service {
            Some(service) => write!(f, "{} of {service}", self.role),
            None => f.write_str(&self.role),
        }
    }
}
