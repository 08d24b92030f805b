//! The headings of a body held against the sections of its kind.

use crate::inputs::config::{Kind, Scope, Section};
use crate::inputs::document::Document;
use crate::inputs::document::markdown::Heading;
use crate::text::{Edit, Fix, Location, Safety, Span, did_you_mean};

/// A heading that does not fit the kind.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Problem<'a> {
    /// A section that the kind does not name, where others are not allowed.
    Unknown { heading: &'a Heading, guess: Option<&'a str>, known: Vec<&'a str> },
    /// A section that must not be there.
    Forbidden { heading: &'a Heading, why: String },
    /// A section in other letters than the kind's.
    Case { heading: &'a Heading, title: &'a str },
}

/// All problems of a document's headings, in source order.
pub(super) fn problems(document: &Document) -> Vec<Problem<'_>> {
    let Some(kind) = &document.kind else { return Vec::new() };
    let scope = Scope::of(&document.matter.table);
    let mut problems = Vec::new();
    let mut known_until = 0;
    for heading in &document.outline.headings {
        let Some(section) = kind.section_at(heading.level, &heading.text) else {
            let is_part = heading.span.start < known_until;
            if !kind.unknown_sections && !is_part && opens_a_section(kind, heading) {
                let known: Vec<&str> = kind.sections.iter().map(|section| section.title.as_str()).collect();
                let titles = kind.sections.iter().flat_map(Section::titles);
                let guess = did_you_mean(&heading.text, titles);
                problems.push(Problem::Unknown { heading, guess, known });
            }
            continue;
        };
        known_until = heading.section.end;
        if let Some(condition) = section.presence.forbidden(scope) {
            problems.push(Problem::Forbidden { heading, why: condition.to_string() });
        } else if section.exact_case {
            let titles = || std::iter::once(&section.title).chain(&section.aliases);
            let same = titles().find(|title| title.to_lowercase() == heading.text.to_lowercase());
            if let Some(title) = same.filter(|title| **title != heading.text) {
                problems.push(Problem::Case { heading, title });
            }
        }
    }
    problems
}

/// Whether the heading stands at a level of sections, and means none of the kind's at another level.
fn opens_a_section(kind: &Kind, heading: &Heading) -> bool {
    let of_sections = kind.sections.iter().flat_map(|section| &section.levels);
    let mut levels = kind.section_levels.iter().chain(of_sections);
    levels.any(|level| *level == heading.level) && kind.section(&heading.text).is_none()
}

/// The edit that writes another text for a heading; nothing where its text is marked up.
pub(super) fn rewritten(document: &Document, heading: &Heading, title: &str, safety: Safety) -> Option<Fix> {
    let line = document.source.slice(heading.span);
    let at = line.find(&heading.text)?;
    let start = heading.span.start as usize + at;
    let location = Location::new(document.path(), Span::new(start, start + heading.text.len()));
    let edits = vec![Edit { location, text: title.to_owned() }];
    Some(Fix { title: format!("write the heading as \"{title}\""), safety, edits })
}
