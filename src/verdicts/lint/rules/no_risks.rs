//! MCM107.

use super::super::subject::{follows_model, key_place};
use super::super::{Check, Levels, Rule, Settings};
use crate::inputs::document::Document;
use crate::inputs::value::Node;
use crate::text::{Code, Diagnostic, Severity, Stage};

pub(super) static RULE: Rule = Rule {
    code: Code("MCM107"),
    name: "no-risks",
    summary: "risk register is empty",
    about: "request",
    severity: Severity::Error,
    stage: Stage::Submission,
    levels: Levels::FROM_STANDARD,
    docs: include_str!("no_risks.md"),
    check: Check::Document(check),
};

fn check(rule: &Rule, document: &Document, _: &Settings<'_>, found: &mut Vec<Diagnostic>) {
    if document.kind_name() != "request" || follows_model(document) {
        return;
    }
    // A value that is no list is MCM009.
    let is_empty = document
        .field("risks")
        .is_none_or(|risks| risks.items().is_empty() && matches!(risks.node, Node::List(_) | Node::Null));
    if is_empty {
        let finding = rule.finding("risk register is empty");
        let finding = finding.at(document.path(), key_place(document, "risks"));
        found.push(finding.help("add `risks`: id, text, likelihood, impact, mitigation and owner of each"));
    }
}
