//! MCM810.

use super::super::{Check, Levels, Rule};
use crate::text::{Code, Severity, Stage};

pub(super) static RULE: Rule = Rule {
    code: Code("MCM810"),
    name: "machine-signature",
    summary: "signed by a forge or robot key, which is nobody's approval",
    about: "approval",
    severity: Severity::Error,
    stage: Stage::Ready,
    levels: Levels::EVERYWHERE,
    docs: include_str!("machine_signature.md"),
    check: Check::Later("approvals"),
};
