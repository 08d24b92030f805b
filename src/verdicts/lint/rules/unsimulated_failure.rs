//! MCM306.

use std::collections::BTreeSet;

use super::super::runbook::{cell, points_of_failure, rehearsed, softened};
use super::super::{Check, Levels, Rule, Scope};
use crate::facts::book::view;
use crate::text::{Code, Diagnostic, Severity, Stage};

pub(super) static RULE: Rule = Rule {
    code: Code("MCM306"),
    name: "unsimulated-failure",
    summary: "failure scenario {f} was not simulated",
    about: "rehearsal",
    severity: Severity::Error,
    stage: Stage::Ready,
    levels: Levels::ADVISED_IN_STANDARD,
    docs: include_str!("unsimulated_failure.md"),
    check: Check::Change(check),
};

fn check(rule: &Rule, scope: &Scope<'_>, found: &mut Vec<Diagnostic>) {
    let facts = scope.facts;
    for pair in rehearsed(scope) {
        let runbook = pair.runbook.document;
        let plain = |written: &str| {
            let name = written.split(':').next().unwrap_or_default();
            name.trim().to_lowercase()
        };
        let rows = pair.proofs(facts).flat_map(|rehearsal| view::rows(rehearsal, "scenarios"));
        let simulated: BTreeSet<String> = rows.filter_map(|row| row.text("failure").map(plain)).collect();
        for (name, table, row) in points_of_failure(runbook) {
            // Where the table rates its points, the low and the moderate ones may go unsimulated.
            let rating = cell(row, table.column(&["rating", "rank", "severity"]));
            let is_mild = rating.is_some_and(|cell| {
                let rating = cell.text.to_lowercase();
                ["low", "moderate", "medium"].iter().any(|mild| rating.starts_with(mild))
            });
            if is_mild || simulated.contains(&plain(name)) {
                continue;
            }
            let rehearsal = pair.document;
            let place = rehearsal.field("scenarios").map_or(rehearsal.head_span(), |value| {
                value.items().first().map_or(value.span, |first| first.span)
            });
            let finding = rule.finding(format!("failure scenario {name} was not simulated"));
            let finding = finding.at(rehearsal.path(), place);
            let at = row.first().map_or(table.span, |cell| cell.span);
            let finding = finding.related(runbook.path(), at, "the point of failure");
            found.push(softened(
                pair.need,
                finding.help("provoke it, and add it to `scenarios` with the result"),
            ));
        }
    }
}
