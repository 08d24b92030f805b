//! MCM003.

use super::super::fields::Problem;
use super::super::runbook::has_steps;
use super::super::{Check, Levels, Rule, Settings};
use super::super::{mend, sections};
use crate::inputs::document::Document;
use crate::inputs::document::markdown::Heading;
use crate::text::{Code, Diagnostic, Fix, Safety, Severity, Span, Stage, only_guess, with_article};

pub(super) static RULE: Rule = Rule {
    code: Code("MCM003"),
    name: "unknown-field",
    summary: "unknown field `{field}` for kind `{kind}`; did you mean `{guess}`?",
    about: "all",
    severity: Severity::Error,
    stage: Stage::Draft,
    levels: Levels::EVERYWHERE,
    docs: include_str!("unknown_field.md"),
    check: Check::Document(check),
};

fn check(rule: &Rule, document: &Document, settings: &Settings<'_>, found: &mut Vec<Diagnostic>) {
    let kind = document.kind_name();
    for problem in settings.problems {
        let finding = match problem {
            Problem::Unknown { name, span, guess, known } => {
                let finding = rule.finding(unknown("field", &format!("`{name}`"), kind, guess.as_deref()));
                let finding = finding.at(document.path(), *span);
                match guess {
                    Some(guess) => {
                        let fix = renamed(document, name, *span, guess, known);
                        Diagnostic { fix, ..finding.help("rename the key, or remove it") }
                    }
                    None => finding.help(format!("known here: {}", known.join(", "))),
                }
            }
            Problem::Forbidden { name, span, why } => {
                let message = format!("field `{name}` has no place in {} when {why}", with_article(kind));
                rule.finding(message).at(document.path(), *span).help("remove the key")
            }
            _ => continue,
        };
        found.push(finding);
    }
    of_steps(rule, document, found);
    of_sections(rule, document, found);
}

/// The misspelt names in the lists of steps; what else stands there is prose.
fn of_steps(rule: &Rule, document: &Document, found: &mut Vec<Diagnostic>) {
    for step in document.steps.iter().filter(|_| has_steps(document)) {
        for (field, meant) in step.misspelt() {
            let name = format!("`{}`", field.name);
            let message = unknown("field", &name, document.kind_name(), Some(meant));
            let finding = rule.finding(message).at(document.path(), field.span);
            found.push(finding.help(format!("write `- {meant}: …`; under another name it means nothing")));
        }
    }
}

/// The key under the one name that is near, where that one is not there yet.
fn renamed(document: &Document, name: &str, span: Span, guess: &str, known: &[String]) -> Option<Fix> {
    let (table, old) = name.rsplit_once('.').unwrap_or(("", name));
    let other = if table.is_empty() { guess.to_owned() } else { format!("{table}.{guess}") };
    // An item of a list has no path by which one could see whether the other key is there.
    let is_free = !name.contains('[') && document.field(&other).is_none();
    let is_only = only_guess(old, known.iter().map(String::as_str)) == Some(guess);
    if is_free && is_only { mend::key(document, span, old, guess) } else { None }
}

fn of_sections(rule: &Rule, document: &Document, found: &mut Vec<Diagnostic>) {
    let kind = document.kind_name();
    for problem in sections::problems(document) {
        let place =
            |message: String, heading: &Heading| rule.finding(message).at(document.path(), heading.span);
        found.push(match problem {
            sections::Problem::Unknown { heading, guess, known } => {
                let name = format!("\"{}\"", heading.text);
                let meant = guess.filter(|guess| {
                    let is_there = document.outline.headings.iter().any(|other| other.text == **guess);
                    !is_there && only_guess(&heading.text, known.iter().copied()) == Some(guess)
                });
                let guess = guess.map(|guess| format!("\"{guess}\""));
                let finding = place(unknown("section", &name, kind, guess.as_deref()), heading);
                // Links to the heading would lead nowhere, and a near title may be a mistake of another kind.
                let fix =
                    meant.and_then(|meant| sections::rewritten(document, heading, meant, Safety::Unsafe));
                let finding = Diagnostic { fix, ..finding };
                match guess {
                    Some(_) => finding.help("rename the heading, or remove the section"),
                    None => finding.help(format!("known here: {}", known.join(", "))),
                }
            }
            sections::Problem::Forbidden { heading, why } => {
                let kind = with_article(kind);
                let message = format!("section \"{}\" has no place in {kind} when {why}", heading.text);
                place(message, heading).help("remove the section")
            }
            sections::Problem::Case { heading, title } => {
                let message =
                    format!("section \"{}\" is written \"{title}\" in {}", heading.text, with_article(kind));
                let finding = place(message, heading).help(format!("write it as \"{title}\""));
                match sections::rewritten(document, heading, title, Safety::Safe) {
                    Some(fix) => finding.fixed_by(fix),
                    None => finding,
                }
            }
        });
    }
}

/// The message for a key or a section that the kind does not name.
fn unknown(what: &str, name: &str, kind: &str, guess: Option<&str>) -> String {
    match guess {
        Some(guess) if what == "field" => {
            format!("unknown field {name} for kind `{kind}`; did you mean `{guess}`?")
        }
        Some(guess) => format!("unknown {what} {name} for kind `{kind}`; did you mean {guess}?"),
        None => format!("unknown {what} {name} for kind `{kind}`"),
    }
}
