//! MCM109.

use std::collections::BTreeSet;

use super::super::subject::{follows_model, requests};
use super::super::{Check, Levels, Rule, Scope};
use crate::facts::book::view;
use crate::inputs::document::Document;
use crate::inputs::value::Value;
use crate::text::{Code, Diagnostic, Severity, Stage};

pub(super) static RULE: Rule = Rule {
    code: Code("MCM109"),
    name: "unmanaged-risk",
    summary: "critical risk {r} is not tied to a runbook step, trigger or contingency",
    about: "request",
    severity: Severity::Error,
    stage: Stage::Approval,
    levels: Levels::FROM_STANDARD,
    docs: include_str!("unmanaged_risk.md"),
    check: Check::Change(check),
};

fn check(rule: &Rule, scope: &Scope<'_>, found: &mut Vec<Diagnostic>) {
    let facts = scope.facts;
    for (change, request) in requests(scope).filter(|(_, request)| !follows_model(request)) {
        let runbook = change.runbook.map(|index| facts.book.document(index));
        let mut known = None;
        for row in view::rows(request, "risks") {
            let (Some(likelihood), Some(impact)) = (row.integer("likelihood"), row.integer("impact")) else {
                continue;
            };
            let band = facts.inputs.policy.band(likelihood.saturating_mul(impact));
            if band.is_none_or(|band| band.name != "critical") {
                continue;
            }
            let links: Vec<&str> = row
                .table
                .get("links")
                .map_or(&[][..], Value::items)
                .iter()
                .filter_map(Value::as_str)
                .collect();
            let finding = match runbook {
                // That there is no runbook is told by MCM128.
                None if !links.is_empty() => continue,
                None => rule.finding(message(&row)),
                Some(runbook) => {
                    let known = known.get_or_insert_with(|| labels(runbook));
                    if links.iter().any(|link| known.contains(&label(link))) {
                        continue;
                    }
                    let finding = rule.finding(message(&row));
                    finding.related(runbook.path(), runbook.head_span(), "the runbook")
                }
            };
            let why = match links.as_slice() {
                [] => "no `links`".to_owned(),
                links => format!("the runbook has none of {}", links.join(", ")),
            };
            let place = if links.is_empty() { row.place() } else { row.place_of("links") };
            found.push(finding.at(request.path(), place).labelled(why).help(
                "name in `links` the step, trigger or point of failure that manages it: `[Step 4, T1, F2]`",
            ));
        }
    }
}

fn message(row: &view::Row<'_>) -> String {
    let id = row.text("id").unwrap_or("without an id");
    format!("critical risk {id} is not tied to a runbook step, trigger or contingency")
}

/// All that a risk can be tied to: steps and points of the plan, triggers, points of failure.
fn labels(runbook: &Document) -> BTreeSet<String> {
    let steps = runbook.steps.iter().map(|step| label(&step.label));
    let triggers = view::rows(runbook, "triggers").filter_map(|row| row.text("id").map(label));
    let section = view::section(runbook, "Points of Failure and Contingency");
    let tables = section.into_iter().flat_map(|(heading, _)| runbook.outline.tables_in(heading.section));
    let points = tables.flat_map(|table| {
        let column = table.column(&["id", "no", "nr"]).unwrap_or(0);
        table.rows.iter().filter_map(move |row| row.get(column)).map(|cell| label(&cell.text))
    });
    steps.chain(triggers).chain(points).filter(|label| !label.is_empty()).collect()
}

/// A label in one form: `Step 4` and `4` are the same, and so are `c1` and `Checkpoint C1`.
fn label(text: &str) -> String {
    text.split_whitespace().next_back().unwrap_or_default().to_lowercase()
}
