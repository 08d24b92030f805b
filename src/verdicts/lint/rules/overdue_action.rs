//! MCM505.

use jiff::Unit;

use super::super::{Check, Levels, Rule, Scope};
use crate::facts::action::{self, OpenAction};
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
        for (OpenAction { id, row }, due) in action::overdue(review, today) {
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
