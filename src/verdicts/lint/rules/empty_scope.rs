//! MCM606.

use super::super::{Check, Levels, Rule};
use crate::facts::Facts;
use crate::facts::book::view;
use crate::text::{Code, Diagnostic, Severity, Stage};

pub(super) static RULE: Rule = Rule {
    code: Code("MCM606"),
    name: "empty-scope",
    summary: "scope selects no service",
    about: "window",
    severity: Severity::Error,
    stage: Stage::Draft,
    levels: Levels::EVERYWHERE,
    docs: include_str!("empty_scope.md"),
    check: Check::Book(check),
};

fn check(rule: &Rule, facts: &Facts, found: &mut Vec<Diagnostic>) {
    for window in facts.schedule.windows.iter().filter(|window| window.freeze_of.is_none()) {
        let document = facts.book.document(window.document);
        let scope = document.matter.table.entry("scope");
        // Of a scope in no form and of names that mean nothing other rules speak.
        let is_malformed = scope.is_some_and(|scope| scope.value.as_table().is_none());
        let has_names = view::texts(document, "scope.services").next().is_some();
        if !window.services.is_empty() || is_malformed || has_names {
            continue;
        }
        let place = scope.map_or(document.head_span(), |scope| scope.key_span);
        let mut finding = rule.finding("scope selects no service").at(document.path(), place);
        // A draft need not have it yet.
        if scope.is_none() {
            finding.stage = Stage::Submission;
        }
        found.push(finding.help("name services, tiers or tags of the catalogue under `scope`"));
    }
}
