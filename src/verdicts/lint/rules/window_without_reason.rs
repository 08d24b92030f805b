//! MCM607.

use super::super::{Check, Levels, Rule};
use crate::facts::Facts;
use crate::text::{Code, Diagnostic, Severity, Stage};

pub(super) static RULE: Rule = Rule {
    code: Code("MCM607"),
    name: "window-without-reason",
    summary: "reason is not operational, regulatory or business",
    about: "window",
    severity: Severity::Error,
    stage: Stage::Draft,
    levels: Levels::FROM_STANDARD,
    docs: include_str!("window_without_reason.md"),
    check: Check::Book(check),
};

fn check(rule: &Rule, facts: &Facts, found: &mut Vec<Diagnostic>) {
    for (_, document) in facts.book.of_kind("window") {
        let closes = matches!(document.text("type"), Some("restricted" | "freeze"));
        if closes && document.field("reason").is_none() {
            let message = "reason is not operational, regulatory or business: none is written";
            let finding = rule.finding(message).at(document.path(), document.head_span());
            found.push(finding.help("add `reason`, and what it rests on as `basis`"));
        }
    }
}
