//! Changes that meet: slots of the same or of neighbouring services, or the same people, at the same time
//! (domain.md 3.4).
//!
//! Enters: the changes and the catalogue. Leaves: how two of them meet, the worst way first, and for a whole
//! book every pair that does, with who accepted it. A neighbour two steps away is one along a chain of needs:
//! two services that share nothing but what both need are no neighbours of each other, or everything that
//! stands on one database would meet.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use jiff::Timestamp;

use super::Facts;
use super::approval::SubjectId;
use super::approval::grant;
use super::book::{Change, Outcome, Phase, view};
use super::calendar::{Effect, after};
use crate::inputs::document::Document;
use crate::inputs::document::steps::StepKind;

/// How two changes meet, the worst first.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Meeting {
    /// Both change a service.
    SameService(String),
    /// One changes what a service of the other stops without, or the other way round: (own, other).
    HardNeighbour(String, String),
    /// One changes what a service of the other needs, softly or by way of another one.
    Neighbour {
        /// The service of the one.
        own: String,
        /// The service of the other.
        other: String,
        /// Over how many edges: one, which is soft, or two.
        hops: u8,
    },
    /// Both need something of their environment for themselves: its name, as the requests have it.
    Resource(String),
    /// Somebody has work in both: roster id.
    Person(String),
    /// Whoever has to lead back the one has to lead back the other: roster id.
    RollbackOwner(String),
    /// One changes a service that is still watched after the other: its name.
    WatchPeriod(String),
    /// Both lie in one restricted window: its name.
    SameWindow(String),
}

impl Meeting {
    /// Whether it holds a change until somebody accepts it or one of the two moves.
    pub fn holds(&self) -> bool {
        match self {
            Meeting::SameService(_) | Meeting::HardNeighbour(..) => true,
            Meeting::Neighbour { .. }
            | Meeting::Resource(_)
            | Meeting::Person(_)
            | Meeting::RollbackOwner(_)
            | Meeting::WatchPeriod(_)
            | Meeting::SameWindow(_) => false,
        }
    }

    /// The word of lists and JSON.
    pub fn word(&self) -> &'static str {
        match self {
            Meeting::SameService(_) => "same-service",
            Meeting::HardNeighbour(..) => "hard-neighbour",
            Meeting::Neighbour { .. } => "neighbour",
            Meeting::Resource(_) => "resource",
            Meeting::Person(_) => "person",
            Meeting::RollbackOwner(_) => "rollback-owner",
            Meeting::WatchPeriod(_) => "watch-period",
            Meeting::SameWindow(_) => "same-window",
        }
    }

    /// How they meet, in one lower-case phrase with neither of the two as its subject.
    pub fn phrase(&self) -> String {
        match self {
            Meeting::SameService(service) => format!("both change {service} at the same time"),
            Meeting::HardNeighbour(own, other) => {
                format!("{own} and {other}, hard neighbours, change at the same time")
            }
            Meeting::Neighbour { own, other, hops: 1 } => {
                format!("{own} and {other}, soft neighbours, change at the same time")
            }
            Meeting::Neighbour { own, other, hops } => {
                format!("{own} and {other}, {hops} steps apart, change at the same time")
            }
            Meeting::Resource(name) => format!("both need {name} at the same time"),
            Meeting::Person(who) => format!("@{who} is needed by both at the same time"),
            Meeting::RollbackOwner(who) => format!("@{who} would lead both rollbacks at the same time"),
            Meeting::WatchPeriod(service) => {
                format!("one changes {service} while it is watched after the other")
            }
            Meeting::SameWindow(window) => format!("both lie in the restricted window {window}"),
        }
    }
}

/// Two changes that meet.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Collision {
    /// The one with the smaller id.
    pub one: Arc<str>,
    /// The other.
    pub other: Arc<str>,
    /// How they meet, the worst first, seen from `one`; of the services only the worst way is told.
    pub meetings: Vec<Meeting>,
    /// Which of the two is covered by a signed act that accepts the other.
    pub accepted_by: Option<Arc<str>>,
}

impl Collision {
    /// How they meet, seen from one of the two: own and other services change places.
    pub fn seen_from(&self, change: &str) -> Vec<Meeting> {
        let turned = |meeting: &Meeting| match meeting.clone() {
            Meeting::HardNeighbour(own, other) => Meeting::HardNeighbour(other, own),
            Meeting::Neighbour { own, other, hops } => Meeting::Neighbour { own: other, other: own, hops },
            same => same,
        };
        match *self.one == *change {
            true => self.meetings.clone(),
            false => self.meetings.iter().map(turned).collect(),
        }
    }

    /// The other of the two.
    pub fn beside(&self, change: &str) -> &Arc<str> {
        if *self.one == *change { &self.other } else { &self.one }
    }
}

/// How the slots of two requests meet in one environment in a way that holds; nothing where they do not, or
/// only from afar.
pub fn meeting(facts: &Facts, own: &Document, other: &Document) -> Option<Meeting> {
    of_services(facts, own, other).filter(Meeting::holds)
}

/// The services of a request that the catalogue knows.
pub fn services(facts: &Facts, request: &Document) -> BTreeSet<usize> {
    view::services(&facts.book, request).into_iter().map(|(index, _)| index).collect()
}

/// Every pair of changes that may still run and meet, in the order of their ids.
///
/// Approval plays no part: two changes are planned for one time as soon as both are written down. What was
/// called off, is over or has ended meets nothing; a change that runs does.
pub fn all(facts: &Facts) -> Vec<Collision> {
    let mut live: Vec<Live<'_>> =
        facts.book.changes.values().filter_map(|change| Live::of(facts, change)).collect();
    live.sort_by(|one, other| (one.start, &one.change.id).cmp(&(other.start, &other.change.id)));
    let mut found = Vec::new();
    let mut open: Vec<usize> = Vec::new();
    for (at, next) in live.iter().enumerate() {
        open.retain(|before| live[*before].reach > next.start);
        for before in &open {
            found.extend(live[*before].meets(facts, next));
        }
        open.push(at);
    }
    found.sort_by(|one, other| (&one.one, &one.other).cmp(&(&other.one, &other.other)));
    found
}

/// Whether a signed act lets a change run beside another: one of either of the two.
pub fn accepted_by<'a>(facts: &Facts, one: &'a Arc<str>, other: &'a Arc<str>) -> Option<&'a Arc<str>> {
    let accepts = |by: &str, other: &str| {
        let known = facts.approvals.subjects.get(&SubjectId::named(by));
        known.is_some_and(|(subject, approval)| grant::accepted(subject, approval).any(|id| id == other))
    };
    [(one, other), (other, one)].into_iter().find(|(by, other)| accepts(by, other)).map(|(by, _)| by)
}

/// What accepting has led to so far: whoever accepts meetings by habit sees it here (domain.md 3.4).
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Experience {
    /// Pairs of changes that a signed act let run beside each other, those of the past among them.
    pub accepted: usize,
    /// Those of which one was undone, wholly or in part, or failed.
    pub troubled: usize,
}

/// What the signed acts of a book that accept a meeting have led to.
pub fn experience(facts: &Facts) -> Experience {
    let mut pairs: BTreeSet<(&str, &str)> = BTreeSet::new();
    for (id, (subject, approval)) in &facts.approvals.subjects {
        let Some(one) = id.change() else { continue };
        pairs.extend(grant::accepted(subject, approval).map(|other| (one.min(other), one.max(other))));
    }
    let is_troubled = |id: &str| {
        let outcome = facts.book.changes.get(id).and_then(|change| change.outcome);
        outcome.is_some_and(|outcome| match outcome {
            Outcome::RolledBack | Outcome::PartlyRolledBack | Outcome::Failed => true,
            Outcome::Implemented | Outcome::ImplementedWithIssues | Outcome::AbortedBeforeStart => false,
        })
    };
    let troubled = pairs.iter().filter(|(one, other)| is_troubled(one) || is_troubled(other)).count();
    Experience { accepted: pairs.len(), troubled }
}

/// A change that may still run.
struct Live<'a> {
    change: &'a Change,
    request: &'a Document,
    start: Timestamp,
    end: Timestamp,
    /// The end of its watch period, which is what it can meet last.
    reach: Timestamp,
    environment: &'a str,
    resources: BTreeSet<&'a str>,
    people: BTreeSet<&'a str>,
    rollback_owner: Option<&'a str>,
}

impl<'a> Live<'a> {
    fn of(facts: &'a Facts, change: &'a Change) -> Option<Live<'a>> {
        let request = facts.book.document(change.request?);
        let slot = request.slot()?;
        let at = facts.inputs.as_of;
        let (start, end) = (slot.start.timestamp, slot.end.timestamp);
        let is_over = end <= at || facts.attempt(change, at).is_some_and(|attempt| !attempt.is_running());
        if is_over || is_called_off(facts, change) {
            return None;
        }
        let runbook = change.runbook.map(|index| &**facts.book.document(index));
        let watch = runbook.and_then(|runbook| view::duration(runbook, "watch_period"));
        let policy = &facts.inputs.policy;
        let reach = watch.map_or(end, |(period, _)| after(end, period, &policy.zone, policy));
        Some(Live {
            change,
            request,
            start,
            end,
            reach: reach.max(end),
            environment: view::environment(request),
            resources: view::texts(request, "resources").map(|(name, _)| name).collect(),
            people: runbook.map(people).unwrap_or_default(),
            rollback_owner: runbook
                .and_then(|runbook| view::person(runbook, "roles.rollback_owner.who"))
                .map(|(who, _)| who),
        })
    }

    fn meets(&self, facts: &Facts, other: &Live<'_>) -> Option<Collision> {
        let (one, other) = if self.change.id < other.change.id { (self, other) } else { (other, self) };
        let mut meetings = Vec::new();
        let overlap = one.start < other.end && other.start < one.end;
        if overlap {
            meetings.extend(of_services(facts, one.request, other.request));
            if one.environment == other.environment {
                let both = one.resources.intersection(&other.resources);
                meetings.extend(both.map(|name| Meeting::Resource((*name).to_owned())));
            }
            let both = one.people.intersection(&other.people);
            meetings.extend(both.map(|who| Meeting::Person((*who).to_owned())));
            let owner = one.rollback_owner.filter(|who| Some(*who) == other.rollback_owner);
            let owner = owner.filter(|who| !(one.people.contains(who) && other.people.contains(who)));
            meetings.extend(owner.map(|who| Meeting::RollbackOwner(who.to_owned())));
        }
        let has_services =
            meetings.iter().any(|meeting| !matches!(meeting, Meeting::Resource(_) | Meeting::Person(_)));
        if !has_services && one.environment == other.environment {
            meetings.extend(one.watched(facts, other));
        }
        if overlap {
            meetings.extend(one.same_window(facts, other).map(Meeting::SameWindow));
        }
        meetings.sort();
        (!meetings.is_empty()).then(|| Collision {
            one: one.change.id.clone(),
            other: other.change.id.clone(),
            meetings,
            accepted_by: accepted_by(facts, &one.change.id, &other.change.id).cloned(),
        })
    }

    /// A service that one of the two changes while it is watched after the other.
    fn watched(&self, facts: &Facts, other: &Live<'_>) -> Option<Meeting> {
        let (first, second) = if self.start <= other.start { (self, other) } else { (other, self) };
        if second.start < first.end || first.reach <= second.start {
            return None;
        }
        let (earlier, later) = (services(facts, first.request), services(facts, second.request));
        let both = earlier.intersection(&later).next()?;
        Some(Meeting::WatchPeriod(facts.book.name_of(*both).to_owned()))
    }

    /// The restricted window in one occurrence of which both lie.
    fn same_window(&self, facts: &Facts, other: &Live<'_>) -> Option<String> {
        let hits = facts.schedule.hits(&facts.book, self.request);
        let theirs = facts.schedule.hits(&facts.book, other.request);
        let restricted = hits.iter().filter(|hit| hit.window.effect == Effect::Restricted);
        let mut both = restricted.filter(|hit| {
            theirs.iter().any(|their| {
                their.window.document == hit.window.document
                    && their.window.effect == hit.window.effect
                    && their.occurrence == hit.occurrence
            })
        });
        both.next().map(|hit| hit.window.name.clone())
    }
}

/// Whether a change will not be carried out: a notice or a signed record says so.
pub fn is_called_off(facts: &Facts, change: &Change) -> bool {
    let status = facts.approvals.status(&change.id).map(|approval| approval.status);
    change.cancelled || status.is_some_and(|status| status.ends_the_change())
}

/// Whether a change is written down for others to see: nobody has to make way for a draft.
pub fn is_announced(change: &Change) -> bool {
    change.phase > Phase::Draft
}

/// Who has work in the slot: those with a role, and those who own or decide something that is done forward.
/// Who steps in for somebody and who leads back is needed only where something goes wrong.
fn people(runbook: &Document) -> BTreeSet<&str> {
    let roles = runbook.field("roles").and_then(|roles| roles.as_table());
    let names = roles.map(|roles| roles.entries()).unwrap_or_default().iter();
    let names = names.filter(|entry| entry.key != "rollback_owner");
    let of_role = names.filter_map(|entry| entry.value.as_table()?.get("who")?.as_str());
    let forward = runbook.steps.iter().filter(|step| step.kind != StepKind::Rollback);
    let of_steps = forward.flat_map(|step| [step.owner(), step.decider()]).flatten();
    let all = of_role.map(view::handle).chain(of_steps);
    all.filter(|who| !who.is_empty()).collect()
}

/// The worst way in which the services of two requests meet.
fn of_services(facts: &Facts, own: &Document, other: &Document) -> Option<Meeting> {
    let (slot, theirs) = (own.slot()?, other.slot()?);
    let overlap = slot.start.timestamp < theirs.end.timestamp && theirs.start.timestamp < slot.end.timestamp;
    if !overlap || view::environment(own) != view::environment(other) {
        return None;
    }
    let (own, other) = (services(facts, own), services(facts, other));
    let name = |index: usize| facts.book.name_of(index).to_owned();
    if let Some(both) = own.intersection(&other).next() {
        return Some(Meeting::SameService(name(*both)));
    }
    let mut worst: Option<Meeting> = None;
    for service in &own {
        for (near, far) in neighbours(facts, *service) {
            if !other.contains(&near) {
                continue;
            }
            let (own, other) = (name(*service), name(near));
            let meeting = match far {
                Far::Hard => Meeting::HardNeighbour(own, other),
                Far::Soft => Meeting::Neighbour { own, other, hops: 1 },
                Far::Two => Meeting::Neighbour { own, other, hops: 2 },
            };
            let is_worse = |known: &Meeting| rank(&meeting) < rank(known);
            if worst.as_ref().is_none_or(is_worse) {
                worst = Some(meeting);
            }
        }
    }
    worst
}

/// The worst first: a hard edge, a soft one, two of them.
fn rank(meeting: &Meeting) -> u8 {
    match meeting {
        Meeting::SameService(_) => 0,
        Meeting::HardNeighbour(..) => 1,
        Meeting::Neighbour { hops, .. } => 1 + hops,
        Meeting::Resource(_)
        | Meeting::Person(_)
        | Meeting::RollbackOwner(_)
        | Meeting::WatchPeriod(_)
        | Meeting::SameWindow(_) => u8::MAX,
    }
}

/// How far away a neighbour is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
enum Far {
    Hard,
    Soft,
    Two,
}

/// The neighbours of a service up to two steps up or down a chain of needs, each by its shortest way.
fn neighbours(facts: &Facts, service: usize) -> BTreeMap<usize, Far> {
    let catalogue = &facts.catalogue;
    let mut found: BTreeMap<usize, Far> = BTreeMap::new();
    let mut see = |service: usize, far: Far| {
        let known = found.entry(service).or_insert(far);
        *known = far.min(*known);
    };
    let far = |is_hard: bool| if is_hard { Far::Hard } else { Far::Soft };
    for near in catalogue.upstream(service) {
        see(near.service, far(near.is_hard));
        catalogue.upstream(near.service).for_each(|next| see(next.service, Far::Two));
    }
    for near in catalogue.downstream(service) {
        see(near.service, far(near.is_hard));
        catalogue.downstream(near.service).for_each(|next| see(next.service, Far::Two));
    }
    found.remove(&service);
    found
}
