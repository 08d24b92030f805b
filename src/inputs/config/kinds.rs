//! Document kinds: what front matter and sections a document has. Kinds are data.
//!
//! The built-in kinds of domain.md 1.2 are `kinds.toml`, compiled in; `[kind.NAME]` in `book.toml` has the
//! same schema and adds a kind or changes one. One mechanism judges both.

use std::collections::BTreeMap;
use std::sync::Arc;

use crate::inputs::value::{Node, Value};
use crate::text::{BookPath, ContentHash};

/// The built-in kinds, in the schema of `[kind.*]`.
pub const BUILTIN_KINDS: &str = include_str!("kinds.toml");

/// All kinds of a book, by name.
#[derive(Clone, Debug, Default)]
pub struct Kinds {
    /// The kinds.
    pub by_name: BTreeMap<Arc<str>, Arc<Kind>>,
    /// Hash of everything that the kinds say: part of each document's memo key.
    pub hash: Option<ContentHash>,
}

/// One kind of document.
#[derive(Clone, Debug, PartialEq)]
pub struct Kind {
    /// `request`, `runbook`, ...
    pub name: Arc<str>,
    /// What people call one: "Request".
    pub title: String,
    /// What people call several: "Requests".
    pub plural: String,
    /// One sentence for `new`, `schema` and the manual.
    pub summary: String,
    /// Path patterns (below the source folder) that decide the kind without a `kind` key. `*` stands for
    /// one or more characters of one part, `{year}` for four digits, `{change}` for a change id,
    /// `{n}` for a number.
    pub paths: Vec<String>,
    /// Whether the path pattern places it in the folder of a change.
    pub of_change: bool,
    /// The fields beyond the common ones, in the order in which `new` writes them.
    pub fields: Vec<Field>,
    /// The sections in their order.
    pub sections: Vec<Section>,
    /// Whether the front matter may be missing altogether (plain pages).
    pub matter_optional: bool,
    /// Whether keys that the kind does not name are allowed.
    pub unknown_fields: bool,
    /// Whether sections out of order are told.
    pub ordered: bool,
    /// Whether the body holds steps (domain.md 1.3).
    pub steps: bool,
}

/// One key of front matter.
#[derive(Clone, Debug, PartialEq)]
pub struct Field {
    /// The key.
    pub name: String,
    /// What may stand there.
    pub ty: FieldType,
    /// Whether it must stand there.
    pub required: bool,
    /// One sentence for the schema and the manual.
    pub doc: String,
}

/// What may stand in a field. Dates, times and durations are text of an exact form (domain.md 1.1).
#[derive(Clone, Debug, PartialEq)]
pub enum FieldType {
    /// Any value.
    Any,
    /// Text.
    String,
    /// Text without surrounding space that is not empty, one line.
    Line,
    /// A whole number, within bounds if given.
    Integer {
        /// Smallest.
        min: Option<i64>,
        /// Largest.
        max: Option<i64>,
    },
    /// `true` or `false`.
    Boolean,
    /// One of a closed list of words.
    Enum(Vec<String>),
    /// `2026-11-23`.
    Date,
    /// RFC 3339 with an offset: `2026-11-23T09:30:00+01:00`.
    Instant,
    /// A local time whose zone stands beside it: `2026-12-31T18:00`; a plain date means its midnight.
    LocalTime,
    /// `45m`, `1h30m`, `2d`, `3bd` or ISO 8601 `PT45M`.
    Duration,
    /// An IANA time zone name.
    Zone,
    /// A roster id (`ana`), with or without `@`.
    Person,
    /// An address with a scheme that a browser opens.
    Link,
    /// `sha256:` and 64 hexadecimal digits, or the digits alone.
    Digest,
    /// The id of another document (or of a change) of one of these kinds; `change` stands for a change.
    Reference(Vec<String>),
    /// A list whose items are all of one type.
    List(Box<FieldType>),
    /// A table with these keys and no others.
    Table(Vec<Field>),
    /// A table with any keys, whose values are all of one type.
    Map(Box<FieldType>),
    /// Any one of these, tried in order.
    OneOf(Vec<FieldType>),
}

/// A level-2 section of the body.
#[derive(Clone, Debug, PartialEq)]
pub struct Section {
    /// The heading's text.
    pub title: String,
    /// Other headings that count as this one.
    pub aliases: Vec<String>,
    /// Whether it must be there.
    pub required: bool,
    /// What it is for, and what `new` writes into it; a section that still holds just this is template text.
    pub hint: String,
}

impl Kinds {
    /// The kind of that name.
    pub fn get(&self, name: &str) -> Option<&Arc<Kind>> {
        self.by_name.get(name)
    }

    /// The kind that a path decides: `below_src` is the path below the source folder.
    pub fn of_path(&self, below_src: &str) -> Option<&Arc<Kind>> {
        self.by_name
            .values()
            .flat_map(|kind| kind.paths.iter().map(move |pattern| (kind, pattern)))
            .filter(|(_, pattern)| path_matches(pattern, below_src))
            .max_by_key(|(_, pattern)| specificity(pattern))
            .map(|(kind, _)| kind)
    }
}

impl FieldType {
    /// Whether a value has the outer shape of the type, whatever stands inside: to choose among `OneOf`.
    pub fn has_shape_of(&self, value: &Value) -> bool {
        match self {
            FieldType::Any => true,
            FieldType::Integer { .. } => matches!(value.node, Node::Integer(_)),
            FieldType::Boolean => matches!(value.node, Node::Bool(_)),
            FieldType::List(_) => matches!(value.node, Node::List(_)),
            FieldType::Table(fields) => value.as_table().is_some_and(|table| {
                fields.iter().filter(|field| field.required).all(|field| table.get(&field.name).is_some())
            }),
            FieldType::Map(_) => matches!(value.node, Node::Table(_)),
            FieldType::OneOf(types) => types.iter().any(|ty| ty.has_shape_of(value)),
            FieldType::Enum(words) => {
                value.as_str().is_some_and(|text| words.iter().any(|word| word == text))
            }
            _ => matches!(value.node, Node::String(_)),
        }
    }
}

impl Kind {
    /// The field of that name, common fields included.
    pub fn field(&self, name: &str) -> Option<&Field> {
        self.fields.iter().find(|field| field.name == name)
    }

    /// The section that a heading opens: by its title or an alias, letter case aside.
    pub fn section(&self, heading: &str) -> Option<&Section> {
        let same = |title: &str| title.to_lowercase() == heading.trim().to_lowercase();
        self.sections.iter().find(|section| same(&section.title) || section.aliases.iter().any(|a| same(a)))
    }
}

/// The folder of a change below the source folder, when the path lies in one: its id and what follows.
///
/// `changes/2026/MCM-2026-0007/files/a.csv` is `("MCM-2026-0007", "files/a.csv")`.
pub fn split_change_path<'a>(path: &'a BookPath, src: &BookPath) -> Option<(&'a str, &'a str)> {
    let below = path.below(src.as_str())?.strip_prefix("changes/")?;
    let (year, rest) = below.split_once('/')?;
    let (id, rest) = rest.split_once('/')?;
    (is_year(year) && is_change_id(id)).then_some((id, rest))
}

/// Whether text is `MCM-YYYY-NNNN` (four digits or more).
pub fn is_change_id(text: &str) -> bool {
    let digits = |text: &str| !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_digit());
    text.strip_prefix("MCM-").and_then(|rest| rest.split_once('-')).is_some_and(|(year, number)| {
        is_year(year) && digits(number) && number.len() >= 4 && number.len() <= 9
    })
}

fn is_year(text: &str) -> bool {
    text.len() == 4 && text.bytes().all(|byte| byte.is_ascii_digit())
}

/// Patterns with more fixed text win over patterns with less.
fn specificity(pattern: &str) -> usize {
    pattern.bytes().filter(|byte| !matches!(byte, b'*' | b'{' | b'}')).count()
        + pattern.matches('/').count() * 100
}

fn path_matches(pattern: &str, path: &str) -> bool {
    let (mut patterns, mut parts) = (pattern.split('/'), path.split('/'));
    loop {
        match (patterns.next(), parts.next()) {
            (None, None) => return true,
            (Some("**"), Some(_)) => {
                // `**` is only ever followed by one last pattern: any depth below, then the file's name.
                let last = parts.next_back().or(path.split('/').next_back()).unwrap_or_default();
                return patterns.next().is_none_or(|pattern| part_matches(pattern, last));
            }
            (Some(pattern), Some(part)) if part_matches(pattern, part) => {}
            _ => return false,
        }
    }
}

fn part_matches(pattern: &str, part: &str) -> bool {
    match pattern {
        "{year}" => is_year(part),
        "{change}" => is_change_id(part),
        _ => {
            let Some((before, rest)) = pattern.split_once(['*', '{']) else { return pattern == part };
            let is_number = pattern[before.len()..].starts_with('{');
            let after = if is_number { rest.split_once('}').map_or("", |(_, after)| after) } else { rest };
            part.strip_prefix(before).and_then(|part| part.strip_suffix(after)).is_some_and(|middle| {
                !middle.is_empty() && (!is_number || middle.bytes().all(|byte| byte.is_ascii_digit()))
            })
        }
    }
}
