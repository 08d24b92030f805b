//! MCM124.

use super::super::{Check, Levels, Rule};
use crate::text::{Code, Severity, Stage};

pub(super) static RULE: Rule = Rule {
    code: Code("MCM124"),
    name: "short-notice",
    summary: "submitted {n} before start; {window} requires {m}",
    about: "request",
    severity: Severity::Error,
    stage: Stage::Approval,
    levels: Levels::EVERYWHERE,
    docs: include_str!("short_notice.md"),
    check: Check::Later("landed history"),
};
