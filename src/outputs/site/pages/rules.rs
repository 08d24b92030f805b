//! The rules: a list, and a page for each code.

use std::collections::BTreeMap;

use serde::Serialize;

use super::super::body;
use super::super::chip::{self, Chip};
use super::super::page::{Crumb, Draft, Head, Rendered, href, render};
use super::super::{Site, ThemeError};
use crate::inputs::profile::Profile;
use crate::outputs::faults::{FAULTS, Fault};
use crate::text::{Code, Severity, Stage};
use crate::verdicts::lint::{Check, Level, RULES, Rule};

/// What rules are about, in the order of a change's life.
const ABOUT: [&str; 17] = [
    "all",
    "request",
    "runbook",
    "rehearsal",
    "notice",
    "approval",
    "execution",
    "post-mortem",
    "window",
    "exception",
    "service",
    "standard",
    "guide",
    "person",
    "policy",
    "archive",
    "audit",
];

#[derive(Serialize)]
struct IndexView {
    rows: Vec<Row>,
    /// The codes by what they judge, and by the stage before which they count.
    kinds: Vec<Group>,
    stages: Vec<Group>,
    /// Codes outside of the rules.
    faults: Vec<Row>,
    intro: Option<usize>,
}

/// Rules that have something in common.
#[derive(Serialize)]
struct Group {
    name: String,
    rules: Vec<Crumb>,
}

#[derive(Serialize)]
struct Row {
    code: &'static str,
    name: &'static str,
    summary: &'static str,
    severity: Chip,
    stage: &'static str,
    letter: char,
    href: String,
    /// What it judges.
    about: &'static str,
    /// Whether it is judged: nothing, or what it waits for.
    waits_for: Option<&'static str>,
    /// How hard each profile judges it.
    levels: Vec<(&'static str, &'static str)>,
    /// How many findings the book has of it.
    findings: usize,
}

#[derive(Serialize)]
struct View {
    rule: Row,
    body: usize,
    blocks: String,
    previous: Option<Crumb>,
    next: Option<Crumb>,
}

/// How many rules there are.
pub(in super::super) fn count() -> usize {
    RULES.len() + FAULTS.len()
}

/// The list of rules.
pub(in super::super) fn index(site: &Site<'_>) -> Result<Rendered, ThemeError> {
    let path = "rules/index.html";
    let document = site.addresses.owner(path);
    let bodies = document.map(|index| body::of_document(site, index, path, 0)).into_iter().collect();
    let view = IndexView {
        rows: RULES.iter().map(|rule| row(site, rule)).collect(),
        faults: FAULTS.iter().map(|fault| fault_row(site, fault)).collect(),
        kinds: groups(|rule| (ABOUT.iter().position(|about| *about == rule.about), rule.about.to_owned())),
        stages: groups(|rule| (Some(rule.stage as usize), rule.stage.name().to_owned())),
        intro: document.map(|_| 0),
    };
    let head = Head {
        title: "Rules".to_owned(),
        title_id: document.and_then(|index| body::title_id(site, index)),
        path: path.to_owned(),
        section: "rules".to_owned(),
        mark: "Rules".to_owned(),
        ..Head::default()
    };
    render(site, Draft { template: "rules.html", head, view, bodies })
}

/// The rules by something that they have in common, in the order of the key.
fn groups(key: impl Fn(&Rule) -> (Option<usize>, String)) -> Vec<Group> {
    let mut groups: BTreeMap<(usize, String), Vec<Crumb>> = BTreeMap::new();
    for rule in RULES {
        let (place, name) = key(rule);
        let link = Crumb { title: rule.code.to_string(), href: href(&page_of(rule.code)) };
        groups.entry((place.unwrap_or(usize::MAX), name)).or_default().push(link);
    }
    groups.into_iter().map(|((_, name), rules)| Group { name, rules }).collect()
}

/// The page of one rule.
pub(in super::super) fn page(site: &Site<'_>, at: usize) -> Result<Rendered, ThemeError> {
    let Some(rule) = RULES.get(at) else { return fault_page(site, &FAULTS[at - RULES.len()]) };
    let path = page_of(rule.code);
    let neighbour = |at: Option<usize>| {
        let rule = at.and_then(|at| RULES.get(at))?;
        Some(Crumb { title: format!("{} {}", rule.code, rule.name), href: href(&page_of(rule.code)) })
    };
    let view = View {
        rule: row(site, rule),
        body: 0,
        blocks: blocks(rule.stage).to_owned(),
        previous: neighbour(at.checked_sub(1)),
        next: neighbour(Some(at + 1)),
    };
    let head = Head {
        title: format!("{} {}", rule.code, rule.name),
        section: "rules".to_owned(),
        crumbs: vec![Crumb { title: "Rules".to_owned(), href: href("rules/index.html") }],
        description: rule.summary.to_owned(),
        mark: rule.code.to_string(),
        path,
        ..Head::default()
    };
    let bodies = vec![body::of_text(&rule.page(), "rule--")];
    render(site, Draft { template: "rule.html", head, view, bodies })
}

/// The page of a code outside of the rules.
fn fault_page(site: &Site<'_>, fault: &Fault) -> Result<Rendered, ThemeError> {
    let view = View {
        rule: fault_row(site, fault),
        body: 0,
        blocks: blocks(Stage::Draft).to_owned(),
        previous: None,
        next: None,
    };
    let head = Head {
        title: format!("{} {}", fault.code, fault.title.to_lowercase()),
        section: "rules".to_owned(),
        crumbs: vec![Crumb { title: "Rules".to_owned(), href: href("rules/index.html") }],
        description: fault.summary.to_owned(),
        mark: fault.code.to_string(),
        path: page_of(fault.code),
        ..Head::default()
    };
    render(
        site,
        Draft { template: "rule.html", head, view, bodies: vec![body::of_text(fault.page, "rule--")] },
    )
}

/// The page of the code at a position: the rules, then what is outside of them.
pub(in super::super) fn path_at(at: usize) -> String {
    page_of(RULES.get(at).map_or_else(|| FAULTS[at - RULES.len()].code, |rule| rule.code))
}

fn page_of(code: Code) -> String {
    format!("rules/{code}/index.html")
}

fn fault_row(site: &Site<'_>, fault: &Fault) -> Row {
    Row {
        code: fault.code.0,
        name: fault.title,
        summary: fault.summary,
        severity: chip::of_severity(Severity::Error),
        stage: Stage::Draft.name(),
        letter: Stage::Draft.letter(),
        href: href(&page_of(fault.code)),
        about: fault.about,
        waits_for: None,
        levels: Vec::new(),
        findings: site.counts.get(fault.code.0).copied().unwrap_or(0),
    }
}

fn row(site: &Site<'_>, rule: &Rule) -> Row {
    Row {
        code: rule.code.0,
        name: rule.name,
        summary: rule.summary,
        severity: chip::of_severity(rule.severity),
        stage: rule.stage.name(),
        letter: rule.stage.letter(),
        href: href(&page_of(rule.code)),
        about: rule.about,
        waits_for: match rule.check {
            Check::Later(waits_for) => Some(waits_for),
            Check::Document(_) | Check::Change(_) | Check::Book(_) | Check::Ledger(_) => None,
        },
        levels: Profile::ALL.map(|profile| (profile.name(), level(rule.levels.of(profile)))).to_vec(),
        findings: site.counts.get(rule.code.0).copied().unwrap_or(0),
    }
}

fn level(level: Level) -> &'static str {
    match level {
        Level::Off => "left out",
        Level::Advised => "advised",
        Level::Required => "required",
    }
}

fn blocks(stage: Stage) -> &'static str {
    match stage {
        Stage::Draft => "Must be mended at once.",
        Stage::Submission => "Must be mended before the request counts as complete.",
        Stage::Approval => "Must be mended before approvals count.",
        Stage::Ready => "Must be mended before the change is ready to run.",
        Stage::Closing => "Must be mended before the change can be closed.",
        Stage::Published => "Told on the site and by strict checks; it blocks nothing.",
    }
}
