//! MCM915.

use super::super::{Check, Levels, Rule};
use crate::facts::Facts;
use crate::facts::class::{Model, ModelState};
use crate::text::{Code, Diagnostic, Severity, Stage};

pub(super) static RULE: Rule = Rule {
    code: Code("MCM915"),
    name: "suspended-model",
    summary: "model {id}: {n} of the last {m} uses failed; it is suspended",
    about: "standard",
    severity: Severity::Warning,
    stage: Stage::Published,
    levels: Levels::EVERYWHERE,
    docs: include_str!("suspended_model.md"),
    check: Check::Book(check),
};

fn check(rule: &Rule, facts: &Facts, found: &mut Vec<Diagnostic>) {
    for (index, model) in Model::all(&facts.book) {
        let document = facts.book.document(index);
        let state = model.state(document, facts.inputs.as_of, &facts.inputs.policy.zone);
        let ModelState::Suspended { failed, of } = state else { continue };
        let name = document.id.name();
        let message = format!("model {name}: {failed} of the last {of} uses failed; it is suspended");
        let place = document.field("max_failures").map_or(document.head_span(), |value| value.span);
        let finding = rule.finding(message).at(document.path(), place);
        let help =
            "until it is mended and approved again, changes that name it have the class that is derived";
        found.push(finding.help(help));
    }
}
