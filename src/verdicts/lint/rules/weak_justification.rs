//! MCM106.

use super::super::subject::{follows_model, requests, windows};
use super::super::wording::{has_figure, holds_any, written};
use super::super::{Check, Levels, Rule, Scope};
use crate::text::{Code, Diagnostic, Severity, Stage};

pub(super) static RULE: Rule = Rule {
    code: Code("MCM106"),
    name: "weak-justification",
    summary: "justification does not say why the change cannot wait or what waiting costs",
    about: "request",
    severity: Severity::Error,
    stage: Stage::Submission,
    levels: Levels::FROM_STANDARD,
    docs: include_str!("weak_justification.md"),
    check: Check::Change(check),
};

/// Beginnings of words with which people speak of waiting, in English, German, French and Spanish.
const WAITING: [&str; 22] = [
    "wait",
    "later",
    "postpon",
    "defer",
    "delay",
    "deadline",
    "expire",
    "too late",
    "moved to",
    "warten",
    "später",
    "verschieb",
    "verschob",
    "aufschub",
    "frist",
    "attend",
    "report",
    "retard",
    "échéance",
    "esper",
    "aplaz",
    "pospon",
];

fn check(rule: &Rule, scope: &Scope<'_>, found: &mut Vec<Diagnostic>) {
    let facts = scope.facts;
    for (_, request) in requests(scope).filter(|(_, request)| !follows_model(request)) {
        let windows = windows(facts, request);
        let Some(section) = written(request, "Justification").filter(|_| !windows.is_empty()) else {
            continue;
        };
        // The figures in the names of the windows are no dates of the change.
        let mut own = section.text.to_lowercase();
        for hit in &windows {
            let title = facts.book.document(hit.window.document).title().to_lowercase();
            own = own.replace(&hit.window.name.to_lowercase(), " ").replace(&title, " ");
        }
        let lacks = match (holds_any(&own, &WAITING), has_figure(&own)) {
            (true, true) => continue,
            (false, _) => "say why the change can be made neither before nor after the window",
            (true, false) => "say what waiting costs, with a date, an amount or a count that can be checked",
        };
        let message = "justification does not say why the change cannot wait or what waiting costs";
        found.push(rule.finding(message).at(request.path(), section.heading).help(lacks));
    }
}
