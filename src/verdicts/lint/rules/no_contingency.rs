//! MCM121.

use super::super::subject::follows_model;
use super::super::wording::{is_placeholder, statements, written};
use super::super::{Check, Levels, Rule, Settings};
use crate::inputs::document::Document;
use crate::text::{Code, Diagnostic, Severity, Stage};

pub(super) static RULE: Rule = Rule {
    code: Code("MCM121"),
    name: "no-contingency",
    summary: "no contingency strategy for a failed change or failed rollback",
    about: "request",
    severity: Severity::Error,
    stage: Stage::Submission,
    levels: Levels::FROM_STANDARD,
    docs: include_str!("no_contingency.md"),
    check: Check::Document(check),
};

fn check(rule: &Rule, document: &Document, _: &Settings<'_>, found: &mut Vec<Diagnostic>) {
    if document.kind_name() != "request" || follows_model(document) {
        return;
    }
    let Some(contingency) = written(document, "Contingency") else { return };
    if is_placeholder(&contingency.text) || statements(&contingency.text) < 2 {
        let finding = rule.finding("no contingency strategy for a failed change or failed rollback");
        let finding = finding.at(document.path(), contingency.heading);
        found.push(
            finding.help("say what is done when the change fails, and what when its rollback fails too"),
        );
    }
}
