//! How much a node may be late without the plan ending later.

use super::{Plan, graph};

/// For every node the seconds by which it may end later while the plan keeps its length; nothing where the
/// plan has no length. Nodes of the longest way have none to spare.
pub(super) fn of(plan: &Plan) -> Vec<Option<u64>> {
    let Some(length) = plan.length else { return vec![None; plan.nodes.len()] };
    let mut latest = vec![length; plan.nodes.len()];
    // Each node stands behind those that it follows: walked backwards, its own latest end is final.
    for at in graph::order(plan).into_iter().rev() {
        let node = &plan.nodes[at];
        let own = node.begin.zip(node.end).map_or(0, |(begin, end)| end.saturating_sub(begin));
        let start = latest[at].saturating_sub(own);
        for before in &node.after {
            latest[*before] = latest[*before].min(start);
        }
    }
    plan.nodes.iter().zip(latest).map(|(node, latest)| Some(latest.saturating_sub(node.end?))).collect()
}
