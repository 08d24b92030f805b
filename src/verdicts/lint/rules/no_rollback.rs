//! MCM119.

use super::super::subject::{follows_model, joined, key_place};
use super::super::{Check, Levels, Rule, Settings};
use crate::inputs::document::Document;
use crate::inputs::value::Node;
use crate::text::{Code, Diagnostic, Severity, Stage};

pub(super) static RULE: Rule = Rule {
    code: Code("MCM119"),
    name: "no-rollback",
    summary: "no rollback strategy",
    about: "request",
    severity: Severity::Error,
    stage: Stage::Submission,
    levels: Levels::EVERYWHERE,
    docs: include_str!("no_rollback.md"),
    check: Check::Document(check),
};

fn check(rule: &Rule, document: &Document, _: &Settings<'_>, found: &mut Vec<Diagnostic>) {
    if document.kind_name() != "request" || follows_model(document) {
        return;
    }
    // What is there but of another type is MCM009 or MCM018.
    let is_blank = |key: &&str| match document.field(&format!("rollback.{key}")) {
        None => true,
        Some(value) => value.node == Node::Null || value.as_str().is_some_and(|text| text.trim().is_empty()),
    };
    let is_other = document.field("rollback").is_some_and(|value| value.as_table().is_none());
    let lacking: Vec<&str> = ["kind", "estimate", "decider"].into_iter().filter(is_blank).collect();
    if lacking.is_empty() || is_other {
        return;
    }
    let finding = rule.finding("no rollback strategy");
    let finding = finding.at(document.path(), key_place(document, "rollback"));
    found.push(match document.field("rollback") {
        None => finding.help("add `rollback` with `kind`, `estimate` and `decider`"),
        Some(_) => finding
            .labelled(format!("without {}", joined(&lacking)))
            .help("say how the former state is restored, in how many minutes, and who decides on it"),
    });
}
