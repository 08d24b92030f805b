//! MCM415.

use super::super::{Check, Levels, Rule};
use crate::text::{Code, Severity, Stage};

pub(super) static RULE: Rule = Rule {
    code: Code("MCM415"),
    name: "reused-approvals",
    summary: "approval set was already used by {attempt}",
    about: "execution",
    severity: Severity::Error,
    stage: Stage::Closing,
    levels: Levels::EVERYWHERE,
    docs: include_str!("reused_approvals.md"),
    check: Check::Later("approvals"),
};
