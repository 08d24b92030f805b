//! MCM619.

use super::super::{Check, Levels, Rule};
use crate::text::{Code, Severity, Stage};

pub(super) static RULE: Rule = Rule {
    code: Code("MCM619"),
    name: "lossy-import",
    summary: "imported calendar holds what cannot be represented: {what}",
    about: "window",
    severity: Severity::Error,
    stage: Stage::Draft,
    levels: Levels::EVERYWHERE,
    docs: include_str!("lossy_import.md"),
    check: Check::Later("the calendar of changes"),
};
