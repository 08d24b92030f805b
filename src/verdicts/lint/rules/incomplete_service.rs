//! MCM901.

use super::super::{Check, Levels, Rule};
use crate::facts::Facts;
use crate::text::{Code, Diagnostic, Severity, Stage};

pub(super) static RULE: Rule = Rule {
    code: Code("MCM901"),
    name: "incomplete-service",
    summary: "service lacks owner, tier, business contact or on-call",
    about: "service",
    severity: Severity::Error,
    stage: Stage::Draft,
    levels: Levels::FROM_STANDARD,
    docs: include_str!("incomplete_service.md"),
    check: Check::Book(check),
};

fn check(rule: &Rule, facts: &Facts, found: &mut Vec<Diagnostic>) {
    // Owner, tier and team are required fields of the kind.
    let needed = [("business_owner", "business contact"), ("oncall", "on-call")];
    for (_, document) in facts.book.of_kind("service") {
        let missing: Vec<_> = needed.iter().filter(|(key, _)| document.field(key).is_none()).collect();
        if missing.is_empty() {
            continue;
        }
        let words: Vec<&str> = missing.iter().map(|(_, words)| *words).collect();
        let keys: Vec<String> = missing.iter().map(|(key, _)| format!("`{key}`")).collect();
        let message = format!("service lacks {}", words.join(", "));
        let finding = rule.finding(message).at(document.path(), document.head_span());
        found.push(finding.help(format!("add {}", keys.join(" and "))));
    }
}
