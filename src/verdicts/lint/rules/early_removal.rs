//! MCM914.

use super::super::{Check, Levels, Rule};
use crate::text::{Code, Severity, Stage};

pub(super) static RULE: Rule = Rule {
    code: Code("MCM914"),
    name: "early-removal",
    summary: "record was removed before its retention ends or under hold",
    about: "archive",
    severity: Severity::Error,
    stage: Stage::Published,
    levels: Levels::ADVISED_IN_STANDARD,
    docs: include_str!("early_removal.md"),
    check: Check::Later("landed history"),
};
