//! MCM903.

use super::super::{Check, Levels, Rule};
use crate::facts::Facts;
use crate::inputs::document::time;
use crate::text::{Code, Diagnostic, Severity, Stage};

pub(super) static RULE: Rule = Rule {
    code: Code("MCM903"),
    name: "stale-catalogue-entry",
    summary: "entry not reviewed for {n} months",
    about: "service",
    severity: Severity::Warning,
    stage: Stage::Published,
    levels: Levels::FROM_STANDARD,
    docs: include_str!("stale_catalogue_entry.md"),
    check: Check::Book(check),
};

fn check(rule: &Rule, facts: &Facts, found: &mut Vec<Diagnostic>) {
    let zone = &facts.inputs.policy.zone;
    let today = facts.inputs.as_of.to_zoned(zone.clone()).date();
    let most = i64::from(facts.inputs.policy.limits.service_review_months);
    for (_, document) in facts.book.of_kind("service") {
        let Some(reviewed) = document.field("reviewed") else {
            let message = "entry not reviewed: no date is written";
            let finding = rule.finding(message).at(document.path(), document.head_span());
            found.push(finding.help("read the entry against what runs, then add `reviewed` with the day"));
            continue;
        };
        let Some(day) = reviewed.as_str().and_then(|text| time::parse_date(text).ok()) else { continue };
        let months = months_between(day, today);
        if months >= most {
            let message = format!("entry not reviewed for {months} months");
            let finding = rule.finding(message).at(document.path(), reviewed.span);
            found.push(finding.help("read the entry against what runs, then write the day as `reviewed`"));
        }
    }
}

/// Whole months from one day to another; negative ones before it.
fn months_between(from: jiff::civil::Date, to: jiff::civil::Date) -> i64 {
    let month = |day: jiff::civil::Date| i64::from(day.year()) * 12 + i64::from(day.month());
    month(to) - month(from) - i64::from(to.day() < from.day())
}
