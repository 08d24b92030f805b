//! Order and times of the nodes.

use std::cmp::Reverse;

use super::{Plan, seconds};
use crate::inputs::document::steps::Step;

/// Finds the cycles, gives every other node its times, and follows the longest way back from the end.
pub(super) fn time(plan: &mut Plan, steps: &[Step]) {
    let lengths: Vec<Option<u64>> =
        plan.nodes.iter().map(|node| steps[node.step].estimate.map(seconds)).collect();
    let mut is_lost = vec![false; plan.nodes.len()];
    for (node, _, _) in &plan.unknown {
        is_lost[*node] = true;
    }
    let order = order(plan);
    for &at in &order {
        let mut ends = plan.nodes[at].after.iter().map(|before| plan.nodes[*before].end);
        let begin = ends.try_fold(0_u64, |latest, end| Some(latest.max(end?)));
        plan.nodes[at].begin = begin.filter(|_| !is_lost[at]);
        let end = plan.nodes[at].begin.zip(lengths[at]);
        plan.nodes[at].end = end.map(|(begin, length)| begin.saturating_add(length));
    }
    if order.len() < plan.nodes.len() {
        plan.cycle = cycle(plan, &order);
    }
    let is_complete = !plan.nodes.is_empty() && plan.nodes.iter().all(|node| node.end.is_some());
    plan.length = plan.nodes.iter().filter_map(|node| node.end).max().filter(|_| is_complete);
    if let Some(length) = plan.length {
        plan.critical = critical(plan, length);
    }
}

/// The nodes that stand in no cycle and behind none, each after those that it follows.
pub(super) fn order(plan: &Plan) -> Vec<usize> {
    let count = plan.nodes.len();
    let mut followers: Vec<Vec<usize>> = vec![Vec::new(); count];
    let mut waits_for = vec![0_usize; count];
    for (at, node) in plan.nodes.iter().enumerate() {
        waits_for[at] = node.after.len();
        for before in &node.after {
            followers[*before].push(at);
        }
    }
    let mut order: Vec<usize> = (0..count).filter(|at| waits_for[*at] == 0).collect();
    let mut next = 0;
    while let Some(&at) = order.get(next) {
        next += 1;
        for &follower in &followers[at] {
            waits_for[follower] -= 1;
            if waits_for[follower] == 0 {
                order.push(follower);
            }
        }
    }
    order
}

/// The nodes of the cycles: the strongly connected components (Tarjan 1972) with more than one node, or
/// with a node that follows itself. The stack of the walk is a list, whatever the length of the chain.
fn cycle(plan: &Plan, done: &[usize]) -> Vec<usize> {
    const UNSEEN: usize = usize::MAX;
    let count = plan.nodes.len();
    let mut number = vec![UNSEEN; count];
    let mut low = vec![UNSEEN; count];
    let mut is_open = vec![false; count];
    let mut is_done = vec![false; count];
    for at in done {
        is_done[*at] = true;
    }
    let (mut open, mut walk, mut found): (Vec<usize>, Vec<(usize, usize)>, Vec<usize>) = Default::default();
    let mut next = 0;
    for root in (0..count).filter(|at| !is_done[*at]) {
        if number[root] != UNSEEN {
            continue;
        }
        walk.push((root, 0));
        while let Some((at, edge)) = walk.pop() {
            if edge == 0 {
                (number[at], low[at]) = (next, next);
                next += 1;
                open.push(at);
                is_open[at] = true;
            }
            if let Some(&before) = plan.nodes[at].after.get(edge) {
                walk.push((at, edge + 1));
                if number[before] == UNSEEN && !is_done[before] {
                    walk.push((before, 0));
                } else if is_open[before] {
                    low[at] = low[at].min(number[before]);
                }
                continue;
            }
            if let Some((parent, _)) = walk.last() {
                low[*parent] = low[*parent].min(low[at]);
            }
            if low[at] == number[at] {
                let start = open.iter().rposition(|member| *member == at).unwrap_or(open.len());
                let component = open.split_off(start);
                for member in &component {
                    is_open[*member] = false;
                }
                if component.len() > 1 || plan.nodes[at].after.contains(&at) {
                    found.extend(component);
                }
            }
        }
    }
    found.sort_unstable();
    found
}

/// The longest way: from the last end back, each time to the predecessor that ends where its node begins.
/// Of several, the first in the text.
fn critical(plan: &Plan, length: u64) -> Vec<usize> {
    let mut way = Vec::new();
    let mut at = plan.nodes.iter().position(|node| node.end == Some(length));
    while let Some(node) = at {
        way.push(node);
        let before = plan.nodes[node].after.iter();
        at = before.copied().min_by_key(|before| (Reverse(plan.nodes[*before].end), *before));
    }
    way.reverse();
    way
}
