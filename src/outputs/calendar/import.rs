//! Window documents made from a calendar of another program.
//!
//! Enters: the events of a file, and what the call says of them, for iCalendar knows neither services nor levels.
//! Leaves: documents whose occurrences were held against the instants of the events, or why not. What this
//! program exported itself says all of that on its own, and comes back as the windows that it was.

use std::collections::{BTreeMap, BTreeSet};
use std::fmt::Write as _;

use jiff::Timestamp;
use jiff::civil::DateTime;

use crate::facts::Facts;
use crate::facts::calendar::foreign::{self, Foreign, ForeignEvent, Own, Refusal, When};
use crate::facts::calendar::{Effect, Level, Occurrence, Schedule};
use crate::inputs::document;
use crate::inputs::document::time::{self, Duration};
use crate::text::{BookPath, ContentHash, SourceFile};

/// What the call says of the events.
#[derive(Clone, Debug)]
pub struct Given {
    /// What they do to changes.
    pub effect: Effect,
    /// How strict.
    pub level: Level,
    /// The services, tiers and tags that they hold for.
    pub services: Vec<String>,
    /// Tiers.
    pub tiers: Vec<i64>,
    /// Tags.
    pub tags: Vec<String>,
    /// Environments; production where none is named.
    pub environments: Vec<String>,
    /// operational, regulatory or business.
    pub reason: String,
    /// Roster id of the owner.
    pub owner: Option<String>,
}

/// Where the events come from.
#[derive(Clone, Copy, Debug)]
pub struct Source<'a> {
    /// The name of the kept file, beside the documents.
    pub file: &'a str,
    /// Digest of its bytes.
    pub sha256: ContentHash,
    /// The folder of the documents.
    pub folder: &'a BookPath,
}

/// A document to be written.
#[derive(Clone, Debug)]
pub struct Made {
    /// Where.
    pub path: BookPath,
    /// Its text.
    pub text: String,
    /// How many events it stands for.
    pub events: usize,
}

/// The windows of a file.
///
/// # Errors
/// Events whose instants a window would not have, and events without a scope.
pub fn documents(
    facts: &Facts,
    foreign: &Foreign,
    given: &Given,
    source: Source<'_>,
) -> Result<Vec<Made>, Vec<Refusal>> {
    let mut refused = Vec::new();
    let mut made: Vec<Made> = Vec::new();
    let mut taken: BTreeSet<String> = BTreeSet::new();
    let mut open: Vec<Vec<&ForeignEvent>> = groups(&foreign.events);
    open.reverse();
    while let Some(group) = open.pop() {
        let Some(first) = group.first() else { continue };
        let says_where = first.own.as_ref().is_some_and(|own| !own.services.is_empty())
            || !(given.services.is_empty() && given.tiers.is_empty() && given.tags.is_empty());
        if !says_where {
            let what = "an event of which nobody says for which services it holds";
            refused.push(Refusal::new(first.line, what));
            continue;
        }
        let text = text(&group, given, source);
        if let Some(at) = differs(facts, &group, &text, source.folder, given) {
            // What does not fit together may fit alone.
            match group.len() {
                1 => {
                    let what = "an event whose occurrence at {at} a window would have at another time";
                    refused.push(Refusal::new(first.line, what.replace("{at}", &at.to_string())));
                }
                _ => open.extend(group.into_iter().rev().map(|event| vec![event])),
            }
            continue;
        }
        let name = free(&name_of(first), &mut taken);
        match BookPath::new(&format!("{}/{name}.md", source.folder)) {
            Some(path) => made.push(Made { path, text, events: group.len() }),
            None => refused.push(Refusal::new(first.line, format!("the name `{name}`"))),
        }
    }
    if refused.is_empty() { Ok(made) } else { Err(refused) }
}

/// Events that make one window: what this program wrote of one window with one length, and else every event
/// alone.
fn groups(events: &[ForeignEvent]) -> Vec<Vec<&ForeignEvent>> {
    let mut alone: Vec<Vec<&ForeignEvent>> = Vec::new();
    let mut own: BTreeMap<(&Own, &str, (u32, u64)), Vec<&ForeignEvent>> = BTreeMap::new();
    for event in events {
        match (&event.own, &event.when) {
            (Some(of), When::Single(start, end)) => match length(&event.zone, *start, *end) {
                Some(length) => {
                    own.entry((of, &event.zone, (length.days, length.seconds))).or_default().push(event);
                }
                None => alone.push(vec![event]),
            },
            _ => alone.push(vec![event]),
        }
    }
    let start = |event: &&ForeignEvent| match &event.when {
        When::Single(start, _) => *start,
        When::Recurring { first, .. } => *first,
    };
    let mut all: Vec<Vec<&ForeignEvent>> = own.into_values().collect();
    for group in &mut all {
        group.sort_by_key(start);
    }
    all.extend(alone);
    all.sort_by_key(|group| group.first().map(|event| event.line));
    all
}

/// Whole days, and the exact seconds behind them, as the length of a window means it; nothing where the days
/// end behind the event, as they can in a clock change.
fn length(zone: &str, start: DateTime, end: DateTime) -> Option<Duration> {
    let zone = time::zone(zone)?;
    let instant = |local: DateTime| zone.to_ambiguous_timestamp(local).compatible().ok();
    let whole = end.date().since(start.date()).ok()?.get_days();
    let days = if end.time() < start.time() { whole - 1 } else { whole };
    let later = start.checked_add(jiff::Span::new().try_days(i64::from(days)).ok()?).ok()?;
    let rest = instant(later)?.duration_until(instant(end)?).as_secs();
    let length =
        Duration { days: u32::try_from(days).ok()?, business_days: 0, seconds: u64::try_from(rest).ok()? };
    (length != Duration::default()).then_some(length)
}

/// A name for the file: that of the window, else the words of the title.
fn name_of(event: &ForeignEvent) -> String {
    if let Some(own) = &event.own {
        let before = if own.kind == "freeze-before" { "-before" } else { "" };
        return format!("{}{before}", own.window);
    }
    let mut name = String::new();
    for c in event.title.to_lowercase().chars() {
        match c {
            c if c.is_ascii_alphanumeric() => name.push(c),
            _ if name.ends_with('-') || name.is_empty() => {}
            _ => name.push('-'),
        }
        if name.len() >= 60 {
            break;
        }
    }
    let name = name.trim_end_matches('-');
    if name.is_empty() { "imported".to_owned() } else { name.to_owned() }
}

fn free(name: &str, taken: &mut BTreeSet<String>) -> String {
    let numbered = (1..).map(|number| if number == 1 { name.to_owned() } else { format!("{name}-{number}") });
    for name in numbered {
        if taken.insert(name.clone()) {
            return name;
        }
    }
    name.to_owned()
}

/// The first instant at which the document says something else than the events.
fn differs(
    facts: &Facts,
    group: &[&ForeignEvent],
    text: &str,
    folder: &BookPath,
    given: &Given,
) -> Option<Timestamp> {
    let config = &facts.inputs.config;
    let path = BookPath::new(&format!("{folder}/imported.md"))?;
    let source = SourceFile::new(path, text.as_bytes());
    let document = document::parse(&source, &config.kinds, &config.book.src);
    let made = Schedule::of_text(&facts.inputs, &facts.book, &document);
    let (from, until) = facts.schedule.horizon;
    let mut wanted: Vec<(Timestamp, Timestamp)> =
        group.iter().flat_map(|event| foreign::instants(event, from, until)).collect();
    wanted.sort();
    wanted.dedup();
    let made: Vec<Occurrence> =
        made?.into_iter().filter(|occurrence| occurrence.start < until && from < occurrence.end).collect();
    let effect = group.first().and_then(|event| event.own.as_ref()).map_or(given.effect, Own::effect);
    // In a clock change a window takes what is safe: more where it closes, less where it opens.
    let is_same = |(start, end): &(Timestamp, Timestamp), made: &Occurrence| match effect {
        _ if !made.adjusted => (*start, *end) == (made.start, made.end),
        Effect::Restricted | Effect::Freeze => made.start <= *start && *end <= made.end,
        Effect::Maintenance => *start <= made.start && made.end <= *end,
    };
    let missing = wanted.iter().zip(&made).find(|(wanted, made)| !is_same(wanted, made));
    match missing {
        Some(((start, _), _)) => Some(*start),
        None => {
            let longer = wanted.get(made.len()).map(|(start, _)| *start);
            longer.or_else(|| made.get(wanted.len()).map(|occurrence| occurrence.start))
        }
    }
}

fn text(group: &[&ForeignEvent], given: &Given, source: Source<'_>) -> String {
    let mut text = String::from("---\n");
    let mut line = |key: &str, value: &str| {
        let gap = if value.is_empty() { "" } else { " " };
        let _ = writeln!(text, "{key}:{gap}{value}");
    };
    let Some(event) = group.first() else { return text };
    let own = event.own.as_ref();
    let title = shown_title(event);
    line("title", &quoted(&title));
    if let Some(owner) = &given.owner {
        line("owner", &quoted(owner));
    }
    let (effect, level) = own.map_or((given.effect, given.level), |own| (own.effect(), own.level));
    line(
        "type",
        match effect {
            Effect::Maintenance => "maintenance",
            Effect::Restricted => "restricted",
            Effect::Freeze => "freeze",
        },
    );
    line("level", super::level(level));
    line("reason", &given.reason);
    line("tz", &quoted(&event.zone));
    match (&event.when, group.len()) {
        (When::Single(start, end), count) if count == 1 || length(&event.zone, *start, *end).is_none() => {
            line("start", &local(*start));
            line("end", &local(*end));
        }
        (When::Single(start, end), _) => {
            // One day that recurs once, and the others beside it.
            let others = group[1..].iter().filter_map(|event| match &event.when {
                When::Single(start, _) => Some(*start),
                When::Recurring { .. } => None,
            });
            line("rrule", "FREQ=DAILY;COUNT=1");
            line("dtstart", &local(*start));
            line("length", &shown(length(&event.zone, *start, *end).unwrap_or_default()));
            line("rdates", &list(&others.collect::<Vec<_>>()));
        }
        (When::Recurring { rule, first, length, without, beside }, _) => {
            line("rrule", &quoted(rule));
            line("dtstart", &local(*first));
            line("length", &shown(*length));
            if !without.is_empty() {
                line("exdates", &list(without));
            }
            if !beside.is_empty() {
                line("rdates", &list(beside));
            }
        }
    }
    line("scope", "");
    let names = |names: &[String]| {
        let names: Vec<String> = names.iter().map(|name| quoted(name)).collect();
        format!("[{}]", names.join(", "))
    };
    let services = own.map(|own| own.services.as_slice()).filter(|services| !services.is_empty());
    match services {
        Some(services) => line("  services", &names(services)),
        None => {
            if !given.services.is_empty() {
                line("  services", &names(&given.services));
            }
            if !given.tiers.is_empty() {
                let tiers: Vec<String> = given.tiers.iter().map(ToString::to_string).collect();
                line("  tiers", &format!("[{}]", tiers.join(", ")));
            }
            if !given.tags.is_empty() {
                line("  tags", &names(&given.tags));
            }
        }
    }
    let environments = own.map(|own| own.environments.as_slice()).filter(|own| !own.is_empty());
    let environments = environments.unwrap_or(&given.environments);
    if !environments.is_empty() {
        line("  environments", &names(environments));
    }
    if let Some(allow) = own.map(|own| &own.allow).filter(|allow| !allow.is_empty()) {
        let allow: Vec<&str> = allow.iter().map(|class| class.name()).collect();
        line("allow", &format!("[{}]", allow.join(", ")));
    }
    line("source", "");
    line("  ics", &quoted(source.file));
    line("  sha256", &format!("sha256:{}", source.sha256));
    let count = group.len();
    let events =
        if count == 1 { "the event".to_owned() } else { format!("{count} events, the first of them") };
    let _ = write!(
        text,
        "---\n\n# {title}\n\n## Purpose\n\nImported from the calendar `{}`: {events} `{}` on line {}.\n\n\
         ## What Is Restricted\n\nChanges to the services of the scope, in the times of the front matter.\n\n\
         ## Who Approves\n\nThe people whom the policy names for such a window.\n\n\
         ## Exceptions\n\nAn exception is asked for as the policy says.\n",
        printable(source.file),
        printable(&event.uid),
        event.line
    );
    text
}

/// The title without the words that an export puts around it.
fn shown_title(event: &ForeignEvent) -> String {
    let title = printable(&event.title);
    let level = event.own.as_ref().map(|own| format!(" ({})", super::level(own.level)));
    let title = level.and_then(|level| title.strip_suffix(level.as_str())).unwrap_or(&title);
    let words = ["Freeze: ", "Restricted: ", "Maintenance: "];
    let bare = words.iter().find_map(|word| title.strip_prefix(word).filter(|_| event.own.is_some()));
    bare.unwrap_or(title).to_owned()
}

/// Text of a foreign file as text of Markdown: nothing in it is a mark.
fn printable(text: &str) -> String {
    text.chars().filter(|c| !c.is_control() && !matches!(c, '`' | '<' | '>' | '[' | ']')).collect()
}

/// A double-quoted YAML scalar; JSON strings are a subset of them.
fn quoted(text: &str) -> String {
    serde_json::Value::from(text).to_string()
}

fn local(time: DateTime) -> String {
    let form = if time.second() == 0 { "%Y-%m-%dT%H:%M" } else { "%Y-%m-%dT%H:%M:%S" };
    time.strftime(form).to_string()
}

fn list(times: &[DateTime]) -> String {
    let times: Vec<String> = times.iter().map(|time| local(*time)).collect();
    format!("[{}]", times.join(", "))
}

/// `1d2h30m`.
fn shown(length: Duration) -> String {
    let (hours, minutes, seconds) = (length.seconds / 3600, length.seconds % 3600 / 60, length.seconds % 60);
    let parts = [(u64::from(length.days), "d"), (hours, "h"), (minutes, "m"), (seconds, "s")];
    parts.iter().filter(|(count, _)| *count > 0).map(|(count, unit)| format!("{count}{unit}")).collect()
}
