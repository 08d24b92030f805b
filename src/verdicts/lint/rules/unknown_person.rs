//! MCM129.

use std::collections::BTreeSet;

use jiff::civil::Date;

use super::super::{Check, Levels, Rule};
use crate::facts::Facts;
use crate::facts::book::{Book, change_id_of, view};
use crate::inputs::document::Document;
use crate::inputs::policy::is_id;
use crate::text::{Code, Diagnostic, Severity, Span, Stage, did_you_mean};

pub(super) static RULE: Rule = Rule {
    code: Code("MCM129"),
    name: "unknown-person",
    summary: "{person} is not an active person on the roster",
    about: "request",
    severity: Severity::Error,
    stage: Stage::Submission,
    levels: Levels::EVERYWHERE,
    docs: include_str!("unknown_person.md"),
    check: Check::Book(check),
};

fn check(rule: &Rule, facts: &Facts, found: &mut Vec<Diagnostic>) {
    let policy = &facts.inputs.policy;
    if !policy.is_adopted {
        return;
    }
    let today = policy.day(facts.inputs.as_of);
    for document in &facts.book.documents {
        let day = day_of(document, facts).unwrap_or(today);
        for (name, span) in people(document) {
            if let Some(finding) = judge(rule, facts, name, day) {
                found.push(finding.at(document.path(), span));
            }
        }
    }
    for waiver in &facts.waivers {
        let file = if waiver.in_book_toml { &facts.inputs.config.file } else { &policy.file };
        let finding = waiver.owner.as_deref().and_then(|owner| judge(rule, facts, owner, today));
        if let (Some(finding), Some(file)) = (finding, file) {
            found.push(finding.at(&file.path, waiver.owner_span).labelled("answered for by this person"));
        }
    }
}

/// The day of the slot of the change to which a document belongs.
fn day_of(document: &Document, facts: &Facts) -> Option<Date> {
    let change = change_id_of(document.path(), &facts.inputs.config.book.src)?;
    let request = facts.book.changes.get(change)?.request?;
    let slot = facts.book.document(request).slot()?;
    Some(facts.inputs.policy.day(slot.start.timestamp))
}

/// Whom a document names: in fields that hold a person, and at its steps. What is no roster id by its form
/// is for MCM009.
fn people(document: &Document) -> Vec<(&str, Span)> {
    let mut people = Vec::new();
    Book::visit_people(document, &mut |value| {
        let name = view::handle(value.as_str().unwrap_or_default());
        if is_id(name) {
            people.push((name, value.span));
        }
    });
    for step in &document.steps {
        for field in ["Owner", "Backup", "Decider"].into_iter().filter_map(|name| step.field(name)) {
            let written = document.source.slice(field.span);
            let mut names: BTreeSet<&str> = view::handles(&field.value);
            // Without its sign a word is a person in the plan of a change; a model names roles.
            if field.name.eq_ignore_ascii_case("Owner") && document.id.change().is_some() {
                names
                    .extend(step.owner().filter(|owner| document.field(&format!("roles.{owner}")).is_none()));
            }
            for name in names.into_iter().filter(|name| is_id(name)) {
                let at = written.find(&format!("@{name}")).map(|at| (at, at + 1 + name.len()));
                let place = at
                    .map_or(field.span, |(from, to)| Span::new(from, to).shifted(field.span.start as usize));
                people.push((name, place));
            }
        }
    }
    people
}

fn judge(rule: &Rule, facts: &Facts, name: &str, day: Date) -> Option<Diagnostic> {
    let policy = &facts.inputs.policy;
    let finding = rule.finding(format!("`{name}` is not an active person on the roster"));
    match policy.principal(name) {
        Some(person) if person.is_active(day) => None,
        Some(_) => Some(finding.help(format!(
            "on {day} every role of `{name}` has ended or not begun: name somebody who is there"
        ))),
        None => Some(match did_you_mean(name, policy.ids()) {
            Some(guess) => finding.help(format!("did you mean `{guess}`?")),
            None => {
                finding.help("name somebody on the roster, or add a `[[principal]]` to policy/policy.toml")
            }
        }),
    }
}
