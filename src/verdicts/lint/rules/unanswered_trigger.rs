//! MCM413.

use super::super::{Check, Levels, Rule, Scope};
use crate::inputs::document::log::TriggerAction;
use crate::text::{Code, Diagnostic, Severity, Stage};

pub(super) static RULE: Rule = Rule {
    code: Code("MCM413"),
    name: "unanswered-trigger",
    summary: "trigger {t} was reached; neither rollback nor a recorded override followed",
    about: "execution",
    severity: Severity::Error,
    stage: Stage::Closing,
    levels: Levels::FROM_STANDARD,
    docs: include_str!("unanswered_trigger.md"),
    check: Check::Change(check),
};

fn check(rule: &Rule, scope: &Scope<'_>, found: &mut Vec<Diagnostic>) {
    for (_, _, run) in scope.runs() {
        let rollbacks = run.rollbacks();
        for said in run.triggers() {
            let (id, action, reason) = said.what;
            let why = match action {
                TriggerAction::Override if reason.is_none_or(|reason| reason.trim().is_empty()) => {
                    "the override has no reason"
                }
                TriggerAction::Rollback if !rollbacks.iter().any(|begun| begun.seq > said.seq) => {
                    "no rollback begins behind this line"
                }
                TriggerAction::Override | TriggerAction::Rollback => continue,
            };
            let message =
                format!("trigger {id} was reached; neither rollback nor a recorded override followed");
            found.push(
                rule.finding(message)
                    .at(run.path, said.entry.span)
                    .labelled(why)
                    .help("a trigger is answered by `rollback-begin`, or by an override with its reason"),
            );
        }
    }
}
