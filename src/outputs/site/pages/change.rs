//! The page of one change: where it stands and why, its stages and facts, and all its documents.

use jiff::tz::TimeZone;
use minijinja::Value;
use serde::Serialize;

use super::super::address::{change_page, relative};
use super::super::approval::{self, ApprovalView};
use super::super::body::Body;
use super::super::chip::{self, Chip};
use super::super::matter::words;
use super::super::page::{Crumb, Draft, Head, Rendered, href, render};
use super::super::summary::Summary;
use super::super::{Site, ThemeError, site_path, when};
use super::document::{self, Backlinks, DocumentView};
use super::findings::{self, FindingsView};
use super::kin::{self, Kin};
use super::stages::{self, StageView};
use crate::facts::book::{Change, Outcome, Referent};
use crate::facts::plan::Frame;
use crate::inputs::document::Document;
use crate::outputs::progress::{self, of_kind};
use crate::outputs::state::StateOf;
use crate::text::ContentHash;
use crate::verdicts::lint::is_answered;

#[derive(Serialize)]
struct View<'a> {
    /// Its summary.
    change: Value,
    standing: Standing,
    state: &'a StateOf,
    approval: ApprovalView,
    stages: Vec<StageView>,
    windows: Vec<WindowFact>,
    people: Vec<Person>,
    rollback: Vec<Line>,
    deadline: Option<String>,
    rehearsal: Option<Chip>,
    /// Body of the request's first words.
    lede: Option<usize>,
    documents: Vec<DocumentView>,
    findings: FindingsView,
    backlinks: Backlinks,
    kin: Vec<Kin>,
    attachments: Vec<AttachmentView>,
    json: String,
    history_unknown: Option<&'a str>,
}

/// Where the change stands, and why.
#[derive(Serialize)]
struct Standing {
    chip: Chip,
    /// Sentences.
    reasons: Vec<String>,
    /// Body of the words that tell why it ended so, and where they stand.
    why: Option<usize>,
    why_href: String,
    why_source: String,
}

#[derive(Serialize)]
struct WindowFact {
    text: String,
    href: Option<String>,
    chip: Option<Chip>,
}

#[derive(Serialize)]
struct Person {
    role: String,
    who: String,
    backup: String,
}

#[derive(Serialize)]
struct Line {
    label: &'static str,
    text: String,
    /// Whether it is longer than the window allows.
    over: bool,
}

#[derive(Serialize)]
struct AttachmentView {
    name: String,
    href: String,
    size: String,
    digest: String,
}

/// The page of the change at a position of `site.changes`.
pub(in super::super) fn page(site: &Site<'_>, at: usize) -> Result<Rendered, ThemeError> {
    let facts = &site.analysis.facts;
    let (book, inputs) = (&facts.book, &facts.inputs);
    let summary = site.summary(at);
    let change = site.changes[at];
    let path = change_page(&change.id);
    let start = summary.slot.as_ref().map(|slot| &slot.starts);
    let deadline = deadline(site, change);
    let part = document::Level::Part { start, deadline: deadline.as_deref() };
    let mut bodies = Vec::new();
    let documents: Vec<DocumentView> =
        change.documents.iter().map(|index| document::view(site, *index, &path, part, &mut bodies)).collect();
    let request = change.request.map(|index| &*book.documents[index]);
    let runbook = change.runbook.map(|index| &*book.documents[index]);
    let lede = change.request.and_then(|index| quote(site, index, &["description"], &documents, &mut bodies));
    let attachments = book.attachments_of(change, inputs).collect::<Vec<_>>();
    let findings = findings::of(site, progress::files(facts, change));
    let files: Vec<&Document> = change.documents.iter().map(|index| &*book.documents[*index]).collect();
    let view = View {
        standing: standing(site, at, &documents, &mut bodies),
        state: site.state(at),
        approval: approval::of_change(site, &change.id, &files),
        stages: stages::of(book, change, &findings),
        windows: summary.windows.iter().map(|window| window_fact(site, &window.text)).collect(),
        people: people(request, runbook),
        rollback: rollback(site, change, request),
        deadline: deadline.clone(),
        rehearsal: last_rehearsal(site, change).and_then(|r| r.text("result")).map(chip::of_rehearsal),
        lede,
        findings,
        backlinks: document::backlinks(site, &change.documents),
        kin: kin::of(site, at),
        attachments: attachments
            .iter()
            .map(|attachment| AttachmentView {
                name: attachment.path.below(change.folder.as_str()).unwrap_or_default().to_owned(),
                href: site_path(site.analysis, &attachment.path)
                    .map(|to| relative(&path, to))
                    .unwrap_or_default(),
                size: size(attachment.size),
                digest: attachment.hash.to_string(),
            })
            .collect(),
        json: "change.json".to_owned(),
        history_unknown: inputs.history.unknown.as_deref(),
        documents,
        change: site.row(at),
    };
    let year = change.id.get(4..8).unwrap_or_default();
    let crumb = |title: &str, page: &str| Crumb { title: title.to_owned(), href: href(page) };
    let head = Head {
        title: format!("{} {}", summary.id, summary.title),
        section: "changes".to_owned(),
        crumbs: vec![
            crumb("Changes", "changes/index.html"),
            crumb(year, &format!("changes/{year}/index.html")),
        ],
        description: format!("{}: {}", summary.status.text, summary.title),
        edit: request.and_then(|request| document::edit_url(site, request)),
        source: change.folder.to_string(),
        mark: summary.id.clone(),
        path,
        ..Head::default()
    };
    render(site, Draft { template: "change.html", head, view, bodies })
}

fn standing(site: &Site<'_>, at: usize, documents: &[DocumentView], bodies: &mut Vec<Body>) -> Standing {
    let book = &site.analysis.facts.book;
    let (change, summary) = (site.changes[at], site.summary(at));
    let execution = of_kind(book, change, "execution").last();
    let is_cancelled = change.cancelled && change.outcome.is_none();
    let notice = of_kind(book, change, "notice");
    let notice = notice.filter(|index| book.documents[*index].text("phase") == Some("cancelled")).last();
    let (reasons, source) = match (is_cancelled, change.outcome, execution) {
        (true, ..) => (vec!["A notice says that this change does not take place.".to_owned()], notice),
        (false, Some(outcome), Some(index)) => {
            (ended(&book.documents[index], outcome, zone_of(site, change)), change.post_mortem.or(execution))
        }
        _ => (vec![underway(site, summary)], unproven_rehearsal(site, change)),
    };
    let sections = ["summary", "what", "decisions", "issues"];
    let why = source.and_then(|index| {
        let body = quote(site, index, &sections, documents, bodies)?;
        let part = documents.iter().find(|document| document.index == index)?;
        Some((body, format!("#{}", part.anchor), part.kind.clone()))
    });
    let (why, why_href, why_source) = match why {
        Some((body, href, source)) => (Some(body), href, source),
        None => (None, String::new(), String::new()),
    };
    Standing { chip: chip::of_change(change), reasons, why, why_href, why_source }
}

/// The zone in which people read the times of a change.
fn zone_of<'a>(site: &'a Site<'_>, change: &Change) -> Option<&'a str> {
    site.analysis.facts.book.documents[change.request?].text("slot.tz")
}

fn ended(execution: &Document, outcome: Outcome, zone: Option<&str>) -> Vec<String> {
    let at = |key: &str| execution.text(key).and_then(|text| when::instant(text, zone));
    let mut reasons = Vec::new();
    match (at("started"), at("ended")) {
        (Some(start), Some(end)) => {
            let length = when::in_words(end.timestamp().duration_since(start.timestamp()));
            reasons.push(format!("Ran {}, for {length}.", when::span(&start, &end)));
        }
        (Some(start), None) => reasons.push(format!("Began {}.", when::moment(&start))),
        _ => {}
    }
    if let Some(result) = execution.text("rollback_result").filter(|_| outcome != Outcome::Implemented) {
        reasons.push(format!("Rollback: {}.", result.replace('_', " ")));
    }
    reasons
}

fn underway(site: &Site<'_>, summary: &Summary) -> String {
    let end =
        summary.slot.as_ref().map(|slot| slot.ends.as_ref().unwrap_or(&slot.starts).timestamp().as_second());
    match (end, site.now) {
        (Some(end), Some(now)) if end < now => {
            "Its slot has passed, and there is no execution record.".to_owned()
        }
        (Some(_), _) => "Not executed; its slot lies ahead.".to_owned(),
        (None, _) => "Not executed, and no slot is given.".to_owned(),
    }
}

/// The last rehearsal, if it did not pass: its words tell what stands in the way.
fn unproven_rehearsal(site: &Site<'_>, change: &Change) -> Option<usize> {
    let book = &site.analysis.facts.book;
    let last = of_kind(book, change, "rehearsal").last()?;
    (book.documents[last].text("result") != Some("passed")).then_some(last)
}

/// The first paragraph of one of these sections, as its document's body has it, if somebody wrote it. Paragraphs with anchors of
/// their own (footnotes) are left out, for an anchor is unique on its page.
fn quote(
    site: &Site<'_>,
    index: usize,
    sections: &[&str],
    documents: &[DocumentView],
    bodies: &mut Vec<Body>,
) -> Option<usize> {
    let part = documents.iter().find(|document| document.index == index)?;
    let document = &site.analysis.facts.book.documents[index];
    let written = |section: &&str| document.outline.section(section);
    let heading = sections.iter().find_map(written).filter(|heading| is_answered(document, heading))?;
    let html = bodies.get(part.body)?.html.clone();
    let id = format!("id=\"{}{}\"", site.addresses.place(index).prefix, heading.anchor);
    let (_, behind) = html.split_once(&id)?;
    let (_, behind) = behind.split_once("</h")?;
    let (_, behind) = behind.split_once('>')?;
    let paragraph = behind.trim_start().strip_prefix("<p>")?.split("</p>").next()?;
    if paragraph.contains(" id=\"") {
        return None;
    }
    let key = site.memo.key(|| ContentHash::of(paragraph.as_bytes()));
    bodies.push(Body { key, html: paragraph.into() });
    Some(bodies.len() - 1)
}

fn window<'a>(site: &'a Site<'_>, name: &str) -> Option<(usize, &'a Document)> {
    let book = &site.analysis.facts.book;
    match book.refer(&["window".to_owned()], name) {
        Referent::Document(index) => Some((index, &*book.documents[index])),
        _ => None,
    }
}

fn window_fact(site: &Site<'_>, name: &str) -> WindowFact {
    let found = window(site, name);
    let field = |document: &Document, key: &str| document.text(key).unwrap_or_default().to_owned();
    WindowFact {
        text: found.map_or_else(|| name.to_owned(), |(_, document)| document.title().to_owned()),
        href: found.map(|(index, _)| href(&site.addresses.place(index).page)),
        chip: found.map(|(_, document)| chip::of_window(&field(document, "type"), &field(document, "level"))),
    }
}

fn people(request: Option<&Document>, runbook: Option<&Document>) -> Vec<Person> {
    let handle = |text: &str| format!("@{}", text.trim_start_matches('@'));
    let owner = request.and_then(|request| request.text("owner"));
    let owner = owner.map(|who| Person { role: "Owner".to_owned(), who: handle(who), backup: String::new() });
    let roles = runbook.and_then(|runbook| runbook.field("roles")).and_then(|roles| roles.as_table());
    let role = |entry: &crate::inputs::value::Entry| {
        let text = |key: &str| entry.value.as_table().and_then(|table| table.get(key)?.as_str());
        let who = text("who").or_else(|| entry.value.as_str())?;
        let backup = text("backup").map(handle).unwrap_or_default();
        Some(Person { role: words(&entry.key), who: handle(who), backup })
    };
    let roles = roles.map_or(&[][..], |roles| roles.entries()).iter().filter_map(role);
    owner.into_iter().chain(roles).collect()
}

fn last_rehearsal<'a>(site: &'a Site<'_>, change: &Change) -> Option<&'a Document> {
    let book = &site.analysis.facts.book;
    of_kind(book, change, "rehearsal").last().map(|index| &*book.documents[index])
}

fn rollback(site: &Site<'_>, change: &Change, request: Option<&Document>) -> Vec<Line> {
    let window = request.and_then(|request| request.text("slot.window")).and_then(|name| window(site, name));
    let rehearsal = last_rehearsal(site, change);
    let field =
        |document: Option<&Document>, key: &str| document.and_then(|d| d.text(key)).map(str::to_owned);
    let lines = [
        ("estimate", field(request, "rollback.estimate")),
        ("rehearsed", field(rehearsal, "rollback_actual")),
        ("budget", field(window.map(|(_, document)| document), "rollback_budget")),
        (
            "decides",
            field(request, "rollback.decider").map(|who| format!("@{}", who.trim_start_matches('@'))),
        ),
    ];
    let budget = lines[2].1.as_deref().and_then(when::length);
    let line = |(label, text): (&'static str, Option<String>)| {
        let text = text?;
        let over = when::length(&text).zip(budget).is_some_and(|(length, budget)| length > budget);
        Some(Line { label, text, over })
    };
    lines.into_iter().filter_map(line).collect()
}

/// The last moment at which going back still ends inside the slot (design: domain.md 1.3).
fn deadline(site: &Site<'_>, change: &Change) -> Option<String> {
    let frame = Frame::of(&site.analysis.facts, change)?;
    let at = frame.deadline()?;
    let utc = at.to_zoned(TimeZone::UTC);
    Some(format!(
        "{} ({} UTC)",
        at.to_zoned(frame.slot.zone.clone()).strftime("%H:%M"),
        utc.strftime("%H:%M")
    ))
}

/// A size in the unit that gives it one to three digits: `14 kB`.
fn size(bytes: u64) -> String {
    match bytes {
        0..=999 => format!("{bytes} B"),
        1_000..=999_999 => format!("{} kB", bytes.div_ceil(1_000)),
        _ => format!("{:.1} MB", bytes as f64 / 1e6),
    }
}
