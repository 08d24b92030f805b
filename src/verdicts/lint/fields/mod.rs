//! Front matter held against its kind: one walk, whose problems several rules report.

mod bounds;
mod compared;
mod text;

use std::cmp::Ordering;
use std::collections::BTreeMap;

use super::Settings;
use crate::inputs::config::{Field, FieldType, Kind, Kinds, Place, Scope, word_of};
use crate::inputs::document::{Blank, Document};
use crate::inputs::profile::Profile;
use crate::inputs::value::{Node, Table, Value};
use crate::text::{Span, did_you_mean, only_guess};

/// Keys that would claim what only evidence may say; MCM006 speaks of them, unless the kind defines them.
const CLAIMS: [&str; 5] = ["status", "state", "approved", "approved_by", "approvers_done"];

/// Whether a key claims what only evidence may say, however it is written: `Status`, `approved-by`. What the kind
/// defines is a field, and so is a misspelling of it.
pub(super) fn is_claim(kind: Option<&Kind>, key: &str) -> bool {
    let is_like =
        |name: &str| key.eq_ignore_ascii_case(name) || key.replace('-', "_").eq_ignore_ascii_case(name);
    CLAIMS.iter().any(|claim| is_like(claim))
        && kind.is_none_or(|kind| !kind.fields.iter().any(|field| is_like(&field.name)))
}

/// What else may be done about a key with nothing behind it.
const NOTHING: &str = "or remove the key, where there is nothing to say";

/// Something in the front matter that does not fit the kind.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Problem {
    /// A key that the kind does not name.
    Unknown { name: String, span: Span, guess: Option<String>, known: Vec<String> },
    /// A key that must not be there, and when that is so.
    Forbidden { name: String, span: Span, why: String },
    /// A required key that is not there; when it is required, unless it always is.
    Missing { name: String, span: Span, doc: String, why: Option<String>, how: Option<String> },
    /// A value that the field does not take; `guess` is its text and the one word that it may mean.
    Wrong { name: String, span: Span, wanted: String, help: Vec<String>, guess: Option<(String, String)> },
    /// Text that should be a duration or a time and is none.
    NotTime { name: String, span: Span, value: String, wanted: &'static str, why: String },
    /// A value that says something else than the path.
    NotDerived { name: String, span: Span, value: String, derived: String },
    /// A key that stands behind one that it belongs before.
    OutOfOrder { name: String, span: Span, before: Span, order: Vec<String> },
}

/// All problems of a document's front matter.
pub(super) fn problems(document: &Document, settings: &Settings<'_>) -> Vec<Problem> {
    let Some(kind) = &document.kind else { return Vec::new() };
    // A header that stands in the body alone is held against its kind all the same.
    let is_read = document.matter.block.is_some() || kind.matter_optional && kind.has_origins();
    if !is_read || document.faults.iter().any(|fault| matches!(fault.code.0, "MCM001" | "MCM002")) {
        return Vec::new();
    }
    let matter = &document.matter.table;
    let (profile, kinds) = (settings.policy.profile, &settings.config.kinds);
    let mut walk =
        Walk { problems: Vec::new(), profile, kinds, matter, doc: "", kind, blanks: &document.blanks };
    let at = document.head_span();
    walk.table(&kind.fields, kind.unknown_fields, matter, "", at);
    walk.blanks(&kind.fields);
    walk.derived(document, settings.config.book.src.as_str());
    walk.order(&kind.field_order);
    walk.heading(document, settings.config.book.src.as_str());
    walk.problems
}

struct Walk<'a> {
    problems: Vec<Problem>,
    profile: Profile,
    kinds: &'a Kinds,
    matter: &'a Table,
    /// What the kind says of the key that is walked.
    doc: &'a str,
    kind: &'a Kind,
    /// The places in the body that should say a field and do not.
    blanks: &'a BTreeMap<String, Blank>,
}

impl<'a> Walk<'a> {
    fn table(&mut self, fields: &'a [Field], open: bool, table: &Table, prefix: &str, at: Span) {
        let scope = Scope { beside: table, matter: self.matter };
        for entry in table.entries() {
            let name = format!("{prefix}{}", entry.key);
            match fields.iter().find(|field| field.name == entry.key) {
                Some(field) => match field.presence.forbidden(scope) {
                    Some(condition) => {
                        let (span, why) = (entry.key_span, condition.to_string());
                        self.problems.push(Problem::Forbidden { name, span, why });
                    }
                    None => {
                        self.doc = &field.doc;
                        self.value(&field.ty, &entry.value, entry.key_span, &name);
                        self.after(field, &entry.value, scope, &name);
                    }
                },
                None if open || (prefix.is_empty() && is_claim(Some(self.kind), &entry.key)) => {}
                None => {
                    let known: Vec<String> = fields.iter().map(|field| field.name.clone()).collect();
                    let guess = did_you_mean(&entry.key, known.iter().map(String::as_str)).map(str::to_owned);
                    self.problems.push(Problem::Unknown { name, span: entry.key_span, guess, known });
                }
            }
        }
        for field in fields.iter().filter(|field| table.get(&field.name).is_none()) {
            let Some(why) = field.presence.required(self.profile, scope) else { continue };
            if prefix.is_empty() && self.is_told_as_empty(field) {
                continue;
            }
            let (name, doc) = (format!("{prefix}{}", field.name), field.doc.clone());
            let why = why.map(ToString::to_string);
            let how = field.origin.as_ref().map(|origin| origin.place.how());
            let (span, how) = match self.blanks.get(&field.name).filter(|_| prefix.is_empty()) {
                Some(blank) => (blank.span, field.origin.as_ref().map(|origin| origin.wanted())),
                None => (at, how),
            };
            self.problems.push(Problem::Missing { name, span, doc, why, how });
        }
    }

    /// Whether the section that should say the field is there and says nothing: MCM012 tells that.
    fn is_told_as_empty(&self, field: &Field) -> bool {
        let is_empty = self.blanks.get(&field.name).is_some_and(|blank| blank.is_empty);
        let section = field.origin.as_ref().and_then(|origin| match &origin.place {
            Place::Section(title) => self.kind.section(title),
            Place::Line(_) | Place::Heading => None,
        });
        is_empty && section.is_some_and(|section| !section.may_be_empty)
    }

    /// Lines that should say a field and say something else; of what must be there, that was told already.
    fn blanks(&mut self, fields: &'a [Field]) {
        for (name, blank) in self.blanks.iter().filter(|(_, blank)| !blank.is_empty) {
            let origin =
                fields.iter().find(|field| field.name == *name).and_then(|field| field.origin.as_ref());
            let is_told =
                |problem: &Problem| matches!(problem, Problem::Missing { name: told, .. } if told == name);
            if let Some(origin) = origin.filter(|origin| matches!(origin.place, Place::Line(_)))
                && !self.problems.iter().any(is_told)
            {
                let help = vec![origin.wanted()];
                self.wrong(name, blank.span, "text in which `capture` finds it".to_owned(), help);
            }
        }
    }

    fn value(&mut self, ty: &'a FieldType, value: &Value, key: Span, name: &str) {
        let span = if value.span.is_empty() { key } else { value.span };
        match (ty, &value.node) {
            (FieldType::Bounded(inner, bounds), _) => {
                let before = self.problems.len();
                self.value(inner, value, key, name);
                if self.problems.len() == before {
                    self.bounds(bounds, value, span, name);
                }
            }
            (FieldType::List(item), Node::List(items)) => {
                for (index, value) in items.iter().enumerate() {
                    self.value(item, value, value.span, &format!("{name}[{}]", index + 1));
                }
            }
            (FieldType::Table(fields), Node::Table(table)) => {
                // An item of a list has no key of its own: what it lacks is told at its first one.
                let first = table.entries().first().filter(|_| key == value.span);
                let at = first.map_or(key, |entry| entry.key_span);
                self.table(fields, false, table, &format!("{name}."), at);
            }
            (FieldType::Map(item), Node::Table(table)) => {
                for entry in table.entries() {
                    self.value(item, &entry.value, entry.key_span, &format!("{name}.{}", entry.key));
                }
            }
            (FieldType::OneOf(types), _) => self.one_of(types, value, key, name),
            (_, Node::String(text)) => self.text(ty, text, span, name),
            (FieldType::Any, _) | (FieldType::Boolean, Node::Bool(_)) | (FieldType::Null, Node::Null) => {}
            (FieldType::Integer { min, max }, Node::Integer(number)) => {
                let low = min.is_some_and(|min| *number < min);
                let high = max.is_some_and(|max| *number > max);
                if low || high {
                    let bound = |bound: &Option<i64>| bound.map_or("any".to_owned(), |b| b.to_string());
                    let help = vec![format!("from {} to {}", bound(min), bound(max))];
                    self.wrong(name, span, "a whole number within its bounds".to_owned(), help);
                }
            }
            (FieldType::Reference(kinds), Node::Integer(number))
                if *number >= 0 && self.kinds.are_numbered(kinds) => {}
            (ty, node) => {
                let mut help = vec![format!("here is {}", value.type_name())];
                let is_text = matches!(ty, FieldType::String | FieldType::Line | FieldType::Reference(_));
                help.push(match (ty, node) {
                    (_, Node::Integer(_) | Node::Float(_) | Node::Bool(_)) if is_text => {
                        "put it in quotes".to_owned()
                    }
                    (FieldType::Duration, Node::Integer(number)) if *number > 0 => {
                        format!("say of which unit: `{number}m`, `{number}h` or `{number}d`")
                    }
                    _ => text::how(ty),
                });
                help.extend((*node == Node::Null).then(|| NOTHING.to_owned()));
                self.wrong(name, span, text::wanted(ty).to_owned(), help);
            }
        }
    }

    /// A value that must come after another one; where one of the two cannot be read, that is told.
    fn after(&mut self, field: &Field, value: &Value, scope: Scope<'_>, name: &str) {
        let Some(after) = &field.after else { return };
        let other = scope.beside.at(&after.field).or_else(|| scope.matter.at(&after.field));
        let Some(other) = other else { return };
        let order = compared::order(&field.ty, value, other);
        let is_wrong = match after.or_same {
            true => order == Some(Ordering::Less),
            false => matches!(order, Some(Ordering::Less | Ordering::Equal)),
        };
        if is_wrong {
            let wanted = if after.or_same { "not before" } else { "after" };
            let written = word_of(other).unwrap_or_default();
            let help = format!("`{}` is {written}: correct one of the two", after.field);
            self.wrong(name, value.span, format!("{wanted} `{}`", after.field), vec![help]);
        }
    }

    /// The types are tried in order, and the first that takes the value wins. Where none does, the first one of
    /// the value's shape says what is wrong.
    fn one_of(&mut self, types: &'a [FieldType], value: &Value, key: Span, name: &str) {
        let before = self.problems.len();
        let mut first = None;
        for ty in types.iter().filter(|ty| ty.has_shape_of(value)) {
            self.value(ty, value, key, name);
            let told = self.problems.split_off(before);
            if told.is_empty() {
                return;
            }
            first.get_or_insert(told);
        }
        let words = types.iter().filter_map(|ty| match ty.bare() {
            FieldType::Enum(words) => Some(words),
            _ => None,
        });
        let words: Vec<&str> = words.flatten().map(String::as_str).collect();
        // A misspelt word of a list has the shape of any other text.
        let text = value.as_str().filter(|_| !words.is_empty());
        let guess = text.and_then(|text| did_you_mean(text, words.iter().copied()));
        let is_time = |told: &[Problem]| matches!(told, [Problem::NotTime { .. }]);
        // Text that is no word and should be a time has a rule of its own.
        match first.filter(|told| text.is_none() || guess.is_none() && is_time(told)) {
            Some(told) => self.problems.extend(told),
            None => {
                let wanted: Vec<&str> = types.iter().map(|ty| text::wanted(ty)).collect();
                let span = if value.span.is_empty() { key } else { value.span };
                let mut help: Vec<String> = types.iter().map(text::how).collect();
                if text.is_none() {
                    help.insert(0, format!("here is {}", value.type_name()));
                }
                help.extend((value.node == Node::Null).then(|| NOTHING.to_owned()));
                help.extend(guess.map(|guess| format!("did you mean `{guess}`?")));
                let only = text.and_then(|text| Some((text, only_guess(text, words.iter().copied())?)));
                let guess = only.map(|(text, guess)| (text.to_owned(), guess.to_owned()));
                let (name, wanted) = (name.to_owned(), wanted.join(" or "));
                self.problems.push(Problem::Wrong { name, span, wanted, help, guess });
            }
        }
    }

    /// Fields that the path decides. A path that fits none of the kind's patterns decides nothing.
    fn derived(&mut self, document: &Document, src: &str) {
        let Some(kind) = &document.kind else { return };
        let below = document.path().below(src).unwrap_or_default();
        for field in &kind.fields {
            let (Some(template), Some(value)) = (&field.derived, document.field(&field.name)) else {
                continue;
            };
            let (Some(derived), Some(word)) = (kind.fill(template, below), word_of(value)) else { continue };
            let is_same = match &value.node {
                Node::Integer(number) => derived.parse() == Ok(*number),
                _ => derived == word,
            };
            if !is_same {
                let (name, span) = (field.name.clone(), value.span);
                self.problems.push(Problem::NotDerived { name, span, value: word, derived });
            }
        }
    }

    /// The first heading, where the kind says what it has to be. Marks of emphasis and of code do not count.
    fn heading(&mut self, document: &Document, src: &str) {
        let below = document.path().below(src).unwrap_or_default();
        let kind = document.kind.as_ref();
        let Some(wanted) = kind.and_then(|kind| kind.heading_of(document.text("title"), below)) else {
            return;
        };
        let plain =
            |text: &str| text.replace(['`', '*', '_'], "").split_whitespace().collect::<Vec<_>>().join(" ");
        let first = document.outline.headings.first().filter(|heading| heading.level == 1);
        let (span, help) = match first {
            Some(heading) if plain(&heading.text) == plain(&wanted) => return,
            Some(heading) => (heading.span, "write the heading so, or correct what it is made of"),
            None => (document.head_span(), "begin the text with it, as a heading of level 1"),
        };
        self.wrong("heading", span, format!("\"{wanted}\""), vec![help.to_owned()]);
    }

    /// Keys out of the kind's order: each that stands behind one of a later place.
    fn order(&mut self, order: &[String]) {
        let mut highest: Option<(usize, Span)> = None;
        for entry in self.matter.entries() {
            let Some(rank) = order.iter().position(|name| *name == entry.key) else { continue };
            let is_forbidden = |problem: &Problem| matches!(problem, Problem::Forbidden { span, .. } if *span == entry.key_span);
            if self.problems.iter().any(is_forbidden) {
                continue;
            }
            match highest {
                Some((top, before)) if rank < top => {
                    let (name, order) = (entry.key.clone(), order.to_vec());
                    self.problems.push(Problem::OutOfOrder { name, span: entry.key_span, before, order });
                }
                _ => highest = Some((rank, entry.key_span)),
            }
        }
    }

    fn wrong(&mut self, name: &str, span: Span, wanted: String, help: Vec<String>) {
        self.problems.push(Problem::Wrong { name: name.to_owned(), span, wanted, help, guess: None });
    }
}
