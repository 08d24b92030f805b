//! MCM701.

use super::super::subject::{Telling, joined, shortcoming, told_changes};
use super::super::{Check, Levels, Rule, Scope};
use crate::facts::telling::Notice;
use crate::text::{Code, Diagnostic, Severity, Stage};

pub(super) static RULE: Rule = Rule {
    code: Code("MCM701"),
    name: "not-told",
    summary: "stakeholders have not been told before the change",
    about: "notice",
    severity: Severity::Error,
    stage: Stage::Ready,
    levels: Levels::FROM_STANDARD,
    docs: include_str!("not_told.md"),
    check: Check::Change(check),
};

fn check(rule: &Rule, scope: &Scope<'_>, found: &mut Vec<Diagnostic>) {
    let facts = scope.facts;
    for telling in told_changes(scope) {
        let Telling { request, notices, stakeholders, .. } = &telling;
        if stakeholders.is_empty() {
            continue;
        }
        let ahead: Vec<_> = notices.iter().filter(|notice| telling.counts(notice)).collect();
        let planned: Vec<_> = stakeholders
            .iter()
            .filter(|stakeholder| ahead.iter().any(|notice| notice.reaches(stakeholder.name)))
            .collect();
        if planned.is_empty() {
            let place = request.field("services").map_or(request.head_span(), |value| value.span);
            let names: Vec<&str> = stakeholders.iter().map(|stakeholder| stakeholder.name).collect();
            let finding = rule.finding("stakeholders have not been told before the change");
            found.push(
                finding
                    .at(request.path(), place)
                    .help(format!("write a notice to {}: `mcmbook new notice`", joined(&names))),
            );
            continue;
        }
        // Who has been told, or will be in time by what is planned, lacks nothing today.
        let does = |notice: &Notice<'_>| {
            (notice.is_told() && telling.is_in_time(notice)) || telling.is_awaited(notice, facts.inputs.as_of)
        };
        let is_told = |name: &str| ahead.iter().any(|notice| notice.reaches(name) && does(notice));
        for notice in &ahead {
            let waiting: Vec<&str> = planned
                .iter()
                .map(|stakeholder| stakeholder.name)
                .filter(|name| notice.reaches(name) && !is_told(name))
                .collect();
            if waiting.is_empty() {
                continue;
            }
            let message = format!("stakeholders have not been told before the change: {}", joined(&waiting));
            let finding = rule
                .finding(message)
                .at(notice.document.path(), notice.place())
                .labelled(shortcoming(notice));
            found.push(finding.help("write `sent_at` and `proof` when it has been sent"));
        }
    }
}
