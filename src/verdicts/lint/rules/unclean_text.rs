//! MCM021.

use super::super::mend;
use super::super::{Check, Levels, Rule, Settings};
use super::faults_of;
use crate::inputs::document::Document;
use crate::text::{Code, Diagnostic, Edit, Fix, Location, Safety, Severity, Span, Stage};

pub(super) static RULE: Rule = Rule {
    code: Code("MCM021"),
    name: "unclean-text",
    summary: "file is not clean UTF-8 (BOM, mixed line ends, bidi or invisible control)",
    about: "all",
    severity: Severity::Error,
    stage: Stage::Draft,
    levels: Levels::EVERYWHERE,
    docs: include_str!("unclean_text.md"),
    check: Check::Document(check),
};

fn check(rule: &Rule, document: &Document, _: &Settings<'_>, found: &mut Vec<Diagnostic>) {
    let before = found.len();
    faults_of(rule, document, found);
    for finding in &mut found[before..] {
        let Some(span) = finding.location.as_ref().map(|location| location.span) else { continue };
        let deleted = |title: &str, safety| {
            Some(mend::replace(document.path(), span, String::new(), title.to_owned(), safety))
        };
        finding.fix = match document.source.slice(span) {
            "\u{feff}" if span.start == 0 => deleted("remove the byte order mark", Safety::Safe),
            "\r" | "\n" | "\r\n" => Some(with_even_line_ends(document)),
            // Only what is told one by one has a label.
            _ if finding.label.is_some() => deleted("delete the character", Safety::Unsafe),
            _ => None,
        };
    }
}

/// Gives all lines the end that most of them have, LF where none is usual.
fn with_even_line_ends(document: &Document) -> Fix {
    let text = &*document.source.text;
    let crlf = text.matches("\r\n").count();
    let usual = if crlf > text.matches('\n').count() - crlf { "\r\n" } else { "\n" };
    let mut edits = Vec::new();
    let mut at = 0;
    while let Some(found) = text[at..].find(['\r', '\n']) {
        let start = at + found;
        let end = start + if text[start..].starts_with("\r\n") { 2 } else { 1 };
        if &text[start..end] != usual {
            let location = Location::new(document.path(), Span::new(start, end));
            edits.push(Edit { location, text: usual.to_owned() });
        }
        at = end;
    }
    let name = if usual == "\n" { "LF" } else { "CRLF" };
    Fix { title: format!("let all lines end with {name}"), safety: Safety::Safe, edits }
}
