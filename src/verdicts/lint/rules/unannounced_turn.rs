//! MCM712.

use super::super::subject::{apart, executions, log_of};
use super::super::{Check, Levels, Rule, Scope};
use crate::facts::Facts;
use crate::facts::book::Change;
use crate::facts::book::view;
use crate::facts::calendar;
use crate::facts::telling::{self, Notice};
use crate::inputs::document::Document;
use crate::inputs::document::log::{Event, Log};
use crate::text::{Code, Diagnostic, Severity, Stage};

pub(super) static RULE: Rule = Rule {
    code: Code("MCM712"),
    name: "unannounced-turn",
    summary: "rollback, delay or cancellation was not announced",
    about: "notice",
    severity: Severity::Error,
    stage: Stage::Closing,
    levels: Levels::FROM_STANDARD,
    docs: include_str!("unannounced_turn.md"),
    check: Check::Change(check),
};

fn check(rule: &Rule, scope: &Scope<'_>, found: &mut Vec<Diagnostic>) {
    let facts = scope.facts;
    for change in scope.changes() {
        let notices = telling::notices(&facts.book, change);
        for notice in notices.iter().filter(|notice| notice.phase == "cancelled" && !notice.is_told()) {
            let finding = rule.finding("cancellation was not announced");
            let finding = finding.at(notice.document.path(), notice.place());
            let why = if notice.sent.is_some() { "without `proof` of the sending" } else { "not sent yet" };
            found.push(finding.labelled(why).help("write `sent_at` and `proof` when it has been sent"));
        }
        for (record, began) in executions(facts, change) {
            let log = log_of(facts, record).map(|(_, log)| log);
            // What a log says that cannot be read is not known; the rules on logs speak of it.
            if log.is_none() && record.field("log").is_some() {
                continue;
            }
            let outcome = record.field("outcome");
            let (phase, what) = match outcome.and_then(|value| value.as_str()) {
                Some("rolled_back" | "partly_rolled_back") => ("rollback", "rollback"),
                Some("aborted_before_start") => ("cancelled", "cancellation"),
                _ => ("", ""),
            };
            if !phase.is_empty() && !is_announced(&notices, log.as_ref(), phase) {
                let place = outcome.map_or(record.head_span(), |value| value.span);
                let finding = rule.finding(format!("{what} was not announced")).at(record.path(), place);
                let help = format!("write the notice of the phase `{phase}`, with `sent_at` and `proof`");
                found.push(finding.help(help));
            }
            if let Some(late) = delay(facts, change, record, &notices, log.as_ref(), began) {
                let place = record.field("started").map_or(record.head_span(), |value| value.span);
                let finding = rule.finding("delay was not announced").at(record.path(), place);
                found.push(finding.labelled(late).help("tell those who wait as soon as a start slips"));
            }
        }
    }
}

/// Whether a notice or the log shows that people were told of a turn.
fn is_announced(notices: &[Notice<'_>], log: Option<&Log>, wanted: &str) -> bool {
    let is_such = |event: &Event| matches!(event, Event::Notice { phase, .. } if phase == wanted);
    notices.iter().any(|notice| notice.phase == wanted && notice.is_told())
        || log.is_some_and(|log| log.entries.iter().any(|entry| is_such(&entry.event)))
}

/// How late a run began of which nobody was told between the planned start and the true one. A start counts
/// as late once an update would have been due.
fn delay(
    facts: &Facts,
    change: &Change,
    record: &Document,
    notices: &[Notice<'_>],
    log: Option<&Log>,
    began: jiff::Timestamp,
) -> Option<String> {
    let policy = &facts.inputs.policy;
    let slot = facts.book.document(change.request?).slot()?;
    let runbook = change.runbook.map(|index| facts.book.document(index));
    let interval = runbook.and_then(|runbook| view::duration(runbook, "update_every"));
    let interval = interval.map_or(policy.notice.update_every, |(length, _)| length);
    let (planned, due) =
        (slot.start.timestamp, calendar::after(slot.start.timestamp, interval, &slot.zone, policy));
    // A second attempt has a slot of its own, which the request no longer shows for the first.
    let is_this_slot = began < slot.end.timestamp && record.text("outcome") != Some("aborted_before_start");
    if began <= due || !is_this_slot {
        return None;
    }
    let is_between = |at: jiff::Timestamp| planned <= at && at <= due;
    let in_log = log.is_some_and(|log| {
        log.entries.iter().any(|entry| matches!(entry.event, Event::Notice { .. }) && is_between(entry.at))
    });
    let by_notice =
        notices.iter().any(|notice| notice.is_told() && notice.sent.is_some_and(|(at, _)| is_between(at)));
    (!in_log && !by_notice).then(|| format!("{} after the planned start", apart(planned, began)))
}
