//! MCM807.

use super::super::{Check, Levels, Rule};
use crate::text::{Code, Severity, Stage};

pub(super) static RULE: Rule = Rule {
    code: Code("MCM807"),
    name: "one-person-twice",
    summary: "{p} counts once; a second person is needed for `{role}`",
    about: "approval",
    severity: Severity::Error,
    stage: Stage::Ready,
    levels: Levels::EVERYWHERE,
    docs: include_str!("one_person_twice.md"),
    check: Check::Later("approvals"),
};
