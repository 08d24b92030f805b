//! MCM112.

use super::super::{Check, Levels, Rule, Scope};
use crate::text::{Code, Diagnostic, Severity, Stage};

pub(super) static RULE: Rule = Rule {
    code: Code("MCM112"),
    name: "unanswered-criterion",
    summary: "criterion `{field}` is unanswered; the class cannot be derived",
    about: "request",
    severity: Severity::Error,
    stage: Stage::Submission,
    levels: Levels::EVERYWHERE,
    docs: include_str!("unanswered_criterion.md"),
    check: Check::Change(check),
};

fn check(rule: &Rule, scope: &Scope<'_>, found: &mut Vec<Diagnostic>) {
    let facts = scope.facts;
    for (id, class) in scope.classes() {
        let Some(request) = facts.request(id) else { continue };
        for field in &class.unanswered {
            let (parent, _) = field.split_once('.').unwrap_or((field, ""));
            let place = match (request.field(field), request.matter.table.entry(parent)) {
                (Some(empty), _) => empty.span,
                (None, Some(entry)) => entry.key_span,
                (None, None) => request.head_span(),
            };
            let message = format!("criterion `{field}` is unanswered; the class cannot be derived");
            let finding = rule.finding(message).at(request.path(), place);
            found.push(finding.help("answer it; `mcmbook schema request` prints the words that it takes"));
        }
    }
}
