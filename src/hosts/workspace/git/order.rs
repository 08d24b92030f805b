//! The commits that `HEAD` reaches, newest first.

use std::cmp::Reverse;
use std::collections::{BinaryHeap, HashMap};

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
    let (raws, parents) = read_all(odb, head, remembered)?;
    let mut children = vec![0_usize; raws.len()];
    parents.iter().flatten().for_each(|parent| children[*parent] += 1);

    // Equal dates fall in the order in which the commits were found, which depends on the graph alone.
    let key = |index: usize| (raws[index].commit.time, Reverse(index));
    let mut ready = BinaryHeap::from([key(0)]);
    let mut order = Vec::with_capacity(raws.len());
    while let Some((_, Reverse(index))) = ready.pop() {
        order.push(index);
        for parent in &parents[index] {
            children[*parent] -= 1;
            if children[*parent] == 0 {
                ready.push(key(*parent));
            }
        }
    }
    Ok(arrange(raws, parents, &order))
}

/// The commits in the order in which they are met, with the places of their parents.
fn read_all(
    odb: &Odb<'_>,
    head: Oid,
    remembered: &mut Remembered,
) -> Result<(Vec<RawCommit>, Vec<Vec<usize>>), git2::Error> {
    let mut ids = vec![head];
    let mut places = HashMap::from([(head, 0)]);
    let (mut raws, mut parents, mut people) = (Vec::new(), Vec::new(), People::default());
    while let Some(id) = ids.get(raws.len()).copied() {
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
        let mut own: Vec<usize> = std::mem::take(&mut raw.parents).iter().map(&mut place).collect();
        // A parent named twice is one line of history, not a merge.
        let mut seen = Vec::new();
        own.retain(|parent| {
            !seen.contains(parent) && {
                seen.push(*parent);
                true
            }
        });
        parents.push(own);
        raws.push(raw);
    }
    Ok((raws, parents))
}

fn arrange(raws: Vec<RawCommit>, parents: Vec<Vec<usize>>, order: &[usize]) -> Vec<Node> {
    let mut places = vec![0; order.len()];
    order.iter().enumerate().for_each(|(place, index)| places[*index] = place);
    let mut nodes: Vec<Option<Node>> = raws
        .into_iter()
        .zip(parents)
        .map(|(raw, parents)| {
            let parents = parents.into_iter().map(|parent| places[parent]).collect();
            Some(Node { raw, parents })
        })
        .collect();
    order.iter().filter_map(|index| nodes[*index].take()).collect()
}
