//! Which points of a runbook a run has passed.
//!
//! STRATEGY. Steps, checkpoints and go/no-go points depend on what `After:` names, or on the point before
//! them. One walk from the last point to the first carries the earliest line of the log that speaks of
//! anything behind each point. A point is due when there is such a line, or when the whole plan was carried
//! through: whatever stands before something that was begun must have been passed. A go/no-go from which a
//! rollback began was passed as well.

use std::collections::BTreeMap;

use super::Run;
use crate::inputs::document::Document;
use crate::inputs::document::steps::{Step, StepKind, StepRef};

/// A point of the runbook that was passed, or must have been.
#[derive(Clone, Copy, Debug)]
pub struct Due<'a> {
    /// The step, checkpoint or go/no-go.
    pub step: &'a Step,
    /// The first line of the log that speaks of something behind it.
    pub followed_by: Option<usize>,
}

pub(super) fn due<'a>(runbook: &'a Document, run: &Run<'_>, is_complete: bool) -> Vec<Due<'a>> {
    let is_point =
        |step: &&Step| matches!(step.kind, StepKind::Step | StepKind::Checkpoint | StepKind::GoNoGo);
    let points: Vec<&Step> = runbook.steps.iter().filter(is_point).collect();
    let mut places: BTreeMap<&str, usize> = BTreeMap::new();
    for (index, step) in points.iter().enumerate() {
        places.entry(step.label.as_str()).or_insert(index);
    }
    let said = first_lines(run);
    let mut behind: Vec<Option<usize>> = vec![None; points.len()];
    for index in (0..points.len()).rev() {
        let own = said.get(points[index].label.as_str()).copied();
        let reached = earlier(own, behind[index]);
        let before: Vec<usize> = match points[index].after() {
            None => index.checked_sub(1).into_iter().collect(),
            Some(names) => names.iter().filter_map(|name| place(&places, name)).collect(),
        };
        // A name of a later point is no order in time; the rules on `After` speak of it.
        for before in before.into_iter().filter(|before| *before < index) {
            behind[before] = earlier(behind[before], reached);
        }
    }
    let turned_back = run.rollbacks();
    let turned_back = |step: &Step| {
        step.kind == StepKind::GoNoGo && turned_back.iter().any(|said| said.what.0 == step.label)
    };
    let due = |(step, followed_by): (&'a Step, Option<usize>)| {
        let is_due = is_complete || followed_by.is_some() || turned_back(step);
        is_due.then_some(Due { step, followed_by })
    };
    points.into_iter().zip(behind).filter_map(due).collect()
}

fn place(places: &BTreeMap<&str, usize>, name: &StepRef) -> Option<usize> {
    match name {
        StepRef::Label(label) => places.get(label.as_str()).copied(),
        StepRef::Unclear(_) => None,
    }
}

/// The first line that speaks of each label.
fn first_lines(run: &Run<'_>) -> BTreeMap<String, usize> {
    let of_steps = run.steps().into_iter().filter_map(|(label, step)| Some((label, step.begun_at()?)));
    let mut first: BTreeMap<String, usize> = of_steps.collect();
    let checkpoints = run.checkpoints().into_iter().map(|said| (said.what.0, said.seq));
    let decisions = run.decisions().into_iter().map(|said| (said.what.label, said.seq));
    for (label, seq) in checkpoints.chain(decisions) {
        let known = first.entry(label).or_insert(seq);
        *known = (*known).min(seq);
    }
    first
}

fn earlier(a: Option<usize>, b: Option<usize>) -> Option<usize> {
    a.into_iter().chain(b).min()
}
