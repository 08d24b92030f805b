//! MCM101.

use super::super::subject::follows_model;
use super::super::wording::{has_figure, written};
use super::super::{Check, Levels, Rule, Settings};
use crate::inputs::document::Document;
use crate::text::{Code, Diagnostic, Severity, Stage};

pub(super) static RULE: Rule = Rule {
    code: Code("MCM101"),
    name: "vague-description",
    summary: "description says nothing testable (fewer than {n} words)",
    about: "request",
    severity: Severity::Error,
    stage: Stage::Submission,
    levels: Levels::EVERYWHERE,
    docs: include_str!("vague_description.md"),
    check: Check::Document(check),
};

fn check(rule: &Rule, document: &Document, settings: &Settings<'_>, found: &mut Vec<Diagnostic>) {
    if document.kind_name() != "request" || follows_model(document) {
        return;
    }
    let Some(description) = written(document, "Description") else { return };
    let least = settings.policy.limits.description_words;
    let names_something = has_figure(&description.text) || description.raw.contains(['`', '[']);
    let why = if description.words < least {
        format!("fewer than {least} words")
    } else if !names_something {
        "no figure, no name in backticks and no link".to_owned()
    } else {
        return;
    };
    let message = format!("description says nothing testable ({why})");
    let finding = rule.finding(message).at(document.path(), description.heading);
    found.push(
        finding.help("say what is changed, from which state to which, so that somebody else can check it"),
    );
}
