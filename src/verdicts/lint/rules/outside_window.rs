//! MCM123.

use super::super::subject::requests;
use super::super::{Check, Levels, Rule, Scope};
use crate::facts::book::view;
use crate::facts::calendar::Occurrence;
use crate::text::{Code, Diagnostic, Severity, Stage};

pub(super) static RULE: Rule = Rule {
    code: Code("MCM123"),
    name: "outside-window",
    summary: "planned time is not inside the slot it claims ({window})",
    about: "request",
    severity: Severity::Error,
    stage: Stage::Approval,
    levels: Levels::EVERYWHERE,
    docs: include_str!("outside_window.md"),
    check: Check::Change(check),
};

fn check(rule: &Rule, scope: &Scope<'_>, found: &mut Vec<Diagnostic>) {
    let facts = scope.facts;
    for (_, request) in requests(scope) {
        let Some(slot) = request.slot() else { continue };
        let Some(claimed) = request.field("slot.window") else { continue };
        let Some(index) = slot.window.as_deref().and_then(|name| view::of_kind(&facts.book, "window", name))
        else {
            continue;
        };
        // A window that cannot be read has rules of its own.
        let Some(window) = facts.schedule.of_document(index) else { continue };
        let (start, end) = (slot.start.timestamp, slot.end.timestamp);
        let (from, to) = facts.schedule.horizon;
        let is_known = from <= start && end <= to;
        if !is_known || window.occurrences.iter().any(|o| o.start <= start && end <= o.end) {
            continue;
        }
        let touching = window.occurrences.iter().find(|o| o.start < end && start < o.end);
        let local =
            |at: jiff::Timestamp| at.to_zoned(slot.zone.clone()).strftime("%Y-%m-%d %H:%M").to_string();
        let nearest = || {
            let apart = |o: &&Occurrence| (o.start.as_second() - start.as_second()).unsigned_abs();
            window.occurrences.iter().min_by_key(apart)
        };
        let message = format!("planned time is not inside the slot it claims ({})", window.name);
        let document = facts.book.document(index);
        let finding = rule.finding(message).at(request.path(), claimed.span);
        let finding = finding.related(request.path(), slot.span, "the planned time");
        let finding = finding.related(document.path(), document.head_span(), "the window");
        let help = match touching.or_else(nearest) {
            Some(o) => format!("it lies from {} to {}", local(o.start), local(o.end)),
            None => "the window has no occurrence".to_owned(),
        };
        found.push(finding.help(help).help("move the slot, or take `window` out of it"));
    }
}
