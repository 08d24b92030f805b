//! MCM213.

use super::super::runbook::is_runbook;
use super::super::{Check, Levels, Rule, Settings};
use crate::facts::book::view;
use crate::inputs::document::Document;
use crate::text::{Code, Diagnostic, Severity, Stage};

pub(super) static RULE: Rule = Rule {
    code: Code("MCM213"),
    name: "no-rollback-trigger",
    summary: "no rollback trigger",
    about: "runbook",
    severity: Severity::Error,
    stage: Stage::Approval,
    levels: Levels::FROM_STANDARD,
    docs: include_str!("no_trigger.md"),
    check: Check::Document(check),
};

fn check(rule: &Rule, document: &Document, _: &Settings<'_>, found: &mut Vec<Diagnostic>) {
    if !is_runbook(document) || view::rows(document, "triggers").next().is_some() {
        return;
    }
    let place = document.field("triggers").map_or(document.head_span(), |value| value.span);
    let finding = rule.finding("no rollback trigger").at(document.path(), place);
    let help = "add `triggers` with id, monitor, condition, for how long, and decider of each";
    found.push(finding.help(help));
}
