//! MCM505.

use jiff::Unit;

use super::super::{Check, Levels, Rule, Scope};
use crate::facts::book::view;
use crate::inputs::document::Document;
use crate::inputs::document::time;
use crate::text::{Code, Diagnostic, Severity, Stage, counted};

pub(super) static RULE: Rule = Rule {
    code: Code("MCM505"),
    name: "overdue-action",
    summary: "action {a} is {n} days overdue",
    about: "post-mortem",
    severity: Severity::Warning,
    stage: Stage::Published,
    levels: Levels::EVERYWHERE,
    docs: include_str!("overdue_action.md"),
    check: Check::Change(check),
};

fn check(rule: &Rule, scope: &Scope<'_>, found: &mut Vec<Diagnostic>) {
    let facts = scope.facts;
    let today = facts.inputs.as_of.to_zoned(facts.inputs.policy.zone.clone()).date();
    for (_, review) in scope.of_kind("post-mortem") {
        for row in view::rows(review, "actions") {
            let (Some(id), Some(due)) = (row.text("id"), row.text("due")) else { continue };
            let Ok(due) = time::parse_date(due) else { continue };
            if due >= today || is_done(review, id) {
                continue;
            }
            let days = today.since((Unit::Day, due)).map_or(0, |span| i64::from(span.get_days()));
            let days = usize::try_from(days).unwrap_or_default();
            let finding = rule.finding(format!("action {id} is {} overdue", counted(days, "day")));
            found.push(
                finding
                    .at(review.path(), row.place_of("due"))
                    .help("tick it under \"Actions\" when it is done, or set a new date and say why"),
            );
        }
    }
}

/// Whether the section of actions shows it as done: a ticked task that names it, or a row of a table with
/// its id and a cell that begins with "done" or "closed".
fn is_done(review: &Document, id: &str) -> bool {
    let Some((heading, _)) = view::section(review, "Actions") else { return false };
    let is_inside = |start: u32| heading.section.start <= start && start < heading.section.end;
    let names = |text: &str| {
        let is_part = |c: char| c.is_alphanumeric() || c == '-';
        text.split(|c| !is_part(c)).find(|word| !word.is_empty()) == Some(id)
    };
    let outline = &review.outline;
    let ticked = outline.tasks.iter().filter(|task| task.done && is_inside(task.span.start));
    let is_closed = |text: &str| {
        let text = text.to_lowercase();
        ["done", "closed", "complete"].iter().any(|word| text.starts_with(word))
    };
    let rows = outline.tables_in(heading.section).flat_map(|table| &table.rows);
    let mut rows = rows.filter(|row| row.iter().any(|cell| cell.text == id));
    ticked.into_iter().any(|task| names(&task.text))
        || rows.any(|row| row.iter().any(|cell| is_closed(&cell.text)))
}
