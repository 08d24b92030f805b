//! MCM620.

use super::super::{Check, Levels, Rule};
use crate::text::{Code, Severity, Stage};

pub(super) static RULE: Rule = Rule {
    code: Code("MCM620"),
    name: "moved-by-zone-data",
    summary: "time-zone data changed since approval; {window} moves by {n}",
    about: "window",
    severity: Severity::Warning,
    stage: Stage::Ready,
    levels: Levels::FROM_STANDARD,
    docs: include_str!("moved_by_zone_data.md"),
    check: Check::Later("approvals"),
};
