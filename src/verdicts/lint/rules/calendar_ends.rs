//! MCM622.

use jiff::ToSpan as _;

use super::super::subject::key_place;
use super::super::{Check, Levels, Rule};
use crate::facts::Facts;
use crate::facts::calendar::Effect;
use crate::text::{Code, Diagnostic, Severity, Stage};

pub(super) static RULE: Rule = Rule {
    code: Code("MCM622"),
    name: "calendar-ends",
    summary: "no restricted windows are defined beyond {date}",
    about: "window",
    severity: Severity::Warning,
    stage: Stage::Published,
    levels: Levels::FROM_STANDARD,
    docs: include_str!("calendar_ends.md"),
    check: Check::Book(check),
};

fn check(rule: &Rule, facts: &Facts, found: &mut Vec<Diagnostic>) {
    let book = &facts.book;
    // A book without changes may be one that has nothing to do with them.
    if book.changes.is_empty() {
        return;
    }
    let policy = &facts.inputs.policy;
    // Half of what is looked at is what has to be planned: twelve months of twenty-four.
    let months = i64::from(policy.limits.horizon_months / 2);
    let now = facts.inputs.as_of.to_zoned(policy.zone.clone());
    let Ok(until) = now.checked_add(months.months()) else { return };
    let closing = facts.schedule.windows.iter();
    let closing = closing.filter(|window| window.freeze_of.is_none() && window.effect != Effect::Maintenance);
    let ends = closing.flat_map(|window| window.occurrences.iter().map(|o| (o.end, window.document)));
    let last = ends.max();
    if last.is_some_and(|(end, _)| end >= until.timestamp()) {
        return;
    }
    // The end itself is not covered any more.
    let covered = last.and_then(|(end, _)| end.checked_sub(1.second()).ok());
    let since = covered.map_or(facts.inputs.as_of, |covered| covered.max(facts.inputs.as_of));
    let finding = rule.finding(format!("no restricted windows are defined beyond {}", policy.day(since)));
    let finding = match last {
        None => finding,
        Some((_, index)) => {
            let window = book.document(index);
            let place = key_place(window, if window.field("rrule").is_some() { "rrule" } else { "end" });
            finding.at(window.path(), place).labelled("the last one")
        }
    };
    let help = format!("define those that come up to {}, or make one recur", until.date());
    found.push(finding.help(help));
}
