//! MCM802.

use super::super::approvals::{Refused, refused};
use super::super::{Check, Levels, Rule};
use crate::facts::Facts;
use crate::inputs::policy::Delegation;
use crate::text::{Code, Diagnostic, Severity, Stage};

pub(super) static RULE: Rule = Rule {
    code: Code("MCM802"),
    name: "role-not-held",
    summary: "{p} may not approve as `{role}`",
    about: "approval",
    severity: Severity::Error,
    stage: Stage::Ready,
    levels: Levels::EVERYWHERE,
    docs: include_str!("role_not_held.md"),
    check: Check::Ledger(check),
};

fn check(rule: &Rule, facts: &Facts, found: &mut Vec<Diagnostic>) {
    for refused in refused(facts, rule).iter().filter(|refused| !is_delegate(refused)) {
        let message = format!("{} may not approve as `{}`", refused.person(), refused.role());
        let finding = refused.case.finding(rule, message);
        found.push(finding.help(format!("record {}: {}", refused.commit(), refused.why)));
    }
}

/// Whether somebody once gave the role to the signer: MCM820 tells that the delegation does not hold.
pub(super) fn is_delegate(refused: &Refused<'_>) -> bool {
    delegators(refused).next().is_some()
}

/// Who gave the role to the signer, at any time.
pub(super) fn delegators<'r>(refused: &'r Refused<'_>) -> impl Iterator<Item = &'r str> {
    let people = refused.landed.policy.principals.iter();
    let gives =
        |delegation: &Delegation| delegation.to == refused.person() && delegation.role == refused.role();
    people.filter(move |person| person.delegates.iter().any(gives)).map(|person| person.id.as_str())
}
