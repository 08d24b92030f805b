//! MCM618.

use super::super::{Check, Levels, Rule};
use crate::text::{Code, Severity, Stage};

pub(super) static RULE: Rule = Rule {
    code: Code("MCM618"),
    name: "relaxed-window",
    summary: "relaxed without approval; the former definition still applies",
    about: "window",
    severity: Severity::Error,
    stage: Stage::Draft,
    levels: Levels::ADVISED_IN_STANDARD,
    docs: include_str!("relaxed_window.md"),
    check: Check::Later("landed history"),
};
