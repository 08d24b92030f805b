//! By what results can be narrowed: what a change is about, when, who, and how it went.

use std::collections::{BTreeMap, BTreeSet};

use super::super::summary::{approvers, texts};
use super::super::when;
use super::entry::Entry;
use crate::analysis::Analysis;
use crate::facts::book::{Change, Referent};
use crate::inputs::config::{Field, FieldType};
use crate::inputs::document::Document;
use crate::inputs::value::{Node, Value};

/// Facet -> values.
pub(super) type Facets = BTreeMap<&'static str, Vec<String>>;

/// The facets of an entry. Every document of a change has those of its request, so that "the runbooks of
/// payments" can be asked; people are its own, and the owner of the request.
pub(super) fn of(analysis: &Analysis, entry: &Entry<'_>, date: &str) -> Facets {
    let mut facets = Facets::new();
    let mut add = |facet: &'static str, values: Vec<String>| {
        if !values.is_empty() {
            facets.insert(facet, values);
        }
    };
    add("kind", vec![entry.kind.clone()]);
    if let Some(time) = Time::of(date) {
        add("year", vec![time.year]);
        add("quarter", vec![time.quarter]);
        add("month", vec![time.month]);
    }
    let request = entry.change.and_then(|change| request_of(analysis, change));
    if let Some(change) = entry.change {
        let fields = |key: &'static str| request.map(|request| texts(request, key));
        let named = |kind, key| names(analysis, kind, fields(key).into_iter().flatten());
        add("service", named("service", "services"));
        add("window", named("window", "slot.window"));
        add("class", fields("class").into_iter().flatten().map(str::to_owned).collect());
        add("phase", vec![change.phase.name().to_owned()]);
        add("outcome", outcome_of(change).into_iter().map(str::to_owned).collect());
        add("approver", approvers(&analysis.facts, &change.id));
    } else if let Some(document) = entry.document {
        match document.kind_name() {
            "service" => add("service", vec![document.id.name().to_owned()]),
            "window" => add("window", vec![document.id.name().to_owned()]),
            _ => {}
        }
    }
    let owner = request.and_then(|request| request.text("owner"));
    let mut people: BTreeSet<&str> = owner.into_iter().collect();
    if let Some(document) = entry.document {
        visit(document, &mut |ty, text| {
            if matches!(ty, FieldType::Person) {
                people.insert(text);
            }
        });
    }
    let handles: BTreeSet<String> =
        people.into_iter().map(|person| person.trim().trim_start_matches('@').to_owned()).collect();
    add("person", handles.into_iter().filter(|handle| !handle.is_empty()).collect());
    facets
}

/// When an entry is or was to take place, as far as it says so: `2026-09-16`, in the zone of its slot.
pub(super) fn date_of(analysis: &Analysis, entry: &Entry<'_>) -> Option<String> {
    let day = |text: &str| Time::of(text).map(|_| text[..10].to_owned());
    if let Some(change) = entry.change {
        let request = request_of(analysis, change)?;
        let slot = when::slot_of(request).map(|slot| slot.date);
        let created = || request.text("created").and_then(day);
        let landed = || analysis.facts.inputs.history.of(request.path()).last();
        return slot.or_else(created).or_else(|| day(&when::rfc3339(landed()?.time)));
    }
    entry.document.filter(|document| document.kind_name() == "window")?.text("start").and_then(day)
}

/// How a change ended, in the register's words.
fn outcome_of(change: &Change) -> Option<&'static str> {
    let cancelled = change.cancelled.then_some("cancelled");
    change.outcome.map(|outcome| outcome.name()).or(cancelled)
}

/// Where a change stands, in the words of its chip.
pub(super) fn status_of(change: &Change) -> &'static str {
    outcome_of(change).unwrap_or(change.phase.name())
}

/// The prose of a front matter: what somebody wrote in its fields, a line each.
pub(super) fn prose(document: &Document) -> String {
    let mut prose = String::new();
    visit(document, &mut |ty, text| {
        if matches!(ty, FieldType::String | FieldType::Line) {
            prose.push_str(text.trim());
            prose.push('\n');
        }
    });
    prose
}

fn request_of<'a>(analysis: &'a Analysis, change: &Change) -> Option<&'a Document> {
    let index = change.request.or(change.documents.first().copied())?;
    Some(&analysis.facts.book.documents[index])
}

/// The last parts of the ids that texts refer to, so that `payments` and `services/payments` are one value.
fn names<'d>(analysis: &Analysis, kind: &str, texts: impl Iterator<Item = &'d str>) -> Vec<String> {
    let book = &analysis.facts.book;
    let name = |text: &str| match book.refer(&[kind.to_owned()], text) {
        Referent::Document(index) => book.documents[index].id.name().to_owned(),
        _ => text.trim().to_owned(),
    };
    let names: BTreeSet<String> = texts.map(name).filter(|name| !name.is_empty()).collect();
    names.into_iter().collect()
}

/// Year, quarter and month: the engine knows no ranges.
struct Time {
    year: String,
    quarter: String,
    month: String,
}

impl Time {
    fn of(text: &str) -> Option<Time> {
        let date: jiff::civil::Date = text.get(..10)?.parse().ok()?;
        let (year, month) = (date.year(), date.month());
        Some(Time {
            year: format!("{year:04}"),
            quarter: when::quarter(text)?,
            month: format!("{year:04}-{month:02}"),
        })
    }
}

/// Visits the texts of a front matter with the types that the kind gives them; titles and ids of the
/// document itself are left out.
fn visit<'d>(document: &'d Document, each: &mut dyn FnMut(&'d FieldType, &'d str)) {
    let Some(kind) = &document.kind else { return };
    let is_own = |field: &&Field| !matches!(field.name.as_str(), "title" | "id" | "kind");
    for field in kind.fields.iter().filter(is_own) {
        if let Some(value) = document.matter.table.get(&field.name) {
            visit_value(&field.ty, value, each);
        }
    }
}

fn visit_value<'d>(ty: &'d FieldType, value: &'d Value, each: &mut dyn FnMut(&'d FieldType, &'d str)) {
    let ty = ty.bare();
    match (ty, &value.node) {
        (FieldType::List(item), Node::List(items)) => {
            items.iter().for_each(|value| visit_value(item, value, each));
        }
        (FieldType::Table(fields), Node::Table(table)) => {
            for field in fields {
                if let Some(value) = table.get(&field.name) {
                    visit_value(&field.ty, value, each);
                }
            }
        }
        (FieldType::Map(item), Node::Table(table)) => {
            table.entries().iter().for_each(|entry| visit_value(item, &entry.value, each));
        }
        (FieldType::OneOf(types), _) => {
            if let Some(ty) = types.iter().find(|ty| ty.has_shape_of(value)) {
                visit_value(ty, value, each);
            }
        }
        (_, Node::String(text)) => each(ty, text),
        _ => {}
    }
}
