//! Text that has to have a form: words of a list, times, ids, addresses.

use super::{Problem, Walk};
use crate::inputs::config::{Field, FieldType};
use crate::inputs::document::time;
use crate::text::{Span, did_you_mean, only_guess, with_article};

impl Walk<'_> {
    pub(super) fn text(&mut self, ty: &FieldType, text: &str, span: Span, name: &str) {
        match ty {
            FieldType::Any | FieldType::String | FieldType::Reference(_) => {}
            FieldType::Line => {
                if text.trim() != text || text.is_empty() || text.contains('\n') {
                    let help = match text.is_empty() {
                        true => "write text, or remove the key",
                        false => "write it in one line, without space around it",
                    };
                    self.wrong(name, span, wanted(ty).to_owned(), vec![help.to_owned()]);
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
                    self.wrong(name, span, wanted(ty).to_owned(), vec![error.to_string()]);
                }
            }
            FieldType::Zone => {
                if !time::is_zone(text) {
                    self.wrong(name, span, wanted(ty).to_owned(), vec![time::zone_help(text)]);
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
                    self.wrong(name, span, wanted(ty).to_owned(), vec![how(ty)]);
                }
            }
            FieldType::Mail => {
                if !is_mail(text) {
                    self.wrong(name, span, wanted(ty).to_owned(), vec![how(ty)]);
                }
            }
            FieldType::Digest => {
                let digits = text.strip_prefix("sha256:").unwrap_or(text);
                if crate::text::ContentHash::from_hex(digits).is_none() {
                    self.wrong(name, span, wanted(ty).to_owned(), vec![how(ty)]);
                }
            }
            FieldType::Null => {
                self.wrong(name, span, wanted(ty).to_owned(), vec!["here is text".to_owned(), how(ty)]);
            }
            FieldType::Integer { .. } | FieldType::Boolean => {
                let is_quoted = match ty {
                    FieldType::Boolean => ["true", "false"].contains(&text),
                    _ => text.parse::<i64>().is_ok(),
                };
                let next = if is_quoted { "write it without quotes".to_owned() } else { how(ty) };
                let help = vec![format!("here is text: \"{text}\""), next];
                self.wrong(name, span, wanted(ty).to_owned(), help);
            }
            FieldType::List(_)
            | FieldType::Table(_)
            | FieldType::Map(_)
            | FieldType::OneOf(_)
            | FieldType::Bounded(..) => {
                let help = vec!["here is text".to_owned(), how(ty)];
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
}

/// Whether text has the form of a mail address as people write them: RFC 5321 without quoted names and
/// without addresses in brackets.
fn is_mail(text: &str) -> bool {
    let Some((name, domain)) = text.rsplit_once('@') else { return false };
    let in_name = |c: char| c.is_alphanumeric() || "!#$%&'*+-/=?^_`{|}~.".contains(c);
    let is_label = |label: &str| {
        !label.is_empty()
            && !label.starts_with('-')
            && !label.ends_with('-')
            && label.chars().all(|c| c.is_alphanumeric() || c == '-')
    };
    let name_fits = !name.is_empty()
        && name.chars().all(in_name)
        && !name.starts_with('.')
        && !name.ends_with('.')
        && !name.contains("..");
    name_fits && text.len() <= 254 && domain.contains('.') && domain.split('.').all(is_label)
}

/// What to write where something else stands: the next step of whoever reads the finding.
pub(super) fn how(ty: &FieldType) -> String {
    let names = |fields: &[Field]| {
        let names: Vec<&str> = fields.iter().map(|field| field.name.as_str()).collect();
        names.join(", ")
    };
    match ty.bare() {
        FieldType::Any | FieldType::String | FieldType::Line => "write text".to_owned(),
        FieldType::Null => "write nothing behind it".to_owned(),
        FieldType::Integer { min, .. } => format!("write a number, such as {}", min.unwrap_or(1)),
        FieldType::Boolean => "write `true` or `false`".to_owned(),
        FieldType::Enum(words) => format!("allowed: {}", words.join(", ")),
        FieldType::Date => "write year, month and day, as in `2026-12-31`".to_owned(),
        FieldType::Instant => "write date, time and offset, as in `2026-12-31T18:00:00+01:00`".to_owned(),
        FieldType::LocalTime => "write it as `2026-12-31T18:00`".to_owned(),
        FieldType::Duration => "write number and unit, as in `45m`, `1h30m` or `2d`".to_owned(),
        FieldType::Zone => "write an IANA name, like Europe/Berlin or UTC".to_owned(),
        FieldType::Person => "write a roster id, such as `ana`".to_owned(),
        FieldType::Link => "write it with `https://`".to_owned(),
        FieldType::Mail => "write it like ana@example.org".to_owned(),
        FieldType::Digest => "`sha256sum FILE` prints it".to_owned(),
        FieldType::Reference(kinds) if kinds.is_empty() => "write the id of a document".to_owned(),
        FieldType::Reference(kinds) => format!("write the id of {}", with_article(&kinds.join(" or "))),
        FieldType::List(_) => "write it in brackets: `[...]`".to_owned(),
        FieldType::Table(fields) => format!("write its keys, indented below it: {}", names(fields)),
        FieldType::Map(_) => "write keys with their values, indented below it".to_owned(),
        FieldType::OneOf(types) => types.iter().map(how).collect::<Vec<_>>().join("; or "),
        FieldType::Bounded(ty, _) => how(ty),
    }
}

/// What a message says that a field takes.
pub(super) fn wanted(ty: &FieldType) -> &'static str {
    match ty.bare() {
        FieldType::Any => "a value",
        FieldType::Null => "empty",
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
        FieldType::Mail => "a mail address",
        FieldType::Digest => "a SHA-256 digest",
        FieldType::Reference(_) => "the id of a document",
        FieldType::List(_) => "a list",
        FieldType::Table(_) | FieldType::Map(_) => "a table",
        FieldType::OneOf(_) | FieldType::Bounded(..) => "one of several forms",
    }
}
