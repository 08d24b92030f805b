//! TOML into spanned values: front matter between `+++`, `book.toml`, the built-in kinds.
//!
//! The `toml` crate parses, goes on after a fault and gives byte spans. Two things are added: a look at
//! the tokens before, because dotted keys inside inline tables inside dotted keys nest deeper than its own
//! limits know of, and the first place of a key that is written twice.

use std::collections::BTreeMap;
use std::ops::Range;

use toml::Spanned;
use toml::de::{DeTable, DeValue, Error};
use toml_parser::Source;
use toml_parser::lexer::TokenKind;

use super::{Entry, MAX_DEPTH, MAX_FAULTS, Node, ParseFault, Table, Value, boundary};
use crate::text::Span;

/// Reads TOML that begins at byte `offset` of its file; all spans are places in the file.
///
/// Date-times become text in their own spelling. Numbers that JSON does not know (`inf`, `nan`, whole
/// numbers beyond 64 bits) are refused. All faults are returned, in source order.
pub fn parse_toml(text: &str, offset: usize) -> Result<Table, Vec<ParseFault>> {
    match recover_toml(text, offset) {
        (table, faults) if faults.is_empty() => Ok(table),
        (_, faults) => Err(faults),
    }
}

/// The same, with what could be understood in spite of the faults.
pub fn recover_toml(text: &str, offset: usize) -> (Table, Vec<ParseFault>) {
    if let Some(place) = too_deep(text) {
        return (Table::default(), vec![ParseFault::too_deep(Span::from(place).shifted(offset))]);
    }
    let (root, errors) = DeTable::parse_recoverable(text);
    let mut reader = Reader { text, offset, faults: Vec::new(), keys: BTreeMap::new() };
    let table = reader.table(root.get_ref());
    let mut faults: Vec<ParseFault> = errors.iter().map(|error| reader.fault(error)).collect();
    faults.append(&mut reader.faults);
    faults.sort_by_key(|fault| fault.span);
    (table, first_of_each_line(faults, text, offset))
}

/// Walks the parsed tree, and collects what it must refuse.
struct Reader<'a> {
    text: &'a str,
    offset: usize,
    faults: Vec<ParseFault>,
    /// Where each key stands, whatever its table: to find the first place of a duplicate.
    keys: BTreeMap<String, Vec<Span>>,
}

impl Reader<'_> {
    fn table(&mut self, table: &DeTable<'_>) -> Table {
        let mut entries: Vec<Entry> = Vec::new();
        for (key, value) in table.iter() {
            let key_span = self.span(key.span());
            let key = key.get_ref().to_string();
            self.keys.entry(key.clone()).or_default().push(key_span);
            entries.push(Entry { key, key_span, value: self.value(value) });
        }
        entries.sort_by_key(|entry| entry.key_span);
        Table { entries }
    }

    fn value(&mut self, value: &Spanned<DeValue<'_>>) -> Value {
        let span = self.span(value.span());
        let written = self.text.get(value.span()).unwrap_or_default();
        let node = match value.get_ref() {
            DeValue::String(text) => Node::String(text.to_string()),
            DeValue::Boolean(truth) => Node::Bool(*truth),
            DeValue::Datetime(_) => Node::String(written.to_owned()),
            DeValue::Integer(number) => match i64::from_str_radix(number.as_str(), number.radix()) {
                Ok(number) => Node::Integer(number),
                Err(_) => self.refuse_number(span, written),
            },
            DeValue::Float(number) => match number.as_str().parse::<f64>() {
                Ok(number) if number.is_finite() => Node::Float(number),
                _ => self.refuse_number(span, written),
            },
            DeValue::Array(items) => Node::List(items.iter().map(|item| self.value(item)).collect()),
            DeValue::Table(table) => Node::Table(self.table(table)),
        };
        Value { span, node }
    }

    fn refuse_number(&mut self, span: Span, written: &str) -> Node {
        self.faults.push(ParseFault::unusable_number(span, written));
        Node::Null
    }

    /// A span of the parser as a span of the file, on character boundaries whatever it says.
    fn span(&self, range: Range<usize>) -> Span {
        let boundary = |at| boundary(self.text, at);
        Span::new(boundary(range.start), boundary(range.end)).shifted(self.offset)
    }

    fn fault(&self, error: &Error) -> ParseFault {
        let span = self.span(error.span().unwrap_or_default());
        if error.message() != "duplicate key" {
            return ParseFault::new(span, format!("not valid TOML: {}", error.message()))
                .help("see https://toml.io/en/v1.0.0 for how values are written");
        }
        let written = Span::new(span.start as usize - self.offset, span.end as usize - self.offset);
        let key = written.slice(self.text).trim_matches(['"', '\'']);
        let earlier = self.keys.get(key).into_iter().flatten().filter(|place| place.end <= span.start);
        let mut earlier: Vec<Span> = earlier.copied().collect();
        let first = if earlier.len() == 1 { earlier.pop() } else { None };
        ParseFault::duplicate_key(key, first, span)
    }
}

/// One mistake often makes the parser stumble several times in its line: the first stumble is told.
fn first_of_each_line(faults: Vec<ParseFault>, text: &str, offset: usize) -> Vec<ParseFault> {
    let mut told: Vec<ParseFault> = Vec::new();
    for fault in faults {
        let same_line = told.last().is_some_and(|last| {
            let between = last.span.start as usize - offset..fault.span.start as usize - offset;
            !text[between].contains('\n')
        });
        if !same_line && told.len() < MAX_FAULTS {
            told.push(fault);
        }
    }
    told
}

/// The token at which lists, inline tables and dotted keys together nest too deep.
///
/// Parsing, reading and freeing are recursive, and a stack that overflows ends the process.
fn too_deep(text: &str) -> Option<Range<usize>> {
    let mut dots_by_level = vec![0];
    let mut depth = 0;
    for token in Source::new(text).lex() {
        match token.kind() {
            TokenKind::LeftSquareBracket | TokenKind::LeftCurlyBracket => {
                dots_by_level.push(0);
                depth += 1;
            }
            TokenKind::RightSquareBracket | TokenKind::RightCurlyBracket if dots_by_level.len() > 1 => {
                depth -= 1 + dots_by_level.pop().unwrap_or_default();
            }
            TokenKind::Dot => {
                if let Some(dots) = dots_by_level.last_mut() {
                    *dots += 1;
                    depth += 1;
                }
            }
            TokenKind::Comma | TokenKind::Newline => {
                if let Some(dots) = dots_by_level.last_mut() {
                    depth -= std::mem::take(dots);
                }
            }
            _ => {}
        }
        if depth > MAX_DEPTH {
            return Some(token.span().start()..token.span().end());
        }
    }
    None
}
