//! MCM610.

use super::super::{Check, Levels, Rule};
use crate::facts::Facts;
use crate::facts::calendar::{Effect, Occurrence, Window};
use crate::text::{Code, Diagnostic, Severity, Stage};

pub(super) static RULE: Rule = Rule {
    code: Code("MCM610"),
    name: "overlapping-windows",
    summary: "overlaps {w}; the stricter rule applies",
    about: "window",
    severity: Severity::Warning,
    stage: Stage::Draft,
    levels: Levels::EVERYWHERE,
    docs: include_str!("overlapping_windows.md"),
    check: Check::Book(check),
};

fn check(rule: &Rule, facts: &Facts, found: &mut Vec<Diagnostic>) {
    let closing: Vec<&Window> = facts
        .schedule
        .windows
        .iter()
        .filter(|window| window.freeze_of.is_none() && window.effect != Effect::Maintenance)
        .collect();
    for (at, one) in closing.iter().enumerate() {
        for other in &closing[at + 1..] {
            let (first, second) = (one.document, other.document);
            // Who names the other window has seen the overlap.
            let is_known = facts.book.backlinks[first].binary_search(&second).is_ok()
                || facts.book.backlinks[second].binary_search(&first).is_ok();
            if is_known || !shares(one, other) {
                continue;
            }
            let Some(overlap) = overlap(one, other, facts.inputs.as_of) else { continue };
            let document = facts.book.document(second);
            let message = format!("overlaps {}; the stricter rule applies", one.name);
            let start = overlap.start.strftime("%Y-%m-%dT%H:%MZ");
            let place = document.field("rrule").or_else(|| document.field("start"));
            let place = place.map_or(document.head_span(), |value| value.span);
            let finding = rule.finding(message).at(document.path(), place);
            let finding = finding.labelled(format!("first at {start}"));
            let there = facts.book.document(first);
            let finding = finding.related(there.path(), there.head_span(), "the other window");
            found.push(finding.help(format!("say in the text what holds then, with a link to {}", one.name)));
        }
    }
}

fn shares(one: &Window, other: &Window) -> bool {
    one.services.iter().any(|service| other.services.binary_search(service).is_ok())
        && one.environments.iter().any(|environment| other.environments.contains(environment))
}

/// The first overlap that is not over. Both lists are sorted by start: what ends before the other's next
/// occurrence begins can overlap none of the later ones either.
fn overlap(one: &Window, other: &Window, as_of: jiff::Timestamp) -> Option<Occurrence> {
    let coming = |window: &'_ Window| -> Vec<Occurrence> {
        window.occurrences.iter().filter(|occurrence| occurrence.end > as_of).copied().collect()
    };
    let (first, second) = (coming(one), coming(other));
    let (mut at, mut to) = (0, 0);
    while let (Some(a), Some(b)) = (first.get(at), second.get(to)) {
        if a.end <= b.start {
            at += 1;
        } else if b.end <= a.start {
            to += 1;
        } else {
            let start = a.start.max(b.start).max(as_of);
            return Some(Occurrence { start, end: a.end.min(b.end), adjusted: false });
        }
    }
    None
}
