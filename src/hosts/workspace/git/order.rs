//! The commits that `HEAD` reaches, newest first.

use std::cmp::Reverse;
use std::collections::BinaryHeap;

use foldhash::HashMap;
use git2::{Odb, Oid};

use super::object::{People, RawCommit, parse_commit};
use super::remembered::Remembered;

/// A commit and where its parents stand in the same list.
pub(super) struct Node {
    /// What the commit says.
    pub(super) raw: RawCommit,
    /// Its parents, in its own order.
    pub(super) parents: Vec<usize>,
}

/// Reads every commit once and lists them by date, but no parent before all of its children.
///
/// This is the order of `git log --date-order`. Parents are the ones that the raw commit names: neither
/// grafts nor replacements can add or hide any.
pub(super) fn newest_first(
    odb: &Odb<'_>,
    head: Oid,
    remembered: &mut Remembered,
) -> Result<Vec<Node>, git2::Error> {
    let nodes = read_all(odb, head, remembered)?;
    let mut children = vec![0_usize; nodes.len()];
    nodes.iter().flat_map(|node| &node.parents).for_each(|parent| children[*parent] += 1);

    // Equal dates fall in the order in which the commits were found, which depends on the graph alone.
    let key = |index: usize| (nodes[index].raw.commit.time, Reverse(index));
    let mut ready = BinaryHeap::from([key(0)]);
    let mut order = Vec::with_capacity(nodes.len());
    while let Some((_, Reverse(index))) = ready.pop() {
        order.push(index);
        for parent in &nodes[index].parents {
            children[*parent] -= 1;
            if children[*parent] == 0 {
                ready.push(key(*parent));
            }
        }
    }
    Ok(arrange(nodes, &order))
}

/// The commits in the order in which they are met, with the places of their parents.
fn read_all(odb: &Odb<'_>, head: Oid, remembered: &mut Remembered) -> Result<Vec<Node>, git2::Error> {
    let mut ids = vec![head];
    let mut places = HashMap::default();
    places.insert(head, 0);
    let (mut nodes, mut people) = (Vec::new(), People::default());
    while let Some(id) = ids.get(nodes.len()).copied() {
        let parsed = match remembered.is_kept() {
            true => parse_commit(
                id,
                &remembered.commit(id, || odb.read(id).map(|object| object.data().into()))?,
                &mut people,
            ),
            false => parse_commit(id, odb.read(id)?.data(), &mut people),
        };
        let mut raw = parsed.ok_or_else(|| git2::Error::from_str(&format!("commit {id} is malformed")))?;
        let mut place = |parent: &Oid| {
            *places.entry(*parent).or_insert_with(|| {
                ids.push(*parent);
                ids.len() - 1
            })
        };
        let mut own: Vec<usize> = Vec::with_capacity(raw.parents.len());
        for parent in std::mem::take(&mut raw.parents).iter().map(&mut place) {
            // A parent named twice is one line of history, not a merge.
            if !own.contains(&parent) {
                own.push(parent);
            }
        }
        nodes.push(Node { raw, parents: own });
    }
    Ok(nodes)
}

fn arrange(mut nodes: Vec<Node>, order: &[usize]) -> Vec<Node> {
    let mut places = vec![0; order.len()];
    order.iter().enumerate().for_each(|(place, index)| places[*index] = place);
    nodes.iter_mut().flat_map(|node| &mut node.parents).for_each(|parent| *parent = places[*parent]);
    // Every exchange brings one node to its place, so that none is copied twice.
    for at in 0..nodes.len() {
        while places[at] != at {
            let to = places[at];
            nodes.swap(at, to);
            places.swap(at, to);
        }
    }
    nodes
}
