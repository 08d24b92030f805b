//! JSON Schema of the front matter of a kind, for editors and other tools.

use serde_json::{Map, Value, json};

use crate::inputs::config::{Bounds, Condition, Field, FieldType, Kind, Test};
use crate::inputs::profile::Profile;

/// Durations as domain.md 1.1 has them: `45m`, `1h30m`, `2d`, `3bd`, or ISO 8601.
const DURATION: &str = r"^([0-9]+(bd|d|h|m|s))+$|^P([0-9]+D)?(T([0-9]+H)?([0-9]+M)?([0-9]+S)?)?$";

/// The JSON Schema (draft 2020-12) of a kind's front matter, with the keys that a profile requires.
///
/// Conditions become `if` and `then`. One that looks from a nested table into the front matter around it
/// cannot be said in JSON Schema and is left out: the schema never refuses what `check` accepts.
pub fn front_matter(kind: &Kind, profile: Profile) -> Value {
    let mut schema = table(&kind.fields, kind.unknown_fields, profile);
    let mut head = json!({
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "$id": format!("mcmbook:front-matter:{}", kind.name),
        "title": kind.title,
    });
    if !kind.summary.is_empty() {
        head["description"] = kind.summary.as_str().into();
    }
    let (Value::Object(mut head), Value::Object(rest)) = (head, schema.take()) else { return schema };
    head.extend(rest);
    Value::Object(head)
}

fn table(fields: &[Field], open: bool, profile: Profile) -> Value {
    let property = |field: &Field| {
        let mut schema = of_type(&field.ty, profile);
        if field.separator.is_some() {
            schema = json!({ "anyOf": [schema, { "type": ["string", "integer"] }] });
        }
        if let (Value::Object(schema), false) = (&mut schema, field.doc.is_empty()) {
            schema.insert("description".to_owned(), field.doc.as_str().into());
        }
        (field.name.clone(), schema)
    };
    let properties: Map<String, Value> = fields.iter().map(property).collect();
    // What the body may say need not stand in the front matter.
    let is_required = |field: &&Field| field.origin.is_none() && field.presence.is_required_in(profile);
    let required: Vec<&str> = fields.iter().filter(is_required).map(|field| field.name.as_str()).collect();
    let mut schema = json!({ "type": "object", "properties": properties, "additionalProperties": open });
    if !required.is_empty() {
        schema["required"] = json!(required);
    }
    let conditions: Vec<Value> = fields.iter().flat_map(|field| conditions(field, fields)).collect();
    if !conditions.is_empty() {
        schema["allOf"] = Value::Array(conditions);
    }
    schema
}

/// What a field's conditions ask of the table that holds it.
fn conditions(field: &Field, beside: &[Field]) -> Vec<Value> {
    let presence = &field.presence;
    let there = json!({ "required": [field.name] });
    let absent = json!({ "not": there });
    let when = presence.when.iter().filter(|_| field.origin.is_none());
    let required = when.map(|condition| (condition, &there));
    let all = required.chain(presence.forbidden_when.iter().map(|condition| (condition, &absent)));
    let is_beside = |condition: &Condition| {
        let first = condition.field.split('.').next().unwrap_or_default();
        beside.iter().any(|field| field.name == first && field.origin.is_none())
    };
    let all = all.filter(|(condition, _)| is_beside(condition));
    all.map(|(condition, then)| json!({ "if": holds(condition), "then": then })).collect()
}

/// The schema that a table meets when a condition holds of it.
fn holds(condition: &Condition) -> Value {
    let words = |words: &[String]| {
        let one = json!({ "enum": words.iter().flat_map(|word| values_of(word)).collect::<Vec<_>>() });
        json!({ "anyOf": [one, { "type": "array", "contains": one }] })
    };
    let value = match &condition.test {
        Test::Present | Test::Absent => json!({ "not": { "type": "null" } }),
        Test::Is(is) => words(is),
        Test::Matches(pattern) => {
            let one = json!({ "type": "string", "pattern": format!("^(?:{})$", pattern.as_str()) });
            json!({ "anyOf": [one, { "type": "array", "contains": one }] })
        }
        Test::IsNot(not) => json!({ "allOf": [{ "not": words(not) }, { "not": { "type": "null" } }] }),
    };
    let at_path = |value: Value, key: &str| json!({ "properties": { key: value }, "required": [key] });
    let given = condition.field.rsplit('.').fold(value, at_path);
    match condition.test {
        Test::Absent => json!({ "not": given }),
        _ => given,
    }
}

/// The values that a word of a condition stands for: the text, and the number or truth that it writes.
fn values_of(word: &str) -> Vec<Value> {
    let other = match word {
        "true" => Some(true.into()),
        "false" => Some(false.into()),
        _ => word.parse::<i64>().ok().map(Value::from),
    };
    std::iter::once(word.into()).chain(other).collect()
}

fn bounded(mut schema: Value, bounds: &Bounds) -> Value {
    let Value::Object(object) = &mut schema else { return schema };
    if let Some(pattern) = &bounds.pattern {
        let whole = format!("^(?:{})$", pattern.as_str());
        // A type may have a pattern of its own already: both hold then.
        match object.contains_key("pattern") {
            true => object.insert("allOf".to_owned(), json!([{ "pattern": whole }])),
            false => object.insert("pattern".to_owned(), whole.into()),
        };
    }
    let is_map = object.get("type").is_some_and(|ty| ty == "object");
    let (least, most) = if is_map { ("minProperties", "maxProperties") } else { ("minItems", "maxItems") };
    let numbers = [
        ("minLength", bounds.min_length),
        ("maxLength", bounds.max_length),
        (least, bounds.min_items),
        (most, bounds.max_items),
    ];
    for (key, number) in numbers {
        object.extend(number.map(|number| (key.to_owned(), number.into())));
    }
    schema
}

fn of_type(ty: &FieldType, profile: Profile) -> Value {
    let pattern = |pattern: &str| json!({ "type": "string", "pattern": pattern });
    match ty {
        FieldType::Any => json!({}),
        FieldType::Null => json!({ "type": "null" }),
        FieldType::String | FieldType::Zone => json!({ "type": "string" }),
        FieldType::Line => pattern(r"^\S(.*\S)?$"),
        FieldType::Integer { min, max } => {
            let mut schema = json!({ "type": "integer" });
            let bounds = [("minimum", min), ("maximum", max)];
            for (key, bound) in bounds.into_iter().filter_map(|(key, bound)| Some((key, (*bound)?))) {
                schema[key] = bound.into();
            }
            schema
        }
        FieldType::Boolean => json!({ "type": "boolean" }),
        FieldType::Enum(values) => json!({ "enum": values }),
        FieldType::Date => json!({ "type": "string", "format": "date", "pattern": r"^\d{4}-\d{2}-\d{2}$" }),
        FieldType::Instant => json!({ "type": "string", "format": "date-time" }),
        FieldType::LocalTime => pattern(r"^\d{4}-\d{2}-\d{2}([T ]\d{2}:\d{2}(:\d{2})?)?$"),
        FieldType::Duration => pattern(DURATION),
        FieldType::Person => pattern("^@?[a-z0-9-]+$"),
        FieldType::Link => json!({ "type": "string", "format": "uri" }),
        FieldType::Mail => json!({ "type": "string", "format": "email" }),
        FieldType::Digest => pattern("^(sha256:)?[0-9a-f]{64}$"),
        // A bare number, where the paths of a kind number its documents.
        FieldType::Reference(kinds) if kinds.is_empty() => json!({ "type": ["string", "integer"] }),
        FieldType::Reference(kinds) => {
            json!({ "type": ["string", "integer"], "$comment": format!("id of a {}", kinds.join(" or ")) })
        }
        FieldType::List(item) => json!({ "type": "array", "items": of_type(item, profile) }),
        FieldType::Table(fields) => table(fields, false, profile),
        FieldType::Map(item) => json!({ "type": "object", "additionalProperties": of_type(item, profile) }),
        FieldType::OneOf(types) => {
            json!({ "anyOf": types.iter().map(|ty| of_type(ty, profile)).collect::<Vec<_>>() })
        }
        FieldType::Bounded(ty, bounds) => bounded(of_type(ty, profile), bounds),
    }
}
