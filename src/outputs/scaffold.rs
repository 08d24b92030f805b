//! The first text of new documents and new books.

use crate::inputs::config::{Field, FieldType, Kind};

/// What is known of a new document before anybody has written it.
#[derive(Clone, Debug, Default)]
pub struct Seed {
    /// Its title.
    pub title: String,
    /// Roster id of its owner, when the kind has one.
    pub owner: Option<String>,
    /// The change it belongs to.
    pub change: Option<String>,
    /// The last part of its path, where somebody chose it.
    pub name: Option<String>,
    /// The document that it has to name beside its change.
    pub reference: Option<String>,
}

/// What fills the places of a path pattern.
#[derive(Clone, Copy, Debug)]
pub struct Slots<'a> {
    /// `{change}`, and the year of its id for `{year}` beside it.
    pub change: Option<&'a str>,
    /// `*`.
    pub name: Option<&'a str>,
    /// `{year}` where there is no change.
    pub year: i16,
    /// `{n}`.
    pub number: u32,
}

/// Where a new document of a kind lies below the source folder, or nothing when its kind has no path or a
/// place of the pattern is not filled. A folder of any depth (`**`) is left out.
pub fn path_of(kind: &Kind, slots: Slots<'_>) -> Option<String> {
    let pattern = kind.paths.first()?;
    let mut path = pattern.replace("**/", "").replace("**", "*");
    let mut year = format!("{:04}", slots.year);
    if pattern.contains("{change}") {
        let change = slots.change?;
        year = change.get(4..8)?.to_owned();
        path = path.replace("{change}", change);
    }
    path = path.replace("{year}", &year).replace("{n}", &slots.number.to_string());
    if path.contains('*') {
        path = path.replace('*', slots.name?);
    }
    Some(path)
}

/// The kind of document that each document of this kind has to name in a field, its change aside.
pub fn wanted_reference(kind: &Kind) -> Option<&str> {
    kind.fields.iter().filter(|field| field.required).find_map(|field| match &field.ty {
        FieldType::Reference(kinds) => kinds.first().map(String::as_str).filter(|kind| *kind != CHANGE),
        _ => None,
    })
}

/// The word by which a reference field asks for a change.
const CHANGE: &str = "change";

/// The text of a new document: required keys with a value, optional ones as comments, and every section
/// with the hint of what belongs there. It has no finding that blocks a draft.
pub fn document(kind: &Kind, seed: &Seed) -> String {
    let mut text = String::from("---\n");
    let is_written = |field: &Field| field.required || field.name == "title";
    for field in kind.fields.iter().filter(|field| is_written(field)) {
        write_field(field, seed, 0, &mut text);
    }
    let is_told = |field: &Field| !is_written(field) && !COMMON.contains(&field.name.as_str());
    for field in kind.fields.iter().filter(|field| is_told(field)) {
        text.push_str(&format!("# {}: {}\n", field.name, describe(field)));
    }
    text.push_str(&format!("---\n\n# {}\n", one_line(&seed.title)));
    for section in &kind.sections {
        text.push_str(&format!("\n## {}\n\n{}\n", section.title, section.hint));
        if kind.steps {
            text.push_str(steps_of(&section.title));
        }
    }
    text
}

/// Keys of every kind that need no comment in each new document.
const COMMON: [&str; 6] = ["kind", "id", "created", "visibility", "tags", "related"];

fn write_field(field: &Field, seed: &Seed, indent: usize, text: &mut String) {
    let key = format!("{}{}:", "  ".repeat(indent), field.name);
    match &field.ty {
        FieldType::Table(fields) if fields.iter().any(|field| field.required) => {
            text.push_str(&format!("{key}\n"));
            for field in fields.iter().filter(|field| field.required) {
                write_field(field, seed, indent + 1, text);
            }
        }
        ty => text.push_str(&format!("{key} {}\n", first_value(&field.name, ty, seed))),
    }
}

/// A value that the type accepts, as near to the truth as can be known.
fn first_value(name: &str, ty: &FieldType, seed: &Seed) -> String {
    match (name, ty) {
        ("title", _) => quoted(&seed.title),
        (_, FieldType::Reference(kinds)) if kinds.iter().any(|kind| kind == CHANGE) => {
            seed.change.clone().unwrap_or_else(|| "MCM-2000-0001".to_owned())
        }
        (_, FieldType::Reference(_)) => scalar(seed.reference.as_deref().unwrap_or("to-be-named")),
        (_, FieldType::Person) => scalar(seed.owner.as_deref().unwrap_or("nobody")),
        (_, FieldType::Integer { min, .. }) => min.unwrap_or(0).to_string(),
        (_, FieldType::Boolean) => "false".to_owned(),
        (_, FieldType::Enum(values)) => {
            let name = seed.name.as_deref().unwrap_or_default();
            let is_last_word = |value: &&String| name.rsplit('-').next() == Some(value);
            scalar(values.iter().find(is_last_word).or(values.first()).map_or("", String::as_str))
        }
        (_, FieldType::Date) => "2000-01-01".to_owned(),
        (_, FieldType::Instant) => "2000-01-01T00:00:00Z".to_owned(),
        (_, FieldType::LocalTime) => "2000-01-01T00:00".to_owned(),
        (_, FieldType::Duration) => "0m".to_owned(),
        (_, FieldType::Zone) => "UTC".to_owned(),
        (_, FieldType::List(item)) => match &**item {
            FieldType::Person => format!("[{}]", first_value(name, item, seed)),
            _ => "[]".to_owned(),
        },
        (_, FieldType::Table(_) | FieldType::Map(_)) => "{}".to_owned(),
        (_, FieldType::OneOf(types)) => types.first().map_or(String::new(), |ty| first_value(name, ty, seed)),
        (_, FieldType::Digest) => format!("sha256:{}", "0".repeat(64)),
        (_, FieldType::Link) => "https://example.org/".to_owned(),
        (_, FieldType::Any | FieldType::String | FieldType::Line) => "to be named".to_owned(),
    }
}

/// What a comment says of an optional field: its words or its form, then its sentence.
fn describe(field: &Field) -> String {
    let form = match &field.ty {
        FieldType::Enum(values) => values.join(" | "),
        FieldType::List(item) => match &**item {
            FieldType::Enum(values) => format!("[{}]", values.join(", ")),
            _ => "[...]".to_owned(),
        },
        FieldType::Table(fields) => {
            let names: Vec<&str> = fields.iter().map(|field| field.name.as_str()).collect();
            format!("{{{}}}", names.join(", "))
        }
        FieldType::Duration => "45m".to_owned(),
        FieldType::Date => "2000-12-31".to_owned(),
        FieldType::Instant => "2000-12-31T18:00:00+01:00".to_owned(),
        FieldType::LocalTime => "2000-12-31T18:00".to_owned(),
        FieldType::Zone => "Europe/Berlin".to_owned(),
        FieldType::Boolean => "true | false".to_owned(),
        _ => "...".to_owned(),
    };
    format!("{form}   {}", field.doc)
}

/// The steps that a new runbook begins with, in the grammar of domain.md 1.3.
fn steps_of(section: &str) -> &'static str {
    match section {
        "Execution" => {
            "\n### Step 1: Name the step\n\n- Owner: @nobody\n- Estimate: 10m\n- Validate: what is true afterwards\n\
             - Undo: R1\n\n```bash\ntrue\n```\n\n### Go/No-Go G1: Decide whether to go on\n\n- Decider: @nobody\n\
             - Estimate: 5m\n- Criteria: what must be read, and its bounds\n- On no: start the rollback at R1\n"
        }
        "Steps" => {
            "\n### Step 1: Name the step\n\n- Owner: operator\n- Estimate: 10m\n- Validate: what is true afterwards\n\
             - Undo: R1\n\n```bash\ntrue\n```\n"
        }
        "Rollback" => {
            "\n### Rollback R1: Name the rollback step\n\n- Owner: @nobody\n- Estimate: 10m\n\
             - Validate: what is true afterwards\n"
        }
        "Verification" => {
            "\n### Verify V1: Name the service\n\n- Owner: @nobody\n- Estimate: 5m\n- Validate: what is true afterwards\n"
        }
        _ => "",
    }
}

fn one_line(text: &str) -> String {
    text.split_whitespace().collect::<Vec<_>>().join(" ")
}

/// Text as a YAML scalar: plain where every reader of YAML takes it for text.
fn scalar(text: &str) -> String {
    const NOT_TEXT: [&str; 9] = ["true", "false", "null", "yes", "no", "on", "off", "y", "n"];
    let is_plain = text.starts_with(|c: char| c.is_ascii_alphabetic())
        && text.chars().all(|c| c.is_ascii_alphanumeric() || matches!(c, '-' | '_' | '/'))
        && !NOT_TEXT.contains(&text.to_ascii_lowercase().as_str());
    if is_plain { text.to_owned() } else { quoted(text) }
}

/// A double-quoted YAML scalar; JSON strings are a subset of them.
fn quoted(text: &str) -> String {
    serde_json::Value::from(one_line(text)).to_string()
}

/// The files of a new book, path and text. `title` is shown on every page.
pub fn book(title: &str, owner: &str) -> Vec<(&'static str, String)> {
    let title_line = one_line(title);
    let toml_title = serde_json::Value::from(title_line.as_str()).to_string();
    let owner = scalar(owner);
    let service = format!(
        "---\ntitle: Example service\nowner: {owner}\ntier: 2\nteam: example\n---\n\n# Example service\n\n\
         ## What It Does\n\nReplace this entry by the first service of your own: one file a service.\n\n\
         ## Who Uses It\n\nName the people and the services that need it.\n\n\
         ## Failure Effects\n\nSay what happens when it is slow, wrong or gone.\n"
    );
    let index = format!(
        "---\ntitle: {toml_title}\n---\n\n# {title_line}\n\n\
         This book holds our major changes: requests, runbooks, rehearsals, execution records and post-mortems.\n\n\
         - `mcmbook new request --title \"...\"` begins a change under the next free number.\n\
         - `mcmbook check` says what a document lacks, and where.\n\
         - `mcmbook serve` shows the book while you write.\n"
    );
    vec![
        ("book.toml", format!("[book]\ntitle = {toml_title}\nlanguage = \"en\"\n")),
        ("content/index.md", index),
        ("content/services/example.md", service),
        (".gitignore", "/book\n".to_owned()),
    ]
}
