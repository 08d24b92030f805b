//! MCM133.

use super::super::{Check, Levels, Rule, Settings};
use crate::inputs::document::Document;
use crate::text::{Code, Diagnostic, Severity, Stage};

pub(super) static RULE: Rule = Rule {
    code: Code("MCM133"),
    name: "no-incident",
    summary: "emergency change names no incident",
    about: "request",
    severity: Severity::Error,
    stage: Stage::Submission,
    levels: Levels::EVERYWHERE,
    docs: include_str!("no_incident.md"),
    check: Check::Document(check),
};

fn check(rule: &Rule, document: &Document, _: &Settings<'_>, found: &mut Vec<Diagnostic>) {
    if document.kind_name() != "request" || document.text("class") != Some("emergency") {
        return;
    }
    let incident = document.field("incident");
    // A value of another type is MCM009.
    let is_named = incident.is_some_and(|value| value.as_str().is_none_or(|text| !text.trim().is_empty()));
    let class = document.field("class");
    if let Some(class) = class.filter(|_| !is_named) {
        let finding = rule.finding("emergency change names no incident").at(document.path(), class.span);
        found.push(finding.help("write `incident` with its number, or take the normal way"));
    }
}
