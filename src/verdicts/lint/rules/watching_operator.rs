//! MCM218.

use super::super::runbook::is_runbook;
use super::super::{Check, Levels, Rule, Settings};
use crate::facts::book::view;
use crate::inputs::document::Document;
use crate::text::{Code, Diagnostic, Severity, Stage};

pub(super) static RULE: Rule = Rule {
    code: Code("MCM218"),
    name: "watching-operator",
    summary: "{p} is both operator and health watcher",
    about: "runbook",
    severity: Severity::Error,
    stage: Stage::Approval,
    levels: Levels::FROM_STANDARD,
    docs: include_str!("watching_operator.md"),
    check: Check::Document(check),
};

fn check(rule: &Rule, document: &Document, _: &Settings<'_>, found: &mut Vec<Diagnostic>) {
    let person = |role: &str| view::person(document, &format!("roles.{role}.who"));
    let Some(((operator, at), (watcher, place))) = person("operator").zip(person("health_watcher")) else {
        return;
    };
    if !is_runbook(document) || operator != watcher {
        return;
    }
    let message = format!("@{operator} is both operator and health watcher");
    let finding = rule.finding(message).at(document.path(), place);
    let finding = finding.related(document.path(), at, "operates here");
    found.push(finding.help("let somebody watch who does nothing else during the slot"));
}
