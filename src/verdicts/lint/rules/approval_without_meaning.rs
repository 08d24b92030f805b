//! MCM811.

use super::super::{Check, Levels, Rule};
use crate::text::{Code, Severity, Stage};

pub(super) static RULE: Rule = Rule {
    code: Code("MCM811"),
    name: "approval-without-meaning",
    summary: "approval states no meaning or role",
    about: "approval",
    severity: Severity::Error,
    stage: Stage::Ready,
    levels: Levels::EVERYWHERE,
    docs: include_str!("approval_without_meaning.md"),
    check: Check::Later("approvals"),
};
