//! MCM417.

use std::collections::BTreeSet;

use super::super::{Check, Levels, Rule, Scope};
use crate::facts::book::view;
use crate::text::{Code, Diagnostic, Severity, Stage};

pub(super) static RULE: Rule = Rule {
    code: Code("MCM417"),
    name: "unchecked-service",
    summary: "affected service {s} was not verified",
    about: "execution",
    severity: Severity::Error,
    stage: Stage::Closing,
    levels: Levels::FROM_STANDARD,
    docs: include_str!("unchecked_service.md"),
    check: Check::Change(check),
};

fn check(rule: &Rule, scope: &Scope<'_>, found: &mut Vec<Diagnostic>) {
    let facts = scope.facts;
    for (execution, record, run) in scope.runs() {
        let Some(request) = execution.request.map(|request| facts.book.document(request)) else { continue };
        if !execution.leaves_services() {
            continue;
        }
        let verified = run.verifies().into_iter().filter_map(|said| view::service(&facts.book, said.what.0));
        let verified: BTreeSet<usize> = verified.collect();
        for (service, value) in view::services(&facts.book, request) {
            if verified.contains(&service) {
                continue;
            }
            let name = value.as_str().unwrap_or_default();
            let finding = rule.finding(format!("affected service `{name}` was not verified"));
            found.push(
                finding
                    .at(record.path(), view::place_of_section(record, "Verification"))
                    .related(request.path(), value.span, "the request changes it")
                    .help("the log has a `verify` line for each affected service"),
            );
        }
    }
}
