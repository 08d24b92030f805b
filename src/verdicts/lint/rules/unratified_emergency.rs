//! MCM815.

use super::super::approvals::cases;
use super::super::{Check, Levels, Rule};
use crate::facts::Facts;
use crate::facts::approval::ApprovalStatus;
use crate::text::{Code, Diagnostic, Severity, Stage};

pub(super) static RULE: Rule = Rule {
    code: Code("MCM815"),
    name: "unratified-emergency",
    summary: "emergency change not ratified {n} business days after",
    about: "approval",
    severity: Severity::Error,
    stage: Stage::Published,
    levels: Levels::EVERYWHERE,
    docs: include_str!("unratified_emergency.md"),
    check: Check::Ledger(check),
};

fn check(rule: &Rule, facts: &Facts, found: &mut Vec<Diagnostic>) {
    for case in cases(facts).filter(|case| case.approval.status == ApprovalStatus::Unratified) {
        let within = &facts.inputs.policy.deadlines.ratify;
        let finding = case.finding(rule, format!("emergency change not ratified {within} after"));
        found.push(finding.help(format!("{}; `mcmbook ratify {}`", case.approval.why, case.id)));
    }
}
