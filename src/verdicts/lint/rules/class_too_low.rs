//! MCM110.

use super::super::{Check, Levels, Rule, Scope};
use crate::facts::Facts;
use crate::facts::book::Referent;
use crate::inputs::policy::ClassName;
use crate::text::{Code, Diagnostic, Severity, Stage};

pub(super) static RULE: Rule = Rule {
    code: Code("MCM110"),
    name: "class-too-low",
    summary: "declared class `{c}` is lower than the derived class `{d}` ({reasons})",
    about: "request",
    severity: Severity::Error,
    stage: Stage::Submission,
    levels: Levels::EVERYWHERE,
    docs: include_str!("class_too_low.md"),
    check: Check::Change(check),
};

fn check(rule: &Rule, scope: &Scope<'_>, found: &mut Vec<Diagnostic>) {
    let facts = scope.facts;
    for (id, class) in scope.classes() {
        let Some((declared, span)) = class.declared.filter(|(declared, _)| *declared < class.effective)
        else {
            continue;
        };
        let Some(request) = facts.request(id) else { continue };
        let model = request.text("standard");
        // A model that does not exist is a dangling reference, and no class of its own.
        if declared == ClassName::Standard && model.is_some_and(|name| is_unknown(facts, name)) {
            continue;
        }
        let reasons: Vec<&str> = class.reasons.iter().map(|reason| reason.text.as_str()).collect();
        let reasons = match (reasons.is_empty(), model) {
            (false, _) => reasons.join("; "),
            (true, None) => "no model is named".to_owned(),
            (true, Some(name)) => format!("the model {name} may no longer be used"),
        };
        let (declared, derived) = (declared.name(), class.effective.name());
        let message =
            format!("declared class `{declared}` is lower than the derived class `{derived}` ({reasons})");
        let finding = rule.finding(message).at(request.path(), span);
        found.push(finding.help(format!("write `class: {derived}`, or leave the key out")));
    }
}

fn is_unknown(facts: &Facts, model: &str) -> bool {
    !matches!(facts.book.refer(&["standard".to_owned()], model), Referent::Document(_))
}
