//! May this be deployed now? (design: domain.md 3.5)
//!
//! Enters: the facts of a commit, what signatures allow, the windows that govern, and a [`Question`]. Leaves: a
//! [`Decision`] with every reason. STRATEGY: what no waiting mends is judged once (`claims`), what the time
//! decides at any instant that is asked for (`calendar`). All instants at which that can turn out otherwise
//! are known (edges of windows, of the slot, of exceptions and approvals), so that the next transition is
//! found among them and never searched for.
//!
//! It fails closed: what is missing, unreadable or contradictory is UNKNOWN, and no word but ALLOW lets pass.

mod calendar;
mod claims;
mod outlook;
mod reach;

use jiff::{SignedDuration, Timestamp};

use super::lifecycle::{self, ChangeState, Standing};
use super::lint::Finding;
use crate::facts::Facts;
use crate::facts::approval::grant::{Evidence, Grants};
use crate::facts::book::{Change, view};
use crate::facts::calendar::{Effect, Governing, Level, Occurrence};
use crate::facts::collision;
use crate::inputs::document::Document;
use crate::inputs::policy::ClassName;
use calendar::{Calendar, View};
pub use claims::unreadable;
pub use outlook::{Outlook, Stretch, outlook};
pub use reach::{is_judged, reach};

/// What is asked.
#[derive(Clone, Debug)]
pub struct Question {
    /// Name of the service, as the catalogue has it.
    pub service: String,
    /// Name of the environment.
    pub environment: String,
    /// The moment; that of the facts.
    pub at: Timestamp,
    /// Ids of the changes on whose behalf it is asked: none asks the calendar alone, two are one too many.
    pub changes: Vec<String>,
    /// How long the deployment lasts.
    pub duration: SignedDuration,
    /// The stage of a rollout that goes on: later stages of a running change may begin.
    pub stage: Option<String>,
    /// Digest of what is deployed.
    pub artifact: Option<String>,
    /// What is known of the clone.
    pub checkout: Checkout,
}

impl Question {
    /// What the calendar alone says of a service in an environment: of no change and no particular deployment.
    pub fn of_calendar(service: &str, environment: &str, at: Timestamp) -> Question {
        Question {
            service: service.to_owned(),
            environment: environment.to_owned(),
            at,
            changes: Vec::new(),
            duration: SignedDuration::ZERO,
            stage: None,
            artifact: None,
            checkout: Checkout::default(),
        }
    }
}

/// What is known of the clone that answers.
#[derive(Clone, Debug, Default)]
pub struct Checkout {
    /// When it was fetched last.
    pub fetched: Option<Timestamp>,
    /// How old it may be.
    pub max_age: Option<SignedDuration>,
    /// The latest time at which its tip is known to have been there; nothing when the moment was chosen by
    /// whoever asks.
    pub tip: Option<Timestamp>,
    /// What observers have seen, when nothing is to be answered from a head that none of them has.
    pub observed: Option<Observed>,
}

/// What observers of the policy have signed that they saw (T2; approvals.md, "Time").
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Observed {
    /// When one of them first saw the head that is judged.
    pub head: Option<Timestamp>,
    /// Heads that they saw and that are not on its mainline, each with when: a later head, or a lost one.
    pub others: Vec<(String, Timestamp)>,
}

/// The answer in a word.
#[derive(
    Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, serde::Serialize, schemars::JsonSchema,
)]
#[serde(rename_all = "UPPERCASE")]
pub enum GateDecision {
    /// It may start now.
    Allow,
    /// It may not, and no waiting alone mends it.
    Deny,
    /// It may not now, and may at the next transition without anybody's act.
    Wait,
    /// A running change or a collision holds the service.
    Hold,
    /// It cannot be decided, and is not allowed.
    Unknown,
}

impl GateDecision {
    /// All of them.
    pub const ALL: [GateDecision; 5] = [
        GateDecision::Allow,
        GateDecision::Deny,
        GateDecision::Wait,
        GateDecision::Hold,
        GateDecision::Unknown,
    ];

    /// The word of text and JSON.
    pub fn word(self) -> &'static str {
        match self {
            GateDecision::Allow => "ALLOW",
            GateDecision::Deny => "DENY",
            GateDecision::Wait => "WAIT",
            GateDecision::Hold => "HOLD",
            GateDecision::Unknown => "UNKNOWN",
        }
    }

    /// The exit code.
    pub fn code(self) -> u8 {
        match self {
            GateDecision::Allow => 0,
            GateDecision::Deny => 10,
            GateDecision::Wait => 11,
            GateDecision::Hold => 12,
            GateDecision::Unknown => 20,
        }
    }
}

/// A reason for or against.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, serde::Serialize, schemars::JsonSchema)]
pub struct Reason {
    /// The stable code: `freeze`, `approval-stale`.
    pub code: String,
    /// The same in one lower-case phrase, with names and times.
    pub message: String,
}

impl Reason {
    fn new(code: impl Into<String>, message: impl Into<String>) -> Reason {
        Reason { code: code.into(), message: message.into() }
    }
}

/// A window that has a say at the moment.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Covering {
    /// Its name below `windows/`.
    pub id: String,
    /// What it does.
    pub effect: Effect,
    /// How strict.
    pub level: Level,
    /// The occurrence that covers the moment.
    pub occurrence: Occurrence,
    /// Whether it is the freeze before a restricted window.
    pub is_before: bool,
    /// Whether it is a former version whose relaxing nobody has approved.
    pub is_former: bool,
}

/// The answer.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Decision {
    /// In a word.
    pub word: GateDecision,
    /// Why: all that stands against it, or what lets it pass; sorted by code.
    pub reasons: Vec<Reason>,
    /// When the answer changes by itself: the end of what is open, or the beginning of what is waited for.
    pub next: Option<Timestamp>,
    /// The change.
    pub change: Option<String>,
    /// Where it stands.
    pub state: Option<ChangeState>,
    /// Its class.
    pub class: Option<ClassName>,
    /// The windows that cover the moment.
    pub windows: Vec<Covering>,
    /// The records that it rests on.
    pub evidence: Vec<Evidence>,
}

/// What the gate decides from.
#[derive(Clone, Copy, Debug)]
pub struct Grounds<'a> {
    /// The facts, judged at the moment of the question.
    pub facts: &'a Facts,
    /// What signatures allow.
    pub grants: &'a Grants,
    /// The windows that govern.
    pub windows: &'a Governing,
    /// What the rules found.
    pub findings: &'a [Finding],
}

/// What stands against a deployment whatever the hour, by how it weighs.
#[derive(Debug, Default)]
struct Against {
    unknown: Vec<Reason>,
    deny: Vec<Reason>,
    hold: Vec<Reason>,
}

/// Who asks: the change, and where it stands.
struct Claim<'a> {
    change: &'a Change,
    standing: Standing,
}

/// Decides.
pub fn decide(grounds: Grounds<'_>, question: &Question) -> Decision {
    let mut answer = Decision {
        word: GateDecision::Unknown,
        reasons: Vec::new(),
        next: None,
        change: None,
        state: None,
        class: None,
        windows: Vec::new(),
        evidence: Vec::new(),
    };
    let (service, change) = match claims::named(grounds, question) {
        Ok(named) => named,
        Err(reason) => {
            answer.reasons.push(reason);
            return answer;
        }
    };
    let claim = change.map(|change| {
        let standing = lifecycle::standing(grounds, change);
        Claim { change, standing }
    });
    if let Some(claim) = &claim {
        answer.change = Some(claim.change.id.to_string());
        answer.state = Some(claim.standing.state);
        answer.class = claim.standing.class;
        let grant = grounds.grants.changes.get(&*claim.change.id);
        answer.evidence = grant.map(|grant| grant.evidence.clone()).unwrap_or_default();
    }
    let against = claims::judge(grounds, question, service, claim.as_ref());
    let named = claim.as_ref().map(|claim| (claim.change, claim.standing.class));
    let calendar = Calendar::of(grounds, question, service, named);
    let view = calendar.at(question.at);
    answer.windows = view.windows.clone();
    let is_timely = view.is_open() && calendar.fits(question.at);
    let opening = if is_timely { None } else { calendar.next_opening(question.at) };

    let mut reasons = against.unknown.clone();
    reasons.extend(against.deny.iter().chain(&against.hold).cloned());
    if !is_timely {
        reasons.extend(of_time(&calendar, view, question.at, opening));
    }
    (answer.word, answer.next) = match (&against, opening) {
        (Against { unknown, .. }, _) if !unknown.is_empty() => (GateDecision::Unknown, None),
        (Against { deny, .. }, _) if !deny.is_empty() => (GateDecision::Deny, None),
        (Against { hold, .. }, _) if !hold.is_empty() => (GateDecision::Hold, None),
        (_, Some(opening)) => (GateDecision::Wait, Some(opening)),
        (_, None) if !is_timely => (GateDecision::Deny, None),
        (_, None) => {
            reasons.extend(calendar.at(question.at).passes);
            (GateDecision::Allow, calendar.closes(question.at).map(|(at, _)| at))
        }
    };
    reasons.sort();
    reasons.dedup();
    // Two windows of one kind are two messages of one reason.
    answer.reasons = reasons;
    answer
}

/// What closes the slot of a change to it, service by service: where no moment of the slot is open, what its
/// beginning sees.
pub(super) fn closed_slot(
    grounds: Grounds<'_>,
    change: &Change,
    class: Option<ClassName>,
    request: &Document,
) -> Vec<Reason> {
    let Some(slot) = request.slot() else { return Vec::new() };
    let start = slot.start.timestamp;
    let mut found = Vec::new();
    for service in collision::services(grounds.facts, request) {
        let question = bare_question(grounds, service, request, start);
        let calendar = Calendar::of(grounds, &question, service, Some((change, class)));
        let there = calendar.at(start);
        if !there.is_open() && calendar.next_opening(start).is_none() {
            found.extend(there.blocks);
        }
    }
    found
}

/// A freeze that does not let the slot of a change pass.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) struct Frozen {
    /// The name of the window.
    pub(super) window: String,
    /// Index of its document; none is `usize::MAX`.
    pub(super) document: usize,
    /// Whether it is the freeze before a restricted window.
    pub(super) is_before: bool,
    /// The occurrence.
    pub(super) occurrence: Occurrence,
    /// What stands against it.
    pub(super) why: Vec<Reason>,
}

/// The freezes that touch the slot of a change and do not let it pass; a change that is not approved yet is
/// judged as if it were approved at once.
pub(super) fn frozen(
    grounds: Grounds<'_>,
    change: &Change,
    class: Option<ClassName>,
    request: &Document,
) -> Vec<Frozen> {
    let mut found = Vec::new();
    for service in collision::services(grounds.facts, request) {
        let at = grounds.facts.inputs.as_of;
        let question = bare_question(grounds, service, request, at);
        let calendar = Calendar::of(grounds, &question, service, Some((change, class)));
        found.extend(calendar.frozen(at).into_iter().map(|(window, occurrence, why)| Frozen {
            window: window.name.clone(),
            document: window.document,
            is_before: window.freeze_of.is_some(),
            occurrence,
            why,
        }));
    }
    found.sort();
    found.dedup_by(|one, other| (&one.window, one.occurrence) == (&other.window, other.occurrence));
    found
}

/// The question for one service of a request, of no particular deployment.
fn bare_question(grounds: Grounds<'_>, service: usize, request: &Document, at: Timestamp) -> Question {
    Question::of_calendar(grounds.facts.book.name_of(service), view::environment(request), at)
}

/// What the hour has against it: what is closed at the moment; and where the slot is ahead and never opens,
/// what will close it there.
fn of_time(calendar: &Calendar<'_>, view: View, at: Timestamp, opening: Option<Timestamp>) -> Vec<Reason> {
    let mut reasons = view.blocks.clone();
    if view.is_open() {
        reasons.extend(calendar.too_short(at));
    }
    if let Some(start) = calendar.slot_ahead(at).filter(|_| opening.is_none()) {
        let there = calendar.at(start);
        match there.is_open() {
            true => reasons.extend(calendar.too_short(start)),
            false => reasons.extend(there.blocks),
        }
    }
    reasons
}
