//! MCM824.

use super::super::{Check, Levels, Rule};
use crate::text::{Code, Severity, Stage};

pub(super) static RULE: Rule = Rule {
    code: Code("MCM824"),
    name: "lost-records",
    summary: "signatures of {n} records were lost in {commit} (squash or rebase)",
    about: "approval",
    severity: Severity::Error,
    stage: Stage::Ready,
    levels: Levels::EVERYWHERE,
    docs: include_str!("lost_records.md"),
    check: Check::Later("approvals"),
};
