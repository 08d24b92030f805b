//! MCM120.

use super::super::{Check, Levels, Rule};
use crate::text::{Code, Severity, Stage};

pub(super) static RULE: Rule = Rule {
    code: Code("MCM120"),
    name: "no-way-back",
    summary: "rollback is `{kind}`; a compensating plan and executive approval are needed",
    about: "request",
    severity: Severity::Error,
    stage: Stage::Approval,
    levels: Levels::FROM_STANDARD,
    docs: include_str!("no_way_back.md"),
    check: Check::Later("a line of the policy for what cannot be undone"),
};
