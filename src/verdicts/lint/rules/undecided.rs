//! MCM137.

use super::super::{Check, Levels, Rule};
use crate::text::{Code, Severity, Stage};

pub(super) static RULE: Rule = Rule {
    code: Code("MCM137"),
    name: "undecided",
    summary: "waiting {n} days for a decision",
    about: "request",
    severity: Severity::Warning,
    stage: Stage::Published,
    levels: Levels::EVERYWHERE,
    docs: include_str!("undecided.md"),
    check: Check::Later("approvals"),
};
