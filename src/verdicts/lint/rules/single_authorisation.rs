//! MCM816.

use super::super::{Check, Levels, Rule};
use crate::text::{Code, Severity, Stage};

pub(super) static RULE: Rule = Rule {
    code: Code("MCM816"),
    name: "single-authorisation",
    summary: "emergency change authorised by fewer than two people",
    about: "approval",
    severity: Severity::Error,
    stage: Stage::Closing,
    levels: Levels::EVERYWHERE,
    docs: include_str!("single_authorisation.md"),
    check: Check::Later("approvals"),
};
