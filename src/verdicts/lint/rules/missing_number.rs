//! MCM912.

use std::collections::BTreeMap;

use super::super::{Check, Levels, Rule};
use crate::facts::Facts;
use crate::facts::book::Change;
use crate::text::{Code, Diagnostic, Severity, Stage};

pub(super) static RULE: Rule = Rule {
    code: Code("MCM912"),
    name: "missing-number",
    summary: "number {id} is missing from the sequence without a void entry",
    about: "archive",
    severity: Severity::Error,
    stage: Stage::Published,
    levels: Levels::ADVISED_IN_STANDARD,
    docs: include_str!("missing_number.md"),
    check: Check::Book(check),
};

/// The longest gap that is told number by number: a longer one is another way of counting.
const LONGEST: u32 = 50;

fn check(rule: &Rule, facts: &Facts, found: &mut Vec<Diagnostic>) {
    let mut years: BTreeMap<&str, BTreeMap<u32, &Change>> = BTreeMap::new();
    for change in facts.book.changes.values() {
        let parts = change.id.strip_prefix("MCM-").and_then(|id| id.split_once('-'));
        let Some((year, number)) = parts.and_then(|(year, number)| Some((year, number.parse().ok()?))) else {
            continue;
        };
        years.entry(year).or_default().insert(number, change);
    }
    for (year, numbers) in &years {
        let mut before = 0;
        for (number, change) in numbers {
            let gap = before + 1..*number;
            before = *number;
            // A book that took over a count begins where the other one ended.
            let is_taken_over = gap.start == 1 && !gap.is_empty() && !is_known(facts, year, &gap);
            let Some(request) = change.request.filter(|_| gap.len() as u32 <= LONGEST && !is_taken_over)
            else {
                continue;
            };
            let request = facts.book.document(request);
            for missing in gap {
                let id = format!("MCM-{year}-{missing:04}");
                let message = format!("number {id} is missing from the sequence without a void entry");
                let finding = rule.finding(message).at(request.path(), request.head_span());
                found.push(
                    finding.help(format!(
                        "{}; or make a request {id} that says why it is void",
                        last(facts, &id)
                    )),
                );
            }
        }
    }
}

/// Whether the history knows a folder of one of these numbers.
fn is_known(facts: &Facts, year: &str, gap: &std::ops::Range<u32>) -> bool {
    gap.clone().any(|number| deleted(facts, &format!("MCM-{year}-{number:04}")).is_some())
}

/// The commit that removed something of a change.
fn deleted<'a>(facts: &'a Facts, id: &str) -> Option<&'a str> {
    let history = &facts.inputs.history;
    let folder = format!("/{id}/");
    let (_, commit) = history.deleted.iter().find(|(path, _)| path.as_str().contains(&folder))?;
    history.commits.get(*commit).map(|commit| commit.id.as_str())
}

fn last(facts: &Facts, id: &str) -> String {
    match deleted(facts, id) {
        Some(commit) => format!("commit {} removed it: bring it back", commit.get(..12).unwrap_or(commit)),
        None => "bring it back if it was there".to_owned(),
    }
}
