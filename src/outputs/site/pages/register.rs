//! The register of changes, and its parts by year, quarter, service, window, state, phase, outcome, approval,
//! approver and class.
//!
//! Each is a list of changes, newest first, in pages of [`ROWS`] rows, so that everything can be reached
//! without a script.

use std::collections::{BTreeMap, HashSet};

use minijinja::Value;
use serde::Serialize;

use super::super::address::slug;
use super::super::body;
use super::super::matter::words;
use super::super::page::{Crumb, Draft, Head, Rendered, href, render};
use super::super::summary::Summary;
use super::super::{Site, ThemeError};

/// Rows of one page.
const ROWS: usize = 500;

/// A list of changes with its own address.
pub(in super::super) struct Register {
    /// Folder of its pages: `changes`, `changes/service/checkout`.
    folder: String,
    title: String,
    /// What the changes have in common, for the caption: "of service checkout".
    common: String,
    /// Positions in `site.changes`.
    changes: Vec<usize>,
    /// The parts by which the whole register can be browsed; only the whole one has them.
    facets: Vec<Facet>,
}

/// One way to divide the register.
#[derive(Clone, Serialize)]
pub(in super::super) struct Facet {
    title: &'static str,
    key: &'static str,
    values: Vec<FacetValue>,
}

#[derive(Clone, Serialize)]
struct FacetValue {
    text: String,
    href: String,
    count: usize,
}

#[derive(Serialize)]
struct View<'a> {
    /// Summaries of changes.
    rows: Vec<Value>,
    total: usize,
    first: usize,
    last: usize,
    common: &'a str,
    facets: &'a [Facet],
    pages: Vec<PageLink>,
    previous: Option<String>,
    next: Option<String>,
    /// Index of the introduction among the bodies.
    intro: Option<usize>,
    whole: bool,
}

#[derive(Serialize)]
struct PageLink {
    number: usize,
    href: String,
    current: bool,
}

impl Register {
    /// The number of its pages; an empty register has one.
    pub(in super::super) fn parts(&self) -> usize {
        self.changes.len().div_ceil(ROWS).max(1)
    }

    /// The page of a part, from 0.
    pub(in super::super) fn page(&self, part: usize) -> String {
        match part {
            0 => format!("{}/index.html", self.folder),
            part => format!("{}/page-{}/index.html", self.folder, part + 1),
        }
    }
}

/// The first pages of these registers.
pub(in super::super) fn pages(registers: &[Register]) -> HashSet<String> {
    registers.iter().map(|register| register.page(0)).collect()
}

/// The whole register first, then its parts.
pub(in super::super) fn all(site: &Site<'_>) -> Vec<Register> {
    let mut parts = Vec::new();
    let text = |chip: &super::super::chip::Chip| vec![chip.text.clone()];
    let facets = vec![
        divide(site, ("Year", "year"), &|s| vec![s.id.get(4..8).unwrap_or_default().to_owned()], &mut parts),
        divide(site, ("Quarter", "quarter"), &|s| filled(&s.quarter), &mut parts),
        divide(site, ("Class", "class"), &|s| s.class.as_ref().map(text).unwrap_or_default(), &mut parts),
        divide(site, ("State", "state"), &|s| text(&s.state), &mut parts),
        divide(site, ("Phase", "phase"), &|s| text(&s.phase), &mut parts),
        divide(site, ("Outcome", "outcome"), &|s| outcome_of(s), &mut parts),
        divide(site, ("Approval", "approval"), &|s| text(&s.approval), &mut parts),
        divide(site, ("Approver", "approver"), &|s| s.approvers.clone(), &mut parts),
        divide(
            site,
            ("Window", "window"),
            &|s| s.windows.iter().map(|w| w.text.clone()).collect(),
            &mut parts,
        ),
        divide(
            site,
            ("Service", "service"),
            &|s| s.services.iter().map(|s| s.text.clone()).collect(),
            &mut parts,
        ),
    ];
    let whole = Register {
        folder: "changes".to_owned(),
        title: "Register of changes".to_owned(),
        common: String::new(),
        changes: site.newest_first().collect(),
        facets: facets.into_iter().filter(|facet| !facet.values.is_empty()).collect(),
    };
    parts.insert(0, whole);
    parts
}

/// The register of the changes that have a value in common.
pub(in super::super) fn folder_of(key: &str, value: &str) -> String {
    match key {
        // The folder of a year is there already: its changes lie in it.
        "year" => format!("changes/{}", slug(value)),
        key => format!("changes/{key}/{}", slug(value)),
    }
}

fn filled(text: &str) -> Vec<String> {
    if text.is_empty() { Vec::new() } else { vec![text.to_owned()] }
}

fn outcome_of(summary: &Summary) -> Vec<String> {
    let outcome = summary.outcome.as_ref().map(|chip| chip.text.clone());
    let cancelled = (summary.status.text == "cancelled").then(|| "cancelled".to_owned());
    outcome.or(cancelled).into_iter().collect()
}

fn divide(
    site: &Site<'_>,
    (title, key): (&'static str, &'static str),
    of: &dyn Fn(&Summary) -> Vec<String>,
    parts: &mut Vec<Register>,
) -> Facet {
    // Values that give the same folder are one part, called by the first of them.
    let mut found: BTreeMap<String, (String, Vec<usize>)> = BTreeMap::new();
    for at in site.newest_first() {
        for value in of(site.summary(at)) {
            let part = found.entry(slug(&value)).or_insert_with(|| (value, Vec::new()));
            if part.1.last() != Some(&at) {
                part.1.push(at);
            }
        }
    }
    let mut values = Vec::new();
    for (value, changes) in found.into_values() {
        let folder = folder_of(key, &value);
        values.push(FacetValue {
            text: value.clone(),
            href: href(&format!("{folder}/index.html")),
            count: changes.len(),
        });
        parts.push(Register {
            folder,
            title: format!("Changes: {} {value}", title.to_lowercase()),
            common: format!("{} {value}", title.to_lowercase()),
            changes,
            facets: Vec::new(),
        });
    }
    if matches!(key, "year" | "quarter") {
        values.reverse();
    }
    Facet { title, key, values }
}

/// One page of a register.
pub(in super::super) fn page(
    site: &Site<'_>,
    register: &Register,
    part: usize,
) -> Result<Rendered, ThemeError> {
    let path = register.page(part);
    let first = part * ROWS;
    let last = register.changes.len().min(first + ROWS);
    let is_whole = register.folder == "changes";
    let document = site.addresses.owner(&register.page(0)).filter(|_| part == 0);
    let bodies = document.map(|index| body::of_document(site, index, &path, 0)).into_iter().collect();
    let link = |part: usize| href(&register.page(part));
    let mut title = register.title.clone();
    if part > 0 {
        title = format!("{title}, page {}", part + 1);
    }
    let changes = Crumb { title: "Changes".to_owned(), href: href("changes/index.html") };
    let view = View {
        rows: register.changes[first..last].iter().map(|at| site.row(*at)).collect(),
        total: register.changes.len(),
        first: if last == 0 { 0 } else { first + 1 },
        last,
        common: &register.common,
        facets: if part == 0 { &register.facets } else { &[] },
        pages: (0..register.parts())
            .map(|other| PageLink { number: other + 1, href: link(other), current: other == part })
            .collect(),
        previous: part.checked_sub(1).map(link),
        next: (part + 1 < register.parts()).then(|| link(part + 1)),
        intro: document.map(|_| 0),
        whole: is_whole,
    };
    let head = Head {
        title,
        title_id: document.and_then(|index| body::title_id(site, index)),
        path,
        section: "changes".to_owned(),
        crumbs: if is_whole && part == 0 { Vec::new() } else { vec![changes] },
        mark: words(&register.title),
        ..Head::default()
    };
    render(site, Draft { template: "register.html", head, view, bodies })
}
