//! MCM808.

use super::super::{Check, Levels, Rule};
use crate::text::{Code, Severity, Stage};

pub(super) static RULE: Rule = Rule {
    code: Code("MCM808"),
    name: "approval-after-execution",
    summary: "approval does not precede the execution in history",
    about: "approval",
    severity: Severity::Error,
    stage: Stage::Closing,
    levels: Levels::EVERYWHERE,
    docs: include_str!("approval_after_execution.md"),
    check: Check::Later("approvals"),
};
