//! MCM231.

use super::super::runbook::{rehearsed, short};
use super::super::{Check, Levels, Rule, Scope};
use crate::facts::plan::seconds;
use crate::facts::rehearsal;
use crate::text::{Code, Diagnostic, Severity, Stage};

pub(super) static RULE: Rule = Rule {
    code: Code("MCM231"),
    name: "wrong-estimate",
    summary: "step {s}: estimate {a}, rehearsed {b}",
    about: "runbook",
    severity: Severity::Warning,
    stage: Stage::Ready,
    levels: Levels::FROM_STANDARD,
    docs: include_str!("wrong_estimate.md"),
    check: Check::Change(check),
};

fn check(rule: &Rule, scope: &Scope<'_>, found: &mut Vec<Diagnostic>) {
    let facts = scope.facts;
    let slack = u64::from(facts.inputs.policy.limits.estimate_slack_percent);
    for pair in rehearsed(scope) {
        let runbook = pair.runbook.document;
        let measured = rehearsal::measured(facts, pair.document);
        for step in &runbook.steps {
            let Some((estimate, took)) = step.estimate.map(seconds).zip(measured.get(&step.label)) else {
                continue;
            };
            let allowed = estimate.saturating_add(estimate.saturating_mul(slack) / 100);
            if *took <= allowed {
                continue;
            }
            let (a, b) = (short(estimate), short(*took));
            let message = format!("step {}: estimate {a}, rehearsed {b}", step.label);
            let place = step.field("Estimate").map_or(step.span, |field| field.span);
            let finding = rule.finding(message).at(runbook.path(), place);
            let finding = finding.related(pair.document.path(), pair.document.head_span(), "measured here");
            found.push(
                finding.help("take the measured time over, and see whether the plan still fits its slot"),
            );
        }
    }
}
