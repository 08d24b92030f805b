//! MCM233.

use super::super::{Check, Levels, Rule};
use crate::text::{Code, Severity, Stage};

pub(super) static RULE: Rule = Rule {
    code: Code("MCM233"),
    name: "runbook-not-signed-off",
    summary: "not signed off by stakeholder role `{role}`",
    about: "runbook",
    severity: Severity::Error,
    stage: Stage::Ready,
    levels: Levels::REGULATED,
    docs: include_str!("unsigned_runbook.md"),
    check: Check::Later("approvals"),
};
