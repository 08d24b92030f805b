//! MCM809.

use super::super::approvals::refused;
use super::super::{Check, Levels, Rule};
use crate::facts::Facts;
use crate::text::{Code, Diagnostic, Severity, Stage};

pub(super) static RULE: Rule = Rule {
    code: Code("MCM809"),
    name: "implausible-time",
    summary: "commit time is implausible against its parents or the witness",
    about: "approval",
    severity: Severity::Warning,
    stage: Stage::Published,
    levels: Levels::EVERYWHERE,
    docs: include_str!("implausible_time.md"),
    check: Check::Ledger(check),
};

fn check(rule: &Rule, facts: &Facts, found: &mut Vec<Diagnostic>) {
    for refused in refused(facts, rule) {
        let message = "commit time is implausible against its parents or the witness";
        let finding = refused.case.finding(rule, message);
        found.push(finding.help(format!("record {}: {}", refused.commit(), refused.why)));
    }
}
