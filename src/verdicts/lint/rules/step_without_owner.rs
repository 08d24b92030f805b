//! MCM202.

use super::super::runbook::{MODEL, has_steps};
use super::super::{Check, Levels, Rule, Settings};
use crate::inputs::document::Document;
use crate::inputs::document::steps::StepKind;
use crate::text::{Code, Diagnostic, Severity, Stage};

pub(super) static RULE: Rule = Rule {
    code: Code("MCM202"),
    name: "step-without-owner",
    summary: "step {s} has no owner",
    about: "runbook",
    severity: Severity::Error,
    stage: Stage::Approval,
    levels: Levels::EVERYWHERE,
    docs: include_str!("step_without_owner.md"),
    check: Check::Document(check),
};

fn check(rule: &Rule, document: &Document, _: &Settings<'_>, found: &mut Vec<Diagnostic>) {
    let is_model = document.kind_name() == MODEL;
    let is_owned = |kind| matches!(kind, StepKind::Step | StepKind::Checkpoint | StepKind::Verify);
    for step in document.steps.iter().filter(|step| has_steps(document) && is_owned(step.kind)) {
        let field = step.field("Owner").filter(|field| !field.value.is_empty());
        let is_misspelt = field.is_none() && !step.lacks("Owner");
        // A model is carried out by whoever holds the role in its use.
        if step.owner().is_some() || is_misspelt || is_model && field.is_some() {
            continue;
        }
        let finding = rule.finding(format!("step {} has no owner", step.label));
        let finding = match field {
            Some(field) => finding.at(document.path(), field.span).labelled("this names no one person"),
            None => finding.at(document.path(), step.span),
        };
        found.push(finding.help("name the one person who does it: `- Owner: @ana (backup @raj)`"));
    }
}
