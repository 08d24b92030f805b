//! MCM211.

use super::super::runbook::{MODEL, has_steps, is_told};
use super::super::{Check, Levels, Rule, Settings};
use crate::facts::book::view;
use crate::inputs::document::Document;
use crate::inputs::document::steps::StepKind;
use crate::text::{Code, Diagnostic, Severity, Stage};

pub(super) static RULE: Rule = Rule {
    code: Code("MCM211"),
    name: "no-rollback-steps",
    summary: "rollback has no steps",
    about: "runbook",
    severity: Severity::Error,
    stage: Stage::Approval,
    levels: Levels::EVERYWHERE,
    docs: include_str!("no_rollback_steps.md"),
    check: Check::Document(check),
};

fn check(rule: &Rule, document: &Document, _: &Settings<'_>, found: &mut Vec<Diagnostic>) {
    let has_any = document.steps.iter().any(|step| step.kind == StepKind::Rollback);
    let is_elsewhere = document.kind_name() == MODEL && document.text("runbook").is_some();
    if !has_steps(document) || has_any || is_elsewhere || is_told(document, "Rollback") {
        return;
    }
    let place = view::place_of_section(document, "Rollback");
    let finding = rule.finding("rollback has no steps").at(document.path(), place);
    found.push(finding.help("write the way back below `## Rollback` as `### Rollback R1: What is done`"));
}
