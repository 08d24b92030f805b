//! A document: as a part of its change's page, and on a page of its own.

use std::collections::BTreeSet;

use jiff::Zoned;
use minijinja::Value;
use serde::Serialize;

use super::super::address::encode;
use super::super::approval::review::{self, ReviewView};
use super::super::approval::{self, ApprovalView};
use super::super::body::{self, Body};
use super::super::chip::{self, Chip};
use super::super::matter;
use super::super::page::{Crumb, Draft, Head, Rendered, href, render};
use super::super::{Site, ThemeError};
use super::chart::{self, ChartView};
use super::findings::{self, FindingsView};
use super::folder::{self, FolderView};
use super::history::{self, HistoryView};
use super::home;
use super::matrix;
use super::register;
use super::runbook::{self, PlanView};
use crate::inputs::document::Document;

/// Changes and documents that a page lists at most; registers list them all.
const LISTED: usize = 25;

/// Where a document is shown.
#[derive(Clone, Copy)]
pub(in super::super) enum Level<'a> {
    /// On a page of its own.
    Page,
    /// As a part of its change, whose slot begins then.
    Part {
        /// Begin of the slot.
        start: Option<&'a Zoned>,
        /// Deadline of its go/no-go points, as text.
        deadline: Option<&'a str>,
    },
}

/// A document.
#[derive(Serialize)]
pub(in super::super) struct DocumentView {
    #[serde(skip)]
    pub(in super::super) index: usize,
    /// Its anchor on a shared page.
    pub(in super::super) anchor: String,
    /// What its kind is called.
    pub(in super::super) kind: String,
    /// The name of the kind, for classes.
    kind_name: String,
    title: String,
    /// Id of the title, where a heading of the document gives one.
    title_id: Option<String>,
    /// What the file is called, without `.md`.
    name: String,
    path: String,
    /// Index of the rendered body.
    pub(in super::super) body: usize,
    /// Index of the facts of its front matter among the bodies, if there are any.
    facts: Option<usize>,
    /// The plan in time.
    chart: Option<ChartView>,
    plans: Vec<PlanView>,
    toc: Vec<TocEntry>,
    history: HistoryView,
    /// `internal` or `restricted`, when it is not public.
    visibility: Option<String>,
    chips: Vec<Chip>,
    /// Whether it was reviewed, where the policy asks for that.
    review: Option<ReviewView>,
    edit: Option<String>,
    words: u32,
}

#[derive(Serialize)]
struct TocEntry {
    text: String,
    href: String,
}

/// Who links to something.
#[derive(Serialize)]
pub(in super::super) struct Backlinks {
    entries: Vec<Backlink>,
    /// How many are not shown.
    more: usize,
}

#[derive(Serialize)]
struct Backlink {
    title: String,
    kind: String,
    /// From the root of the site.
    href: String,
}

#[derive(Serialize)]
struct View<'a> {
    document: DocumentView,
    /// Its own approval, where the policy asks for one.
    approval: Option<ApprovalView>,
    /// Tables of the policy that the chapter speaks of.
    policy: Option<matrix::Chapter>,
    chips: Vec<Chip>,
    /// When a window is, in words.
    period: Option<String>,
    findings: FindingsView,
    backlinks: Backlinks,
    /// Summaries of changes.
    changes: Vec<Value>,
    changes_total: usize,
    /// The register of these changes.
    changes_href: String,
    /// What the changes have to do with it: "touch this service".
    changes_title: &'static str,
    previous: Option<Crumb>,
    next: Option<Crumb>,
    folder: Option<FolderView>,
    history_unknown: Option<&'a str>,
}

/// A document as a template shows it; its body is added to `bodies`.
pub(in super::super) fn view(
    site: &Site<'_>,
    index: usize,
    page: &str,
    level: Level<'_>,
    bodies: &mut Vec<Body>,
) -> DocumentView {
    let document = &*site.analysis.facts.book.documents[index];
    let place = site.addresses.place(index);
    let (shift, start, deadline) = match level {
        Level::Page => (0, None, None),
        Level::Part { start, deadline } => (1, start, deadline),
    };
    let plan = site.analysis.facts.plans.get(&index);
    bodies.push(body::of_document(site, index, page, shift));
    let body = bodies.len() - 1;
    let facts = matter::facts_of(site, document, page);
    let facts = (!facts.is_empty()).then(|| {
        bodies.push(matter::of_facts(site, &facts));
        bodies.len() - 1
    });
    let change = site.analysis.facts.book.change_of(index);
    let chart = chart::of(site, index, change, bodies);
    let title = document.title_heading().map(|heading| heading.span);
    let is_listed = |heading: &&crate::inputs::document::markdown::Heading| {
        heading.level <= 2 && Some(heading.span) != title
    };
    let headings = document.outline.headings.iter().filter(is_listed);
    let entry = |heading: &crate::inputs::document::markdown::Heading| TocEntry {
        text: heading.text.clone(),
        href: format!("#{}{}", place.prefix, encode(&heading.anchor)),
    };
    let kind = document.kind.as_ref().map_or("Document", |kind| &kind.title);
    DocumentView {
        index,
        anchor: place.anchor.as_deref().unwrap_or_default().to_owned(),
        kind: part_name(kind, document),
        kind_name: document.kind_name().to_owned(),
        title: document.title().to_owned(),
        title_id: body::title_id(site, index),
        name: document.id.name().to_owned(),
        path: document.path().to_string(),
        body,
        facts,
        chart,
        plans: plan.map_or(Vec::new(), |plan| {
            runbook::plans(document, &place.prefix, runbook::Timed { plan, start, deadline })
        }),
        toc: headings.map(entry).collect(),
        history: history::of(site, document),
        visibility: document.text("visibility").filter(|text| *text != "public").map(str::to_owned),
        chips: chips(document),
        review: review::of(site, document),
        edit: edit_url(site, document),
        words: document.outline.words,
    }
}

/// What one of several documents of a kind is called: `Rehearsal 2` for `rehearsal-2.md`, `Notice: customer
/// before` for `notice-customer-before.md`.
fn part_name(kind: &str, document: &Document) -> String {
    let name = document.id.name();
    let rest = name.strip_prefix(document.kind_name()).and_then(|rest| rest.strip_prefix('-'));
    match rest.filter(|rest| !rest.is_empty() && document.id.change().is_some()) {
        Some(number) if number.bytes().all(|byte| byte.is_ascii_digit()) => format!("{kind} {number}"),
        Some(rest) => format!("{kind}: {}", rest.replace(['-', '_'], " ")),
        None => kind.to_owned(),
    }
}

/// What a document says of itself in one word: the result of a rehearsal, the phase of a notice, ...
fn chips(document: &Document) -> Vec<Chip> {
    let text = |key: &str| document.text(key).unwrap_or_default();
    match document.kind_name() {
        "rehearsal" => document.text("result").map(chip::of_rehearsal).into_iter().collect(),
        "execution" | "post-mortem" => {
            let outcome = document.text("outcome").and_then(crate::facts::book::Outcome::of_key);
            outcome.map(chip::of_outcome).into_iter().collect()
        }
        "notice" => {
            document.text("phase").map(|phase| Chip::new(phase, "plain", "dot")).into_iter().collect()
        }
        "window" => vec![chip::of_window(text("type"), text("level"))],
        "service" => folder::tier(document).into_iter().collect(),
        _ => Vec::new(),
    }
}

/// Where the source can be edited.
pub(in super::super) fn edit_url(site: &Site<'_>, document: &Document) -> Option<String> {
    let template = site.analysis.facts.inputs.config.html.edit_url_template.as_ref()?;
    let path: Vec<String> = document.path().as_str().split('/').map(encode).collect();
    Some(template.replace("{path}", &path.join("/")))
}

/// The documents elsewhere that link to one of these or name it, a change as one.
pub(in super::super) fn backlinks(site: &Site<'_>, indices: &[usize]) -> Backlinks {
    let book = &site.analysis.facts.book;
    let own: BTreeSet<&str> = indices.iter().map(|index| &*site.addresses.place(*index).page).collect();
    let incoming: BTreeSet<usize> =
        indices.iter().flat_map(|index| &book.backlinks[*index]).copied().collect();
    let mut seen = BTreeSet::new();
    let mut entries = Vec::new();
    let mut more = 0;
    for index in incoming {
        let page = &*site.addresses.place(index).page;
        if own.contains(page) || !seen.insert(page) || !site.addresses.is_shown(index) {
            continue;
        }
        if entries.len() == LISTED {
            more += 1;
            continue;
        }
        let document = &book.documents[index];
        let change = document.id.change().and_then(|id| site.positions.get(id)).map(|at| site.summary(*at));
        let kind = document.kind.as_ref().map_or("Document", |kind| &kind.title);
        entries.push(match change {
            Some(change) => Backlink {
                title: format!("{} {}", change.id, change.title),
                kind: "Change".to_owned(),
                href: site.addresses.link("", index, None),
            },
            None => Backlink { title: document.title().to_owned(), kind: kind.to_owned(), href: href(page) },
        });
    }
    Backlinks { entries, more }
}

/// The page of a document outside of changes.
pub(in super::super) fn page(site: &Site<'_>, index: usize) -> Result<Rendered, ThemeError> {
    let facts = &site.analysis.facts;
    let document = &*facts.book.documents[index];
    let path = site.addresses.place(index).page.to_string();
    let node = path.strip_suffix("index.html").and_then(|p| site.tree.at(p.trim_end_matches('/')));
    let mut bodies = Vec::new();
    let shown = view(site, index, &path, Level::Page, &mut bodies);
    let findings = findings::of(site, [document.path()]);
    let (changes, changes_total, changes_href, changes_title) = changes(site, document);
    let crumb =
        |node: usize| Crumb { title: site.tree.nodes[node].title.clone(), href: site.tree.href(node) };
    let way = node.map(|node| site.tree.way_to(node)).unwrap_or_default();
    let section = way.first().map(|node| site.tree.nodes[*node].path.clone()).unwrap_or_default();
    let (previous, next) = match node {
        Some(node) if document.kind_name() == "guide" || document.kind_name() == "page" => {
            site.tree.beside(node)
        }
        _ => (None, None),
    };
    let is_top = way.len() < 2;
    let view = View {
        approval: approval::of_document(site, document),
        policy: policy_tables(site, document),
        chips: shown.chips.clone(),
        period: (document.kind_name() == "window").then(|| home::window(site, (index, document)).when()),
        findings,
        backlinks: backlinks(site, &[index]),
        changes,
        changes_total,
        changes_href,
        changes_title,
        previous: previous.filter(|_| !is_top).map(crumb),
        next: next.filter(|_| !is_top).map(crumb),
        folder: node.and_then(|node| folder::view(site, node)),
        history_unknown: facts.inputs.history.unknown.as_deref(),
        document: shown,
    };
    let head = Head {
        title: document.title().to_owned(),
        title_id: body::title_id(site, index),
        section,
        crumbs: way.iter().rev().skip(1).rev().map(|node| crumb(*node)).collect(),
        edit: edit_url(site, document),
        rail: node.and_then(|node| site.tree.rail(node)),
        source: document.path().to_string(),
        mark: document.title().to_owned(),
        path,
        ..Head::default()
    };
    let template = if head.path == "404.html" { "404.html" } else { "document.html" };
    render(site, Draft { template, head, view, bodies })
}

/// The tables of the policy in force, or of the one in the folder where none is.
fn policy_tables(site: &Site<'_>, document: &Document) -> Option<matrix::Chapter> {
    let facts = &site.analysis.facts;
    match &facts.approvals.effective {
        Some(effective) => matrix::of_chapter(document, &effective.policy, true),
        None => matrix::of_chapter(document, &facts.inputs.policy, false),
    }
}

/// The newest changes that touch a service, lie in a window or use a standard model.
fn changes(site: &Site<'_>, document: &Document) -> (Vec<Value>, usize, String, &'static str) {
    let (key, title) = match document.kind_name() {
        "service" => ("service", "Changes of this service"),
        "window" => ("window", "Changes in this window"),
        "standard" => ("standard", "Changes after this model"),
        _ => return (Vec::new(), 0, String::new(), ""),
    };
    let name = document.id.name();
    let found = site.related().get(&(key, name.to_owned())).map_or(&[][..], Vec::as_slice);
    let shown = found.iter().take(LISTED).map(|at| site.row(*at)).collect();
    let register = match key {
        "standard" => String::new(),
        key => href(&format!("{}/index.html", register::folder_of(key, name))),
    };
    (shown, found.len(), register, title)
}
