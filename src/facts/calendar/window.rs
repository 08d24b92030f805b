//! From window documents to occurrences.

use std::collections::BTreeMap;

use jiff::civil::DateTime;
use jiff::tz::TimeZone;
use jiff::{Timestamp, ToSpan as _};

use super::times::{self, Times};
use super::{Effect, Hit, Level, Occurrence, Schedule, Window, WindowFault, reading};
use crate::facts::book::{Book, view};
use crate::inputs::Inputs;
use crate::inputs::document::Document;
use crate::inputs::document::time::{self, Duration};
use crate::inputs::policy::Policy;
use crate::inputs::value::Value;
use crate::text::Span;

/// Slots further from the moment of judgement than this many years do not widen the horizon: such a date is
/// a slip of the pen, and must not make the book slow.
const FURTHEST_YEARS: i64 = 20;

/// The most occurrences of one window: two for every day of the widest horizon.
const MOST_OCCURRENCES: usize = 30_000;

pub(super) fn build(inputs: &Inputs, book: &Book) -> Schedule {
    let mut schedule = Schedule { horizon: horizon(inputs, book), ..Schedule::default() };
    let catalogue = Catalogue::of(book);
    for (index, document) in book.of_kind("window") {
        let made = one(inputs, book, &catalogue, index, document, schedule.horizon, &mut schedule.faults);
        let Some(Made { window, freeze }) = made else { continue };
        let at = schedule.windows.len();
        schedule.windows.push(window);
        schedule.windows.extend(freeze.map(|freeze| Window { freeze_of: Some(at), ..freeze }));
    }
    schedule
}

/// The windows that one document makes, as it may have stood in the past: itself, and the freeze before it,
/// whose window has no place in the schedule.
pub(super) fn of_document(
    inputs: &Inputs,
    book: &Book,
    index: usize,
    document: &Document,
    horizon: (Timestamp, Timestamp),
) -> Vec<Window> {
    let made = one(inputs, book, &Catalogue::of(book), index, document, horizon, &mut Vec::new());
    let before = |freeze| Window { freeze_of: Some(usize::MAX), ..freeze };
    made.map(|made| std::iter::once(made.window).chain(made.freeze.map(before)).collect()).unwrap_or_default()
}

/// How far occurrences are made.
pub struct Horizon {
    /// The months around the moment of judgement.
    around: (Timestamp, Timestamp),
    /// How far slots may widen that.
    furthest: (Timestamp, Timestamp),
}

impl Horizon {
    /// By the moment of judgement and the policy.
    pub fn of(inputs: &Inputs) -> Horizon {
        let at = inputs.as_of.to_zoned(TimeZone::UTC);
        let months = i64::from(inputs.policy.limits.horizon_months.min(12 * 20));
        let moved = |span: jiff::Span| at.checked_add(span).map_or(inputs.as_of, |moved| moved.timestamp());
        Horizon {
            around: (moved((-months).months()), moved(months.months())),
            furthest: (moved((-FURTHEST_YEARS).years()), moved(FURTHEST_YEARS.years())),
        }
    }

    /// From when to when: wide enough to hold the slots of these requests.
    pub fn over<'d>(&self, requests: impl Iterator<Item = &'d Document>) -> (Timestamp, Timestamp) {
        let (first, last) = self.furthest;
        requests.filter_map(Document::slot).fold(self.around, |known, slot| {
            let (start, end) = (slot.start.timestamp, slot.end.timestamp);
            (known.0.min(start.max(first)), known.1.max(end.min(last)))
        })
    }
}

/// The months around the moment of judgement, and wide enough to hold every slot of the book.
pub(super) fn horizon(inputs: &Inputs, book: &Book) -> (Timestamp, Timestamp) {
    Horizon::of(inputs).over(book.of_kind("request").map(|(_, request)| &**request))
}

/// A window, and the freeze before its occurrences.
struct Made {
    window: Window,
    freeze: Option<Window>,
}

fn one(
    inputs: &Inputs,
    book: &Book,
    catalogue: &Catalogue<'_>,
    index: usize,
    document: &Document,
    horizon: (Timestamp, Timestamp),
    faults: &mut Vec<WindowFault>,
) -> Option<Made> {
    let effect = match document.text("type")? {
        "restricted" => Effect::Restricted,
        "freeze" => Effect::Freeze,
        "maintenance" => Effect::Maintenance,
        _ => return None,
    };
    let mut fault = |rule, span, message: String, help: String| {
        faults.push(WindowFault { document: index, rule, span, message, help });
    };
    let zone = match zone(document) {
        Ok(zone) => zone?,
        Err((span, message, help)) => {
            fault("MCM602", span, message, help);
            return None;
        }
    };
    let times = match times::read(document) {
        Ok(times) => times?,
        Err(refused) => {
            fault(refused.rule, refused.span, refused.message, refused.help);
            return None;
        }
    };
    let duration = |path: &str| view::duration(document, path).map(|(duration, _)| duration);
    let freeze_before = duration("freeze_before").filter(|length| *length != Duration::default());
    let reach = freeze_before.unwrap_or_default();
    if u64::from(reach.days) + u64::from(reach.business_days) + reach.seconds / 86_400 > 366 {
        let span = document.field("freeze_before").map_or(document.head_span(), |value| value.span);
        let message = "the freeze before an occurrence never ends: it is longer than a year".to_owned();
        fault("MCM604", span, message, "make the freeze a window of its own".to_owned());
        return None;
    }
    let expansion = Expansion { effect, zone: &zone, policy: &inputs.policy, horizon, freeze_before };
    let starts = match expansion.starts(&times) {
        Ok((starts, idle)) => {
            // A date that leaves out nothing leaves the window as closed as it was.
            if let Some(refused) = idle {
                fault(refused.rule, refused.span, refused.message, refused.help);
            }
            starts
        }
        Err(refused) => {
            fault(refused.rule, refused.span, refused.message, refused.help);
            return None;
        }
    };
    let mut adjusted: Option<(DateTime, Occurrence)> = None;
    let (mut occurrences, mut freezes) = (Vec::new(), Vec::new());
    for (start, end) in starts {
        let behind = reading::exact(times.length());
        let Some(occurrence) = reading::occurrence(effect, start, end, behind, &zone) else { continue };
        if occurrence.adjusted && occurrence.end > inputs.as_of && adjusted.is_none() {
            adjusted = Some((start, occurrence));
        }
        freezes.extend(freeze_before.and_then(|length| expansion.freeze(start, occurrence, length)));
        occurrences.push(occurrence);
    }
    if let Some((start, read)) = adjusted {
        let message = format!(
            "occurrence {} starts or ends in a clock change; read as {} to {}",
            start.strftime("%Y-%m-%dT%H:%M"),
            read.start.strftime("%Y-%m-%dT%H:%MZ"),
            read.end.strftime("%Y-%m-%dT%H:%MZ")
        );
        let help = "move the boundary out of the hour that is skipped or repeated".to_owned();
        fault("MCM603", times.place(), message, help);
    }
    occurrences.sort();
    let level = match document.text("level") {
        Some("hard") => Level::Hard,
        _ => Level::Soft,
    };
    let window = Window {
        document: index,
        name: document.id.name().to_owned(),
        effect,
        level,
        longest: longest(&occurrences),
        occurrences,
        freeze_of: None,
        services: catalogue.select(book, document),
        environments: environments(document),
        lead_time: duration("lead_time"),
        approval_lead: duration("approval_lead"),
        rollback_budget: duration("rollback_budget"),
        margin: duration("margin"),
    };
    let freeze = (effect == Effect::Restricted && !freezes.is_empty()).then(|| {
        freezes.sort();
        Window {
            effect: Effect::Freeze,
            longest: longest(&freezes),
            occurrences: freezes,
            lead_time: None,
            approval_lead: None,
            rollback_budget: None,
            margin: None,
            ..window.clone()
        }
    });
    Some(Made { window, freeze })
}

fn longest(occurrences: &[Occurrence]) -> jiff::SignedDuration {
    let lengths = occurrences.iter().map(|occurrence| occurrence.start.duration_until(occurrence.end));
    lengths.max().unwrap_or_default()
}

/// The window's zone; nothing when `tz` is no text, of which MCM009 speaks.
fn zone(document: &Document) -> Result<Option<TimeZone>, (Span, String, String)> {
    let Some(value) = document.field("tz") else {
        let help = "add `tz` with an IANA name, like `tz: Europe/Berlin`".to_owned();
        return Err((document.head_span(), "time zone is missing".to_owned(), help));
    };
    let Some(name) = value.as_str() else { return Ok(None) };
    if let Some(zone) = time::zone(name) {
        return Ok(Some(zone));
    }
    Err((value.span, format!("time zone `{name}` is unknown"), time::zone_help(name)))
}

fn environments(document: &Document) -> Vec<String> {
    let written: Vec<String> =
        view::texts(document, "scope.environments").map(|(name, _)| name.to_owned()).collect();
    if written.is_empty() { vec!["production".to_owned()] } else { written }
}

/// The services, by what a scope may name.
struct Catalogue<'a> {
    tiers: BTreeMap<i64, Vec<usize>>,
    tags: BTreeMap<&'a str, Vec<usize>>,
}

impl<'a> Catalogue<'a> {
    fn of(book: &'a Book) -> Catalogue<'a> {
        let mut catalogue = Catalogue { tiers: BTreeMap::new(), tags: BTreeMap::new() };
        for (index, service) in book.of_kind("service") {
            if let Some(tier) = service.field("tier").and_then(Value::as_integer) {
                catalogue.tiers.entry(tier).or_default().push(index);
            }
            for (tag, _) in view::texts(service, "tags") {
                catalogue.tags.entry(tag).or_default().push(index);
            }
        }
        catalogue
    }

    /// The services of a scope: those named, those of its tiers, those with one of its tags.
    fn select(&self, book: &Book, document: &Document) -> Vec<usize> {
        let named = view::texts(document, "scope.services").filter_map(|(name, _)| view::service(book, name));
        let mut services: Vec<usize> = named.collect();
        let tiers = document.field("scope.tiers").map_or(&[][..], Value::items);
        let tiers = tiers.iter().filter_map(Value::as_integer);
        services.extend(tiers.filter_map(|tier| self.tiers.get(&tier)).flatten());
        let tags = view::texts(document, "scope.tags");
        services.extend(tags.filter_map(|(tag, _)| self.tags.get(tag)).flatten());
        services.sort_unstable();
        services.dedup();
        services
    }
}

/// A local start, and a local end without the exact part of the length.
type StartEnd = (DateTime, DateTime);

/// What turns the times of a window into starts and ends.
struct Expansion<'a> {
    effect: Effect,
    zone: &'a TimeZone,
    policy: &'a Policy,
    horizon: (Timestamp, Timestamp),
    freeze_before: Option<Duration>,
}

impl Expansion<'_> {
    /// The starts and ends, and what of `exdates` leaves out nothing.
    fn starts(&self, times: &Times) -> Result<(Vec<StartEnd>, Option<times::Refused>), times::Refused> {
        let recurring = match times {
            Times::Single { start, end, .. } => return Ok((vec![(*start, *end)], None)),
            Times::Recurring(recurring) => recurring,
        };
        let reach = |length: Duration| {
            let days = u64::from(length.days) + 2 * u64::from(length.business_days) + length.seconds / 86_400;
            i64::try_from(days).unwrap_or(i64::MAX).saturating_add(2)
        };
        let day = |at: Timestamp, days: i64| {
            let date = at.to_zoned(self.zone.clone()).date();
            let span = jiff::Span::new().try_days(days).unwrap_or_default();
            date.checked_add(span).unwrap_or(date)
        };
        let length = times.length();
        let from = day(self.horizon.0, -reach(length));
        let to = day(self.horizon.1, reach(self.freeze_before.unwrap_or_default()));
        let is_over = |start: DateTime| match recurring.until() {
            None => false,
            Some(until) => reading::readings(start, self.zone).is_none_or(|read| match self.effect {
                Effect::Restricted | Effect::Freeze => read.earlier > until,
                Effect::Maintenance => read.later > until,
            }),
        };
        let (starts, idle) = recurring.starts(from, to, MOST_OCCURRENCES, is_over)?;
        let with_end = |start: DateTime| Some((start, reading::shifted(start, length, self.policy, 1)?));
        Ok((starts.into_iter().filter_map(with_end).collect(), idle))
    }

    /// The freeze before an occurrence.
    fn freeze(&self, start: DateTime, occurrence: Occurrence, length: Duration) -> Option<Occurrence> {
        let begin = reading::readings(reading::shifted(start, length, self.policy, -1)?, self.zone)?;
        let start = begin.earlier.checked_sub(reading::exact(length)).ok()?;
        let adjusted = begin.earlier != begin.later || occurrence.adjusted;
        (start < occurrence.start).then_some(Occurrence { start, end: occurrence.start, adjusted })
    }
}

pub(super) fn covering<'a>(
    schedule: &'a Schedule,
    services: &[usize],
    environment: &str,
    start: Timestamp,
    end: Timestamp,
) -> Vec<Hit<'a>> {
    let is_meant = |window: &&Window| {
        window.effect != Effect::Maintenance
            && window.environments.iter().any(|known| known == environment)
            && services.iter().any(|service| window.services.binary_search(service).is_ok())
    };
    let touching = |window: &'a Window| {
        window.touching(start, end).map(move |occurrence| Hit { window, occurrence: *occurrence })
    };
    let mut hits: Vec<Hit<'a>> = schedule.windows.iter().filter(is_meant).flat_map(touching).collect();
    hits.sort_by_key(|hit| {
        std::cmp::Reverse((hit.window.effect, hit.window.level, std::cmp::Reverse(hit.occurrence)))
    });
    hits
}
