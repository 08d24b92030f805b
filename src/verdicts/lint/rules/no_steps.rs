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
    if !has_steps(document) {
        return;
    }
    let has_any = document.steps.iter().any(|step| step.kind == StepKind::Step);
    if has_any {
        lost(rule, document, found);
    }
    if has_any || is_elsewhere || is_told(document, section) {
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

/// The headings beside the steps that were meant as steps: the plan goes on without them.
fn lost(rule: &Rule, document: &Document, found: &mut Vec<Diagnostic>) {
    let has_rollback = document.steps.iter().any(|step| step.kind == StepKind::Rollback);
    for near in steps::near_misses(&document.outline).into_iter().filter(|near| near.is_lost) {
        // A rollback without any step is told by MCM211.
        if near.kind == StepKind::Rollback && !has_rollback {
            continue;
        }
        let message = format!("no execution step is read from \"{}\": {}", near.heading, near.why);
        found.push(rule.finding(message).at(document.path(), near.span).help(near.help));
    }
}
