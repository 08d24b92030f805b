//! MCM007.

use std::collections::BTreeMap;

use super::super::{Check, Levels, Rule};
use crate::facts::Facts;
use crate::inputs::config::word_of;
use crate::inputs::value::Node;
use crate::text::{Code, Diagnostic, Severity, Span, Stage};

pub(super) static RULE: Rule = Rule {
    code: Code("MCM007"),
    name: "duplicate-id",
    summary: "id `{id}` is also used by {path}",
    about: "all",
    severity: Severity::Error,
    stage: Stage::Draft,
    levels: Levels::EVERYWHERE,
    docs: include_str!("duplicate_id.md"),
    check: Check::Book(check),
};

fn check(rule: &Rule, facts: &Facts, found: &mut Vec<Diagnostic>) {
    let book = &facts.book;
    for (index, first) in book.duplicates() {
        let (document, other) = (book.document(*index), book.document(*first));
        let message = format!("id `{}` is also used by {}", document.id, other.path());
        let finding = rule.finding(message).at(document.path(), document.head_span());
        let finding = finding.related(other.path(), other.head_span(), "the first document of that id");
        found.push(finding.help("rename one of the two files"));
    }
    of_fields(rule, facts, found);
}

/// The fields that a kind wants to be unique: of each value the first document in path order keeps it.
fn of_fields(rule: &Rule, facts: &Facts, found: &mut Vec<Diagnostic>) {
    let book = &facts.book;
    let mut seen: BTreeMap<(&str, &str, String), (usize, Span)> = BTreeMap::new();
    for (index, document) in book.documents.iter().enumerate() {
        let Some(kind) = &document.kind else { continue };
        for field in kind.fields.iter().filter(|field| field.unique) {
            let Some(value) = document.field(&field.name) else { continue };
            let values = match &value.node {
                Node::List(items) => items.as_slice(),
                _ => std::slice::from_ref(value),
            };
            for value in values {
                let Some(word) = word_of(value) else { continue };
                let key = (&*kind.name, field.name.as_str(), word.clone());
                let first = *seen.entry(key).or_insert((index, value.span));
                if first == (index, value.span) {
                    continue;
                }
                let other = book.document(first.0);
                let message = format!("{} `{word}` is also used by {}", field.name, other.path());
                let finding = rule.finding(message);
                let finding = finding.at(document.path(), value.span);
                let finding = finding.related(other.path(), first.1, "the first one");
                found.push(finding.help(format!("no two documents of kind `{}` may share it", kind.name)));
            }
        }
    }
}
