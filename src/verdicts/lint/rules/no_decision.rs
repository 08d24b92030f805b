//! MCM206.

use super::super::runbook::{is_runbook, is_told};
use super::super::{Check, Levels, Rule, Settings};
use crate::facts::book::view;
use crate::inputs::document::Document;
use crate::inputs::document::steps::StepKind;
use crate::text::{Code, Diagnostic, Severity, Stage};

pub(super) static RULE: Rule = Rule {
    code: Code("MCM206"),
    name: "no-go-no-go",
    summary: "no go/no-go point",
    about: "runbook",
    severity: Severity::Error,
    stage: Stage::Approval,
    levels: Levels::EVERYWHERE,
    docs: include_str!("no_decision.md"),
    check: Check::Document(check),
};

fn check(rule: &Rule, document: &Document, _: &Settings<'_>, found: &mut Vec<Diagnostic>) {
    let has = |kind| document.steps.iter().any(|step| step.kind == kind);
    // Without steps the missing plan is the finding (MCM201).
    if !is_runbook(document)
        || has(StepKind::GoNoGo)
        || !has(StepKind::Step)
        || is_told(document, "Execution")
    {
        return;
    }
    let place = view::place_of_section(document, "Execution");
    let finding = rule.finding("no go/no-go point").at(document.path(), place);
    let help = "add `### Go/No-Go G1: What is decided` before the step after which going back is costly";
    found.push(finding.help(help));
}
