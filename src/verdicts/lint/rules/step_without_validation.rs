//! MCM204.

use super::super::runbook::has_steps;
use super::super::{Check, Levels, Rule, Settings};
use crate::inputs::document::Document;
use crate::inputs::document::steps::StepKind;
use crate::text::{Code, Diagnostic, Severity, Stage};

pub(super) static RULE: Rule = Rule {
    code: Code("MCM204"),
    name: "step-without-validation",
    summary: "step {s} has no validation",
    about: "runbook",
    severity: Severity::Error,
    stage: Stage::Approval,
    levels: Levels::EVERYWHERE,
    docs: include_str!("step_without_validation.md"),
    check: Check::Document(check),
};

fn check(rule: &Rule, document: &Document, _: &Settings<'_>, found: &mut Vec<Diagnostic>) {
    let is_validated = |kind| matches!(kind, StepKind::Step | StepKind::Checkpoint | StepKind::Verify);
    for step in document.steps.iter().filter(|step| has_steps(document) && is_validated(step.kind)) {
        if !step.lacks("Validate") {
            continue;
        }
        let message = format!("step {} has no validation", step.label);
        let finding = rule.finding(message).at(document.path(), step.span);
        found.push(finding.help("say what is true afterwards and can be seen: `- Validate: lag is 0`"));
    }
}
