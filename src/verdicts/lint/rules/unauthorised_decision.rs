//! MCM409.

use std::collections::BTreeSet;

use super::super::{Check, Levels, Rule, Scope};
use crate::facts::book::view;
use crate::inputs::document::Document;
use crate::inputs::document::log::TriggerAction;
use crate::inputs::value::Value;
use crate::text::{Code, Diagnostic, Severity, Stage};

pub(super) static RULE: Rule = Rule {
    code: Code("MCM409"),
    name: "unauthorised-decision",
    summary: "{p} had no authority to decide {g}",
    about: "execution",
    severity: Severity::Error,
    stage: Stage::Closing,
    levels: Levels::FROM_STANDARD,
    docs: include_str!("unauthorised_decision.md"),
    check: Check::Change(check),
};

fn check(rule: &Rule, scope: &Scope<'_>, found: &mut Vec<Diagnostic>) {
    let facts = scope.facts;
    for (execution, _, run) in scope.runs() {
        let Some(runbook) = execution.followed.map(|runbook| facts.book.document(runbook)) else { continue };
        let decisions = run.decisions().into_iter().filter_map(|said| {
            let step = runbook.steps.iter().find(|step| step.label == said.what.label)?;
            let field = step.field("Decider")?;
            Some((said.what.decider, said.what.label, said.entry.span, people(&field.value), step.span))
        });
        let overrides = run.triggers().into_iter().filter_map(|said| {
            let (id, action, _) = said.what;
            let mut rows = view::rows(runbook, "triggers");
            let row = rows.find(|row| row.text("id") == Some(id))?;
            let named = people(row.text("decider")?);
            (action == TriggerAction::Override).then(|| {
                (said.entry.by.as_str(), id.to_owned(), said.entry.span, named, row.place_of("decider"))
            })
        });
        for (person, point, span, mut allowed, named_at) in decisions.chain(overrides) {
            allowed.extend(backups(runbook, &allowed));
            if allowed.is_empty() || person.trim().is_empty() || allowed.contains(view::handle(person)) {
                continue;
            }
            let list: Vec<String> = allowed.iter().map(|person| format!("@{person}")).collect();
            let message = format!("@{} had no authority to decide {point}", view::handle(person));
            found.push(
                rule.finding(message)
                    .at(run.path, span)
                    .related(runbook.path(), named_at, format!("decided by {}", list.join(" or ")))
                    .help("the runbook names who decides; a stand-in is named there as backup beforehand"),
            );
        }
    }
}

/// The people whom a field names: its handles, or its first word where it has none.
fn people(value: &str) -> BTreeSet<&str> {
    let handles = view::handles(value);
    if handles.is_empty() { value.split_whitespace().take(1).collect() } else { handles }
}

/// Who stands in for any of them in a role of the runbook.
fn backups<'a>(runbook: &'a Document, people: &BTreeSet<&str>) -> Vec<&'a str> {
    let table = runbook.field("roles").and_then(Value::as_table);
    let roles = table.map_or(&[][..], |table| table.entries()).iter().filter_map(|e| e.value.as_table());
    let person = |role: &'a crate::inputs::value::Table, key: &str| role.get(key)?.as_str().map(view::handle);
    let of_role = |role| person(role, "who").filter(|who| people.contains(who)).and(person(role, "backup"));
    roles.filter_map(of_role).collect()
}
