//! MCM613.

use super::super::{Check, Levels, Rule};
use crate::text::{Code, Severity, Stage};

pub(super) static RULE: Rule = Rule {
    code: Code("MCM613"),
    name: "person-needed-twice",
    summary: "{person} is needed by {other} at the same time",
    about: "window",
    severity: Severity::Warning,
    stage: Stage::Approval,
    levels: Levels::FROM_STANDARD,
    docs: include_str!("person_needed_twice.md"),
    check: Check::Later("the calendar of changes"),
};
