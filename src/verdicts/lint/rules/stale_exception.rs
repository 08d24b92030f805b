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
    let Some(change) = scope.change else { return };
    let request = change.request.map(|index| scope.facts.book.document(index));
    let end = request.and_then(|request| view::slot(request)).map(|slot| slot.end.timestamp);
    for (_, exception) in scope.of_kind("exception") {
        let message =
            format!("exception {} is expired or was given to another change", exception.id.as_str());
        let tell = |place, help: String| rule.finding(message.clone()).at(exception.path(), place).help(help);
        let named = exception.field("for");
        let other = named.and_then(|value| Some((value.as_str()?, value.span)));
        if let Some((other, place)) = other.filter(|(other, _)| *other != &*change.id) {
            found.push(tell(place, format!("it is of {other}: ask for one of {}", change.id)));
        }
        let expires = view::instant(exception, "expires");
        let Some(((expires, place), end)) = expires.zip(end) else { continue };
        if expires.timestamp < end {
            found.push(tell(place, format!("the slot ends at {end}: ask for one that lasts as long")));
        }
    }
}
