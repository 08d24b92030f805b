//! MCM612.

use super::super::{Check, Levels, Rule};
use crate::text::{Code, Severity, Stage};

pub(super) static RULE: Rule = Rule {
    code: Code("MCM612"),
    name: "distant-collision",
    summary: "{other} changes {service}, a soft or distant ({n} hops) neighbour, at the same time",
    about: "window",
    severity: Severity::Warning,
    stage: Stage::Approval,
    levels: Levels::FROM_STANDARD,
    docs: include_str!("distant_collision.md"),
    check: Check::Later("the calendar of changes"),
};
