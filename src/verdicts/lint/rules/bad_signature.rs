//! MCM804.

use super::super::{Check, Levels, Rule};
use crate::text::{Code, Severity, Stage};

pub(super) static RULE: Rule = Rule {
    code: Code("MCM804"),
    name: "bad-signature",
    summary: "signature is missing, bad or by an unknown key",
    about: "approval",
    severity: Severity::Error,
    stage: Stage::Ready,
    levels: Levels::EVERYWHERE,
    docs: include_str!("bad_signature.md"),
    check: Check::Later("approvals"),
};
