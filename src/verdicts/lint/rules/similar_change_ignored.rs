//! MCM117.

use super::super::{Check, Levels, Rule, Scope};
use crate::facts::book::view;
use crate::inputs::policy::ClassName;
use crate::text::{Code, Diagnostic, Severity, Stage};

pub(super) static RULE: Rule = Rule {
    code: Code("MCM117"),
    name: "similar-change-ignored",
    summary: "similar earlier change {id} is neither reviewed nor set aside with a reason",
    about: "request",
    severity: Severity::Error,
    stage: Stage::Submission,
    levels: Levels::ADVISED_IN_STANDARD,
    docs: include_str!("similar_change_ignored.md"),
    check: Check::Change(check),
};

fn check(rule: &Rule, scope: &Scope<'_>, found: &mut Vec<Diagnostic>) {
    let facts = scope.facts;
    for change in scope.changes() {
        let class = facts.classes.get(&change.id);
        if class.is_none_or(|class| class.effective == ClassName::Standard) {
            continue;
        }
        let Some(request) = facts.request(&change.id) else { continue };
        for similar in facts.similar.get(&change.id).iter().flat_map(|all| all.iter()) {
            let mut rows = view::rows(request, "similar");
            let row = rows.find(|row| row.text("id") == Some(&*similar.id));
            if row.is_some_and(|row| row.text("lesson").or(row.text("not_similar")).is_some()) {
                continue;
            }
            let place = match (row, request.matter.table.entry("similar")) {
                (Some(row), _) => row.place(),
                (None, Some(entry)) => entry.key_span,
                (None, None) => request.head_span(),
            };
            let id = &similar.id;
            let message =
                format!("similar earlier change {id} is neither reviewed nor set aside with a reason");
            let shared = similar.services.join(", ");
            let finding = rule.finding(message).at(request.path(), place);
            let finding = finding.labelled(format!("{}% alike; it changed {shared} too", similar.percent));
            found.push(finding.help(format!(
                "add it under `similar` with `lesson`, or with `not_similar` and the reason; `mcmbook similar \
                 {}` compares",
                change.id
            )));
        }
    }
}
