//! From the table of a field to its type, its bounds, and when it must be there.

use std::sync::Arc;

use super::bounds::{Bounds, Pattern};
use super::kinds::{After, Field, FieldType};
use super::origin;
use super::presence::{Condition, Presence, Test, word_of};
use crate::inputs::profile::Profile;
use crate::inputs::reader::{Faults, Section};
use crate::inputs::value::{Node, Table, Value};
use crate::text::{Span, did_you_mean};

/// The words that `type` can have, in the order of the manual.
const TYPES: [&str; 21] = [
    "any",
    "null",
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
    "e-mail",
    "digest",
    "reference",
    "list",
    "table",
    "map",
    "one-of",
];

/// How deep types may be nested: more is a mistake, and recursion stays bounded.
const MAX_DEPTH: usize = 8;

/// The keys that bound text, and those that bound lists and maps.
const TEXT_BOUNDS: [&str; 3] = ["pattern", "min-length", "max-length"];
const ITEM_BOUNDS: [&str; 2] = ["min-items", "max-items"];

/// The fields of a table, in its order. Fields below the first level have no relations of their own.
pub(super) fn fields(table: &Table, name: &str, depth: usize, faults: &mut Faults<'_>) -> Vec<Field> {
    let read = |entry: &crate::inputs::value::Entry| {
        let name = format!("{name}.{}", entry.key);
        let Some(table) = entry.value.as_table() else {
            let fault = faults.add(entry.value.span, format!("`{name}` must be a table with a `type`"));
            fault.help.push("write it like { type = \"line\", required = true, doc = \"...\" }".to_owned());
            return None;
        };
        let mut section = Section::new(&name, table);
        let presence = presence(&mut section, faults);
        let doc = section.string("doc", faults).unwrap_or_default();
        let ty = field_type(&mut section, entry.value.span, depth, faults);
        let (mut unique, mut derived, mut inverse, mut origin, mut parted) = (false, None, None, None, None);
        if depth == 0 {
            unique = section.boolean("unique", faults).unwrap_or(false);
            derived = section.string("derived", faults);
            inverse = section.string("inverse", faults);
            parted = separator(&mut section, ty.as_ref(), faults);
            origin = origin::origin(&mut section, faults);
        }
        let after = after(&mut section, faults);
        section.finish(&[], faults);
        let (name, separator) = (entry.key.clone(), parted);
        Some(Field { name, ty: ty?, presence, doc, unique, derived, inverse, after, separator, origin })
    };
    table.entries().iter().filter_map(read).collect()
}

/// `separator = ","`: what parts the items of a list that is written as text.
fn separator(section: &mut Section<'_>, ty: Option<&FieldType>, faults: &mut Faults<'_>) -> Option<String> {
    let text = section.string("separator", faults)?;
    let is_list = ty.is_none_or(|ty| matches!(ty.bare(), FieldType::List(_)));
    if !is_list || text.trim().is_empty() {
        let (message, help) = match is_list {
            true => ("must not be empty", "write the sign that parts the items, such as \",\""),
            false => ("parts the items of a list", "remove it, or write the type as a `list`"),
        };
        let fault =
            faults.add(section.span_of("separator"), format!("`{}` {message}", section.dotted("separator")));
        fault.help.push(help.to_owned());
        return None;
    }
    Some(text)
}

/// `after = "start"` or `not-before = "start"`.
fn after(section: &mut Section<'_>, faults: &mut Faults<'_>) -> Option<After> {
    let (after, not_before) = (section.string("after", faults), section.string("not-before", faults));
    if after.is_some() && not_before.is_some() {
        let message = format!("`{}` and `after` say two things at once", section.dotted("not-before"));
        faults.add(section.span_of("not-before"), message).help.push("keep one".to_owned());
    }
    let or_same = after.is_none();
    after.or(not_before).map(|field| After { field, or_same })
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
    let word = section.word("type", &TYPES, faults)?;
    let bounds = bounds(word, section, faults);
    let ty = match word {
        "any" => FieldType::Any,
        "null" => FieldType::Null,
        "string" => FieldType::String,
        "line" => FieldType::Line,
        "integer" => integer(section, faults),
        "boolean" => FieldType::Boolean,
        "enum" => FieldType::Enum(words(section, span, faults)),
        "date" => FieldType::Date,
        "instant" => FieldType::Instant,
        "local-time" => FieldType::LocalTime,
        "duration" => FieldType::Duration,
        "zone" => FieldType::Zone,
        "person" => FieldType::Person,
        "link" => FieldType::Link,
        "e-mail" => FieldType::Mail,
        "digest" => FieldType::Digest,
        "reference" => FieldType::Reference(section.strings("to", faults).unwrap_or_default()),
        "list" => FieldType::List(Box::new(inner(word, section, span, depth, faults)?)),
        "map" => FieldType::Map(Box::new(inner(word, section, span, depth, faults)?)),
        "table" => {
            let own = section.table("fields", faults);
            must_say("fields", own.is_some_and(|own| !own.is_empty()), word, section, span, faults);
            FieldType::Table(own.map(|own| fields(own, "fields", depth + 1, faults)).unwrap_or_default())
        }
        _ => {
            let options = section.list("of", faults).unwrap_or_default();
            must_say("of", !options.is_empty(), word, section, span, faults);
            let read = |value: &Value| type_of(value, depth, faults);
            FieldType::OneOf(options.iter().filter_map(read).collect())
        }
    };
    refuse_keys_of_others(word, section, faults);
    Some(if bounds.is_empty() { ty } else { FieldType::Bounded(Box::new(ty), Arc::new(bounds)) })
}

fn integer(section: &mut Section<'_>, faults: &mut Faults<'_>) -> FieldType {
    let (min, max) = (section.integer("min", faults), section.integer("max", faults));
    if let (Some(least), Some(most)) = (min, max)
        && least > most
    {
        more_than_most(section, "min", "max", faults);
    }
    FieldType::Integer { min, max }
}

/// A lower bound above the upper one.
fn more_than_most(section: &Section<'_>, low: &str, high: &str, faults: &mut Faults<'_>) {
    let message = format!("`{}` is more than `{high}`: nothing fits", section.dotted(low));
    let other = section.span_of(high);
    let fault = faults.add_related(section.span_of(low), message, other, "the most that is allowed");
    fault.help.push("exchange the two, or remove one".to_owned());
}

/// The keys without which a type says nothing, and how each is written.
const MUST_SAY: [(&str, &str); 4] = [
    ("list", "write of = { type = \"line\" }, or of = { type = \"any\" } where the items may be anything"),
    ("map", "write of = { type = \"line\" }, or of = { type = \"any\" } where the values may be anything"),
    ("table", "write fields = { name = { type = \"line\" } }, or take the type `map` for free keys"),
    ("one-of", "write of = [{ type = \"date\" }, { type = \"enum\", values = [\"never\"] }]"),
];

/// A type that lacks its key, or whose key is empty; a key of the wrong form was told when it was read.
fn must_say(
    key: &'static str,
    is_said: bool,
    word: &str,
    section: &mut Section<'_>,
    span: Span,
    faults: &mut Faults<'_>,
) {
    let is_empty = |value: &Value| match &value.node {
        Node::List(items) => items.is_empty(),
        Node::Table(table) => table.is_empty(),
        _ => false,
    };
    let written = section.any(key);
    if is_said || written.is_some_and(|value| !is_empty(value)) {
        return;
    }
    let message = format!("a {word} needs `{key}`");
    let help = MUST_SAY.iter().find(|(known, _)| *known == word).map(|(_, help)| (*help).to_owned());
    faults.add(written.map_or(span, |value| value.span), message).help.extend(help);
}

/// The keys that belong to some types alone.
const OWN_KEYS: [(&str, &[&str]); 6] = [
    ("values", &["enum"]),
    ("min", &["integer"]),
    ("max", &["integer"]),
    ("to", &["reference"]),
    ("of", &["list", "map", "one-of"]),
    ("fields", &["table"]),
];

fn refuse_keys_of_others(word: &str, section: &mut Section<'_>, faults: &mut Faults<'_>) {
    for (key, types) in OWN_KEYS.iter().filter(|(_, types)| !types.contains(&word)) {
        if section.any(key).is_none() {
            continue;
        }
        let types = types.join("`, `");
        let message = format!("`{}` means nothing for a value of type `{word}`", section.dotted(key));
        let fault = faults.add(section.span_of(key), message);
        fault.help.push(format!("remove it, or change the `type`: it belongs to `{types}`"));
    }
}

/// The words of an enumeration: at least one, each once.
fn words(section: &mut Section<'_>, span: Span, faults: &mut Faults<'_>) -> Vec<String> {
    let words = section.strings("values", faults).unwrap_or_default();
    if words.is_empty() && section.list("values", faults).is_none_or(<[Value]>::is_empty) {
        faults.add(span, "an enum needs `values`").help.push("write values = [\"...\", \"...\"]".to_owned());
    }
    for (at, word) in words.iter().enumerate().filter(|(at, word)| words[..*at].contains(word)) {
        let span = section.list("values", faults).and_then(|items| items.get(at)).map_or(span, |v| v.span);
        faults.add(span, format!("\"{word}\" stands twice among the `values`"));
    }
    words
}

fn bounds(word: &str, section: &mut Section<'_>, faults: &mut Faults<'_>) -> Bounds {
    let is_text = matches!(word, "string" | "line" | "link" | "e-mail" | "person" | "reference");
    let is_many = matches!(word, "list" | "map");
    for (keys, fits, whose) in
        [(&TEXT_BOUNDS[..], is_text, "text"), (&ITEM_BOUNDS, is_many, "lists and maps")]
    {
        let misplaced: Vec<&'static str> =
            keys.iter().copied().filter(|key| !fits && section.has(key)).collect();
        for key in misplaced {
            let message = format!("`{}` bounds {whose}, not a value of type `{word}`", section.dotted(key));
            faults.add(section.span_of(key), message).help.push("remove it, or change the `type`".to_owned());
        }
    }
    let mut bounds = Bounds::default();
    if is_text {
        bounds.pattern = pattern("pattern", section, faults);
        (bounds.min_length, bounds.max_length) = range(section, "min-length", "max-length", faults);
    }
    if is_many {
        (bounds.min_items, bounds.max_items) = range(section, "min-items", "max-items", faults);
    }
    bounds
}

fn pattern(key: &'static str, section: &mut Section<'_>, faults: &mut Faults<'_>) -> Option<Pattern> {
    let text = section.string(key, faults)?;
    match Pattern::new(&text) {
        Ok(pattern) => Some(pattern),
        Err(why) => {
            let message = format!("`{}` is not a regular expression: {why}", section.dotted(key));
            let fault = faults.add(section.span_of(key), message);
            fault.help.push(
                "the syntax is that of https://docs.rs/regex: no look-around, no back-references".to_owned(),
            );
            None
        }
    }
}

fn range(
    section: &mut Section<'_>,
    low: &'static str,
    high: &'static str,
    faults: &mut Faults<'_>,
) -> (Option<u32>, Option<u32>) {
    let mut bound = |key: &'static str| {
        let number = section.integer(key, faults)?;
        let bound = u32::try_from(number).ok();
        if bound.is_none() {
            faults.add(section.span_of(key), format!("`{}` must be 0 or more", section.dotted(key)));
        }
        bound
    };
    let (min, max) = (bound(low), bound(high));
    if let (Some(least), Some(most)) = (min, max)
        && least > most
    {
        more_than_most(section, low, high, faults);
    }
    (min, max)
}

/// When a field or section must, or must not, be there.
pub(super) fn presence(section: &mut Section<'_>, faults: &mut Faults<'_>) -> Presence {
    let from = section.any("required").and_then(|value| match &value.node {
        Node::Bool(truth) => truth.then_some(Profile::Starter),
        Node::String(word) if Profile::of_name(word).is_some() => Profile::of_name(word),
        _ => {
            let message = format!("`{}` must be true, false or a profile", section.dotted("required"));
            let names: Vec<&str> = Profile::ALL.iter().map(|profile| profile.name()).collect();
            let guess = value.as_str().and_then(|word| did_you_mean(word, names.iter().copied()));
            faults.add(value.span, message).help.push(match guess {
                Some(guess) => format!("did you mean `{guess}`?"),
                None => format!("the profiles are {}", names.join(", ")),
            });
            None
        }
    });
    let mut conditions = |key: &'static str| match section.any(key) {
        None => Vec::new(),
        Some(Value { node: Node::List(items), .. }) => {
            items.iter().filter_map(|value| condition(value, faults)).collect()
        }
        Some(value) => condition(value, faults).into_iter().collect(),
    };
    Presence { from, when: conditions("required-when"), forbidden_when: conditions("forbidden-when") }
}

/// `{ field = "status", is = ["Final", "Living"] }`.
pub(super) fn condition(value: &Value, faults: &mut Faults<'_>) -> Option<Condition> {
    let Some(table) = value.as_table() else {
        let fault = faults.add(value.span, format!("a condition must be a table, not {}", value.type_name()));
        fault.help.push("write it like { field = \"status\", is = [\"Final\"] }".to_owned());
        return None;
    };
    let mut section = Section::new("condition", table);
    let field = section.string("field", faults);
    if !section.has("field") {
        let fault = faults.add(value.span, "a condition needs a `field`");
        fault.help.push("write it like { field = \"status\", is = [\"Final\"] }".to_owned());
    }
    let is = words_of(&mut section, "is", faults);
    let is_not = words_of(&mut section, "is-not", faults);
    let matches = pattern("matches", &mut section, faults);
    let given = section.boolean("given", faults);
    let asked = ["is", "is-not", "matches", "given"].iter().filter(|key| section.has(key)).count();
    if asked > 1 {
        let fault = faults.add(value.span, "a condition has one of `is`, `is-not`, `matches` and `given`");
        fault.help.push("keep one; a list of conditions holds when one of them does".to_owned());
    }
    for key in ["is", "is-not"] {
        if table.get(key).is_some_and(|words| matches!(&words.node, Node::List(items) if items.is_empty())) {
            let fault = faults.add(section.span_of(key), format!("`{key}` names no value"));
            fault.help.push("name one at least, or write given = true or given = false".to_owned());
        }
    }
    section.finish(&[], faults);
    let test = match (is, is_not, matches, given) {
        (Some(words), ..) => Test::Is(words),
        (_, Some(words), ..) => Test::IsNot(words),
        (_, _, Some(pattern), _) => Test::Matches(pattern),
        // A pattern that is none was told: nothing follows from it.
        _ if table.get("matches").is_some() => return None,
        (.., Some(false)) => Test::Absent,
        _ => Test::Present,
    };
    Some(Condition { field: field?, test })
}

/// One value, or a list of values, as the words that they are compared as.
fn words_of(section: &mut Section<'_>, key: &'static str, faults: &mut Faults<'_>) -> Option<Vec<String>> {
    let value = section.any(key)?;
    let items = match &value.node {
        Node::List(items) => items.as_slice(),
        _ => std::slice::from_ref(value),
    };
    let word = |value: &Value| {
        let word = word_of(value);
        if word.is_none() {
            faults.add(value.span, format!("a condition compares simple values, not {}", value.type_name()));
        }
        word
    };
    Some(items.iter().filter_map(word).collect())
}

/// The type of the items: `of = { type = ... }`.
fn inner(
    word: &str,
    section: &mut Section<'_>,
    span: Span,
    depth: usize,
    faults: &mut Faults<'_>,
) -> Option<FieldType> {
    match section.any("of") {
        Some(value) if value.as_table().is_some_and(|table| !table.is_empty()) => {
            type_of(value, depth, faults)
        }
        None | Some(Value { node: Node::Table(_), .. }) => {
            must_say("of", false, word, section, span, faults);
            None
        }
        Some(value) => {
            let fault = faults.add(value.span, "`of` must be a table with a `type`");
            fault.help.push("write it like { type = \"line\" }".to_owned());
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
