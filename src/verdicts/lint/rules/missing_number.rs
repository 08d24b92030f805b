//! MCM912.

use super::super::{Check, Levels, Rule};
use crate::text::{Code, Severity, Stage};

pub(super) static RULE: Rule = Rule {
    code: Code("MCM912"),
    name: "missing-number",
    summary: "number {id} is missing from the sequence without a void entry",
    about: "archive",
    severity: Severity::Error,
    stage: Stage::Published,
    levels: Levels::ADVISED_IN_STANDARD,
    docs: include_str!("missing_number.md"),
    check: Check::Later("landed history"),
};
