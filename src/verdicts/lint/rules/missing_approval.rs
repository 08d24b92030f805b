//! MCM801.

use super::super::approvals::{Case, cases};
use super::super::{Check, Levels, Rule};
use super::no_way_back;
use crate::facts::Facts;
use crate::facts::approval::open::open;
use crate::text::{Code, Diagnostic, Severity, Stage};

pub(super) static RULE: Rule = Rule {
    code: Code("MCM801"),
    name: "missing-approval",
    summary: "approval by `{role}` is missing",
    about: "approval",
    severity: Severity::Error,
    stage: Stage::Ready,
    levels: Levels::EVERYWHERE,
    docs: include_str!("missing_approval.md"),
    check: Check::Ledger(check),
};

fn check(rule: &Rule, facts: &Facts, found: &mut Vec<Diagnostic>) {
    for case in cases(facts).filter(Case::waits_for_people) {
        for open in open(&facts.approvals, case.id, facts.inputs.as_of) {
            // An outsider has a rule of their own, and so has who answers for what cannot be undone.
            if open.place.role == "outsider" || no_way_back::tells(facts, &case, &open.place) {
                continue;
            }
            let whom = match &open.place.service {
                Some(service) => format!("`{}` of `{service}`", open.place.role),
                None => format!("`{}`", open.place.role),
            };
            let finding = case.finding(rule, format!("approval by {whom} is missing"));
            found.push(match open.could.is_empty() {
                true => finding.help("nobody on the roster could give it"),
                false => finding.help(format!(
                    "`mcmbook approve {} --role {}`, by {}",
                    case.id,
                    open.place.role,
                    open.could.join(", ")
                )),
            });
        }
    }
}
