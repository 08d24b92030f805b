//! The plan of a runbook: its steps in tables, with the clock of the slot.

use std::collections::BTreeMap;

use jiff::{SignedDuration, Zoned};
use serde::Serialize;

use super::super::address::encode;
use super::super::when;
use crate::inputs::document::Document;
use crate::inputs::document::steps::{Step, StepKind};

/// A table of steps.
#[derive(Serialize)]
pub(in super::super) struct PlanView {
    title: &'static str,
    rows: Vec<StepView>,
    /// Whether any row has a clock time; whether any says what it follows, and how it is undone.
    timed: bool,
    ordered: bool,
    undone: bool,
    /// The sum along the longest way, when every step has an estimate.
    length: Option<String>,
}

#[derive(Serialize)]
struct StepView {
    /// `step`, `checkpoint`, `go-no-go`, `rollback`, `verify`.
    kind: StepKind,
    /// `3`, `C1`, `G1`.
    label: String,
    title: String,
    href: String,
    owner: String,
    estimate: String,
    after: String,
    undo: String,
    /// The rollback step that `undo` names.
    undo_href: Option<String>,
    /// When it begins, if everything goes to plan: `02:40`.
    clock: Option<String>,
    point_of_no_return: bool,
    witness: bool,
}

/// The steps of a runbook in up to three tables. Anchors get the prefix of the document.
pub(in super::super) fn plans(document: &Document, prefix: &str, start: Option<&Zoned>) -> Vec<PlanView> {
    let groups: [(&str, &[StepKind]); 3] = [
        ("Execution", &[StepKind::Step, StepKind::Checkpoint, StepKind::GoNoGo]),
        ("Rollback", &[StepKind::Rollback]),
        ("Verification", &[StepKind::Verify]),
    ];
    let table = |(title, kinds): (&'static str, &[StepKind])| {
        let steps: Vec<&Step> = document.steps.iter().filter(|step| kinds.contains(&step.kind)).collect();
        // Only the execution begins at a time that is known beforehand.
        let start = start.filter(|_| title == "Execution");
        (!steps.is_empty()).then(|| plan(title, &steps, (&document.steps, prefix), start))
    };
    groups.into_iter().filter_map(table).collect()
}

fn plan(
    title: &'static str,
    steps: &[&Step],
    (all, prefix): (&[Step], &str),
    start: Option<&Zoned>,
) -> PlanView {
    let link = |step: &Step| format!("#{prefix}{}", encode(&step.anchor));
    let undo =
        |text: &str| all.iter().find(|step| step.kind == StepKind::Rollback && step.label == text).map(link);
    let times = schedule(steps);
    let is_complete = !steps.is_empty() && times.iter().all(Option::is_some);
    let end = times.iter().flatten().map(|(_, end)| *end).max();
    let row = |(step, time): (&&Step, &Option<(SignedDuration, SignedDuration)>)| {
        let field = |name: &str| step.field(name).map(|field| field.value.clone()).unwrap_or_default();
        let is_yes = |name: &str| field(name).to_lowercase().starts_with("yes");
        let clock = start.zip(*time).and_then(|(start, (begin, _))| start.checked_add(begin).ok());
        let owner = field("Owner");
        StepView {
            kind: step.kind,
            label: step.label.clone(),
            title: step.title.clone(),
            href: link(step),
            owner: if owner.is_empty() { field("Decider") } else { owner },
            estimate: field("Estimate"),
            after: field("After"),
            undo_href: undo(&field("Undo")),
            undo: field("Undo"),
            clock: clock.map(|at| at.strftime("%H:%M").to_string()),
            point_of_no_return: is_yes("Point of no return"),
            witness: is_yes("Witness"),
        }
    };
    let rows: Vec<StepView> = steps.iter().zip(&times).map(row).collect();
    PlanView {
        title,
        timed: rows.iter().any(|row| row.clock.is_some()),
        ordered: rows.iter().any(|row| !row.after.is_empty()),
        undone: rows.iter().any(|row| !row.undo.is_empty()),
        length: end.filter(|_| is_complete).map(when::in_words),
        rows,
    }
}

/// Begin and end of each step from the start of the first, along what `After` says; without it a step
/// follows the one before. A step behind one without an estimate has no time.
fn schedule(steps: &[&Step]) -> Vec<Option<(SignedDuration, SignedDuration)>> {
    let mut ends: BTreeMap<String, Option<SignedDuration>> = BTreeMap::new();
    let mut times = Vec::with_capacity(steps.len());
    let mut previous = Some(SignedDuration::ZERO);
    for step in steps {
        let named = step.field("After").map(|field| labels(&field.value)).unwrap_or_default();
        let begin = if named.is_empty() {
            previous
        } else {
            let ends = named.iter().map(|label| ends.get(label).copied().flatten());
            ends.reduce(|latest, end| latest.zip(end).map(|(a, b)| a.max(b))).flatten()
        };
        let end = begin.zip(step.estimate.as_ref()).map(|(begin, length)| begin + when::exact(length));
        ends.insert(step.label.to_lowercase(), end);
        times.push(begin.zip(end));
        previous = end;
    }
    times
}

/// The labels that `After` names: `Step 3, C1 and step 4` are `3`, `c1`, `4`.
fn labels(after: &str) -> Vec<String> {
    let words = after.split(|c: char| !c.is_alphanumeric()).map(str::to_lowercase);
    words.filter(|word| word.ends_with(|c: char| c.is_ascii_digit())).collect()
}
