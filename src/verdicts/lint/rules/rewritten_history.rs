//! MCM813.

use super::super::{Check, Levels, Rule};
use crate::text::{Code, Severity, Stage};

pub(super) static RULE: Rule = Rule {
    code: Code("MCM813"),
    name: "rewritten-history",
    summary: "history was rewritten: checkpoint {c} is not an ancestor",
    about: "approval",
    severity: Severity::Error,
    stage: Stage::Draft,
    levels: Levels::EVERYWHERE,
    docs: include_str!("rewritten_history.md"),
    check: Check::Later("approvals"),
};
