//! MCM406.

use std::collections::BTreeMap;

use super::super::{Check, Levels, Rule, Scope};
use crate::facts::book::view;
use crate::inputs::document::Document;
use crate::inputs::value::Value;
use crate::text::{Code, Diagnostic, Severity, Stage};

pub(super) static RULE: Rule = Rule {
    code: Code("MCM406"),
    name: "missing-readiness-review",
    summary: "no final readiness review",
    about: "execution",
    severity: Severity::Error,
    stage: Stage::Closing,
    levels: Levels::FROM_STANDARD,
    docs: include_str!("missing_readiness_review.md"),
    check: Check::Change(check),
};

fn check(rule: &Rule, scope: &Scope<'_>, found: &mut Vec<Diagnostic>) {
    let facts = scope.facts;
    for (execution, record, run) in scope.runs().filter(|(execution, _, _)| execution.has_begun()) {
        let start = run.preflight_end();
        let polls: Vec<_> = run.polls().into_iter().filter(|said| said.seq < start).collect();
        let last: BTreeMap<String, _> = polls.iter().map(|said| (folded(said.what.0), said)).collect();
        let place = view::place_of_section(record, "Readiness Poll");
        if last.is_empty() {
            let finding = rule.finding("no final readiness review").at(record.path(), place);
            found.push(finding.help("the log has one `poll` line for each role, before the first step"));
            continue;
        }
        let runbook = execution.followed.map(|runbook| facts.book.document(runbook));
        let silent = runbook
            .into_iter()
            .flat_map(|runbook| roles(runbook))
            .filter(|role| !last.contains_key(&folded(role)));
        let silent: Vec<String> = silent.map(|role| format!("`{role}`")).collect();
        if !silent.is_empty() {
            let message = format!("no final readiness review of {}", silent.join(", "));
            let finding = rule.finding(message).at(record.path(), place);
            found.push(finding.help("every role of the runbook is asked before the first step"));
        }
        for said in last.values().filter(|said| !is_go(said.what.1)) {
            let message = format!("no final readiness review: `{}` was not ready", said.what.0);
            let finding = rule.finding(message).at(run.path, said.entry.span);
            found.push(
                finding.labelled("the last answer before the start").help("ask again before the start"),
            );
        }
    }
}

/// The roles of a runbook that somebody has.
fn roles(runbook: &Document) -> Vec<&str> {
    let table = runbook.field("roles").and_then(Value::as_table);
    let entries = table.map_or(&[][..], |table| table.entries());
    let has_person = |value: &Value| value.as_table().is_some_and(|role| role.get("who").is_some());
    entries.iter().filter(|entry| has_person(&entry.value)).map(|entry| entry.key.as_str()).collect()
}

/// `Health watcher`, `health-watcher` and `health_watcher` are one role.
fn folded(role: &str) -> String {
    role.trim().to_lowercase().replace(['-', ' '], "_")
}

fn is_go(answer: &str) -> bool {
    ["go", "yes", "ready"].iter().any(|word| answer.trim().eq_ignore_ascii_case(word))
}
