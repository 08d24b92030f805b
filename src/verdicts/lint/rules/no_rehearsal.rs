//! MCM301.

use super::super::runbook::{is_runbook_of, runbooks, softened};
use super::super::{Check, Levels, Rule, Scope};
use crate::facts::rehearsal::{self, Need};
use crate::text::{Code, Diagnostic, Severity, Stage};

pub(super) static RULE: Rule = Rule {
    code: Code("MCM301"),
    name: "no-passed-rehearsal",
    summary: "no passed rehearsal of this runbook",
    about: "rehearsal",
    severity: Severity::Error,
    stage: Stage::Ready,
    levels: Levels::EVERYWHERE,
    docs: include_str!("no_rehearsal.md"),
    check: Check::Change(check),
};

fn check(rule: &Rule, scope: &Scope<'_>, found: &mut Vec<Diagnostic>) {
    let facts = scope.facts;
    for planned in runbooks(scope) {
        let runbook = planned.document;
        let Some(change) = planned.change.filter(|change| is_runbook_of(facts, change, runbook)) else {
            continue;
        };
        let need = rehearsal::need(facts, change);
        if need == Need::None || !rehearsal::passed(&facts.book, change).is_empty() {
            continue;
        }
        let finding = rule.finding("no passed rehearsal of this runbook");
        let help =
            "carry it out in staging under the conditions of the slot, and keep record and log beside it";
        let finding = match rehearsal::of(&facts.book, change).pop() {
            None => finding.at(runbook.path(), runbook.head_span()).help(help),
            Some(last) => {
                let last = facts.book.document(last);
                // One that did not pass is told by MCM308, one of other bytes by MCM232.
                let is_bound = last.field("runbook_digest").is_some();
                if last.text("result") != Some("passed") || is_bound {
                    continue;
                }
                let help =
                    format!("write `runbook_digest: sha256:{}` if it was this one", runbook.source.hash);
                let finding = finding.at(last.path(), last.head_span());
                finding.labelled("it does not say which runbook it used").help(help)
            }
        };
        found.push(softened(need, finding));
    }
}
