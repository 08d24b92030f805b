//! JSON Schema of the front matter of a kind, for editors and other tools.

use serde_json::{Map, Value, json};

use crate::inputs::config::{Field, FieldType, Kind};

/// Durations as domain.md 1.1 has them: `45m`, `1h30m`, `2d`, `3bd`, or ISO 8601.
const DURATION: &str = r"^([0-9]+(bd|d|h|m|s))+$|^P([0-9]+D)?(T([0-9]+H)?([0-9]+M)?([0-9]+S)?)?$";

/// The JSON Schema (draft 2020-12) of a kind's front matter.
pub fn front_matter(kind: &Kind) -> Value {
    let mut schema = table(&kind.fields, kind.unknown_fields);
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

fn table(fields: &[Field], open: bool) -> Value {
    let property = |field: &Field| {
        let mut schema = of_type(&field.ty);
        if let (Value::Object(schema), false) = (&mut schema, field.doc.is_empty()) {
            schema.insert("description".to_owned(), field.doc.as_str().into());
        }
        (field.name.clone(), schema)
    };
    let properties: Map<String, Value> = fields.iter().map(property).collect();
    let required: Vec<&str> = fields.iter().filter(|f| f.required).map(|f| f.name.as_str()).collect();
    let mut schema = json!({ "type": "object", "properties": properties, "additionalProperties": open });
    if !required.is_empty() {
        schema["required"] = json!(required);
    }
    schema
}

fn of_type(ty: &FieldType) -> Value {
    let pattern = |pattern: &str| json!({ "type": "string", "pattern": pattern });
    match ty {
        FieldType::Any => json!({}),
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
        FieldType::Digest => pattern("^(sha256:)?[0-9a-f]{64}$"),
        FieldType::Reference(kinds) if kinds.is_empty() => json!({ "type": "string" }),
        FieldType::Reference(kinds) => {
            json!({ "type": "string", "$comment": format!("id of a {}", kinds.join(" or ")) })
        }
        FieldType::List(item) => json!({ "type": "array", "items": of_type(item) }),
        FieldType::Table(fields) => table(fields, false),
        FieldType::Map(item) => json!({ "type": "object", "additionalProperties": of_type(item) }),
        FieldType::OneOf(types) => json!({ "anyOf": types.iter().map(of_type).collect::<Vec<_>>() }),
    }
}
