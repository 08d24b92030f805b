//! MCM416.

use std::collections::BTreeMap;

use super::super::{Check, Levels, Rule, Scope};
use crate::facts::book::view;
use crate::inputs::document::log::StepOutcome;
use crate::inputs::document::steps::StepKind;
use crate::text::{Code, Diagnostic, Severity, Stage};

pub(super) static RULE: Rule = Rule {
    code: Code("MCM416"),
    name: "failed-verification",
    summary: "post-execution tests are missing or failed",
    about: "execution",
    severity: Severity::Error,
    stage: Stage::Closing,
    levels: Levels::FROM_STANDARD,
    docs: include_str!("failed_verification.md"),
    check: Check::Change(check),
};

fn check(rule: &Rule, scope: &Scope<'_>, found: &mut Vec<Diagnostic>) {
    let facts = scope.facts;
    for (execution, record, run) in scope.runs() {
        if !execution.leaves_services() {
            continue;
        }
        let steps = run.steps();
        let mut has_failed = false;
        for (label, step) in steps.iter().filter(|(label, _)| label.starts_with('V')) {
            let last = step.ended.last();
            let (span, how) = match (last, step.begun.last()) {
                (Some(ended), _) => match ended.what.0 {
                    StepOutcome::Done | StepOutcome::Altered => continue,
                    StepOutcome::Failed => (ended.entry.span, "failed"),
                    StepOutcome::Skipped => (ended.entry.span, "was left out"),
                },
                (None, Some(begun)) => (begun.entry.span, "has no result"),
                (None, None) => continue,
            };
            has_failed = true;
            let finding = rule.finding(format!("post-execution test {label} {how}"));
            found.push(finding.at(run.path, span).help("mend the service and test again, or roll back"));
        }
        // A test that failed as a step has mostly failed as the verification of a service too.
        let last: BTreeMap<&str, _> = run.verifies().into_iter().map(|said| (said.what.0, said)).collect();
        for said in last.values().filter(|said| !has_failed && !is_passed(said.what.1)) {
            let (service, result, _) = said.what;
            let finding = rule.finding(format!("post-execution test of `{service}` failed"));
            found.push(
                finding
                    .at(run.path, said.entry.span)
                    .labelled(format!("the result is `{result}`"))
                    .help("mend the service and test again, or roll back"),
            );
        }
        let Some(runbook) = execution.followed.map(|runbook| facts.book.document(runbook)) else { continue };
        let planned = runbook.steps.iter().filter(|step| step.kind == StepKind::Verify);
        for step in planned.filter(|step| !steps.contains_key(&step.label)) {
            let finding = rule.finding(format!("post-execution test {} is missing", step.label));
            found.push(
                finding
                    .at(record.path(), view::place_of_section(record, "Verification"))
                    .related(runbook.path(), step.span, "the log does not speak of it")
                    .help("carry out every test of the runbook, after a rollback too"),
            );
        }
    }
}

/// Whether a result says that the test was passed.
fn is_passed(result: &str) -> bool {
    let result = result.trim().to_lowercase();
    ["passed", "pass", "ok"]
        .iter()
        .any(|word| result.strip_prefix(word).is_some_and(|rest| !rest.starts_with(char::is_alphanumeric)))
}
