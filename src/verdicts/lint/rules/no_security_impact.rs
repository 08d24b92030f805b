//! MCM126.

use super::super::wording::{is_placeholder, written};
use super::super::{Check, Levels, Rule, Settings};
use crate::inputs::document::Document;
use crate::text::{Code, Diagnostic, Severity, Stage};

pub(super) static RULE: Rule = Rule {
    code: Code("MCM126"),
    name: "no-security-impact",
    summary: "security impact is not stated",
    about: "request",
    severity: Severity::Error,
    stage: Stage::Submission,
    levels: Levels::REGULATED,
    docs: include_str!("no_security_impact.md"),
    check: Check::Document(check),
};

fn check(rule: &Rule, document: &Document, _: &Settings<'_>, found: &mut Vec<Diagnostic>) {
    if document.kind_name() != "request" {
        return;
    }
    let Some(section) = written(document, "Security Impact") else { return };
    if is_placeholder(&section.text) {
        let finding = rule.finding("security impact is not stated");
        let finding = finding.at(document.path(), section.heading);
        found.push(finding.help(
            "say what changes in access, exposure of data, keys and logging; \"none\" needs its reason",
        ));
    }
}
