//! MCM314.

use jiff::ToSpan;

use super::super::{Check, Levels, Rule};
use crate::facts::Facts;
use crate::facts::book::view;
use crate::text::{Code, Diagnostic, Severity, Stage};

pub(super) static RULE: Rule = Rule {
    code: Code("MCM314"),
    name: "no-full-rehearsal",
    summary: "no full rehearsal of the whole process in {n} months",
    about: "rehearsal",
    severity: Severity::Warning,
    stage: Stage::Published,
    levels: Levels::REGULATED,
    docs: include_str!("no_full_rehearsal.md"),
    check: Check::Book(check),
};

fn check(rule: &Rule, facts: &Facts, found: &mut Vec<Diagnostic>) {
    let months = facts.inputs.policy.limits.full_rehearsal_months;
    let (book, zone) = (&facts.book, &facts.inputs.policy.zone);
    // A book without runbooks has no process to rehearse yet.
    if book.of_kind("runbook").next().is_none() {
        return;
    }
    let full = book.of_kind("rehearsal").filter_map(|(index, rehearsal)| {
        let is_full = rehearsal.text("mode") == Some("full") && rehearsal.text("window_simulated").is_some();
        let ended = view::moment(rehearsal, "ended").or_else(|| view::moment(rehearsal, "started"))?;
        (is_full && ended <= facts.inputs.as_of).then_some((ended, index))
    });
    let newest = full.max();
    let now = facts.inputs.as_of.to_zoned(zone.clone());
    let since = now.checked_sub(i64::from(months).months());
    let is_recent = |(ended, _): (jiff::Timestamp, usize)| {
        since.as_ref().map_or(true, |since| since.timestamp() <= ended)
    };
    if newest.is_some_and(is_recent) {
        return;
    }
    let finding = rule.finding(format!("no full rehearsal of the whole process in {months} months"));
    let finding = match newest {
        None => finding,
        Some((_, index)) => {
            let newest = book.document(index);
            let place = newest.field("mode").map_or(newest.head_span(), |mode| mode.span);
            finding.at(newest.path(), place).labelled("the last one")
        }
    };
    let help = "take one change, real or invented, from request to post-mortem under the conditions of a \
                restricted window";
    found.push(finding.help(help));
}
