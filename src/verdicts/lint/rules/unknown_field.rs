//! MCM003.

use super::super::fields::{Problem, problems};
use super::super::mend;
use super::super::{Check, Levels, Rule, Settings};
use crate::inputs::document::Document;
use crate::text::{Code, Diagnostic, Severity, Stage, only_guess};

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
        let Some(guess) = guess else {
            found.push(finding.help(format!("known here: {}", known.join(", "))));
            continue;
        };
        let mut finding = finding.help("rename the key, or remove it");
        let (table, old) = name.rsplit_once('.').unwrap_or(("", &name));
        let other = if table.is_empty() { guess.clone() } else { format!("{table}.{guess}") };
        // An item of a list has no path by which one could see whether the other key is there.
        let is_free = !name.contains('[') && document.field(&other).is_none();
        let only = only_guess(old, known.iter().map(String::as_str)) == Some(guess.as_str());
        if is_free && only {
            finding.fix = mend::key(document, span, old, &guess);
        }
        found.push(finding);
    }
}
