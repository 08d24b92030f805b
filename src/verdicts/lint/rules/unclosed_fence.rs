//! MCM011.

use super::super::{Check, Levels, Rule, Settings};
use super::faults_of;
use crate::inputs::document::Document;
use crate::text::{Code, Diagnostic, Severity, Stage};

pub(super) static RULE: Rule = Rule {
    code: Code("MCM011"),
    name: "unclosed-fence",
    summary: "code fence opened at line {n} is never closed and hides {k} heading(s)",
    about: "all",
    severity: Severity::Error,
    stage: Stage::Draft,
    levels: Levels::EVERYWHERE,
    docs: include_str!("unclosed_fence.md"),
    check: Check::Document(check),
};

fn check(rule: &Rule, document: &Document, _: &Settings<'_>, found: &mut Vec<Diagnostic>) {
    faults_of(rule, document, found);
}
