//! MCM617.

use super::super::{Check, Levels, Rule};
use crate::text::{Code, Severity, Stage};

pub(super) static RULE: Rule = Rule {
    code: Code("MCM617"),
    name: "stale-exception",
    summary: "exception {id} is expired or was given to another change",
    about: "exception",
    severity: Severity::Error,
    stage: Stage::Ready,
    levels: Levels::FROM_STANDARD,
    docs: include_str!("stale_exception.md"),
    check: Check::Later("approvals"),
};
