//! MCM908.

use super::super::{Check, Levels, Rule};
use crate::text::{Code, Severity, Stage};

pub(super) static RULE: Rule = Rule {
    code: Code("MCM908"),
    name: "unacknowledged-guide",
    summary: "guide changed; `{team}` has not acknowledged version {v}",
    about: "guide",
    severity: Severity::Warning,
    stage: Stage::Published,
    levels: Levels::REGULATED,
    docs: include_str!("unacknowledged_guide.md"),
    check: Check::Later("approvals"),
};
