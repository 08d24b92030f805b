//! MCM111.

use super::super::{Check, Levels, Rule, Scope};
use crate::inputs::policy::ClassName;
use crate::text::{Code, Diagnostic, Severity, Stage};

pub(super) static RULE: Rule = Rule {
    code: Code("MCM111"),
    name: "class-raised",
    summary: "declared class `{c}` is higher than derived; the higher one applies",
    about: "request",
    severity: Severity::Info,
    stage: Stage::Submission,
    levels: Levels::EVERYWHERE,
    docs: include_str!("class_raised.md"),
    check: Check::Change(check),
};

fn check(rule: &Rule, scope: &Scope<'_>, found: &mut Vec<Diagnostic>) {
    let facts = scope.facts;
    for (id, class) in scope.classes() {
        let Some((ClassName::Major, span)) = class.declared else { continue };
        // With open questions nothing is derived that could be lower.
        if class.certain() != Some(ClassName::Minor) {
            continue;
        }
        let Some(request) = facts.request(id) else { continue };
        let message = "declared class `major` is higher than derived; the higher one applies";
        let finding = rule.finding(message).at(request.path(), span);
        found.push(finding.labelled("no criterion is met").help("leave it if that is meant"));
    }
}
