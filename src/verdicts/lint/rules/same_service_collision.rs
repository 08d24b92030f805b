//! MCM611.

use super::super::collisions::meetings;
use super::super::{Check, Levels, Rule};
use crate::facts::Facts;
use crate::facts::collision::Meeting;
use crate::text::{Code, Diagnostic, Severity, Stage};

pub(super) static RULE: Rule = Rule {
    code: Code("MCM611"),
    name: "same-service-collision",
    summary: "{other} is scheduled for {service} at the same time",
    about: "window",
    severity: Severity::Error,
    stage: Stage::Approval,
    levels: Levels::EVERYWHERE,
    docs: include_str!("same_service_collision.md"),
    check: Check::Book(check),
};

fn check(rule: &Rule, facts: &Facts, found: &mut Vec<Diagnostic>) {
    for (met, meeting) in meetings(facts) {
        if let Meeting::SameService(service) = meeting {
            let message = format!("{} is scheduled for {service} at the same time", met.other);
            found.push(met.finding(facts, rule, message));
        }
    }
}
