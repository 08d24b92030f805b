//! Calendars of other programs as windows: what their events mean, exactly or not at all (domain.md 3.2).
//!
//! Enters: the components of a file of iCalendar. Leaves: the events as local times, rules and dates that a
//! window document can state, or everything in the file that one cannot, by name and line. STRATEGY: nothing is
//! left out and nothing is guessed. An import that drops what it does not understand makes a calendar that
//! is open where its source is closed.
//!
//! What says nothing about time is not read: people, places, alarms, attachments, colours.

mod times;
mod zones;

use std::collections::{BTreeMap, BTreeSet};

use jiff::civil::DateTime;
use jiff::tz::TimeZone;
use jiff::{SignedDuration, Timestamp};

use super::recurrence::{Bounds, End, Recurrence};
use super::{Effect, Level};
use crate::inputs::document::time::Duration;
use crate::inputs::ical::{Component, NoCalendar, Property, parse};
use crate::inputs::policy::ClassName;
use times::{Length, Moment};

pub use zones::KeptZones;

/// The most events of one file.
const MOST_EVENTS: usize = 20_000;

/// How far around an occurrence that was moved others are looked for, in days.
const AROUND: i64 = 400;

/// Something that a window cannot say.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Refusal {
    /// The line in the file, from 1.
    pub line: usize,
    /// What it is, in one lower-case phrase.
    pub what: String,
    /// Whether it is a time zone of the file that differs from that of IANA: this can come to pass later.
    pub is_of_zone: bool,
}

impl Refusal {
    /// A refusal at a line.
    pub fn new(line: usize, what: impl Into<String>) -> Refusal {
        Refusal { line, what: what.into(), is_of_zone: false }
    }
}

/// What of a file becomes windows.
#[derive(Clone, Debug, Default)]
pub struct Foreign {
    /// The events, in the order of the file.
    pub events: Vec<ForeignEvent>,
    /// Slots of changes that this program wrote itself: they are told in the book and are no windows. Id of
    /// the change, and line.
    pub slots: Vec<(String, usize)>,
}

/// An event that a window can state.
#[derive(Clone, Debug)]
pub struct ForeignEvent {
    /// Its UID.
    pub uid: String,
    /// Its line.
    pub line: usize,
    /// Its summary, in one line.
    pub title: String,
    /// The zone of its times: an IANA name.
    pub zone: String,
    /// When.
    pub when: When,
    /// What this program wrote beside it.
    pub own: Option<Own>,
}

/// When an event is, in local time.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum When {
    /// Once: start, and end, itself not included.
    Single(DateTime, DateTime),
    /// Again and again.
    Recurring {
        /// The rule, without `RRULE:`.
        rule: String,
        /// The first start.
        first: DateTime,
        /// How long each lasts.
        length: Duration,
        /// Starts left out, sorted.
        without: Vec<DateTime>,
        /// Starts added, sorted.
        beside: Vec<DateTime>,
    },
}

/// What `X-MCMBOOK` properties say of an event.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Own {
    /// Name of the window.
    pub window: String,
    /// restricted, freeze, freeze-before or maintenance.
    pub kind: String,
    /// How strict.
    pub level: Level,
    /// Names of the services.
    pub services: Vec<String>,
    /// Environments.
    pub environments: Vec<String>,
    /// The classes that it lets through.
    pub allow: Vec<ClassName>,
}

impl Own {
    /// What it does to changes.
    pub fn effect(&self) -> Effect {
        match self.kind.as_str() {
            "restricted" => Effect::Restricted,
            "maintenance" => Effect::Maintenance,
            _ => Effect::Freeze,
        }
    }
}

/// Reads a file. `assumed` is the zone in which times without one are meant, where somebody says so; `until` is
/// how far recurrences are looked at.
///
/// # Errors
/// Everything that a window cannot state, in the order of the lines.
pub fn read(text: &str, assumed: Option<&TimeZone>, until: Timestamp) -> Result<Foreign, Vec<Refusal>> {
    let top = parse(text).map_err(|NoCalendar { line, why }| vec![Refusal::new(line, why)])?;
    let mut reader = Reader { assumed, until, refused: Vec::new() };
    let foreign = reader.calendars(&top);
    reader.refused.sort();
    reader.refused.dedup();
    if reader.refused.is_empty() { Ok(foreign) } else { Err(reader.refused) }
}

/// The instants of an event by the reading of RFC 5545 3.3.5: a local time that is skipped counts with the
/// offset before the gap, one that is repeated is the first. Sorted by start.
pub fn instants(event: &ForeignEvent, from: Timestamp, until: Timestamp) -> Vec<(Timestamp, Timestamp)> {
    let Some(zone) = crate::inputs::document::time::zone(&event.zone) else { return Vec::new() };
    let instant = |local: DateTime| zone.to_ambiguous_timestamp(local).compatible().ok();
    let spans: Vec<(DateTime, DateTime, SignedDuration)> = match &event.when {
        When::Single(start, end) => vec![(*start, *end, SignedDuration::ZERO)],
        When::Recurring { rule, first, length, without, beside } => {
            let Ok(rule) = Recurrence::parse(rule, true) else { return Vec::new() };
            let starts = starts(&rule, *first, &zone, from, until);
            let exact = SignedDuration::from_secs(i64::try_from(length.seconds).unwrap_or(i64::MAX));
            let mut starts: BTreeSet<DateTime> = starts.into_iter().collect();
            starts.extend(beside);
            starts.retain(|start| !without.contains(start));
            let days = jiff::Span::new().try_days(i64::from(length.days)).unwrap_or_default();
            let with_end = |start: DateTime| Some((start, start.checked_add(days).ok()?, exact));
            starts.into_iter().filter_map(with_end).collect()
        }
    };
    let mut found: Vec<(Timestamp, Timestamp)> = spans
        .into_iter()
        .filter_map(|(start, end, behind)| Some((instant(start)?, instant(end)?.checked_add(behind).ok()?)))
        .filter(|(start, end)| start < end && *start < until && from < *end)
        .collect();
    found.sort();
    found
}

/// The local starts that a rule gives up to an instant.
fn starts(
    rule: &Recurrence,
    first: DateTime,
    zone: &TimeZone,
    from: Timestamp,
    until: Timestamp,
) -> Vec<DateTime> {
    let day = |at: Timestamp, days: i64| {
        let date = at.to_zoned(zone.clone()).date();
        date.checked_add(jiff::Span::new().days(days)).unwrap_or(date)
    };
    let bounds = Bounds { from: day(from, -AROUND), to: day(until, 1), most: 100_000 };
    let Ok(days) = rule.days_between(first, bounds) else { return Vec::new() };
    let starts = days.into_iter().map(|day| day.to_datetime(first.time()));
    let is_over = |start: &DateTime| match rule.end {
        End::UntilInstant(until) => {
            zone.to_ambiguous_timestamp(*start).compatible().is_ok_and(|start| until < start)
        }
        End::Never | End::Count(_) | End::UntilLocal(_) => false,
    };
    starts.filter(|start| !is_over(start)).collect()
}

struct Reader<'a> {
    assumed: Option<&'a TimeZone>,
    until: Timestamp,
    refused: Vec<Refusal>,
}

/// A component of the file with its UID.
struct Named<'a> {
    uid: String,
    event: &'a Component,
}

impl Reader<'_> {
    fn refuse(&mut self, line: usize, what: impl Into<String>) {
        self.refused.push(Refusal::new(line, what));
    }

    fn calendars(&mut self, top: &[Component]) -> Foreign {
        let mut foreign = Foreign::default();
        if top.is_empty() {
            self.refuse(1, "no calendar stands in it");
        }
        for calendar in top {
            if calendar.name != "VCALENDAR" {
                self.refuse(calendar.line, format!("a component `{}`, which is no calendar", calendar.name));
                continue;
            }
            if let Some(scale) = calendar.first("CALSCALE").filter(|scale| scale.value != "GREGORIAN") {
                self.refuse(scale.line, format!("the calendar scale `{}`", scale.value));
            }
            if let Some(method) = calendar.first("METHOD").filter(|method| method.value == "CANCEL") {
                self.refuse(method.line, "a calendar that cancels what others hold");
            }
            self.calendar(calendar, &mut foreign);
        }
        foreign
    }

    fn calendar(&mut self, calendar: &Component, foreign: &mut Foreign) {
        let mut masters: BTreeMap<String, usize> = BTreeMap::new();
        let mut named: Vec<Named<'_>> = Vec::new();
        let mut zones = BTreeMap::new();
        for component in &calendar.components {
            match component.name.as_str() {
                "VEVENT" if component.first("X-MCMBOOK-CHANGE").is_some() => {
                    let change = component.first("X-MCMBOOK-CHANGE").map(Property::text);
                    foreign.slots.push((change.unwrap_or_default(), component.line));
                }
                "VEVENT" => match component.first("UID") {
                    Some(uid) => named.push(Named { uid: uid.value.clone(), event: component }),
                    None => self.refuse(component.line, "an event without UID"),
                },
                "VTIMEZONE" => {
                    if let Some(id) = component.first("TZID") {
                        zones.insert(id.value.clone(), component);
                    }
                }
                "VTODO" => self.refuse(component.line, "a to-do (VTODO)"),
                "VJOURNAL" => self.refuse(component.line, "a journal entry (VJOURNAL)"),
                "VFREEBUSY" => self.refuse(component.line, "busy times (VFREEBUSY)"),
                other => self.refuse(component.line, format!("a component `{other}`")),
            }
        }
        if named.len() > MOST_EVENTS {
            self.refuse(calendar.line, format!("more than {MOST_EVENTS} events"));
            return;
        }
        let (overrides, plain): (Vec<_>, Vec<_>) =
            named.iter().partition(|named| named.event.first("RECURRENCE-ID").is_some());
        let mut of_uid: BTreeMap<&str, Vec<&Component>> = BTreeMap::new();
        for one in overrides {
            of_uid.entry(&one.uid).or_default().push(one.event);
        }
        for Named { uid, event } in plain {
            if masters.insert(uid.clone(), event.line).is_some() {
                self.refuse(event.line, format!("a second event with the UID `{uid}`"));
                continue;
            }
            let overrides = of_uid.remove(uid.as_str()).unwrap_or_default();
            self.event(uid, event, &overrides, foreign);
        }
        for (uid, orphans) in of_uid {
            for orphan in orphans {
                self.refuse(orphan.line, format!("a changed occurrence of `{uid}`, which is not there"));
            }
        }
        self.zones(&zones, foreign);
    }

    /// Holds the file's own zones against the data of IANA, in the time in which its events lie.
    fn zones(&mut self, zones: &BTreeMap<String, &Component>, foreign: &Foreign) {
        let mut spans: BTreeMap<&str, (Timestamp, Timestamp)> = BTreeMap::new();
        for event in &foreign.events {
            let all = instants(event, Timestamp::MIN, self.until);
            let (Some((start, _)), Some((_, end))) = (all.first(), all.last()) else { continue };
            let span = spans.entry(&event.zone).or_insert((*start, *end));
            *span = (span.0.min(*start), span.1.max(*end));
        }
        for (id, component) in zones {
            let Some((name, zone)) = times::zone_named(id) else { continue };
            let Some((from, to)) = spans.get(name.as_str()).copied() else { continue };
            match zones::disagreement(component, &zone, from, to) {
                Ok(None) => {}
                Ok(Some(at)) => {
                    let what =
                        format!("a time zone `{id}` (VTIMEZONE) that differs from {name} of IANA at {at}");
                    self.refused.push(Refusal { is_of_zone: true, ..Refusal::new(component.line, what) });
                }
                Err((line, what)) => self.refuse(line, what),
            }
        }
    }

    fn event(&mut self, uid: &str, event: &Component, overrides: &[&Component], foreign: &mut Foreign) {
        let before = self.refused.len();
        self.status(event, "event");
        for name in ["EXRULE", "X-RECURRENCE-END"] {
            if let Some(property) = event.first(name) {
                self.refuse(property.line, format!("`{name}`"));
            }
        }
        for name in ["RRULE", "DTSTART", "DTEND", "DURATION"] {
            if let Some(second) = event.all(name).nth(1) {
                self.refuse(second.line, format!("a second `{name}` of one event"));
            }
        }
        let Some((start, end, length)) = self.span(event) else { return };
        let zone = start.zone.clone();
        let Some(name) = zone.iana_name().map(str::to_owned) else {
            self.refuse(event.line, "a time zone without a name");
            return;
        };
        let title = title(event, uid);
        let own = self.own(event);
        let made = |when: When, line: usize, title: String| ForeignEvent {
            uid: uid.to_owned(),
            line,
            title,
            zone: name.clone(),
            when,
            own: own.clone(),
        };
        let Some(rule) = event.first("RRULE") else {
            let dates = ["RDATE", "EXDATE"].iter().find_map(|name| event.first(name));
            match (dates, overrides.first()) {
                (Some(dates), _) => {
                    self.refuse(dates.line, format!("`{}` beside no rule (RRULE)", dates.name));
                }
                (None, Some(other)) => {
                    self.refuse(other.line, "a changed occurrence of an event that does not recur");
                }
                (None, None) if before == self.refused.len() => {
                    foreign.events.push(made(When::Single(start.local, end.local), event.line, title));
                }
                (None, None) => {}
            }
            return;
        };
        let recurrence = match Recurrence::parse(&rule.value, true) {
            Ok(recurrence) => recurrence,
            Err(refusal) => {
                self.refuse(rule.line, format!("the rule `{}`: {}", rule.value, refusal.why));
                return;
            }
        };
        let is_start = |local: DateTime| {
            let bounds = Bounds { from: local.date(), to: local.date(), most: 2 };
            let days = recurrence.days_between(start.local, bounds).unwrap_or_default();
            let is_over = match recurrence.end {
                End::UntilInstant(until) => {
                    zone.to_ambiguous_timestamp(local).compatible().is_ok_and(|at| until < at)
                }
                End::Never | End::Count(_) | End::UntilLocal(_) => false,
            };
            days.contains(&local.date()) && local.time() == start.local.time() && !is_over
        };
        if !is_start(start.local) {
            self.refuse(event.line, "a first start that the rule does not give (DTSTART beside RRULE)");
            return;
        }
        let beside = self.dates(event, "RDATE", &zone);
        let written = self.dates(event, "EXDATE", &zone);
        let is_there = |local: &DateTime| is_start(*local) || beside.contains(local);
        // A date that leaves out nothing changes nothing.
        let mut without: BTreeSet<DateTime> = written.into_iter().filter(is_there).collect();
        let moved = self.overrides(overrides, &zone, is_there, &mut without);
        let length = Duration { days: length.days, business_days: 0, seconds: length.seconds };
        // The rule and its first start stay as they are: `COUNT` counts what is left out as well.
        let when = When::Recurring {
            rule: rule.value.clone(),
            first: start.local,
            length,
            without: without.into_iter().collect(),
            beside: beside.into_iter().collect(),
        };
        let series = made(when, event.line, title.clone());
        self.overlaps(&series, &moved);
        if before == self.refused.len() {
            foreign.events.push(series);
            for one in moved {
                let title = one.title.unwrap_or_else(|| title.clone());
                let event = made(When::Single(one.start, one.end), one.line, title);
                foreign.events.push(ForeignEvent { zone: one.zone, ..event });
            }
        }
    }

    fn status(&mut self, event: &Component, what: &str) {
        let Some(status) = event.first("STATUS") else { return };
        match status.value.to_ascii_uppercase().as_str() {
            "CONFIRMED" => {}
            "CANCELLED" => self.refuse(status.line, format!("a cancelled {what}")),
            "TENTATIVE" => self.refuse(status.line, format!("a tentative {what}: it holds or it does not")),
            other => self.refuse(status.line, format!("the status `{other}`")),
        }
    }

    /// Start, end and length of an event.
    fn span(&mut self, event: &Component) -> Option<(Moment, Moment, Length)> {
        let Some(start) = event.first("DTSTART") else {
            self.refuse(event.line, "an event without start (DTSTART)");
            return None;
        };
        let start = self.moment(start)?;
        let (end, length) = match (event.first("DTEND"), event.first("DURATION")) {
            (Some(_), Some(duration)) => {
                self.refuse(duration.line, "an event with both an end and a length");
                return None;
            }
            (Some(end), None) => {
                let line = end.line;
                let end = self.moment(end)?.in_zone(&start.zone);
                let Some(length) = end.as_ref().and_then(|end| Length::between(start.local, end.local))
                else {
                    self.refuse(line, "an event that does not end after its start");
                    return None;
                };
                (end?, length)
            }
            (None, Some(duration)) => {
                let length = times::duration(&duration.value).filter(|length| !length.is_zero());
                let Some((length, end)) = length.and_then(|length| Some((length, start.plus(length)?)))
                else {
                    self.refuse(duration.line, format!("the length `{}`", duration.value));
                    return None;
                };
                (end, length)
            }
            (None, None) if start.is_date => {
                let length = Length { days: 1, seconds: 0 };
                (start.plus(length)?, length)
            }
            (None, None) => {
                self.refuse(event.line, "an event without end: it lasts no time");
                return None;
            }
        };
        if start.is_repeated_later || end.is_repeated_later {
            // Of two equal local times a zone means the first: UTC alone can say the second.
            if let Some(rule) = event.first("RRULE") {
                self.refuse(rule.line, "an event that recurs and ends in an hour that comes twice");
                return None;
            }
            let (start, end) = (start.in_utc()?, end.in_utc()?);
            return Some((start.clone(), end.clone(), Length::between(start.local, end.local)?));
        }
        Some((start, end, length))
    }

    fn moment(&mut self, property: &Property) -> Option<Moment> {
        match times::moment(property, self.assumed) {
            Ok(moment) => Some(moment),
            Err(what) => {
                self.refuse(property.line, what);
                None
            }
        }
    }

    /// The dates of a list, in the zone of the event.
    fn dates(&mut self, event: &Component, name: &str, zone: &TimeZone) -> BTreeSet<DateTime> {
        let mut found = BTreeSet::new();
        let is_date = event.first("DTSTART").is_some_and(|start| start.parameter("VALUE") == Some("DATE"));
        for property in event.all(name) {
            for value in property.value.split(',') {
                let one = Property { value: value.to_owned(), ..property.clone() };
                if property.parameter("VALUE") == Some("PERIOD") || value.contains('/') {
                    self.refuse(property.line, format!("`{name}` with periods"));
                    continue;
                }
                let Some(moment) = self.moment(&one) else { continue };
                if moment.is_date != is_date {
                    self.refuse(property.line, format!("`{name}` with another type than the start"));
                    continue;
                }
                match moment.in_zone(zone) {
                    Some(moment) => drop(found.insert(moment.local)),
                    None => self.refuse(property.line, format!("`{value}` of `{name}`")),
                }
            }
        }
        found
    }

    /// The occurrences that were changed: those that were called off go into `without`, those that were moved
    /// go there and come back as events.
    fn overrides(
        &mut self,
        overrides: &[&Component],
        zone: &TimeZone,
        is_there: impl Fn(&DateTime) -> bool,
        without: &mut BTreeSet<DateTime>,
    ) -> Vec<Moved> {
        let mut moved = Vec::new();
        for other in overrides {
            let Some(id) = other.first("RECURRENCE-ID") else { continue };
            if let Some(range) = id.parameter("RANGE") {
                self.refuse(id.line, format!("a change of all occurrences from one on (RANGE={range})"));
                continue;
            }
            let Some(original) = self.moment(id).and_then(|moment| moment.in_zone(zone)) else { continue };
            if !is_there(&original.local) {
                self.refuse(id.line, "a changed occurrence that the rule does not give (RECURRENCE-ID)");
                continue;
            }
            if !without.insert(original.local) {
                self.refuse(id.line, "an occurrence that was changed twice, or left out and changed");
                continue;
            }
            if other.first("STATUS").is_some_and(|status| status.value.eq_ignore_ascii_case("CANCELLED")) {
                continue;
            }
            self.status(other, "occurrence");
            if let Some(rule) = other.first("RRULE").or(other.first("RDATE")) {
                self.refuse(rule.line, "a changed occurrence that recurs itself");
                continue;
            }
            let Some((start, end, _)) = self.span(other) else { continue };
            let Some(name) = start.zone.iana_name().map(str::to_owned) else { continue };
            let title = other.first("SUMMARY").map(|summary| one_line(&summary.text()));
            moved.push(Moved { start: start.local, end: end.local, zone: name, line: other.line, title });
        }
        moved
    }

    /// Refuses occurrences that were moved onto others of their series.
    fn overlaps(&mut self, series: &ForeignEvent, moved: &[Moved]) {
        let mut all: Vec<(Timestamp, Timestamp)> = Vec::new();
        for one in moved {
            let Some(zone) = crate::inputs::document::time::zone(&one.zone) else { continue };
            let instant = |local: DateTime| zone.to_ambiguous_timestamp(local).compatible().ok();
            let Some((start, end)) = instant(one.start).zip(instant(one.end)) else { continue };
            let meets = |(from, to): &(Timestamp, Timestamp)| start < *to && *from < end;
            if instants(series, start, end).iter().chain(&all).any(meets) {
                self.refuse(
                    one.line,
                    "a changed occurrence that overlaps another one of its series (RECURRENCE-ID)",
                );
            }
            all.push((start, end));
        }
    }

    fn own(&mut self, event: &Component) -> Option<Own> {
        let window = event.first("X-MCMBOOK-WINDOW")?;
        let texts = |name: &str| event.first(name).map(Property::texts).unwrap_or_default();
        let kind = event.first("X-MCMBOOK-TYPE").map(Property::text).unwrap_or_default();
        if !["restricted", "freeze", "freeze-before", "maintenance"].contains(&kind.as_str()) {
            self.refuse(event.line, format!("`{kind}` as the type of a window (X-MCMBOOK-TYPE)"));
        }
        let allow = texts("X-MCMBOOK-ALLOW");
        let classes: Vec<ClassName> = allow.iter().filter_map(|name| ClassName::of_name(name)).collect();
        if classes.len() != allow.len() {
            self.refuse(event.line, "a class that there is not (X-MCMBOOK-ALLOW)");
        }
        let level = event.first("X-MCMBOOK-LEVEL").map(Property::text);
        Some(Own {
            window: window.text(),
            kind,
            level: if level.as_deref() == Some("hard") { Level::Hard } else { Level::Soft },
            services: texts("X-MCMBOOK-SERVICES"),
            environments: texts("X-MCMBOOK-ENVIRONMENTS"),
            allow: classes,
        })
    }
}

/// An occurrence that was moved.
struct Moved {
    start: DateTime,
    end: DateTime,
    zone: String,
    line: usize,
    title: Option<String>,
}

fn title(event: &Component, uid: &str) -> String {
    let summary = event.first("SUMMARY").map(|summary| one_line(&summary.text()));
    summary.filter(|summary| !summary.is_empty()).unwrap_or_else(|| uid.to_owned())
}

fn one_line(text: &str) -> String {
    let words: Vec<&str> = text.split(|c: char| c.is_whitespace() || c.is_control()).collect();
    words.into_iter().filter(|word| !word.is_empty()).collect::<Vec<_>>().join(" ")
}
