//! MCM825.

use super::super::approvals::refused;
use super::super::{Check, Levels, Rule};
use crate::facts::Facts;
use crate::text::{Code, Diagnostic, Severity, Stage};

pub(super) static RULE: Rule = Rule {
    code: Code("MCM825"),
    name: "wrong-cover",
    summary: "record covers {a}; class {c} needs {b}",
    about: "approval",
    severity: Severity::Error,
    stage: Stage::Ready,
    levels: Levels::EVERYWHERE,
    docs: include_str!("wrong_cover.md"),
    check: Check::Ledger(check),
};

fn check(rule: &Rule, facts: &Facts, found: &mut Vec<Diagnostic>) {
    for refused in refused(facts, rule) {
        let said = refused.landed.judged.record.as_ref().map(|record| record.covers.join(", "));
        let need = refused.case.subject.need.as_ref();
        let class = need.map_or("of the change", |need| need.class.name());
        let due = refused.case.subject.covers(need, &facts.inputs.policy).join(", ");
        let message = format!(
            "record covers {}; class {class} needs {due}",
            said.unwrap_or_else(|| "nothing".to_owned())
        );
        found.push(refused.case.finding(rule, message).help(format!("record {}", refused.commit())));
    }
}
