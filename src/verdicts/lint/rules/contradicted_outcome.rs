//! MCM423.

use super::super::{Check, Levels, Rule, Scope};
use crate::facts::book::Outcome;
use crate::facts::execution::{Execution, Run};
use crate::inputs::document::Document;
use crate::inputs::document::log::{Decision, StepOutcome, TriggerAction};
use crate::text::{Code, Diagnostic, Severity, Span, Stage};

pub(super) static RULE: Rule = Rule {
    code: Code("MCM423"),
    name: "contradicted-outcome",
    summary: "outcome `{o}` contradicts the record ({why})",
    about: "execution",
    severity: Severity::Error,
    stage: Stage::Closing,
    levels: Levels::EVERYWHERE,
    docs: include_str!("contradicted_outcome.md"),
    check: Check::Change(check),
};

fn check(rule: &Rule, scope: &Scope<'_>, found: &mut Vec<Diagnostic>) {
    let facts = scope.facts;
    for execution in scope.executions() {
        let record = facts.book.document(execution.document);
        let (Some(outcome), Some(value)) = (execution.outcome, record.field("outcome")) else { continue };
        let run = execution.run();
        let of_log = run.as_ref().and_then(|run| of_log(execution, record, outcome, run));
        let why = of_fields(record, outcome).map(|why| (why, None)).or(of_log);
        if let Some((why, line)) = why {
            let message = format!("outcome `{}` contradicts the record ({why})", outcome.key());
            let mut finding = rule.finding(message).at(record.path(), value.span);
            if let (Some(span), Some(run)) = (line, &run) {
                finding = finding.related(run.path, span, "here");
            }
            found.push(finding.help("write the outcome that the log shows"));
        }
        let change = facts.book.changes.get(&execution.change);
        let review = change.and_then(|change| change.post_mortem).filter(|_| execution.is_last);
        let Some(review) = review.map(|review| facts.book.document(review)) else { continue };
        let Some(told) = review.field("outcome") else { continue };
        let Some(other) = told.as_str().and_then(Outcome::of_key).filter(|told| *told != outcome) else {
            continue;
        };
        let message =
            format!("outcome `{}` contradicts the record (it ended as `{}`)", other.key(), outcome.key());
        let finding = rule.finding(message).at(review.path(), told.span);
        found.push(
            finding
                .related(record.path(), value.span, "the last attempt")
                .help("the post-mortem tells the outcome of the execution record"),
        );
    }
}

/// What two fields of the record say against each other.
fn of_fields(record: &Document, outcome: Outcome) -> Option<String> {
    let result = record.text("rollback_result")?;
    let is_needed = result != "not_needed";
    let is_rolled_back = matches!(outcome, Outcome::RolledBack | Outcome::PartlyRolledBack);
    let is_through = matches!(outcome, Outcome::Implemented | Outcome::ImplementedWithIssues);
    let known = ["not_needed", "clean", "with_issues", "failed"].contains(&result);
    let contradicts = (is_rolled_back && !is_needed) || (is_through && is_needed);
    (known && contradicts).then(|| format!("the rollback result is `{result}`"))
}

/// What the log says against it, and where.
fn of_log(
    execution: &Execution,
    record: &Document,
    outcome: Outcome,
    run: &Run<'_>,
) -> Option<(String, Option<Span>)> {
    let Some(end) = run.end() else {
        return Some(("the log has no end".to_owned(), None));
    };
    let (ended_as, rollback) = end.what;
    if ended_as != outcome.key() {
        return Some((format!("the log ends with `{ended_as}`"), Some(end.entry.span)));
    }
    if record.text("rollback_result").is_some_and(|result| result != rollback) {
        return Some((format!("in the log the rollback result is `{rollback}`"), Some(end.entry.span)));
    }
    let steps = run.steps();
    let rolled_back = run.rollbacks().into_iter().next();
    let undone = || steps.iter().find(|(label, _)| label.starts_with('R'));
    match outcome {
        Outcome::Implemented | Outcome::ImplementedWithIssues => {
            if let Some(begun) = rolled_back {
                return Some(("a rollback was begun".to_owned(), Some(begun.entry.span)));
            }
            let failed =
                steps.iter().filter(|(label, _)| !label.starts_with('V')).find_map(|(label, step)| {
                    let last = step.ended.last().filter(|ended| ended.what.0 == StepOutcome::Failed)?;
                    Some((format!("step {label} failed"), Some(last.entry.span)))
                });
            failed.or_else(
                || if execution.outcome == Some(Outcome::Implemented) { troubled(run) } else { None },
            )
        }
        Outcome::RolledBack | Outcome::PartlyRolledBack => (rolled_back.is_none() && undone().is_none())
            .then(|| ("no rollback is recorded".to_owned(), None)),
        Outcome::AbortedBeforeStart => {
            let first = steps.iter().find_map(|(label, step)| Some((label, step.begun.first()?)));
            first.map(|(label, begun)| (format!("step {label} was begun"), Some(begun.entry.span)))
        }
        Outcome::Failed => None,
    }
}

/// What does not go with an outcome that has no issues.
fn troubled(run: &Run<'_>) -> Option<(String, Option<Span>)> {
    let issue = run.issues().first().map(|said| ("the log tells an issue".to_owned(), Some(said.entry.span)));
    let overridden = || {
        let triggers = run.triggers();
        let said = triggers.iter().find(|said| said.what.1 == TriggerAction::Override)?;
        Some((format!("trigger {} was overridden", said.what.0), Some(said.entry.span)))
    };
    let refused = || {
        let decisions = run.decisions();
        let is_last = |label: &str, seq: usize| {
            !decisions.iter().any(|later| later.what.label == label && later.seq > seq)
        };
        let said = decisions
            .iter()
            .find(|said| said.what.decision == Decision::NoGo && is_last(&said.what.label, said.seq))?;
        Some((format!("go/no-go {} was answered no-go", said.what.label), Some(said.entry.span)))
    };
    issue.or_else(overridden).or_else(refused)
}
