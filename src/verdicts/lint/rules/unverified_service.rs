//! MCM224.

use super::super::runbook::{is_told, runbooks};
use super::super::{Check, Levels, Rule, Scope};
use crate::facts::book::view;
use crate::inputs::document::steps::{Step, StepKind};
use crate::text::{Code, Diagnostic, Severity, Stage};

pub(super) static RULE: Rule = Rule {
    code: Code("MCM224"),
    name: "unverified-service",
    summary: "no verification step covers affected service {s}",
    about: "runbook",
    severity: Severity::Error,
    stage: Stage::Approval,
    levels: Levels::FROM_STANDARD,
    docs: include_str!("unverified_service.md"),
    check: Check::Change(check),
};

fn check(rule: &Rule, scope: &Scope<'_>, found: &mut Vec<Diagnostic>) {
    let facts = scope.facts;
    for planned in runbooks(scope).filter(|planned| !is_told(planned.document, "Verification")) {
        let document = planned.document;
        let Some(request) = planned.request(facts) else { continue };
        let verifications: Vec<String> =
            document.steps.iter().filter(|step| step.kind == StepKind::Verify).map(said).collect();
        for (service, value) in view::services(&facts.book, request) {
            let service = facts.book.document(service);
            let names = [service.id.name().to_lowercase(), service.title().to_lowercase()];
            if verifications.iter().any(|text| names.iter().any(|name| holds_word(text, name))) {
                continue;
            }
            let name = service.id.name();
            let message = format!("no verification step covers affected service {name}");
            let place = view::place_of_section(document, "Verification");
            let finding = rule.finding(message).at(document.path(), place);
            let finding = finding.related(request.path(), value.span, "the request names it");
            found.push(finding.help(format!("add a step such as `### Verify V1: {name} does its work`")));
        }
    }
}

/// What a verification says of itself: title and fields, in lower case.
fn said(step: &Step) -> String {
    let fields = step.fields.iter().map(|field| field.value.as_str());
    let parts: Vec<&str> = std::iter::once(step.title.as_str()).chain(fields).collect();
    parts.join("\n").to_lowercase()
}

/// Whether a text holds a name that is no part of a longer one: `ledger` is not in `ledger-db`.
fn holds_word(text: &str, name: &str) -> bool {
    let is_part = |c: char| c.is_alphanumeric() || matches!(c, '-' | '_');
    let places = text.match_indices(name);
    let is_whole = |(at, word): (usize, &str)| {
        !text[..at].ends_with(is_part) && !text[at + word.len()..].starts_with(is_part)
    };
    !name.is_empty() && { places }.any(is_whole)
}
