//! MCM212.

use super::super::runbook::{MODEL, has_steps, listed};
use super::super::{Check, Levels, Rule, Settings};
use crate::inputs::document::Document;
use crate::inputs::document::steps::StepKind;
use crate::text::{Code, Diagnostic, Severity, Stage};

pub(super) static RULE: Rule = Rule {
    code: Code("MCM212"),
    name: "unclear-rollback-step",
    summary: "rollback step {s} lacks owner, estimate or validation",
    about: "runbook",
    severity: Severity::Error,
    stage: Stage::Approval,
    levels: Levels::EVERYWHERE,
    docs: include_str!("unclear_rollback_step.md"),
    check: Check::Document(check),
};

fn check(rule: &Rule, document: &Document, _: &Settings<'_>, found: &mut Vec<Diagnostic>) {
    let is_model = document.kind_name() == MODEL;
    let rollback = document.steps.iter().filter(|step| step.kind == StepKind::Rollback);
    for step in rollback.filter(|_| has_steps(document)) {
        // What stands under "Estimate" and is no duration is told by MCM018, a misspelt name by MCM003.
        let holds = |name: &str| !step.lacks(name);
        let is_misspelt = step.field("Owner").is_none() && holds("Owner");
        let has_owner = step.owner().is_some() || is_misspelt || is_model && holds("Owner");
        let parts =
            [("owner", has_owner), ("estimate", holds("Estimate")), ("validation", holds("Validate"))];
        let missing: Vec<&str> =
            parts.iter().filter(|(_, is_there)| !is_there).map(|(name, _)| *name).collect();
        if missing.is_empty() {
            continue;
        }
        let message = format!("rollback step {} lacks {}", step.label, listed(&missing));
        let finding = rule.finding(message).at(document.path(), step.span);
        found.push(finding.help("give it `Owner`, `Estimate` and `Validate`, as a step of the plan has"));
    }
}
