//! Findings as pages show them: by rule, what counts now first.

use serde::Serialize;

use super::super::Site;
use super::super::chip::{self, Chip};
use super::super::page::href;
use crate::outputs::progress::stage_of;
use crate::outputs::report::has_page;
use crate::text::{BookPath, Stage};
use crate::verdicts::lint::Finding;

/// Findings of one rule that a page lists; the others are counted, and `mcmbook check` lists them all.
const LISTED: usize = 12;

/// The findings of a page.
#[derive(Debug, Serialize)]
pub(in super::super) struct FindingsView {
    groups: Vec<Group>,
    /// How many count where their documents stand.
    due: usize,
    /// How many must be mended before a later step.
    later: usize,
    /// How many somebody answers for.
    waived: usize,
    #[serde(skip)]
    open: [usize; 4],
}

/// The findings of one rule that are due alike.
#[derive(Debug, Serialize)]
struct Group {
    code: &'static str,
    /// The page of the rule, from the root of the site.
    rule: Option<String>,
    severity: Chip,
    due: bool,
    /// Whether somebody answers for them.
    waived: bool,
    /// Before which step they must be mended.
    before: &'static str,
    items: Vec<Item>,
    more: usize,
    #[serde(skip)]
    key: Key,
}

/// What is let pass last, then what is not due, then the step, then the code.
type Key = (bool, bool, Stage, &'static str);

#[derive(Debug, Serialize)]
struct Item {
    message: String,
    help: String,
    /// `request.md:12:3`.
    place: String,
    /// By whom, until when and why it is let pass.
    waiver: Option<String>,
}

impl FindingsView {
    /// How many findings of later steps belong to a stage of the stage bar (0 schedule, 1 prepare,
    /// 3 review): execution has no rules of its own, it ends the preparation.
    pub(in super::super) fn open(&self, stage: usize) -> usize {
        self.open.get(stage).copied().unwrap_or(0)
    }
}

/// The findings in these files.
pub(in super::super) fn of<'p>(
    site: &Site<'_>,
    paths: impl IntoIterator<Item = &'p BookPath>,
) -> FindingsView {
    let mut view = FindingsView { groups: Vec::new(), due: 0, later: 0, waived: 0, open: [0; 4] };
    for finding in paths.into_iter().filter_map(|path| site.findings.get(path)).copied().flatten() {
        let diagnostic = &finding.diagnostic;
        let due = finding.is_due();
        let is_waived = finding.waived.is_some();
        *(match (is_waived, due) {
            (true, _) => &mut view.waived,
            (false, true) => &mut view.due,
            (false, false) => &mut view.later,
        }) += 1;
        if let Some(stage) = stage_of(diagnostic.stage).filter(|_| !due && !is_waived) {
            view.open[stage] += 1;
        }
        let key = (is_waived, !due, diagnostic.stage, diagnostic.code.0);
        let at = match view.groups.iter().position(|group| group.key == key) {
            Some(at) => at,
            None => {
                view.groups.push(group(finding, key));
                view.groups.len() - 1
            }
        };
        match &mut view.groups[at] {
            group if group.items.len() == LISTED => group.more += 1,
            group => group.items.push(item(site, finding)),
        }
    }
    view.groups.sort_by_key(|group| group.key);
    view
}

fn group(finding: &Finding, key: Key) -> Group {
    let code = key.3;
    Group {
        code,
        rule: has_page(finding.diagnostic.code).then(|| href(&format!("rules/{code}/index.html"))),
        severity: chip::of_severity(finding.diagnostic.severity),
        due: finding.is_due(),
        waived: finding.waived.is_some(),
        before: finding.diagnostic.stage.name(),
        items: Vec::new(),
        more: 0,
        key,
    }
}

fn item(site: &Site<'_>, finding: &Finding) -> Item {
    let place = finding.diagnostic.location.as_ref().map(|location| {
        let name = location.path.file_name();
        match site.sources.positions(&location.path, location.span) {
            Some((start, _)) => format!("{name}:{}:{}", start.line, start.column),
            None => name.to_owned(),
        }
    });
    Item {
        message: finding.diagnostic.message.clone(),
        help: finding.diagnostic.help.join("; "),
        place: place.unwrap_or_default(),
        waiver: finding.waived.map(|index| site.analysis.facts.waivers[index].to_string()),
    }
}
