//! MCM623.

use std::collections::BTreeMap;

use super::super::{Check, Levels, Rule};
use crate::facts::Facts;
use crate::facts::approval::grant::Grants;
use crate::facts::book::view;
use crate::facts::calendar::{Effect, Occurrence};
use crate::facts::collision::is_called_off;
use crate::inputs::document::Document;
use crate::text::{Code, Diagnostic, Severity, Stage};

pub(super) static RULE: Rule = Rule {
    code: Code("MCM623"),
    name: "leaky-freeze",
    summary: "{n} exceptions in {window}; the freeze is not holding",
    about: "window",
    severity: Severity::Warning,
    stage: Stage::Published,
    levels: Levels::FROM_STANDARD,
    docs: include_str!("leaky_freeze.md"),
    check: Check::Ledger(check),
};

fn check(rule: &Rule, facts: &Facts, found: &mut Vec<Diagnostic>) {
    let all: Vec<(usize, &Document)> =
        facts.book.of_kind("exception").map(|(index, document)| (index, &**document)).collect();
    if all.is_empty() || facts.approvals.none.is_some() {
        return;
    }
    let grants = Grants::of(&facts.approvals);
    // For every occurrence of a freeze, by window: the exceptions whose slots touch it.
    let mut let_through: BTreeMap<(usize, Occurrence), Vec<&Document>> = BTreeMap::new();
    for (index, exception) in all {
        let Some(change) = facts.book.change_of(index) else { continue };
        let grant = grants.changes.get(&*change.id);
        let name = change.signed_name(exception);
        let is_given = grant.zip(name).is_some_and(|(grant, name)| grant.exceptions.contains(name));
        let window = exception.text("window").and_then(|name| view::of_kind(&facts.book, "window", name));
        let request = change.request.map(|index| facts.book.document(index));
        let Some((window, request)) = window.zip(request).filter(|_| is_given) else { continue };
        if is_called_off(facts, change) {
            continue;
        }
        for hit in facts.schedule.hits(&facts.book, request) {
            if hit.window.document == window && hit.window.effect == Effect::Freeze {
                let_through.entry((window, hit.occurrence)).or_default().push(exception);
            }
        }
    }
    for ((window, occurrence), exceptions) in let_through {
        let most = facts.inputs.policy.limits.exceptions_per_window;
        if exceptions.len() <= usize::try_from(most).unwrap_or(usize::MAX) {
            continue;
        }
        let document = facts.book.document(window);
        let name = document.id.name();
        let message = format!("{} exceptions in {name}; the freeze is not holding", exceptions.len());
        let mut finding = rule.finding(message).at(document.path(), document.head_span());
        let (start, end) = (occurrence.start, occurrence.end);
        finding = finding.labelled(format!("in its occurrence from {start} to {end}"));
        for exception in exceptions {
            finding = finding.related(exception.path(), exception.head_span(), "an exception");
        }
        found.push(finding.help(format!(
            "the policy calls more than {most} too many: ask why they could not wait, and change the window or the habit"
        )));
    }
}
