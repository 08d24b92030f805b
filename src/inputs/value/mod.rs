//! Values with spans: what YAML, TOML and JSON have in common.
//!
//! Front matter in any of the three formats and `book.toml` become the same tree, so that everything
//! behind it (kinds, rules, configuration) is written once and every complaint can point at its bytes.
//!
//! Enters: the text of one block, and where in its file the text begins. Leaves: a [`Table`], or every
//! [`ParseFault`] that was found. What the formats disagree about is refused or made one: there are no
//! aliases, no tags, no keys but text, no number that JSON lacks, and nothing deeper than [`MAX_DEPTH`].

mod json;
mod toml;
mod yaml;

use serde::{Serialize, Serializer};

use crate::text::Span;

pub use json::parse_json;
pub use toml::{parse_toml, recover_toml};
pub use yaml::parse_yaml;

/// How deep values may nest: far more than a document needs, far less than a stack holds.
pub const MAX_DEPTH: usize = 64;

/// How many faults of one text are told.
const MAX_FAULTS: usize = 20;

/// What a parser could not accept.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct ParseFault {
    /// Where.
    pub span: Span,
    /// What is wrong: a lower-case phrase.
    pub message: String,
    /// What the marked text is: a few words beside the excerpt.
    pub label: Option<String>,
    /// What to do.
    pub help: Vec<String>,
    /// Other places in the same file, and what is there.
    pub related: Vec<(Span, String)>,
}

/// A value and the bytes that write it.
#[derive(Clone, Debug, PartialEq)]
pub struct Value {
    /// Where it stands. For a block collection of YAML: from its first to its last byte.
    pub span: Span,
    /// What it is.
    pub node: Node,
}

/// What a value can be.
#[derive(Clone, Debug, PartialEq)]
pub enum Node {
    /// Nothing: `null`, `~` or an empty YAML value.
    Null,
    /// `true` or `false`.
    Bool(bool),
    /// A whole number.
    Integer(i64),
    /// A number with a fraction.
    Float(f64),
    /// Text. Dates and instants are text too: a TOML date-time keeps its own spelling.
    String(String),
    /// A sequence.
    List(Vec<Value>),
    /// A mapping.
    Table(Table),
}

/// A mapping in the order of the source, without duplicate keys.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Table {
    entries: Vec<Entry>,
}

/// A key and its value.
#[derive(Clone, Debug, PartialEq)]
pub struct Entry {
    /// The key's text.
    pub key: String,
    /// Where the key stands.
    pub key_span: Span,
    /// What it maps to.
    pub value: Value,
}

impl Table {
    /// The entries in source order.
    pub fn entries(&self) -> &[Entry] {
        &self.entries
    }

    /// The entry of a key.
    pub fn entry(&self, key: &str) -> Option<&Entry> {
        self.entries.iter().find(|entry| entry.key == key)
    }

    /// The value of a key.
    pub fn get(&self, key: &str) -> Option<&Value> {
        self.entry(key).map(|entry| &entry.value)
    }

    /// The value of a key, to be changed.
    pub fn value_mut(&mut self, key: &str) -> Option<&mut Value> {
        self.entries.iter_mut().find(|entry| entry.key == key).map(|entry| &mut entry.value)
    }

    /// The value at a dotted path: `change.types`.
    pub fn at(&self, path: &str) -> Option<&Value> {
        // Names are short: a search made for long texts takes longer to begin than this to end.
        match path.bytes().position(|byte| byte == b'.') {
            None => self.get(path),
            Some(dot) => self.get(&path[..dot])?.as_table()?.at(&path[dot + 1..]),
        }
    }

    /// Adds an entry; `false` (and no change) if the key is there already.
    pub fn insert(&mut self, key: impl Into<String>, key_span: Span, value: Value) -> bool {
        let key = key.into();
        let is_new = self.entry(&key).is_none();
        if is_new {
            self.entries.push(Entry { key, key_span, value });
        }
        is_new
    }

    /// Puts a value at a path of keys, making tables on the way and replacing what is there.
    pub fn set(&mut self, path: &[String], value: Value, span: Span) {
        let Some((key, rest)) = path.split_first() else { return };
        let empty = || Value { span, node: Node::Table(Table::default()) };
        let is_last = rest.is_empty();
        if self.entry(key).is_none() {
            self.insert(key, span, empty());
        }
        let Some(entry) = self.entries.iter_mut().find(|entry| entry.key == *key) else { return };
        if is_last {
            entry.value = value;
            return;
        }
        if entry.value.as_table().is_none() {
            entry.value = empty();
        }
        if let Node::Table(table) = &mut entry.value.node {
            table.set(rest, value, span);
        }
    }

    /// Gives every key and value in it one place: for values that stand in no file.
    pub fn respan(&mut self, span: Span) {
        for entry in &mut self.entries {
            entry.key_span = span;
            entry.value.respan(span);
        }
    }

    /// Whether there is no entry.
    pub fn is_empty(&self) -> bool {
        self.entries.is_empty()
    }
}

impl Value {
    /// The text of a string.
    pub fn as_str(&self) -> Option<&str> {
        match &self.node {
            Node::String(text) => Some(text),
            _ => None,
        }
    }

    /// The number of a whole number.
    pub fn as_integer(&self) -> Option<i64> {
        match self.node {
            Node::Integer(number) => Some(number),
            _ => None,
        }
    }

    /// The truth value.
    pub fn as_bool(&self) -> Option<bool> {
        match self.node {
            Node::Bool(truth) => Some(truth),
            _ => None,
        }
    }

    /// The items of a list; of anything else, none.
    pub fn items(&self) -> &[Value] {
        match &self.node {
            Node::List(items) => items,
            _ => &[],
        }
    }

    /// The table.
    pub fn as_table(&self) -> Option<&Table> {
        match &self.node {
            Node::Table(table) => Some(table),
            _ => None,
        }
    }

    /// Gives the value and all in it one place: for values that stand in no file.
    pub fn respan(&mut self, span: Span) {
        self.span = span;
        match &mut self.node {
            Node::List(items) => items.iter_mut().for_each(|item| item.respan(span)),
            Node::Table(table) => table.respan(span),
            Node::Null | Node::Bool(_) | Node::Integer(_) | Node::Float(_) | Node::String(_) => {}
        }
    }

    /// What a message calls it: "a list", "text", ...
    pub fn type_name(&self) -> &'static str {
        match self.node {
            Node::Null => "nothing",
            Node::Bool(_) => "true or false",
            Node::Integer(_) => "a whole number",
            Node::Float(_) => "a number with a fraction",
            Node::String(_) => "text",
            Node::List(_) => "a list",
            Node::Table(_) => "a table",
        }
    }

    /// The value without spans, for templates and JSON.
    pub fn to_json(&self) -> serde_json::Value {
        serde_json::to_value(self).expect("values are trees of text and numbers")
    }
}

impl Table {
    /// The table without spans, in source order.
    pub fn to_json(&self) -> serde_json::Value {
        serde_json::to_value(self).expect("tables are trees of text and numbers")
    }
}

/// Without spans.
impl Serialize for Value {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        match &self.node {
            Node::Null => serializer.serialize_unit(),
            Node::Bool(truth) => serializer.serialize_bool(*truth),
            Node::Integer(number) => number.serialize(serializer),
            Node::Float(number) => serializer.serialize_f64(*number),
            Node::String(text) => serializer.serialize_str(text),
            Node::List(items) => serializer.collect_seq(items),
            Node::Table(table) => table.serialize(serializer),
        }
    }
}

/// Without spans, in source order.
impl Serialize for Table {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_map(self.entries.iter().map(|entry| (&entry.key, &entry.value)))
    }
}

impl ParseFault {
    /// A fault with its place; the other methods add to it.
    pub fn new(span: Span, message: impl Into<String>) -> ParseFault {
        ParseFault { span, message: message.into(), ..ParseFault::default() }
    }

    /// With words beside the excerpt.
    pub fn labelled(mut self, label: impl Into<String>) -> ParseFault {
        self.label = Some(label.into());
        self
    }

    /// With one more line of help.
    pub fn help(mut self, help: impl Into<String>) -> ParseFault {
        self.help.push(help.into());
        self
    }

    /// With one more place.
    pub fn related(mut self, span: Span, message: impl Into<String>) -> ParseFault {
        self.related.push((span, message.into()));
        self
    }

    /// The fault of a key that stands twice in one table.
    fn duplicate_key(key: &str, first: Option<Span>, again: Span) -> ParseFault {
        let fault = ParseFault::new(again, format!("key `{key}` is written twice"))
            .labelled("written again here")
            .help("keep one of the two");
        match first {
            Some(first) => fault.related(first, "first written here"),
            None => fault,
        }
    }

    /// The fault of a number that not every format can write.
    fn unusable_number(span: Span, written: &str) -> ParseFault {
        ParseFault::new(span, format!("`{written}` is not a number that a field can hold"))
            .help("use a finite number, whole ones below 2^63; or write it as text in quotes")
    }

    /// The fault of values inside values inside values.
    fn too_deep(span: Span) -> ParseFault {
        ParseFault::new(span, format!("values are nested deeper than {MAX_DEPTH} levels"))
            .labelled("too deep")
            .help("use fewer levels of lists and tables")
    }
}

/// Makes a table of entries in source order; of a key written twice the first entry stays.
fn table_of(entries: Vec<Entry>, faults: &mut Vec<ParseFault>) -> Table {
    let mut order: Vec<&Entry> = entries.iter().collect();
    order.sort_by(|a, b| a.key.cmp(&b.key));
    let mut repeated = Vec::new();
    for same in order.chunk_by(|a, b| a.key == b.key) {
        for again in &same[1..] {
            repeated.push(again.key_span);
            faults.push(ParseFault::duplicate_key(&again.key, Some(same[0].key_span), again.key_span));
        }
    }
    repeated.sort();
    let is_first = |entry: &Entry| repeated.binary_search(&entry.key_span).is_err();
    Table { entries: entries.into_iter().filter(is_first).collect() }
}

/// The last character boundary of a text at or before a byte offset.
fn boundary(text: &str, at: usize) -> usize {
    let mut at = at.min(text.len());
    while !text.is_char_boundary(at) {
        at -= 1;
    }
    at
}

#[cfg(test)]
mod tests;
