//! MCM624.

use super::super::{Check, Levels, Rule};
use crate::text::{Code, Severity, Stage};

pub(super) static RULE: Rule = Rule {
    code: Code("MCM624"),
    name: "hard-neighbour-collision",
    summary: "{other} changes {service}, a hard up- or downstream neighbour, at the same time",
    about: "window",
    severity: Severity::Error,
    stage: Stage::Approval,
    levels: Levels::FROM_STANDARD,
    docs: include_str!("hard_neighbour_collision.md"),
    check: Check::Later("the calendar of changes"),
};
