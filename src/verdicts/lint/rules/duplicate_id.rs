//! MCM007.

use super::super::{Check, Levels, Rule};
use crate::facts::Facts;
use crate::text::{Code, Diagnostic, Severity, Stage};

pub(super) static RULE: Rule = Rule {
    code: Code("MCM007"),
    name: "duplicate-id",
    summary: "id `{id}` is also used by {path}",
    severity: Severity::Error,
    stage: Stage::Draft,
    levels: Levels::EVERYWHERE,
    docs: include_str!("duplicate_id.md"),
    check: Check::Book(check),
};

fn check(rule: &Rule, facts: &Facts, found: &mut Vec<Diagnostic>) {
    let book = &facts.book;
    for (index, first) in &book.duplicates {
        let (document, other) = (book.document(*index), book.document(*first));
        let message = format!("id `{}` is also used by {}", document.id, other.path());
        let finding = rule.finding(message).at(document.path(), document.head_span());
        let finding = finding.related(other.path(), other.head_span(), "the first document of that id");
        found.push(finding.help("rename one of the two files"));
    }
}
