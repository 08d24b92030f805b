//! MCM009.

use super::super::fields::Problem;
use super::super::mend;
use super::super::runbook::has_steps;
use super::super::{Check, Levels, Rule, Settings};
use crate::inputs::document::Document;
use crate::text::{Code, Diagnostic, Safety, Severity, Stage};

pub(super) static RULE: Rule = Rule {
    code: Code("MCM009"),
    name: "wrong-value",
    summary: "`{field}` must be {type}; allowed: {values}",
    about: "all",
    severity: Severity::Error,
    stage: Stage::Draft,
    levels: Levels::EVERYWHERE,
    docs: include_str!("wrong_value.md"),
    check: Check::Document(check),
};

fn check(rule: &Rule, document: &Document, settings: &Settings<'_>, found: &mut Vec<Diagnostic>) {
    for problem in settings.problems {
        let Problem::Wrong { name, span, wanted, help, guess } = problem else { continue };
        let finding = rule.finding(format!("`{name}` must be {wanted}")).at(document.path(), *span);
        let meant = guess.as_ref();
        let fix = meant.and_then(|(old, new)| mend::value(document, *span, old, new, Safety::Unsafe));
        found.push(Diagnostic { help: help.clone(), fix, ..finding });
    }
    for step in document.steps.iter().filter(|_| has_steps(document)) {
        for (second, first) in step.doubled() {
            let message = format!("`{}` of step {} must be given once", first.name, step.label);
            let finding = rule.finding(message).at(document.path(), second.span);
            let finding = finding.related(document.path(), first.span, "the first one, which is read");
            found.push(finding.help("keep the one that holds; a list of values parts them by commas"));
        }
    }
}
