//! MCM130.

use super::super::subject::{follows_model, key_place};
use super::super::wording::{has_figure, written};
use super::super::{Check, Levels, Rule, Settings};
use crate::facts::book::view;
use crate::inputs::document::Document;
use crate::text::{Code, Diagnostic, Severity, Stage};

pub(super) static RULE: Rule = Rule {
    code: Code("MCM130"),
    name: "unmeasured-success",
    summary: "success criteria are missing or not measurable",
    about: "request",
    severity: Severity::Error,
    stage: Stage::Submission,
    levels: Levels::FROM_STANDARD,
    docs: include_str!("unmeasured_success.md"),
    check: Check::Document(check),
};

fn check(rule: &Rule, document: &Document, _: &Settings<'_>, found: &mut Vec<Diagnostic>) {
    if document.kind_name() != "request" || follows_model(document) {
        return;
    }
    let criteria: Vec<_> =
        view::texts(document, "success").filter(|(text, _)| !text.trim().is_empty()).collect();
    let section = written(document, "Success Criteria");
    let is_measured = |text: &str| has_figure(text) || text.contains(['<', '>', '=', '≤', '≥']);
    let (message, place) = match (criteria.as_slice(), &section) {
        // A section that is missing is MCM010, an empty one MCM012.
        ([], None) if view::section(document, "Success Criteria").is_some() => return,
        ([], None) => ("success criteria are missing", key_place(document, "success")),
        ([], Some(section)) if is_measured(&section.text) => return,
        ([], Some(section)) => ("success criteria are not measurable", section.heading),
        (criteria, _) if criteria.iter().any(|(text, _)| is_measured(text)) => return,
        ([(_, first), ..], _) => ("success criteria are not measurable", *first),
    };
    let finding = rule.finding(message).at(document.path(), place);
    found.push(
        finding.help("write in `success` what is read afterwards, with its bound: `errors at most 0.1 %`"),
    );
}
