//! MCM024.

use super::super::{Check, Levels, Rule, Settings};
use crate::inputs::document::Document;
use crate::text::{Code, Diagnostic, Severity, Span, Stage, counted};

pub(super) static RULE: Rule = Rule {
    code: Code("MCM024"),
    name: "html-comment",
    summary: "HTML comment of {n} words is not seen where the file is shown as a page",
    about: "all",
    severity: Severity::Warning,
    stage: Stage::Draft,
    levels: Levels::EVERYWHERE,
    docs: include_str!("html_comment.md"),
    check: Check::Document(check),
};

const OPEN: &str = "<!--";
const CLOSE: &str = "-->";

/// What to do about any of them.
const HELP: &str = "say it in the text, or delete it: whoever approves signs it, too";

fn check(rule: &Rule, document: &Document, _: &Settings<'_>, found: &mut Vec<Diagnostic>) {
    for comment in &document.outline.comments {
        let words = counted(comment.words, "word");
        let message =
            format!("link definition is a comment of {words}, not seen where the file is shown as a page");
        found.push(rule.finding(message).at(document.path(), comment.span).help(HELP));
    }
    for html in &document.outline.html {
        let text = document.source.slice(*html);
        let mut at = 0;
        while let Some(start) = text[at..].find(OPEN).map(|found| at + found) {
            let inside = start + OPEN.len();
            // Without an end, browsers hide all that follows.
            let end = text[inside..].find(CLOSE).map_or(text.len(), |found| inside + found);
            at = (end + CLOSE.len()).min(text.len());
            let words = text[inside..end].split_whitespace().count();
            let span = Span::new(html.start as usize + start, html.start as usize + at);
            let message = format!(
                "HTML comment of {} is not seen where the file is shown as a page",
                counted(words, "word")
            );
            let finding = rule.finding(message).at(document.path(), span);
            found.push(finding.help(HELP));
        }
    }
}
