//! MCM308.

use super::super::runbook::{cell, is_runbook_of, rehearsed, runbooks, softened};
use super::super::{Check, Levels, Rule, Scope};
use crate::facts::book::view;
use crate::facts::rehearsal::{self, Need};
use crate::text::{Code, Diagnostic, Severity, Stage};

pub(super) static RULE: Rule = Rule {
    code: Code("MCM308"),
    name: "open-rehearsal-finding",
    summary: "failed, or finding {f} is open",
    about: "rehearsal",
    severity: Severity::Error,
    stage: Stage::Ready,
    levels: Levels::FROM_STANDARD,
    docs: include_str!("open_finding.md"),
    check: Check::Change(check),
};

/// Words that say in the column of states that nothing is left to do.
const CLOSED: [&str; 6] = ["closed", "done", "mended", "fixed", "resolved", "not binding"];

fn check(rule: &Rule, scope: &Scope<'_>, found: &mut Vec<Diagnostic>) {
    let facts = scope.facts;
    for planned in runbooks(scope) {
        let runbook = planned.document;
        let Some(change) = planned.change.filter(|change| is_runbook_of(facts, change, runbook)) else {
            continue;
        };
        let need = rehearsal::need(facts, change);
        let Some(last) = rehearsal::of(&facts.book, change).pop() else { continue };
        let last = facts.book.document(last);
        // A missing or unknown result is told by the rules on fields.
        let Some(result) = last.field("result") else { continue };
        let how = match result.as_str() {
            Some("failed") => "failed",
            Some("partial") => "passed in part only",
            _ => continue,
        };
        if need == Need::None || !rehearsal::passed(&facts.book, change).is_empty() {
            continue;
        }
        let finding = rule.finding(format!("{} {how}", last.id.name())).at(last.path(), result.span);
        found.push(softened(need, finding.help("mend what it showed, and rehearse again")));
    }
    for pair in rehearsed(scope) {
        let rehearsal = pair.document;
        let Some((heading, _)) = view::section(rehearsal, "Findings") else { continue };
        for table in rehearsal.outline.tables_in(heading.section) {
            // Without a column of states it cannot be known what is open.
            let Some(column) = table.column(&["state", "status"]) else { continue };
            for row in &table.rows {
                let state = cell(row, Some(column)).map(|cell| cell.text.to_lowercase()).unwrap_or_default();
                let Some(name) = row.first() else { continue };
                if CLOSED.iter().any(|word| state.starts_with(word)) {
                    continue;
                }
                let place = row.get(column).filter(|cell| !cell.text.is_empty()).unwrap_or(name);
                let finding = rule.finding(format!("finding {} is open", name.text));
                let finding = finding.at(rehearsal.path(), place.span);
                let help = "close it and write when and by whom, or say `not binding` and why";
                found.push(softened(pair.need, finding.help(help)));
            }
        }
    }
}
