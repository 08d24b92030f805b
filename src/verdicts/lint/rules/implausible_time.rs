//! MCM809.

use super::super::{Check, Levels, Rule};
use crate::text::{Code, Severity, Stage};

pub(super) static RULE: Rule = Rule {
    code: Code("MCM809"),
    name: "implausible-time",
    summary: "commit time is implausible against its parents or the witness",
    about: "approval",
    severity: Severity::Warning,
    stage: Stage::Published,
    levels: Levels::EVERYWHERE,
    docs: include_str!("implausible_time.md"),
    check: Check::Later("approvals"),
};
