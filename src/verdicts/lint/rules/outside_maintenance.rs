//! MCM614.

use super::super::{Check, Levels, Rule};
use crate::text::{Code, Severity, Stage};

pub(super) static RULE: Rule = Rule {
    code: Code("MCM614"),
    name: "outside-maintenance",
    summary: "{service} may change only in its maintenance windows",
    about: "window",
    severity: Severity::Error,
    stage: Stage::Approval,
    levels: Levels::EVERYWHERE,
    docs: include_str!("outside_maintenance.md"),
    check: Check::Later("the calendar of changes"),
};
