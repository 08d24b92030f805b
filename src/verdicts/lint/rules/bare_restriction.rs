//! MCM608.

use super::super::{Check, Levels, Rule};
use crate::facts::Facts;
use crate::text::{Code, Diagnostic, Severity, Stage};

pub(super) static RULE: Rule = Rule {
    code: Code("MCM608"),
    name: "bare-restriction",
    summary: "restricted window lacks lead time, rollback budget or approval set",
    about: "window",
    severity: Severity::Error,
    stage: Stage::Draft,
    levels: Levels::FROM_STANDARD,
    docs: include_str!("bare_restriction.md"),
    check: Check::Book(check),
};

fn check(rule: &Rule, facts: &Facts, found: &mut Vec<Diagnostic>) {
    let needed =
        [("lead_time", "lead time"), ("rollback_budget", "rollback budget"), ("approvals", "approval set")];
    for (_, document) in facts.book.of_kind("window") {
        if document.text("type") != Some("restricted") {
            continue;
        }
        let missing: Vec<_> = needed.iter().filter(|(key, _)| document.field(key).is_none()).collect();
        if missing.is_empty() {
            continue;
        }
        let words: Vec<&str> = missing.iter().map(|(_, words)| *words).collect();
        let keys: Vec<String> = missing.iter().map(|(key, _)| format!("`{key}`")).collect();
        let message = format!("restricted window lacks {}", words.join(", "));
        let finding = rule.finding(message).at(document.path(), document.head_span());
        found.push(finding.help(format!("add {}; without them it restricts nothing", keys.join(", "))));
    }
}
