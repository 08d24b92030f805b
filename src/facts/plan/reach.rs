//! How far back it is from each node.

use std::collections::BTreeMap;

use super::{Plan, graph};
use crate::inputs::document::steps::{Step, StepRef};

/// Fills the rollback of each node.
///
/// Done once a node is done is what it follows, and what is planned to have ended by then beside it. Times
/// may be missing; what a node follows is known without them.
pub(super) fn rollback(plan: &mut Plan, steps: &[Step]) {
    let mut by_label: BTreeMap<&str, usize> = BTreeMap::new();
    for (place, (step, _)) in plan.rollback.iter().enumerate() {
        by_label.entry(&steps[*step].label).or_insert(place);
    }
    let own = |step: &Step| {
        let place = |name: StepRef| match name {
            StepRef::Label(label) => by_label.get(label.as_str()).copied(),
            StepRef::Unclear(_) => None,
        };
        step.undo().into_iter().filter_map(place).min()
    };
    let mut entry: Vec<Option<usize>> = plan.nodes.iter().map(|node| own(&steps[node.step])).collect();
    let order = graph::order(plan);
    let is_past = past(plan, &order);
    let earlier = |a: Option<usize>, b: Option<usize>| a.into_iter().chain(b).min();

    let mut by_end: Vec<(u64, usize)> =
        plan.nodes.iter().enumerate().filter_map(|(at, node)| Some((node.end?, at))).collect();
    by_end.sort_unstable();
    let mut first: Option<usize> = None;
    let mut by_then = vec![None; plan.nodes.len()];
    for ended_together in by_end.chunk_by(|a, b| a.0 == b.0) {
        first = ended_together.iter().fold(first, |first, (_, at)| earlier(first, entry[*at]));
        for (_, at) in ended_together {
            by_then[*at] = first;
        }
    }
    for &at in &order {
        let before = plan.nodes[at].after.iter().fold(None, |first, before| earlier(first, entry[*before]));
        entry[at] = earlier(entry[at], before);
    }

    let mut from = vec![Some(0_u64); plan.rollback.len() + 1];
    for (place, (_, length)) in plan.rollback.iter().enumerate().rev() {
        from[place] = from[place + 1].zip(*length).map(|(rest, length)| length.saturating_add(rest));
    }
    for at in order {
        plan.nodes[at].is_past_return = is_past[at];
        if !is_past[at] {
            let place = earlier(entry[at], by_then[at]).unwrap_or(plan.rollback.len());
            plan.nodes[at].rollback = from[place];
        }
    }
}

/// Which nodes are past the last point of no return: the point itself, what is planned to end after that
/// point has begun, and what follows one of these.
fn past(plan: &Plan, order: &[usize]) -> Vec<bool> {
    let mut is_past = vec![false; plan.nodes.len()];
    let points = plan.nodes.iter().enumerate().filter(|(_, node)| node.is_point_of_no_return);
    let Some((last, point)) = points.max_by_key(|(at, node)| (node.begin, *at)) else { return is_past };
    for &at in order {
        let node = &plan.nodes[at];
        let follows = node.after.iter().any(|before| is_past[*before]);
        let is_late = point.begin.zip(node.end).is_some_and(|(begin, end)| end > begin);
        is_past[at] = at == last || follows || is_late;
    }
    is_past
}
