//! MCM510.

use super::super::{Check, Levels, Rule, Scope};
use crate::facts::book::view;
use crate::inputs::document::markdown::Table;
use crate::text::{Code, Diagnostic, Severity, Stage};

pub(super) static RULE: Rule = Rule {
    code: Code("MCM510"),
    name: "uncompared-times",
    summary: "planned and actual times are not compared",
    about: "post-mortem",
    severity: Severity::Error,
    stage: Stage::Closing,
    levels: Levels::FROM_STANDARD,
    docs: include_str!("uncompared_times.md"),
    check: Check::Change(check),
};

fn check(rule: &Rule, scope: &Scope<'_>, found: &mut Vec<Diagnostic>) {
    for (_, review) in scope.of_kind("post-mortem") {
        let Some((heading, text)) = view::section(review, "Timeline") else { continue };
        if heading.words == 0 {
            continue;
        }
        let text = text.to_lowercase();
        let has_tables = review.outline.tables_in(heading.section).next().is_some();
        let is_compared = if has_tables {
            review.outline.tables_in(heading.section).any(compares)
        } else {
            text.contains("planned") && text.contains("actual") && text.contains(|c: char| c.is_ascii_digit())
        };
        if is_compared {
            continue;
        }
        let finding = rule.finding("planned and actual times are not compared");
        found.push(
            finding
                .at(review.path(), heading.span)
                .help("add a table with the columns Event, Planned and Actual"),
        );
    }
}

/// Whether a table has a planned and an actual time in at least one row.
fn compares(table: &Table) -> bool {
    let planned = table.column(&["planned", "plan"]);
    let actual = table.column(&["actual", "measured", "real"]);
    let (Some(planned), Some(actual)) = (planned, actual) else { return false };
    let is_time = |row: &[crate::inputs::document::markdown::Cell], column: usize| {
        row.get(column).is_some_and(|cell| cell.text.contains(|c: char| c.is_ascii_digit()))
    };
    planned != actual && table.rows.iter().any(|row| is_time(row, planned) && is_time(row, actual))
}
