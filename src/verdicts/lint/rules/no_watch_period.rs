//! MCM225.

use super::super::runbook::is_runbook;
use super::super::{Check, Levels, Rule, Settings};
use crate::facts::book::view;
use crate::inputs::document::Document;
use crate::inputs::document::time::Duration;
use crate::text::{Code, Diagnostic, Severity, Stage};

pub(super) static RULE: Rule = Rule {
    code: Code("MCM225"),
    name: "no-watch-period",
    summary: "no watch period for delayed effects",
    about: "runbook",
    severity: Severity::Error,
    stage: Stage::Approval,
    levels: Levels::ADVISED_IN_STANDARD,
    docs: include_str!("no_watch_period.md"),
    check: Check::Document(check),
};

fn check(rule: &Rule, document: &Document, _: &Settings<'_>, found: &mut Vec<Diagnostic>) {
    let field = document.field("watch_period");
    let length = view::duration(document, "watch_period").map(|(length, _)| length);
    // What is no duration is told by MCM018.
    let is_there = field.is_some() && length != Some(Duration::default());
    if !is_runbook(document) || is_there {
        return;
    }
    let place = field.map_or(document.head_span(), |value| value.span);
    let finding = rule.finding("no watch period for delayed effects").at(document.path(), place);
    found.push(finding.help("say how long the services are watched afterwards: `watch_period: 24h`"));
}
