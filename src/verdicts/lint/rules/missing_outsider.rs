//! MCM819.

use super::super::approvals::{Case, cases};
use super::super::{Check, Levels, Rule};
use crate::facts::Facts;
use crate::facts::approval::open::open;
use crate::text::{Code, Diagnostic, Severity, Stage};

pub(super) static RULE: Rule = Rule {
    code: Code("MCM819"),
    name: "missing-outsider",
    summary: "no approver from outside the owning team",
    about: "approval",
    severity: Severity::Error,
    stage: Stage::Ready,
    levels: Levels::ADVISED_IN_STANDARD,
    docs: include_str!("missing_outsider.md"),
    check: Check::Ledger(check),
};

fn check(rule: &Rule, facts: &Facts, found: &mut Vec<Diagnostic>) {
    for case in cases(facts).filter(Case::waits_for_people) {
        let places = open(&facts.approvals, case.id, facts.inputs.as_of);
        for open in places.iter().filter(|open| open.place.role == "outsider") {
            let finding = case.finding(rule, "no approver from outside the owning team");
            found.push(match open.could.is_empty() {
                true => finding.help("nobody on the roster is outside of it"),
                false => finding.help(format!("could be {}", open.could.join(", "))),
            });
        }
    }
}
