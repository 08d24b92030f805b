//! MCM807.

use super::super::approvals::refused;
use super::super::{Check, Levels, Rule};
use crate::facts::Facts;
use crate::text::{Code, Diagnostic, Severity, Stage};

pub(super) static RULE: Rule = Rule {
    code: Code("MCM807"),
    name: "one-person-twice",
    summary: "{p} counts once; a second person is needed for `{role}`",
    about: "approval",
    severity: Severity::Error,
    stage: Stage::Ready,
    levels: Levels::EVERYWHERE,
    docs: include_str!("one_person_twice.md"),
    check: Check::Ledger(check),
};

fn check(rule: &Rule, facts: &Facts, found: &mut Vec<Diagnostic>) {
    for refused in refused(facts, rule) {
        let (person, role) = (refused.person(), refused.role());
        let message = format!("{person} counts once; a second person is needed for `{role}`");
        found.push(refused.case.finding(rule, message).help(format!("record {}", refused.commit())));
    }
}
