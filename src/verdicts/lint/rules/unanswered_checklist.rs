//! MCM404.

use std::collections::BTreeMap;

use super::super::{Check, Levels, Rule, Scope};
use crate::facts::book::view;
use crate::facts::execution::Said;
use crate::inputs::document::Document;
use crate::text::{Code, Diagnostic, Severity, Span, Stage};

pub(super) static RULE: Rule = Rule {
    code: Code("MCM404"),
    name: "unanswered-checklist",
    summary: "checklist item `{item}` was not done before the start",
    about: "execution",
    severity: Severity::Error,
    stage: Stage::Closing,
    levels: Levels::FROM_STANDARD,
    docs: include_str!("unanswered_checklist.md"),
    check: Check::Change(check),
};

const SECTION: &str = "Pre-Execution Checklist";

fn check(rule: &Rule, scope: &Scope<'_>, found: &mut Vec<Diagnostic>) {
    let facts = scope.facts;
    for (execution, record, run) in scope.runs().filter(|(execution, _, _)| execution.has_begun()) {
        let Some(runbook) = execution.followed.map(|runbook| facts.book.document(runbook)) else { continue };
        let start = run.preflight_end();
        // The first answer to each item, by the item's words.
        let mut answers: BTreeMap<String, Said<'_, _>> = BTreeMap::new();
        for said in run.checks() {
            answers.entry(plain(said.what.0)).or_insert(said);
        }
        for (item, span) in items(runbook) {
            let words = plain(&item);
            let name = words.split_once(':').map(|(name, _)| name).filter(|name| !name.is_empty());
            let said = [Some(words.as_str()), name].into_iter().flatten();
            let said = said.filter_map(|words| answers.get(words)).min_by_key(|said| said.seq);
            if said.is_some_and(|said| said.seq < start) {
                continue;
            }
            let finding = rule.finding(format!("checklist item `{item}` was not done before the start"));
            let finding = match said {
                Some(said) => finding.at(run.path, said.entry.span).labelled("after the first step"),
                None => finding.at(record.path(), view::place_of_section(record, "Preflight")),
            };
            found.push(finding.related(runbook.path(), span, "the item").help(
                "the log has one `check` line for each item, in the item's words, before the first step",
            ));
        }
    }
}

/// The items of the checklist: tasks, or the items of a plain list.
fn items(runbook: &Document) -> Vec<(String, Span)> {
    let Some((heading, _)) = view::section(runbook, SECTION) else { return Vec::new() };
    let is_inside = |span: Span| heading.section.start <= span.start && span.end <= heading.section.end;
    let outline = &runbook.outline;
    let tasks = outline.tasks.iter().filter(|task| is_inside(task.span));
    let tasks: Vec<_> = tasks.map(|task| (task.text.clone(), task.span)).collect();
    if !tasks.is_empty() {
        return tasks;
    }
    let lists = outline.lists.iter().filter(|list| is_inside(list.span));
    let items = lists.flat_map(|list| &list.items).filter(|item| !item.text.is_empty());
    items.map(|item| (item.text.clone(), item.span)).collect()
}

/// Letter case, markup and the width of gaps aside.
fn plain(text: &str) -> String {
    let text: String = text.chars().filter(|c| !matches!(c, '*' | '_' | '`')).collect();
    text.to_lowercase().split_whitespace().collect::<Vec<_>>().join(" ")
}
