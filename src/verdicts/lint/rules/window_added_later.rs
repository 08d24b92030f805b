//! MCM621.

use super::super::{Check, Levels, Rule};
use crate::text::{Code, Severity, Stage};

pub(super) static RULE: Rule = Rule {
    code: Code("MCM621"),
    name: "window-added-later",
    summary: "a window added after approval covers this slot; approvals no longer suffice",
    about: "window",
    severity: Severity::Error,
    stage: Stage::Ready,
    levels: Levels::FROM_STANDARD,
    docs: include_str!("window_added_later.md"),
    check: Check::Later("approvals"),
};
