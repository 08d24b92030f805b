//! MCM822.

use super::super::{Check, Levels, Rule};
use crate::text::{Code, Severity, Stage};

pub(super) static RULE: Rule = Rule {
    code: Code("MCM822"),
    name: "unknown-editor",
    summary: "editor {email} is nobody on the roster",
    about: "approval",
    severity: Severity::Error,
    stage: Stage::Approval,
    levels: Levels::EVERYWHERE,
    docs: include_str!("unknown_editor.md"),
    check: Check::Later("approvals"),
};
