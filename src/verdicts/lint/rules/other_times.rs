//! MCM710.

use super::super::subject::requests;
use super::super::{Check, Levels, Rule, Scope};
use crate::facts::book::view;
use crate::facts::telling;
use crate::facts::telling::Notice;
use crate::inputs::document::Slot;
use crate::text::{Code, Diagnostic, Severity, Stage};

pub(super) static RULE: Rule = Rule {
    code: Code("MCM710"),
    name: "other-times",
    summary: "announced times differ from the approved slot",
    about: "notice",
    severity: Severity::Error,
    stage: Stage::Ready,
    levels: Levels::EVERYWHERE,
    docs: include_str!("other_times.md"),
    check: Check::Change(check),
};

fn check(rule: &Rule, scope: &Scope<'_>, found: &mut Vec<Diagnostic>) {
    let facts = scope.facts;
    for (change, request) in requests(scope).filter(|(change, _)| !change.cancelled) {
        let Some(slot) = request.slot() else { continue };
        let notices = telling::notices(&facts.book, change);
        let announced = notices.iter().filter(|notice| notice.is_ahead() || notice.phase == "during");
        for notice in announced {
            let differing: Vec<_> = [("times.start", slot.start), ("times.end", slot.end)]
                .into_iter()
                .filter_map(|(path, planned)| {
                    let (told, span) = view::instant(notice.document, path)?;
                    (told.timestamp != planned.timestamp).then_some(span)
                })
                .collect();
            let is_corrected = || notices.iter().any(|later| corrects(later, notice, slot));
            if let ([first, ..], false) = (differing.as_slice(), is_corrected()) {
                let finding = rule.finding("announced times differ from the approved slot");
                let finding = finding.at(notice.document.path(), *first);
                let finding = finding.related(request.path(), slot.span, "the slot");
                found.push(finding.help("tell the same audience the new times, in a notice of its own"));
            }
        }
    }
}

/// Whether a later notice tells everybody whom an earlier one reached the times of the slot.
fn corrects(later: &Notice<'_>, earlier: &Notice<'_>, slot: &Slot) -> bool {
    let is_later = later.is_ahead() && later.moment() > earlier.moment();
    let has_times = view::moment(later.document, "times.start") == Some(slot.start.timestamp)
        && view::moment(later.document, "times.end") == Some(slot.end.timestamp);
    is_later && has_times && earlier.audience.iter().all(|(name, _)| later.reaches(name))
}
