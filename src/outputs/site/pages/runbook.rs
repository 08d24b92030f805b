//! The plan of a runbook: its steps in tables, with the clock of the slot.

use std::collections::BTreeSet;

use jiff::{SignedDuration, Zoned};
use serde::Serialize;

use super::super::address::encode;
use super::super::when;
use crate::facts::plan::Plan;
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
    /// From its first begin to its last end, when every step has an estimate.
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
    /// Whether a delay of it delays the end of the plan, where others do not.
    critical: bool,
    /// Of a go/no-go: the last moment at which going back still ends inside the slot.
    deadline: Option<String>,
    point_of_no_return: bool,
    witness: bool,
}

/// The plan of a document, and the slot that it is shown in.
#[derive(Clone, Copy)]
pub(in super::super) struct Timed<'a> {
    /// The plan.
    pub(in super::super) plan: &'a Plan,
    /// Start of the slot.
    pub(in super::super) start: Option<&'a Zoned>,
    /// Deadline of the go/no-go points, as text.
    pub(in super::super) deadline: Option<&'a str>,
}

/// The steps of a runbook in up to three tables. Anchors get the prefix of the document.
pub(in super::super) fn plans(document: &Document, prefix: &str, timed: Timed<'_>) -> Vec<PlanView> {
    let groups: [(&str, &[StepKind]); 3] = [
        ("Execution", &[StepKind::Step, StepKind::Checkpoint, StepKind::GoNoGo]),
        ("Rollback", &[StepKind::Rollback]),
        ("Verification", &[StepKind::Verify]),
    ];
    let table = |(title, kinds): (&'static str, &[StepKind])| {
        let of_group = |(_, step): &(usize, &Step)| kinds.contains(&step.kind);
        let steps: Vec<(usize, &Step)> = document.steps.iter().enumerate().filter(of_group).collect();
        (!steps.is_empty()).then(|| table(title, &steps, (&document.steps, prefix), timed))
    };
    groups.into_iter().filter_map(table).collect()
}

fn table(
    title: &'static str,
    steps: &[(usize, &Step)],
    (all, prefix): (&[Step], &str),
    timed: Timed<'_>,
) -> PlanView {
    let link = |step: &Step| format!("#{prefix}{}", encode(&step.anchor));
    let undo =
        |text: &str| all.iter().find(|step| step.kind == StepKind::Rollback && step.label == text).map(link);
    let plan = timed.plan;
    // Where every step is on the longest way, marking it says nothing.
    let is_parallel = plan.critical.len() < plan.nodes.len();
    let critical: BTreeSet<usize> = plan.critical.iter().map(|at| plan.nodes[*at].step).collect();
    let row = |(index, step): &(usize, &Step)| {
        let field = |name: &str| step.field(name).map(|field| field.value.clone()).unwrap_or_default();
        let is_yes = |name: &str| field(name).to_lowercase().starts_with("yes");
        let clock = timed.start.zip(plan.node_of(*index)).and_then(|(start, node)| {
            let begin = SignedDuration::from_secs(i64::try_from(node.begin?).ok()?);
            start.checked_add(begin).ok()
        });
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
            critical: is_parallel && critical.contains(index),
            deadline: timed.deadline.filter(|_| step.kind == StepKind::GoNoGo).map(str::to_owned),
            point_of_no_return: is_yes("Point of no return"),
            witness: is_yes("Witness"),
        }
    };
    let rows: Vec<StepView> = steps.iter().map(row).collect();
    PlanView {
        title,
        timed: rows.iter().any(|row| row.clock.is_some()),
        ordered: rows.iter().any(|row| !row.after.is_empty()),
        undone: rows.iter().any(|row| !row.undo.is_empty()),
        length: length(steps, plan).map(words),
        rows,
    }
}

/// How long the steps of one table take, in seconds.
fn length(steps: &[(usize, &Step)], plan: &Plan) -> Option<u64> {
    if steps.iter().any(|(_, step)| step.kind == StepKind::Rollback) {
        return plan.rollback_length;
    }
    let times = steps.iter().map(|(index, _)| plan.node_of(*index)?.begin.zip(plan.node_of(*index)?.end));
    let times: Option<Vec<(u64, u64)>> = times.collect();
    let times = times?;
    let begin = times.iter().map(|(begin, _)| *begin).min()?;
    times.iter().map(|(_, end)| *end).max().map(|end| end - begin)
}

fn words(seconds: u64) -> String {
    when::in_words(SignedDuration::from_secs(i64::try_from(seconds).unwrap_or(i64::MAX)))
}

/// What a step is called in sentences: `Step 3`, `Go/No-Go G1`.
pub(in super::super) fn name_of(step: &Step) -> String {
    let kind = match step.kind {
        StepKind::Step => "Step",
        StepKind::Checkpoint => "Checkpoint",
        StepKind::GoNoGo => "Go/No-Go",
        StepKind::Rollback => "Rollback",
        StepKind::Verify => "Verify",
    };
    format!("{kind} {}", step.label)
}
