//! MCM012.

use super::super::{Check, Levels, Rule, Settings};
use crate::inputs::document::Document;
use crate::text::{Code, Diagnostic, Severity, Stage};

pub(super) static RULE: Rule = Rule {
    code: Code("MCM012"),
    name: "empty-section",
    summary: "section \"{section}\" is empty or still template text",
    about: "all",
    severity: Severity::Error,
    stage: Stage::Submission,
    levels: Levels::EVERYWHERE,
    docs: include_str!("empty_section.md"),
    check: Check::Document(check),
};

fn check(rule: &Rule, document: &Document, _: &Settings<'_>, found: &mut Vec<Diagnostic>) {
    let Some(kind) = &document.kind else { return };
    let headings = &document.outline.headings;
    for (at, heading) in headings.iter().enumerate() {
        let Some(section) = kind.section_at(heading.level, &heading.text) else { continue };
        let has_parts = headings.get(at + 1).is_some_and(|next| {
            heading.section.touches(next.span.start as usize) && next.level > heading.level
        });
        let text = document.source.slice(heading.section);
        let words = normal(text);
        let is_empty = words.is_empty() && !has_parts && !section.may_be_empty;
        let is_template = !section.hint.is_empty() && words == normal(&section.hint);
        let state = match (is_empty, is_template) {
            (true, _) => "is empty",
            (_, true) => "is still template text",
            _ => continue,
        };
        let message = format!("section \"{}\" {state}", section.title);
        let finding = rule.finding(message).at(document.path(), heading.span);
        found.push(match section.hint.is_empty() {
            true => finding.help("write it, or say in a sentence why there is nothing to say"),
            false => finding.help(format!("write what belongs here: {}", section.hint)),
        });
    }
}

/// The text with single spaces.
fn normal(text: &str) -> String {
    text.split_whitespace().collect::<Vec<_>>().join(" ")
}
