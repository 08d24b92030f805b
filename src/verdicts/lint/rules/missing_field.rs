//! MCM008.

use super::super::fields::Problem;
use super::super::{Check, Levels, Rule, Settings};
use crate::inputs::document::Document;
use crate::text::{Code, Diagnostic, Severity, Stage};

pub(super) static RULE: Rule = Rule {
    code: Code("MCM008"),
    name: "missing-field",
    summary: "required field `{field}` is missing",
    about: "all",
    severity: Severity::Error,
    stage: Stage::Draft,
    levels: Levels::EVERYWHERE,
    docs: include_str!("missing_field.md"),
    check: Check::Document(check),
};

fn check(rule: &Rule, document: &Document, settings: &Settings<'_>, found: &mut Vec<Diagnostic>) {
    for problem in settings.problems {
        let Problem::Missing { name, span, doc, why, how } = problem else { continue };
        if is_misspelt(name, settings.problems) {
            continue;
        }
        let finding = rule.finding(format!("required field `{name}` is missing")).at(document.path(), *span);
        let finding = match why {
            Some(why) => finding.help(format!("it is required when {why}")),
            None => finding,
        };
        let finding = if doc.is_empty() { finding } else { finding.help(format!("`{name}`: {doc}")) };
        found.push(match how {
            Some(how) => finding.help(how.as_str()),
            None => finding,
        });
    }
}

/// Whether the key is there under a name that is near: MCM003 tells that, and one mistake is told once.
fn is_misspelt(missing: &str, problems: &[Problem]) -> bool {
    problems.iter().any(|problem| match problem {
        Problem::Unknown { name, guess: Some(guess), .. } => {
            let table = name.rsplit_once('.').map_or("", |(table, _)| table);
            missing.rsplit_once('.').map_or(("", missing), |(of, key)| (of, key)) == (table, guess.as_str())
        }
        _ => false,
    })
}
