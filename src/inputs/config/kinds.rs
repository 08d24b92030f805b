//! Document kinds: what front matter and sections a document has. Kinds are data.
//!
//! The built-in kinds of domain.md 1.2 are `kinds.toml`, compiled in; `[kind.NAME]` in `book.toml` has the
//! same schema and adds a kind or changes one. One mechanism judges both.

use std::collections::BTreeMap;
use std::sync::Arc;

use super::bounds::Bounds;
use super::origin::Origin;
use super::paths::PathPattern;
use super::presence::{Condition, Presence};
use crate::inputs::value::{Node, Value};
use crate::text::{BookPath, ContentHash, Severity};

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
    /// Path patterns (below the source folder) that decide the kind without a `kind` key.
    pub paths: Vec<PathPattern>,
    /// A short name by which other documents may refer to one, with places of the path to fill: `P-{n}`.
    pub reference_name: Option<String>,
    /// Whether the path pattern places it in the folder of a change.
    pub of_change: bool,
    /// The fields beyond the common ones, in the order in which `new` writes them.
    pub fields: Vec<Field>,
    /// The sections in their order.
    pub sections: Vec<Section>,
    /// What the first heading has to say, with the title (`{title}`) and places of the path to fill.
    pub heading: Option<String>,
    /// Whether the front matter may be missing altogether (plain pages).
    pub matter_optional: bool,
    /// Whether keys that the kind does not name are allowed.
    pub unknown_fields: bool,
    /// The keys that must stand in this order, others aside; empty when any order will do.
    pub field_order: Vec<String>,
    /// Whether sections that the kind does not name are allowed.
    pub unknown_sections: bool,
    /// The levels of heading that open a section, where the section does not say it; 2 unless written.
    pub section_levels: Vec<u8>,
    /// Whether sections out of order are told.
    pub ordered: bool,
    /// How bad findings are in documents of which something is true; the last that fits decides.
    pub severities: Vec<SeverityRule>,
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
    /// Whether it must, or must not, stand there.
    pub presence: Presence,
    /// One sentence for the schema and the manual.
    pub doc: String,
    /// Whether no two documents of the kind may have the same value.
    pub unique: bool,
    /// What the path says that it is, with places to fill: `{n}`, `RFC-{n}`.
    pub derived: Option<String>,
    /// The field of the document referred to that has to name this one.
    pub inverse: Option<String>,
    /// The field that must not be later, or larger, than this one.
    pub after: Option<After>,
    /// What parts the items of a list that is written in one line of text.
    pub separator: Option<String>,
    /// Where the body says it, when the front matter does not.
    pub origin: Option<Origin>,
}

/// What a date, time, duration or number must come after.
#[derive(Clone, Debug, PartialEq)]
pub struct After {
    /// The other field, as a dotted path: beside this one, else in the front matter.
    pub field: String,
    /// Whether both may be the same.
    pub or_same: bool,
}

/// `[[kind.NAME.severity]]`: an accepted document is judged harder than a draft, or a draft less hard.
#[derive(Clone, Debug, PartialEq)]
pub struct SeverityRule {
    /// What must be true of the document.
    pub when: Condition,
    /// The codes of the rules; empty for all that judge documents by their kind.
    pub rules: Vec<String>,
    /// How bad their findings are then.
    pub severity: Severity,
}

/// What may stand in a field. Dates, times and durations are text of an exact form (domain.md 1.1).
#[derive(Clone, Debug, PartialEq)]
pub enum FieldType {
    /// Any value.
    Any,
    /// A key that is written with nothing behind it.
    Null,
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
    /// A mail address: `ana@example.org`.
    Mail,
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
    /// One of the above, within bounds.
    Bounded(Box<FieldType>, Arc<Bounds>),
}

/// A section of the body.
#[derive(Clone, Debug, PartialEq)]
pub struct Section {
    /// The heading's text.
    pub title: String,
    /// Other headings that count as this one.
    pub aliases: Vec<String>,
    /// Whether it must, or must not, be there.
    pub presence: Presence,
    /// The levels of heading that open it.
    pub levels: Vec<u8>,
    /// Whether the heading must be written with these very letters.
    pub exact_case: bool,
    /// Whether it may be left empty.
    pub may_be_empty: bool,
    /// What it is for, and what `new` writes into it; a section that still holds just this is template text.
    pub hint: String,
}

impl Section {
    /// Its title, and the other headings that count as it.
    pub fn titles(&self) -> impl Iterator<Item = &str> {
        std::iter::once(&self.title).chain(&self.aliases).map(String::as_str)
    }
}

/// The place of the title in the template of a heading.
pub(super) const TITLE: &str = "{title}";

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
            .filter(|(_, pattern)| pattern.matches(below_src))
            .max_by_key(|(_, pattern)| pattern.specificity())
            .map(|(kind, _)| kind)
    }
}

impl Kinds {
    /// Whether documents of one of these kinds (of any, where none is named) may be named by their number.
    pub fn are_numbered(&self, wanted: &[String]) -> bool {
        let is_wanted = |kind: &Kind| wanted.is_empty() || wanted.iter().any(|name| **name == *kind.name);
        self.by_name.values().any(|kind| is_wanted(kind) && kind.is_numbered())
    }
}

impl FieldType {
    /// The type without its bounds.
    pub fn bare(&self) -> &FieldType {
        match self {
            FieldType::Bounded(ty, _) => ty,
            ty => ty,
        }
    }

    /// The bounds of the type.
    pub fn bounds(&self) -> Option<&Bounds> {
        match self {
            FieldType::Bounded(_, bounds) => Some(bounds),
            _ => None,
        }
    }

    /// Whether a value has the outer shape of the type, whatever stands inside: to choose among `OneOf`.
    pub fn has_shape_of(&self, value: &Value) -> bool {
        match self {
            FieldType::Any => true,
            FieldType::Null => value.node == Node::Null,
            FieldType::Integer { .. } => matches!(value.node, Node::Integer(_)),
            FieldType::Boolean => matches!(value.node, Node::Bool(_)),
            // Documents that are numbered may be named by the number.
            FieldType::Reference(_) => matches!(value.node, Node::String(_) | Node::Integer(_)),
            FieldType::List(_) => matches!(value.node, Node::List(_)),
            FieldType::Table(fields) => value.as_table().is_some_and(|table| {
                let needed = fields.iter().filter(|field| field.presence.from.is_some());
                needed.into_iter().all(|field| table.get(&field.name).is_some())
            }),
            FieldType::Bounded(ty, _) => ty.has_shape_of(value),
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
    /// Whether the paths of the kind number its documents over the whole book.
    pub fn is_numbered(&self) -> bool {
        !self.of_change && self.paths.iter().any(|pattern| pattern.has_place("n"))
    }

    /// Whether the body may say fields of the kind.
    pub fn has_origins(&self) -> bool {
        self.fields.iter().any(|field| field.origin.is_some())
    }

    /// The field of that name, common fields included.
    pub fn field(&self, name: &str) -> Option<&Field> {
        self.fields.iter().find(|field| field.name == name)
    }

    /// The section that a heading means, whatever its level: by its title or an alias, letter case aside.
    pub fn section(&self, heading: &str) -> Option<&Section> {
        let wanted = heading.trim();
        let same = |title: &str| match title.is_ascii() && wanted.is_ascii() {
            true => title.eq_ignore_ascii_case(wanted),
            false => title.to_lowercase() == wanted.to_lowercase(),
        };
        self.sections.iter().find(|section| same(&section.title) || section.aliases.iter().any(|a| same(a)))
    }

    /// The section that a heading of that level opens.
    pub fn section_at(&self, level: u8, heading: &str) -> Option<&Section> {
        self.section(heading).filter(|section| section.levels.contains(&level))
    }

    /// The first heading that a document of this path and title has to have, if the kind asks for one.
    pub fn heading_of(&self, title: Option<&str>, below_src: &str) -> Option<String> {
        let template = self.heading.as_deref()?;
        let parts: Option<Vec<String>> =
            template.split(TITLE).map(|part| self.fill(part, below_src)).collect();
        match template.contains(TITLE) {
            true => Some(parts?.join(title?)),
            false => parts.map(|parts| parts.concat()),
        }
    }

    /// What the path of a document fills a template with (`{n}`, `{name}`, ...), if every place is filled.
    pub fn fill(&self, template: &str, below_src: &str) -> Option<String> {
        let places = self.paths.iter().find_map(|pattern| pattern.places(below_src));
        super::paths::fill(template, &places.unwrap_or_default(), below_src)
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

pub(super) fn is_year(text: &str) -> bool {
    text.len() == 4 && text.bytes().all(|byte| byte.is_ascii_digit())
}
