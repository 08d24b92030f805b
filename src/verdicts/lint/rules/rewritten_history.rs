//! MCM813.

use super::super::approvals::short;
use super::super::{Check, Levels, Rule};
use crate::facts::Facts;
use crate::text::{Code, Diagnostic, Severity, Span, Stage};

pub(super) static RULE: Rule = Rule {
    code: Code("MCM813"),
    name: "rewritten-history",
    summary: "history was rewritten: checkpoint {c} is not an ancestor",
    about: "approval",
    severity: Severity::Error,
    stage: Stage::Draft,
    levels: Levels::EVERYWHERE,
    docs: include_str!("rewritten_history.md"),
    check: Check::Ledger(check),
};

fn check(rule: &Rule, facts: &Facts, found: &mut Vec<Diagnostic>) {
    let Some(file) = facts.inputs.policy.file.as_ref() else { return };
    for (head, at) in &facts.approvals.lost_heads {
        let message = format!("history was rewritten: checkpoint {} is not an ancestor", short(head));
        let finding = rule.finding(message).at(&file.path, Span::at(0));
        let finding = finding.help(format!("an observer saw {head} as the head at {at}"));
        found.push(
            finding.help(format!("bring it back: `git fetch origin {head}`, `git merge --no-ff {head}`")),
        );
    }
}
