//! MCM137.

use jiff::ToSpan as _;

use super::super::approvals::{Case, cases};
use super::super::{Check, Levels, Rule};
use crate::facts::Facts;
use crate::facts::book::Phase;
use crate::facts::calendar::after;
use crate::inputs::policy::Policy;
use crate::text::{Code, Diagnostic, Severity, Stage, counted};

pub(super) static RULE: Rule = Rule {
    code: Code("MCM137"),
    name: "undecided",
    summary: "waiting {n} days for a decision",
    about: "request",
    severity: Severity::Warning,
    stage: Stage::Published,
    levels: Levels::EVERYWHERE,
    docs: include_str!("undecided.md"),
    check: Check::Ledger(check),
};

fn check(rule: &Rule, facts: &Facts, found: &mut Vec<Diagnostic>) {
    let (policy, now) = (&facts.inputs.policy, facts.inputs.as_of);
    for case in cases(facts).filter(|case| waits(facts, case)) {
        let Some(submitted) = case.subject.submitted else { continue };
        let due = after(submitted, policy.deadlines.decide, &policy.zone, policy);
        if now < due {
            continue;
        }
        let days = business_days(policy, submitted, now);
        let message = format!("waiting {} for a decision", counted(days, "business day"));
        let why = &case.approval.why;
        found.push(case.finding(rule, message).help(format!("decide, or withdraw the request: it {why}")));
    }
}

/// Whether a change waits for people: neither decided nor carried out.
fn waits(facts: &Facts, case: &Case<'_>) -> bool {
    let change = case.id.change().and_then(|change| facts.book.changes.get(change));
    let is_open = change.is_some_and(|change| change.phase < Phase::Executed && !change.cancelled);
    is_open && case.waits_for_people() && !case.approval.quorum.places.is_empty()
}

/// The business days that have begun and ended since.
fn business_days(policy: &Policy, since: jiff::Timestamp, now: jiff::Timestamp) -> usize {
    let (first, last) = (policy.day(since), policy.day(now));
    let later = first.series(1.day()).skip(1).take_while(|day| *day <= last);
    later.filter(|day| policy.is_business_day(*day)).count()
}
