//! Instants, slots and lengths of time as pages show them: local time with UTC beside it.
//!
//! Zones come from the bundled database, so that two machines print the same times.

use jiff::tz::{Offset, TimeZone};
use jiff::{SignedDuration, Timestamp, Zoned};
use serde::Serialize;

use crate::inputs::document::Document;
use crate::inputs::document::time::{self, Duration, parse_duration};

/// The slot of a change.
#[derive(Clone, Debug, Serialize)]
pub(super) struct Slot {
    /// `Wed 16 Sep 2026`.
    pub(super) day: String,
    /// `09:30 – 13:30`, with the second day where it is another one.
    pub(super) hours: String,
    /// `Europe/Berlin`, or the offset where no zone is named.
    pub(super) zone: String,
    /// `07:30 – 11:30 UTC`, with days where they differ from the local ones.
    pub(super) utc: String,
    /// `2026-09-16`, for narrow columns.
    pub(super) date: String,
    /// `09:30`, and the end with its day where that is another one, each for a line of its own; else empty.
    pub(super) begins: String,
    pub(super) until: String,
    /// RFC 3339 in UTC, for `<time>` and data.
    pub(super) start: String,
    /// RFC 3339 in UTC; empty when the slot has no end.
    pub(super) end: String,
    /// How long: `4 h`.
    pub(super) length: String,
    #[serde(skip)]
    pub(super) starts: Zoned,
    #[serde(skip)]
    pub(super) ends: Option<Zoned>,
}

/// The quarter of a day that begins a text: `2026 Q3` of `2026-09-16`.
pub(super) fn quarter(day: &str) -> Option<String> {
    let day: jiff::civil::Date = day.get(..10)?.parse().ok()?;
    Some(format!("{:04} Q{}", day.year(), (day.month() + 2) / 3))
}

/// Reads `slot` of a request; nothing when its start is missing or no time.
pub(super) fn slot_of(request: &Document) -> Option<Slot> {
    let zone = request.text("slot.tz");
    let starts = instant(request.text("slot.start")?, zone)?;
    let ends = request.text("slot.end").and_then(|end| instant(end, zone));
    Some(slot(starts, ends))
}

fn slot(starts: Zoned, ends: Option<Zoned>) -> Slot {
    let utc_start = starts.with_time_zone(TimeZone::UTC);
    let utc_end = ends.as_ref().map(|end| end.with_time_zone(TimeZone::UTC));
    let same_day = utc_start.date() == starts.date();
    let utc_hours = hours(&utc_start, utc_end.as_ref());
    let utc_day = if same_day { String::new() } else { utc_start.strftime("%a %-d %b ").to_string() };
    let length = ends.as_ref().map(|end| in_words(end.timestamp().duration_since(starts.timestamp())));
    let last = ends.as_ref().filter(|end| end.date() != starts.date());
    Slot {
        day: starts.strftime("%a %-d %b %Y").to_string(),
        hours: hours(&starts, ends.as_ref()),
        zone: zone_name(&starts),
        utc: format!("{utc_day}{utc_hours} UTC"),
        date: starts.strftime("%Y-%m-%d").to_string(),
        begins: starts.strftime("%H:%M").to_string(),
        until: last.map(|end| end.strftime("%a %-d %b %H:%M").to_string()).unwrap_or_default(),
        start: starts.timestamp().to_string(),
        end: ends.as_ref().map(|end| end.timestamp().to_string()).unwrap_or_default(),
        length: length.unwrap_or_default(),
        starts,
        ends,
    }
}

fn hours(start: &Zoned, end: Option<&Zoned>) -> String {
    let Some(end) = end else { return start.strftime("%H:%M").to_string() };
    let day = if end.date() == start.date() { "" } else { "%a %-d %b " };
    format!("{} – {}", start.strftime("%H:%M"), end.strftime(&format!("{day}%H:%M")))
}

fn zone_name(at: &Zoned) -> String {
    match at.time_zone().iana_name() {
        Some(name) => name.to_owned(),
        None => format!("UTC{}", at.offset()),
    }
}

/// An instant (RFC 3339), or a local time in a zone; a plain date is its midnight. A local time that a
/// zone skips or repeats is read as jiff's "compatible" does; the calendar's rules judge such times.
pub(super) fn instant(text: &str, zone: Option<&str>) -> Option<Zoned> {
    let named = zone.and_then(time::zone);
    if let Ok(instant) = time::parse_instant(text) {
        let zone = named.unwrap_or_else(|| TimeZone::fixed(instant.offset));
        return Some(instant.timestamp.to_zoned(zone));
    }
    time::parse_local_time(text).ok()?.to_zoned(named?).ok()
}

/// A moment for a sentence: `Wed 16 Sep 2026, 10:35 Europe/Berlin (08:35 UTC)`.
pub(super) fn moment(at: &Zoned) -> String {
    let utc = at.with_time_zone(TimeZone::UTC);
    if at.offset() == Offset::UTC {
        return utc.strftime("%a %-d %b %Y, %H:%M UTC").to_string();
    }
    let day = if utc.date() == at.date() { "" } else { "%a %-d %b " };
    let utc = utc.strftime(&format!("{day}%H:%M UTC")).to_string();
    format!("{} {} ({utc})", at.strftime("%a %-d %b %Y, %H:%M"), zone_name(at))
}

/// The time that a commit claims, in the zone that it claims: `2026-11-23 10:24 +01:00`.
pub(super) fn commit_time(seconds: i64, offset_minutes: i32) -> String {
    let offset = Offset::from_seconds(offset_minutes.saturating_mul(60)).unwrap_or(Offset::UTC);
    let Ok(timestamp) = Timestamp::from_second(seconds) else { return String::new() };
    timestamp.to_zoned(TimeZone::fixed(offset)).strftime("%Y-%m-%d %H:%M %:z").to_string()
}

/// RFC 3339 in UTC, for feeds and data.
pub(super) fn rfc3339(seconds: i64) -> String {
    Timestamp::from_second(seconds).unwrap_or(Timestamp::UNIX_EPOCH).to_string()
}

/// `1 h 30 min`; a day is 24 hours.
pub(super) fn in_words(length: SignedDuration) -> String {
    let minutes = length.as_mins();
    let (days, hours, minutes) = (minutes / 1440, minutes / 60 % 24, minutes % 60);
    let part = |count: i64, unit: &str| (count > 0).then(|| format!("{count} {unit}"));
    let parts: Vec<String> =
        [part(days, "d"), part(hours, "h"), part(minutes, "min")].into_iter().flatten().collect();
    if parts.is_empty() { "0 min".to_owned() } else { parts.join(" ") }
}

/// A length of time as fields write it, with days of 24 hours.
pub(super) fn length(text: &str) -> Option<SignedDuration> {
    parse_duration(text).ok().map(|length| exact(&length))
}

/// A length of time in a plan of some hours: a day counts as 24 hours.
pub(super) fn exact(length: &Duration) -> SignedDuration {
    let days = i64::from(length.days) + i64::from(length.business_days);
    let seconds = i64::try_from(length.seconds).unwrap_or(i64::MAX / 2);
    SignedDuration::from_secs(days.saturating_mul(86_400).saturating_add(seconds))
}

/// From one moment to another, for a sentence: `Wed 16 Sep 2026, 09:30 – 11:20 UTC+02 (07:30 – 09:20 UTC)`.
pub(super) fn span(start: &Zoned, end: &Zoned) -> String {
    let slot = slot(start.clone(), Some(end.clone()));
    if start.offset() == Offset::UTC {
        return format!("{}, {} UTC", slot.day, slot.hours);
    }
    format!("{}, {} {} ({})", slot.day, slot.hours, slot.zone, slot.utc)
}

/// From one day to another: `Fri 20 Nov 2026 00:00 to Wed 6 Jan 2027 00:00`.
pub(super) fn long_span(start: &Zoned, end: &Zoned) -> String {
    let day = |at: &Zoned| at.strftime("%a %-d %b %Y %H:%M").to_string();
    format!("{} to {}", day(start), day(end))
}

/// A recurrence rule (RFC 5545 3.3.10) in words, as far as it is one of the common ones; else as written.
pub(super) fn recurrence(rule: &str, first: &str, length: &str) -> String {
    if rule.is_empty() {
        return "no period is given".to_owned();
    }
    let time = first.split_once('T').map_or("00:00", |(_, time)| time.get(..5).unwrap_or(time));
    let length = match parse_duration(length) {
        Ok(length) => format!(" for {length}"),
        Err(_) => String::new(),
    };
    let days = in_words_rule(rule).unwrap_or_else(|| rule.to_owned());
    format!("{days}, from {time}{length}")
}

fn in_words_rule(rule: &str) -> Option<String> {
    const MONTHS: [&str; 12] =
        ["Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"];
    const DAYS: [(&str, &str); 7] = [
        ("MO", "Mon"),
        ("TU", "Tue"),
        ("WE", "Wed"),
        ("TH", "Thu"),
        ("FR", "Fri"),
        ("SA", "Sat"),
        ("SU", "Sun"),
    ];
    let parts: Vec<(&str, &str)> = rule.split(';').filter_map(|part| part.split_once('=')).collect();
    let get = |key: &str| parts.iter().find(|(name, _)| *name == key).map(|(_, value)| *value);
    let only = |keys: &[&str]| parts.iter().all(|(name, _)| keys.contains(name));
    match get("FREQ")? {
        "WEEKLY" if only(&["FREQ", "BYDAY"]) => {
            let names = get("BYDAY")?.split(',');
            let days: Option<Vec<&str>> =
                names.map(|name| DAYS.iter().find(|day| day.0 == name).map(|day| day.1)).collect();
            Some(format!("every {}", days?.join(", ")))
        }
        "YEARLY" if only(&["FREQ", "BYMONTH", "BYMONTHDAY"]) => {
            let day = get("BYMONTHDAY")?;
            let months = get("BYMONTH")?
                .split(',')
                .map(|month| MONTHS.get(month.parse::<usize>().ok()?.checked_sub(1)?));
            let months: Option<Vec<String>> = months.map(|m| Some(format!("{day} {}", m?))).collect();
            Some(format!("every year on {}", months?.join(", ")))
        }
        "DAILY" if only(&["FREQ"]) => Some("every day".to_owned()),
        _ => None,
    }
}
