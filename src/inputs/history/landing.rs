//! When a commit landed: the mainline, and what each of its commits brought (design: approvals.md, "Words").
//!
//! Enters: the parents of every commit that the head reaches. Leaves: the mainline, from the trust root to
//! the head, each commit of it with its landing unit. A commit lands exactly once, with the oldest mainline
//! commit that reaches it, so that merging a branch twice, criss-cross or by an octopus counts it once.
//!
//! STRATEGY. The mainline is walked from the root towards the head. From each of its commits everything that
//! has not landed yet is collected over all parents with a list of its own, not by recursion; a commit is
//! marked when it is first met, so that the whole costs one visit a commit.

/// Parents of commits by index; a parent that is not there (a shallow clone) is no index.
pub trait Parents {
    /// The parents of a commit, in its order.
    fn of(&self, commit: usize) -> &[usize];

    /// How many commits there are: indices are below it.
    fn count(&self) -> usize;
}

impl Parents for Vec<Vec<usize>> {
    fn of(&self, commit: usize) -> &[usize] {
        &self[commit]
    }

    fn count(&self) -> usize {
        self.len()
    }
}

/// A commit of the mainline and what landed with it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Landing {
    /// The commit of the mainline.
    pub commit: usize,
    /// All that it reaches and its predecessors on the mainline do not, itself among them; parents before
    /// children, and in the order of the merged branches where nothing else orders them.
    pub unit: Vec<usize>,
}

/// First parents from a head to the first commit without parents, newest first.
pub fn first_parents(parents: &(impl Parents + ?Sized), head: usize) -> Vec<usize> {
    let mut line = vec![head];
    while let Some(parent) = line.last().and_then(|commit| parents.of(*commit).first().copied()) {
        line.push(parent);
    }
    line
}

/// The landings from a root to a head, oldest first. What the root reaches lands with the root.
///
/// Nothing when the root is not on the head's first-parent chain: the history was rewritten, or a branch was
/// merged the wrong way round (a foxtrot).
pub fn landings(parents: &(impl Parents + ?Sized), root: usize, head: usize) -> Option<Vec<Landing>> {
    let mut line = first_parents(parents, head);
    let at = line.iter().position(|commit| *commit == root)?;
    line.truncate(at + 1);
    let mut landed = vec![false; parents.count()];
    let land = |commit: usize| Landing { commit, unit: unit(parents, commit, &mut landed) };
    Some(line.into_iter().rev().map(land).collect())
}

/// Everything that a commit reaches and that has not landed, parents before children.
fn unit(parents: &(impl Parents + ?Sized), from: usize, landed: &mut [bool]) -> Vec<usize> {
    let mut unit = Vec::new();
    // A commit and the number of its parents that were looked at.
    let mut open = vec![(from, 0)];
    landed[from] = true;
    while let Some((commit, seen)) = open.last_mut() {
        match parents.of(*commit).get(*seen) {
            Some(parent) => {
                *seen += 1;
                if !std::mem::replace(&mut landed[*parent], true) {
                    open.push((*parent, 0));
                }
            }
            None => {
                unit.push(*commit);
                open.pop();
            }
        }
    }
    unit
}

#[cfg(test)]
mod tests;
