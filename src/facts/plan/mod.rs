//! The plan of a runbook in time: critical path, rollback from every point, deadlines (design: domain.md 1.3).
//!
//! Enters: the steps of a runbook. Leaves: a [`Plan`] counted in seconds from its start, whatever the slot;
//! [`Frame`] holds it against the slot of its change.
//!
//! STRATEGY. Steps, checkpoints, go/no-go points and verifications are nodes in source order. `After:` names
//! a node's predecessors; without it the node before is the one, and the first verification follows all of
//! the execution. Verifications belong to the plan because the slot has to hold them: the services are not
//! given back before. Begin is the latest end of the predecessors, so the ends along the longest way give
//! the plan's length. A node that names an unknown predecessor, stands in a cycle or has no estimate has no
//! times, and neither has what follows it: nothing is guessed. The rollback from a node begins at the first
//! rollback step that a node done by then names under `Undo`, and runs to the end of the rollback, one step
//! after the other. Everything is a walk over lists; 10,000 steps in a chain need no deep stack.

mod frame;
mod graph;
mod reach;
mod slack;

#[cfg(test)]
mod tests;

use std::collections::BTreeMap;

use crate::inputs::document::Document;
use crate::inputs::document::steps::{Step, StepKind, StepRef};
use crate::inputs::document::time::Duration;
use crate::text::Span;

pub use frame::{Frame, smallest_budget};

/// A runbook's plan.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Plan {
    /// Steps, checkpoints, go/no-go points and verifications, in source order.
    pub nodes: Vec<Node>,
    /// From the start to the last end, in seconds; nothing when a time is missing.
    pub length: Option<u64>,
    /// Indices of the nodes on the longest way, in order; empty when a time is missing.
    pub critical: Vec<usize>,
    /// Indices of nodes in a cycle of `After`, sorted.
    pub cycle: Vec<usize>,
    /// `After` that names nothing: (node, what is written, place).
    pub unknown: Vec<(usize, String, Span)>,
    /// The rollback steps in source order: (index into the document's steps, seconds if known).
    pub rollback: Vec<(usize, Option<u64>)>,
    /// The whole rollback in seconds; nothing when there is none or an estimate is missing.
    pub rollback_length: Option<u64>,
}

/// A node of the plan.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Node {
    /// Index into the document's steps.
    pub step: usize,
    /// What it is: step, checkpoint, go/no-go or verification.
    pub kind: StepKind,
    /// Seconds from the plan's start to its begin.
    pub begin: Option<u64>,
    /// Seconds to its end.
    pub end: Option<u64>,
    /// Indices of the nodes that must be done before it.
    pub after: Vec<usize>,
    /// Longest time that undoing takes once this node is done, in seconds; `Some(0)` where nothing is to be
    /// undone, nothing where it is not known or past the last point of no return.
    pub rollback: Option<u64>,
    /// Whether it cannot be undone.
    pub is_point_of_no_return: bool,
    /// Whether going back is over once it is done: it is the last point of no return, is planned to end
    /// after that point has begun, or follows such a node.
    pub is_past_return: bool,
}

impl Plan {
    /// From the start to the end of the last step, checkpoint or go/no-go point, in seconds, without the
    /// verifications that follow; nothing when a time is missing.
    pub fn length_of_work(&self) -> Option<u64> {
        let work = self.nodes.iter().filter(|node| node.kind != StepKind::Verify);
        work.map(|node| node.end).try_fold(0, |latest, end| Some(latest.max(end?)))
    }

    /// Which nodes follow one of these, directly or by way of others, by index.
    pub fn following(&self, is_start: impl Fn(&Node) -> bool) -> Vec<bool> {
        let mut followers: Vec<Vec<usize>> = vec![Vec::new(); self.nodes.len()];
        for (at, node) in self.nodes.iter().enumerate() {
            for before in &node.after {
                followers[*before].push(at);
            }
        }
        let mut follows = vec![false; self.nodes.len()];
        let mut open: Vec<usize> = (0..self.nodes.len()).filter(|at| is_start(&self.nodes[*at])).collect();
        while let Some(at) = open.pop() {
            for &next in &followers[at] {
                if !std::mem::replace(&mut follows[next], true) {
                    open.push(next);
                }
            }
        }
        follows
    }

    /// By how many seconds each node may end later without the plan ending later; nothing without a length.
    pub fn slack(&self) -> Vec<Option<u64>> {
        slack::of(self)
    }

    /// The node of a step of the document.
    pub fn node_of(&self, step: usize) -> Option<&Node> {
        let at = self.nodes.binary_search_by_key(&step, |node| node.step).ok()?;
        self.nodes.get(at)
    }
}

/// A length of time in a plan of some hours, in seconds: a day counts as 24 hours.
pub fn seconds(length: Duration) -> u64 {
    let days = u64::from(length.days) + u64::from(length.business_days);
    days.saturating_mul(86_400).saturating_add(length.seconds)
}

/// The plan of a runbook or a standard model.
pub fn of(runbook: &Document) -> Plan {
    of_steps(&runbook.steps)
}

/// The plan that steps in source order make.
pub fn of_steps(steps: &[Step]) -> Plan {
    let mut plan = Plan::default();
    for (index, step) in steps.iter().enumerate() {
        match step.kind {
            StepKind::Rollback => plan.rollback.push((index, step.estimate.map(seconds))),
            kind => plan.nodes.push(Node {
                step: index,
                kind,
                begin: None,
                end: None,
                after: Vec::new(),
                rollback: None,
                is_point_of_no_return: step.is_point_of_no_return() == Some(true),
                is_past_return: false,
            }),
        }
    }
    plan.rollback_length = match plan.rollback.as_slice() {
        [] => None,
        all => all.iter().try_fold(0_u64, |sum, (_, length)| Some(sum.saturating_add((*length)?))),
    };
    connect(&mut plan, steps);
    graph::time(&mut plan, steps);
    reach::rollback(&mut plan, steps);
    plan
}

/// Fills what each node follows.
fn connect(plan: &mut Plan, steps: &[Step]) {
    let mut by_label: BTreeMap<&str, usize> = BTreeMap::new();
    for (index, node) in plan.nodes.iter().enumerate() {
        by_label.entry(&steps[node.step].label).or_insert(index);
    }
    let (mut last_done, mut last_verified) = (None, None);
    let mut first_verification = None;
    for index in 0..plan.nodes.len() {
        let step = &steps[plan.nodes[index].step];
        let is_verification = step.kind == StepKind::Verify;
        let before = if is_verification { last_verified } else { last_done };
        let mut after: Vec<usize> = match step.after() {
            None => before.into_iter().collect(),
            Some(named) => {
                let place = step.field("After").map_or(step.span, |field| field.span);
                let mut known = Vec::new();
                for name in named {
                    let written = match name {
                        StepRef::Label(label) => match by_label.get(label.as_str()) {
                            Some(found) => {
                                known.push(*found);
                                continue;
                            }
                            None => label,
                        },
                        StepRef::Unclear(text) => text,
                    };
                    plan.unknown.push((index, written, place));
                }
                known
            }
        };
        after.sort_unstable();
        after.dedup();
        if is_verification {
            let is_first = last_verified.is_none() && step.after().is_none();
            first_verification = first_verification.or(is_first.then_some(index));
            last_verified = Some(index);
        } else {
            last_done = Some(index);
        }
        plan.nodes[index].after = after;
    }
    if let Some(first) = first_verification {
        plan.nodes[first].after = ends_of_execution(plan);
    }
}

/// The nodes of the execution that nothing else of it follows.
fn ends_of_execution(plan: &Plan) -> Vec<usize> {
    let is_execution = |node: &Node| node.kind != StepKind::Verify;
    let mut is_followed = vec![false; plan.nodes.len()];
    for node in plan.nodes.iter().filter(|node| is_execution(node)) {
        for before in &node.after {
            is_followed[*before] = true;
        }
    }
    let nodes = plan.nodes.iter().enumerate();
    nodes.filter(|(at, node)| is_execution(node) && !is_followed[*at]).map(|(at, _)| at).collect()
}
