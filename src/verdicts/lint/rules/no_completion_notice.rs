//! MCM707.

use super::super::subject::{executions, log_of};
use super::super::{Check, Levels, Rule, Scope};
use crate::facts::telling;
use crate::inputs::document::log::Event;
use crate::text::{Code, Diagnostic, Severity, Stage};

pub(super) static RULE: Rule = Rule {
    code: Code("MCM707"),
    name: "no-completion-notice",
    summary: "completion was not announced",
    about: "notice",
    severity: Severity::Error,
    stage: Stage::Closing,
    levels: Levels::FROM_STANDARD,
    docs: include_str!("no_completion_notice.md"),
    check: Check::Change(check),
};

fn check(rule: &Rule, scope: &Scope<'_>, found: &mut Vec<Diagnostic>) {
    let facts = scope.facts;
    for change in scope.changes() {
        let notices = telling::notices(&facts.book, change);
        for (record, began) in executions(facts, change) {
            // A run that never began has nothing to complete; MCM712 asks for its cancellation.
            if record.text("outcome") == Some("aborted_before_start") {
                continue;
            }
            let is_after = |notice: &telling::Notice<'_>| {
                notice.phase == "after" && notice.is_told() && notice.sent.is_some_and(|(at, _)| at >= began)
            };
            if notices.iter().any(is_after) {
                continue;
            }
            let is_told = |event: &Event| matches!(event, Event::Notice { phase, .. } if phase == "after");
            let log = log_of(facts, record).map(|(_, log)| log);
            // What a log says that cannot be read is not known; the rules on logs speak of it.
            let is_unread = log.is_none() && record.field("log").is_some();
            let in_log = log.is_some_and(|log| log.entries.iter().any(|entry| is_told(&entry.event)));
            if is_unread || in_log {
                continue;
            }
            let outcome = record.field("outcome").map_or(record.head_span(), |value| value.span);
            let finding = rule.finding("completion was not announced").at(record.path(), outcome);
            found.push(finding.help("write the notice of the phase `after`, with `sent_at` and `proof`"));
        }
    }
}
