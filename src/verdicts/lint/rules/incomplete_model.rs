//! MCM916.

use super::super::{Check, Levels, Rule};
use crate::facts::Facts;
use crate::inputs::value::Value;
use crate::text::{Code, Diagnostic, Severity, Stage};

pub(super) static RULE: Rule = Rule {
    code: Code("MCM916"),
    name: "incomplete-model",
    summary: "standard change model lacks approval, expiry or limits",
    about: "standard",
    severity: Severity::Error,
    stage: Stage::Draft,
    levels: Levels::ADVISED_IN_STARTER,
    docs: include_str!("incomplete_model.md"),
    check: Check::Book(check),
};

fn check(rule: &Rule, facts: &Facts, found: &mut Vec<Diagnostic>) {
    for (_, document) in facts.book.of_kind("standard") {
        let limits = document.field("limits");
        let has_limits = limits.is_some_and(|value| value.as_table().is_none_or(|table| !table.is_empty()));
        let lacks = [
            ("expires", "expiry", document.field("expires").is_some_and(is_written)),
            ("limits", "limits", has_limits),
        ];
        let missing: Vec<_> = lacks.iter().filter(|(.., is_there)| !is_there).collect();
        if missing.is_empty() {
            continue;
        }
        let words: Vec<&str> = missing.iter().map(|(_, words, _)| *words).collect();
        let keys: Vec<String> = missing.iter().map(|(key, ..)| format!("`{key}`")).collect();
        let message = format!("standard change model lacks {}", words.join(", "));
        let finding = rule.finding(message).at(document.path(), document.head_span());
        found.push(finding.help(format!("add {}", keys.join(" and "))));
    }
}

fn is_written(value: &Value) -> bool {
    value.as_str().is_none_or(|text| !text.trim().is_empty())
}
