//! MCM411.

use super::super::{Check, Levels, Rule, Scope};
use crate::inputs::document::log::StepOutcome;
use crate::text::{Code, Diagnostic, Severity, Stage};

pub(super) static RULE: Rule = Rule {
    code: Code("MCM411"),
    name: "unexplained-deviation",
    summary: "step {s} was skipped or altered without reason and witness",
    about: "execution",
    severity: Severity::Error,
    stage: Stage::Closing,
    levels: Levels::FROM_STANDARD,
    docs: include_str!("unexplained_deviation.md"),
    check: Check::Change(check),
};

fn check(rule: &Rule, scope: &Scope<'_>, found: &mut Vec<Diagnostic>) {
    for (_, _, run) in scope.runs() {
        for (label, step) in run.steps() {
            for said in step.ended {
                let (outcome, reason) = said.what;
                let how = match outcome {
                    StepOutcome::Skipped => "skipped",
                    StepOutcome::Altered => "altered",
                    StepOutcome::Done | StepOutcome::Failed => continue,
                };
                let has_reason = reason.is_some_and(|reason| !reason.trim().is_empty());
                let lacks = match (has_reason, run.witness_of(said.seq).is_some()) {
                    (true, true) => continue,
                    (false, true) => "reason",
                    (true, false) => "witness",
                    (false, false) => "reason and witness",
                };
                let finding = rule.finding(format!("step {label} was {how} without {lacks}"));
                found.push(
                    finding.at(run.path, said.entry.span).help(
                        "tell the reason in the post-mortem; a later `witness` line may still confirm it",
                    ),
                );
            }
        }
    }
}
