//! MCM603.

use super::super::{Check, Levels, Rule};
use crate::facts::Facts;
use crate::text::{Code, Diagnostic, Severity, Stage};

pub(super) static RULE: Rule = Rule {
    code: Code("MCM603"),
    name: "boundary-in-clock-change",
    summary: "occurrence {t} starts or ends in a clock change; read as {u}",
    about: "window",
    severity: Severity::Warning,
    stage: Stage::Draft,
    levels: Levels::EVERYWHERE,
    docs: include_str!("boundary_in_clock_change.md"),
    check: Check::Book(check),
};

fn check(rule: &Rule, facts: &Facts, found: &mut Vec<Diagnostic>) {
    super::window_faults(rule, facts, found);
}
