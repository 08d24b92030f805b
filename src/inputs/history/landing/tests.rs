//! Random histories, and the definition of a landing said slowly.

use std::collections::BTreeSet;

use proptest::prelude::*;

use super::*;

/// Random histories: each commit has up to three earlier parents, the first mostly its neighbour.
fn history() -> impl Strategy<Value = Vec<Vec<usize>>> {
    let commit = |index: usize| {
        let parents = proptest::collection::vec(0..index.max(1), 0..3);
        parents.prop_map(move |others| {
            let first = index.checked_sub(1).into_iter();
            let all = first.chain(others).take(if index == 0 { 0 } else { 3 });
            let mut seen = BTreeSet::new();
            all.filter(|parent| seen.insert(*parent)).collect::<Vec<_>>()
        })
    };
    let skip = |parents: Vec<Vec<usize>>, skips: Vec<bool>| {
        let keep = |(parents, skip): (Vec<usize>, bool)| match (skip, parents.len()) {
            (true, 2..) => parents[1..].to_vec(),
            _ => parents,
        };
        parents.into_iter().zip(skips).map(keep).collect::<Vec<_>>()
    };
    (1_usize..30).prop_flat_map(move |count| {
        let commits: Vec<_> = (0..count).map(commit).collect();
        (commits, proptest::collection::vec(any::<bool>(), count)).prop_map(move |(p, s)| skip(p, s))
    })
}

fn reached(parents: &[Vec<usize>], from: usize) -> BTreeSet<usize> {
    let mut reached = BTreeSet::from([from]);
    for parent in &parents[from] {
        reached.extend(self::reached(parents, *parent));
    }
    reached
}

proptest! {
    /// The definition, said slowly: the oldest mainline commit that reaches it.
    #[test]
    fn each_commit_lands_once_with_the_oldest_that_reaches_it(parents in history()) {
        let head = parents.len() - 1;
        let line = first_parents(&parents, head);
        let root = *line.last().expect("a head is on its own chain");
        let landings = landings(&parents, root, head).expect("the root is on the chain");
        let mainline: Vec<usize> = landings.iter().map(|landing| landing.commit).collect();
        prop_assert_eq!(&mainline, &line.iter().rev().copied().collect::<Vec<_>>());
        for commit in reached(&parents, head) {
            let oldest = mainline.iter().find(|line| reached(&parents, **line).contains(&commit));
            let units = landings.iter().filter(|landing| landing.unit.contains(&commit));
            let in_units: Vec<usize> = units.map(|landing| landing.commit).collect();
            prop_assert_eq!(in_units, vec![*oldest.expect("the head reaches it")]);
        }
        for landing in &landings {
            for (at, commit) in landing.unit.iter().enumerate() {
                let later = |parent: &usize| landing.unit[at..].contains(parent);
                prop_assert!(!parents[*commit].iter().any(later), "a parent behind its child");
            }
        }
    }
}

#[test]
fn a_root_off_the_first_parent_chain_is_told() {
    // 0 <- 1 <- 3, and 2 on a branch; the head 3 has 2 as its first parent: a foxtrot.
    let parents = vec![vec![], vec![0], vec![0], vec![2, 1]];
    assert_eq!(landings(&parents, 1, 3), None);
    let landings = landings(&parents, 0, 3).expect("0 is on the chain");
    assert_eq!(landings[2], Landing { commit: 3, unit: vec![1, 3] });
}

#[test]
fn a_long_history_needs_no_deep_stack() {
    let count = 300_000;
    let parents: Vec<Vec<usize>> =
        (0..count).map(|at: usize| at.checked_sub(1).into_iter().collect()).collect();
    assert_eq!(landings(&parents, 0, count - 1).map(|landings| landings.len()), Some(count));
    let unit = super::unit(&parents, count - 1, &mut vec![false; count]);
    assert_eq!(unit.len(), count);
}
