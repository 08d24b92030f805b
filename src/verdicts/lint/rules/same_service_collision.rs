//! MCM611.

use super::super::{Check, Levels, Rule};
use crate::text::{Code, Severity, Stage};

pub(super) static RULE: Rule = Rule {
    code: Code("MCM611"),
    name: "same-service-collision",
    summary: "{other} is scheduled for {service} at the same time",
    about: "window",
    severity: Severity::Error,
    stage: Stage::Approval,
    levels: Levels::EVERYWHERE,
    docs: include_str!("same_service_collision.md"),
    check: Check::Later("the calendar of changes"),
};
