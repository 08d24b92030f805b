//! MCM105.

use super::super::subject::{follows_model, windows};
use super::super::{Check, Levels, Rule};
use crate::facts::Facts;
use crate::facts::approval::SubjectId;
use crate::facts::book::{Change, view};
use crate::facts::calendar::Window;
use crate::text::{Code, Diagnostic, Severity, Stage};

pub(super) static RULE: Rule = Rule {
    code: Code("MCM105"),
    name: "no-justification",
    summary: "no justification for changing during {window}",
    about: "request",
    severity: Severity::Error,
    stage: Stage::Submission,
    levels: Levels::FROM_STANDARD,
    docs: include_str!("no_justification.md"),
    check: Check::Book(check),
};

fn check(rule: &Rule, facts: &Facts, found: &mut Vec<Diagnostic>) {
    for change in facts.book.changes.values() {
        let Some(request) = change.request.map(|index| facts.book.document(index)) else { continue };
        let Some(slot) = request.slot().filter(|_| !follows_model(request)) else { continue };
        let mut windows = windows(facts, request);
        windows.retain(|hit| !landed_later(facts, change, hit.window));
        let section = view::section(request, "Justification");
        // Without the section one finding is enough, with the strictest window.
        let unnamed = windows.iter().filter(|hit| match section {
            Some((heading, text)) => heading.words > 0 && !names(facts, text, hit.window),
            None => true,
        });
        for hit in unnamed.take(if section.is_none() { 1 } else { usize::MAX }) {
            let message = format!("no justification for changing during {}", hit.window.name);
            let window = facts.book.document(hit.window.document);
            let finding = match section {
                Some((heading, _)) => rule.finding(message).at(request.path(), heading.span).help(format!(
                    "name {} in the section, and say why the change cannot wait for its end",
                    hit.window.name
                )),
                None => rule.finding(message).at(request.path(), slot.span).help(
                    "add `## Justification`: which window, why the change cannot wait, what waiting would cost",
                ),
            };
            found.push(finding.related(window.path(), window.head_span(), "this window covers the slot"));
        }
    }
}

/// Whether a window landed after the content that stands was approved: nobody could justify what was not there,
/// and whether the approvals still suffice is for MCM621.
fn landed_later(facts: &Facts, change: &Change, window: &Window) -> bool {
    let approved = facts.approvals.status(&change.id).and_then(|approval| approval.approved_at);
    let id = SubjectId::named(facts.book.document(window.document).id.as_str());
    let subject = facts.approvals.subjects.get(&id).map(|(subject, _)| subject);
    let landed = subject.and_then(|subject| subject.contents.first()).map(|(_, landing)| *landing);
    approved.zip(landed).is_some_and(|(approved, landed)| landed > approved)
}

/// Whether a text names a window: by its id, in a link to it or in words, or by its title.
fn names(facts: &Facts, text: &str, window: &Window) -> bool {
    let text = text.to_lowercase();
    let title = facts.book.document(window.document).title().to_lowercase();
    text.contains(&window.name.to_lowercase()) || text.contains(&title)
}
