//! Time zones that a file brings along (RFC 5545 3.6.5), held against the data of IANA.

use std::collections::BTreeMap;

use jiff::civil::DateTime;
use jiff::tz::{Offset, TimeZone};
use jiff::{SignedDuration, Timestamp, ToSpan as _};

use super::super::recurrence::{Bounds, End, Recurrence};
use super::times::{self, zone_named};
use crate::inputs::ical::{Component, Property, parse};

/// A change of clocks: when, and the offset from then on.
type Change = (Timestamp, Offset);

/// The first instant in a span at which a zone of a file differs from that of IANA.
///
/// # Errors
/// What of the zone cannot be read, and its line.
pub(super) fn disagreement(
    component: &Component,
    zone: &TimeZone,
    from: Timestamp,
    to: Timestamp,
) -> Result<Option<Timestamp>, (usize, String)> {
    let theirs = Changes::of(component, to)?;
    let second = |at: Timestamp| at.checked_sub(1.second()).unwrap_or(at);
    let of_iana = zone.following(from).map(|change| change.timestamp()).take_while(|at| *at <= to);
    let own = theirs.changes.iter().map(|(at, _)| *at).filter(|at| from <= *at && *at <= to);
    let mut looked_at: Vec<Timestamp> = vec![from, to];
    for at in of_iana.chain(own) {
        looked_at.extend([second(at), at]);
    }
    looked_at.retain(|at| from <= *at && *at <= to);
    looked_at.sort();
    Ok(looked_at.into_iter().find(|at| theirs.at(*at) != Some(zone.to_offset(*at))))
}

/// The time zones that a kept file brought along.
#[derive(Clone, Debug, Default)]
pub struct KeptZones {
    /// By their names at IANA: the zone today, and what the file says.
    zones: BTreeMap<String, (TimeZone, Changes)>,
}

impl KeptZones {
    /// Reads a file; what cannot be read is left out. `to` is how far its rules are looked at.
    pub fn of(text: &str, to: Timestamp) -> KeptZones {
        let mut kept = KeptZones::default();
        for component in parse(text).iter().flatten().flat_map(|calendar| &calendar.components) {
            let id = component.first("TZID").filter(|_| component.name == "VTIMEZONE");
            let Some((name, zone)) = id.and_then(|id| zone_named(&id.value)) else { continue };
            if let Ok(changes) = Changes::of(component, to) {
                kept.zones.insert(name, (zone, changes));
            }
        }
        kept
    }

    /// How much later, or earlier where it is negative, a local time comes by today's data than by the file,
    /// around an instant. Nothing where it does not, or the file says nothing of that zone.
    pub fn moved(&self, zone: &str, at: Timestamp) -> Option<SignedDuration> {
        let (today, changes) = self.zones.get(zone)?;
        // The same local time is an earlier instant where clocks are further ahead of UTC.
        let difference = i64::from(changes.at(at)?.seconds()) - i64::from(today.to_offset(at).seconds());
        (difference != 0).then(|| SignedDuration::from_secs(difference))
    }
}

/// The changes of clocks that a zone of a file states.
#[derive(Clone, Debug)]
struct Changes {
    /// Sorted by time.
    changes: Vec<Change>,
    /// The offset before the first.
    before: Option<Offset>,
}

impl Changes {
    fn of(component: &Component, to: Timestamp) -> Result<Changes, (usize, String)> {
        let mut changes: Vec<(Timestamp, Offset, Offset)> = Vec::new();
        for part in &component.components {
            let unreadable = |what: &str| (part.line, format!("a time zone (VTIMEZONE) {what}"));
            let offset = |name: &str| part.first(name).and_then(|property| offset(&property.value));
            let (Some(before), Some(behind)) = (offset("TZOFFSETFROM"), offset("TZOFFSETTO")) else {
                return Err(unreadable("without offsets"));
            };
            let start = part.first("DTSTART").and_then(local);
            let Some(start) = start else { return Err(unreadable("without start")) };
            let mut starts = vec![start];
            for rule in part.all("RRULE") {
                let of_rule = rule_starts(&rule.value, start, to);
                starts.extend(of_rule.ok_or_else(|| unreadable("whose rule is none of the subset"))?);
            }
            for dates in part.all("RDATE") {
                let all: Option<Vec<DateTime>> = dates.value.split(',').map(local_time).collect();
                starts.extend(all.ok_or_else(|| unreadable("whose dates cannot be read"))?);
            }
            let instants = starts.into_iter().filter_map(|start| before.to_timestamp(start).ok());
            changes.extend(instants.map(|at| (at, before, behind)));
        }
        changes.sort();
        changes.dedup();
        let before = changes.first().map(|(_, before, _)| *before);
        Ok(Changes { changes: changes.into_iter().map(|(at, _, behind)| (at, behind)).collect(), before })
    }

    fn at(&self, at: Timestamp) -> Option<Offset> {
        let behind = self.changes.partition_point(|(change, _)| *change <= at);
        match behind.checked_sub(1) {
            Some(last) => self.changes.get(last).map(|(_, offset)| *offset),
            None => self.before,
        }
    }
}

/// The starts of a rule of a zone. Some programs begin their rules in the year 1601, and write parts that
/// only say again what the start says.
fn rule_starts(rule: &str, start: DateTime, to: Timestamp) -> Option<Vec<DateTime>> {
    let told_already = ["BYHOUR=", "BYMINUTE=", "BYSECOND="];
    let parts: Vec<&str> =
        rule.split(';').filter(|part| !told_already.iter().any(|told| part.starts_with(told))).collect();
    let rule = parts.join(";");
    let rule = Recurrence::parse(&rule, true).or_else(|_| Recurrence::parse(&rule, false)).ok()?;
    let last = to.to_zoned(TimeZone::UTC).date().saturating_add(1.day());
    let bounds = Bounds { from: start.date(), to: last, most: 10_000 };
    let days = rule.days_between(start, bounds).ok()?;
    let is_over = |local: &DateTime| match rule.end {
        // `UNTIL` is in UTC; a day of slack covers every offset, and rules of zones end between two changes.
        End::UntilInstant(until) => {
            until.to_zoned(TimeZone::UTC).date().saturating_add(1.day()) < local.date()
        }
        End::Never | End::Count(_) | End::UntilLocal(_) => false,
    };
    Some(days.into_iter().map(|day| day.to_datetime(start.time())).filter(|local| !is_over(local)).collect())
}

fn local(property: &Property) -> Option<DateTime> {
    local_time(&property.value)
}

fn local_time(text: &str) -> Option<DateTime> {
    let text = text.trim();
    let property = Property {
        name: String::new(),
        parameters: Vec::new(),
        value: text.strip_suffix('Z').unwrap_or(text).to_owned(),
        line: 0,
    };
    times::moment(&property, Some(&TimeZone::UTC)).ok().map(|moment| moment.local)
}

/// `+0100`, `-023000`.
fn offset(text: &str) -> Option<Offset> {
    let text = text.trim();
    let (sign, digits) = match text.split_at_checked(1)? {
        ("-", digits) => (-1, digits),
        ("+", digits) => (1, digits),
        _ => return None,
    };
    if !(digits.len() == 4 || digits.len() == 6) || !digits.bytes().all(|byte| byte.is_ascii_digit()) {
        return None;
    }
    let part = |at: usize| digits.get(at..at + 2).map_or(Some(0), |part| part.parse::<i32>().ok());
    Offset::from_seconds(sign * (part(0)? * 3600 + part(2)? * 60 + part(4)?)).ok()
}
