//! MCM108.

use super::super::subject::joined;
use super::super::{Check, Levels, Rule, Settings};
use crate::facts::book::view;
use crate::inputs::document::Document;
use crate::inputs::value::Node;
use crate::text::{Code, Diagnostic, Severity, Stage};

pub(super) static RULE: Rule = Rule {
    code: Code("MCM108"),
    name: "incomplete-risk",
    summary: "risk {r} lacks likelihood, impact, mitigation or owner",
    about: "request",
    severity: Severity::Error,
    stage: Stage::Submission,
    levels: Levels::FROM_STANDARD,
    docs: include_str!("incomplete_risk.md"),
    check: Check::Document(check),
};

fn check(rule: &Rule, document: &Document, _: &Settings<'_>, found: &mut Vec<Diagnostic>) {
    if document.kind_name() != "request" {
        return;
    }
    for row in view::rows(document, "risks") {
        // What is there but of another type is MCM009.
        let is_blank = |key: &&str| match row.table.get(key) {
            None => true,
            Some(value) => {
                value.node == Node::Null || value.as_str().is_some_and(|text| text.trim().is_empty())
            }
        };
        let lacking: Vec<&str> =
            ["likelihood", "impact", "mitigation", "owner"].into_iter().filter(is_blank).collect();
        if lacking.is_empty() {
            continue;
        }
        let name = row.text("id").map_or("without an id".to_owned(), |id| format!("`{id}`"));
        let message = format!("risk {name} lacks {}", joined(&lacking));
        let finding = rule.finding(message).at(document.path(), row.place());
        found.push(finding.help("likelihood and impact are 1 to 5; a mitigation without an owner is a wish"));
    }
}
