//! MCM002.

use super::super::{Check, Levels, Rule, Settings};
use super::faults_of;
use crate::inputs::document::Document;
use crate::text::{Code, Diagnostic, Severity, Stage};

pub(super) static RULE: Rule = Rule {
    code: Code("MCM002"),
    name: "invalid-front-matter",
    summary: "front matter is not valid (duplicate key, alias, tab, non-string key): {why}",
    about: "all",
    severity: Severity::Error,
    stage: Stage::Draft,
    levels: Levels::EVERYWHERE,
    docs: include_str!("invalid_front_matter.md"),
    check: Check::Document(check),
};

fn check(rule: &Rule, document: &Document, _: &Settings<'_>, found: &mut Vec<Diagnostic>) {
    let before = found.len();
    faults_of(rule, document, found);
    for finding in &mut found[before..] {
        finding.message = format!("front matter is not valid: {}", finding.message);
    }
}
