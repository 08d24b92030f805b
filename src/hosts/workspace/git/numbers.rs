//! The numbers that changes have on any branch.

use std::collections::BTreeSet;
use std::path::Path;

use super::Git;

/// The highest number below `folder` (relative to `book.toml`) on any local or remote branch.
///
/// `number` reads the number off the name of a change's folder. Branches that cannot be read are passed
/// over: the number is a proposal, and a rule finds two changes of one number.
pub(in crate::hosts::workspace) fn highest_in_branches(
    git: &Git,
    folder: &str,
    number: impl Fn(&str) -> Option<u32>,
) -> Option<u32> {
    git.refuse_damaged().ok()?;
    let path = format!("{}{folder}", git.prefix);
    let path = Path::new(&path);
    let mut seen = BTreeSet::new();
    let mut highest = None;
    let branches = git.repo.branches(None).ok()?;
    for (branch, _) in branches.flatten() {
        let Ok(tree) = branch.get().peel_to_tree() else { continue };
        let Ok(entry) = tree.get_path(path) else { continue };
        if !seen.insert(entry.id()) {
            continue;
        }
        let Ok(changes) = git.repo.find_tree(entry.id()) else { continue };
        let numbers = changes.iter().filter_map(|entry| number(entry.name().ok()?));
        highest = highest.max(numbers.max());
    }
    highest
}
