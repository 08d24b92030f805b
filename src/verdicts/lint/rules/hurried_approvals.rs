//! MCM818.

use super::super::{Check, Levels, Rule};
use crate::text::{Code, Severity, Stage};

pub(super) static RULE: Rule = Rule {
    code: Code("MCM818"),
    name: "hurried-approvals",
    summary: "all approvals came within {n} of submission",
    about: "approval",
    severity: Severity::Warning,
    stage: Stage::Published,
    levels: Levels::FROM_STANDARD,
    docs: include_str!("hurried_approvals.md"),
    check: Check::Later("approvals"),
};
