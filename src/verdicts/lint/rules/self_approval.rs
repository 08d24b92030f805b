//! MCM803.

use super::super::{Check, Levels, Rule};
use crate::text::{Code, Severity, Stage};

pub(super) static RULE: Rule = Rule {
    code: Code("MCM803"),
    name: "self-approval",
    summary: "{p} wrote, requested or will execute this change and cannot approve it",
    about: "approval",
    severity: Severity::Error,
    stage: Stage::Ready,
    levels: Levels::EVERYWHERE,
    docs: include_str!("self_approval.md"),
    check: Check::Later("approvals"),
};
