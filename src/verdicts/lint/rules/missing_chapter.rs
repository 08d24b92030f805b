//! MCM907.

use std::collections::BTreeSet;

use super::super::{Check, Levels, Rule};
use crate::facts::Facts;
use crate::inputs::config::FieldType;
use crate::text::{Code, Diagnostic, Severity, Stage};

pub(super) static RULE: Rule = Rule {
    code: Code("MCM907"),
    name: "missing-chapter",
    summary: "process guide lacks chapter \"{c}\"",
    about: "guide",
    severity: Severity::Error,
    stage: Stage::Published,
    levels: Levels::ADVISED_IN_STANDARD,
    docs: include_str!("missing_chapter.md"),
    check: Check::Book(check),
};

/// The chapters are those that the kind's field `chapter` allows: a book that writes its guide in other
/// chapters says so there. A book without any guide has nothing that could be incomplete.
fn check(rule: &Rule, facts: &Facts, found: &mut Vec<Diagnostic>) {
    let kind = facts.inputs.config.kinds.get("guide");
    let Some(FieldType::Enum(chapters)) = kind.and_then(|kind| kind.field("chapter")).map(|field| &field.ty)
    else {
        return;
    };
    let guide = || facts.book.documents.iter().filter(|document| document.kind_name() == "guide");
    let Some(first) = guide().next() else { return };
    let written: BTreeSet<&str> = guide().filter_map(|document| document.text("chapter")).collect();
    for chapter in chapters.iter().filter(|chapter| !written.contains(chapter.as_str())) {
        let finding = rule.finding(format!("process guide lacks chapter \"{chapter}\""));
        let finding = finding.at(first.path(), first.head_span());
        found.push(finding.help(format!("write a document of kind `guide` with `chapter: {chapter}`")));
    }
}
