//! YAML into spanned values: front matter between `---`.
//!
//! granit-parser turns the text into events with byte spans; this file makes a tree of them. It reads a
//! small YAML: one document of keys and values, the core schema of YAML 1.2 (`true` and `false` are the only
//! truth values, dates stay text), and none of what makes YAML dangerous or surprising. Anchors, aliases,
//! merge keys, tags, directives, tabs as white space, keys that are not text and keys written twice are
//! refused, each at its place. Events are pulled one by one onto a stack of open collections, so neither
//! depth nor aliases cost memory before they are refused.

use granit_parser::{ErrorKind, Event, Parser, ScalarStyle, ScanError, Tag};

use super::{Entry, MAX_DEPTH, MAX_FAULTS, Node, ParseFault, Table, Value, boundary, table_of};
use crate::text::Span;

/// Reads YAML that begins at byte `offset` of its file; all spans are places in the file.
///
/// An empty text is an empty table. All faults up to the first one of syntax are returned, in source order.
pub fn parse_yaml(text: &str, offset: usize) -> Result<Table, Vec<ParseFault>> {
    let mut options = granit_parser::options! {
        strict_indentation: false,
        disallow_directives: true,
        emit_unresolved_aliases: true,
        emit_anchor_events: true,
        flow_nesting_limit: MAX_DEPTH,
        block_nesting_limit: MAX_DEPTH,
    };
    options.set_emit_comments(true);
    let mut builder =
        Builder { text, offset, open: Vec::new(), root: None, faults: Vec::new(), solid: Vec::new() };
    let mut parser = Parser::new_from_str_with_options(text, options);
    let mut is_whole = true;
    while let Some(next) = parser.next_event() {
        let is_accepted = match next {
            Ok((event, span)) => builder.accept(event, &span),
            Err(error) => {
                builder.refuse_syntax(&error);
                false
            }
        };
        if !is_accepted || builder.faults.len() >= MAX_FAULTS {
            is_whole = false;
            break;
        }
    }
    builder.finish(is_whole)
}

/// A collection whose end has not been seen.
enum Open {
    List { start: usize, items: Vec<Value> },
    Table { start: usize, entries: Vec<Entry>, key: Option<Key> },
}

/// A key whose value has not been seen.
struct Key {
    text: String,
    span: Span,
    /// Whether it was refused, so that its value is dropped.
    is_refused: bool,
}

/// The tree in the making.
struct Builder<'a> {
    text: &'a str,
    offset: usize,
    open: Vec<Open>,
    root: Option<Value>,
    faults: Vec<ParseFault>,
    /// Scalars and comments in source order, as places in `text`: where a tab is no white space.
    solid: Vec<(usize, usize)>,
}

impl Builder<'_> {
    /// Takes one event; `false` when nothing after it can be understood.
    fn accept(&mut self, event: Event<'_>, place: &granit_parser::Span) -> bool {
        let (start, end) = self.place(place);
        let span = Span::new(start, end).shifted(self.offset);
        match event {
            Event::DocumentStart(is_explicit, _) if is_explicit || self.root.is_some() => {
                self.faults.push(
                    ParseFault::new(span, "front matter holds more than one YAML document")
                        .labelled("a document begins here")
                        .help("remove the marker; front matter is one list of keys and values"),
                );
                return false;
            }
            Event::Alias(_) | Event::UnresolvedAlias(_) => {
                self.refuse_feature(span, "alias", "write the value out where it is used");
                self.put(Value { span, node: Node::Null }, None);
            }
            Event::Anchor(..) => {
                self.refuse_feature(span, "anchor", "remove it, and write the value out where it is used")
            }
            Event::Comment(..) => self.solid.push((start, end)),
            Event::Scalar(text, style, _, tag) => {
                self.solid.push((start, end));
                self.refuse_tag(tag.as_deref(), place);
                let node = match style {
                    ScalarStyle::Plain => self.resolve(&text, span),
                    _ => Node::String(text.to_string()),
                };
                self.put(Value { span, node }, Some((&text, style)));
            }
            Event::SequenceStart(_, _, tag) => {
                self.refuse_tag(tag.as_deref(), place);
                return self.open(Open::List { start, items: Vec::new() }, span);
            }
            Event::MappingStart(_, _, tag) => {
                self.refuse_tag(tag.as_deref(), place);
                return self.open(Open::Table { start, entries: Vec::new(), key: None }, span);
            }
            Event::SequenceEnd | Event::MappingEnd => self.close(end),
            _ => {}
        }
        true
    }

    fn open(&mut self, collection: Open, span: Span) -> bool {
        if self.open.len() >= MAX_DEPTH {
            self.faults.push(ParseFault::too_deep(span));
            return false;
        }
        self.open.push(collection);
        true
    }

    fn close(&mut self, end: usize) {
        let value = match self.open.pop() {
            Some(Open::List { start, items }) => {
                let end = self.end_of(start, end, items.last().map(|item| item.span));
                Value { span: Span::new(start, end).shifted(self.offset), node: Node::List(items) }
            }
            Some(Open::Table { start, entries, .. }) => {
                let end = self.end_of(start, end, entries.last().map(|entry| entry.value.span));
                let table = table_of(entries, &mut self.faults);
                Value { span: Span::new(start, end).shifted(self.offset), node: Node::Table(table) }
            }
            None => return,
        };
        self.put(value, None);
    }

    /// Where a collection ends: at its bracket, or (in block style) where its last value ends.
    fn end_of(&self, start: usize, end: usize, last: Option<Span>) -> usize {
        let is_flow = self.text[start..].starts_with(['[', '{']);
        match last {
            Some(last) if !is_flow => last.end as usize - self.offset,
            _ => end,
        }
    }

    /// Puts a node where the parser is: as the root, an item, a key or the value of a key.
    fn put(&mut self, value: Value, scalar: Option<(&str, ScalarStyle)>) {
        match self.open.last_mut() {
            None => self.root = Some(value),
            Some(Open::List { items, .. }) => items.push(value),
            Some(Open::Table { entries, key, .. }) => match key.take() {
                Some(Key { is_refused: true, .. }) => {}
                Some(Key { text: key, span: key_span, .. }) => entries.push(Entry { key, key_span, value }),
                None => {
                    let fault = refused_key(&value, scalar);
                    let text = value.as_str().unwrap_or_default().to_owned();
                    *key = Some(Key { text, span: value.span, is_refused: fault.is_some() });
                    // An alias or a number without a meaning is refused already, as what it is.
                    if !self.faults.iter().any(|told| told.span == value.span) {
                        self.faults.extend(fault);
                    }
                }
            },
        }
    }

    fn refuse_feature(&mut self, span: Span, what: &str, help: &str) {
        let message = format!("YAML {what} `{}` is not allowed in front matter", self.written(span));
        self.faults.push(ParseFault::new(span, message).help(help));
    }

    fn refuse_tag(&mut self, tag: Option<&Tag>, place: &granit_parser::Span) {
        if tag.is_none() {
            return;
        }
        let tag_place = place.tag_span().unwrap_or(*place);
        let (start, end) = self.place(&tag_place);
        let span = Span::new(start, end).shifted(self.offset);
        self.refuse_feature(span, "tag", "remove it; quotes make a value text");
    }

    fn refuse_syntax(&mut self, error: &ScanError) {
        let marker = self.boundary(error.marker().byte_offset().unwrap_or_default());
        let line = self.text[..marker].rfind('\n').map_or(0, |at| at + 1);
        let is_about_tabs = is_about_tabs(error);
        let tab = self.text[line..marker].find('\t').filter(|_| is_about_tabs).map(|at| line + at);
        let tab = tab.or_else(|| self.indenting_tab(marker, is_about_tabs));
        let text = &self.text[line..marker];
        let indent = text.len() - text.trim_start_matches(' ').len();
        // With one colon it is the line itself that stands too far in.
        let is_deep = matches!(error.kind(), ErrorKind::MappingValueNotAllowed) && !text.contains(": ");
        let start = tab.unwrap_or(if is_deep { line + indent } else { marker });
        let marked = self.text[start..].chars().next().filter(|c| !matches!(c, '\r' | '\n'));
        let span = Span::new(start, start + marked.map_or(0, char::len_utf8)).shifted(self.offset);
        self.faults.push(match tab {
            Some(_) => indenting_tab_fault(span),
            None if is_about_tabs => explain(error, span),
            None if is_deep => indentation_fault(span),
            None => explain(error, span),
        });
    }

    /// The tab that indents a line behind the place that the parser blames: it reads a plain value to its end,
    /// which may be lines ahead, and speaks of where it began.
    fn indenting_tab(&self, marker: usize, is_about_tabs: bool) -> Option<usize> {
        let rest = self.text[marker..].split('\n').next()?;
        if !is_about_tabs && !rest.trim_start().is_empty() && !rest.trim_start().starts_with('#') {
            return None;
        }
        let mut start = marker + rest.len() + 1;
        let lines = self.text.get(start..)?.split('\n').take(if is_about_tabs { usize::MAX } else { 1 });
        for line in lines {
            let indent = &line[..line.len() - line.trim_start_matches([' ', '\t']).len()];
            if let Some(at) = indent.find('\t') {
                return Some(start + at);
            }
            start += line.len() + 1;
        }
        None
    }

    /// What a plain scalar means in the core schema of YAML 1.2 (chapter 10.3.2).
    fn resolve(&mut self, text: &str, span: Span) -> Node {
        match text {
            "" | "~" | "null" | "Null" | "NULL" => return Node::Null,
            "true" | "True" | "TRUE" => return Node::Bool(true),
            "false" | "False" | "FALSE" => return Node::Bool(false),
            _ => {}
        }
        match number(text) {
            Number::No => Node::String(text.to_owned()),
            Number::Usable(node) => node,
            Number::Unusable => {
                self.faults.push(ParseFault::unusable_number(span, text));
                Node::Null
            }
        }
    }

    fn finish(mut self, is_whole: bool) -> Result<Table, Vec<ParseFault>> {
        if is_whole {
            self.refuse_tabs();
        }
        let table = match self.root {
            None => Table::default(),
            Some(Value { node: Node::Table(table), .. }) => table,
            Some(Value { node: Node::Null, span }) if span.is_empty() => Table::default(),
            Some(value) => {
                let message = format!("{} stands where keys and values are due", value.type_name());
                self.faults.push(ParseFault::new(value.span, message).help("write `key: value` lines"));
                Table::default()
            }
        };
        self.faults.sort_by_key(|fault| fault.span);
        if self.faults.is_empty() { Ok(table) } else { Err(self.faults) }
    }

    /// YAML lets a tab separate a key from its value; people cannot see it, so it is refused.
    fn refuse_tabs(&mut self) {
        let mut solid = self.solid.iter().peekable();
        for (at, _) in self.text.match_indices('\t') {
            while solid.next_if(|(_, end)| *end <= at).is_some() {}
            if solid.peek().is_none_or(|(start, _)| at < *start) && self.faults.len() < MAX_FAULTS {
                let span = Span::new(at, at + 1).shifted(self.offset);
                self.faults.push(tab_fault(span));
            }
        }
    }

    /// A span of the parser as byte offsets in `text`, on character boundaries whatever it says.
    fn place(&self, span: &granit_parser::Span) -> (usize, usize) {
        let range = span.byte_range().unwrap_or_default();
        let start = self.boundary(range.start);
        (start, self.boundary(range.end).max(start))
    }

    fn boundary(&self, at: usize) -> usize {
        boundary(self.text, at)
    }

    fn written(&self, span: Span) -> &str {
        self.text.get(span.start as usize - self.offset..span.end as usize - self.offset).unwrap_or_default()
    }
}

/// What a plain scalar is as a number.
enum Number {
    No,
    Usable(Node),
    Unusable,
}

fn number(text: &str) -> Number {
    let digits = text.strip_prefix(['-', '+']).unwrap_or(text);
    let all = |text: &str, radix| !text.is_empty() && text.chars().all(|c| c.is_digit(radix));
    let integer = |parsed: Result<i64, _>| match parsed {
        Ok(number) => Number::Usable(Node::Integer(number)),
        Err(_) => Number::Unusable,
    };
    if all(digits, 10) {
        return integer(text.parse::<i64>());
    }
    if let Some(octal) = text.strip_prefix("0o").filter(|rest| all(rest, 8)) {
        return integer(i64::from_str_radix(octal, 8));
    }
    if let Some(hex) = text.strip_prefix("0x").filter(|rest| all(rest, 16)) {
        return integer(i64::from_str_radix(hex, 16));
    }
    if matches!(digits, ".inf" | ".Inf" | ".INF") || matches!(text, ".nan" | ".NaN" | ".NAN") {
        return Number::Unusable;
    }
    // Rust reads `inf`, `nan` and `infinity` as floats too, which are words here.
    let is_decimal = digits.starts_with(|c: char| c.is_ascii_digit() || c == '.')
        && digits.contains(|c: char| c.is_ascii_digit());
    match text.parse::<f64>() {
        Ok(number) if is_decimal && number.is_finite() => Number::Usable(Node::Float(number)),
        Ok(_) if is_decimal => Number::Unusable,
        _ => Number::No,
    }
}

/// Why a node cannot be a key: keys are text, as they are in TOML and JSON.
fn refused_key(key: &Value, scalar: Option<(&str, ScalarStyle)>) -> Option<ParseFault> {
    let message = match (&key.node, scalar) {
        (Node::String(_), Some(("<<", ScalarStyle::Plain))) => {
            let fault = ParseFault::new(key.span, "YAML merge key `<<` is not allowed in front matter");
            return Some(fault.help("write the keys out"));
        }
        (Node::String(_), _) => return None,
        (Node::Null, Some(("", _)) | None) => "a key is empty".to_owned(),
        (_, Some((text, _))) => format!("key `{text}` is {}", key.type_name()),
        (_, None) => format!("a key is {}", key.type_name()),
    };
    let fault = ParseFault::new(key.span, message).labelled("keys must be text");
    Some(fault.help("write the key in quotes, or name it with a word"))
}

fn tab_fault(span: Span) -> ParseFault {
    ParseFault::new(span, "a tab stands between values in YAML")
        .labelled("tab")
        .help("use spaces; most editors can show tabs and replace them")
}

fn is_about_tabs(error: &ScanError) -> bool {
    matches!(
        error.kind(),
        ErrorKind::TabNotAllowed
            | ErrorKind::TabInBlockIndentation
            | ErrorKind::TabInIndentation
            | ErrorKind::TabAtBlockScalarStart
            | ErrorKind::TabInPlainScalar
    )
}

/// What helps where lines stand too far in or out.
const INDENT: &str = "indent the entries of one list or table by the same number of spaces";

fn indenting_tab_fault(span: Span) -> ParseFault {
    ParseFault::new(span, "a tab is used to indent YAML")
        .labelled("tab")
        .help("indent with spaces; most editors can replace tabs by them")
}

fn indentation_fault(span: Span) -> ParseFault {
    ParseFault::new(span, "not valid YAML: the indentation fits no open list or table").help(INDENT)
}

/// A fault of syntax in words for people who do not know YAML's own.
fn explain(error: &ScanError, span: Span) -> ParseFault {
    let quote =
        "put a value in quotes that holds `: ` or ` #`, or begins with a sign such as `[`, `{`, `*`, `@`";
    let bracket = "close the bracket, and part the entries by commas";
    let (message, help) = match error.kind() {
        _ if is_about_tabs(error) => return indenting_tab_fault(span),
        ErrorKind::RecursionLimitExceeded => return ParseFault::too_deep(span),
        ErrorKind::DirectiveDisallowed => ("a line begins with `%`".to_owned(), quote),
        ErrorKind::UnclosedQuotedScalar => {
            ("quotes are opened and never closed".to_owned(), "close the quotes")
        }
        ErrorKind::UnclosedFlowCollection { open } => (format!("`{open}` is never closed"), bracket),
        ErrorKind::UnexpectedEofFlowSequence => ("`[` is never closed".to_owned(), bracket),
        ErrorKind::UnexpectedEofFlowMapping => ("`{` is never closed".to_owned(), bracket),
        ErrorKind::InvalidColonPlacement => {
            ("a key stands where brackets are still open".to_owned(), bracket)
        }
        ErrorKind::MappingValueNotAllowed => ("a second `: ` stands in one line".to_owned(), quote),
        ErrorKind::BlockSequenceEntryNotAllowed => {
            ("a list item stands in the line of its key".to_owned(), "begin the list in the next line")
        }
        ErrorKind::SimpleKeyExpected | ErrorKind::InvalidSimpleKey => {
            ("a line is neither `key: value` nor part of a value".to_owned(), INDENT)
        }
        ErrorKind::UnexpectedCharacter { character: '`' } => {
            ("a value cannot begin with a backtick".to_owned(), quote)
        }
        ErrorKind::UnexpectedCharacter { character } if character.is_control() => {
            (format!("the control character U+{:04X} stands here", u32::from(*character)), "remove it")
        }
        ErrorKind::UnexpectedCharacter { character } => {
            (format!("a value cannot begin with `{}`", character.escape_default()), quote)
        }
        ErrorKind::InvalidIndentation
        | ErrorKind::ExpectedBlockMappingKey
        | ErrorKind::ExpectedBlockSequenceEntry => return indentation_fault(span),
        ErrorKind::MappingKeyNotAllowed => (
            "a value cannot begin with `?`".to_owned(),
            "put it in quotes, or leave the key out where nothing is known",
        ),
        ErrorKind::InvalidTrailingSingleQuotedScalar | ErrorKind::InvalidTrailingDoubleQuotedScalar => {
            ("text stands behind the closing quotes".to_owned(), "put the whole value in quotes")
        }
        ErrorKind::UnknownQuotedScalarEscape => (
            "unknown escape in double quotes".to_owned(),
            "double the backslash, or use single quotes, in which it means itself",
        ),
        _ => (error.info(), "see https://yaml.org/spec/1.2.2 for how values are written"),
    };
    ParseFault::new(span, format!("not valid YAML: {message}")).help(help)
}
