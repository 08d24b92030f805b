//! MCM227.

use super::super::runbook::{cell, is_runbook, points_of_failure};
use super::super::{Check, Levels, Rule, Settings};
use crate::inputs::document::Document;
use crate::text::{Code, Diagnostic, Severity, Stage};

pub(super) static RULE: Rule = Rule {
    code: Code("MCM227"),
    name: "unclear-point-of-failure",
    summary: "point of failure {f} has no contingency, detection or owner",
    about: "runbook",
    severity: Severity::Error,
    stage: Stage::Approval,
    levels: Levels::ADVISED_IN_STANDARD,
    docs: include_str!("unclear_point_of_failure.md"),
    check: Check::Document(check),
};

/// What a row says, and the words that name its column.
const PARTS: [(&str, &[&str]); 3] = [
    ("contingency", &["contingency", "what is done", "done", "response", "mitigation"]),
    ("detection", &["detection", "detected", "seen", "noticed", "signal"]),
    ("owner", &["owner", "who", "by"]),
];

fn check(rule: &Rule, document: &Document, _: &Settings<'_>, found: &mut Vec<Diagnostic>) {
    for (name, table, row) in points_of_failure(document).filter(|_| is_runbook(document)) {
        let is_missing = |names: &[&str]| cell(row, table.column(names)).is_none();
        let missing: Vec<&str> =
            PARTS.iter().filter(|(_, names)| is_missing(names)).map(|(part, _)| *part).collect();
        if missing.is_empty() {
            continue;
        }
        let message = format!("point of failure {name} has no {}", missing.join(", no "));
        let place = row.first().map_or(table.span, |cell| cell.span);
        let finding = rule.finding(message).at(document.path(), place);
        found.push(finding.help("say how it is noticed, what is done then, and who does it"));
    }
}
