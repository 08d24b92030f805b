//! MCM804.

use super::super::approvals::{Refused, refused};
use super::super::{Check, Levels, Rule};
use super::machine_signature::is_machine;
use crate::facts::Facts;
use crate::facts::approval::code::Reason;
use crate::text::{Code, Diagnostic, Severity, Stage};

pub(super) static RULE: Rule = Rule {
    code: Code("MCM804"),
    name: "bad-signature",
    summary: "signature is missing, bad or by an unknown key",
    about: "approval",
    severity: Severity::Error,
    stage: Stage::Ready,
    levels: Levels::EVERYWHERE,
    docs: include_str!("bad_signature.md"),
    check: Check::Ledger(check),
};

fn check(rule: &Rule, facts: &Facts, found: &mut Vec<Diagnostic>) {
    for refused in refused(facts, rule).iter().filter(|refused| !is_lost(refused) && !is_machine(refused)) {
        let finding = refused
            .case
            .finding(rule, format!("signature is missing, bad or by an unknown key: {}", refused.why));
        let help = format!("record {} by {}: {}", refused.commit(), refused.person(), refused.reason);
        found.push(
            finding.help(help).help(format!("`mcmbook verify-record {}` tells more", refused.commit())),
        );
    }
}

/// Whether the signature was lost on the way: MCM824 tells it once for all records of a merge.
pub(super) fn is_lost(refused: &Refused<'_>) -> bool {
    let reasons = &refused.landed.judged.reasons;
    reasons.iter().any(|(reason, _)| matches!(reason, Reason::RecordRewritten | Reason::RecordNotPure))
}
