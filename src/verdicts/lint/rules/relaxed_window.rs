//! MCM618.

use std::collections::BTreeMap;

use super::super::{Check, Levels, Rule};
use crate::facts::Facts;
use crate::facts::calendar::Governing;
use crate::facts::calendar::agenda::{Entry, Force};
use crate::text::{Code, Diagnostic, Severity, Span, Stage};

pub(super) static RULE: Rule = Rule {
    code: Code("MCM618"),
    name: "relaxed-window",
    summary: "relaxed without approval; the former definition still applies",
    about: "window",
    severity: Severity::Error,
    stage: Stage::Draft,
    levels: Levels::ADVISED_IN_STANDARD,
    docs: include_str!("relaxed_window.md"),
    check: Check::Ledger(check),
};

fn check(rule: &Rule, facts: &Facts, found: &mut Vec<Diagnostic>) {
    if facts.approvals.none.is_some() {
        return;
    }
    let governing = Governing::of(facts);
    // What is over cannot be relaxed any more.
    let entries = governing.entries(facts, facts.inputs.as_of, governing.horizon.1);
    let mut first: BTreeMap<&str, &Entry> = BTreeMap::new();
    for entry in entries.iter().filter(|entry| entry.force != Force::Present) {
        first.entry(&entry.window).or_insert(entry);
    }
    for (name, entry) in first {
        let message = "relaxed without approval; the former definition still applies";
        let (start, end) = (entry.occurrence.start, entry.occurrence.end);
        let document = entry.document.and_then(|index| facts.book.documents.get(index));
        let finding = match document {
            Some(document) => rule.finding(message).at(document.path(), document.head_span()),
            // A file that is gone has no place; what asks for the approval has one.
            None => {
                let finding = rule.finding(format!("{name} was {message}"));
                match &facts.inputs.policy.file {
                    Some(policy) => finding.at(&policy.path, Span::at(0)),
                    None => finding,
                }
            }
        };
        let what = match entry.force {
            Force::Pending => format!("what it opens from {start} to {end} stays closed"),
            Force::Former | Force::Present => format!("it still closes from {start} to {end}"),
        };
        let finding = finding.help(what);
        found.push(match document {
            Some(document) => finding.help(format!(
                "have the new definition approved, `mcmbook approve {}`, or bring the former one back",
                document.id
            )),
            None => {
                finding.help("bring the file back, or write in it what is to hold and have that approved")
            }
        });
    }
}
