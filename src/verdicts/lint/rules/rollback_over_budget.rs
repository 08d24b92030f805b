//! MCM235.

use super::super::runbook::{Planned, is_runbook_of, runbooks, short};
use super::super::{Check, Levels, Rule, Scope};
use crate::facts::Facts;
use crate::facts::book::view;
use crate::facts::plan::{seconds, smallest_budget};
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
        found.extend(promised_less(rule, facts, &planned));
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

/// A request that promises a shorter way back than its runbook has: who approves reads the request.
fn promised_less(rule: &Rule, facts: &Facts, planned: &Planned<'_>) -> Option<Diagnostic> {
    let request = planned.request(facts)?;
    let is_its_own = is_runbook_of(facts, planned.change?, planned.document);
    let length = planned.plan.rollback_length.filter(|_| is_its_own)?;
    let (promised, place) = view::duration(request, "rollback.estimate")?;
    let promised = seconds(promised);
    if length <= promised {
        return None;
    }
    let (a, b) = (short(promised), short(length));
    let finding =
        rule.finding(format!("rollback estimate {a} of the request is less than the {b} of the runbook"));
    let finding = finding.at(request.path(), place);
    let steps = view::place_of_section(planned.document, "Rollback");
    let finding = finding.related(planned.document.path(), steps, "its steps add up to more");
    Some(finding.help(format!("write {b}, or make the way back shorter")))
}
