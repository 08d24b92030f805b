//! MCM232.

use std::collections::{BTreeMap, BTreeSet};

use super::super::runbook::{is_runbook_of, listed, runbooks, softened};
use super::super::{Check, Levels, Rule, Scope};
use crate::facts::Facts;
use crate::facts::execution::digest;
use crate::facts::rehearsal::{self, Need};
use crate::inputs::document::Document;
use crate::inputs::document::markdown::{Cell, Table};
use crate::inputs::document::steps;
use crate::text::{Code, Diagnostic, Severity, Stage};

pub(super) static RULE: Rule = Rule {
    code: Code("MCM232"),
    name: "changed-since-rehearsal",
    summary: "changed since rehearsal {id} (steps {list})",
    about: "runbook",
    severity: Severity::Error,
    stage: Stage::Ready,
    levels: Levels::FROM_STANDARD,
    docs: include_str!("changed_since_rehearsal.md"),
    check: Check::Change(check),
};

fn check(rule: &Rule, scope: &Scope<'_>, found: &mut Vec<Diagnostic>) {
    let facts = scope.facts;
    for planned in runbooks(scope) {
        let runbook = planned.document;
        let Some(change) = planned.change.filter(|change| is_runbook_of(facts, change, runbook)) else {
            continue;
        };
        let need = rehearsal::need(facts, change);
        let Some(last) = rehearsal::of(&facts.book, change).pop() else { continue };
        let last = facts.book.document(last);
        let has_passed = last.text("result") == Some("passed");
        // A digest that cannot be read is told by MCM009, a missing one by MCM301.
        let Some((rehearsed, place)) = digest(last, "runbook_digest").filter(|_| has_passed) else {
            continue;
        };
        if need == Need::None || !rehearsal::passed(&facts.book, change).is_empty() {
            continue;
        }
        let steps = differing(facts, last, runbook);
        let listed = match steps.as_slice() {
            [] => String::new(),
            steps => format!(" (steps {})", listed(steps)),
        };
        let message = format!("changed since rehearsal {}{listed}", last.id.name());
        let finding = rule.finding(message).at(runbook.path(), runbook.head_span());
        let label = format!("rehearsed was {rehearsed}, present is {}", runbook.source.hash);
        let finding = finding.related(last.path(), place, label);
        found.push(softened(need, finding.help("rehearse the runbook as it is, or take back the change")));
    }
}

/// The labels of steps that one of the two has and the other has not, or that have another title. The
/// rehearsed text itself is not at hand: its steps are known by the record's tables and its log.
fn differing(facts: &Facts, rehearsal: &Document, runbook: &Document) -> Vec<String> {
    let measured: BTreeSet<String> = rehearsal::measured(facts, rehearsal).into_keys().collect();
    if measured.is_empty() {
        return Vec::new();
    }
    let present: BTreeSet<String> = runbook.steps.iter().map(|step| step.label.clone()).collect();
    let tables = rehearsal.outline.tables.iter();
    let rows = tables.flat_map(|table| table.rows.iter().filter_map(|row| title(table, row)));
    let mut titles: BTreeMap<String, String> = BTreeMap::new();
    for (label, title) in rows {
        titles.entry(label).or_insert(title);
    }
    let is_renamed = |step: &&steps::Step| titles.get(&step.label).is_some_and(|title| *title != step.title);
    let renamed = runbook.steps.iter().filter(is_renamed).map(|step| step.label.clone());
    let removed = measured.difference(&present).cloned();
    let all: BTreeSet<String> = removed.chain(renamed).collect();
    // In the order of the text; what is gone comes last.
    let in_text = runbook.steps.iter().map(|step| step.label.clone()).filter(|label| all.contains(label));
    let added = runbook.steps.iter().map(|step| step.label.clone());
    let added: Vec<String> = added.filter(|label| !measured.contains(label)).collect();
    let mut ordered: Vec<String> = in_text.chain(added).collect();
    ordered.extend(all.iter().filter(|label| !present.contains(*label)).cloned());
    ordered
}

/// Label and title of a row: in one cell (`Step 1: Freeze`), or with the title in a column of its own.
fn title(table: &Table, row: &[Cell]) -> Option<(String, String)> {
    let first = &row.first()?.text;
    let label = steps::label_of(first)?;
    let title = match first.split_once(':') {
        Some((_, title)) => title.trim(),
        None => row.get(table.column(&["what", "title"])?)?.text.trim(),
    };
    Some((label, title.to_owned()))
}
