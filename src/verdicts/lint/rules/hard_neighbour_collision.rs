//! MCM624.

use super::super::collisions::meetings;
use super::super::{Check, Levels, Rule};
use crate::facts::Facts;
use crate::facts::collision::Meeting;
use crate::text::{Code, Diagnostic, Severity, Stage};

pub(super) static RULE: Rule = Rule {
    code: Code("MCM624"),
    name: "hard-neighbour-collision",
    summary: "{other} changes {service}, a hard up- or downstream neighbour, at the same time",
    about: "window",
    severity: Severity::Error,
    stage: Stage::Approval,
    levels: Levels::FROM_STANDARD,
    docs: include_str!("hard_neighbour_collision.md"),
    check: Check::Book(check),
};

fn check(rule: &Rule, facts: &Facts, found: &mut Vec<Diagnostic>) {
    for (met, meeting) in meetings(facts) {
        if let Meeting::HardNeighbour(own, near) = meeting {
            let message = format!(
                "{} changes {near}, a hard up- or downstream neighbour of {own}, at the same time",
                met.other
            );
            found.push(met.finding(facts, rule, message));
        }
    }
}
