//! From `[kind.*]` tables to [`Kinds`]: the built-in ones first, then those of the book on top.
//!
//! Each table is read alone here; `coherence` then holds them against each other.

use std::collections::BTreeMap;
use std::sync::{Arc, LazyLock};

use super::coherence;
use super::kinds::{BUILTIN_KINDS, Field, Kind, Kinds, Section as KindSection, SeverityRule, TITLE};
use super::paths::PathPattern;
use super::types::{condition, fields, presence};
use crate::inputs::profile::Profile;
use crate::inputs::reader::{Faults, Section};
use crate::inputs::value::{Node, Table, Value, parse_toml};
use crate::text::{BookPath, Code, ContentHash, Severity, did_you_mean};

/// The rules that judge documents by their kind, and text whatever its kind: those whose findings
/// `[[kind.NAME.severity]]` may make harder or milder. The rules of the process are for profiles and waivers.
pub const DOCUMENT_RULES: [&str; 25] = [
    "MCM001", "MCM002", "MCM003", "MCM004", "MCM005", "MCM006", "MCM007", "MCM008", "MCM009", "MCM010",
    "MCM011", "MCM012", "MCM013", "MCM014", "MCM015", "MCM016", "MCM017", "MCM018", "MCM019", "MCM020",
    "MCM021", "MCM022", "MCM023", "MCM024", "MCM025",
];

/// The built-in kinds, changed and joined by those of a book's `[kind]` table.
pub(super) fn kinds(of_book: &Table, faults: &mut Faults<'_>) -> Kinds {
    let Builtin { common, kinds } = &*BUILTIN;
    let mut by_name = kinds.clone();
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
        let kind = kind(name, table, base, common, faults);
        by_name.insert(kind.name.clone(), Arc::new(kind));
    }
    coherence::check(of_book, &by_name, faults);
    coherence::complete_inverses(&mut by_name);
    let text = format!("{by_name:?}");
    Kinds { by_name, hash: Some(ContentHash::of(text.as_bytes())) }
}

/// What `kinds.toml` says.
struct Builtin {
    /// The fields that every kind has.
    common: Vec<Field>,
    /// The kinds, by name.
    kinds: BTreeMap<Arc<str>, Arc<Kind>>,
}

/// Read once: it is compiled in, and `serve` reads the settings of its book after every edit.
static BUILTIN: LazyLock<Builtin> = LazyLock::new(builtin);

fn builtin() -> Builtin {
    let table = parse_toml(BUILTIN_KINDS, 0).expect("kinds.toml is compiled in and a test parses it");
    let path = BookPath::new("kinds.toml").expect("a file name is a normal path");
    let mut faults = Faults::new(Code::CONFIG, &path, BUILTIN_KINDS.len());
    let common = table.at("common.fields").and_then(Value::as_table);
    let common = common.expect("kinds.toml has common fields, and a test parses it");
    let common = fields(common, "common", 0, &mut faults);
    let kinds = table.get("kind").and_then(Value::as_table);
    let kinds = kinds.expect("kinds.toml has a table `kind`, and a test parses it");
    let read = |entry: &crate::inputs::value::Entry| {
        let table = entry.value.as_table().expect("every kind is a table, and a test parses it");
        let kind = kind(&entry.key, table, None, &common, &mut faults);
        (kind.name.clone(), Arc::new(kind))
    };
    let by_name = kinds.entries().iter().map(read).collect();
    coherence::check(kinds, &by_name, &mut faults);
    debug_assert!(faults.found.is_empty(), "kinds.toml: {:?}", faults.found);
    Builtin { common, kinds: by_name }
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
        reference_name: None,
        of_change: false,
        fields: Vec::new(),
        sections: Vec::new(),
        heading: None,
        matter_optional: false,
        unknown_fields: false,
        field_order: Vec::new(),
        unknown_sections: true,
        section_levels: vec![2],
        ordered: true,
        severities: Vec::new(),
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
    if let Some(patterns) = paths(&mut section, faults) {
        kind.of_change = patterns.iter().any(|path| path.has_place("change"));
        kind.paths = patterns;
    }
    if let Some(name) = section.string("reference-name", faults) {
        coherence::check_template(&name, &kind, section.span_of("reference-name"), faults);
        kind.reference_name = Some(name);
    }
    if let Some(template) = section.string("heading", faults) {
        let of_path = template.replace(TITLE, "");
        coherence::check_template(&of_path, &kind, section.span_of("heading"), faults);
        kind.heading = Some(template);
    }
    if let Some(matter) = section.word("matter", &["required", "optional"], faults) {
        kind.matter_optional = matter == "optional";
    }
    let flag = |key, section: &mut Section<'_>, faults: &mut Faults<'_>| section.boolean(key, faults);
    kind.unknown_fields = flag("unknown-fields", &mut section, faults).unwrap_or(kind.unknown_fields);
    kind.unknown_sections = flag("unknown-sections", &mut section, faults).unwrap_or(kind.unknown_sections);
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
    field_order(&mut kind, &mut section, faults);
    if let Some(levels) = section.levels("section-level", faults) {
        kind.section_levels = levels;
    }
    let exact_case = section.word("section-case", &["any", "exact"], faults) == Some("exact");
    if let Some(list) = section.list("sections", faults) {
        let read = |value| kind_section(name, value, (&kind.section_levels, exact_case), faults);
        kind.sections = list.iter().filter_map(read).collect();
        refuse_double_sections(&kind, list, faults);
    } else if exact_case {
        kind.sections.iter_mut().for_each(|section| section.exact_case = true);
    }
    if let Some(list) = section.list("severity", faults) {
        kind.severities = list.iter().filter_map(|value| severity(name, value, faults)).collect();
    }
    section.finish(&[], faults);
    kind
}

/// `required = ["title"]`: fields that are named elsewhere and must be there in this kind.
fn require(kind: &mut Kind, section: &mut Section<'_>, faults: &mut Faults<'_>) {
    let span = section.span_of("required");
    for name in section.strings("required", faults).unwrap_or_default() {
        match kind.fields.iter_mut().find(|field| field.name == name) {
            Some(field) => field.presence.from = Some(Profile::Starter),
            None => {
                let fault = faults.add(span, format!("kind `{}` has no field `{name}`", kind.name));
                fault.help.push(format!("define it under `[kind.{}.fields]`", kind.name));
            }
        }
    }
}

/// The patterns of `paths`; those that are none are faults.
fn paths(section: &mut Section<'_>, faults: &mut Faults<'_>) -> Option<Vec<PathPattern>> {
    let items = section.list("paths", faults)?;
    let pattern = |value: &Value| match value.as_str().map(PathPattern::new) {
        Some(Ok(pattern)) => Some(pattern),
        Some(Err(why)) => {
            let fault = faults.add(value.span, format!("path pattern cannot be read: {why}"));
            fault.help.push("write it like `proposals/{n:4}-*.md`, below the source folder".to_owned());
            None
        }
        None => {
            faults.add(value.span, format!("a path pattern must be text, not {}", value.type_name()));
            None
        }
    };
    Some(items.iter().filter_map(pattern).collect())
}

/// `ordered-fields = true` for the order in which the fields are written, or a list of keys.
fn field_order(kind: &mut Kind, section: &mut Section<'_>, faults: &mut Faults<'_>) {
    let Some(value) = section.any("ordered-fields") else { return };
    match &value.node {
        Node::Bool(false) => kind.field_order = Vec::new(),
        Node::Bool(true) => {
            let own = section.table("fields", faults).map_or(&[][..], Table::entries);
            let own = own.iter().map(|entry| entry.key.clone());
            let is_common = |name: &String| !own.clone().any(|own| own == *name);
            let first = kind.fields.iter().map(|field| field.name.clone()).filter(is_common);
            kind.field_order = first.chain(own.clone()).collect();
        }
        Node::List(items) => {
            let names: Vec<&str> = kind.fields.iter().map(|field| field.name.as_str()).collect();
            let mut order: Vec<String> = Vec::new();
            for item in items {
                let name = item.as_str().unwrap_or_default();
                if !names.contains(&name) {
                    let fault = faults.add(item.span, format!("kind `{}` has no field `{name}`", kind.name));
                    fault.help.extend(did_you_mean(name, names.iter().copied()).map(guess));
                } else if order.iter().any(|known| known == name) {
                    faults.add(item.span, format!("`{name}` stands twice in the order of fields"));
                } else {
                    order.push(name.to_owned());
                }
            }
            kind.field_order = order;
        }
        _ => {
            let message =
                format!("`kind.{}.ordered-fields` must be true, false or a list of keys", kind.name);
            faults.add(value.span, message);
        }
    }
}

fn guess(word: &str) -> String {
    format!("did you mean `{word}`?")
}

fn kind_section(
    kind: &str,
    value: &Value,
    (levels, exact_case): (&[u8], bool),
    faults: &mut Faults<'_>,
) -> Option<KindSection> {
    let name = format!("kind.{kind}.sections");
    let Some(table) = value.as_table() else {
        faults.add(value.span, format!("each of `{name}` must be a table with a `title`"));
        return None;
    };
    let mut section = Section::new(name, table);
    let title = section.string("title", faults);
    if title.as_deref().map_or(table.get("title").is_none(), |title| title.trim().is_empty()) {
        let span = table.get("title").map_or(value.span, |title| title.span);
        let fault = faults.add(span, "a section needs a `title`");
        fault.help.push("write the text of its heading, such as title = \"Context\"".to_owned());
    }
    let aliases = section.strings("aliases", faults).unwrap_or_default();
    let presence = presence(&mut section, faults);
    let hint = section.string("hint", faults).unwrap_or_default();
    let levels = section.levels("level", faults).unwrap_or_else(|| levels.to_vec());
    let case = section.word("case", &["any", "exact"], faults);
    let exact_case = case.map_or(exact_case, |case| case == "exact");
    let may_be_empty = !section.boolean("non-empty", faults).unwrap_or(true);
    section.finish(&[], faults);
    Some(KindSection { title: title?, aliases, presence, hint, levels, exact_case, may_be_empty })
}

/// One heading may not mean two sections.
fn refuse_double_sections(kind: &Kind, list: &[Value], faults: &mut Faults<'_>) {
    let mut seen: BTreeMap<String, String> = BTreeMap::new();
    for table in list.iter().filter_map(Value::as_table) {
        let Some(title) = table.get("title").and_then(Value::as_str) else { continue };
        let aliases = table.get("aliases").map_or(&[][..], Value::items);
        for heading in table.get("title").into_iter().chain(aliases) {
            let Some(text) = heading.as_str() else { continue };
            let Some(first) = seen.insert(text.to_lowercase(), title.to_owned()) else { continue };
            let message = match first == title {
                true => format!("heading \"{text}\" is named twice for a section of kind `{}`", kind.name),
                false => format!("heading \"{text}\" would mean both \"{first}\" and \"{title}\""),
            };
            let fault = faults.add(heading.span, message);
            fault.help.push("letter case does not count; keep one of the two".to_owned());
        }
    }
}

fn severity(kind: &str, value: &Value, faults: &mut Faults<'_>) -> Option<SeverityRule> {
    let name = format!("kind.{kind}.severity");
    let Some(table) = value.as_table() else {
        faults.add(value.span, format!("each of `{name}` must be a table with `when` and `severity`"));
        return None;
    };
    let mut section = Section::new(name, table);
    let when = section.any("when").map(|when| condition(when, faults));
    if when.is_none() {
        let fault = faults.add(value.span, "a severity needs a `when`");
        fault.help.push("write it like when = { field = \"status\", is = \"Draft\" }".to_owned());
    }
    let rules = rules(&mut section, faults);
    let word = section.word("severity", &["error", "warning", "info"], faults);
    if table.get("severity").is_none() {
        faults.add(value.span, "it does not say how bad: `severity` is missing");
    }
    section.finish(&[], faults);
    let severity = match word? {
        "error" => Severity::Error,
        "warning" => Severity::Warning,
        _ => Severity::Info,
    };
    Some(SeverityRule { when: when??, rules, severity })
}

/// The codes of `rules`, each one of [`DOCUMENT_RULES`].
fn rules(section: &mut Section<'_>, faults: &mut Faults<'_>) -> Vec<String> {
    let items = section.list("rules", faults).unwrap_or_default();
    let code = |value: &Value| {
        let code = value.as_str().unwrap_or_default();
        if DOCUMENT_RULES.contains(&code) {
            return Some(code.to_owned());
        }
        let fault = faults.add(value.span, format!("`{code}` is not the code of a rule about documents"));
        fault.help.extend(did_you_mean(code, DOCUMENT_RULES).map(guess));
        fault.help.push("the rules about documents are MCM001 to MCM025".to_owned());
        None
    };
    items.iter().filter_map(code).collect()
}
