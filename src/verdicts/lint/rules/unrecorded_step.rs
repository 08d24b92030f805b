//! MCM410.

use super::super::{Check, Levels, Rule, Scope};
use crate::facts::book::view;
use crate::inputs::document::log::StepOutcome;
use crate::inputs::document::steps::StepKind;
use crate::text::{Code, Diagnostic, Severity, Stage};

pub(super) static RULE: Rule = Rule {
    code: Code("MCM410"),
    name: "unrecorded-step",
    summary: "step {s} has no outcome or times",
    about: "execution",
    severity: Severity::Error,
    stage: Stage::Closing,
    levels: Levels::EVERYWHERE,
    docs: include_str!("unrecorded_step.md"),
    check: Check::Change(check),
};

fn check(rule: &Rule, scope: &Scope<'_>, found: &mut Vec<Diagnostic>) {
    let facts = scope.facts;
    for (execution, record, run) in scope.runs() {
        let steps = run.steps();
        for (label, step) in steps.iter().filter(|(label, _)| !label.starts_with('V')) {
            let open = step.begun.last().filter(|begun| step.ended.iter().all(|ended| ended.seq < begun.seq));
            let unbegun = step.ended.first().filter(|ended| {
                ended.what.0 != StepOutcome::Skipped && step.begun.iter().all(|begun| begun.seq > ended.seq)
            });
            if let Some(begun) = open {
                let finding = rule.finding(format!("step {label} has no outcome or times"));
                found.push(
                    finding
                        .at(run.path, begun.entry.span)
                        .labelled("begun here, and never ended")
                        .help("a step that was in doubt is settled by a `step-result` with a reason"),
                );
            } else if let Some(ended) = unbegun {
                let finding = rule.finding(format!("step {label} has no outcome or times"));
                found.push(
                    finding
                        .at(run.path, ended.entry.span)
                        .labelled("ended here, and never begun")
                        .help("each step has a `step-intent` line before anything is done"),
                );
            }
        }
        let Some(runbook) = execution.followed.map(|runbook| facts.book.document(runbook)) else { continue };
        if !execution.has_begun() {
            continue;
        }
        for due in execution.due(runbook, &run) {
            if due.step.kind != StepKind::Step || steps.contains_key(&due.step.label) {
                continue;
            }
            let finding = rule.finding(format!("step {} has no outcome or times", due.step.label));
            found.push(
                finding
                    .at(record.path(), view::place_of_section(record, "Steps"))
                    .related(runbook.path(), due.step.span, "the log does not speak of it")
                    .help(
                        "a step that was left out has a `step-result` of `skipped`, with reason and witness",
                    ),
            );
        }
    }
}
