//! MCM203.

use super::super::runbook::has_steps;
use super::super::{Check, Levels, Rule, Settings};
use crate::inputs::document::Document;
use crate::inputs::document::steps::StepKind;
use crate::text::{Code, Diagnostic, Severity, Stage};

pub(super) static RULE: Rule = Rule {
    code: Code("MCM203"),
    name: "step-without-estimate",
    summary: "step {s} has no time estimate",
    about: "runbook",
    severity: Severity::Error,
    stage: Stage::Approval,
    levels: Levels::EVERYWHERE,
    docs: include_str!("step_without_estimate.md"),
    check: Check::Document(check),
};

fn check(rule: &Rule, document: &Document, _: &Settings<'_>, found: &mut Vec<Diagnostic>) {
    let in_plan = document.steps.iter().filter(|step| step.kind != StepKind::Rollback);
    for step in in_plan.filter(|_| has_steps(document)) {
        // What stands there and is no duration is told by MCM018, a misspelt name by MCM003.
        if !step.lacks("Estimate") {
            continue;
        }
        let message = format!("step {} has no time estimate", step.label);
        let finding = rule.finding(message).at(document.path(), step.span);
        found.push(finding.help("say how long it takes, waiting included: `- Estimate: 10m`"));
    }
}
