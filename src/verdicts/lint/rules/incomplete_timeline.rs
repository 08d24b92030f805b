//! MCM502.

use std::collections::BTreeSet;

use jiff::Timestamp;
use jiff::tz::TimeZone;

use super::super::{Check, Levels, Rule, Scope};
use crate::facts::Facts;
use crate::facts::book::view;
use crate::facts::execution::Execution;
use crate::text::{Code, Diagnostic, Severity, Stage};

pub(super) static RULE: Rule = Rule {
    code: Code("MCM502"),
    name: "incomplete-timeline",
    summary: "timeline does not cover start, decisions and end",
    about: "post-mortem",
    severity: Severity::Error,
    stage: Stage::Closing,
    levels: Levels::FROM_STANDARD,
    docs: include_str!("incomplete_timeline.md"),
    check: Check::Change(check),
};

fn check(rule: &Rule, scope: &Scope<'_>, found: &mut Vec<Diagnostic>) {
    let facts = scope.facts;
    for execution in scope.executions().filter(|execution| execution.is_last) {
        let change = facts.book.changes.get(&execution.change);
        let Some(review) = change.and_then(|change| change.post_mortem) else { continue };
        let review = facts.book.document(review);
        let Some((heading, text)) = view::section(review, "Timeline") else { continue };
        if heading.words == 0 {
            continue;
        }
        let told = clock_times(text);
        let mut zones = execution.zones(&facts.book);
        if speaks_utc(&review.source.text) {
            zones.push(TimeZone::UTC);
        }
        let is_told = |at: Timestamp| {
            zones.iter().any(|zone| minutes_of(at, zone).iter().any(|minute| told.contains(minute)))
        };
        let moments = moments(facts, execution);
        let missing = moments.into_iter().filter(|(name, at)| {
            let is_named = name.strip_prefix("decision ").is_some_and(|label| has_word(text, label));
            !is_named && !is_told(*at)
        });
        let zone = zones.first().cloned().unwrap_or(TimeZone::UTC);
        let missing: Vec<String> = missing
            .map(|(name, at)| format!("{name} ({})", at.to_zoned(zone.clone()).strftime("%H:%M")))
            .collect();
        if !missing.is_empty() {
            let message = format!("timeline does not cover {}", missing.join(", "));
            let finding = rule.finding(message).at(review.path(), heading.span);
            found.push(finding.help("the timeline has the clock times of start, decisions and end"));
        }
    }
}

/// Start, decisions and end of an execution: what each is called, and when it was.
fn moments(facts: &Facts, execution: &Execution) -> Vec<(String, Timestamp)> {
    let record = facts.book.document(execution.document);
    let start = view::moment(record, "started").map(|at| ("start".to_owned(), at));
    let end = view::moment(record, "ended").map(|at| ("end".to_owned(), at));
    let run = execution.run();
    let decisions = run.iter().flat_map(|run| {
        let decided = run.decisions().into_iter().map(|said| (said.what.label, said.entry.at));
        let reached = run.triggers().into_iter().map(|said| (said.what.0.to_owned(), said.entry.at));
        decided.chain(reached).map(|(label, at)| (format!("decision {label}"), at))
    });
    start.into_iter().chain(decisions).chain(end).collect()
}

/// The clock times `9:05` and `09:05` of a text, as minutes of the day.
fn clock_times(text: &str) -> BTreeSet<i64> {
    let number = |digits: &str| digits.parse::<i64>().ok();
    let time = |(at, _): (usize, &str)| {
        let is_digit = |c: &char| c.is_ascii_digit();
        let before: Vec<char> = text[..at].chars().rev().take_while(is_digit).collect();
        let after: String = text[at + 1..].chars().take_while(is_digit).collect();
        let hours: String = before.iter().rev().collect();
        let fits = (1..=2).contains(&hours.len()) && after.len() == 2;
        let (hours, minutes) = (number(&hours)?, number(&after)?);
        (fits && hours < 24 && minutes < 60).then_some(hours * 60 + minutes)
    };
    text.match_indices(':').filter_map(time).collect()
}

/// The minute of the day at which somebody who cuts or rounds would write a moment.
fn minutes_of(at: Timestamp, zone: &TimeZone) -> [i64; 2] {
    let time = at.to_zoned(zone.clone()).time();
    let minute = i64::from(time.hour()) * 60 + i64::from(time.minute());
    let rounded = minute + i64::from(time.second() >= 30);
    [minute, rounded.rem_euclid(24 * 60)]
}

/// Whether a text says that its times are UTC: `UTC+2` says that they are not.
fn speaks_utc(text: &str) -> bool {
    text.match_indices("UTC").any(|(at, word)| !text[at + word.len()..].starts_with(['+', '-', '\u{2212}']))
}

fn has_word(text: &str, word: &str) -> bool {
    let is_part = |c: char| c.is_alphanumeric();
    !word.is_empty()
        && text
            .match_indices(word)
            .any(|(at, _)| !text[..at].ends_with(is_part) && !text[at + word.len()..].starts_with(is_part))
}
