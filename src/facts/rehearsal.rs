//! Rehearsals of a change: which of them counts, whether one is needed, what it measured (domain.md 2.5).

use std::collections::BTreeMap;

use super::Facts;
use super::book::{Book, Change, view};
use super::execution::{self, Evidence, digest};
use crate::inputs::document::log::{Event, Log};
use crate::inputs::document::markdown::Table;
use crate::inputs::document::{Document, steps};
use crate::inputs::policy::{ClassName, RehearsalNeed};

/// Whether a change has to be rehearsed.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Need {
    /// Nobody asks for it.
    None,
    /// It is advised: what is missing is a warning.
    Advised,
    /// It must be.
    Required,
}

/// The rehearsals of a change, the latest last: by their start, then by their path.
pub fn of(book: &Book, change: &Change) -> Vec<usize> {
    let is_rehearsal = |index: &usize| book.document(*index).kind_name() == "rehearsal";
    let mut all: Vec<usize> = change.documents.iter().copied().filter(is_rehearsal).collect();
    all.sort_by_key(|index| (view::moment(book.document(*index), "started"), *index));
    all
}

/// Whether a rehearsal used exactly these bytes of a runbook.
pub fn is_of(rehearsal: &Document, runbook: &Document) -> bool {
    digest(rehearsal, "runbook_digest").is_some_and(|(hash, _)| hash == runbook.source.hash)
}

/// The rehearsals that passed with the present runbook, the latest last. The last one counts; an earlier
/// one may add what it proved.
pub fn passed(book: &Book, change: &Change) -> Vec<usize> {
    let Some(runbook) = change.runbook.map(|index| book.document(index)) else { return Vec::new() };
    let counts = |index: &usize| {
        let rehearsal = book.document(*index);
        rehearsal.text("result") == Some("passed") && is_of(rehearsal, runbook)
    };
    of(book, change).into_iter().filter(counts).collect()
}

/// Whether a change has to be rehearsed: by its class, and where the policy says so by its window. What is
/// merely advised is advised for major changes alone.
pub fn need(facts: &Facts, change: &Change) -> Need {
    let Some(class) = facts.classes.get(&change.id) else { return Need::None };
    let Some(policy) = facts.inputs.policy.classes.get(&class.effective) else { return Need::None };
    let is_restricted = || {
        let request = change.request.map(|index| facts.book.document(index));
        request.is_some_and(|request| !facts.schedule.hits(&facts.book, request).is_empty())
    };
    let is_required = match policy.rehearsal {
        RehearsalNeed::Advised => false,
        RehearsalNeed::InRestrictedWindow => is_restricted(),
        RehearsalNeed::Always => true,
    };
    match (is_required, class.effective) {
        (true, _) => Need::Required,
        (false, ClassName::Major) => Need::Advised,
        (false, _) => Need::None,
    }
}

/// The log of a rehearsal.
pub fn log_of(facts: &Facts, rehearsal: &Document) -> Evidence {
    execution::evidence(&facts.inputs, &facts.book, &facts.logs, rehearsal)
}

/// How long each step took, in seconds, by label: from the log where its chain holds, else from the tables
/// of "Steps and Times" and "Rollback".
pub fn measured(facts: &Facts, rehearsal: &Document) -> BTreeMap<String, u64> {
    let mut times = BTreeMap::new();
    for section in ["Steps and Times", "Rollback"] {
        let Some((heading, _)) = view::section(rehearsal, section) else { continue };
        for table in rehearsal.outline.tables_in(heading.section) {
            of_table(table, &mut times);
        }
    }
    if let Evidence::Attached { read, .. } = log_of(facts, rehearsal)
        && let Ok(log) = &*read
    {
        times.extend(of_log(log));
    }
    times
}

/// From the intent of each step to its result, by the clock that does not jump; of several tries, all
/// together.
fn of_log(log: &Log) -> BTreeMap<String, u64> {
    let mut begun: BTreeMap<&str, u64> = BTreeMap::new();
    let mut times: BTreeMap<String, u64> = BTreeMap::new();
    for entry in &log.entries {
        match &entry.event {
            Event::StepIntent { step } => {
                begun.insert(step, entry.mono);
            }
            Event::StepResult { step, .. } => {
                let Some(start) = begun.remove(step.as_str()) else { continue };
                let label = steps::label_of(step).unwrap_or_else(|| step.clone());
                let time = times.entry(label).or_default();
                *time = time.saturating_add(entry.mono.saturating_sub(start) / 1000);
            }
            _ => {}
        }
    }
    times
}

/// The rows whose first cell begins with a step's name, and the length in the column of measured times.
fn of_table(table: &Table, times: &mut BTreeMap<String, u64>) {
    let Some(column) = table.column(&["actual length", "measured", "actual", "took", "duration"]) else {
        return;
    };
    for row in &table.rows {
        let label = row.first().and_then(|cell| steps::label_of(&cell.text));
        let length = row.get(column).and_then(|cell| length(&cell.text));
        if let Some((label, length)) = label.zip(length) {
            times.insert(label, length);
        }
    }
}

/// The seconds of a length as tables write it: `9 m`, `8 min 30 s`, `1h30m`.
fn length(text: &str) -> Option<u64> {
    let mut sum = None;
    let mut rest = text.trim();
    while !rest.is_empty() {
        let digits = rest.bytes().take_while(u8::is_ascii_digit).count();
        let number: u64 = rest[..digits].parse().ok()?;
        rest = rest[digits..].trim_start();
        let letters = rest.bytes().take_while(u8::is_ascii_alphabetic).count();
        let unit = match &rest[..letters] {
            "h" | "hour" | "hours" => 3600,
            "m" | "min" | "minute" | "minutes" => 60,
            "s" | "sec" | "second" | "seconds" => 1,
            _ => return None,
        };
        sum = Some(sum.unwrap_or(0_u64).saturating_add(number.saturating_mul(unit)));
        rest = rest[letters..].trim_start();
    }
    sum
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn lengths_of_tables() {
        for (text, seconds) in
            [("9 m", 540), ("8 min 30 s", 510), ("1h30m", 5400), ("2 hours", 7200), ("0 m", 0)]
        {
            assert_eq!(length(text), Some(seconds), "{text}");
        }
        for text in ["", "02:05–02:13", "?", "9", "m", "279 minutes [^3]", "-4 m", "9 parsecs"] {
            assert_eq!(length(text), None, "{text}");
        }
    }
}
