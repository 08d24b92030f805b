//! MCM617.

use super::super::{Check, Levels, Rule, Scope};
use crate::facts::book::view;
use crate::text::{Code, Diagnostic, Severity, Stage};

pub(super) static RULE: Rule = Rule {
    code: Code("MCM617"),
    name: "stale-exception",
    summary: "exception {id} is expired or was given to another change",
    about: "exception",
    severity: Severity::Error,
    stage: Stage::Ready,
    levels: Levels::FROM_STANDARD,
    docs: include_str!("stale_exception.md"),
    check: Check::Change(check),
};

fn check(rule: &Rule, scope: &Scope<'_>, found: &mut Vec<Diagnostic>) {
    let facts = scope.facts;
    for (index, document) in scope.of_kind("exception") {
        let Some(change) = facts.book.change_of(index).filter(|change| !change.cancelled) else { continue };
        let id = document.id.as_str();
        // What names nothing is MCM015.
        let given = document.field("for").filter(|given| {
            given.as_str().is_some_and(|given| *given != *change.id && facts.book.changes.contains_key(given))
        });
        if let Some(given) = given {
            let other = given.as_str().unwrap_or_default();
            let finding = rule.finding(format!("exception {id} was given to another change: {other}"));
            let finding = finding.at(document.path(), given.span);
            found.push(finding.help(format!("ask for one that names {}", change.id)));
        }
        let request = change.request.map(|request| facts.book.document(request));
        let Some((request, slot)) = request.and_then(|request| Some((request, request.slot()?))) else {
            continue;
        };
        let Some((expires, span)) = view::instant(document, "expires") else { continue };
        if expires.timestamp < slot.end.timestamp {
            let finding = rule.finding(format!("exception {id} is expired before the slot ends"));
            let finding = finding.at(document.path(), span);
            let finding = finding.related(request.path(), slot.span, "the slot");
            let end = slot.end.timestamp.to_zoned(slot.zone.clone());
            let help = format!("ask for one that lasts until {}", end.strftime("%Y-%m-%d %H:%M"));
            found.push(finding.help(help));
        }
    }
}
