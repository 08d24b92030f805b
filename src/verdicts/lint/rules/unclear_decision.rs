//! MCM207.

use super::super::runbook::{has_steps, listed};
use super::super::{Check, Levels, Rule, Settings};
use crate::inputs::document::Document;
use crate::inputs::document::steps::{self, Step, StepKind};
use crate::text::{Code, Diagnostic, Severity, Stage};

pub(super) static RULE: Rule = Rule {
    code: Code("MCM207"),
    name: "unclear-go-no-go",
    summary: "go/no-go {g} lacks criteria, decider or the action on \"no\"",
    about: "runbook",
    severity: Severity::Error,
    stage: Stage::Approval,
    levels: Levels::ADVISED_IN_STARTER,
    docs: include_str!("unclear_decision.md"),
    check: Check::Document(check),
};

fn check(rule: &Rule, document: &Document, _: &Settings<'_>, found: &mut Vec<Diagnostic>) {
    const PARTS: [(&str, &str); 3] =
        [("Criteria", "criteria"), ("Decider", "decider"), ("On no", "the action on \"no\"")];
    let decisions = document.steps.iter().filter(|step| step.kind == StepKind::GoNoGo);
    for step in decisions.filter(|_| has_steps(document)) {
        let is_missing = |field: &str| step.lacks(field);
        found.extend(nowhere(rule, document, step));
        let missing: Vec<&str> =
            PARTS.iter().filter(|(field, _)| is_missing(field)).map(|(_, words)| *words).collect();
        if missing.is_empty() {
            continue;
        }
        let message = format!("go/no-go {} lacks {}", step.label, listed(&missing));
        let finding = rule.finding(message).at(document.path(), step.span);
        let fields: Vec<String> = PARTS
            .iter()
            .filter(|(field, _)| is_missing(field))
            .map(|(field, _)| format!("`- {field}: …`"))
            .collect();
        found.push(finding.help(format!("add {} to its list", listed(&fields))));
    }
}

/// A way back that leads nowhere: `On no` names a step that is not there, or is one word that says nothing.
fn nowhere(rule: &Rule, document: &Document, step: &Step) -> Option<Diagnostic> {
    const ACTIONS: [&str; 8] = ["abort", "cancel", "hold", "postpone", "retry", "rollback", "stop", "wait"];
    let field = step.field("On no").filter(|field| !field.value.is_empty())?;
    let words = field.value.split(|c: char| !c.is_alphanumeric() && c != '-').filter(|word| !word.is_empty());
    // A bare number is a time or a count.
    let lettered = words.clone().filter(|word| word.starts_with(char::is_alphabetic));
    let named: Vec<String> = lettered.filter_map(steps::label).collect();
    // Without a way back MCM211 speaks.
    let has_rollback = document.steps.iter().any(|step| step.kind == StepKind::Rollback);
    let is_step = |label: &String| document.steps.iter().any(|step| step.label == *label);
    let label = match named.iter().find(|label| !is_step(label)) {
        Some(label) if has_rollback || !label.starts_with('R') => format!("there is no {label}"),
        None if named.is_empty() && words.clone().count() == 1 => {
            let word = words.clone().next()?;
            let is_action = ACTIONS.iter().any(|action| word.eq_ignore_ascii_case(action));
            (!is_action && word.is_ascii()).then(|| format!("`{word}` is no action"))?
        }
        _ => return None,
    };
    let finding = rule.finding(format!("go/no-go {} lacks the action on \"no\": {label}", step.label));
    let finding = finding.at(document.path(), field.span);
    Some(finding.help("name the rollback step with which the way back begins: `- On no: rollback from R1`"))
}
