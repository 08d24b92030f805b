//! Fields of documents as typed values: what rules and facts ask of them, in one place.
//!
//! A view is absent where a field is missing or not of its form; the rules on fields (MCM008, MCM009,
//! MCM018) speak of that, so that no other rule has to.

use std::collections::BTreeSet;

use jiff::Timestamp;

use super::{Book, Referent};
use crate::inputs::document::Document;
use crate::inputs::document::markdown::Heading;
use crate::inputs::document::time::{self, Duration, Instant};
use crate::inputs::value::{Table, Value};
use crate::text::Span;

/// An instant and where it stands.
pub fn instant(document: &Document, path: &str) -> Option<(Instant, Span)> {
    let value = document.field(path)?;
    Some((time::parse_instant(value.as_str()?).ok()?, value.span))
}

/// The moment of an instant.
pub fn moment(document: &Document, path: &str) -> Option<Timestamp> {
    instant(document, path).map(|(instant, _)| instant.timestamp)
}

/// A duration and where it stands.
pub fn duration(document: &Document, path: &str) -> Option<(Duration, Span)> {
    let value = document.field(path)?;
    Some((time::parse_duration(value.as_str()?).ok()?, value.span))
}

/// A roster id without its sign.
pub fn handle(text: &str) -> &str {
    text.strip_prefix('@').unwrap_or(text)
}

/// The roster id that a field holds, and where.
pub fn person<'a>(document: &'a Document, path: &str) -> Option<(&'a str, Span)> {
    let value = document.field(path)?;
    value.as_str().filter(|text| !text.is_empty()).map(|text| (handle(text), value.span))
}

/// The texts of a list, and where each stands.
pub fn texts<'a>(document: &'a Document, path: &str) -> impl Iterator<Item = (&'a str, Span)> + 'a {
    let items = document.field(path).map_or(&[][..], Value::items);
    items.iter().filter_map(|item| item.as_str().map(|text| (text, item.span)))
}

/// The tables of a list: the rows of a register.
pub fn rows<'a>(document: &'a Document, path: &str) -> impl Iterator<Item = Row<'a>> + 'a {
    let items = document.field(path).map_or(&[][..], Value::items);
    items.iter().filter_map(|item| item.as_table().map(|table| Row { table, span: item.span }))
}

/// One table of a list.
#[derive(Clone, Copy, Debug)]
pub struct Row<'a> {
    /// Its keys.
    pub table: &'a Table,
    /// The whole item.
    pub span: Span,
}

impl<'a> Row<'a> {
    /// The text of a key that is there and not blank.
    pub fn text(&self, key: &str) -> Option<&'a str> {
        self.table.get(key)?.as_str().filter(|text| !text.trim().is_empty())
    }

    /// The whole number of a key.
    pub fn integer(&self, key: &str) -> Option<i64> {
        self.table.get(key)?.as_integer()
    }

    /// Where to point: the value of `id`, else the item's first key, else the item.
    pub fn place(&self) -> Span {
        let id = self.table.get("id").map(|value| value.span);
        id.or_else(|| self.table.entries().first().map(|entry| entry.key_span)).unwrap_or(self.span)
    }

    /// Where a key's value stands, else [`Row::place`].
    pub fn place_of(&self, key: &str) -> Span {
        self.table.get(key).map_or(self.place(), |value| value.span)
    }
}

/// The affected services of a request that the catalogue knows: index of the document, and the value that
/// names it.
pub fn services<'a>(book: &Book, request: &'a Document) -> Vec<(usize, &'a Value)> {
    let wanted = ["service".to_owned()];
    let items = request.field("services").map_or(&[][..], Value::items);
    let known = |value: &'a Value| match book.refer(&wanted, value.as_str()?) {
        Referent::Document(index) => Some((index, value)),
        Referent::Change(_) | Referent::WrongKind(_) | Referent::Nothing => None,
    };
    items.iter().filter_map(known).collect()
}

/// What a request names as affected and the catalogue lacks, in words. Nobody can tell how much such a service matters,
/// whose it is and when it must not be touched: whatever could be worst counts.
pub fn unknown_services(book: &Book, request: &Document) -> Vec<String> {
    let wanted = ["service".to_owned()];
    let is_known = |name: &str| matches!(book.refer(&wanted, name), Referent::Document(_));
    let items = request.field("services").map_or(&[][..], Value::items);
    let unknown = items.iter().filter_map(|item| match item.as_str() {
        Some(name) => (!is_known(name)).then(|| name.to_owned()),
        None => Some("a service without a name".to_owned()),
    });
    unknown.collect()
}

/// The service that a name means, as an index of [`Book::documents`].
pub fn service(book: &Book, name: &str) -> Option<usize> {
    of_kind(book, "service", name)
}

/// The document of a kind that a name means, as an index of [`Book::documents`].
pub fn of_kind(book: &Book, kind: &str, name: &str) -> Option<usize> {
    match book.refer(&[kind.to_owned()], name) {
        Referent::Document(index) => Some(index),
        Referent::Change(_) | Referent::WrongKind(_) | Referent::Nothing => None,
    }
}

/// The environment of a request: production when none is written.
pub fn environment(request: &Document) -> &str {
    request.text("environment").unwrap_or("production")
}

/// The section of a kind's title or one of its aliases: its heading, and the text below it.
pub fn section<'a>(document: &'a Document, title: &str) -> Option<(&'a Heading, &'a str)> {
    let kind = document.kind.as_ref()?;
    let is_this = |heading: &&Heading| match kind.section_at(heading.level, &heading.text) {
        Some(section) => section.title == title,
        None => heading.level == 2 && heading.text.eq_ignore_ascii_case(title),
    };
    let heading = document.outline.headings.iter().find(is_this)?;
    Some((heading, document.source.slice(heading.section)))
}

/// Where to point when something is missing in a section: its heading, else the head of the file.
pub fn place_of_section(document: &Document, title: &str) -> Span {
    section(document, title).map_or(document.head_span(), |(heading, _)| heading.span)
}

/// The handles `@name` in a text, without their sign.
pub fn handles(text: &str) -> BTreeSet<&str> {
    let is_part = |c: char| c.is_ascii_alphanumeric() || c == '-' || c == '_';
    let after = text.match_indices('@').filter(|(at, _)| !text[..*at].ends_with(is_part));
    let name = after.map(|(at, _)| {
        let rest = &text[at + 1..];
        &rest[..rest.find(|c: char| !is_part(c)).unwrap_or(rest.len())]
    });
    name.filter(|name| !name.is_empty()).collect()
}
