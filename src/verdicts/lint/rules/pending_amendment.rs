//! MCM814.

use super::super::{Check, Levels, Rule};
use crate::facts::Facts;
use crate::text::{Code, Diagnostic, Severity, Span, Stage};

pub(super) static RULE: Rule = Rule {
    code: Code("MCM814"),
    name: "pending-amendment",
    summary: "roster or policy change is pending: {n} of {m} policy-admins have signed",
    about: "approval",
    severity: Severity::Error,
    stage: Stage::Published,
    levels: Levels::EVERYWHERE,
    docs: include_str!("pending_amendment.md"),
    check: Check::Ledger(check),
};

fn check(rule: &Rule, facts: &Facts, found: &mut Vec<Diagnostic>) {
    let pending = facts.approvals.effective.as_ref().and_then(|effective| effective.pending.as_ref());
    let Some((pending, file)) = pending.zip(facts.inputs.policy.file.as_ref()) else { return };
    let (signed, quorum) = (pending.signed.len(), pending.quorum);
    let message =
        format!("roster or policy change is pending: {signed} of {quorum} policy-admins have signed");
    let finding = rule.finding(message).at(&file.path, Span::at(0));
    found.push(match &pending.refused {
        Some(why) => finding.help(format!("it cannot come into force as it stands: {why}")),
        None => finding.help("until then the policy before it governs; `mcmbook policy amend` signs for it"),
    });
}
