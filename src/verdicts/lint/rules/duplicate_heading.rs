//! MCM019.

use std::collections::BTreeMap;

use super::super::runbook::has_steps;
use super::super::{Check, Levels, Rule, Settings};
use crate::inputs::document::Document;
use crate::inputs::document::markdown::Heading;
use crate::text::{Code, Diagnostic, Severity, Stage};

pub(super) static RULE: Rule = Rule {
    code: Code("MCM019"),
    name: "duplicate-heading",
    summary: "heading \"{h}\" occurs twice; links to it are ambiguous",
    about: "all",
    severity: Severity::Warning,
    stage: Stage::Draft,
    levels: Levels::EVERYWHERE,
    docs: include_str!("duplicate_heading.md"),
    check: Check::Document(check),
};

fn check(rule: &Rule, document: &Document, _: &Settings<'_>, found: &mut Vec<Diagnostic>) {
    let mut seen = BTreeMap::new();
    // Steps of one label are told by MCM230.
    let is_step = |heading: &Heading| {
        let is_there =
            document.steps.binary_search_by_key(&heading.span.start, |step| step.span.start).is_ok();
        is_there && has_steps(document)
    };
    for heading in document.outline.headings.iter().filter(|heading| !is_step(heading)) {
        let text = heading.text.to_lowercase();
        let Some(first) = seen.insert(text.clone(), heading.span) else { continue };
        seen.insert(text, first);
        let message = format!("heading \"{}\" occurs twice; links to it are ambiguous", heading.text);
        let finding = rule.finding(message).at(document.path(), heading.span);
        let finding = finding.related(document.path(), first, "the first one");
        found.push(finding.help(format!("rename it; until then its anchor is `#{}`", heading.anchor)));
    }
}
