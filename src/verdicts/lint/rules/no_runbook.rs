//! MCM128.

use super::super::subject::{class, requests};
use super::super::{Check, Levels, Rule, Scope};
use crate::facts::Facts;
use crate::facts::book::Referent;
use crate::inputs::document::Document;
use crate::inputs::policy::ClassName;
use crate::text::{Code, Diagnostic, Severity, Stage};

pub(super) static RULE: Rule = Rule {
    code: Code("MCM128"),
    name: "no-runbook",
    summary: "a major change needs a runbook",
    about: "request",
    severity: Severity::Error,
    stage: Stage::Submission,
    levels: Levels::EVERYWHERE,
    docs: include_str!("no_runbook.md"),
    check: Check::Change(check),
};

fn check(rule: &Rule, scope: &Scope<'_>, found: &mut Vec<Diagnostic>) {
    let facts = scope.facts;
    for (change, request) in requests(scope) {
        if change.runbook.is_some() || class(facts, change) != Some(ClassName::Major) {
            continue;
        }
        let (message, place) = match request.field("runbook") {
            Some(value) if names_runbook(facts, request, value.as_str().unwrap_or_default()) => continue,
            Some(value) => ("a major change needs a runbook; `runbook` names none", value.span),
            None => ("a major change needs a runbook", request.head_span()),
        };
        let reasons = facts.classes.get(&change.id).map(|class| class.reasons.as_slice()).unwrap_or_default();
        let mut finding = rule.finding(message).at(request.path(), place);
        if let [first, ..] = reasons {
            finding = finding.labelled(format!("major because of {}", first.text));
        }
        found.push(finding.help(format!("`mcmbook new runbook {}` begins one", change.id)));
    }
}

/// Whether a text names a runbook of the book, by its id or by its path from the request.
fn names_runbook(facts: &Facts, request: &Document, text: &str) -> bool {
    let by_id = || matches!(facts.book.refer(&["runbook".to_owned()], text), Referent::Document(_));
    let by_path = || {
        let index = request.path().resolve(text).and_then(|path| facts.book.at_path(&path));
        index.is_some_and(|index| facts.book.document(index).kind_name() == "runbook")
    };
    by_id() || by_path()
}
