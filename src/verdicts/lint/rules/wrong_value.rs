//! MCM009.

use super::super::fields::Problem;
use super::super::mend;
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
}
