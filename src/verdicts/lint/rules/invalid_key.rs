//! MCM805.

use super::super::{Check, Levels, Rule};
use crate::text::{Code, Severity, Stage};

pub(super) static RULE: Rule = Rule {
    code: Code("MCM805"),
    name: "invalid-key",
    summary: "key was not valid when it signed",
    about: "approval",
    severity: Severity::Error,
    stage: Stage::Ready,
    levels: Levels::EVERYWHERE,
    docs: include_str!("invalid_key.md"),
    check: Check::Later("approvals"),
};
