//! MCM806.

use super::super::{Check, Levels, Rule};
use crate::text::{Code, Severity, Stage};

pub(super) static RULE: Rule = Rule {
    code: Code("MCM806"),
    name: "stale-approval",
    summary: "approved content {digest} has changed since ({fields})",
    about: "approval",
    severity: Severity::Error,
    stage: Stage::Ready,
    levels: Levels::EVERYWHERE,
    docs: include_str!("stale_approval.md"),
    check: Check::Later("approvals"),
};
