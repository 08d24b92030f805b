//! Which findings of one state are those of an earlier one.

use std::collections::{BTreeMap, VecDeque};

use super::Fingerprint;

/// For each present finding the index of the known one that it is, if it is one. `K` is what a finding is but
/// for its line: its rule, its document, its message.
///
/// First come those whose fingerprints are the same. Of what is left on both sides, those are one that are the
/// same but for their line, in the order of both lists: the line of an old finding may be edited, and the
/// finding is an old one all the same.
pub(super) fn pairs<K: Ord>(present: &[(Fingerprint, K)], known: &[(Fingerprint, K)]) -> Vec<Option<usize>> {
    let by_print: BTreeMap<Fingerprint, usize> =
        known.iter().enumerate().map(|(at, (print, _))| (*print, at)).collect();
    let mut pairs: Vec<Option<usize>> =
        present.iter().map(|(print, _)| by_print.get(print).copied()).collect();
    let mut is_taken = vec![false; known.len()];
    pairs.iter().flatten().for_each(|at| is_taken[*at] = true);
    let mut left: BTreeMap<&K, VecDeque<usize>> = BTreeMap::new();
    for (at, (_, kin)) in known.iter().enumerate().filter(|(at, _)| !is_taken[*at]) {
        left.entry(kin).or_default().push_back(at);
    }
    for (pair, (_, kin)) in pairs.iter_mut().zip(present).filter(|(pair, _)| pair.is_none()) {
        *pair = left.get_mut(kin).and_then(VecDeque::pop_front);
    }
    pairs
}
