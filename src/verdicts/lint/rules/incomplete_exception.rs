//! MCM616.

use super::super::{Check, Levels, Rule, Scope};
use crate::inputs::value::{Node, Value};
use crate::text::{Code, Diagnostic, Severity, Stage};

pub(super) static RULE: Rule = Rule {
    code: Code("MCM616"),
    name: "incomplete-exception",
    summary: "exception lacks scope, expiry, approver or compensating control",
    about: "exception",
    severity: Severity::Error,
    stage: Stage::Draft,
    levels: Levels::FROM_STANDARD,
    docs: include_str!("incomplete_exception.md"),
    check: Check::Change(check),
};

fn check(rule: &Rule, scope: &Scope<'_>, found: &mut Vec<Diagnostic>) {
    let needed = [("scope", "scope"), ("expires", "expiry"), ("compensating", "compensating control")];
    for (_, document) in scope.of_kind("exception") {
        let is_missing = |(key, _): &&(&str, &str)| document.field(key).is_none_or(is_blank);
        let missing: Vec<_> = needed.iter().filter(is_missing).collect();
        if missing.is_empty() {
            continue;
        }
        let words: Vec<&str> = missing.iter().map(|(_, words)| *words).collect();
        let keys: Vec<String> = missing.iter().map(|(key, _)| format!("`{key}`")).collect();
        let message = format!("exception lacks {}", words.join(", "));
        let finding = rule.finding(message).at(document.path(), document.head_span());
        found.push(finding.help(format!("add {}", keys.join(", "))));
    }
}

fn is_blank(value: &Value) -> bool {
    match &value.node {
        Node::Null => true,
        Node::String(text) => text.trim().is_empty(),
        Node::List(items) => items.is_empty(),
        Node::Table(table) => table.is_empty(),
        Node::Bool(_) | Node::Integer(_) | Node::Float(_) => false,
    }
}
