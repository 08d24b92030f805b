//! MCM010.

use super::super::{Check, Levels, Rule, Settings};
use crate::inputs::document::Document;
use crate::text::{Code, Diagnostic, Severity, Stage, did_you_mean};

pub(super) static RULE: Rule = Rule {
    code: Code("MCM010"),
    name: "missing-section",
    summary: "required section \"{section}\" is missing",
    severity: Severity::Error,
    stage: Stage::Submission,
    levels: Levels::EVERYWHERE,
    docs: include_str!("missing_section.md"),
    check: Check::Document(check),
};

fn check(rule: &Rule, document: &Document, _: &Settings<'_>, found: &mut Vec<Diagnostic>) {
    let Some(kind) = &document.kind else { return };
    let level_two = || document.outline.headings.iter().filter(|heading| heading.level == 2);
    for section in kind.sections.iter().filter(|section| section.required) {
        let is_this = |text: &str| kind.section(text).is_some_and(|known| known.title == section.title);
        if level_two().any(|heading| is_this(&heading.text)) {
            continue;
        }
        let mut finding = rule
            .finding(format!("required section \"{}\" is missing", section.title))
            .at(document.path(), document.head_span());
        let elsewhere = document.outline.headings.iter().find(|heading| is_this(&heading.text));
        let unknown = level_two().filter(|heading| kind.section(&heading.text).is_none());
        let guess = did_you_mean(&section.title, unknown.map(|heading| heading.text.as_str()));
        if let Some(heading) = elsewhere {
            let message = format!("this is a heading of level {}; a section has level 2", heading.level);
            finding = finding.related(document.path(), heading.span, message);
            finding = finding.help(format!("write it as `## {}`", section.title));
        } else if let Some(heading) = level_two().find(|heading| Some(heading.text.as_str()) == guess) {
            finding = finding.related(document.path(), heading.span, "is this the section that is meant?");
            finding = finding.help(format!("rename it to `## {}`", section.title));
        } else {
            finding = finding.help(format!("add `## {}`: {}", section.title, section.hint));
        }
        found.push(finding);
    }
}
