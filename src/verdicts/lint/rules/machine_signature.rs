//! MCM810.

use super::super::approvals::{Refused, refused};
use super::super::{Check, Levels, Rule};
use super::{bad_signature, unusable_key};
use crate::facts::Facts;
use crate::text::{Code, Diagnostic, Severity, Stage};

pub(super) static RULE: Rule = Rule {
    code: Code("MCM810"),
    name: "machine-signature",
    summary: "signed by a forge or robot key, which is nobody's approval",
    about: "approval",
    severity: Severity::Error,
    stage: Stage::Ready,
    levels: Levels::EVERYWHERE,
    docs: include_str!("machine_signature.md"),
    check: Check::Ledger(check),
};

fn check(rule: &Rule, facts: &Facts, found: &mut Vec<Diagnostic>) {
    for refused in refused(facts, &bad_signature::RULE).iter().filter(|refused| is_machine(refused)) {
        let finding =
            refused.case.finding(rule, "signed by a forge or robot key, which is nobody's approval");
        let help =
            format!("record {}: merge in a way that keeps signed commits as they are", refused.commit());
        found.push(finding.help(help));
    }
}

/// Whether the key of a record is one that a forge publishes as its own.
pub(super) fn is_machine(refused: &Refused<'_>) -> bool {
    let verification = refused.landed.judged.verification.as_ref();
    let key = verification.and_then(|verification| verification.key.as_deref());
    key.is_some_and(unusable_key::is_forge_key)
}
