//! MCM221.

use super::super::runbook::{is_runbook, listed};
use super::super::{Check, Levels, Rule, Settings};
use crate::facts::book::view;
use crate::inputs::document::Document;
use crate::text::{Code, Diagnostic, Severity, Stage};

pub(super) static RULE: Rule = Rule {
    code: Code("MCM221"),
    name: "unclear-monitor",
    summary: "monitor {m} lacks location, metric, threshold or watcher",
    about: "runbook",
    severity: Severity::Error,
    stage: Stage::Approval,
    levels: Levels::FROM_STANDARD,
    docs: include_str!("unclear_monitor.md"),
    check: Check::Document(check),
};

fn check(rule: &Rule, document: &Document, _: &Settings<'_>, found: &mut Vec<Diagnostic>) {
    const PARTS: [(&str, &str); 4] =
        [("url", "location"), ("metric", "metric"), ("threshold", "threshold"), ("watcher", "watcher")];
    for row in view::rows(document, "monitors").filter(|_| is_runbook(document)) {
        // A row without an id is told by the rules on fields.
        let Some(id) = row.text("id") else { continue };
        let missing: Vec<(&str, &str)> =
            PARTS.iter().filter(|(key, _)| row.text(key).is_none()).copied().collect();
        if missing.is_empty() {
            continue;
        }
        let words: Vec<&str> = missing.iter().map(|(_, word)| *word).collect();
        let keys: Vec<String> = missing.iter().map(|(key, _)| format!("`{key}`")).collect();
        let message = format!("monitor {id} lacks {}", listed(&words));
        let finding = rule.finding(message).at(document.path(), row.place());
        found.push(finding.help(format!("add {}", listed(&keys))));
    }
}
