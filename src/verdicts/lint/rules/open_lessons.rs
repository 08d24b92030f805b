//! MCM118.

use super::super::{Check, Levels, Rule};
use crate::text::{Code, Severity, Stage};

pub(super) static RULE: Rule = Rule {
    code: Code("MCM118"),
    name: "open-lessons",
    summary: "lessons of {id} are open and not answered here",
    about: "request",
    severity: Severity::Warning,
    stage: Stage::Approval,
    levels: Levels::FROM_STANDARD,
    docs: include_str!("open_lessons.md"),
    check: Check::Later("a form in which a request answers a lesson"),
};
