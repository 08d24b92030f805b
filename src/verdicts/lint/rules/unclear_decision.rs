//! MCM207.

use super::super::runbook::{has_steps, listed};
use super::super::{Check, Levels, Rule, Settings};
use crate::inputs::document::Document;
use crate::inputs::document::steps::StepKind;
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
        let is_missing = |field: &str| step.field(field).is_none_or(|field| field.value.is_empty());
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
