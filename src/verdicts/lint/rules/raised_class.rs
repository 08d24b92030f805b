//! MCM821.

use super::super::{Check, Levels, Rule};
use crate::text::{Code, Severity, Stage};

pub(super) static RULE: Rule = Rule {
    code: Code("MCM821"),
    name: "raised-class",
    summary: "class rose from {a} to {b} after the quorum was met ({reasons})",
    about: "approval",
    severity: Severity::Error,
    stage: Stage::Ready,
    levels: Levels::EVERYWHERE,
    docs: include_str!("raised_class.md"),
    check: Check::Later("approvals"),
};
