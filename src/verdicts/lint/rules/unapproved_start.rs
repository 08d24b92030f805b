//! MCM401.

use super::super::{Check, Levels, Rule};
use crate::text::{Code, Severity, Stage};

pub(super) static RULE: Rule = Rule {
    code: Code("MCM401"),
    name: "unapproved-start",
    summary: "started without a valid approval set",
    about: "execution",
    severity: Severity::Error,
    stage: Stage::Closing,
    levels: Levels::EVERYWHERE,
    docs: include_str!("unapproved_start.md"),
    check: Check::Later("approvals"),
};
