//! MCM115.

use std::collections::BTreeSet;

use super::super::subject::{follows_model, key_place, requests};
use super::super::{Check, Levels, Rule, Scope};
use crate::facts::Facts;
use crate::facts::book::view;
use crate::inputs::document::Document;
use crate::text::{Code, Diagnostic, Severity, Stage};

pub(super) static RULE: Rule = Rule {
    code: Code("MCM115"),
    name: "forgotten-neighbour",
    summary: "catalogue says {a} depends on {b}; {b} is not addressed here",
    about: "request",
    severity: Severity::Error,
    stage: Stage::Submission,
    levels: Levels::FROM_STANDARD,
    docs: include_str!("forgotten_neighbour.md"),
    check: Check::Change(check),
};

fn check(rule: &Rule, scope: &Scope<'_>, found: &mut Vec<Diagnostic>) {
    let facts = scope.facts;
    let book = &facts.book;
    let catalogue = &facts.catalogue;
    for (_, request) in requests(scope).filter(|(_, request)| !follows_model(request)) {
        let affected: Vec<usize> =
            view::services(book, request).into_iter().map(|(service, _)| service).collect();
        for direction in ["upstream", "downstream"] {
            let path = format!("dependencies.{direction}");
            // A list that is not there is MCM113 or MCM114.
            if view::rows(request, &path).next().is_none() {
                continue;
            }
            let mut done: BTreeSet<usize> = addressed(facts, request, &path);
            done.extend(&affected);
            for service in &affected {
                let neighbours: Vec<usize> = match direction {
                    "upstream" => catalogue.upstream(*service).map(|other| other.service).collect(),
                    _ => catalogue.downstream(*service).map(|other| other.service).collect(),
                };
                for other in neighbours {
                    if !done.insert(other) {
                        continue;
                    }
                    let (name, neighbour) = (book.document(*service).id.name(), book.document(other));
                    let (a, b) = match direction {
                        "upstream" => (name, neighbour.id.name()),
                        _ => (neighbour.id.name(), name),
                    };
                    let missing = neighbour.id.name();
                    let message =
                        format!("catalogue says {a} depends on {b}; {missing} is not addressed here");
                    let finding = rule.finding(message).at(request.path(), key_place(request, &path));
                    let finding = finding.related(
                        neighbour.path(),
                        neighbour.head_span(),
                        format!("the entry of {missing}"),
                    );
                    found.push(finding.help(format!(
                        "add a row for `{missing}` to `{path}` with the effect on it, even if there is none"
                    )));
                }
            }
        }
    }
}

/// The services that a list of dependencies names.
fn addressed(facts: &Facts, request: &Document, path: &str) -> BTreeSet<usize> {
    let names = view::rows(request, path).filter_map(|row| row.text("service"));
    names.filter_map(|name| view::service(&facts.book, name)).collect()
}
