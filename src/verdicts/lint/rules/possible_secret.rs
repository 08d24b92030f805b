//! MCM013.

use super::super::secrets;
use super::super::{Check, Levels, Rule, Settings};
use crate::inputs::document::Document;
use crate::text::{Code, Diagnostic, Severity, Stage};

pub(super) static RULE: Rule = Rule {
    code: Code("MCM013"),
    name: "possible-secret",
    summary: "possible secret or personal data at line {n}",
    about: "all",
    severity: Severity::Error,
    stage: Stage::Draft,
    levels: Levels::EVERYWHERE,
    docs: include_str!("possible_secret.md"),
    check: Check::Document(check),
};

fn check(rule: &Rule, document: &Document, _: &Settings<'_>, found: &mut Vec<Diagnostic>) {
    for secret in secrets::find(&document.source.text) {
        let line = document.source.position(secret.span.start).line;
        let message = format!("possible secret or personal data at line {line}: {}", secret.what);
        let finding = rule.finding(message).at(document.path(), secret.span);
        let finding = finding.help("take it out, and name the place where it is kept instead");
        found.push(
            finding.help("what was committed once stays in the history: replace the secret itself too"),
        );
    }
}
