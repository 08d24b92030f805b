//! MCM821.

use super::super::approvals::cases;
use super::super::{Check, Levels, Rule};
use crate::facts::Facts;
use crate::inputs::policy::ClassName;
use crate::text::{Code, Diagnostic, Severity, Stage};

pub(super) static RULE: Rule = Rule {
    code: Code("MCM821"),
    name: "raised-class",
    summary: "class rose from {a} to {b} after the quorum was met ({reasons})",
    about: "approval",
    severity: Severity::Error,
    stage: Stage::Ready,
    levels: Levels::EVERYWHERE,
    docs: include_str!("raised_class.md"),
    check: Check::Ledger(check),
};

fn check(rule: &Rule, facts: &Facts, found: &mut Vec<Diagnostic>) {
    for case in cases(facts).filter(|case| case.approval.status.is_approved()) {
        let settled = case.subject.grounds.last().and_then(|grounds| grounds.need.as_ref());
        let now = case.id.change().and_then(|change| facts.classes.get(change));
        let (Some(settled), Some(now)) = (settled, now) else { continue };
        // An emergency is another way, not a higher class.
        if now.effective <= settled.class || now.effective == ClassName::Emergency {
            continue;
        }
        let reasons: Vec<&str> = now.reasons.iter().map(|reason| reason.text.as_str()).collect();
        let message = format!(
            "class rose from {} to {} after the quorum was met ({})",
            settled.class.name(),
            now.effective.name(),
            reasons.join("; ")
        );
        found
            .push(case.finding(rule, message).help("ask those who are needed now, before it is carried out"));
    }
}
