//! MCM010.

use super::super::{Check, Levels, Rule, Settings};
use crate::inputs::config::Scope;
use crate::inputs::document::Document;
use crate::inputs::document::markdown::Heading;
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

fn check(rule: &Rule, document: &Document, settings: &Settings<'_>, found: &mut Vec<Diagnostic>) {
    let Some(kind) = &document.kind else { return };
    let headings = &document.outline.headings;
    let scope = Scope::of(&document.matter.table);
    for section in &kind.sections {
        let Some(why) = section.presence.required(settings.policy.profile, scope) else { continue };
        let is_this = |text: &str| kind.section(text).is_some_and(|known| known.title == section.title);
        let opens = |heading: &&Heading| section.levels.contains(&heading.level);
        if headings.iter().filter(opens).any(|heading| is_this(&heading.text)) {
            continue;
        }
        if is_hidden(document, is_this) {
            continue;
        }
        let mut finding = rule
            .finding(format!("required section \"{}\" is missing", section.title))
            .at(document.path(), document.head_span());
        if let Some(condition) = why {
            finding = finding.help(format!("it is required when {condition}"));
        }
        let level = section.levels.first().copied().unwrap_or(2);
        let written = format!("`{} {}`", "#".repeat(level as usize), section.title);
        let elsewhere = headings.iter().find(|heading| is_this(&heading.text));
        let unknown = || headings.iter().filter(opens).filter(|h| kind.section(&h.text).is_none());
        let guess = did_you_mean(&section.title, unknown().map(|heading| heading.text.as_str()));
        if let Some(heading) = elsewhere {
            let message =
                format!("this is a heading of level {}; a section has level {level}", heading.level);
            finding = finding.related(document.path(), heading.span, message);
            finding = finding.help(format!("write it as {written}"));
        } else if guess.is_some() && !kind.unknown_sections {
            // MCM003 asks whether this heading was meant.
            continue;
        } else if let Some(heading) = unknown().find(|heading| Some(heading.text.as_str()) == guess) {
            finding = finding.related(document.path(), heading.span, "is this the section that is meant?");
            finding = finding.help(format!("rename it to {written}"));
        } else if section.hint.is_empty() {
            finding = finding.help(format!("add {written}"));
        } else {
            finding = finding.help(format!("add {written}: {}", section.hint));
        }
        found.push(finding);
    }
}

/// Whether a code fence that is never closed hides the heading; MCM011 speaks of that.
fn is_hidden(document: &Document, is_this: impl Fn(&str) -> bool) -> bool {
    if !document.faults.iter().any(|fault| fault.code.0 == "MCM011") {
        return false;
    }
    let Some(block) = document.outline.code.last() else { return false };
    block.text.lines().filter(|line| line.starts_with('#')).any(|line| is_this(line.trim_matches(['#', ' '])))
}
