//! MCM823.

use super::super::{Check, Levels, Rule};
use crate::text::{Code, Severity, Stage};

pub(super) static RULE: Rule = Rule {
    code: Code("MCM823"),
    name: "expiring-quorum",
    summary: "the quorum of {what} becomes unreachable on {date}",
    about: "approval",
    severity: Severity::Warning,
    stage: Stage::Published,
    levels: Levels::FROM_STANDARD,
    docs: include_str!("expiring_quorum.md"),
    check: Check::Later("approvals"),
};
