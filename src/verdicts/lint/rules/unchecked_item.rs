//! MCM223.

use super::super::runbook::{is_runbook, is_told};
use super::super::{Check, Levels, Rule, Settings};
use crate::facts::book::view;
use crate::inputs::document::Document;
use crate::text::{Code, Diagnostic, Severity, Span, Stage};

pub(super) static RULE: Rule = Rule {
    code: Code("MCM223"),
    name: "incomplete-checklist",
    summary: "pre-execution checklist lacks `{item}`",
    about: "runbook",
    severity: Severity::Error,
    stage: Stage::Approval,
    levels: Levels::FROM_STANDARD,
    docs: include_str!("unchecked_item.md"),
    check: Check::Document(check),
};

/// What every checklist asks for (duty S4.1a), and the words by which an item is known to ask for it.
const ITEMS: [(&str, &[&str]); 3] = [
    ("approvals", &["approv", "sign-off", "signed off"]),
    ("backups", &["backup", "back-up", "snapshot", "export"]),
    ("notices", &["notice", "notif", "told", "informed", "announce"]),
];

const SECTION: &str = "Pre-Execution Checklist";

fn check(rule: &Rule, document: &Document, _: &Settings<'_>, found: &mut Vec<Diagnostic>) {
    if !is_runbook(document) || is_told(document, SECTION) {
        return;
    }
    let Some((heading, _)) = view::section(document, SECTION) else { return };
    let outline = &document.outline;
    let is_inside = |span: Span| heading.section.start <= span.start && span.end <= heading.section.end;
    let items = outline.lists.iter().flat_map(|list| &list.items).filter(|item| is_inside(item.span));
    let items: Vec<String> = items.map(|item| item.text.to_lowercase()).collect();
    for (item, words) in ITEMS {
        if items.iter().any(|text| words.iter().any(|word| text.contains(word))) {
            continue;
        }
        let message = format!("pre-execution checklist lacks `{item}`");
        let finding = rule.finding(message).at(document.path(), heading.span);
        found.push(finding.help(format!("add an item that asks for {item}, to be answered with a proof")));
    }
}
