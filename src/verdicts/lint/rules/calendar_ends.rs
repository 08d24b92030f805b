//! MCM622.

use super::super::{Check, Levels, Rule};
use crate::text::{Code, Severity, Stage};

pub(super) static RULE: Rule = Rule {
    code: Code("MCM622"),
    name: "calendar-ends",
    summary: "no restricted windows are defined beyond {date}",
    about: "window",
    severity: Severity::Warning,
    stage: Stage::Published,
    levels: Levels::FROM_STANDARD,
    docs: include_str!("calendar_ends.md"),
    check: Check::Later("the calendar of changes"),
};
