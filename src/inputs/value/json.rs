//! JSON into spanned values: front matter between `;;;`.
//!
//! serde_json parses, strictly; its raw values are slices of the text, so where they begin is their place.
//! Each level of nesting is scanned once more than the one around it, which the depth limit keeps small.

use std::fmt;

use serde::de::{Deserialize, MapAccess, Visitor};
use serde_json::value::RawValue;

use super::{Entry, MAX_DEPTH, MAX_FAULTS, Node, ParseFault, Table, Value, boundary, table_of};
use crate::text::Span;

/// Reads a JSON object that begins at byte `offset` of its file; all spans are places in the file.
///
/// A text of white space alone is an empty table. A fault of syntax is told alone, all others together.
pub fn parse_json(text: &str, offset: usize) -> Result<Table, Vec<ParseFault>> {
    if text.trim_matches([' ', '\t', '\n', '\r']).is_empty() {
        return Ok(Table::default());
    }
    let mut reader = Reader { text, offset, faults: Vec::new() };
    let root = match serde_json::from_str::<&RawValue>(text) {
        Ok(raw) => reader.value(raw.get(), 0),
        Err(error) => {
            reader.refuse(text, &error);
            return Err(reader.faults);
        }
    };
    let table = match root.node {
        Node::Table(table) => table,
        _ => {
            let message = format!("{} stands where keys and values are due", root.type_name());
            reader
                .faults
                .push(ParseFault::new(root.span, message).help("write one object: `{\"key\": \"value\"}`"));
            Table::default()
        }
    };
    reader.faults.sort_by_key(|fault| fault.span);
    reader.faults.truncate(MAX_FAULTS);
    if reader.faults.is_empty() { Ok(table) } else { Err(reader.faults) }
}

/// Turns slices of the text into values.
struct Reader<'a> {
    text: &'a str,
    offset: usize,
    faults: Vec<ParseFault>,
}

impl<'a> Reader<'a> {
    fn value(&mut self, written: &'a str, depth: usize) -> Value {
        let span = self.span(written);
        let node = match written.as_bytes().first() {
            Some(b'{' | b'[') if depth >= MAX_DEPTH => {
                self.faults
                    .push(ParseFault::too_deep(Span::new(span.start as usize, span.start as usize + 1)));
                Node::Null
            }
            Some(b'{') => self.parsed(written).map_or(Node::Null, |Pairs(pairs)| {
                let entry = |(key, value): (&'a RawValue, &'a RawValue)| Entry {
                    key: self.parsed(key.get()).unwrap_or_default(),
                    key_span: self.span(key.get()),
                    value: self.value(value.get(), depth + 1),
                };
                let entries = pairs.into_iter().map(entry).collect();
                Node::Table(table_of(entries, &mut self.faults))
            }),
            Some(b'[') => self.parsed(written).map_or(Node::Null, |Items(items)| {
                Node::List(items.into_iter().map(|item| self.value(item.get(), depth + 1)).collect())
            }),
            Some(b'"') => self.parsed(written).map_or(Node::Null, Node::String),
            Some(b't') => Node::Bool(true),
            Some(b'f') => Node::Bool(false),
            Some(b'n') => Node::Null,
            _ => self.number(written, span),
        };
        Value { span, node }
    }

    fn number(&mut self, written: &str, span: Span) -> Node {
        let is_whole = !written.contains(['.', 'e', 'E']);
        let node = if is_whole {
            written.parse().ok().map(Node::Integer)
        } else {
            written.parse().ok().filter(|number: &f64| number.is_finite()).map(Node::Float)
        };
        node.unwrap_or_else(|| {
            self.faults.push(ParseFault::unusable_number(span, written));
            Node::Null
        })
    }

    /// Parses a slice of the text; what is wrong with it becomes a fault.
    fn parsed<T: Deserialize<'a>>(&mut self, written: &'a str) -> Option<T> {
        serde_json::from_str(written).map_err(|error| self.refuse(written, &error)).ok()
    }

    fn refuse(&mut self, written: &str, error: &serde_json::Error) {
        // Lines count from 1; columns are bytes, from 1, of the last byte that was read.
        let lines = written.split_inclusive('\n').take(error.line().saturating_sub(1));
        let before = lines.map(str::len).sum::<usize>() + error.column().saturating_sub(1);
        let start = boundary(written, before);
        let end = written[start..]
            .chars()
            .next()
            .filter(|c| !c.is_control())
            .map_or(start, |c| start + c.len_utf8());
        let place = self.span(written).start as usize;
        let span = Span::new(place + start, place + end);
        let text = error.to_string();
        let message = text.split(" at line ").next().unwrap_or_default();
        let fault = if message.starts_with("recursion limit") {
            ParseFault::too_deep(span)
        } else {
            ParseFault::new(span, format!("not valid JSON: {message}")).help(
                "keys and texts stand in double quotes, entries are parted by commas, comments do not exist",
            )
        };
        self.faults.push(fault);
    }

    /// Where a slice of the text stands in the file.
    fn span(&self, written: &str) -> Span {
        let start = written.as_ptr().addr().saturating_sub(self.text.as_ptr().addr());
        Span::new(start, start + written.len()).shifted(self.offset)
    }
}

/// The members of an object, duplicates included.
struct Pairs<'a>(Vec<(&'a RawValue, &'a RawValue)>);

/// The items of an array.
struct Items<'a>(Vec<&'a RawValue>);

impl<'a> Deserialize<'a> for Pairs<'a> {
    fn deserialize<D: serde::Deserializer<'a>>(deserializer: D) -> Result<Self, D::Error> {
        struct Members;
        impl<'a> Visitor<'a> for Members {
            type Value = Pairs<'a>;

            fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str("an object")
            }

            fn visit_map<A: MapAccess<'a>>(self, mut map: A) -> Result<Pairs<'a>, A::Error> {
                let mut pairs = Vec::new();
                while let Some(pair) = map.next_entry()? {
                    pairs.push(pair);
                }
                Ok(Pairs(pairs))
            }
        }
        deserializer.deserialize_map(Members)
    }
}

impl<'a> Deserialize<'a> for Items<'a> {
    fn deserialize<D: serde::Deserializer<'a>>(deserializer: D) -> Result<Self, D::Error> {
        Vec::deserialize(deserializer).map(Items)
    }
}
