//! MCM814.

use super::super::{Check, Levels, Rule};
use crate::text::{Code, Severity, Stage};

pub(super) static RULE: Rule = Rule {
    code: Code("MCM814"),
    name: "pending-amendment",
    summary: "roster or policy change is pending: {n} of {m} policy-admins have signed",
    about: "approval",
    severity: Severity::Error,
    stage: Stage::Published,
    levels: Levels::EVERYWHERE,
    docs: include_str!("pending_amendment.md"),
    check: Check::Later("approvals"),
};
