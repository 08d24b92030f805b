//! MCM820.

use super::super::approvals::refused;
use super::super::{Check, Levels, Rule};
use super::role_not_held;
use crate::facts::Facts;
use crate::text::{Code, Diagnostic, Severity, Stage};

pub(super) static RULE: Rule = Rule {
    code: Code("MCM820"),
    name: "missing-delegation",
    summary: "delegation from {p} is missing or expired",
    about: "approval",
    severity: Severity::Error,
    stage: Stage::Ready,
    levels: Levels::EVERYWHERE,
    docs: include_str!("missing_delegation.md"),
    check: Check::Ledger(check),
};

fn check(rule: &Rule, facts: &Facts, found: &mut Vec<Diagnostic>) {
    for refused in refused(facts, &role_not_held::RULE) {
        let delegators: Vec<&str> = role_not_held::delegators(&refused).collect();
        if delegators.is_empty() {
            continue;
        }
        let message = format!("delegation from {} is missing or expired", delegators.join(" or "));
        let help = format!(
            "record {} of {} as `{}`: {}",
            refused.commit(),
            refused.person(),
            refused.role(),
            refused.why
        );
        found.push(refused.case.finding(rule, message).help(help));
    }
}
