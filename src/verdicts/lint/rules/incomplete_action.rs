//! MCM504.

use super::super::{Check, Levels, Rule, Scope};
use crate::facts::book::view;
use crate::text::{Code, Diagnostic, Severity, Stage};

pub(super) static RULE: Rule = Rule {
    code: Code("MCM504"),
    name: "incomplete-action",
    summary: "action {a} lacks owner, due date, type or tracker",
    about: "post-mortem",
    severity: Severity::Error,
    stage: Stage::Closing,
    levels: Levels::ADVISED_IN_STARTER,
    docs: include_str!("incomplete_action.md"),
    check: Check::Change(check),
};

fn check(rule: &Rule, scope: &Scope<'_>, found: &mut Vec<Diagnostic>) {
    for (_, review) in scope.of_kind("post-mortem") {
        for (index, row) in view::rows(review, "actions").enumerate() {
            let wanted = [("owner", "owner"), ("due", "due date"), ("type", "type"), ("tracker", "tracker")];
            let lacks: Vec<&str> =
                wanted.iter().filter(|(key, _)| row.text(key).is_none()).map(|(_, name)| *name).collect();
            if lacks.is_empty() {
                continue;
            }
            let name = row.text("id").map_or_else(|| (index + 1).to_string(), str::to_owned);
            let finding = rule.finding(format!("action {name} lacks {}", lacks.join(", ")));
            found.push(
                finding
                    .at(review.path(), row.place())
                    .help("an action has one owner, a due date, a type, and a place where it is followed"),
            );
        }
    }
}
