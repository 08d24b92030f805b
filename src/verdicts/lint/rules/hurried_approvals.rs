//! MCM818.

use jiff::SignedDuration;

use super::super::approvals::cases;
use super::super::{Check, Levels, Rule};
use crate::facts::Facts;
use crate::facts::calendar::after;
use crate::inputs::policy::ClassName;
use crate::text::{Code, Diagnostic, Severity, Stage};

pub(super) static RULE: Rule = Rule {
    code: Code("MCM818"),
    name: "hurried-approvals",
    summary: "all approvals came within {n} of submission",
    about: "approval",
    severity: Severity::Warning,
    stage: Stage::Published,
    levels: Levels::FROM_STANDARD,
    docs: include_str!("hurried_approvals.md"),
    check: Check::Ledger(check),
};

fn check(rule: &Rule, facts: &Facts, found: &mut Vec<Diagnostic>) {
    let policy = &facts.inputs.policy;
    let limit = policy.limits.hurried_approvals;
    for case in cases(facts).filter(|case| case.id.change().is_some()) {
        // What burns is decided on at once.
        if case.subject.need.as_ref().is_some_and(|need| need.class == ClassName::Emergency) {
            continue;
        }
        let first = case.subject.contents.first().map(|(_, landing)| *landing);
        let Some((submitted, met)) = case.subject.submitted.zip(case.approval.approved_at) else { continue };
        let Some((_, at)) = facts.approvals.landings.get(met) else { continue };
        // Where request and records land together, nobody knows how long the request had been there before.
        let landed_apart = first.is_some_and(|first| first < met);
        if !landed_apart || *at > after(submitted, limit, &policy.zone, policy) {
            continue;
        }
        let within = SignedDuration::from_mins(at.duration_since(submitted).as_mins());
        let message = format!("all approvals came within {within:#} of submission");
        found.push(case.finding(rule, message).help("ask the approvers what they have looked at"));
    }
}
