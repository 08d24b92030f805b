//! MCM222.

use super::super::runbook::{cell, is_runbook, is_told, listed};
use super::super::{Check, Levels, Rule, Settings};
use crate::facts::book::view;
use crate::inputs::document::Document;
use crate::text::{Code, Diagnostic, Severity, Span, Stage};

pub(super) static RULE: Rule = Rule {
    code: Code("MCM222"),
    name: "unclear-communication-plan",
    summary: "communication plan lacks audience, channel, time or sender",
    about: "runbook",
    severity: Severity::Error,
    stage: Stage::Approval,
    levels: Levels::FROM_STANDARD,
    docs: include_str!("unclear_communication.md"),
    check: Check::Document(check),
};

/// What a row says, and the words that name its column.
const PARTS: [(&str, &[&str]); 4] = [
    ("audience", &["audience", "whom", "recipient"]),
    ("channel", &["channel", "where"]),
    ("time", &["time", "when"]),
    ("sender", &["sender", "from", "who"]),
];

const SECTION: &str = "Communication Plan";

fn check(rule: &Rule, document: &Document, _: &Settings<'_>, found: &mut Vec<Diagnostic>) {
    if !is_runbook(document) || is_told(document, SECTION) {
        return;
    }
    let Some((heading, _)) = view::section(document, SECTION) else { return };
    let mut lacks = |parts: &[&str], span: Span, help: &str| {
        let message = format!("communication plan lacks {}", listed(parts));
        found.push(rule.finding(message).at(document.path(), span).help(help));
    };
    let mut tables = document.outline.tables_in(heading.section).peekable();
    if tables.peek().is_none_or(|table| table.rows.is_empty()) {
        let all: Vec<&str> = PARTS.iter().map(|(part, _)| *part).collect();
        let help = "write a table with the columns Audience, Channel, Time and Sender, a row a message";
        lacks(&all, heading.span, help);
    }
    for table in tables {
        let columns = PARTS.map(|(part, names)| (part, table.column(names)));
        let missing: Vec<&str> =
            columns.iter().filter(|(_, column)| column.is_none()).map(|(part, _)| *part).collect();
        if !missing.is_empty() {
            let head = table.head.first().map_or(table.span, |cell| cell.span);
            lacks(&missing, head, "add a column for it");
        }
        for row in &table.rows {
            let empty = columns.iter().filter(|(_, column)| column.is_some() && cell(row, *column).is_none());
            let empty: Vec<&str> = empty.map(|(part, _)| *part).collect();
            if !empty.is_empty() {
                let place = row.first().map_or(table.span, |cell| cell.span);
                lacks(&empty, place, "fill the cells of this message");
            }
        }
    }
}
