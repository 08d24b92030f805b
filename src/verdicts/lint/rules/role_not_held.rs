//! MCM802.

use super::super::{Check, Levels, Rule};
use crate::text::{Code, Severity, Stage};

pub(super) static RULE: Rule = Rule {
    code: Code("MCM802"),
    name: "role-not-held",
    summary: "{p} may not approve as `{role}`",
    about: "approval",
    severity: Severity::Error,
    stage: Stage::Ready,
    levels: Levels::EVERYWHERE,
    docs: include_str!("role_not_held.md"),
    check: Check::Later("approvals"),
};
