//! MCM623.

use super::super::{Check, Levels, Rule};
use crate::text::{Code, Severity, Stage};

pub(super) static RULE: Rule = Rule {
    code: Code("MCM623"),
    name: "leaky-freeze",
    summary: "{n} exceptions in {window}; the freeze is not holding",
    about: "window",
    severity: Severity::Warning,
    stage: Stage::Published,
    levels: Levels::FROM_STANDARD,
    docs: include_str!("leaky_freeze.md"),
    check: Check::Later("the gate"),
};
