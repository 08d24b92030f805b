//! The calendar as people read it: what governs between two instants, and the slots of changes.
//!
//! Enters: the windows that govern, and what is asked for. Leaves: every occurrence with what it does and why
//! it holds, and every slot with what has become of it. Lists, pages and files are made of this, so that they
//! cannot differ from what the gate judges by.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use jiff::Timestamp;

use super::{Effect, Governing, Level, Occurrence, Window};
use crate::facts::Facts;
use crate::facts::book::{Change, view};
use crate::facts::collision;
use crate::inputs::document::Document;
use crate::inputs::policy::ClassName;

/// What of the calendar is asked for.
#[derive(Clone, Debug)]
pub struct Asked {
    /// The first instant.
    pub from: Timestamp,
    /// The first instant behind.
    pub to: Timestamp,
    /// Indices of the documents of the services; all of them where nothing is said.
    pub services: Option<BTreeSet<usize>>,
    /// The environment; every one where nothing is said.
    pub environment: Option<String>,
}

/// The calendar between two instants.
#[derive(Clone, Debug)]
pub struct Agenda {
    /// The occurrences that touch it, by start, the stricter first.
    pub entries: Vec<Entry>,
    /// The slots that touch it, by start.
    pub slots: Vec<Slot>,
    /// Names of the windows that cannot be read, so that nothing is known of what they close; sorted.
    pub unreadable: Vec<String>,
    /// From when to when occurrences are known.
    pub horizon: (Timestamp, Timestamp),
}

/// One occurrence of a window.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Entry {
    /// Its name below `windows/`.
    pub window: String,
    /// Index of its document; nothing where it was deleted.
    pub document: Option<usize>,
    /// What it does.
    pub effect: Effect,
    /// How strict.
    pub level: Level,
    /// Whether it is the freeze before a restricted window.
    pub is_before: bool,
    /// When.
    pub occurrence: Occurrence,
    /// Indices of the documents of the services that it holds for, sorted.
    pub services: Vec<usize>,
    /// The environments that it holds for.
    pub environments: Vec<String>,
    /// The classes that it lets through.
    pub allow: Vec<ClassName>,
    /// Why it holds.
    pub force: Force,
}

/// Why a window holds, or does not.
#[derive(
    Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, serde::Serialize, schemars::JsonSchema,
)]
#[serde(rename_all = "kebab-case")]
pub enum Force {
    /// As it is written in the book.
    Present,
    /// A former version holds on: nobody has approved that it was relaxed (MCM618).
    Former,
    /// It is written in the book and opens nothing: nobody has approved it yet.
    Pending,
}

impl Force {
    /// The word of lists and JSON.
    pub fn word(self) -> &'static str {
        match self {
            Force::Present => "present",
            Force::Former => "former",
            Force::Pending => "pending",
        }
    }
}

impl Entry {
    /// What it does, in a word: `freeze-before` is the freeze that precedes a restricted window.
    pub fn word(&self) -> &'static str {
        match self.effect {
            Effect::Freeze if self.is_before => "freeze-before",
            Effect::Freeze => "freeze",
            Effect::Restricted => "restricted",
            Effect::Maintenance => "maintenance",
        }
    }

    /// Whether it closes something.
    pub fn closes(&self) -> bool {
        self.effect != Effect::Maintenance
    }

    /// How strict it is, to be compared with others: a freeze before what is restricted, hard before soft.
    pub fn strictness(&self) -> (Effect, Level) {
        (self.effect, self.level)
    }

    /// Whether it covers an instant.
    pub fn covers(&self, at: Timestamp) -> bool {
        self.occurrence.start <= at && at < self.occurrence.end
    }
}

/// The slot of a change.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Slot {
    /// The change.
    pub change: Arc<str>,
    /// First instant.
    pub start: Timestamp,
    /// First instant behind.
    pub end: Timestamp,
    /// Indices of the documents of its services, sorted.
    pub services: Vec<usize>,
    /// Its environment.
    pub environment: String,
    /// What has become of it.
    pub fate: Fate,
}

/// What has become of a slot. Whether its change may run is for lifecycle and gate to say.
#[derive(
    Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, serde::Serialize, schemars::JsonSchema,
)]
#[serde(rename_all = "kebab-case")]
pub enum Fate {
    /// It is written in a request and has not ended.
    Planned,
    /// An execution goes on.
    Running,
    /// An execution has ended.
    Done,
    /// It ended, and nothing was executed.
    Unused,
    /// It will not be used: withdrawn, rejected, superseded or cancelled.
    CalledOff,
}

impl Fate {
    /// The word of lists and JSON.
    pub fn word(self) -> &'static str {
        match self {
            Fate::Planned => "planned",
            Fate::Running => "running",
            Fate::Done => "done",
            Fate::Unused => "unused",
            Fate::CalledOff => "called-off",
        }
    }
}

impl Agenda {
    /// The calendar of a book, as asked for.
    pub fn of(facts: &Facts, governing: &Governing, asked: &Asked) -> Agenda {
        let mut entries = governing.entries(facts, asked.from, asked.to);
        entries.retain(|entry| asked.meets(&entry.services, &entry.environments));
        let slots = facts.book.changes.values().filter_map(|change| Slot::of(facts, change));
        let mut slots: Vec<Slot> = slots
            .filter(|slot| slot.start < asked.to && asked.from < slot.end)
            .filter(|slot| asked.meets(&slot.services, std::slice::from_ref(&slot.environment)))
            .collect();
        slots.sort_by(|one, other| (one.start, &one.change).cmp(&(other.start, &other.change)));
        Agenda { entries, slots, unreadable: governing.unreadable.clone(), horizon: governing.horizon }
    }
}

/// What the calendar says of a service at an instant, the stricter first. It knows of no change: what lets one
/// pass is for the gate to say.
#[derive(
    Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, serde::Serialize, schemars::JsonSchema,
)]
#[serde(rename_all = "kebab-case")]
pub enum ServiceState {
    /// It cannot be known: a window cannot be read, or the instant lies beyond what is known. As good as closed.
    Unknown,
    /// Closed but for what was approved before.
    Frozen,
    /// Closed: it may change only in its maintenance windows, and none is open.
    OutsideMaintenance,
    /// Allowed with more.
    Restricted,
    /// Nothing closes it.
    Open,
}

impl ServiceState {
    /// The word of lists and JSON.
    pub fn word(self) -> &'static str {
        match self {
            ServiceState::Unknown => "unknown",
            ServiceState::Frozen => "frozen",
            ServiceState::OutsideMaintenance => "outside-maintenance",
            ServiceState::Restricted => "restricted",
            ServiceState::Open => "open",
        }
    }
}

/// A service in an environment at an instant.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ServiceAt {
    /// What the calendar says.
    pub state: ServiceState,
    /// What covers the instant and closes it, the strictest first, then the maintenance windows that are open.
    pub covering: Vec<Entry>,
    /// The first instant behind at which that is otherwise; nothing where it is not known.
    pub until: Option<Timestamp>,
}

impl Agenda {
    /// What holds for a service in an environment at an instant, and until when. The agenda has to hold all
    /// services and environments from that instant on.
    pub fn service_at(&self, facts: &Facts, service: usize, environment: &str, at: Timestamp) -> ServiceAt {
        let holds = |entry: &&Entry| {
            entry.force != Force::Pending
                && entry.services.binary_search(&service).is_ok()
                && entry.environments.iter().any(|name| name == environment)
        };
        let entries: Vec<&Entry> = self.entries.iter().filter(holds).collect();
        let (state, covering) = self.seen(facts, service, &entries, at);
        let mut edges: BTreeSet<Timestamp> = entries
            .iter()
            .flat_map(|entry| [entry.occurrence.start, entry.occurrence.end])
            .filter(|edge| at < *edge && *edge < self.horizon.1)
            .collect();
        // What is not known now is not known later either.
        if state == ServiceState::Unknown {
            edges.clear();
        }
        let strictest = |covering: &[&Entry]| {
            let first = covering.first().filter(|entry| entry.closes());
            first.map(|entry| (entry.strictness(), entry.window.clone()))
        };
        let until = edges.into_iter().find(|edge| {
            let (later, then) = self.seen(facts, service, &entries, *edge);
            (later, strictest(&then)) != (state, strictest(&covering))
        });
        ServiceAt { state, covering: covering.into_iter().cloned().collect(), until }
    }

    fn seen<'a>(
        &self,
        facts: &Facts,
        service: usize,
        entries: &[&'a Entry],
        at: Timestamp,
    ) -> (ServiceState, Vec<&'a Entry>) {
        let mut covering: Vec<&Entry> = entries.iter().copied().filter(|entry| entry.covers(at)).collect();
        covering.sort_by_key(|entry| {
            (std::cmp::Reverse(entry.strictness()), entry.occurrence.start, &entry.window)
        });
        let named: Vec<&str> =
            view::texts(facts.book.document(service), "maintenance").map(|(name, _)| name).collect();
        let windows: Option<Vec<&str>> = named.iter().map(|name| maintenance(facts, name)).collect();
        let is_open = |windows: &Vec<&str>| {
            covering.iter().any(|entry| !entry.closes() && windows.contains(&entry.window.as_str()))
        };
        let is_known = self.unreadable.is_empty() && self.horizon.0 <= at && at < self.horizon.1;
        let strictest = covering.first().map(|entry| entry.effect);
        let state = match (windows, strictest) {
            (None, _) => ServiceState::Unknown,
            _ if !is_known => ServiceState::Unknown,
            (_, Some(Effect::Freeze)) => ServiceState::Frozen,
            (Some(windows), _) if !windows.is_empty() && !is_open(&windows) => {
                ServiceState::OutsideMaintenance
            }
            (_, Some(Effect::Restricted)) => ServiceState::Restricted,
            (_, Some(Effect::Maintenance) | None) => ServiceState::Open,
        };
        (state, covering)
    }
}

/// The maintenance window that a service names.
fn maintenance<'a>(facts: &'a Facts, name: &str) -> Option<&'a str> {
    let index = view::of_kind(&facts.book, "window", name)?;
    let document = facts.book.document(index);
    (document.text("type") == Some("maintenance")).then(|| document.id.name())
}

impl Asked {
    fn meets(&self, services: &[usize], environments: &[String]) -> bool {
        let is_wanted = |wanted: &BTreeSet<usize>| services.iter().any(|service| wanted.contains(service));
        self.services.as_ref().is_none_or(is_wanted)
            && self.environment.as_ref().is_none_or(|wanted| environments.contains(wanted))
    }
}

impl Slot {
    /// The slot of a change; nothing where its request states none.
    pub fn of(facts: &Facts, change: &Change) -> Option<Slot> {
        let request: &Document = facts.book.document(change.request?);
        let slot = request.slot()?;
        let at = facts.inputs.as_of;
        let fate = match facts.attempt(change, at) {
            Some(attempt) if attempt.is_running() => Fate::Running,
            Some(_) => Fate::Done,
            None if collision::is_called_off(facts, change) => Fate::CalledOff,
            None if slot.end.timestamp <= at => Fate::Unused,
            None => Fate::Planned,
        };
        Some(Slot {
            change: change.id.clone(),
            start: slot.start.timestamp,
            end: slot.end.timestamp,
            services: collision::services(facts, request).into_iter().collect(),
            environment: view::environment(request).to_owned(),
            fate,
        })
    }
}

impl Governing {
    /// What holds between two instants, by start, the stricter first. A maintenance window is open only where
    /// all of its versions are; what its present version says beside that is pending.
    pub fn entries(&self, facts: &Facts, from: Timestamp, to: Timestamp) -> Vec<Entry> {
        let mut entries: Vec<Entry> = Vec::new();
        for ruling in &self.closing {
            let force = if ruling.is_former { Force::Former } else { Force::Present };
            for occurrence in ruling.window.touching(from, to) {
                let entry = entry(&ruling.window, *occurrence, &ruling.allow, force);
                if !entries.iter().any(|known| known.says_all_of(&entry)) {
                    entries.push(entry);
                }
            }
        }
        let mut opened: BTreeMap<&str, Vec<Entry>> = BTreeMap::new();
        for (name, versions) in &self.opening {
            opened.insert(name, opening(versions, from, to));
        }
        let present = facts.schedule.windows.iter().filter(|window| window.effect == Effect::Maintenance);
        for window in present {
            let open = opened.get(&*window.name).map(Vec::as_slice).unwrap_or_default();
            for occurrence in window.touching(from, to) {
                let is_open = open.iter().any(|entry| {
                    let same = (entry.occurrence.start, entry.occurrence.end);
                    same == (occurrence.start, occurrence.end) && entry.services == window.services
                });
                if !is_open {
                    entries.push(entry(window, *occurrence, &[], Force::Pending));
                }
            }
        }
        entries.extend(opened.into_values().flatten());
        entries.sort_by(|one, other| {
            let key = |entry: &Entry| (entry.occurrence.start, std::cmp::Reverse(entry.strictness()));
            let rest = |entry: &Entry| (entry.occurrence.end, entry.force);
            let by_time = key(one).cmp(&key(other)).then_with(|| one.window.cmp(&other.window));
            by_time.then_with(|| rest(one).cmp(&rest(other)))
        });
        entries
    }
}

impl Entry {
    /// Whether a former version adds nothing to this one.
    fn says_all_of(&self, former: &Entry) -> bool {
        former.force == Force::Former
            && self.strictness() >= former.strictness()
            && self.window == former.window
            && self.is_before == former.is_before
            && self.occurrence.start <= former.occurrence.start
            && former.occurrence.end <= self.occurrence.end
            && former.services.iter().all(|service| self.services.contains(service))
            && former.environments.iter().all(|name| self.environments.contains(name))
            && self.allow.iter().all(|class| former.allow.contains(class))
    }
}

fn entry(window: &Window, occurrence: Occurrence, allow: &[ClassName], force: Force) -> Entry {
    Entry {
        window: window.name.clone(),
        document: Some(window.document).filter(|document| *document != usize::MAX),
        effect: window.effect,
        level: window.level,
        is_before: window.freeze_of.is_some(),
        occurrence,
        services: window.services.clone(),
        environments: window.environments.clone(),
        allow: allow.to_vec(),
        force,
    }
}

/// What opens where all versions of a maintenance window are open: the parts of time, services and
/// environments that they share.
fn opening(versions: &[Window], from: Timestamp, to: Timestamp) -> Vec<Entry> {
    let Some((first, rest)) = versions.split_first() else { return Vec::new() };
    let mut shared: Vec<Entry> =
        first.touching(from, to).map(|occurrence| entry(first, *occurrence, &[], Force::Present)).collect();
    for other in rest {
        let both = |entry: &Entry| -> Vec<Entry> {
            let (start, end) = (entry.occurrence.start, entry.occurrence.end);
            let cut = other.touching(start, end).map(|occurrence| Entry {
                occurrence: Occurrence {
                    start: start.max(occurrence.start),
                    end: end.min(occurrence.end),
                    adjusted: entry.occurrence.adjusted || occurrence.adjusted,
                },
                services: entry.services.iter().copied().filter(|s| other.services.contains(s)).collect(),
                environments: entry
                    .environments
                    .iter()
                    .filter(|name| other.environments.contains(name))
                    .cloned()
                    .collect(),
                ..entry.clone()
            });
            cut.collect()
        };
        shared = shared.iter().flat_map(both).collect();
        shared.retain(|entry| !entry.services.is_empty() && !entry.environments.is_empty());
    }
    shared
}
