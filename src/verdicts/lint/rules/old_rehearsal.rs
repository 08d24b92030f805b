//! MCM305.

use super::super::runbook::{rehearsed, softened};
use super::super::{Check, Levels, Rule, Scope};
use crate::facts::book::view;
use crate::inputs::document::Document;
use crate::text::{Code, Diagnostic, Severity, Stage};

pub(super) static RULE: Rule = Rule {
    code: Code("MCM305"),
    name: "old-rehearsal",
    summary: "rehearsal is {n} days old; at most {m}",
    about: "rehearsal",
    severity: Severity::Error,
    stage: Stage::Ready,
    levels: Levels::FROM_STANDARD,
    docs: include_str!("old_rehearsal.md"),
    check: Check::Change(check),
};

/// Seconds of a day.
const DAY: i64 = 86_400;

fn check(rule: &Rule, scope: &Scope<'_>, found: &mut Vec<Diagnostic>) {
    let facts = scope.facts;
    let most = i64::from(facts.inputs.policy.limits.rehearsal_days);
    for pair in rehearsed(scope) {
        let slot = pair.runbook.request(facts).and_then(Document::slot);
        let of = |field: &str| view::instant(pair.document, field);
        let Some((slot, (ended, span))) = slot.zip(of("ended").or_else(|| of("started"))) else { continue };
        let age = slot.start.timestamp.as_second().saturating_sub(ended.timestamp.as_second());
        if age <= most.saturating_mul(DAY) {
            continue;
        }
        // A day that has begun counts: what is over the limit must not read as if it were not.
        let days = age / DAY + i64::from(age % DAY > 0);
        let message = format!("rehearsal is {days} days old; at most {most}");
        let finding = rule.finding(message).at(pair.document.path(), span);
        let finding = finding.labelled("so old is it when the slot starts");
        found.push(softened(pair.need, finding.help("rehearse again, closer to the slot")));
    }
}
