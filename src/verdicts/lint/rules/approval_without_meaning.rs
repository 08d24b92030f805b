//! MCM811.

use super::super::approvals::{Refused, refused};
use super::super::{Check, Levels, Rule};
use super::bad_signature::is_lost;
use crate::facts::Facts;
use crate::text::{Code, Diagnostic, Severity, Stage};

pub(super) static RULE: Rule = Rule {
    code: Code("MCM811"),
    name: "approval-without-meaning",
    summary: "approval states no meaning or role",
    about: "approval",
    severity: Severity::Error,
    stage: Stage::Ready,
    levels: Levels::EVERYWHERE,
    docs: include_str!("approval_without_meaning.md"),
    check: Check::Ledger(check),
};

fn check(rule: &Rule, facts: &Facts, found: &mut Vec<Diagnostic>) {
    let refused = refused(facts, rule);
    let refused: Vec<&Refused<'_>> = refused.iter().filter(|refused| !is_lost(refused)).collect();
    // A record that lacks both is one record, and told once.
    let is_same = |one: &&Refused<'_>, other: &&Refused<'_>| one.landed.judged.id == other.landed.judged.id;
    for of_record in refused.chunk_by(is_same) {
        let Some(first) = of_record.first() else { continue };
        let why: Vec<&str> = of_record.iter().map(|refused| refused.why).collect();
        let message = format!("approval states no meaning or role: {}", why.join(", "));
        let help = format!("record {} by {} counts for nothing", first.commit(), first.person());
        found.push(
            first
                .case
                .finding(rule, message)
                .help(help)
                .help("make it again with `mcmbook approve`, which writes both"),
        );
    }
}
