//! The home page: what is next, what is late, what is in preparation, what was decided, how the last ones ended,
//! and the windows; then the book's own words.

mod lately;

use serde::Serialize;

use super::super::body;
use super::super::chip::{self, Chip};
use super::super::force::{self, ForceView};
use super::super::matter::words;
use super::super::page::{Draft, Head, Rendered, href, render};
use super::super::summary::{self, Named, Summary};
use super::super::{Site, ThemeError, when};
use super::stages::{self, StageView};
use super::{findings, folder};
use crate::facts::book::{Change, Phase};
use crate::inputs::document::Document;
use crate::outputs::progress::of_kind;

/// Rows of each list; the register has them all.
const SHOWN: usize = 8;

#[derive(Serialize)]
struct View<'a> {
    force: ForceView,
    next: Vec<Entry<'a>>,
    late: Vec<Entry<'a>>,
    overdue: Vec<lately::Overdue<'a>>,
    overdue_total: usize,
    /// Nothing where no policy is in force, so that nothing can be decided.
    decisions: Option<Vec<lately::Decision>>,
    preparing: Vec<Entry<'a>>,
    ended: Vec<Entry<'a>>,
    windows: Vec<WindowRow>,
    changes: usize,
    documents: usize,
    services: usize,
    /// The instant of "next" and "late", in words.
    now: Option<String>,
    intro: Option<usize>,
    modified: usize,
    history_unknown: Option<&'a str>,
}

#[derive(Serialize)]
struct Entry<'a> {
    change: &'a Summary,
    /// When it ended, for those that did.
    date: String,
    stages: Vec<StageView>,
}

/// A window in one row.
#[derive(Clone, Serialize)]
pub(in super::super) struct WindowRow {
    title: String,
    href: String,
    chip: Chip,
    /// "Fri 20 Nov 2026, 00:00 to Wed 6 Jan 2027, 00:00" or the recurrence in words.
    period: String,
    zone: String,
    scope: Vec<Named>,
    /// Whether it is in force at the moment of judging.
    in_force: bool,
    reason: String,
    changes: usize,
}

impl WindowRow {
    /// When it is, in words: `every day, from 00:00 for 8 days (Europe/Berlin)`.
    pub(in super::super) fn when(&self) -> String {
        match self.zone.is_empty() {
            true => self.period.clone(),
            false => format!("{} ({})", self.period, self.zone),
        }
    }
}

/// The home page.
pub(in super::super) fn page(site: &Site<'_>) -> Result<Rendered, ThemeError> {
    let facts = &site.analysis.facts;
    let book = &facts.book;
    let path = "index.html";
    let document = site.addresses.owner(path);
    let bodies = document.map(|index| body::of_document(site, index, path, 0)).into_iter().collect();
    let open = open_changes(site);
    let windows = book.of_kind("window").map(|(index, window)| self::window(site, (index, window)));
    let config = &facts.inputs.config.book;
    let now = site.now.map(when::rfc3339).and_then(|now| when::instant(&now, None));
    let (overdue, overdue_total) = lately::overdue(site);
    let has_policy = facts.approvals.effective.is_some();
    let view = View {
        overdue,
        overdue_total,
        decisions: has_policy.then(|| lately::decisions(site)),
        force: force::view(site, SHOWN),
        next: next(site, &open),
        late: late(site, &open),
        preparing: preparing(site, &open),
        ended: ended(site),
        windows: windows.take(2 * SHOWN).collect(),
        changes: book.changes.len(),
        documents: book.documents.len(),
        services: book.of_kind("service").count(),
        now: now.as_ref().map(when::moment),
        intro: document.map(|_| 0),
        modified: facts.inputs.history.modified.len(),
        history_unknown: facts.inputs.history.unknown.as_deref(),
    };
    let head = Head {
        title: document.map_or(&config.title[..], |index| book.documents[index].title()).to_owned(),
        title_id: document.and_then(|index| body::title_id(site, index)),
        path: path.to_owned(),
        section: "home".to_owned(),
        description: config.description.clone(),
        edit: document.and_then(|index| super::document::edit_url(site, &book.documents[index])),
        source: document.map(|index| book.documents[index].path().to_string()).unwrap_or_default(),
        mark: config.title.clone(),
        ..Head::default()
    };
    render(site, Draft { template: "home.html", head, view, bodies })
}

/// Positions of the changes that are neither executed nor cancelled.
fn open_changes(site: &Site<'_>) -> Vec<usize> {
    let changes = site.changes.iter().enumerate();
    let is_open = |change: &&Change| {
        let is_ended = site.analysis.facts.approvals.shown(&change.id).0.ends_the_change();
        change.outcome.is_none() && !change.cancelled && change.phase < Phase::Executed && !is_ended
    };
    changes.filter(|(_, change)| is_open(change)).map(|(at, _)| at).collect()
}

fn slot_end(summary: &Summary) -> Option<i64> {
    let slot = summary.slot.as_ref()?;
    Some(slot.ends.as_ref().unwrap_or(&slot.starts).timestamp().as_second())
}

fn next<'a>(site: &'a Site<'_>, open: &[usize]) -> Vec<Entry<'a>> {
    let ends = |at: &usize| slot_end(site.summary(*at));
    let is_ahead = |at: &usize| ends(at).is_some_and(|end| site.now.is_none_or(|now| end >= now));
    let mut ahead: Vec<usize> = open.iter().copied().filter(is_ahead).collect();
    ahead.sort_by_key(|at| site.summary(*at).slot.as_ref().map(|slot| slot.starts.timestamp()));
    ahead.into_iter().take(SHOWN).map(|at| entry(site, at, String::new())).collect()
}

fn late<'a>(site: &'a Site<'_>, open: &[usize]) -> Vec<Entry<'a>> {
    let Some(now) = site.now else { return Vec::new() };
    let is_late = |at: &&usize| slot_end(site.summary(**at)).is_some_and(|end| end < now);
    let late = open.iter().rev().filter(is_late);
    late.take(SHOWN).map(|at| entry(site, *at, String::new())).collect()
}

fn preparing<'a>(site: &'a Site<'_>, open: &[usize]) -> Vec<Entry<'a>> {
    let is_late =
        |at: &&usize| slot_end(site.summary(**at)).zip(site.now).is_some_and(|(end, now)| end < now);
    let preparing = open.iter().rev().filter(|at| !is_late(at));
    preparing.take(SHOWN).map(|at| entry(site, *at, String::new())).collect()
}

/// The newest ends: executions by their end, cancelled changes by their notice.
fn ended<'a>(site: &'a Site<'_>) -> Vec<Entry<'a>> {
    let book = &site.analysis.facts.book;
    let mut ended: Vec<(String, usize)> = Vec::new();
    for (at, change) in book.changes.values().enumerate() {
        let last = |kind: &str, keys: &[&str]| {
            let document = of_kind(book, change, kind).last().map(|index| &*book.documents[index])?;
            let text = keys.iter().find_map(|key| document.text(key))?;
            Some(when::instant(text, None)?.timestamp().to_string())
        };
        let slot = || site.summary(at).slot.as_ref().map(|slot| slot.start.clone());
        if change.outcome.is_some() {
            ended.push((last("execution", &["ended", "started"]).or_else(slot).unwrap_or_default(), at));
        } else if change.cancelled {
            ended.push((last("notice", &["sent_at", "send_at"]).or_else(slot).unwrap_or_default(), at));
        }
    }
    ended.sort();
    let entry =
        |(date, at): &(String, usize)| self::entry(site, *at, date.get(..10).unwrap_or_default().to_owned());
    ended.iter().rev().take(SHOWN).map(entry).collect()
}

fn entry<'a>(site: &'a Site<'_>, at: usize, date: String) -> Entry<'a> {
    let book = &site.analysis.facts.book;
    let summary = site.summary(at);
    let change = site.changes[at];
    let paths = change.documents.iter().map(|index| book.documents[*index].path());
    Entry { change: summary, date, stages: stages::of(book, change, &findings::of(site, paths)) }
}

/// A window in one row, for this page and the folder of windows.
pub(in super::super) fn window(site: &Site<'_>, (index, document): (usize, &Document)) -> WindowRow {
    let text = |key: &str| document.text(key).unwrap_or_default();
    let zone = text("tz");
    let at = |key: &str| document.text(key).and_then(|text| when::instant(text, Some(zone)));
    let (start, end) = (at("start"), at("end"));
    let period = match (&start, &end) {
        (Some(start), Some(end)) => when::long_span(start, end),
        _ => when::recurrence(text("rrule"), text("dtstart"), text("length")),
    };
    let in_force = force::holds(site, document.id.name());
    let services =
        summary::texts(document, "scope.services").map(|name| summary::named(site, "service", name));
    let tiers = document.field("scope.tiers").map_or(&[][..], |tiers| tiers.items()).iter();
    let tiers = tiers.filter_map(|tier| tier.as_integer());
    let tiers = tiers.map(|tier| Named { text: format!("tier {tier}"), href: None });
    WindowRow {
        title: document.title().to_owned(),
        href: href(&site.addresses.place(index).page),
        chip: chip::of_window(text("type"), text("level")),
        period,
        zone: zone.to_owned(),
        scope: services.chain(tiers).collect(),
        in_force,
        reason: words(text("reason")),
        changes: folder::count(site, "window", document),
    }
}
