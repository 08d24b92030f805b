//! Front matter as a list of facts: every key that somebody wrote, with its references linked; short facts
//! first, then those that take a line or a table, each in the order of the file.

mod html;

use super::Site;
use super::when;
use crate::facts::book::Referent;
use crate::inputs::config::FieldType;
use crate::inputs::document::Document;
use crate::inputs::value::{Entry, Node, Table, Value};

pub(super) use html::of_facts;

/// Keys that the page shows in another place.
const SHOWN_ELSEWHERE: [&str; 4] = ["id", "kind", "title", "for"];

/// One fact: a key in words, and its value.
#[derive(Clone, Debug)]
pub(super) struct Fact {
    pub(super) label: String,
    pub(super) value: Shown,
    /// Whether it takes a line of its own: a table, a list, facts inside of it.
    pub(super) wide: bool,
}

impl Fact {
    fn new(key: &str, value: Shown) -> Fact {
        let wide = matches!(value, Shown::Table { .. } | Shown::List { .. } | Shown::Group { .. });
        Fact { label: words(key), value, wide }
    }
}

/// How a value is shown.
#[derive(Clone, Debug)]
pub(super) enum Shown {
    /// Words.
    Text { text: String },
    /// Words of a machine: digests, metrics, paths.
    Code { text: String },
    /// A link within the site or elsewhere.
    Link { text: String, href: String },
    /// An instant: as written, in words, and RFC 3339 in UTC.
    Time { text: String, datetime: String },
    /// Items beside each other.
    Row { items: Vec<Shown> },
    /// Items below each other.
    List { items: Vec<Shown> },
    /// Items that are all tables.
    Table { columns: Vec<String>, rows: Vec<Vec<Shown>> },
    /// Facts inside of a fact.
    Group { facts: Vec<Fact> },
}

/// The facts of a document, seen from a page.
pub(super) fn facts_of(site: &Site<'_>, document: &Document, page: &str) -> Vec<Fact> {
    let reader = Reader { site, page, zone: document.text("slot.tz").or_else(|| document.text("tz")) };
    let entries = document.matter.table.entries().iter();
    let entries = entries.filter(|entry| !SHOWN_ELSEWHERE.contains(&entry.key.as_str()));
    let ty_of = |key: &str| document.kind.as_ref().and_then(|kind| kind.field(key)).map(|field| &field.ty);
    let fact = |entry: &Entry| Fact::new(&entry.key, reader.show(ty_of(&entry.key), &entry.value));
    let (short, wide): (Vec<Fact>, Vec<Fact>) = entries.map(fact).partition(|fact| fact.value.is_short());
    short.into_iter().chain(wide).collect()
}

impl Shown {
    /// Whether it fits beside other facts.
    fn is_short(&self) -> bool {
        match self {
            Shown::Text { text } | Shown::Link { text, .. } => text.chars().count() <= 40,
            Shown::Row { items } => items.len() <= 3,
            Shown::Time { .. } => true,
            Shown::Code { .. } | Shown::List { .. } | Shown::Table { .. } | Shown::Group { .. } => false,
        }
    }
}

/// `rollback_budget` as people write it: `Rollback budget`.
pub(super) fn words(key: &str) -> String {
    let spaced = key.replace(['_', '-'], " ");
    let mut letters = spaced.chars();
    match letters.next() {
        Some(first) => first.to_uppercase().chain(letters).collect(),
        None => spaced,
    }
}

struct Reader<'a> {
    site: &'a Site<'a>,
    page: &'a str,
    /// The zone in which the instants of this document are shown.
    zone: Option<&'a str>,
}

impl Reader<'_> {
    fn show(&self, ty: Option<&FieldType>, value: &Value) -> Shown {
        let ty = ty.map(FieldType::bare);
        if let Some(FieldType::OneOf(types)) = ty {
            return self.show(types.iter().find(|ty| ty.has_shape_of(value)), value);
        }
        match &value.node {
            Node::Null => text("none"),
            Node::Bool(truth) => text(if *truth { "yes" } else { "no" }),
            Node::Integer(number) => match ty {
                Some(FieldType::Reference(kinds)) => self.show_reference(kinds, &number.to_string()),
                _ => text(number.to_string()),
            },
            Node::Float(number) => text(number.to_string()),
            Node::String(words) => self.show_text(ty, words),
            Node::List(items) => self.show_list(ty, items),
            Node::Table(table) => self.show_table(ty, table),
        }
    }

    fn show_text(&self, ty: Option<&FieldType>, words: &str) -> Shown {
        match ty {
            Some(FieldType::Reference(kinds)) => self.show_reference(kinds, words),
            Some(FieldType::Person) => text(format!("@{}", words.trim_start_matches('@'))),
            Some(FieldType::Digest) => Shown::Code { text: words.to_owned() },
            Some(FieldType::Link) if words.starts_with("https://") || words.starts_with("http://") => {
                Shown::Link { text: words.to_owned(), href: words.to_owned() }
            }
            Some(FieldType::Instant | FieldType::LocalTime) => match when::instant(words, self.zone) {
                Some(at) => Shown::Time { text: when::moment(&at), datetime: at.timestamp().to_string() },
                None => text(words),
            },
            Some(FieldType::Enum(_)) => text(words.replace('_', " ")),
            _ => text(words),
        }
    }

    fn show_reference(&self, kinds: &[String], name: &str) -> Shown {
        let book = &self.site.analysis.facts.book;
        let index = match book.refer(kinds, name) {
            Referent::Document(index) | Referent::WrongKind(index) => Some(index),
            Referent::Change(change) => {
                let href = super::address::relative(self.page, &super::address::change_page(&change.id));
                return Shown::Link { text: name.to_owned(), href };
            }
            Referent::Nothing => None,
        };
        match index.filter(|index| self.site.addresses.is_shown(*index)) {
            Some(index) => {
                let href = self.site.addresses.link(self.page, index, None);
                Shown::Link { text: name.to_owned(), href }
            }
            None => text(name),
        }
    }

    fn show_list(&self, ty: Option<&FieldType>, items: &[Value]) -> Shown {
        let item_ty = match ty.map(FieldType::bare) {
            Some(FieldType::List(item)) => Some(&**item),
            _ => None,
        };
        let tables: Option<Vec<&Table>> = items.iter().map(Value::as_table).collect();
        if let Some(tables) = tables.filter(|tables| !tables.is_empty()) {
            return self.show_tables(item_ty, items, &tables);
        }
        let shown: Vec<Shown> = items.iter().map(|item| self.show(item_ty, item)).collect();
        let is_short = |item: &Shown| match item {
            Shown::Text { text } => text.chars().count() <= 32,
            Shown::Link { .. } => true,
            _ => false,
        };
        match shown.len() {
            0 => text("none"),
            _ if shown.iter().all(is_short) => Shown::Row { items: shown },
            _ => Shown::List { items: shown },
        }
    }

    /// The columns are the keys of all rows, in the order in which they first appear.
    fn show_tables(&self, ty: Option<&FieldType>, items: &[Value], tables: &[&Table]) -> Shown {
        let mut columns: Vec<&str> = Vec::new();
        for entry in tables.iter().flat_map(|table| table.entries()) {
            if !columns.contains(&entry.key.as_str()) {
                columns.push(&entry.key);
            }
        }
        let row = |(table, item): (&&Table, &Value)| {
            let ty = self.chosen(ty, item);
            let cell = |column: &&str| match table.get(column) {
                Some(value) => self.show(field_type(ty, column), value),
                None => text(""),
            };
            columns.iter().map(cell).collect()
        };
        let rows = tables.iter().zip(items).map(row).collect();
        Shown::Table { columns: columns.iter().map(|column| words(column)).collect(), rows }
    }

    fn chosen<'t>(&self, ty: Option<&'t FieldType>, value: &Value) -> Option<&'t FieldType> {
        match ty.map(FieldType::bare) {
            Some(FieldType::OneOf(types)) => types.iter().find(|ty| ty.has_shape_of(value)),
            ty => ty,
        }
    }

    /// A table whose values are all tables (the roles of a runbook) has a row for each key.
    fn show_table(&self, ty: Option<&FieldType>, table: &Table) -> Shown {
        let entries = table.entries();
        let inner: Option<Vec<&Table>> = entries.iter().map(|entry| entry.value.as_table()).collect();
        if let Some(tables) = inner.filter(|tables| tables.len() > 1) {
            let item = entries.first().and_then(|entry| field_type(ty, &entry.key));
            let items: Vec<Value> = entries.iter().map(|entry| entry.value.clone()).collect();
            let Shown::Table { mut columns, mut rows } = self.show_tables(item, &items, &tables) else {
                return text("");
            };
            columns.insert(0, String::new());
            for (row, entry) in rows.iter_mut().zip(entries) {
                row.insert(0, text(words(&entry.key)));
            }
            return Shown::Table { columns, rows };
        }
        let fact = |entry: &Entry| Fact::new(&entry.key, self.show(field_type(ty, &entry.key), &entry.value));
        Shown::Group { facts: entries.iter().map(fact).collect() }
    }
}

fn field_type<'t>(ty: Option<&'t FieldType>, key: &str) -> Option<&'t FieldType> {
    match ty?.bare() {
        FieldType::Table(fields) => fields.iter().find(|field| field.name == key).map(|field| &field.ty),
        FieldType::Map(item) => Some(item),
        _ => None,
    }
}

fn text(words: impl Into<String>) -> Shown {
    Shown::Text { text: words.into() }
}
