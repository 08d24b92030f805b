//! MCM805.

use super::super::approvals::refused;
use super::super::{Check, Levels, Rule};
use crate::facts::Facts;
use crate::text::{Code, Diagnostic, Severity, Stage};

pub(super) static RULE: Rule = Rule {
    code: Code("MCM805"),
    name: "invalid-key",
    summary: "key was not valid when it signed",
    about: "approval",
    severity: Severity::Error,
    stage: Stage::Ready,
    levels: Levels::EVERYWHERE,
    docs: include_str!("invalid_key.md"),
    check: Check::Ledger(check),
};

fn check(rule: &Rule, facts: &Facts, found: &mut Vec<Diagnostic>) {
    for refused in refused(facts, rule) {
        let finding =
            refused.case.finding(rule, format!("key was not valid when it signed: {}", refused.why));
        let help = format!("record {} by {}: {}", refused.commit(), refused.person(), refused.reason);
        found.push(finding.help(help));
    }
}
