//! MCM508.

use std::collections::BTreeSet;

use super::super::{Check, Levels, Rule, Scope};
use crate::facts::book::view;
use crate::text::{Code, Diagnostic, Severity, Stage};

pub(super) static RULE: Rule = Rule {
    code: Code("MCM508"),
    name: "missing-reviewer",
    summary: "not reviewed by anyone but its author",
    about: "post-mortem",
    severity: Severity::Error,
    stage: Stage::Closing,
    levels: Levels::FROM_STANDARD,
    docs: include_str!("missing_reviewer.md"),
    check: Check::Change(check),
};

fn check(rule: &Rule, scope: &Scope<'_>, found: &mut Vec<Diagnostic>) {
    for (_, review) in scope.of_kind("post-mortem") {
        let people = |field: &str| -> BTreeSet<&str> {
            view::texts(review, field).map(|(text, _)| view::handle(text)).collect()
        };
        let (authors, reviewers) = (people("authors"), people("reviewers"));
        if authors.is_empty() || !reviewers.is_subset(&authors) {
            continue;
        }
        let span = review.field("reviewers").map_or(review.head_span(), |value| value.span);
        let finding = rule.finding("not reviewed by anyone but its author").at(review.path(), span);
        found.push(finding.help("name in `reviewers` somebody who read it and did not write it"));
    }
}
