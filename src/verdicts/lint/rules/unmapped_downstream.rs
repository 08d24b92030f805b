//! MCM114.

use super::super::{Check, Levels, Rule, Settings};
use super::unmapped_upstream::unmapped;
use crate::inputs::document::Document;
use crate::text::{Code, Diagnostic, Severity, Stage};

pub(super) static RULE: Rule = Rule {
    code: Code("MCM114"),
    name: "unmapped-downstream",
    summary: "downstream dependencies are not mapped (list them or write `none` with a reason)",
    about: "request",
    severity: Severity::Error,
    stage: Stage::Submission,
    levels: Levels::FROM_STANDARD,
    docs: include_str!("unmapped_downstream.md"),
    check: Check::Document(check),
};

fn check(rule: &Rule, document: &Document, _: &Settings<'_>, found: &mut Vec<Diagnostic>) {
    unmapped(rule, document, "downstream", found);
}
