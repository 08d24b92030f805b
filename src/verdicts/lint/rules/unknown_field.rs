//! MCM003.

use super::super::fields::{Problem, problems};
use super::super::{Check, Levels, Rule, Settings};
use crate::inputs::document::Document;
use crate::text::{Code, Diagnostic, Severity, Stage};

pub(super) static RULE: Rule = Rule {
    code: Code("MCM003"),
    name: "unknown-field",
    summary: "unknown field `{field}` for kind `{kind}`; did you mean `{guess}`?",
    severity: Severity::Error,
    stage: Stage::Draft,
    levels: Levels::EVERYWHERE,
    docs: include_str!("unknown_field.md"),
    check: Check::Document(check),
};

fn check(rule: &Rule, document: &Document, _: &Settings<'_>, found: &mut Vec<Diagnostic>) {
    for problem in problems(document) {
        let Problem::Unknown { name, span, guess, known } = problem else { continue };
        let kind = document.kind_name();
        let finding = rule.finding(match &guess {
            Some(guess) => format!("unknown field `{name}` for kind `{kind}`; did you mean `{guess}`?"),
            None => format!("unknown field `{name}` for kind `{kind}`"),
        });
        let finding = finding.at(document.path(), span);
        found.push(match guess {
            Some(_) => finding.help("rename the key, or remove it"),
            None => finding.help(format!("known here: {}", known.join(", "))),
        });
    }
}
