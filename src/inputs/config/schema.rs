//! From `[kind.*]` tables to [`Kinds`]: the built-in ones first, then those of the book on top.

use std::collections::BTreeMap;
use std::sync::Arc;

use super::kinds::{BUILTIN_KINDS, Field, FieldType, Kind, Kinds, Section as KindSection};
use crate::inputs::reader::{Faults, Section};
use crate::inputs::value::{Node, Table, Value, parse_toml};
use crate::text::{BookPath, Code, ContentHash, Span};

/// The words that `type` can have, in the order of the manual.
const TYPES: [&str; 19] = [
    "any",
    "string",
    "line",
    "integer",
    "boolean",
    "enum",
    "date",
    "instant",
    "local-time",
    "duration",
    "zone",
    "person",
    "link",
    "digest",
    "reference",
    "list",
    "table",
    "map",
    "one-of",
];

/// How deep types may be nested: more is a mistake, and recursion stays bounded.
const MAX_DEPTH: usize = 8;

/// The built-in kinds, changed and joined by those of a book's `[kind]` table.
pub(super) fn kinds(of_book: &Table, faults: &mut Faults<'_>) -> Kinds {
    let mut by_name = builtin();
    let common = common_fields();
    for entry in of_book.entries() {
        let name = entry.key.as_str();
        let well_formed = |b: u8| b.is_ascii_lowercase() || b.is_ascii_digit() || b == b'-';
        if name.is_empty() || !name.bytes().all(well_formed) {
            let fault = faults.add(entry.key_span, format!("kind name `{name}` is malformed"));
            fault.help.push("write it in lower-case letters, digits and hyphens".to_owned());
            continue;
        }
        let Some(table) = entry.value.as_table() else {
            faults.add(entry.value.span, format!("`kind.{name}` must be a table"));
            continue;
        };
        let base = by_name.get(name).map(|kind| Kind::clone(kind));
        let kind = kind(name, table, base, &common, faults);
        by_name.insert(kind.name.clone(), Arc::new(kind));
    }
    let text = format!("{by_name:?}");
    Kinds { by_name, hash: Some(ContentHash::of(text.as_bytes())) }
}

/// The built-in kinds alone.
fn builtin() -> BTreeMap<Arc<str>, Arc<Kind>> {
    let table = parse_toml(BUILTIN_KINDS, 0).expect("kinds.toml is compiled in and a test parses it");
    let path = BookPath::new("kinds.toml").expect("a file name is a normal path");
    let mut faults = Faults::new(Code::CONFIG, &path, BUILTIN_KINDS.len());
    let common = common_fields();
    let kinds = table.get("kind").and_then(Value::as_table);
    let kinds = kinds.expect("kinds.toml has a table `kind`, and a test parses it");
    let read = |entry: &crate::inputs::value::Entry| {
        let table = entry.value.as_table().expect("every kind is a table, and a test parses it");
        let kind = kind(&entry.key, table, None, &common, &mut faults);
        (kind.name.clone(), Arc::new(kind))
    };
    let by_name = kinds.entries().iter().map(read).collect();
    debug_assert!(faults.found.is_empty(), "kinds.toml: {:?}", faults.found);
    by_name
}

fn common_fields() -> Vec<Field> {
    let table = parse_toml(BUILTIN_KINDS, 0).expect("kinds.toml is compiled in and a test parses it");
    let path = BookPath::new("kinds.toml").expect("a file name is a normal path");
    let mut faults = Faults::new(Code::CONFIG, &path, BUILTIN_KINDS.len());
    let common = table.at("common.fields").and_then(Value::as_table);
    fields(common.expect("kinds.toml has common fields, and a test parses it"), "common", 0, &mut faults)
}

fn kind(name: &str, table: &Table, base: Option<Kind>, common: &[Field], faults: &mut Faults<'_>) -> Kind {
    let mut section = Section::new(format!("kind.{name}"), table);
    let is_new = base.is_none();
    let capital: String =
        name.chars().take(1).flat_map(char::to_uppercase).chain(name.chars().skip(1)).collect();
    let mut kind = base.unwrap_or_else(|| Kind {
        name: name.into(),
        title: capital.replace('-', " "),
        plural: String::new(),
        summary: String::new(),
        paths: Vec::new(),
        of_change: false,
        fields: Vec::new(),
        sections: Vec::new(),
        matter_optional: false,
        unknown_fields: false,
        ordered: true,
        steps: false,
    });
    if let Some(title) = section.string("title", faults) {
        kind.title = title;
    }
    match section.string("plural", faults) {
        Some(plural) => kind.plural = plural,
        None if kind.plural.is_empty() => kind.plural = format!("{}s", kind.title),
        None => {}
    }
    if let Some(summary) = section.string("summary", faults) {
        kind.summary = summary;
    }
    if let Some(paths) = section.strings("paths", faults) {
        kind.of_change = paths.iter().any(|path| path.contains("{change}"));
        kind.paths = paths;
    }
    if let Some(matter) = section.word("matter", &["required", "optional"], faults) {
        kind.matter_optional = matter == "optional";
    }
    let flag = |key, section: &mut Section<'_>, faults: &mut Faults<'_>| section.boolean(key, faults);
    kind.unknown_fields = flag("unknown-fields", &mut section, faults).unwrap_or(kind.unknown_fields);
    kind.ordered = flag("ordered", &mut section, faults).unwrap_or(kind.ordered);
    kind.steps = flag("steps", &mut section, faults).unwrap_or(kind.steps);
    let with_common = flag("common", &mut section, faults).unwrap_or(true);
    if is_new && with_common {
        kind.fields = common.to_vec();
    }
    if let Some(own) = section.table("fields", faults) {
        for field in fields(own, &format!("kind.{name}.fields"), 0, faults) {
            match kind.fields.iter_mut().find(|known| known.name == field.name) {
                Some(known) => *known = field,
                None => kind.fields.push(field),
            }
        }
    }
    require(&mut kind, &mut section, faults);
    if let Some(list) = section.list("sections", faults) {
        kind.sections = list.iter().filter_map(|value| kind_section(name, value, faults)).collect();
    }
    section.finish(&[], faults);
    kind
}

/// `required = ["title"]`: fields that are named elsewhere and must be there in this kind.
fn require(kind: &mut Kind, section: &mut Section<'_>, faults: &mut Faults<'_>) {
    let span = section.span_of("required");
    for name in section.strings("required", faults).unwrap_or_default() {
        match kind.fields.iter_mut().find(|field| field.name == name) {
            Some(field) => field.required = true,
            None => {
                let fault = faults.add(span, format!("kind `{}` has no field `{name}`", kind.name));
                fault.help.push(format!("define it under `[kind.{}.fields]`", kind.name));
            }
        }
    }
}

fn kind_section(kind: &str, value: &Value, faults: &mut Faults<'_>) -> Option<KindSection> {
    let name = format!("kind.{kind}.sections");
    let Some(table) = value.as_table() else {
        faults.add(value.span, format!("each of `{name}` must be a table with a `title`"));
        return None;
    };
    let mut section = Section::new(name, table);
    let title = section.string("title", faults);
    if title.is_none() && table.get("title").is_none() {
        faults.add(value.span, "a section needs a `title`");
    }
    let aliases = section.strings("aliases", faults).unwrap_or_default();
    let required = section.boolean("required", faults).unwrap_or(false);
    let hint = section.string("hint", faults).unwrap_or_default();
    section.finish(&[], faults);
    Some(KindSection { title: title?, aliases, required, hint })
}

fn fields(table: &Table, name: &str, depth: usize, faults: &mut Faults<'_>) -> Vec<Field> {
    let read = |entry: &crate::inputs::value::Entry| {
        let name = format!("{name}.{}", entry.key);
        let Some(table) = entry.value.as_table() else {
            let fault = faults.add(entry.value.span, format!("`{name}` must be a table with a `type`"));
            fault.help.push("write it like { type = \"line\", required = true, doc = \"...\" }".to_owned());
            return None;
        };
        let mut section = Section::new(&name, table);
        let required = section.boolean("required", faults).unwrap_or(false);
        let doc = section.string("doc", faults).unwrap_or_default();
        let ty = field_type(&mut section, entry.value.span, depth, faults);
        section.finish(&[], faults);
        Some(Field { name: entry.key.clone(), ty: ty?, required, doc })
    };
    table.entries().iter().filter_map(read).collect()
}

fn field_type(
    section: &mut Section<'_>,
    span: Span,
    depth: usize,
    faults: &mut Faults<'_>,
) -> Option<FieldType> {
    if depth > MAX_DEPTH {
        faults.add(span, format!("types are nested more than {MAX_DEPTH} deep"));
        return None;
    }
    if section.span_of("type").is_empty() {
        let fault = faults.add(span, "a field needs a `type`");
        fault.help.push(format!("allowed: {}", TYPES.join(", ")));
        return None;
    }
    Some(match section.word("type", &TYPES, faults)? {
        "any" => FieldType::Any,
        "string" => FieldType::String,
        "line" => FieldType::Line,
        "integer" => {
            FieldType::Integer { min: section.integer("min", faults), max: section.integer("max", faults) }
        }
        "boolean" => FieldType::Boolean,
        "enum" => FieldType::Enum(section.strings("values", faults).unwrap_or_default()),
        "date" => FieldType::Date,
        "instant" => FieldType::Instant,
        "local-time" => FieldType::LocalTime,
        "duration" => FieldType::Duration,
        "zone" => FieldType::Zone,
        "person" => FieldType::Person,
        "link" => FieldType::Link,
        "digest" => FieldType::Digest,
        "reference" => FieldType::Reference(section.strings("to", faults).unwrap_or_default()),
        "list" => FieldType::List(Box::new(inner(section, span, depth, faults)?)),
        "map" => FieldType::Map(Box::new(inner(section, span, depth, faults)?)),
        "table" => {
            let own = section.table("fields", faults);
            FieldType::Table(own.map(|own| fields(own, "fields", depth + 1, faults)).unwrap_or_default())
        }
        _ => {
            let options = section.list("of", faults).unwrap_or_default();
            let read = |value: &Value| type_of(value, depth, faults);
            FieldType::OneOf(options.iter().filter_map(read).collect())
        }
    })
}

/// The type of the items: `of = { type = ... }`, or nothing said, which is any value.
fn inner(section: &mut Section<'_>, span: Span, depth: usize, faults: &mut Faults<'_>) -> Option<FieldType> {
    match section.any("of") {
        None => Some(FieldType::Any),
        Some(value) if matches!(value.node, Node::Table(_)) => type_of(value, depth, faults),
        Some(_) => {
            faults.add(span, "`of` must be a table with a `type`");
            None
        }
    }
}

fn type_of(value: &Value, depth: usize, faults: &mut Faults<'_>) -> Option<FieldType> {
    let Some(table) = value.as_table() else {
        faults.add(value.span, "a type must be a table with a `type`");
        return None;
    };
    let mut section = Section::new("of", table);
    let ty = field_type(&mut section, value.span, depth + 1, faults);
    section.finish(&[], faults);
    ty
}
