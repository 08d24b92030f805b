//! MCM817.

use jiff::SignedDuration;

use super::super::approvals::cases;
use super::super::{Check, Levels, Rule};
use crate::facts::Facts;
use crate::facts::approval::ApprovalStatus;
use crate::text::{Code, Diagnostic, Severity, Stage};

pub(super) static RULE: Rule = Rule {
    code: Code("MCM817"),
    name: "late-approval",
    summary: "approved {n} before start; {m} required",
    about: "approval",
    severity: Severity::Error,
    stage: Stage::Ready,
    levels: Levels::FROM_STANDARD,
    docs: include_str!("late_approval.md"),
    check: Check::Ledger(check),
};

fn check(rule: &Rule, facts: &Facts, found: &mut Vec<Diagnostic>) {
    for case in cases(facts).filter(|case| case.approval.status == ApprovalStatus::ApprovedLate) {
        let need = case.subject.need.as_ref();
        let class = need.and_then(|need| need.policy(&facts.inputs.policy));
        let start = need.and_then(|need| need.slot).map(|(start, _)| start);
        let met = case.approval.approved_at.and_then(|at| facts.approvals.landings.get(at));
        let (Some(class), Some(start), Some((_, met))) = (class, start, met) else { continue };
        let ahead = SignedDuration::from_mins(start.duration_since(*met).as_mins());
        let side = if ahead.is_negative() { "after" } else { "before" };
        let message =
            format!("approved {:#} {side} start; {} before it required", ahead.abs(), class.approval_lead);
        found.push(case.finding(rule, message).help(case.approval.why.clone()));
    }
}
