//! MCM412.

use serde_json::Value;

use super::super::{Check, Levels, Rule, Scope};
use crate::facts::book::view;
use crate::inputs::document::steps::StepKind;
use crate::text::{Code, Diagnostic, Severity, Stage};

pub(super) static RULE: Rule = Rule {
    code: Code("MCM412"),
    name: "unconfirmed-checkpoint",
    summary: "checkpoint {c} passed without confirmation",
    about: "execution",
    severity: Severity::Error,
    stage: Stage::Closing,
    levels: Levels::FROM_STANDARD,
    docs: include_str!("unconfirmed_checkpoint.md"),
    check: Check::Change(check),
};

fn check(rule: &Rule, scope: &Scope<'_>, found: &mut Vec<Diagnostic>) {
    let facts = scope.facts;
    for (execution, record, run) in scope.runs().filter(|(execution, _, _)| execution.has_begun()) {
        let Some(runbook) = execution.followed.map(|runbook| facts.book.document(runbook)) else { continue };
        let confirmed = run.checkpoints();
        for due in execution.due(runbook, &run) {
            if due.step.kind != StepKind::Checkpoint {
                continue;
            }
            let label = &due.step.label;
            let message = format!("checkpoint {label} passed without confirmation");
            let of_point = || confirmed.iter().filter(|said| said.what.0 == *label);
            let is_in_time = |seq: usize| due.followed_by.is_none_or(|next| seq < next);
            match of_point().find(|said| is_in_time(said.seq)) {
                Some(said) if is_blank(said.what.1) => found.push(
                    rule.finding(message)
                        .at(run.path, said.entry.span)
                        .labelled("without readings")
                        .help("a checkpoint is confirmed by the values that were read"),
                ),
                Some(_) => {}
                None => {
                    let finding = match of_point().next() {
                        Some(said) => rule
                            .finding(message)
                            .at(run.path, said.entry.span)
                            .labelled("after the next step began"),
                        None => {
                            rule.finding(message).at(record.path(), view::place_of_section(record, "Steps"))
                        }
                    };
                    found.push(
                        finding.related(runbook.path(), due.step.span, "the checkpoint").help(
                            "the log has a `checkpoint` line with readings before the next step begins",
                        ),
                    );
                }
            }
        }
    }
}

fn is_blank(readings: &Value) -> bool {
    match readings {
        Value::Null => true,
        Value::String(text) => text.trim().is_empty(),
        Value::Array(items) => items.is_empty(),
        Value::Object(table) => table.is_empty(),
        Value::Bool(_) | Value::Number(_) => false,
    }
}
