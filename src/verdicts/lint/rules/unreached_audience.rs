//! MCM702.

use super::super::subject::told_changes;
use super::super::{Check, Levels, Rule, Scope};
use crate::text::{Code, Diagnostic, Severity, Stage};

pub(super) static RULE: Rule = Rule {
    code: Code("MCM702"),
    name: "unreached-audience",
    summary: "audience `{a}` (owner of {service}) is not reached by any notice",
    about: "notice",
    severity: Severity::Error,
    stage: Stage::Ready,
    levels: Levels::FROM_STANDARD,
    docs: include_str!("unreached_audience.md"),
    check: Check::Change(check),
};

fn check(rule: &Rule, scope: &Scope<'_>, found: &mut Vec<Diagnostic>) {
    let facts = scope.facts;
    for telling in told_changes(scope) {
        let reached = |name: &str| {
            let mut ahead = telling.notices.iter().filter(|notice| telling.counts(notice));
            ahead.any(|notice| notice.reaches(name))
        };
        let (known, missing): (Vec<_>, Vec<_>) =
            telling.stakeholders.iter().partition(|stakeholder| reached(stakeholder.name));
        // That nobody is told at all is one finding of MCM701.
        if known.is_empty() {
            continue;
        }
        for stakeholder in missing {
            let service = facts.book.document(stakeholder.service);
            let (name, part) = (stakeholder.name, stakeholder.part);
            let near = if stakeholder.is_affected { "" } else { ", a hard neighbour" };
            let message = format!(
                "audience `{name}` ({part} of {}{near}) is not reached by any notice",
                service.id.name()
            );
            let finding = rule.finding(message).at(telling.request.path(), stakeholder.span);
            let finding = finding.related(service.path(), service.head_span(), "the entry of the catalogue");
            found.push(
                finding.help(format!("add `{name}` to the `audience` of a notice that goes where they read")),
            );
        }
    }
}
