//! Fields that are written otherwise than as keys of front matter: lists in one line, values in the body.
//!
//! Enters: the front matter as read, the fields of the kind, the text and its outline. Leaves: the same table
//! with one form for all, so that nothing behind it asks how a collection writes its header. What the front
//! matter says is never replaced.

use regex::Regex;

use super::markdown::{Heading, Outline};
use crate::inputs::config::{Field, FieldType, Kind, Origin, Place};
use crate::inputs::value::{Node, Table, Value};
use crate::text::Span;

/// A piece of text and where it stands.
type Piece<'t> = (&'t str, usize);

/// Adds what the body says, then parts the lists that are written as text.
pub(super) fn complete(table: &mut Table, kind: &Kind, text: &str, body: Span, outline: &Outline) {
    let has_origin = kind.fields.iter().filter(|field| table.get(&field.name).is_none());
    let mut found: Vec<(&Field, Span, Value)> = has_origin
        .filter_map(|field| {
            let (key, value) = said(field, field.origin.as_ref()?, text, body, outline)?;
            Some((field, key, value))
        })
        .collect();
    // In the order of the text, as keys of front matter are.
    found.sort_by_key(|(_, key, value)| (key.start, value.span.start));
    for (field, key, value) in found {
        table.insert(field.name.as_str(), key, value);
    }
    for field in &kind.fields {
        if let (Some(separator), FieldType::List(item)) = (&field.separator, field.ty.bare())
            && let Some(value) = table.value_mut(&field.name)
        {
            part(value, separator, item);
        }
    }
}

/// The value that the body has for a field, and the place of its name.
fn said(field: &Field, origin: &Origin, text: &str, body: Span, outline: &Outline) -> Option<(Span, Value)> {
    let is_list = matches!(field.ty.bare(), FieldType::List(_)) && field.separator.is_none();
    let (key, pieces) = match &origin.place {
        Place::Heading => {
            let heading = outline.headings.first()?;
            // Below an underlined heading stands the line that underlines it.
            let line = heading.span.slice(text).lines().next().unwrap_or_default();
            let (line, at) = trimmed(line, heading.span.start as usize);
            let title = line.trim_start_matches('#');
            (heading.span, vec![trimmed(title.trim_end_matches('#'), at + line.len() - title.len())])
        }
        Place::Line(label) => line(label, text, body, outline)?,
        Place::Section(title) => {
            let (at, heading) = section(title, outline)?;
            let end = outline.headings.get(at + 1).map_or(heading.section.end, |next| next.span.start);
            let end = end.min(heading.section.end) as usize;
            let start = (heading.section.start as usize).min(end);
            let said = match &origin.capture {
                Some(_) => vec![trimmed(&text[start..end], start)],
                None => paragraph(&text[start..end], start, is_list),
            };
            (heading.span, said)
        }
    };
    let pieces: Vec<Piece<'_>> = match &origin.capture {
        Some(regex) => pieces.into_iter().flat_map(|piece| captured(regex, piece)).collect(),
        None => pieces.into_iter().filter(|(text, _)| !text.is_empty()).collect(),
    };
    let whole = Span::new(pieces.first()?.1, pieces.last().map(|(text, at)| at + text.len())?);
    let value = match field.ty.bare() {
        FieldType::List(item) if is_list => {
            let items = pieces.iter().map(|(text, at)| typed(text, Span::new(*at, at + text.len()), item));
            Value { span: whole, node: Node::List(items.collect()) }
        }
        ty => {
            let (text, at) = pieces.first()?;
            typed(text, Span::new(*at, at + text.len()), ty)
        }
    };
    Some((key, value))
}

fn section<'o>(title: &str, outline: &'o Outline) -> Option<(usize, &'o Heading)> {
    let wanted = title.to_lowercase();
    outline.headings.iter().enumerate().find(|(_, heading)| heading.text.trim().to_lowercase() == wanted)
}

/// What stands behind a label before the first section, and in the lines below that stand further in.
fn line<'t>(label: &str, text: &'t str, body: Span, outline: &Outline) -> Option<(Span, Vec<Piece<'t>>)> {
    let first = outline.headings.iter().find(|heading| heading.level > 1);
    let end = first.map_or(body.end, |heading| heading.span.start) as usize;
    let mut start = body.start as usize;
    let mut lines = text[start..end].split_inclusive('\n').map(|line| {
        start += line.len();
        (line.trim_end_matches(['\n', '\r']), start - line.len())
    });
    while let Some(line) = lines.next() {
        let Some((key, value)) = labelled(label, line) else { continue };
        let indent = |line: &str| line.len() - line.trim_start().len();
        let deeper = lines.take_while(|next| indent(next.0) > indent(line.0) && !next.0.trim().is_empty());
        let more = deeper.map(|(line, at)| bare(line, at));
        return Some((key, std::iter::once(value).chain(more).collect()));
    }
    None
}

/// `- **Date**: 2016-02-12` and `| Date | 2016-02-12 |` as the label's place and the value.
fn labelled<'t>(label: &str, (line, at): Piece<'t>) -> Option<(Span, Piece<'t>)> {
    let marks = |c: char| c.is_whitespace() || matches!(c, '-' | '*' | '+' | '|' | '_' | '>' | '`');
    let rest = line.trim_start_matches(marks);
    let head = rest.get(..label.len())?;
    if head.to_lowercase() != label.to_lowercase() {
        return None;
    }
    let from = at + line.len() - rest.len();
    let tail = &rest[label.len()..];
    let is_sign = |c: char| matches!(c, ':' | '|' | '*' | '_' | '`') || c.is_whitespace();
    let value = tail.trim_start_matches(is_sign);
    let between = &tail[..tail.len() - value.len()];
    if !between.contains([':', '|']) {
        return None;
    }
    // A cell ends where the next one begins.
    let value = if between.contains('|') { value.split('|').next().unwrap_or_default() } else { value };
    let start = from + label.len() + between.len();
    Some((Span::new(from, from + label.len()), bare(value, start)))
}

/// A value without the marks of a list, of emphasis and of a hard line break around it.
fn bare(text: &str, at: usize) -> Piece<'_> {
    let (text, at) = trimmed(text, at);
    let value = ["- ", "* ", "+ "].iter().find_map(|mark| text.strip_prefix(mark)).unwrap_or(text);
    let at = at + text.len() - value.len();
    let inner = value.trim_start_matches(['`', '*']);
    let at = at + value.len() - inner.len();
    trimmed(inner.trim_end_matches('\\').trim_end().trim_end_matches(['`', '*', '|']), at)
}

/// The first thing that a section says, comments aside: the items of a list where several are wanted.
fn paragraph(text: &str, start: usize, is_list: bool) -> Vec<Piece<'_>> {
    let mut at = start;
    let mut said: Option<(usize, usize)> = None;
    let mut items = Vec::new();
    for line in text.split_inclusive('\n') {
        let here = trimmed(line, at);
        at += line.len();
        let is_over = here.0.is_empty() || here.0.starts_with("<!--");
        match (&mut said, is_over) {
            (None, true) => continue,
            (Some(_), true) => break,
            (None, false) => said = Some((here.1, here.1 + here.0.len())),
            (Some((_, end)), false) => *end = here.1 + here.0.len(),
        }
        items.push(bare(here.0, here.1));
    }
    let Some((from, to)) = said else { return Vec::new() };
    if is_list { items } else { vec![bare(&text[from - start..to - start], from)] }
}

fn captured<'t>(regex: &Regex, (text, at): Piece<'t>) -> Vec<Piece<'t>> {
    let groups = regex.captures_iter(text).filter_map(|captures| captures.get(1));
    groups.map(|group| trimmed(group.as_str(), at + group.start())).collect()
}

fn trimmed(text: &str, at: usize) -> Piece<'_> {
    let inner = text.trim_start();
    (inner.trim_end(), at + text.len() - inner.len())
}

/// Text as a value of a type: numbers and truth values are written without quotes everywhere.
fn typed(text: &str, span: Span, ty: &FieldType) -> Value {
    let node = match ty.bare() {
        FieldType::Integer { .. } => text.parse().ok().map(Node::Integer),
        FieldType::Boolean => text.parse().ok().map(Node::Bool),
        _ => None,
    };
    Value { span, node: node.unwrap_or_else(|| Node::String(text.to_owned())) }
}

/// A list where text, or a single value, stands for one.
fn part(value: &mut Value, separator: &str, item: &FieldType) {
    let items = match &value.node {
        Node::List(_) | Node::Table(_) | Node::Null => return,
        Node::String(text) => {
            // Where the source is not the text letter by letter, an item is shown as the whole.
            let written = value.span.len();
            let offset = match written.checked_sub(text.len()) {
                Some(0) => Some(value.span.start as usize),
                Some(2) => Some(value.span.start as usize + 1),
                _ => None,
            };
            let mut at = 0;
            let parts = text.split(separator).map(|part| {
                let (text, start) = trimmed(part, at);
                at += part.len() + separator.len();
                let span =
                    offset.map_or(value.span, |from| Span::new(from + start, from + start + text.len()));
                typed(text, span, item)
            });
            parts.collect()
        }
        node => vec![Value { span: value.span, node: node.clone() }],
    };
    value.node = Node::List(items);
}

#[cfg(test)]
mod tests;
