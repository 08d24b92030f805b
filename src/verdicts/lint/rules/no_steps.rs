//! MCM201.

use super::super::runbook::{MODEL, has_steps, is_told};
use super::super::{Check, Levels, Rule, Settings};
use crate::facts::book::view;
use crate::inputs::document::Document;
use crate::inputs::document::steps::{self, StepKind};
use crate::text::{Code, Diagnostic, Severity, Stage};

pub(super) static RULE: Rule = Rule {
    code: Code("MCM201"),
    name: "no-steps",
    summary: "no execution steps",
    about: "runbook",
    severity: Severity::Error,
    stage: Stage::Approval,
    levels: Levels::EVERYWHERE,
    docs: include_str!("no_steps.md"),
    check: Check::Document(check),
};

fn check(rule: &Rule, document: &Document, _: &Settings<'_>, found: &mut Vec<Diagnostic>) {
    let is_model = document.kind_name() == MODEL;
    let section = if is_model { "Steps" } else { "Execution" };
    let is_elsewhere = is_model && document.text("runbook").is_some();
    let has_any = document.steps.iter().any(|step| step.kind == StepKind::Step);
    if !has_steps(document) || has_any || is_elsewhere || is_told(document, section) {
        return;
    }
    let place = view::place_of_section(document, section);
    let mut finding = rule.finding("no execution steps").at(document.path(), place);
    for near in steps::near_misses(&document.outline).into_iter().take(3) {
        finding = finding.related(document.path(), near.span, format!("{}; {}", near.why, near.help));
    }
    let help = format!("write each step below `## {section}` as `### Step 1: What is done`, with its fields");
    found.push(finding.help(help));
}
