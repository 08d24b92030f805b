//! MCM609.

use super::super::{Check, Levels, Rule};
use crate::facts::Facts;
use crate::facts::calendar::{Effect, Window};
use crate::text::{Code, Diagnostic, Severity, Stage};

pub(super) static RULE: Rule = Rule {
    code: Code("MCM609"),
    name: "no-freeze-before",
    summary: "no freeze precedes restricted window {w}",
    about: "window",
    severity: Severity::Error,
    stage: Stage::Draft,
    levels: Levels::ADVISED_IN_STANDARD,
    docs: include_str!("no_freeze_before.md"),
    check: Check::Book(check),
};

fn check(rule: &Rule, facts: &Facts, found: &mut Vec<Diagnostic>) {
    let windows = &facts.schedule.windows;
    let own = windows.iter().filter(|window| window.freeze_of.is_none());
    for window in own.filter(|window| window.effect == Effect::Restricted) {
        let document = facts.book.document(window.document);
        // `freeze_before: 0m` says that none is wanted; what is malformed is told elsewhere.
        if document.field("freeze_before").is_some() {
            continue;
        }
        let coming: Vec<_> =
            window.occurrences.iter().filter(|occurrence| occurrence.start > facts.inputs.as_of).collect();
        let is_frozen = |service: &usize| {
            coming
                .iter()
                .all(|occurrence| windows.iter().any(|other| freezes(other, *service, occurrence.start)))
        };
        if coming.is_empty() || window.services.iter().all(is_frozen) {
            continue;
        }
        let message = format!("no freeze precedes restricted window {}", window.name);
        let finding = rule.finding(message).at(document.path(), document.head_span());
        found.push(finding.help("add `freeze_before: 2d`, or `0m` and why none is wanted in the text"));
    }
}

/// Whether a freeze of that service holds in the moment before a start.
fn freezes(window: &Window, service: usize, start: jiff::Timestamp) -> bool {
    let before = start.checked_sub(jiff::SignedDuration::from_secs(1)).unwrap_or(start);
    window.effect == Effect::Freeze
        && window.services.binary_search(&service).is_ok()
        && window.touching(before, start).next().is_some()
}
