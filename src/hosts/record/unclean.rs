//! What in the work tree is not as it is in the commit that a record follows (design: approvals.md, "The record
//! commit"): who signs sees the files at hand, and the record holds those of the commit.

use std::collections::BTreeSet;

use super::process::Git;
use crate::hosts::Failure;
use crate::hosts::workspace::{Root, folder_in_repository};

/// The files of the repository that are modified, staged or gone, and those below a folder of the book that nobody
/// has added: paths from the folder of the book; of what lies outside of it, from that of the repository.
///
/// # Errors
/// Git cannot be asked.
pub fn unclean(root: &Root, folder: Option<&str>) -> Result<BTreeSet<String>, Failure> {
    // The index is not written, and nothing but Git itself is asked which files have changed.
    let git = Git::of(root).with("GIT_OPTIONAL_LOCKS", "0");
    let quietly = ["-c", "core.fsmonitor=false"];
    let tracked = ["status", "--porcelain=v1", "-z", "--no-renames", "--untracked-files=no"];
    let submodules = ["--ignore-submodules=dirty"];
    let told = git.bytes(&[&quietly[..], &tracked, &submodules].concat())?;
    let prefix = folder_in_repository(root);
    // Two letters and a space stand before each path.
    let paths = names(&told).filter_map(|line| line.get(3..).map(str::to_owned));
    let mut found: BTreeSet<String> =
        paths.map(|path| path.strip_prefix(&prefix).map(str::to_owned).unwrap_or(path)).collect();
    if let Some(folder) = folder {
        let others = ["ls-files", "--others", "--exclude-standard", "-z", "--", folder];
        let told = git.with("GIT_LITERAL_PATHSPECS", "1").bytes(&[&quietly[..], &others].concat())?;
        found.extend(names(&told));
    }
    Ok(found)
}

/// Names that end with a zero byte each.
fn names(told: &[u8]) -> impl Iterator<Item = String> {
    let names = told.split(|byte| *byte == 0).filter(|name| !name.is_empty());
    names.map(|name| String::from_utf8_lossy(name).into_owned())
}
