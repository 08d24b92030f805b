//! MCM016.

use super::super::{Check, Levels, Rule};
use crate::facts::Facts;
use crate::facts::book::{Book, Referent};
use crate::inputs::config::{FieldType, Scope, word_of};
use crate::inputs::value::{Node, Value};
use crate::text::{Code, Diagnostic, Severity, Stage, with_article};

pub(super) static RULE: Rule = Rule {
    code: Code("MCM016"),
    name: "wrong-reference",
    summary: "`{ref}` is a {kind}; a {wanted} is needed",
    about: "all",
    severity: Severity::Error,
    stage: Stage::Draft,
    levels: Levels::EVERYWHERE,
    docs: include_str!("wrong_reference.md"),
    check: Check::Book(check),
};

fn check(rule: &Rule, facts: &Facts, found: &mut Vec<Diagnostic>) {
    let book = &facts.book;
    let mistaken = book.documents.iter().zip(&book.outgoing).filter(|(_, outgoing)| outgoing.is_mistaken);
    for (document, _) in mistaken {
        Book::visit_references(document, &mut |kinds, value| {
            let text = &word_of(value).unwrap_or_default();
            let Referent::WrongKind(index) = book.refer(kinds, text) else { return };
            let other = book.document(index);
            let (kind, wanted) = (with_article(other.kind_name()), with_article(&kinds.join(" or ")));
            let message = format!("`{text}` is {kind}; {wanted} is needed");
            let finding = rule.finding(message).at(document.path(), value.span);
            let finding = finding.related(other.path(), other.head_span(), "this is what the id names");
            found.push(finding.help(format!("write the id of {wanted}")));
        });
    }
    for index in 0..book.documents.len() {
        one_sided(rule, book, index, found);
    }
}

/// The relations of a document that the other side does not say.
fn one_sided(rule: &Rule, book: &Book, index: usize, found: &mut Vec<Diagnostic>) {
    let document = book.document(index);
    let Some(kind) = &document.kind else { return };
    for field in &kind.fields {
        let Some(inverse) = &field.inverse else { continue };
        let Some(value) = document.field(&field.name) else { continue };
        if field.presence.forbidden(Scope::of(&document.matter.table)).is_some() {
            continue;
        }
        for (kinds, value) in references(&field.ty, value) {
            let text = &word_of(value).unwrap_or_default();
            let Referent::Document(other_index) = book.refer(kinds, text) else { continue };
            let other = book.document(other_index);
            let answer = other.kind.as_ref().and_then(|kind| kind.field(inverse));
            let Some(answer) = answer else { continue };
            let names_this = |(kinds, value): (&[String], &Value)| {
                book.refer(kinds, &word_of(value).unwrap_or_default()) == Referent::Document(index)
            };
            let answers = other.field(inverse).map(|value| references(&answer.ty, value)).unwrap_or_default();
            if answers.into_iter().any(names_this) {
                continue;
            }
            let (name, kind) = (book.name_of(index), with_article(other.kind_name()));
            let message = format!("`{text}` is {kind} without `{inverse}: {name}`; both sides must say it");
            let finding = rule.finding(message).at(document.path(), value.span);
            let place = other.field(inverse).map_or(other.head_span(), |value| value.span);
            let finding = finding.related(other.path(), place, format!("`{name}` is not named here"));
            found.push(finding.help(match (&answer.origin, answer.ty.bare(), other.field(inverse)) {
                (Some(origin), ..) => {
                    format!("name `{name}` as `{inverse}` in {}: {}", other.path(), origin.place.how())
                }
                (None, FieldType::List(_), Some(_)) => {
                    format!("add `{name}` to the list `{inverse}` of {}", other.path())
                }
                (None, FieldType::List(_), None) => format!("add `{inverse}: [{name}]` to {}", other.path()),
                (None, _, Some(_)) => format!("write `{inverse}: {name}` in {}", other.path()),
                (None, _, None) => format!("add `{inverse}: {name}` to {}", other.path()),
            }));
        }
    }
}

/// The references that a field holds: one, or a list of them.
fn references<'a>(ty: &'a FieldType, value: &'a Value) -> Vec<(&'a [String], &'a Value)> {
    match (ty.bare(), &value.node) {
        (FieldType::Reference(kinds), Node::String(_) | Node::Integer(_)) => vec![(kinds, value)],
        (FieldType::List(item), Node::List(items)) => {
            items.iter().flat_map(|value| references(item, value)).collect()
        }
        _ => Vec::new(),
    }
}
