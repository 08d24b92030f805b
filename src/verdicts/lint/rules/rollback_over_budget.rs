//! MCM235.

use super::super::runbook::{runbooks, short};
use super::super::{Check, Levels, Rule, Scope};
use crate::facts::book::view;
use crate::facts::plan::smallest_budget;
use crate::text::{Code, Diagnostic, Severity, Stage};

pub(super) static RULE: Rule = Rule {
    code: Code("MCM235"),
    name: "rollback-over-budget",
    summary: "rollback estimate {a} exceeds the rollback budget {b} of {window}",
    about: "runbook",
    severity: Severity::Error,
    stage: Stage::Approval,
    levels: Levels::FROM_STANDARD,
    docs: include_str!("rollback_over_budget.md"),
    check: Check::Change(check),
};

fn check(rule: &Rule, scope: &Scope<'_>, found: &mut Vec<Diagnostic>) {
    let facts = scope.facts;
    for planned in runbooks(scope) {
        let document = planned.document;
        let Some((budget, window)) = smallest_budget(&planned.hits(facts)) else { continue };
        let Some(estimate) = planned.plan.rollback_length.filter(|estimate| *estimate > budget) else {
            continue;
        };
        let (a, b, name) = (short(estimate), short(budget), &window.name);
        let message = format!("rollback estimate {a} exceeds the rollback budget {b} of {name}");
        let place = view::place_of_section(document, "Rollback");
        let finding = rule.finding(message).at(document.path(), place);
        let of_window = facts.book.document(window.document);
        let at = of_window.field("rollback_budget").map_or(of_window.head_span(), |value| value.span);
        let finding = finding.related(of_window.path(), at, "the budget");
        found.push(finding.help("make the way back shorter, or take a slot outside the window"));
    }
}
