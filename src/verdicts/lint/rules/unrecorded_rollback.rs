//! MCM414.

use super::super::{Check, Levels, Rule, Scope};
use crate::facts::book::Outcome;
use crate::inputs::document::steps::StepKind;
use crate::text::{Code, Diagnostic, Severity, Stage};

pub(super) static RULE: Rule = Rule {
    code: Code("MCM414"),
    name: "unrecorded-rollback",
    summary: "rollback invoked but its steps are not recorded",
    about: "execution",
    severity: Severity::Error,
    stage: Stage::Closing,
    levels: Levels::EVERYWHERE,
    docs: include_str!("unrecorded_rollback.md"),
    check: Check::Change(check),
};

fn check(rule: &Rule, scope: &Scope<'_>, found: &mut Vec<Diagnostic>) {
    let facts = scope.facts;
    for (execution, _, run) in scope.runs() {
        let Some(begun) = run.rollbacks().into_iter().next() else { continue };
        let steps = run.steps();
        let is_done = |label: &str| steps.get(label).is_some_and(|step| step.first().is_some());
        let message = "rollback invoked but its steps are not recorded";
        let finding = || rule.finding(message).at(run.path, begun.entry.span);
        let help = "each rollback step has its `step-intent` and `step-result`, like any other step";
        if !steps.keys().any(|label| label.starts_with('R')) {
            found.push(finding().labelled("no rollback step follows").help(help));
            continue;
        }
        let Some(runbook) = execution.followed.map(|runbook| facts.book.document(runbook)) else { continue };
        if execution.outcome != Some(Outcome::RolledBack) {
            continue;
        }
        let planned = runbook.steps.iter().filter(|step| step.kind == StepKind::Rollback);
        let entered = planned.skip_while(|step| !is_done(&step.label));
        let missing: Vec<&str> =
            entered.filter(|step| !is_done(&step.label)).map(|step| step.label.as_str()).collect();
        if !missing.is_empty() {
            found.push(finding().labelled(format!("{} missing", missing.join(", "))).help(help));
        }
    }
}
