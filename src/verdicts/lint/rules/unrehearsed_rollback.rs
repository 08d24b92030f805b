//! MCM303.

use super::super::runbook::{rehearsed, softened};
use super::super::{Check, Levels, Rule, Scope};
use crate::text::{Code, Diagnostic, Severity, Stage};

pub(super) static RULE: Rule = Rule {
    code: Code("MCM303"),
    name: "unrehearsed-rollback",
    summary: "rollback was not rehearsed",
    about: "rehearsal",
    severity: Severity::Error,
    stage: Stage::Ready,
    levels: Levels::FROM_STANDARD,
    docs: include_str!("unrehearsed_rollback.md"),
    check: Check::Change(check),
};

fn check(rule: &Rule, scope: &Scope<'_>, found: &mut Vec<Diagnostic>) {
    let facts = scope.facts;
    for pair in rehearsed(scope) {
        let is_timed = pair.proofs(facts).any(|rehearsal| {
            rehearsal.text("mode") != Some("tabletop") && rehearsal.field("rollback_actual").is_some()
        });
        // Without a way back MCM211 speaks.
        if is_timed || pair.runbook.plan.rollback.is_empty() {
            continue;
        }
        let rehearsal = pair.document;
        let is_tabletop = rehearsal.text("mode") == Some("tabletop");
        let mode = rehearsal.field("mode").filter(|_| is_tabletop);
        let place = mode.map_or(rehearsal.head_span(), |mode| mode.span);
        let mut finding = rule.finding("rollback was not rehearsed").at(rehearsal.path(), place);
        if is_tabletop {
            finding = finding.labelled("a tabletop measures nothing");
        }
        let help = "carry the rollback out from the latest point at which it would be chosen, and write \
                    `rollback_actual`";
        found.push(softened(pair.need, finding.help(help)));
    }
}
