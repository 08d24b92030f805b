//! MCM803.

use super::super::approvals::refused;
use super::super::{Check, Levels, Rule};
use crate::facts::Facts;
use crate::text::{Code, Diagnostic, Severity, Stage};

pub(super) static RULE: Rule = Rule {
    code: Code("MCM803"),
    name: "self-approval",
    summary: "{p} wrote, requested or will execute this change and cannot approve it",
    about: "approval",
    severity: Severity::Error,
    stage: Stage::Ready,
    levels: Levels::EVERYWHERE,
    docs: include_str!("self_approval.md"),
    check: Check::Ledger(check),
};

fn check(rule: &Rule, facts: &Facts, found: &mut Vec<Diagnostic>) {
    for refused in refused(facts, rule) {
        let person = refused.person();
        let message = format!("{person} wrote, requested or will execute this change and cannot approve it");
        let finding = refused.case.finding(rule, message);
        found.push(finding.help(format!("record {}: {}", refused.commit(), refused.why)));
    }
}
