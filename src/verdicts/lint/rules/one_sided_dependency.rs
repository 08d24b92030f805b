//! MCM902.

use super::super::{Check, Levels, Rule};
use crate::facts::Facts;
use crate::facts::book::view;
use crate::text::{Code, Diagnostic, Severity, Stage};

pub(super) static RULE: Rule = Rule {
    code: Code("MCM902"),
    name: "one-sided-dependency",
    summary: "{a} names {b} as upstream, but {b} does not name {a} as downstream",
    about: "service",
    severity: Severity::Warning,
    stage: Stage::Draft,
    levels: Levels::FROM_STANDARD,
    docs: include_str!("one_sided_dependency.md"),
    check: Check::Book(check),
};

fn check(rule: &Rule, facts: &Facts, found: &mut Vec<Diagnostic>) {
    for (index, document) in facts.book.of_kind("service") {
        for (side, other_side) in [("upstream", "downstream"), ("downstream", "upstream")] {
            for row in view::rows(document, side) {
                let Some(other) = row.text("service").and_then(|name| view::service(&facts.book, name))
                else {
                    continue;
                };
                let there = facts.book.document(other);
                let mut names = view::rows(there, other_side).filter_map(|row| row.text("service"));
                if other == index || names.any(|name| view::service(&facts.book, name) == Some(index)) {
                    continue;
                }
                let (own, neighbour) = (document.id.name(), there.id.name());
                let message = format!(
                    "{own} names {neighbour} as {side}, but {neighbour} does not name {own} as {other_side}"
                );
                let finding = rule.finding(message).at(document.path(), row.place_of("service"));
                let place = there.matter.table.entry(other_side).map_or(there.head_span(), |e| e.key_span);
                let finding = finding.related(there.path(), place, "it would stand here");
                found.push(finding.help(format!("add {own} under `{other_side}` there, or remove it here")));
            }
        }
    }
}
