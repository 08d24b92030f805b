//! MCM910.

use super::super::{Check, Levels, Rule};
use crate::text::{Code, Severity, Stage};

pub(super) static RULE: Rule = Rule {
    code: Code("MCM910"),
    name: "edited-closed-record",
    summary: "closed record changed without an amendment entry",
    about: "archive",
    severity: Severity::Error,
    stage: Stage::Published,
    levels: Levels::EVERYWHERE,
    docs: include_str!("edited_closed_record.md"),
    check: Check::Later("landed history"),
};
