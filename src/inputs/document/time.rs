//! Durations, dates and instants as documents write them (domain.md 1.1). Free text is refused.
//!
//! Post-mortems of other places hold "54 hours 10 minutes" and "?" in one field, and
//! "10:45~ CET" for a time; none of that can be compared with a slot. So each function takes one exact form,
//! says why a text is not of it, and gives the form that was probably meant. jiff knows calendar and zones;
//! its tables are compiled in, so that no machine's own time zone data can change an answer.

use std::fmt;
use std::sync::LazyLock;

use jiff::civil;
use jiff::fmt::temporal::{Pieces, PiecesOffset};
use jiff::tz::{Offset, TimeZone, TimeZoneDatabase};

use crate::text::did_you_mean;

/// A length of time as written: `45m`, `1h30m`, `2d`, `3bd`, `PT45M`.
///
/// `d` is a calendar day and `bd` a business day, which have a length only in a zone; `24h` is exact.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash, serde::Serialize)]
pub struct Duration {
    /// Calendar days.
    pub days: u32,
    /// Business days.
    pub business_days: u32,
    /// Exact seconds beside the days.
    pub seconds: u64,
}

/// A moment, and the offset from UTC with which it was written.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Instant {
    /// The moment.
    pub timestamp: jiff::Timestamp,
    /// The offset, for showing the time as its writer saw it.
    pub offset: Offset,
}

/// Why a text is no time of the wanted form.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("{why}; {help}")]
pub struct TimeError {
    /// What is wrong: a lower-case phrase.
    pub why: String,
    /// What to write: the form, or the text in that form.
    pub help: String,
}

impl Duration {
    /// The seconds, when it holds no days.
    pub fn exact_seconds(self) -> Option<u64> {
        (self.days == 0 && self.business_days == 0).then_some(self.seconds)
    }

    /// The shortest way to write it in a document: `1h30m`.
    pub fn to_short(self) -> String {
        let parts = self.parts(["d", "bd", "h", "m", "s"]);
        if parts.is_empty() { "0m".to_owned() } else { parts.concat() }
    }

    /// The parts that are not zero, each with its unit's name behind it.
    fn parts(self, units: [&str; 5]) -> Vec<String> {
        let numbers = [
            u64::from(self.days),
            u64::from(self.business_days),
            self.seconds / 3600,
            self.seconds / 60 % 60,
            self.seconds % 60,
        ];
        let counted = numbers.into_iter().zip(units).filter(|(number, _)| *number > 0);
        counted.map(|(number, unit)| format!("{number}{unit}")).collect()
    }
}

impl fmt::Display for Duration {
    /// For people: `1 h 30 min`, `2 days`, `3 business days`.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let days = if self.days == 1 { " day" } else { " days" };
        let business_days = if self.business_days == 1 { " business day" } else { " business days" };
        match self.parts([days, business_days, " h", " min", " s"]) {
            parts if parts.is_empty() => f.write_str("0 min"),
            parts => f.write_str(&parts.join(" ")),
        }
    }
}

/// Reads `45m`, `1h30m`, `90s`, `2d`, `3bd`, or of ISO 8601 the forms with days, hours, minutes, seconds.
pub fn parse_duration(text: &str) -> Result<Duration, TimeError> {
    let parsed = match text.strip_prefix('P') {
        Some(rest) => parse_iso(rest),
        None => parse_units(text, &["d", "bd", "h", "m", "s"]),
    };
    parsed.map_err(|why| TimeError { why, help: duration_help(text) })
}

/// `2DT3H45M30S` behind its `P`.
fn parse_iso(rest: &str) -> Result<Duration, String> {
    let (days, time) = match rest.split_once('T') {
        Some((_, "")) => return Err("nothing follows its `T`".to_owned()),
        Some((days, time)) => (days, time),
        None => (rest, ""),
    };
    if rest.is_empty() {
        return Err("nothing follows its `P`".to_owned());
    }
    if days.contains(['Y', 'W', 'M']) {
        return Err("years, months and weeks have no certain length".to_owned());
    }
    let days = if days.is_empty() { Duration::default() } else { parse_units(days, &["D"])? };
    let time = if time.is_empty() { Duration::default() } else { parse_units(time, &["H", "M", "S"])? };
    Ok(Duration { seconds: time.seconds, ..days })
}

/// Numbers with units, from the largest unit to the smallest, each unit at most once.
fn parse_units(text: &str, units: &[&str]) -> Result<Duration, String> {
    let mut duration = Duration::default();
    let mut rest = text;
    let mut allowed = units;
    if text.is_empty() {
        return Err("it is empty".to_owned());
    }
    while !rest.is_empty() {
        let digits = rest.bytes().take_while(u8::is_ascii_digit).count();
        let letters = rest[digits..].bytes().take_while(u8::is_ascii_alphabetic).count();
        let (number, unit) = (&rest[..digits], &rest[digits..digits + letters]);
        if digits == 0 {
            return Err(refusal(text, rest));
        }
        let Some(place) = allowed.iter().position(|allowed| *allowed == unit) else {
            return Err(refusal_of_unit(&rest[digits..], unit, units));
        };
        // Six digits of any unit are far more than a plan holds, and far less than the fields hold.
        let number: u32 = number.parse().ok().filter(|_| digits <= 6).ok_or("a number in it is too large")?;
        match unit {
            "d" | "D" => duration.days = number,
            "bd" => duration.business_days = number,
            "h" | "H" => duration.seconds += u64::from(number) * 3600,
            "m" | "M" => duration.seconds += u64::from(number) * 60,
            _ => duration.seconds += u64::from(number),
        }
        allowed = &allowed[place + 1..];
        if unit == "d" {
            allowed = allowed.strip_prefix(&["bd"]).unwrap_or(allowed);
        }
        rest = &rest[digits + letters..];
    }
    Ok(duration)
}

fn refusal(text: &str, rest: &str) -> String {
    match rest.chars().next() {
        Some(' ') => "it holds a space".to_owned(),
        Some('-') if rest.len() == text.len() => "it is negative".to_owned(),
        Some(c) if rest.len() < text.len() => format!("`{}` stands where a number must", c.escape_default()),
        _ => "it does not begin with a number".to_owned(),
    }
}

fn refusal_of_unit(behind_number: &str, unit: &str, units: &[&str]) -> String {
    let is_known = |unit: &str| units.contains(&unit);
    if behind_number.starts_with(['.', ',']) {
        "it holds a fraction".to_owned()
    } else if behind_number.starts_with(' ') {
        "it holds a space".to_owned()
    } else if unit.is_empty() {
        "a number in it has no unit".to_owned()
    } else if is_known(unit) {
        format!("`{unit}` stands twice, or behind a smaller unit")
    } else {
        format!("`{unit}` is no unit of time here")
    }
}

/// The duration that jiff, which reads free text too, makes of it; else the form.
fn duration_help(text: &str) -> String {
    let form = "write it as `45m`, `1h30m`, `2d`, `3bd` or ISO 8601 `PT45M`";
    let bare = text.trim();
    if !bare.is_empty() && bare.len() <= 9 && bare.bytes().all(|byte| byte.is_ascii_digit()) {
        return format!("say of which unit: `{bare}m`, `{bare}h` or `{bare}d`");
    }
    let meant = || {
        let span: jiff::Span = text.trim().parse().ok()?;
        let minutes = i64::from(span.get_hours()) * 60 + span.get_minutes();
        let days = u32::try_from(i64::from(span.get_weeks()) * 7 + i64::from(span.get_days())).ok()?;
        let seconds = u64::try_from(minutes * 60 + span.get_seconds()).ok()?;
        let is_exact = span.get_years() == 0 && span.get_months() == 0 && span.get_milliseconds() == 0;
        let duration = Duration { days, business_days: 0, seconds };
        (is_exact && duration != Duration::default()).then(|| duration.to_short())
    };
    meant().map_or(form.to_owned(), |meant| format!("write `{meant}`"))
}

/// Reads RFC 3339 with its offset: `2026-11-23T09:30:00+01:00`, `2026-11-23T08:30:00Z`.
///
/// `T` may be a space, as RFC 3339 allows and TOML writes. The unknown offset `-00:00` is refused, because a
/// slot that begins at an unknown local time cannot be held against a window.
pub fn parse_instant(text: &str) -> Result<Instant, TimeError> {
    let refuse = |why: &str| Err(TimeError { why: why.to_owned(), help: instant_help(text) });
    let shape = shape(text);
    let Some(rest) = shape.strip_prefix("9999-99-99T99:99:99").or(shape.strip_prefix("9999-99-99 99:99:99"))
    else {
        return refuse(match shape.as_str() {
            "9999-99-99" => "it is a date without a time",
            _ if shape.starts_with("9999-99-99T99:99") && !shape.starts_with("9999-99-99T99:99:") => {
                "it has no seconds"
            }
            _ => "it is not of the form of RFC 3339",
        });
    };
    let digits = rest.strip_prefix('.').map_or(0, |rest| rest.bytes().take_while(|b| *b == b'9').count());
    let offset = if digits > 0 { &rest[digits + 1..] } else { rest };
    match offset {
        "Z" | "+99:99" | "-99:99" if digits <= 9 => {}
        "Z" | "+99:99" | "-99:99" => return refuse("it has more than nine digits of a second"),
        "" => return refuse("it has no offset from UTC"),
        _ => return refuse("its offset from UTC is not `Z` or `+hh:mm`"),
    }
    // jiff knows offsets beyond a day; RFC 3339 does not.
    if offset != "Z" && text[text.len() - 5..text.len() - 3] > *"23" {
        return refuse("there is no such offset from UTC");
    }
    let Ok(pieces) = Pieces::parse(text) else { return refuse("there is no such moment") };
    let offset = match pieces.offset() {
        Some(PiecesOffset::Zulu) => Offset::UTC,
        Some(PiecesOffset::Numeric(numeric)) if numeric.is_negative() && numeric.offset() == Offset::UTC => {
            return refuse("its offset `-00:00` says that the local time is unknown");
        }
        Some(PiecesOffset::Numeric(numeric)) => numeric.offset(),
        _ => return refuse("it has no offset from UTC"),
    };
    let local = pieces.date().to_datetime(pieces.time().unwrap_or_default());
    match offset.to_timestamp(local) {
        Ok(timestamp) => Ok(Instant { timestamp, offset }),
        Err(_) => refuse("there is no such moment"),
    }
}

/// The text with what it probably lacks, when that makes an instant; else the form.
fn instant_help(text: &str) -> String {
    let form = "write date, time and offset, as in `2026-11-23T09:30:00+01:00` or `2026-11-23T08:30:00Z`";
    let trimmed = text.trim();
    let seconds = trimmed.get(..16).map(|start| format!("{start}:00{}", &trimmed[16..]));
    let upper = [Some(trimmed.to_ascii_uppercase()), seconds];
    let meant = upper.into_iter().flatten().find(|meant| meant != text && parse_instant_quietly(meant));
    meant.map_or(form.to_owned(), |meant| format!("write `{meant}`"))
}

/// Whether it is an instant; asks for no help, so that helping ends.
fn parse_instant_quietly(text: &str) -> bool {
    let is_shaped = matches!(
        shape(text).as_str(),
        "9999-99-99T99:99:99Z" | "9999-99-99T99:99:99+99:99" | "9999-99-99T99:99:99-99:99"
    );
    is_shaped && !text.ends_with("-00:00") && text.parse::<jiff::Timestamp>().is_ok()
}

/// Reads `2026-11-23`.
pub fn parse_date(text: &str) -> Result<civil::Date, TimeError> {
    let refuse = |why: &str| TimeError {
        why: why.to_owned(),
        help: "write year, month and day, as in `2026-11-23`".to_owned(),
    };
    if shape(text) != "9999-99-99" {
        let is_longer = shape(text).starts_with("9999-99-99");
        return Err(refuse(if is_longer {
            "more than a date stands there"
        } else {
            "it is not of the form YYYY-MM-DD"
        }));
    }
    text.parse().map_err(|_| refuse("there is no such day"))
}

/// Reads a local time whose zone stands beside it: `2026-12-31T18:00`, with seconds or without; a plain date
/// means its midnight.
pub fn parse_local_time(text: &str) -> Result<civil::DateTime, TimeError> {
    let refuse = |why: &str| {
        let help = "write it as `2026-12-31T18:00`, and name the time zone in `tz`".to_owned();
        TimeError { why: why.to_owned(), help }
    };
    match shape(text).as_str() {
        "9999-99-99" => parse_date(text).map(|date| date.to_datetime(civil::Time::midnight())),
        "9999-99-99T99:99" | "9999-99-99T99:99:99" | "9999-99-99 99:99" | "9999-99-99 99:99:99" => {
            text.parse().map_err(|_| refuse("there is no such time"))
        }
        _ if parse_instant(text).is_ok() => Err(refuse("it has an offset, where a zone stands beside it")),
        _ => Err(refuse("it is not of the form YYYY-MM-DDThh:mm")),
    }
}

/// The text with each digit as `9`: two texts of one form have one shape.
fn shape(text: &str) -> String {
    text.chars().map(|c| if c.is_ascii_digit() { '9' } else { c }).collect()
}

/// Whether text is a name of the IANA time zone database, in its own letter case.
pub fn is_zone(name: &str) -> bool {
    zone(name).is_some()
}

/// The zone of that name of the IANA time zone database, as it was compiled in.
pub fn zone(name: &str) -> Option<TimeZone> {
    static DATABASE: LazyLock<TimeZoneDatabase> = LazyLock::new(TimeZoneDatabase::bundled);
    DATABASE.get(name).ok().filter(|zone| zone.iana_name() == Some(name))
}

/// What to write in place of a name that is no zone: the zone that was meant, whatever its letter case.
pub fn zone_help(name: &str) -> String {
    let database = TimeZoneDatabase::bundled();
    let names: Vec<String> = database.available().map(|name| name.as_str().to_owned()).collect();
    let same = names.iter().find(|known| known.eq_ignore_ascii_case(name)).map(String::as_str);
    match same.or_else(|| did_you_mean(name, names.iter().map(String::as_str))) {
        Some(meant) => format!("did you mean `{meant}`?"),
        None => "write an IANA name, like `Europe/Berlin` or `UTC`".to_owned(),
    }
}

#[cfg(test)]
mod tests;
