//! MCM424.

use super::super::{Check, Levels, Rule};
use crate::text::{Code, Severity, Stage};

pub(super) static RULE: Rule = Rule {
    code: Code("MCM424"),
    name: "late-emergency-record",
    summary: "emergency change recorded {n} after it began; at most {m}",
    about: "execution",
    severity: Severity::Error,
    stage: Stage::Closing,
    levels: Levels::FROM_STANDARD,
    docs: include_str!("late_emergency_record.md"),
    check: Check::Later("landed history"),
};
