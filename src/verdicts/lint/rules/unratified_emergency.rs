//! MCM815.

use super::super::{Check, Levels, Rule};
use crate::text::{Code, Severity, Stage};

pub(super) static RULE: Rule = Rule {
    code: Code("MCM815"),
    name: "unratified-emergency",
    summary: "emergency change not ratified {n} business days after",
    about: "approval",
    severity: Severity::Error,
    stage: Stage::Published,
    levels: Levels::EVERYWHERE,
    docs: include_str!("unratified_emergency.md"),
    check: Check::Later("approvals"),
};
