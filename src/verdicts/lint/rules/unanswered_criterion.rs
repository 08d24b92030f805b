//! MCM112.

use super::super::{Check, Levels, Rule, Scope};
use crate::inputs::config::FieldType;
use crate::inputs::document::Document;
use crate::text::{Code, Diagnostic, Severity, Stage};

pub(super) static RULE: Rule = Rule {
    code: Code("MCM112"),
    name: "unanswered-criterion",
    summary: "criterion `{field}` is unanswered; the class cannot be derived",
    about: "request",
    severity: Severity::Error,
    stage: Stage::Submission,
    levels: Levels::EVERYWHERE,
    docs: include_str!("unanswered_criterion.md"),
    check: Check::Change(check),
};

fn check(rule: &Rule, scope: &Scope<'_>, found: &mut Vec<Diagnostic>) {
    let facts = scope.facts;
    for (id, class) in scope.classes() {
        let Some(request) = facts.request(id) else { continue };
        for field in &class.unanswered {
            let (parent, _) = field.split_once('.').unwrap_or((field, ""));
            let place = match (request.field(field), request.matter.table.entry(parent)) {
                (Some(empty), _) => empty.span,
                (None, Some(entry)) => entry.key_span,
                (None, None) => request.head_span(),
            };
            let message = format!("criterion `{field}` is unanswered; the class cannot be derived");
            let finding = rule.finding(message).at(request.path(), place).help(answer(request, field));
            found.push(match class.certain() {
                Some(_) => finding.help("the change is major by what is answered; the score needs this, too"),
                None => finding,
            });
        }
    }
}

/// How a question is answered: the key with the table that it stands in, and what it takes.
fn answer(request: &Document, path: &str) -> String {
    let (parent, key) = path.split_once('.').unwrap_or(("", path));
    let table = request.kind.as_ref().and_then(|kind| kind.field(parent)).map(|field| field.ty.bare());
    let fields = match table {
        Some(FieldType::Table(fields)) => fields.as_slice(),
        _ => &[],
    };
    let takes = match fields.iter().find(|field| field.name == key).map(|field| field.ty.bare()) {
        Some(FieldType::Enum(words)) => format!("{key}: {}", words.join(" | ")),
        Some(FieldType::List(item)) => match item.bare() {
            FieldType::Enum(words) => format!("{key}: [...] with one or more of {}", words.join(", ")),
            _ => format!("{key}: [...]"),
        },
        Some(FieldType::Duration) => format!("{key}: 20m, or 0m for none"),
        _ => format!("{key}: ..."),
    };
    match request.field(parent) {
        Some(_) => format!("write under `{parent}`: {takes}"),
        None => format!("add `{parent}:`, and indented under it: {takes}"),
    }
}
