//! MCM820.

use super::super::{Check, Levels, Rule};
use crate::text::{Code, Severity, Stage};

pub(super) static RULE: Rule = Rule {
    code: Code("MCM820"),
    name: "missing-delegation",
    summary: "delegation from {p} is missing or expired",
    about: "approval",
    severity: Severity::Error,
    stage: Stage::Ready,
    levels: Levels::EVERYWHERE,
    docs: include_str!("missing_delegation.md"),
    check: Check::Later("approvals"),
};
