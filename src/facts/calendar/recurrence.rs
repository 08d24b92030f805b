//! Recurrence rules: the subset of RFC 5545 3.3.10 that windows may use (domain.md 3.2), read strictly.
//!
//! Every part outside the subset is refused by name, never ignored: a window that is quietly open on a day
//! on which its writer meant it to be closed is worse than one that is refused.

mod dates;

use jiff::Timestamp;
use jiff::civil::{DateTime, Weekday};

use crate::text::did_you_mean;

pub(super) use dates::Bounds;

/// A recurrence rule of the subset.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Recurrence {
    /// What is stepped through.
    pub(super) frequency: Frequency,
    /// Every how many of them; at least 1.
    pub(super) interval: i64,
    /// `BYDAY`: weekdays from Monday, 0, to Sunday, 6, each behind its number in the month or year; number 0
    /// means every one.
    pub(super) days: Vec<(i8, i8)>,
    /// `BYMONTHDAY`: 1 to 31, or -31 to -1 from the month's end.
    pub(super) month_days: Vec<i8>,
    /// `BYMONTH`: 1 to 12.
    pub(super) months: Vec<i8>,
    /// `BYSETPOS`: which days of each day, week, month or year are kept, from its start or, negative, its end.
    pub(super) positions: Vec<i16>,
    /// When it ends.
    pub(super) end: End,
    /// `WKST`: the first day of a week.
    pub(super) week_start: Weekday,
}

/// `FREQ`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Frequency {
    /// Days.
    Daily,
    /// Weeks.
    Weekly,
    /// Months.
    Monthly,
    /// Years.
    Yearly,
}

/// `COUNT` or `UNTIL`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum End {
    /// Neither: it goes on.
    Never,
    /// After so many occurrences.
    Count(u32),
    /// With the last occurrence that does not begin after this instant.
    UntilInstant(Timestamp),
    /// The same without a zone: with the last that does not begin after this local time.
    UntilLocal(DateTime),
}

/// Why a text is no rule of the subset.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Refusal {
    /// What is wrong: a lower-case phrase that names the part.
    pub(super) why: String,
    /// What to write instead.
    pub(super) help: String,
}

/// Parts of RFC 5545 and of its extensions that the subset leaves out, and how windows say it.
const LEFT_OUT: [(&str, &str); 9] = [
    ("BYHOUR", "the time of day is that of `dtstart`; make a window for each time"),
    ("BYMINUTE", "the time of day is that of `dtstart`; make a window for each time"),
    ("BYSECOND", "the time of day is that of `dtstart`; make a window for each time"),
    ("BYYEARDAY", "use `BYMONTH` with `BYMONTHDAY`"),
    ("BYWEEKNO", "use `BYMONTH` with `BYDAY`"),
    ("BYEASTER", "name the days in `rdates`"),
    ("RSCALE", "rules follow the Gregorian calendar"),
    ("SKIP", "days that a month does not have are left out"),
    ("RANGE", "end the window and make a new one"),
];

const KNOWN: &str = "FREQ, INTERVAL, COUNT, UNTIL, BYDAY, BYMONTHDAY, BYMONTH, BYSETPOS and WKST are known";

/// What somebody most likely meant by a word of a rule.
fn guess<const N: usize>(word: &str, known: [&str; N]) -> Option<String> {
    did_you_mean(word, known).map(|meant| format!("did you mean `{meant}`?"))
}

impl Recurrence {
    /// Reads the value of an RRULE. With a zone beside it `UNTIL` must be in UTC, without one it must not
    /// (RFC 5545 3.3.10).
    pub(super) fn parse(text: &str, has_zone: bool) -> Result<Recurrence, Refusal> {
        let refuse = |why: String, help: &str| Err(Refusal { why, help: help.to_owned() });
        if text.get(..6).is_some_and(|start| start.eq_ignore_ascii_case("RRULE:")) {
            return refuse("`RRULE:` stands before the rule".to_owned(), "write what follows it alone");
        }
        let mut parts: Vec<(&str, &str)> = Vec::new();
        for part in text.split(';') {
            let Some((name, value)) = part.split_once('=') else {
                let why = match part {
                    "" => "a part of it is empty".to_owned(),
                    _ => format!("`{part}` is no part `NAME=VALUE`"),
                };
                return refuse(why, "write it like `FREQ=WEEKLY;BYDAY=MO,FR`");
            };
            if let Some((_, help)) = LEFT_OUT.iter().find(|(left_out, _)| *left_out == name) {
                return refuse(format!("`{name}` is not supported"), help);
            }
            let known =
                ["FREQ", "INTERVAL", "COUNT", "UNTIL", "BYDAY", "BYMONTHDAY", "BYMONTH", "BYSETPOS", "WKST"];
            if !known.contains(&name) {
                let help = match known.contains(&name.to_ascii_uppercase().as_str()) {
                    true => "write it in capitals".to_owned(),
                    false => guess(name, known).unwrap_or_else(|| KNOWN.to_owned()),
                };
                return refuse(format!("`{name}` is no part of a rule"), &help);
            }
            if parts.iter().any(|(known, _)| *known == name) {
                return refuse(format!("`{name}` is written twice"), "keep one of the two");
            }
            parts.push((name, value));
        }
        let value = |name: &str| parts.iter().find(|(known, _)| *known == name).map(|(_, value)| *value);
        let frequency = match value("FREQ") {
            Some("DAILY") => Frequency::Daily,
            Some("WEEKLY") => Frequency::Weekly,
            Some("MONTHLY") => Frequency::Monthly,
            Some("YEARLY") => Frequency::Yearly,
            Some(other) => {
                let meant = guess(other, ["DAILY", "WEEKLY", "MONTHLY", "YEARLY"]);
                let help = meant.unwrap_or_else(|| "write DAILY, WEEKLY, MONTHLY or YEARLY".to_owned());
                return refuse(format!("`FREQ={other}` is not supported"), &help);
            }
            None => return refuse("it has no `FREQ`".to_owned(), "begin it with `FREQ=WEEKLY`, for example"),
        };
        let rule = Recurrence {
            frequency,
            interval: value("INTERVAL").map_or(Ok(1), |text| number("INTERVAL", text, 9999))?,
            days: list("BYDAY", value("BYDAY"), |text| day(text, frequency))?,
            month_days: list("BYMONTHDAY", value("BYMONTHDAY"), |text| signed(text, 31))?,
            months: list("BYMONTH", value("BYMONTH"), |text| signed(text, 12).filter(|month| *month > 0))?,
            positions: list("BYSETPOS", value("BYSETPOS"), |text| signed(text, 366))?,
            end: end(value("COUNT"), value("UNTIL"), has_zone)?,
            week_start: match value("WKST") {
                None => Weekday::Monday,
                Some(text) => weekday(text).ok_or_else(|| not_a_value("WKST", text))?,
            },
        };
        let has_days = !rule.days.is_empty() || !rule.month_days.is_empty() || !rule.months.is_empty();
        if !rule.positions.is_empty() && !has_days {
            let help = "it picks among the days of `BYDAY`, `BYMONTHDAY` or `BYMONTH`; add one of them";
            return refuse("`BYSETPOS` stands alone".to_owned(), help);
        }
        Ok(rule)
    }
}

fn not_a_value(name: &str, text: &str) -> Refusal {
    let form = match name {
        "BYDAY" => {
            "write weekdays like `MO,FR`; a number such as `1MO` or `-1FR` is the first or last of a month \
             (1 to 5) or year (1 to 53) and needs MONTHLY or YEARLY"
        }
        "BYMONTHDAY" => "write days of the month like `1,15`, or `-1` for the last",
        "BYMONTH" => "write months as numbers from 1 to 12",
        "BYSETPOS" => "write positions from 1 to 366, or from -366 to -1 counted from the end",
        "WKST" => "write one of MO, TU, WE, TH, FR, SA, SU",
        "INTERVAL" => "write a whole number from 1 to 9999",
        _ => "write a whole number from 1 to 999999",
    };
    Refusal { why: format!("`{name}={text}` has no meaning"), help: form.to_owned() }
}

fn number(name: &str, text: &str, most: i64) -> Result<i64, Refusal> {
    let is_plain = !text.is_empty() && text.len() <= 6 && text.bytes().all(|byte| byte.is_ascii_digit());
    let number = text.parse().ok().filter(|number| is_plain && (1..=most).contains(number));
    number.ok_or_else(|| not_a_value(name, text))
}

/// A comma list without repetition, sorted.
fn list<T: Ord>(name: &str, text: Option<&str>, item: impl Fn(&str) -> Option<T>) -> Result<Vec<T>, Refusal> {
    let Some(text) = text else { return Ok(Vec::new()) };
    let items: Option<Vec<T>> = text.split(',').map(item).collect();
    let mut items = items.ok_or_else(|| not_a_value(name, text))?;
    items.sort();
    items.dedup();
    Ok(items)
}

/// A number with or without sign whose amount is from 1 to `most`.
fn signed<N: TryFrom<i64>>(text: &str, most: i64) -> Option<N> {
    let digits = text.strip_prefix(['+', '-']).unwrap_or(text);
    let is_plain = !digits.is_empty() && digits.len() <= 3 && digits.bytes().all(|b| b.is_ascii_digit());
    let amount: i64 = digits.parse().ok().filter(|amount| is_plain && (1..=most).contains(amount))?;
    N::try_from(if text.starts_with('-') { -amount } else { amount }).ok()
}

fn weekday(text: &str) -> Option<Weekday> {
    Some(match text {
        "MO" => Weekday::Monday,
        "TU" => Weekday::Tuesday,
        "WE" => Weekday::Wednesday,
        "TH" => Weekday::Thursday,
        "FR" => Weekday::Friday,
        "SA" => Weekday::Saturday,
        "SU" => Weekday::Sunday,
        _ => return None,
    })
}

/// `MO`, `1MO`, `-1FR`. A number has a meaning within a month or a year alone (RFC 5545 3.3.10).
fn day(text: &str, frequency: Frequency) -> Option<(i8, i8)> {
    let at = text.len().checked_sub(2).filter(|at| text.is_char_boundary(*at))?;
    let (number, name) = text.split_at(at);
    let weekday = weekday(name)?;
    let most = match frequency {
        Frequency::Daily | Frequency::Weekly => 0,
        Frequency::Monthly => 5,
        Frequency::Yearly => 53,
    };
    let number = if number.is_empty() { 0 } else { signed(number, most)? };
    Some((number, weekday.to_monday_zero_offset()))
}

fn end(count: Option<&str>, until: Option<&str>, has_zone: bool) -> Result<End, Refusal> {
    let refuse = |why: String, help: &str| Err(Refusal { why, help: help.to_owned() });
    match (count, until) {
        (None, None) => Ok(End::Never),
        (Some(_), Some(_)) => {
            refuse("`COUNT` and `UNTIL` are both written".to_owned(), "keep one of the two")
        }
        (Some(text), None) => {
            let count = number("COUNT", text, 999_999)?;
            Ok(End::Count(u32::try_from(count).unwrap_or(u32::MAX)))
        }
        (None, Some(text)) => match (has_zone, local_time(text.strip_suffix('Z').unwrap_or(text))) {
            (_, None) => refuse(
                format!("`UNTIL={text}` is no time"),
                "write date and time in UTC, like `UNTIL=20271231T230000Z`",
            ),
            (true, Some(_)) if !text.ends_with('Z') => refuse(
                format!("`UNTIL={text}` is not in UTC"),
                "beside a time zone it is written in UTC, with `Z` at its end",
            ),
            (false, Some(_)) if text.ends_with('Z') => {
                refuse(format!("`UNTIL={text}` is in UTC"), "without a time zone it is a local time")
            }
            (true, Some(time)) => match jiff::tz::Offset::UTC.to_timestamp(time) {
                Ok(instant) => Ok(End::UntilInstant(instant)),
                Err(_) => refuse(format!("`UNTIL={text}` is no time"), "choose a year before 9999"),
            },
            (false, Some(time)) => Ok(End::UntilLocal(time)),
        },
    }
}

/// `19971224T090000`.
fn local_time(text: &str) -> Option<DateTime> {
    let bytes = text.as_bytes();
    let is_digit = |at: usize| bytes[at].is_ascii_digit();
    if bytes.len() != 15 || bytes[8] != b'T' || !(0..8).chain(9..15).all(is_digit) {
        return None;
    }
    let part = |from: usize, to: usize| text[from..to].parse::<i8>().ok();
    let year = text[..4].parse().ok()?;
    let (hour, minute, second) = (part(9, 11)?, part(11, 13)?, part(13, 15)?);
    DateTime::new(year, part(4, 6)?, part(6, 8)?, hour, minute, second, 0).ok()
}

#[cfg(test)]
mod tests;
