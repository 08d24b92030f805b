//! MCM812.

use super::super::approvals::cases;
use super::super::{Check, Levels, Rule};
use crate::facts::Facts;
use crate::facts::approval::ApprovalStatus;
use crate::text::{Code, Diagnostic, Severity, Stage};

pub(super) static RULE: Rule = Rule {
    code: Code("MCM812"),
    name: "standing-rejection",
    summary: "rejected by {p}; not withdrawn",
    about: "approval",
    severity: Severity::Error,
    stage: Stage::Ready,
    levels: Levels::EVERYWHERE,
    docs: include_str!("standing_rejection.md"),
    check: Check::Ledger(check),
};

fn check(rule: &Rule, facts: &Facts, found: &mut Vec<Diagnostic>) {
    for case in cases(facts).filter(|case| case.approval.status == ApprovalStatus::Rejected) {
        let person = case.approval.why.strip_prefix("rejected by ").unwrap_or("somebody");
        let finding = case.finding(rule, format!("rejected by {person}; not withdrawn"));
        found.push(finding.help("mend what they object to, and ask them again"));
    }
}
