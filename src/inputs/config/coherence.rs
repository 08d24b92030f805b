//! The kinds held against each other: fields that conditions name, partners of relations, kinds that
//! references want, places that templates fill.
//!
//! Enters: the tables as written, for their places, and the kinds made of them. Leaves: faults. What a book
//! does not write it does not answer for: only its own tables are walked.

use std::collections::BTreeMap;
use std::sync::Arc;

use super::kinds::{Field, FieldType, Kind};
use super::paths::{FILE_PLACES, next_place};
use super::presence::word_of;
use crate::inputs::reader::Faults;
use crate::inputs::value::{Node, Table, Value};
use crate::text::{Span, did_you_mean};

type ByName = BTreeMap<Arc<str>, Arc<Kind>>;

/// Adds the faults of the tables below `[kind]`.
pub(super) fn check(written: &Table, kinds: &ByName, faults: &mut Faults<'_>) {
    for entry in written.entries() {
        let (Some(kind), Some(table)) = (kinds.get(entry.key.as_str()), entry.value.as_table()) else {
            continue;
        };
        let mut walk = Walk { kind, kinds, faults };
        walk.paths(table);
        if let Some(fields) = table.get("fields").and_then(Value::as_table) {
            walk.fields(fields, &kind.fields);
            walk.relations(fields);
        }
        for section in table.get("sections").map_or(&[][..], Value::items).iter().filter_map(Value::as_table)
        {
            walk.presence(section, &kind.fields);
        }
        for severity in table.get("severity").map_or(&[][..], Value::items).iter().filter_map(Value::as_table)
        {
            if let Some(when) = severity.get("when") {
                walk.condition(when, &kind.fields);
            }
        }
    }
}

/// A relation that one kind declares holds for its partner too: the partner's field gets its inverse.
pub(super) fn complete_inverses(kinds: &mut ByName) {
    let mut missing: Vec<(Arc<str>, String, String)> = Vec::new();
    for kind in kinds.values() {
        for field in &kind.fields {
            let Some(inverse) = &field.inverse else { continue };
            for partner in wanted_kinds(&field.ty) {
                missing.push((partner.as_str().into(), inverse.clone(), field.name.clone()));
            }
        }
    }
    for (partner, field, inverse) in missing {
        let Some(kind) = kinds.get_mut(&partner) else { continue };
        if let Some(field) = Arc::make_mut(kind).fields.iter_mut().find(|known| known.name == field) {
            field.inverse.get_or_insert(inverse);
        }
    }
}

/// Adds a fault for each place of a template that no path of the kind fills.
pub(super) fn check_template(template: &str, kind: &Kind, span: Span, faults: &mut Faults<'_>) {
    let mut rest = template;
    while let Some((_, place, after)) = next_place(rest) {
        rest = after;
        let (name, digits) = place.split_once(':').unwrap_or((place, ""));
        let is_number = digits.is_empty() || name == "n" && matches!(digits.parse(), Ok(1..=9));
        let is_filled = kind.paths.iter().any(|pattern| pattern.has_place(name));
        if is_number && is_filled || FILE_PLACES.contains(&place) {
            continue;
        }
        let message = format!("no path of kind `{}` has a place {{{place}}}", kind.name);
        let fault = faults.add(span, message);
        let known = ["n", "name", "year", "date", "change"];
        let known = known.iter().filter(|name| kind.paths.iter().any(|pattern| pattern.has_place(name)));
        let known: Vec<String> = known.chain(&FILE_PLACES).map(|name| format!("{{{name}}}")).collect();
        fault.help.push(format!("its paths fill {}", known.join(", ")));
    }
}

struct Walk<'a, 'f, 'p> {
    kind: &'a Kind,
    kinds: &'a ByName,
    faults: &'f mut Faults<'p>,
}

impl<'a> Walk<'a, '_, '_> {
    /// A pattern decides one kind: not twice here, and not for another kind.
    fn paths(&mut self, written: &Table) {
        let items = written.get("paths").map_or(&[][..], Value::items);
        for (at, value) in items.iter().enumerate() {
            let Some(text) = value.as_str() else { continue };
            if let Some(first) = items[..at].iter().find(|first| first.as_str() == Some(text)) {
                let message = format!("path pattern `{text}` stands twice");
                let fault = self.faults.add_related(value.span, message, first.span, "here, too");
                fault.help.push("keep one of the two".to_owned());
                continue;
            }
            let mut others = self.kinds.values().filter(|kind| kind.name != self.kind.name);
            let has_it = |kind: &&Arc<Kind>| kind.paths.iter().any(|pattern| pattern.as_str() == text);
            let Some(other) = others.find(has_it) else { continue };
            let message = format!("path pattern `{text}` is also that of kind `{}`", other.name);
            let help = format!(
                "write another pattern, change `[kind.{0}]` in place of a new kind, or give `kind.{0}` other `paths`",
                other.name
            );
            self.faults.add(value.span, message).help.push(help);
        }
    }

    fn fields(&mut self, written: &Table, fields: &'a [Field]) {
        for entry in written.entries() {
            let field = fields.iter().find(|field| field.name == entry.key);
            let (Some(field), Some(table)) = (field, entry.value.as_table()) else { continue };
            self.presence(table, fields);
            self.ty(table, &field.ty);
        }
    }

    fn ty(&mut self, written: &Table, ty: &'a FieldType) {
        let inner = |key: &str| written.get(key).and_then(Value::as_table);
        match ty.bare() {
            FieldType::Table(fields) => {
                if let Some(own) = inner("fields") {
                    self.fields(own, fields);
                }
            }
            FieldType::List(item) | FieldType::Map(item) => {
                if let Some(own) = inner("of") {
                    self.ty(own, item);
                }
            }
            FieldType::OneOf(types) => {
                let written = written.get("of").map_or(&[][..], Value::items);
                if written.len() == types.len() {
                    for (own, ty) in written.iter().zip(types) {
                        own.as_table().into_iter().for_each(|own| self.ty(own, ty));
                    }
                }
            }
            FieldType::Reference(_) => {
                for wanted in written.get("to").map_or(&[][..], Value::items) {
                    let Some(name) = wanted.as_str() else { continue };
                    if name == "change" || self.kinds.contains_key(name) {
                        continue;
                    }
                    let fault = self.faults.add(wanted.span, format!("there is no kind `{name}`"));
                    let names = self.kinds.keys().map(AsRef::as_ref).chain(["change"]);
                    match did_you_mean(name, names) {
                        Some(guess) => fault.help.push(format!("did you mean `{guess}`?")),
                        None => fault.help.push(format!("define it as `[kind.{name}]`")),
                    }
                }
            }
            _ => {}
        }
    }

    fn presence(&mut self, written: &Table, beside: &'a [Field]) {
        let of = |key: &str| -> Vec<&Value> {
            match written.get(key) {
                Some(Value { node: Node::List(items), .. }) => items.iter().collect(),
                other => other.into_iter().collect(),
            }
        };
        let (required, forbidden) = (of("required-when"), of("forbidden-when"));
        for condition in required.iter().chain(&forbidden) {
            self.condition(condition, beside);
        }
        let always = written.get("required").is_some_and(|value| value.node != Node::Bool(false));
        for condition in forbidden {
            let clash = required.iter().any(|required| both_can_hold(required, condition));
            if always || clash {
                let fault = self.faults.add(condition.span, "it is required and forbidden at once");
                fault.help.push("take one of the two away".to_owned());
            }
        }
    }

    /// Whether the field of a condition exists, and can have the values that it is compared with.
    fn condition(&mut self, condition: &Value, beside: &'a [Field]) {
        let Some(table) = condition.as_table() else { return };
        let Some(named) = table.get("field") else { return };
        let Some(path) = named.as_str() else { return };
        let Some(field) = field_at(beside, path).or_else(|| field_at(&self.kind.fields, path)) else {
            if self.kind.unknown_fields {
                return;
            }
            let message = format!("kind `{}` has no field `{path}`", self.kind.name);
            let fault = self.faults.add(named.span, message);
            let names = beside.iter().chain(&self.kind.fields).map(|field| field.name.as_str());
            match did_you_mean(path, names) {
                Some(guess) => fault.help.push(format!("did you mean `{guess}`?")),
                None => fault.help.push(format!("define it under `[kind.{}.fields]`", self.kind.name)),
            }
            return;
        };
        let ty = match field.ty.bare() {
            FieldType::List(item) => item.bare(),
            ty => ty,
        };
        for value in ["is", "is-not"].iter().filter_map(|key| table.get(key)).flat_map(alternatives) {
            let Some(word) = word_of(value) else { continue };
            let allowed = match ty {
                FieldType::Enum(words) if !words.contains(&word) => words.clone(),
                FieldType::Boolean if value.as_bool().is_none() => vec!["true".into(), "false".into()],
                FieldType::Integer { min, max } if !is_in(value, *min, *max) => vec![bounds(*min, *max)],
                _ => continue,
            };
            let fault = self.faults.add(value.span, format!("`{path}` is never \"{word}\""));
            match did_you_mean(&word, allowed.iter().map(String::as_str)) {
                Some(guess) => fault.help.push(format!("did you mean \"{guess}\"?")),
                None => fault.help.push(format!("allowed: {}", allowed.join(", "))),
            }
        }
    }

    /// `derived` and `inverse` of the keys of the front matter.
    fn relations(&mut self, written: &Table) {
        for entry in written.entries() {
            let (Some(field), Some(table)) = (self.kind.field(&entry.key), entry.value.as_table()) else {
                continue;
            };
            if let (Some(value), Some(template)) = (table.get("derived"), &field.derived) {
                check_template(template, self.kind, value.span, self.faults);
            }
            if let (Some(value), Some(inverse)) = (table.get("inverse"), &field.inverse) {
                self.inverse(field, inverse, value.span);
            }
        }
    }

    fn inverse(&mut self, field: &'a Field, inverse: &str, span: Span) {
        let partners = wanted_kinds(&field.ty);
        if partners.is_empty() {
            let fault =
                self.faults.add(span, format!("`{}` refers to no kind that could answer it", field.name));
            fault.help.push("an inverse belongs to a reference, or a list of them, with `to`".to_owned());
            return;
        }
        for partner in partners.iter().filter_map(|name| self.kinds.get(name.as_str())) {
            let Some(answer) = partner.field(inverse) else {
                let fault =
                    self.faults.add(span, format!("kind `{}` has no field `{inverse}`", partner.name));
                let names = partner.fields.iter().map(|field| field.name.as_str());
                match did_you_mean(inverse, names) {
                    Some(guess) => fault.help.push(format!("did you mean `{guess}`?")),
                    None => fault.help.push(format!(
                        "define it under `[kind.{}.fields]` as a reference to `{}`",
                        partner.name, self.kind.name
                    )),
                }
                continue;
            };
            let back = wanted_kinds(&answer.ty);
            if !back.iter().any(|name| **name == *self.kind.name) {
                let message = format!(
                    "`{inverse}` of kind `{}` does not refer to kind `{}`",
                    partner.name, self.kind.name
                );
                self.faults.add(span, message).help.push("name that kind in its `to`".to_owned());
            }
            if let Some(other) = answer.inverse.as_ref().filter(|other| **other != field.name) {
                let message = format!("`{inverse}` of kind `{}` is the inverse of `{other}`", partner.name);
                self.faults.add(span, message).help.push("two fields are each other's inverse".to_owned());
            }
        }
    }
}

/// The kinds that a reference, or a list of references, may name.
fn wanted_kinds(ty: &FieldType) -> &[String] {
    match ty.bare() {
        FieldType::Reference(kinds) => kinds,
        FieldType::List(item) => match item.bare() {
            FieldType::Reference(kinds) => kinds,
            _ => &[],
        },
        _ => &[],
    }
}

fn field_at<'f>(fields: &'f [Field], path: &str) -> Option<&'f Field> {
    let (first, rest) = path.split_once('.').map_or((path, None), |(first, rest)| (first, Some(rest)));
    let field = fields.iter().find(|field| field.name == first)?;
    match (rest, field.ty.bare()) {
        (None, _) => Some(field),
        (Some(rest), FieldType::Table(fields)) => field_at(fields, rest),
        _ => None,
    }
}

fn is_in(value: &Value, min: Option<i64>, max: Option<i64>) -> bool {
    let is_within = |number: i64| min.is_none_or(|min| number >= min) && max.is_none_or(|max| number <= max);
    value.as_integer().is_some_and(is_within)
}

/// The bounds of a whole number, as a sentence names them.
fn bounds(min: Option<i64>, max: Option<i64>) -> String {
    match (min, max) {
        (Some(min), Some(max)) => format!("whole numbers from {min} to {max}"),
        (Some(min), None) => format!("whole numbers from {min} on"),
        (None, Some(max)) => format!("whole numbers up to {max}"),
        (None, None) => "whole numbers".to_owned(),
    }
}

fn alternatives(value: &Value) -> &[Value] {
    match &value.node {
        Node::List(items) => items,
        _ => std::slice::from_ref(value),
    }
}

/// Whether two conditions as written are true of one and the same value.
fn both_can_hold(a: &Value, b: &Value) -> bool {
    let (Some(a), Some(b)) = (a.as_table(), b.as_table()) else { return false };
    let field = |table: &Table| table.get("field").and_then(Value::as_str).map(str::to_owned);
    if field(a).is_none() || field(a) != field(b) {
        return false;
    }
    let absent = |table: &Table| table.get("given").is_some_and(|value| value.node == Node::Bool(false));
    if absent(a) || absent(b) {
        return absent(a) && absent(b);
    }
    let words = |table: &Table, key: &str| -> Option<Vec<String>> {
        Some(alternatives(table.get(key)?).iter().filter_map(word_of).collect())
    };
    let overlap = |one: &[String], other: &[String]| one.iter().any(|word| other.contains(word));
    match (words(a, "is"), words(b, "is"), words(a, "is-not"), words(b, "is-not")) {
        (Some(one), Some(other), _, _) => overlap(&one, &other),
        (Some(one), _, _, Some(not)) | (_, Some(one), Some(not), _) => {
            one.iter().any(|word| !not.contains(word))
        }
        _ => true,
    }
}
