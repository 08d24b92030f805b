//! MCM021.

use super::super::{Check, Levels, Rule, Settings};
use super::faults_of;
use crate::inputs::document::Document;
use crate::text::{Code, Diagnostic, Severity, Stage};

pub(super) static RULE: Rule = Rule {
    code: Code("MCM021"),
    name: "unclean-text",
    summary: "file is not clean UTF-8 (BOM, mixed line ends, bidi or invisible control)",
    severity: Severity::Error,
    stage: Stage::Draft,
    levels: Levels::EVERYWHERE,
    docs: include_str!("unclean_text.md"),
    check: Check::Document(check),
};

fn check(rule: &Rule, document: &Document, _: &Settings<'_>, found: &mut Vec<Diagnostic>) {
    faults_of(rule, document, found);
}
