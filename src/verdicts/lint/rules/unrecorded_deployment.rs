//! MCM918.

use super::super::{Check, Levels, Rule};
use crate::text::{Code, Severity, Stage};

pub(super) static RULE: Rule = Rule {
    code: Code("MCM918"),
    name: "unrecorded-deployment",
    summary: "deployment {d} has no change record and no gate decision",
    about: "audit",
    severity: Severity::Error,
    stage: Stage::Published,
    levels: Levels::ADVISED_IN_STANDARD,
    docs: include_str!("unrecorded_deployment.md"),
    check: Check::Later("a list of what was deployed"),
};
