//! MCM613.

use super::super::collisions::meetings;
use super::super::{Check, Levels, Rule};
use crate::facts::Facts;
use crate::facts::collision::Meeting;
use crate::text::{Code, Diagnostic, Severity, Stage};

pub(super) static RULE: Rule = Rule {
    code: Code("MCM613"),
    name: "person-needed-twice",
    summary: "{person} is needed by {other} at the same time",
    about: "window",
    severity: Severity::Warning,
    stage: Stage::Approval,
    levels: Levels::FROM_STANDARD,
    docs: include_str!("person_needed_twice.md"),
    check: Check::Book(check),
};

fn check(rule: &Rule, facts: &Facts, found: &mut Vec<Diagnostic>) {
    for (met, meeting) in meetings(facts) {
        if let Meeting::Person(who) | Meeting::RollbackOwner(who) = &meeting {
            let message = format!("@{who} is needed by {} at the same time", met.other);
            found.push(met.of_person(facts, rule, who, message));
        }
    }
}
