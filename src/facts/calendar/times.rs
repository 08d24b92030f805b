//! The times that a window document states, as written: one start and end, or a recurrence.

use std::collections::BTreeSet;

use jiff::Timestamp;
use jiff::civil::{Date, DateTime};

use super::recurrence::{Bounds, End, Recurrence};
use crate::inputs::document::Document;
use crate::inputs::document::time::{self, Duration};
use crate::inputs::value::Value;
use crate::text::Span;

/// When a window is, in local time.
#[derive(Clone, Debug)]
pub(super) enum Times {
    /// Once.
    Single {
        /// Its start.
        start: DateTime,
        /// Its end, not included; later than the start.
        end: DateTime,
        /// The values of both.
        span: Span,
    },
    /// Again and again.
    Recurring(Box<Recurring>),
}

/// A recurrence with all that belongs to it.
#[derive(Clone, Debug)]
pub(super) struct Recurring {
    rule: Recurrence,
    first: DateTime,
    length: Duration,
    without: Vec<(DateTime, Span)>,
    beside: Vec<DateTime>,
    span: Span,
}

/// Why the times cannot be used, and the rule that says so.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Refused {
    /// MCM601 or MCM604.
    pub(super) rule: &'static str,
    /// Where.
    pub(super) span: Span,
    /// What is wrong.
    pub(super) message: String,
    /// What to do.
    pub(super) help: String,
}

fn refused<T>(rule: &'static str, span: Span, message: impl Into<String>, help: &str) -> Result<T, Refused> {
    Err(Refused { rule, span, message: message.into(), help: help.to_owned() })
}

/// A field of a window: not written, written in no form of which to speak here, or a value.
type Written<T> = Result<Option<(T, Span)>, Malformed>;

/// A field whose value is not of its type; MCM009 or MCM018 says so.
struct Malformed;

fn field<T>(document: &Document, path: &str, read: impl Fn(&str) -> Option<T>) -> Written<T> {
    let Some(value) = document.field(path) else { return Ok(None) };
    let read = value.as_str().and_then(read).ok_or(Malformed)?;
    Ok(Some((read, value.span)))
}

fn local_time(document: &Document, path: &str) -> Written<DateTime> {
    field(document, path, |text| time::parse_local_time(text).ok())
}

fn local_times(document: &Document, path: &str) -> Result<Vec<(DateTime, Span)>, Malformed> {
    let Some(value) = document.field(path) else { return Ok(Vec::new()) };
    let read = |item: &Value| Some((time::parse_local_time(item.as_str()?).ok()?, item.span));
    if value.items().is_empty() && value.as_str().is_some() {
        return Err(Malformed);
    }
    value.items().iter().map(read).collect::<Option<_>>().ok_or(Malformed)
}

/// Reads the times; nothing when a field is malformed and its own rule speaks of it.
pub(super) fn read(document: &Document) -> Result<Option<Times>, Refused> {
    let written = || -> Result<_, Malformed> {
        Ok(Fields {
            start: local_time(document, "start")?,
            end: local_time(document, "end")?,
            rule: field(document, "rrule", |text| Some(text.to_owned()))?,
            first: local_time(document, "dtstart")?,
            length: field(document, "length", |text| time::parse_duration(text).ok())?,
            without: local_times(document, "exdates")?,
            beside: local_times(document, "rdates")?,
        })
    };
    match written() {
        Ok(fields) => fields.times(document).map(Some),
        Err(Malformed) => Ok(None),
    }
}

struct Fields {
    start: Option<(DateTime, Span)>,
    end: Option<(DateTime, Span)>,
    rule: Option<(String, Span)>,
    first: Option<(DateTime, Span)>,
    length: Option<(Duration, Span)>,
    without: Vec<(DateTime, Span)>,
    beside: Vec<(DateTime, Span)>,
}

impl Fields {
    fn times(self, document: &Document) -> Result<Times, Refused> {
        let single = self.start.or(self.end).map(|(_, span)| span);
        match (self.rule.clone(), single) {
            (Some((_, span)), Some(_)) => refused(
                "MCM604",
                span,
                "recurrence stands beside a single `start` or `end`",
                "a window has `start` and `end`, or `rrule`, `dtstart` and `length`; remove the others",
            ),
            (Some((text, span)), None) => self.recurring(&text, span),
            (None, _) => self.single(document),
        }
    }

    fn single(self, document: &Document) -> Result<Times, Refused> {
        let stray = ["dtstart", "length", "exdates", "rdates"].map(|key| (key, document.field(key)));
        if let Some((key, Some(value))) = stray.into_iter().find(|(_, value)| value.is_some()) {
            let help = "add `rrule`, or write the window with `start` and `end`";
            return refused("MCM604", value.span, format!("`{key}` stands without a recurrence"), help);
        }
        let help = "write `start` and `end` as local times; the end does not belong to the window";
        match (self.start, self.end) {
            (Some((start, at)), Some((end, to))) if start < end => {
                Ok(Times::Single { start, end, span: at.to(to) })
            }
            (Some((start, _)), Some((end, to))) => {
                let words = if start == end { "the same" } else { "earlier" };
                let message = format!("end is not after start: it is {words}");
                refused("MCM601", to, message, help)
            }
            (Some((_, at)), None) => refused("MCM601", at, "start has no end", help),
            (None, Some((_, to))) => refused("MCM601", to, "end has no start", help),
            (None, None) => refused("MCM601", document.head_span(), "no times are written", help),
        }
    }

    fn recurring(self, text: &str, span: Span) -> Result<Times, Refused> {
        let rule = match Recurrence::parse(text, true) {
            Ok(rule) => rule,
            Err(why) => {
                return refused("MCM604", span, format!("recurrence is invalid: {}", why.why), &why.help);
            }
        };
        let Some((first, first_at)) = self.first else {
            let help = "add `dtstart`, the local time at which the first occurrence begins";
            return refused("MCM604", span, "recurrence has no `dtstart`", help);
        };
        let Some((length, length_at)) = self.length else {
            let help = "add `length`: `8d` for calendar days, `14h` for an exact time";
            return refused("MCM604", span, "recurrence has no `length`", help);
        };
        if length == Duration::default() {
            let help = "write how long each occurrence lasts";
            return refused("MCM601", length_at, "end is not after start: occurrences have no length", help);
        }
        if length.business_days > 0 {
            let help = "write calendar days, like `8d`";
            return refused("MCM604", length_at, "occurrences cannot be counted in business days", help);
        }
        if u64::from(length.days) + length.seconds / 86_400 > 3660 {
            let help = "write a window that goes on for years with `start` and `end`";
            return refused("MCM604", length_at, "occurrences never end within the horizon", help);
        }
        if let End::UntilInstant(until) = rule.end
            && first.date()
                > until.to_zoned(jiff::tz::TimeZone::UTC).date().saturating_add(jiff::Span::new().days(1))
        {
            let help = "`UNTIL` lies before `dtstart`";
            return refused("MCM604", first_at, "recurrence ends before it begins", help);
        }
        let beside = self.beside.into_iter().map(|(start, _)| start).collect();
        Ok(Times::Recurring(Box::new(Recurring { rule, first, length, without: self.without, beside, span })))
    }
}

impl Times {
    /// The length of each occurrence; none beside a single start and end.
    pub(super) fn length(&self) -> Duration {
        match self {
            Times::Single { .. } => Duration::default(),
            Times::Recurring(recurring) => recurring.length,
        }
    }

    /// Where they are written.
    pub(super) fn place(&self) -> Span {
        match self {
            Times::Single { span, .. } => *span,
            Times::Recurring(recurring) => recurring.span,
        }
    }
}

impl Recurring {
    /// The instant of `UNTIL`.
    pub(super) fn until(&self) -> Option<Timestamp> {
        match self.rule.end {
            End::UntilInstant(until) => Some(until),
            End::Never | End::Count(_) | End::UntilLocal(_) => None,
        }
    }

    /// The local starts from one day to another, sorted, without `exdates`, with `rdates`; and the first of
    /// `exdates` that leaves out nothing. `is_over` says which starts lie behind `UNTIL`.
    pub(super) fn starts(
        &self,
        from: Date,
        to: Date,
        most: usize,
        is_over: impl Fn(DateTime) -> bool,
    ) -> Result<(BTreeSet<DateTime>, Option<Refused>), Refused> {
        let bounds = Bounds { from, to, most };
        let Ok(days) = self.rule.days_between(self.first, bounds) else {
            let message = "recurrence never ends within the horizon: it has too many occurrences";
            let help = "begin it later, or make it rarer";
            return refused("MCM604", self.span, message, help);
        };
        let at = self.first.time();
        let of_rule = days.into_iter().map(|day| day.to_datetime(at)).take_while(|start| !is_over(*start));
        let mut starts: BTreeSet<DateTime> = of_rule.collect();
        starts.extend(self.beside.iter().filter(|start| (from..=to).contains(&start.date())));
        let is_endless = self.rule.end == End::Never;
        if starts.is_empty() && is_endless && self.first.date() <= to && self.beside.is_empty() {
            let message = "recurrence has no occurrence within the horizon";
            return refused("MCM604", self.span, message, "no day fits all of its parts; leave one out");
        }
        let inside = self.without.iter().filter(|(without, _)| (from..=to).contains(&without.date()));
        let idle = inside.clone().find(|(without, _)| !starts.contains(without)).map(|(without, span)| {
            let message = format!("`exdates` leaves out {}, which is no occurrence", shown(*without));
            let help = match starts.iter().find(|start| start.date() == without.date()) {
                Some(start) => format!("write `{}`", shown(*start)),
                None => "no occurrence begins on that day; remove it".to_owned(),
            };
            Refused { rule: "MCM604", span: *span, message, help }
        });
        for (without, _) in inside {
            starts.remove(without);
        }
        Ok((starts, idle))
    }
}

fn shown(time: DateTime) -> String {
    time.strftime("%Y-%m-%dT%H:%M").to_string()
}
