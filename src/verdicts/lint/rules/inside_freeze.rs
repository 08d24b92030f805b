//! MCM615.

use super::super::{Check, Levels, Rule};
use crate::text::{Code, Severity, Stage};

pub(super) static RULE: Rule = Rule {
    code: Code("MCM615"),
    name: "inside-freeze",
    summary: "inside {freeze} without pre-approval or exception",
    about: "window",
    severity: Severity::Error,
    stage: Stage::Ready,
    levels: Levels::ADVISED_IN_STANDARD,
    docs: include_str!("inside_freeze.md"),
    check: Check::Later("approvals"),
};
