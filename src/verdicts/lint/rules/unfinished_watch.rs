//! MCM418.

use super::super::{Check, Levels, Rule, Scope};
use crate::facts::book::view;
use crate::facts::calendar;
use crate::inputs::document::Document;
use crate::text::{Code, Diagnostic, Severity, Stage};

pub(super) static RULE: Rule = Rule {
    code: Code("MCM418"),
    name: "unfinished-watch",
    summary: "watch period not finished or no observation recorded",
    about: "execution",
    severity: Severity::Error,
    stage: Stage::Closing,
    levels: Levels::FROM_STANDARD,
    docs: include_str!("unfinished_watch.md"),
    check: Check::Change(check),
};

fn check(rule: &Rule, scope: &Scope<'_>, found: &mut Vec<Diagnostic>) {
    let facts = scope.facts;
    let (policy, as_of) = (&facts.inputs.policy, facts.inputs.as_of);
    for execution in scope.executions().filter(|execution| execution.leaves_services()) {
        let record = facts.book.document(execution.document);
        let runbook = execution.runbook.map(|runbook| facts.book.document(runbook));
        let period = runbook.and_then(|runbook| view::duration(runbook, "watch_period"));
        if let (Some((ended, span)), Some((period, _))) = (view::instant(record, "ended"), period) {
            let until = calendar::after(ended.timestamp, period, &policy.zone, policy);
            if as_of < until {
                let shown = until.to_zoned(policy.zone.clone()).strftime("%F %H:%M %Z").to_string();
                let mut finding = rule.finding("watch period not finished").at(record.path(), span);
                // Nothing is wrong yet: the change just cannot be closed today.
                finding.severity = Severity::Warning;
                found.push(
                    finding
                        .labelled(format!("it runs until {shown}"))
                        .help("the change can be closed when it is over"),
                );
                continue;
            }
        }
        if !is_observed(record) {
            let finding = rule.finding("no observation of the watch period recorded");
            found.push(
                finding
                    .at(record.path(), view::place_of_section(record, "Watch Period"))
                    .help("write the readings of the watch period, each with its time, into a table"),
            );
        }
    }
}

/// Whether the record's section has a row or an item: a reading with its time.
fn is_observed(record: &Document) -> bool {
    view::section(record, "Watch Period").is_some_and(|(heading, _)| {
        let is_inside = |start: u32| heading.section.start <= start && start < heading.section.end;
        let mut tables = record.outline.tables_in(heading.section);
        let mut lists = record.outline.lists.iter().filter(|list| is_inside(list.span.start));
        tables.any(|table| !table.rows.is_empty()) || lists.any(|list| !list.items.is_empty())
    })
}
