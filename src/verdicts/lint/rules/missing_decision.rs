//! MCM407.

use super::super::{Check, Levels, Rule, Scope};
use crate::facts::book::view;
use crate::facts::execution::Decided;
use crate::inputs::document::log::Decision;
use crate::inputs::document::steps::StepKind;
use crate::text::{Code, Diagnostic, Severity, Stage};

pub(super) static RULE: Rule = Rule {
    code: Code("MCM407"),
    name: "missing-decision",
    summary: "go/no-go {g}: no recorded decision, values and decider",
    about: "execution",
    severity: Severity::Error,
    stage: Stage::Closing,
    levels: Levels::EVERYWHERE,
    docs: include_str!("missing_decision.md"),
    check: Check::Change(check),
};

fn check(rule: &Rule, scope: &Scope<'_>, found: &mut Vec<Diagnostic>) {
    let facts = scope.facts;
    for (execution, record, run) in scope.runs().filter(|(execution, _, _)| execution.has_begun()) {
        let Some(runbook) = execution.followed.map(|runbook| facts.book.document(runbook)) else { continue };
        let decisions = run.decisions();
        for due in execution.due(runbook, &run) {
            if due.step.kind != StepKind::GoNoGo {
                continue;
            }
            let label = &due.step.label;
            let is_in_time = |seq: usize| due.followed_by.is_none_or(|next| seq < next);
            let mut of_point =
                decisions.iter().filter(|said| said.what.label == *label && is_in_time(said.seq));
            let Some(said) = of_point.next_back() else {
                let message = format!("go/no-go {label}: no recorded decision, values and decider");
                let finding = rule.finding(message);
                let finding = finding.at(record.path(), view::place_of_section(record, "Decisions"));
                found.push(
                    finding
                        .related(runbook.path(), due.step.span, "the point of decision")
                        .help("the log has a `go-no-go` line before the next step begins"),
                );
                continue;
            };
            let lacks = if said.what.decision == Decision::NoGo && due.followed_by.is_some() {
                Some("decision to go on".to_owned())
            } else {
                missing(&said.what)
            };
            if let Some(lacks) = lacks {
                let finding = rule.finding(format!("go/no-go {label}: no recorded {lacks}"));
                found.push(
                    finding.at(run.path, said.entry.span).help(
                        "a decision names who decided, and each criterion with the value that was read",
                    ),
                );
            }
        }
    }
}

fn missing(decided: &Decided<'_>) -> Option<String> {
    let is_blank = |value: &serde_json::Value| match value {
        serde_json::Value::Null => true,
        serde_json::Value::String(text) => text.trim().is_empty(),
        _ => false,
    };
    let has_values =
        !decided.criteria.is_empty() && decided.criteria.iter().all(|criterion| !is_blank(&criterion.value));
    let lacks = [(has_values, "values"), (!decided.decider.trim().is_empty(), "decider")];
    let lacks: Vec<&str> = lacks.iter().filter(|(has, _)| !has).map(|(_, what)| *what).collect();
    (!lacks.is_empty()).then(|| lacks.join(" and "))
}
