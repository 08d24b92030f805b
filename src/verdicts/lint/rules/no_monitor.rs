//! MCM220.

use super::super::runbook::is_runbook;
use super::super::{Check, Levels, Rule, Settings};
use crate::facts::book::view;
use crate::inputs::document::Document;
use crate::text::{Code, Diagnostic, Severity, Stage};

pub(super) static RULE: Rule = Rule {
    code: Code("MCM220"),
    name: "no-monitor",
    summary: "no monitors are named",
    about: "runbook",
    severity: Severity::Error,
    stage: Stage::Approval,
    levels: Levels::FROM_STANDARD,
    docs: include_str!("no_monitor.md"),
    check: Check::Document(check),
};

fn check(rule: &Rule, document: &Document, _: &Settings<'_>, found: &mut Vec<Diagnostic>) {
    if !is_runbook(document) || view::rows(document, "monitors").next().is_some() {
        return;
    }
    let place = document.field("monitors").map_or(document.head_span(), |value| value.span);
    let finding = rule.finding("no monitors are named").at(document.path(), place);
    let help = "add `monitors` with id, url, metric, normal reading, threshold, duration and watcher of each";
    found.push(finding.help(help));
}
