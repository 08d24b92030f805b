//! MCM310.

use super::super::runbook::rehearsed;
use super::super::{Check, Levels, Rule, Scope};
use crate::facts::book::view;
use crate::text::{Code, Diagnostic, Severity, Stage};

pub(super) static RULE: Rule = Rule {
    code: Code("MCM310"),
    name: "rehearsed-by-others",
    summary: "run by others than the named operators",
    about: "rehearsal",
    severity: Severity::Warning,
    stage: Stage::Ready,
    levels: Levels::REGULATED,
    docs: include_str!("other_operators.md"),
    check: Check::Change(check),
};

fn check(rule: &Rule, scope: &Scope<'_>, found: &mut Vec<Diagnostic>) {
    for pair in rehearsed(scope) {
        let Some((operator, at)) = view::person(pair.runbook.document, "roles.operator.who") else {
            continue;
        };
        let mut people = view::texts(pair.document, "people").map(|(name, _)| view::handle(name));
        if people.any(|name| name == operator) {
            continue;
        }
        let rehearsal = pair.document;
        let place = rehearsal.field("people").map_or(rehearsal.head_span(), |value| value.span);
        let finding = rule.finding("run by others than the named operators").at(rehearsal.path(), place);
        let finding = finding.labelled(format!("@{operator} is not among them"));
        let finding = finding.related(pair.runbook.document.path(), at, "the operator of the runbook");
        found.push(finding.help("let the operator do it once, or name the person who did as operator"));
    }
}
