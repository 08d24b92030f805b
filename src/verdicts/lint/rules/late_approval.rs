//! MCM817.

use super::super::{Check, Levels, Rule};
use crate::text::{Code, Severity, Stage};

pub(super) static RULE: Rule = Rule {
    code: Code("MCM817"),
    name: "late-approval",
    summary: "approved {n} before start; {m} required",
    about: "approval",
    severity: Severity::Error,
    stage: Stage::Ready,
    levels: Levels::FROM_STANDARD,
    docs: include_str!("late_approval.md"),
    check: Check::Later("approvals"),
};
