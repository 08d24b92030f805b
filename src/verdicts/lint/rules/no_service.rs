//! MCM102.

use super::super::subject::key_place;
use super::super::{Check, Levels, Rule, Settings};
use crate::inputs::document::Document;
use crate::inputs::value::Node;
use crate::text::{Code, Diagnostic, Severity, Stage};

pub(super) static RULE: Rule = Rule {
    code: Code("MCM102"),
    name: "no-service",
    summary: "no affected service is named",
    about: "request",
    severity: Severity::Error,
    stage: Stage::Submission,
    levels: Levels::EVERYWHERE,
    docs: include_str!("no_service.md"),
    check: Check::Document(check),
};

fn check(rule: &Rule, document: &Document, _: &Settings<'_>, found: &mut Vec<Diagnostic>) {
    if document.kind_name() != "request" {
        return;
    }
    // A missing key is MCM008, a value of another type MCM009.
    let Some(Node::List(items)) = document.field("services").map(|value| &value.node) else { return };
    if items.is_empty() {
        let finding = rule.finding("no affected service is named");
        let finding = finding.at(document.path(), key_place(document, "services"));
        found.push(
            finding
                .help("list the services of the catalogue that are changed or stop: `services: [checkout]`"),
        );
    }
}
