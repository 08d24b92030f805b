//! MCM010.

use super::super::mend;
use super::super::{Check, Levels, Rule, Settings};
use crate::inputs::config::{Kind, Scope, Section};
use crate::inputs::document::Document;
use crate::inputs::document::markdown::Heading;
use crate::text::{Code, Diagnostic, Fix, Safety, Severity, Span, Stage, did_you_mean};

pub(super) static RULE: Rule = Rule {
    code: Code("MCM010"),
    name: "missing-section",
    summary: "required section \"{section}\" is missing",
    about: "all",
    severity: Severity::Error,
    stage: Stage::Submission,
    levels: Levels::EVERYWHERE,
    docs: include_str!("missing_section.md"),
    check: Check::Document(check),
};

fn check(rule: &Rule, document: &Document, settings: &Settings<'_>, found: &mut Vec<Diagnostic>) {
    let Some(kind) = &document.kind else { return };
    let mut absent = Vec::new();
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
        let near = |title| did_you_mean(title, unknown().map(|heading| heading.text.as_str()));
        let guess = section.titles().find_map(near);
        if let Some(heading) = elsewhere {
            let message =
                format!("this is a heading of level {}; a section has level {level}", heading.level);
            // The mistake is there; the head of the document is where nothing near is to be seen.
            finding = finding.at(document.path(), heading.span).labelled(message);
            finding = finding.help(format!("write it as {written}"));
            finding.fix = Some(rewritten(document, heading, section));
        } else if guess.is_some() && !kind.unknown_sections {
            // MCM003 asks whether this heading was meant.
            continue;
        } else if let Some(heading) = unknown().find(|heading| Some(heading.text.as_str()) == guess) {
            finding =
                finding.at(document.path(), heading.span).labelled("is this the section that is meant?");
            finding = finding.help(format!("rename it to {written}"));
            finding.fix = Some(rewritten(document, heading, section));
        } else {
            absent.push((section, found.len()));
            finding = finding.help(match section.hint.as_str() {
                "" => format!("add {written}"),
                hint => format!("add {written}: {hint}"),
            });
        }
        found.push(finding);
    }
    // What is added behind an open fence would be code.
    if document.faults.iter().any(|fault| fault.code.0 == "MCM011") {
        return;
    }
    // Sections that belong at the same place come there together, so that they stand in order.
    let place = |section: &Section| place_of(document, kind, section);
    for (section, index) in &absent {
        let at = place(section);
        let here = absent.iter().filter(|(other, _)| place(other) == at);
        let sections: Vec<&Section> = here.map(|(section, _)| *section).collect();
        found[*index].fix = Some(added(document, at, &sections));
    }
}

/// The heading that opens a section: `## Scope`.
fn heading_of(section: &Section) -> String {
    let level = section.levels.first().copied().unwrap_or(2);
    format!("{} {}", "#".repeat(level as usize), section.title)
}

/// The heading as that of the section.
fn rewritten(document: &Document, heading: &Heading, section: &Section) -> Fix {
    let text = heading_of(section);
    let title = format!("write the heading as `{text}`");
    mend::replace(document.path(), heading.span, text, title, Safety::Unsafe)
}

/// Where a section belongs: before the first one that comes later in the kind's order, else at the end.
fn place_of(document: &Document, kind: &Kind, section: &Section) -> usize {
    let rank = |title: &str| kind.sections.iter().position(|known| known.title == title);
    let own = rank(&section.title);
    let is_later = |heading: &&Heading| {
        let known = kind.section(&heading.text).filter(|known| known.levels.contains(&heading.level));
        known.is_some_and(|known| rank(&known.title) > own)
    };
    let later = document.outline.headings.iter().filter(|_| kind.ordered).find(is_later);
    later.map_or(document.source.text.len(), |heading| heading.span.start as usize)
}

fn added(document: &Document, at: usize, sections: &[&Section]) -> Fix {
    let text = &*document.source.text;
    let mut added = match &text[..at] {
        "" => String::new(),
        before if before.ends_with("\n\n") || before.ends_with("\r\n\r\n") => String::new(),
        before if before.ends_with('\n') => "\n".to_owned(),
        _ => "\n\n".to_owned(),
    };
    let parts = sections.iter().map(|section| match section.hint.as_str() {
        "" => format!("{}\n", heading_of(section)),
        hint => format!("{}\n\n{hint}\n", heading_of(section)),
    });
    added += &parts.collect::<Vec<_>>().join("\n");
    if at < text.len() {
        added.push('\n');
    }
    let names: Vec<String> = sections.iter().map(|section| format!("`{}`", heading_of(section))).collect();
    let title = format!("add {} with what belongs there", names.join(", "));
    mend::replace(document.path(), Span::at(at), added, title, Safety::Unsafe)
}

/// Whether a code fence that is never closed hides the heading; MCM011 speaks of that.
fn is_hidden(document: &Document, is_this: impl Fn(&str) -> bool) -> bool {
    if !document.faults.iter().any(|fault| fault.code.0 == "MCM011") {
        return false;
    }
    let Some(block) = document.outline.code.last() else { return false };
    block.text.lines().filter(|line| line.starts_with('#')).any(|line| is_this(line.trim_matches(['#', ' '])))
}
