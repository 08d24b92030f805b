//! MCM812.

use super::super::{Check, Levels, Rule};
use crate::text::{Code, Severity, Stage};

pub(super) static RULE: Rule = Rule {
    code: Code("MCM812"),
    name: "standing-rejection",
    summary: "rejected by {p}; not withdrawn",
    about: "approval",
    severity: Severity::Error,
    stage: Stage::Ready,
    levels: Levels::EVERYWHERE,
    docs: include_str!("standing_rejection.md"),
    check: Check::Later("approvals"),
};
