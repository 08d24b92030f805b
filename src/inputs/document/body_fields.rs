//! Fields that are written otherwise than as keys of front matter: lists in one line, values in the body.
//!
//! Enters: the front matter as read, the fields of the kind, the text and its outline. Leaves: the same table
//! with one form for all, so that nothing behind it asks how a collection writes its header. What the front
//! matter says is never replaced.

use std::collections::BTreeMap;

use regex::Regex;

use super::markdown::{Heading, Outline};
use crate::inputs::config::{Field, FieldType, Kind, Origin, Place};
use crate::inputs::value::{Node, Table, Value};
use crate::text::Span;

/// A piece of text and where it stands.
type Piece<'t> = (&'t str, usize);

/// What is read: the text of the file, the span of its body, and what the body holds.
#[derive(Clone, Copy)]
pub(super) struct Body<'t> {
    pub(super) text: &'t str,
    pub(super) span: Span,
    pub(super) outline: &'t Outline,
}

/// A place that should say a field, and holds nothing that could be its value.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Blank {
    /// Where.
    pub span: Span,
    /// Whether nothing stands there at all.
    pub is_empty: bool,
}

/// Adds what the body says, then parts the lists that are written as text. Gives the places that say nothing.
pub(super) fn complete(table: &mut Table, kind: &Kind, body: Body<'_>) -> BTreeMap<String, Blank> {
    let mut found: Vec<(&Field, Span, Value)> = Vec::new();
    let mut blanks = BTreeMap::new();
    for field in kind.fields.iter().filter(|field| table.get(&field.name).is_none()) {
        let Some(origin) = &field.origin else { continue };
        let Some((key, pieces)) = body.at(&origin.place, field, kind, origin.capture.is_some()) else {
            continue;
        };
        match value(field, origin, &pieces) {
            Some(value) => found.push((field, key, value)),
            None => {
                let is_empty = pieces.iter().all(|(text, _)| text.is_empty());
                blanks.insert(field.name.clone(), Blank { span: key, is_empty });
            }
        }
    }
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
    blanks
}

/// The value of a field in the pieces that its place holds.
fn value(field: &Field, origin: &Origin, pieces: &[Piece<'_>]) -> Option<Value> {
    let mut pieces: Vec<Piece<'_>> = match &origin.capture {
        Some(regex) => pieces.iter().flat_map(|piece| captured(regex, *piece)).collect(),
        None => pieces.to_vec(),
    };
    if let Some(separator) = field.separator.as_deref().filter(|_| pieces.len() > 1) {
        pieces = separated(&pieces, separator);
    }
    pieces.retain(|(text, _)| !text.is_empty());
    let (first, last) = (pieces.first()?, pieces.last()?);
    let typed = |(text, at): &Piece<'_>, ty| typed(text, Span::new(*at, at + text.len()), ty);
    Some(match field.ty.bare() {
        FieldType::List(item) if field.separator.is_none() || pieces.len() > 1 => {
            let items = pieces.iter().map(|piece| typed(piece, item)).collect();
            Value { span: Span::new(first.1, last.1 + last.0.len()), node: Node::List(items) }
        }
        ty => typed(first, ty),
    })
}

/// The items of a list that goes on over several lines; a separator at the end of a line parts nothing.
fn separated<'t>(lines: &[Piece<'t>], separator: &str) -> Vec<Piece<'t>> {
    let mut items = Vec::new();
    for (text, at) in lines {
        let text = text.strip_suffix(separator).unwrap_or(text);
        let mut start = *at;
        for part in text.split(separator) {
            items.push(trimmed(part, start));
            start += part.len() + separator.len();
        }
    }
    items
}

impl<'t> Body<'t> {
    /// What stands at a place, and where its name stands; nothing where the document has no such place.
    fn at(
        self,
        place: &Place,
        field: &Field,
        kind: &Kind,
        is_searched: bool,
    ) -> Option<(Span, Vec<Piece<'t>>)> {
        match place {
            Place::Heading => {
                let heading = self.outline.headings.first()?;
                // Below an underlined heading stands the line that underlines it.
                let line = heading.span.slice(self.text).lines().next().unwrap_or_default();
                let (line, at) = trimmed(line, heading.span.start as usize);
                let title = line.trim_start_matches('#');
                let at = at + line.len() - title.len();
                Some((heading.span, vec![trimmed(title.trim_end_matches('#'), at)]))
            }
            Place::Line(label) => self.line(label),
            Place::Section(title) => {
                let (at, heading) = self.section(title, kind)?;
                let next = self.outline.headings.get(at + 1);
                let end = next.map_or(heading.section.end, |next| next.span.start);
                let end = end.min(heading.section.end) as usize;
                let start = (heading.section.start as usize).min(end);
                let is_list = matches!(field.ty.bare(), FieldType::List(_));
                let said = match is_searched {
                    true => self.prose(start, end),
                    false => self.paragraph(start, end, is_list),
                };
                Some((heading.span, said))
            }
        }
    }

    /// The heading of a section: where the kind knows it, one that opens it, by whatever name.
    fn section(self, title: &str, kind: &Kind) -> Option<(usize, &'t Heading)> {
        let wanted = title.to_lowercase();
        let known = kind.section(title);
        let is_it = |heading: &Heading| match known {
            Some(known) => kind.section_at(heading.level, &heading.text) == Some(known),
            None => heading.text.trim().to_lowercase() == wanted,
        };
        self.outline.headings.iter().enumerate().find(|(_, heading)| is_it(heading))
    }

    /// What stands behind a label before the first section, and in the lines below that stand further in.
    fn line(self, label: &str) -> Option<(Span, Vec<Piece<'t>>)> {
        let first = self.outline.headings.iter().find(|heading| heading.level > 1);
        let end = first.map_or(self.span.end, |heading| heading.span.start) as usize;
        let mut lines = self.lines(self.span.start as usize, end);
        while let Some(line) = lines.next() {
            let Some((key, value)) = labelled(label, line) else { continue };
            let indent = |line: &str| line.len() - line.trim_start().len();
            let deeper =
                lines.take_while(|next| indent(next.0) > indent(line.0) && !next.0.trim().is_empty());
            let more = deeper.map(|(line, at)| bare(line, at));
            return Some((key, std::iter::once(value).chain(more).collect()));
        }
        None
    }

    /// The lines from one place to another, without what no reader sees: comments and other raw HTML.
    fn lines(self, start: usize, end: usize) -> impl Iterator<Item = Piece<'t>> {
        let mut at = start;
        let lines = self.text[start..end].split_inclusive('\n').map(move |line| {
            at += line.len();
            (line.trim_end_matches(['\n', '\r']), at - line.len())
        });
        lines.filter_map(move |(line, at)| {
            let hidden = self
                .outline
                .html
                .iter()
                .find(|html| (html.start as usize) < at + line.len() && at < html.end as usize);
            match hidden {
                Some(html) if (html.start as usize) <= at => None,
                Some(html) => Some((&line[..html.start as usize - at], at)),
                None => Some((line, at)),
            }
        })
    }

    /// The text between two places that a reader takes for prose, in one piece for each stretch without code.
    fn prose(self, start: usize, end: usize) -> Vec<Piece<'t>> {
        let hidden = self.outline.code.iter().map(|code| code.span).chain(self.outline.html.iter().copied());
        let mut hidden: Vec<Span> = hidden.collect();
        hidden.sort();
        let (mut pieces, mut at) = (Vec::new(), start);
        for span in hidden {
            let (from, to) = ((span.start as usize).clamp(at, end), (span.end as usize).clamp(at, end));
            pieces.push(trimmed(&self.text[at..from], at));
            at = to;
        }
        pieces.push(trimmed(&self.text[at..end], at));
        pieces
    }

    /// The first thing that a section says: the items of a list where several are wanted.
    fn paragraph(self, start: usize, end: usize, is_list: bool) -> Vec<Piece<'t>> {
        let mut said: Option<(usize, usize)> = None;
        let mut items = Vec::new();
        for (line, at) in self.lines(start, end) {
            let here = trimmed(line, at);
            // `[status]: #status` names a link and says nothing.
            let is_definition = here.0.starts_with('[') && here.0.contains("]: ");
            let is_over = here.0.is_empty() || is_definition;
            match (&mut said, is_over) {
                (None, true) => continue,
                (Some(_), true) => break,
                (None, false) => said = Some((here.1, here.1 + here.0.len())),
                (Some((_, end)), false) => *end = here.1 + here.0.len(),
            }
            items.push(bare(here.0, here.1));
        }
        let Some((from, to)) = said else { return Vec::new() };
        if is_list { items } else { vec![bare(&self.text[from..to], from)] }
    }
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
