//! MCM819.

use super::super::{Check, Levels, Rule};
use crate::text::{Code, Severity, Stage};

pub(super) static RULE: Rule = Rule {
    code: Code("MCM819"),
    name: "missing-outsider",
    summary: "no approver from outside the owning team",
    about: "approval",
    severity: Severity::Error,
    stage: Stage::Ready,
    levels: Levels::ADVISED_IN_STANDARD,
    docs: include_str!("missing_outsider.md"),
    check: Check::Later("approvals"),
};
