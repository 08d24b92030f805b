//! MCM016.

use super::super::{Check, Levels, Rule};
use crate::facts::Facts;
use crate::facts::book::{Book, Referent};
use crate::text::{Code, Diagnostic, Severity, Stage, with_article};

pub(super) static RULE: Rule = Rule {
    code: Code("MCM016"),
    name: "wrong-reference",
    summary: "`{ref}` is a {kind}; a {wanted} is needed",
    severity: Severity::Error,
    stage: Stage::Draft,
    levels: Levels::EVERYWHERE,
    docs: include_str!("wrong_reference.md"),
    check: Check::Book(check),
};

fn check(rule: &Rule, facts: &Facts, found: &mut Vec<Diagnostic>) {
    let book = &facts.book;
    for document in &book.documents {
        Book::visit_references(document, &mut |kinds, value| {
            let text = value.as_str().unwrap_or_default();
            let Referent::WrongKind(index) = book.refer(kinds, text) else { return };
            let other = book.document(index);
            let (kind, wanted) = (with_article(other.kind_name()), with_article(&kinds.join(" or ")));
            let message = format!("`{text}` is {kind}; {wanted} is needed");
            let finding = rule.finding(message).at(document.path(), value.span);
            let finding = finding.related(other.path(), other.head_span(), "this is what the id names");
            found.push(finding.help(format!("write the id of {wanted}")));
        });
    }
}
