//! A branch as it would land: the mainline of its base, and one landing that has not happened (design:
//! approvals.md, "Status of a subject").
//!
//! STRATEGY. The two lines are merged in memory, and the merge is a commit that only this process ever sees:
//! it is read like any other, so that nothing about an unmerged branch is judged by rules of its own. It is
//! the same whatever a forge makes of the branch beforehand (GitHub's merge refs, GitLab's rebased ones): one
//! landing of everything that the base does not hold.

use git2::{ErrorCode, Oid, Signature, Time};
use jiff::Timestamp;

use super::{Asked, Git, unreadable};
use crate::hosts::failure::Failure;

/// Who makes the commit that has not been made. Where the merge itself changes a document, this is the editor
/// of it, whom no roster knows: such a content cannot be approved before it has landed.
const NOBODY: &str = "whoever merges it";

/// A branch and where it would land.
pub(in crate::hosts::workspace) struct Merged {
    /// The commit to read: the landing, or the base's head where the branch holds nothing new.
    pub(in crate::hosts::workspace) tip: Oid,
    /// The head of the base.
    pub(in crate::hosts::workspace) base: Oid,
    /// The head of the branch.
    pub(in crate::hosts::workspace) head: Oid,
    /// How many commits would land; none where the base reaches the branch.
    pub(in crate::hosts::workspace) commits: usize,
}

impl Git {
    /// The commit that a revision names.
    pub(super) fn commit_of(&self, revision: &str) -> Result<Oid, Failure> {
        let found = self.repo.revparse_single(revision).and_then(|found| found.peel_to_commit());
        let unknown = |error: &git2::Error| match error.code() {
            ErrorCode::NotFound | ErrorCode::InvalidSpec | ErrorCode::Ambiguous | ErrorCode::Peel => {
                Failure::usage(format!("there is no commit `{revision}` in this repository"))
                    .help("name a branch, a tag or a commit, such as `main` or `origin/main`")
                    .help("in a pipeline, fetch it first: `git fetch origin main`")
            }
            _ => unreadable(error),
        };
        found.map(|commit| commit.id()).map_err(|error| unknown(&error))
    }

    /// Merges a branch into its base in memory, at a moment; nothing is written.
    pub(in crate::hosts::workspace) fn merged(
        &self,
        base: &str,
        head: &str,
        at: Timestamp,
        asked: &Asked,
    ) -> Result<Merged, Failure> {
        self.refuse_incomplete(asked)?;
        let (base_id, head_id) = (self.commit_of(base)?, self.commit_of(head)?);
        let new = || {
            let mut walk = self.repo.revwalk()?;
            walk.push(head_id)?;
            walk.hide(base_id)?;
            walk.try_fold(0, |count, commit| commit.map(|_| count + 1))
        };
        let commits: usize = new().map_err(|error: git2::Error| unreadable(&error))?;
        let mut merged = Merged { tip: base_id, base: base_id, head: head_id, commits };
        if commits > 0 {
            let tip = self.landing(base_id, head_id, at).map_err(|error| unreadable(&error))?;
            merged.tip = tip.ok_or_else(|| {
                Failure::usage(format!("`{head}` cannot be merged into `{base}`: the two conflict"))
                    .help(format!("merge the base into the branch and mend it: `git merge {base}`"))
                    .help("what the conflict leaves of the documents decides who must sign")
            })?;
        }
        Ok(merged)
    }

    /// The commit of the landing, in memory; nothing when the two lines conflict.
    fn landing(&self, base: Oid, head: Oid, at: Timestamp) -> Result<Option<Oid>, git2::Error> {
        // What this process adds goes nowhere else: the memory stands in front of the disk.
        self.repo.odb()?.add_new_mempack_backend(1000)?;
        let (ours, theirs) = (self.repo.find_commit(base)?, self.repo.find_commit(head)?);
        let tree = match self.repo.graph_descendant_of(head, base)? {
            true => theirs.tree_id(),
            false => {
                let mut index = self.repo.merge_commits(&ours, &theirs, None)?;
                if index.has_conflicts() {
                    return Ok(None);
                }
                index.write_tree_to(&self.repo)?
            }
        };
        let nobody = Signature::new(NOBODY, NOBODY, &Time::new(at.as_second(), 0))?;
        let tree = self.repo.find_tree(tree)?;
        self.repo.commit(None, &nobody, &nobody, "A landing", &tree, &[&ours, &theirs]).map(Some)
    }
}
