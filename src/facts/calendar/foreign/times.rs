//! Times and lengths of iCalendar (RFC 5545 3.3.4 to 3.3.6).

use jiff::Timestamp;
use jiff::civil::{Date, DateTime, Time};
use jiff::tz::{AmbiguousOffset, TimeZone};

use crate::inputs::document::time;
use crate::inputs::ical::Property;

/// A time as it is written, in its zone.
#[derive(Clone, Debug)]
pub(super) struct Moment {
    /// The local time.
    pub(super) local: DateTime,
    /// The zone.
    pub(super) zone: TimeZone,
    /// Whether it is a date alone.
    pub(super) is_date: bool,
    /// Whether it is the later of two equal local times, which a local time cannot say.
    pub(super) is_repeated_later: bool,
}

impl Moment {
    /// The instant.
    fn instant(&self) -> Option<Timestamp> {
        let read = self.zone.to_ambiguous_timestamp(self.local);
        if self.is_repeated_later { read.later().ok() } else { read.compatible().ok() }
    }

    /// The same instant in UTC.
    pub(super) fn in_utc(&self) -> Option<Moment> {
        self.in_zone(&utc())
    }

    /// The same instant in another zone.
    pub(super) fn in_zone(&self, zone: &TimeZone) -> Option<Moment> {
        if self.zone == *zone {
            return Some(self.clone());
        }
        let at = self.instant()?;
        let local = at.to_zoned(zone.clone()).datetime();
        let first = zone.to_ambiguous_timestamp(local).compatible().ok()?;
        Some(Moment { local, zone: zone.clone(), is_date: self.is_date, is_repeated_later: first != at })
    }

    /// The moment behind it.
    pub(super) fn plus(&self, length: Length) -> Option<Moment> {
        let days = jiff::Span::new().try_days(i64::from(length.days)).ok()?;
        let later = self.local.checked_add(days).ok()?;
        if length.seconds == 0 {
            return Some(Moment { local: later, ..self.clone() });
        }
        let at = self.zone.to_ambiguous_timestamp(later).compatible().ok()?;
        let exact = jiff::SignedDuration::from_secs(i64::try_from(length.seconds).ok()?);
        let at = at.checked_add(exact).ok()?;
        let local = at.to_zoned(self.zone.clone()).datetime();
        let first = self.zone.to_ambiguous_timestamp(local).compatible().ok()?;
        Some(Moment { local, is_repeated_later: first != at, ..self.clone() })
    }
}

/// Calendar days, and exact seconds behind them.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Length {
    pub(super) days: u32,
    pub(super) seconds: u64,
}

impl Length {
    pub(super) fn is_zero(self) -> bool {
        self.days == 0 && self.seconds == 0
    }

    /// From one local time to a later one.
    pub(super) fn between(start: DateTime, end: DateTime) -> Option<Length> {
        let whole = end.date().since(start.date()).ok()?.get_days();
        let days = if end.time() < start.time() { whole - 1 } else { whole };
        let of_day = |time: Time| {
            i64::from(time.hour()) * 3600 + i64::from(time.minute()) * 60 + i64::from(time.second())
        };
        let seconds = (of_day(end.time()) - of_day(start.time())).rem_euclid(86_400);
        let length = Length { days: u32::try_from(days).ok()?, seconds: u64::try_from(seconds).ok()? };
        (!length.is_zero()).then_some(length)
    }
}

/// UTC under the name that a window gives it.
fn utc() -> TimeZone {
    time::zone("UTC").unwrap_or(TimeZone::UTC)
}

/// The zone that an id means, and its name: IANA names alone, in whatever path a program puts before them.
pub(super) fn zone_named(id: &str) -> Option<(String, TimeZone)> {
    let id = id.trim();
    let parts: Vec<&str> = id.split('/').filter(|part| !part.is_empty()).collect();
    // `/example.org/20240101/Europe/Berlin`: a globally unique id begins with a slash (RFC 5545 3.8.3.1).
    let starts = if id.starts_with('/') { 0..parts.len() } else { 0..1 };
    let mut names = starts.map(|at| parts[at.min(parts.len())..].join("/"));
    names.find_map(|name| Some((name.clone(), time::zone(&name)?)))
}

/// A date or a time, with its zone.
///
/// # Errors
/// What a window cannot say, in one lower-case phrase.
pub(super) fn moment(property: &Property, assumed: Option<&TimeZone>) -> Result<Moment, String> {
    let Property { name, value, .. } = property;
    let value = value.trim();
    let is_date = match property.parameter("VALUE") {
        Some("DATE") => true,
        Some("DATE-TIME") | None => false,
        Some(other) => return Err(format!("`{name}` of the type `{other}`")),
    };
    let no_time = || format!("`{name}` that is no time: `{value}`");
    let (local, is_utc) = if is_date {
        (date(value).ok_or_else(no_time)?.to_datetime(Time::midnight()), false)
    } else {
        let (text, is_utc) = value.strip_suffix('Z').map_or((value, false), |text| (text, true));
        let (day, hour) = text.split_once('T').ok_or_else(no_time)?;
        let time = time_of_day(hour).ok_or_else(no_time)?;
        (date(day).ok_or_else(no_time)?.to_datetime(time), is_utc)
    };
    let zone = match (property.parameter("TZID"), is_utc) {
        (Some(_), true) => return Err(format!("`{name}` in UTC that names a zone as well")),
        (Some(id), false) => {
            let known = zone_named(id).map(|(_, zone)| zone);
            known.ok_or_else(|| format!("the time zone `{id}`, which IANA does not have"))?
        }
        (None, true) => utc(),
        (None, false) => match assumed {
            Some(zone) => zone.clone(),
            None if is_date => return Err(format!("a date without zone (`{name}`): `{value}`")),
            None => return Err(format!("a floating time, without zone (`{name}`): `{value}`")),
        },
    };
    let offset = zone.to_ambiguous_timestamp(local).offset();
    if matches!(offset, AmbiguousOffset::Gap { .. }) {
        return Err(format!("`{name}` in an hour that the zone skips: `{value}`"));
    }
    Ok(Moment { local, zone, is_date, is_repeated_later: false })
}

fn number(text: &str) -> Option<i16> {
    text.bytes().all(|byte| byte.is_ascii_digit()).then(|| text.parse().ok())?
}

/// `20261218`.
fn date(text: &str) -> Option<Date> {
    if text.len() != 8 || !text.is_ascii() {
        return None;
    }
    let part = |from: usize, to: usize| i8::try_from(number(&text[from..to])?).ok();
    Date::new(number(&text[..4])?, part(4, 6)?, part(6, 8)?).ok()
}

/// `180000`.
fn time_of_day(text: &str) -> Option<Time> {
    if text.len() != 6 || !text.is_ascii() {
        return None;
    }
    let part = |from: usize| i8::try_from(number(&text[from..from + 2])?).ok();
    Time::new(part(0)?, part(2)?, part(4)?, 0).ok()
}

/// `P1DT2H`, `P2W`; none that is negative.
pub(super) fn duration(text: &str) -> Option<Length> {
    let text = text.trim();
    let rest = text.strip_prefix('+').unwrap_or(text).strip_prefix('P')?;
    let (days, time) = rest.split_once('T').map_or((rest, ""), |(days, time)| (days, time));
    let mut length = Length { days: 0, seconds: 0 };
    for (part, units) in
        [(days, &[('W', 604_800), ('D', 86_400)][..]), (time, &[('H', 3600), ('M', 60), ('S', 1)])]
    {
        let mut left = part;
        while !left.is_empty() {
            let end = left.find(|c: char| !c.is_ascii_digit())?;
            let count: u64 = left.get(..end)?.parse().ok()?;
            let unit = left.get(end..)?.chars().next()?;
            let (_, seconds) = units.iter().find(|(known, _)| *known == unit)?;
            match seconds / 86_400 {
                0 => length.seconds = length.seconds.checked_add(count.checked_mul(*seconds)?)?,
                days => {
                    let days = u32::try_from(count.checked_mul(days)?).ok()?;
                    length.days = length.days.checked_add(days)?;
                }
            }
            left = left.get(end + unit.len_utf8()..)?;
        }
    }
    Some(length)
}
