//! MCM612.

use super::super::collisions::meetings;
use super::super::{Check, Levels, Rule};
use crate::facts::Facts;
use crate::facts::collision::Meeting;
use crate::text::{Code, Diagnostic, Severity, Stage};

pub(super) static RULE: Rule = Rule {
    code: Code("MCM612"),
    name: "distant-collision",
    summary: "{other} changes {service}, a soft or distant ({n} hops) neighbour, at the same time",
    about: "window",
    severity: Severity::Warning,
    stage: Stage::Approval,
    levels: Levels::FROM_STANDARD,
    docs: include_str!("distant_collision.md"),
    check: Check::Book(check),
};

fn check(rule: &Rule, facts: &Facts, found: &mut Vec<Diagnostic>) {
    for (met, meeting) in meetings(facts) {
        if let Meeting::Neighbour { own, other, hops } = meeting {
            let how = match hops {
                1 => "a soft".to_owned(),
                hops => format!("a distant ({hops} hops)"),
            };
            let message =
                format!("{} changes {other}, {how} neighbour of {own}, at the same time", met.other);
            found.push(met.finding(facts, rule, message));
        }
    }
}
