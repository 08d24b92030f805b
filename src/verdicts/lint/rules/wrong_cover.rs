//! MCM825.

use super::super::{Check, Levels, Rule};
use crate::text::{Code, Severity, Stage};

pub(super) static RULE: Rule = Rule {
    code: Code("MCM825"),
    name: "wrong-cover",
    summary: "record covers {a}; class {c} needs {b}",
    about: "approval",
    severity: Severity::Error,
    stage: Stage::Ready,
    levels: Levels::EVERYWHERE,
    docs: include_str!("wrong_cover.md"),
    check: Check::Later("approvals"),
};
