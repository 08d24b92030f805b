//! MCM012.

use super::super::wording::{is_left_open, opening_mark};
use super::super::{Check, Levels, Rule, Settings};
use crate::inputs::config::Section;
use crate::inputs::document::markdown::Heading;
use crate::inputs::document::steps::UNNAMED;
use crate::inputs::document::{Document, UNOWNED, UNTITLED};
use crate::text::{Code, Diagnostic, Severity, Span, Stage};

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

/// An answer left open that is longer is not repeated, in bytes.
const LONGEST: usize = 60;

fn check(rule: &Rule, document: &Document, _: &Settings<'_>, found: &mut Vec<Diagnostic>) {
    let Some(kind) = &document.kind else { return };
    let headings = &document.outline.headings;
    of_fields(rule, document, found);
    of_steps(rule, document, found);
    for (at, heading) in headings.iter().enumerate() {
        let Some(section) = kind.section_at(heading.level, &heading.text) else { continue };
        let said = said(document, heading, &headings[at + 1..]);
        let state = if is_hint(section, &said) {
            "is still template text".to_owned()
        } else if section.may_be_empty {
            continue;
        } else if !said.contains(char::is_alphanumeric) {
            "is empty".to_owned()
        } else if is_left_open(&said) {
            match opening_mark(&said).filter(|_| said.trim().len() >= LONGEST) {
                Some(mark) => format!("begins with \"{mark}\": it is not written yet"),
                None => format!("is empty but for \"{}\"", said.trim()),
            }
        } else {
            continue;
        };
        let message = format!("section \"{}\" {state}", section.title);
        let finding = rule.finding(message).at(document.path(), heading.span);
        found.push(match section.hint.is_empty() {
            true => finding.help("write it, or say in a sentence why there is nothing to say"),
            false => finding.help(format!("write what belongs here: {}", section.hint)),
        });
    }
}

/// The title of a request and the owner of a document that `mcmbook new` wrote where nobody gave one.
fn of_fields(rule: &Rule, document: &Document, found: &mut Vec<Diagnostic>) {
    let stand_ins = [
        ("title", UNTITLED, "say in a few words what is changed"),
        ("owner", UNOWNED, "write the roster id of the person who answers for it"),
    ];
    for (field, stand_in, help) in stand_ins {
        let Some(value) =
            document.field(field).filter(|_| field != "title" || document.kind_name() == "request")
        else {
            continue;
        };
        if value.as_str() == Some(stand_in) {
            let message = format!("`{field}` is still template text");
            found.push(rule.finding(message).at(document.path(), value.span).help(help));
        }
    }
}

/// The steps that still bear the name which `mcmbook new` gave them.
fn of_steps(rule: &Rule, document: &Document, found: &mut Vec<Diagnostic>) {
    for step in document.steps.iter().filter(|step| UNNAMED.contains(&step.title.as_str())) {
        let message =
            format!("section \"{} {}: {}\" is still template text", step.kind.word(), step.label, step.title);
        let finding = rule.finding(message).at(document.path(), step.span);
        found.push(finding.help("name what is done in it, or remove it"));
    }
}

/// Whether something is written below a heading of a document.
pub(super) fn is_written(document: &Document, heading: &Heading) -> bool {
    let said = said_below(document, heading);
    said.contains(char::is_alphanumeric) && !is_left_open(&said)
}

/// Whether what stands below a heading is the writer's own: neither nothing nor what `mcmbook new` wrote.
pub(in crate::verdicts::lint) fn is_answered(document: &Document, heading: &Heading) -> bool {
    let section = document.kind.as_ref().and_then(|kind| kind.section_at(heading.level, &heading.text));
    let is_hint = || section.is_some_and(|section| is_hint(section, &said_below(document, heading)));
    is_written(document, heading) && !is_hint()
}

fn said_below(document: &Document, heading: &Heading) -> String {
    let headings = &document.outline.headings;
    let later = headings.iter().position(|other| std::ptr::eq(other, heading));
    said(document, heading, later.map_or(&[][..], |at| &headings[at + 1..]))
}

/// Whether a section still says what the template says that belongs there.
fn is_hint(section: &Section, said: &str) -> bool {
    !section.hint.is_empty() && normal(said) == normal(&section.hint)
}

/// What a section says, itself and in its parts. Their headings count: a list of options may be nothing but headings,
/// and an empty part that the kind asks for is told for itself. Comments are left out, no reader sees them.
fn said(document: &Document, heading: &Heading, later: &[Heading]) -> String {
    let mut text = String::new();
    let mut from = heading.section.start;
    let parts = later.iter().take_while(|part| part.span.start < heading.section.end);
    for part in parts {
        text.push_str(document.source.slice(Span { start: from, end: part.span.start }));
        text.push_str(&part.text);
        from = part.span.end;
    }
    text.push_str(document.source.slice(Span { start: from, end: heading.section.end.max(from) }));
    // A table without a row says nothing but what it would be about.
    for table in document.outline.tables_in(heading.section).filter(|table| table.rows.is_empty()) {
        text = text.replacen(document.source.slice(table.span), "", 1);
    }
    let seen = without_tags(&without_comments(&text).replace("&nbsp;", " "));
    let lines = seen.lines().filter(|line| !is_definition(line.trim_start()));
    lines.collect::<Vec<_>>().join("\n")
}

/// `[status]: #status` and `[^1]: foo`: what others refer to, and no text where it stands.
fn is_definition(line: &str) -> bool {
    line.strip_prefix('[').is_some_and(|rest| rest.find("]:").is_some_and(|at| !rest[..at].contains('[')))
}

/// Text without tags of HTML; addresses in angle brackets stay.
fn without_tags(text: &str) -> String {
    let mut seen = String::with_capacity(text.len());
    let mut rest = text;
    while let Some((before, tag)) = rest.split_once('<') {
        seen.push_str(before);
        let is_tag = tag.starts_with(|c: char| c.is_ascii_alphabetic() || c == '/');
        let inner = tag.split_once('>').filter(|(inner, _)| is_tag && !inner.contains([':', '@', '\n']));
        rest = match inner {
            Some((_, after)) => after,
            None => {
                seen.push('<');
                tag
            }
        };
    }
    seen + rest
}

/// One pass: a document of a megabyte may be made of comments.
fn without_comments(text: &str) -> String {
    let mut seen = String::with_capacity(text.len());
    let mut rest = text;
    while let Some((before, comment)) = rest.split_once("<!--") {
        seen.push_str(before);
        rest = comment.split_once("-->").map_or("", |(_, after)| after);
    }
    seen + rest
}

/// The text with single spaces, and without emphasis of the whole.
fn normal(text: &str) -> String {
    text.trim_matches(|c: char| c.is_whitespace() || matches!(c, '*' | '_'))
        .split_whitespace()
        .collect::<Vec<_>>()
        .join(" ")
}
