//! The first text of new documents and new books.

mod ci;
mod questions;

use crate::inputs::config::{Condition, Field, FieldType, Kind, Place, Presence, Section, Test};
use crate::inputs::document::UNOWNED;
use crate::inputs::profile::Profile;

pub use ci::Forge;

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
    /// Where it lies below the source folder, for what follows from that.
    pub path: String,
    /// How much the book asks for.
    pub profile: Profile,
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
    /// `{date}`.
    pub date: &'a str,
    /// `{n}`.
    pub number: u32,
}

/// Where a new document of a kind lies below the source folder, or nothing when its kind has no path or a
/// place of the pattern is not filled. A folder of any depth (`**`) is left out.
pub fn path_of(kind: &Kind, slots: Slots<'_>) -> Option<String> {
    let of_change = slots.change.and_then(|change| change.get(4..8)).map(str::to_owned);
    kind.paths.first()?.filled(|place| match place {
        "n" => Some(slots.number.to_string()),
        "year" => Some(of_change.clone().unwrap_or_else(|| format!("{:04}", slots.year))),
        "date" => Some(slots.date.to_owned()),
        "change" => slots.change.map(str::to_owned),
        _ => slots.name.map(str::to_owned),
    })
}

/// The kind of document that each document of this kind has to name in a field, its change aside.
pub fn wanted_reference(kind: &Kind) -> Option<&str> {
    let mut required = kind.fields.iter().filter(|field| field.presence.from.is_some());
    required.find_map(|field| match field.ty.bare() {
        FieldType::Reference(kinds) => kinds.first().map(String::as_str).filter(|kind| *kind != CHANGE),
        _ => None,
    })
}

/// The word by which a reference field asks for a change.
const CHANGE: &str = "change";

/// The text of a new document: required keys with a value, those that rules ask for before submission and
/// optional ones as comments, and every section
/// that is asked for, with the hint of what belongs there; all of them where the kind asks for none. It has
/// no finding that blocks a draft.
pub fn document(kind: &Kind, seed: &Seed) -> String {
    let mut text = String::new();
    let new = New { kind, seed };
    // Local times mean nothing without their zone, whoever asks for it.
    let is_zone = |field: &Field| matches!(field.ty.bare(), FieldType::Zone);
    let is_written = |field: &Field| new.is_asked(&field.presence) || field.name == "title" || is_zone(field);
    let in_matter = |field: &&Field| field.origin.is_none() && is_written(field);
    for field in kind.fields.iter().filter(in_matter) {
        new.write_field(field, &field.name, 0, &mut text);
    }
    let is_asked = |field: &&Field| !is_written(field) && new.is_wanted(&field.name);
    let asked: Vec<&Field> = kind.fields.iter().filter(is_asked).collect();
    if !asked.is_empty() {
        text.push_str("# Asked for before submission; write them without the `#`:\n");
        asked.iter().for_each(|field| new.write_question(field, &field.name, 0, &mut text));
        text.push_str("# May be added:\n");
    }
    let is_told = |field: &Field| {
        let is_said = field.origin.is_some() || is_written(field) || new.is_wanted(&field.name);
        !is_said && !COMMON.contains(&field.name.as_str())
    };
    for field in kind.fields.iter().filter(|field| is_told(field)) {
        text.push_str(&format!("# {}: {}\n", field.name, describe(field)));
    }
    let asks = kind.sections.iter().any(|section| new.is_asked(&section.presence));
    let (written, left_out): (Vec<_>, Vec<_>) =
        kind.sections.iter().partition(|section| !asks || new.is_asked(&section.presence));
    if !left_out.is_empty() {
        let titles: Vec<&str> = left_out.iter().map(|section| section.title.as_str()).collect();
        text.push_str(&format!("# sections that may be added: {}\n", titles.join(", ")));
    }
    let title = one_line(&seed.title);
    let heading = kind.heading_of(Some(&title), &seed.path).unwrap_or(title);
    // Where the body says all that is asked for, there is no front matter to write.
    let is_bare =
        kind.matter_optional && kind.has_origins() && !text.lines().any(|line| !line.starts_with('#'));
    text = if is_bare { format!("# {heading}\n") } else { format!("---\n{text}---\n\n# {heading}\n") };
    text.push_str(&new.lines());
    for section in written {
        let level = "#".repeat(section.levels.first().copied().unwrap_or(2).into());
        let said = new.said_in(section).unwrap_or_else(|| section.hint.clone());
        text.push_str(&format!("\n{level} {}\n\n{said}\n", section.title));
        if kind.steps {
            text.push_str(steps_of(&section.title));
        }
    }
    text
}

/// Keys of every kind that need no comment in each new document.
const COMMON: [&str; 7] = ["kind", "id", "created", "visibility", "tags", "related", "amendments"];

/// A document that is being written.
#[derive(Clone, Copy)]
struct New<'a> {
    kind: &'a Kind,
    seed: &'a Seed,
}

impl New<'_> {
    /// Whether something has to be there, with the values that a new document has.
    fn is_asked(&self, presence: &Presence) -> bool {
        presence.is_required_in(self.seed.profile) || presence.when.iter().any(|when| self.holds(when))
    }

    /// Whether a condition holds of a new document: fields have the first word of their list, or are not there.
    fn holds(&self, condition: &Condition) -> bool {
        let field = self.kind.field(&condition.field);
        let Some(field) = field.filter(|field| field.presence.is_required_in(self.seed.profile)) else {
            return condition.test == Test::Absent;
        };
        let first = match field.ty.bare() {
            FieldType::Enum(words) => words.first(),
            _ => None,
        };
        match (&condition.test, first) {
            (Test::Present, _) => true,
            (Test::Is(words), Some(first)) => words.contains(first),
            (Test::IsNot(words), Some(first)) => !words.contains(first),
            _ => false,
        }
    }

    /// The labelled lines below the heading, of fields that the body says there.
    fn lines(&self) -> String {
        let asked = self.kind.fields.iter().filter(|field| self.is_asked(&field.presence));
        let labelled = asked.filter_map(|field| match &field.origin.as_ref()?.place {
            Place::Line(label) => Some(format!("{label}: {}", self.plain_value(field))),
            Place::Section(_) | Place::Heading => None,
        });
        let lines: Vec<String> = labelled.collect();
        match lines.as_slice() {
            [] => String::new(),
            [one] => format!("\n{one}\n"),
            // As a list, since lines of a paragraph would run together.
            more => format!("\n- {}\n", more.join("\n- ")),
        }
    }

    /// The value that a section begins with, where it says a field that is asked for.
    fn said_in(&self, section: &Section) -> Option<String> {
        let mut asked = self.kind.fields.iter().filter(|field| self.is_asked(&field.presence));
        asked.find_map(|field| {
            let origin = field.origin.as_ref()?;
            let is_here =
                matches!(&origin.place, Place::Section(title) if title.eq_ignore_ascii_case(&section.title));
            let value = is_here.then(|| self.plain_value(field))?;
            // Where only a part of the section is the value, it has to be found in what is written.
            let found = origin.capture.as_ref().is_none_or(|regex| {
                regex
                    .captures(&value)
                    .and_then(|groups| groups.get(1))
                    .is_some_and(|group| group.as_str() == value)
            });
            found.then_some(value)
        })
    }

    /// A first value as text of the body, where nothing is quoted.
    fn plain_value(&self, field: &Field) -> String {
        let item = match field.ty.bare() {
            FieldType::List(item) => item,
            _ => &field.ty,
        };
        let value = self.derived(field).unwrap_or_else(|| first_value(&field.name, item, self.seed));
        serde_json::from_str::<String>(&value).unwrap_or(value)
    }

    fn write_field(&self, field: &Field, path: &str, indent: usize, text: &mut String) {
        let key = format!("{}{}:", "  ".repeat(indent), field.name);
        match field.ty.bare() {
            FieldType::Table(fields) if fields.iter().any(|field| self.is_asked(&field.presence)) => {
                text.push_str(&format!("{key}\n"));
                for field in fields.iter().filter(|field| self.is_asked(&field.presence)) {
                    self.write_field(field, &format!("{path}.{}", field.name), indent + 1, text);
                }
                for field in fields.iter().filter(|field| !self.is_asked(&field.presence)) {
                    let path = format!("{path}.{}", field.name);
                    if self.is_wanted(&path) {
                        self.write_question(field, &path, indent + 1, text);
                    }
                }
            }
            ty => {
                let value =
                    self.derived(field).unwrap_or_else(|| first_value(&field.name, &field.ty, self.seed));
                let value = if matches!(ty, FieldType::Integer { .. }) { whole(&value) } else { value };
                text.push_str(&format!("{key} {value}\n"));
            }
        }
    }

    /// What the path says of a field.
    fn derived(&self, field: &Field) -> Option<String> {
        let filled = self.kind.fill(field.derived.as_deref()?, &self.seed.path)?;
        Some(if matches!(field.ty.bare(), FieldType::Integer { .. }) { filled } else { scalar(&filled) })
    }
}

/// A number without the zeros in front.
fn whole(digits: &str) -> String {
    digits.parse().map_or_else(|_| digits.to_owned(), |number: i64| number.to_string())
}

/// A value that the type accepts, as near to the truth as can be known. A pattern is left to the writer.
fn first_value(name: &str, ty: &FieldType, seed: &Seed) -> String {
    match (name, ty.bare()) {
        ("title", _) => quoted(&seed.title),
        (_, FieldType::Reference(kinds)) if kinds.iter().any(|kind| kind == CHANGE) => {
            seed.change.clone().unwrap_or_else(|| "MCM-2000-0001".to_owned())
        }
        (_, FieldType::Reference(_)) => scalar(seed.reference.as_deref().unwrap_or("to-be-named")),
        (_, FieldType::Person) => scalar(seed.owner.as_deref().unwrap_or(UNOWNED)),
        (_, FieldType::Integer { min, .. }) => min.unwrap_or(0).to_string(),
        (_, FieldType::Null) => String::new(),
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
        (_, FieldType::List(item)) => {
            let least = ty.bounds().and_then(|bounds| bounds.min_items).unwrap_or(0).max(1);
            match item.bare() {
                FieldType::Person => list_of(least, &first_value(name, item, seed)),
                _ if ty.bounds().is_some_and(|bounds| bounds.min_items > Some(0)) => {
                    list_of(least, &first_value(name, item, seed))
                }
                _ => "[]".to_owned(),
            }
        }
        (_, FieldType::Table(_) | FieldType::Map(_)) => "{}".to_owned(),
        (_, FieldType::OneOf(types)) => types.first().map_or(String::new(), |ty| first_value(name, ty, seed)),
        (_, FieldType::Digest) => format!("sha256:{}", "0".repeat(64)),
        (_, FieldType::Link) => "https://example.org/".to_owned(),
        (_, FieldType::Mail) => "nobody@example.org".to_owned(),
        (_, FieldType::Any | FieldType::String | FieldType::Line | FieldType::Bounded(..)) => {
            "to be named".to_owned()
        }
    }
}

fn list_of(number: u32, item: &str) -> String {
    format!("[{}]", vec![item; number.min(20) as usize].join(", "))
}

/// What a comment says of an optional field: its words or its form, then its sentence.
fn describe(field: &Field) -> String {
    format!("{}   {}", form(field), field.doc)
}

/// The words of a field, or its form.
fn form(field: &Field) -> String {
    match field.ty.bare() {
        FieldType::Enum(values) => values.join(" | "),
        FieldType::List(item) => match item.bare() {
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
        FieldType::Mail => "ana@example.org".to_owned(),
        _ => "...".to_owned(),
    }
}

/// The steps that a new runbook begins with, in the grammar of domain.md 1.3: under the names of
/// [`UNNAMED`](crate::inputs::document::steps::UNNAMED), and with nothing that could pass for an answer.
fn steps_of(section: &str) -> &'static str {
    match section {
        "Execution" => {
            "\n### Step 1: Name the step\n\n- Owner:\n- Estimate:\n- Validate:\n- Undo: R1\n\n\
             ### Go/No-Go G1: Decide whether to go on\n\n- Decider:\n- Estimate: 5m\n- Criteria:\n\
             - On no: rollback from R1\n"
        }
        "Steps" => "\n### Step 1: Name the step\n\n- Owner: operator\n- Estimate:\n- Validate:\n- Undo: R1\n",
        "Rollback" => "\n### Rollback R1: Name the rollback step\n\n- Owner:\n- Estimate:\n- Validate:\n",
        "Verification" => "\n### Verify V1: Name the service\n\n- Owner:\n- Estimate:\n- Validate:\n",
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
