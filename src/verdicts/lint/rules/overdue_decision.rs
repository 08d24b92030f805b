//! MCM408.

use super::super::{Check, Levels, Rule, Scope};
use crate::text::{Code, Diagnostic, Severity, Stage};

pub(super) static RULE: Rule = Rule {
    code: Code("MCM408"),
    name: "overdue-decision",
    summary: "go/no-go {g} was answered after its deadline",
    about: "execution",
    severity: Severity::Error,
    stage: Stage::Closing,
    levels: Levels::FROM_STANDARD,
    docs: include_str!("overdue_decision.md"),
    check: Check::Change(check),
};

fn check(rule: &Rule, scope: &Scope<'_>, found: &mut Vec<Diagnostic>) {
    for (_, _, run) in scope.runs() {
        for said in run.decisions().into_iter().filter(|said| said.entry.at > said.what.deadline) {
            let label = &said.what.label;
            let message = format!("go/no-go {label} was answered after its deadline");
            let late = said.entry.at.as_second().saturating_sub(said.what.deadline.as_second());
            let finding = rule.finding(message).at(run.path, said.entry.span);
            found.push(
                finding
                    .labelled(format!("{} s after {}", late, said.what.deadline))
                    .help("no answer by the deadline is a no: say in the post-mortem why it was waited for"),
            );
        }
    }
}
