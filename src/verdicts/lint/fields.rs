//! Front matter held against its kind: one walk, whose problems several rules report.

use crate::inputs::config::{Field, FieldType};
use crate::inputs::document::{Document, time};
use crate::inputs::value::{Node, Table, Value};
use crate::text::{Span, did_you_mean, only_guess};

/// Keys that would claim what only evidence may say; MCM006 speaks of them, unless the kind defines them.
pub(super) const CLAIMS: [&str; 5] = ["status", "state", "approved", "approved_by", "approvers_done"];

/// Something in the front matter that does not fit the kind.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Problem {
    /// A key that the kind does not name.
    Unknown { name: String, span: Span, guess: Option<String>, known: Vec<String> },
    /// A required key that is not there.
    Missing { name: String, span: Span, doc: String },
    /// A value that the field does not take; `guess` is the text and the one word that it may mean.
    Wrong { name: String, span: Span, wanted: String, help: Vec<String>, guess: Option<(String, String)> },
    /// Text that should be a duration or a time and is none.
    NotTime { name: String, span: Span, value: String, wanted: &'static str, why: String },
}

/// All problems of a document's front matter, in source order.
pub(super) fn problems(document: &Document) -> Vec<Problem> {
    let Some(kind) = &document.kind else { return Vec::new() };
    if document.matter.block.is_none() || document.faults.iter().any(|fault| fault.code.0 == "MCM002") {
        return Vec::new();
    }
    let mut walk = Walk { problems: Vec::new() };
    let at = document.head_span();
    walk.table(&kind.fields, kind.unknown_fields, &document.matter.table, "", at);
    walk.problems
}

struct Walk {
    problems: Vec<Problem>,
}

impl Walk {
    fn table(&mut self, fields: &[Field], open: bool, table: &Table, prefix: &str, at: Span) {
        for entry in table.entries() {
            let name = format!("{prefix}{}", entry.key);
            match fields.iter().find(|field| field.name == entry.key) {
                Some(field) => self.value(&field.ty, &entry.value, entry.key_span, &name),
                None if open || (prefix.is_empty() && CLAIMS.contains(&entry.key.as_str())) => {}
                None => {
                    let known: Vec<String> = fields.iter().map(|field| field.name.clone()).collect();
                    let guess = did_you_mean(&entry.key, known.iter().map(String::as_str)).map(str::to_owned);
                    self.problems.push(Problem::Unknown { name, span: entry.key_span, guess, known });
                }
            }
        }
        for field in fields.iter().filter(|field| field.required && table.get(&field.name).is_none()) {
            let name = format!("{prefix}{}", field.name);
            self.problems.push(Problem::Missing { name, span: at, doc: field.doc.clone() });
        }
    }

    fn value(&mut self, ty: &FieldType, value: &Value, key: Span, name: &str) {
        let span = if value.span.is_empty() { key } else { value.span };
        match (ty, &value.node) {
            (FieldType::List(item), Node::List(items)) => {
                for (index, value) in items.iter().enumerate() {
                    self.value(item, value, value.span, &format!("{name}[{}]", index + 1));
                }
            }
            (FieldType::Table(fields), Node::Table(table)) => {
                // An item of a list has no key of its own: what it lacks is told at its first one.
                let first = table.entries().first().filter(|_| key == value.span);
                let at = first.map_or(key, |entry| entry.key_span);
                self.table(fields, false, table, &format!("{name}."), at);
            }
            (FieldType::Map(item), Node::Table(table)) => {
                for entry in table.entries() {
                    self.value(item, &entry.value, entry.key_span, &format!("{name}.{}", entry.key));
                }
            }
            (FieldType::OneOf(types), _) => match types.iter().find(|ty| ty.has_shape_of(value)) {
                Some(ty) => self.value(ty, value, key, name),
                None => {
                    let wanted: Vec<&str> = types.iter().map(|ty| wanted(ty)).collect();
                    self.wrong(name, span, wanted.join(" or "), Vec::new());
                }
            },
            (_, Node::String(text)) => self.text(ty, text, span, name),
            (FieldType::Any, _) | (FieldType::Boolean, Node::Bool(_)) => {}
            (FieldType::Integer { min, max }, Node::Integer(number)) => {
                let low = min.is_some_and(|min| *number < min);
                let high = max.is_some_and(|max| *number > max);
                if low || high {
                    let bound = |bound: &Option<i64>| bound.map_or("any".to_owned(), |b| b.to_string());
                    let help = vec![format!("from {} to {}", bound(min), bound(max))];
                    self.wrong(name, span, "a whole number within its bounds".to_owned(), help);
                }
            }
            (ty, node) => {
                let mut help = vec![format!("here is {}", value.type_name())];
                if matches!(ty, FieldType::List(_)) && !matches!(node, Node::Null | Node::Table(_)) {
                    help.push("write it in brackets: `[...]`".to_owned());
                }
                if matches!(ty, FieldType::String | FieldType::Line)
                    && matches!(node, Node::Integer(_) | Node::Float(_) | Node::Bool(_))
                {
                    help.push("put it in quotes".to_owned());
                }
                if let FieldType::Enum(values) = ty {
                    help.push(format!("allowed: {}", values.join(", ")));
                }
                self.wrong(name, span, wanted(ty).to_owned(), help);
            }
        }
    }

    fn text(&mut self, ty: &FieldType, text: &str, span: Span, name: &str) {
        match ty {
            FieldType::Any | FieldType::String | FieldType::Reference(_) => {}
            FieldType::Line => {
                if text.trim() != text || text.is_empty() || text.contains('\n') {
                    self.wrong(name, span, wanted(ty).to_owned(), Vec::new());
                }
            }
            FieldType::Enum(values) => {
                if !values.iter().any(|value| value == text) {
                    let mut help = vec![format!("allowed: {}", values.join(", "))];
                    if let Some(guess) = did_you_mean(text, values.iter().map(String::as_str)) {
                        help.push(format!("did you mean `{guess}`?"));
                    }
                    let guess = only_guess(text, values.iter().map(String::as_str));
                    let guess = guess.map(|guess| (text.to_owned(), guess.to_owned()));
                    let (name, wanted) = (name.to_owned(), "one of its words".to_owned());
                    self.problems.push(Problem::Wrong { name, span, wanted, help, guess });
                }
            }
            FieldType::Duration => {
                let read = time::parse_duration(text).map(|_| ()).map_err(|error| error.to_string());
                self.time(read, "a duration", text, span, name);
            }
            FieldType::Instant => {
                let read = time::parse_instant(text).map(|_| ()).map_err(|error| error.to_string());
                self.time(read, "a time with its offset", text, span, name);
            }
            FieldType::LocalTime => {
                let read = time::parse_local_time(text).map(|_| ()).map_err(|error| error.to_string());
                self.time(read, "a local time", text, span, name);
            }
            FieldType::Date => {
                if let Err(error) = time::parse_date(text) {
                    let help = vec![error.to_string(), "write it like 2026-12-31".to_owned()];
                    self.wrong(name, span, wanted(ty).to_owned(), help);
                }
            }
            FieldType::Zone => {
                if !time::is_zone(text) {
                    let help = vec!["write an IANA name, like Europe/Berlin or UTC".to_owned()];
                    self.wrong(name, span, wanted(ty).to_owned(), help);
                }
            }
            FieldType::Person => {
                let id = text.strip_prefix('@').unwrap_or(text);
                let fits = |byte: u8| byte.is_ascii_lowercase() || byte.is_ascii_digit() || byte == b'-';
                if id.is_empty() || !id.bytes().all(fits) {
                    let help = vec!["a roster id has lower-case letters, digits and hyphens".to_owned()];
                    self.wrong(name, span, wanted(ty).to_owned(), help);
                }
            }
            FieldType::Link => {
                let known = ["https://", "http://", "mailto:", "tel:"];
                if !known.iter().any(|scheme| text.starts_with(scheme)) {
                    let help = vec!["write it with `https://`".to_owned()];
                    self.wrong(name, span, wanted(ty).to_owned(), help);
                }
            }
            FieldType::Digest => {
                let digits = text.strip_prefix("sha256:").unwrap_or(text);
                if crate::text::ContentHash::from_hex(digits).is_none() {
                    let help = vec!["`sha256sum FILE` prints it".to_owned()];
                    self.wrong(name, span, wanted(ty).to_owned(), help);
                }
            }
            FieldType::Integer { .. } | FieldType::Boolean => {
                let help = vec![format!("here is text: \"{text}\""), "write it without quotes".to_owned()];
                self.wrong(name, span, wanted(ty).to_owned(), help);
            }
            FieldType::List(_) | FieldType::Table(_) | FieldType::Map(_) | FieldType::OneOf(_) => {
                let mut help = vec!["here is text".to_owned()];
                if matches!(ty, FieldType::List(_)) {
                    help.push("write it in brackets: `[...]`".to_owned());
                }
                self.wrong(name, span, wanted(ty).to_owned(), help);
            }
        }
    }

    fn time(&mut self, read: Result<(), String>, wanted: &'static str, value: &str, span: Span, name: &str) {
        if let Err(why) = read {
            let (name, value) = (name.to_owned(), value.to_owned());
            self.problems.push(Problem::NotTime { name, span, value, wanted, why });
        }
    }

    fn wrong(&mut self, name: &str, span: Span, wanted: String, help: Vec<String>) {
        self.problems.push(Problem::Wrong { name: name.to_owned(), span, wanted, help, guess: None });
    }
}

/// What a message says that a field takes.
fn wanted(ty: &FieldType) -> &'static str {
    match ty {
        FieldType::Any => "a value",
        FieldType::String => "text",
        FieldType::Line => "one line of text",
        FieldType::Integer { .. } => "a whole number",
        FieldType::Boolean => "true or false",
        FieldType::Enum(_) => "one of its words",
        FieldType::Date => "a date",
        FieldType::Instant => "a time with its offset",
        FieldType::LocalTime => "a local time",
        FieldType::Duration => "a duration",
        FieldType::Zone => "a time zone",
        FieldType::Person => "a roster id",
        FieldType::Link => "an address with a scheme",
        FieldType::Digest => "a SHA-256 digest",
        FieldType::Reference(_) => "the id of a document",
        FieldType::List(_) => "a list",
        FieldType::Table(_) | FieldType::Map(_) => "a table",
        FieldType::OneOf(_) => "one of several forms",
    }
}
