//! MCM801.

use super::super::{Check, Levels, Rule};
use crate::text::{Code, Severity, Stage};

pub(super) static RULE: Rule = Rule {
    code: Code("MCM801"),
    name: "missing-approval",
    summary: "approval by `{role}` is missing",
    about: "approval",
    severity: Severity::Error,
    stage: Stage::Ready,
    levels: Levels::EVERYWHERE,
    docs: include_str!("missing_approval.md"),
    check: Check::Later("approvals"),
};
