//! MCM104.

use super::super::subject::follows_model;
use super::super::wording::{Written, holds_any, written};
use super::super::{Check, Levels, Rule, Settings};
use crate::inputs::document::Document;
use crate::text::{Code, Diagnostic, Severity, Stage};

pub(super) static RULE: Rule = Rule {
    code: Code("MCM104"),
    name: "no-out-of-scope",
    summary: "scope does not say what is out of scope",
    about: "request",
    severity: Severity::Error,
    stage: Stage::Submission,
    levels: Levels::ADVISED_IN_STARTER,
    docs: include_str!("no_out_of_scope.md"),
    check: Check::Document(check),
};

/// What begins a part about what is left out. Lower case.
const OUT: [&str; 6] = ["out", "out of scope", "not in scope", "not included", "excluded", "exclusions"];

/// What says so within a sentence. Lower case.
const PHRASES: [&str; 7] = [
    "out of scope",
    "not in scope",
    "outside the scope",
    "not part of",
    "does not include",
    "not included",
    "excluded",
];

fn check(rule: &Rule, document: &Document, _: &Settings<'_>, found: &mut Vec<Diagnostic>) {
    if document.kind_name() != "request" || follows_model(document) {
        return;
    }
    let Some(scope) = written(document, "Scope") else { return };
    if !says_out(document, &scope) {
        let finding = rule.finding("scope does not say what is out of scope");
        let finding = finding.at(document.path(), scope.heading);
        found.push(finding.help("add `### Out` with what a reader might expect to change and does not"));
    }
}

fn says_out(document: &Document, scope: &Written<'_>) -> bool {
    let start = scope.heading.end;
    let inside = |at: u32| at >= start && at < start + 1 + u32::try_from(scope.raw.len()).unwrap_or(u32::MAX);
    let headings = document.outline.headings.iter();
    let parts: Vec<_> = headings.filter(|heading| heading.level > 2 && inside(heading.span.start)).collect();
    // Two parts are one for what is in and one for what is out, in whatever language.
    if parts.len() > 1 {
        return parts[1..].iter().any(|part| part.words > 0);
    }
    let is_out = |text: &str| OUT.contains(&text.trim().trim_end_matches(':').to_lowercase().as_str());
    if parts.iter().any(|part| is_out(&part.text) && part.words > 0) || holds_any(&scope.text, &PHRASES) {
        return true;
    }
    scope.text.lines().any(|line| {
        let line = line.trim().trim_start_matches(['-', '+', '|', ' ']);
        let label = line.split_once([':', '|']);
        label.is_some_and(|(label, rest)| is_out(label) && rest.chars().any(char::is_alphanumeric))
    })
}
