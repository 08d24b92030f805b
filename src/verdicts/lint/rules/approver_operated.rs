//! MCM420.

use super::super::{Check, Levels, Rule};
use crate::text::{Code, Severity, Stage};

pub(super) static RULE: Rule = Rule {
    code: Code("MCM420"),
    name: "approver-operated",
    summary: "{p} both approved and carried out this change",
    about: "execution",
    severity: Severity::Error,
    stage: Stage::Closing,
    levels: Levels::REGULATED,
    docs: include_str!("approver_operated.md"),
    check: Check::Later("approvals"),
};
