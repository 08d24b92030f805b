//! Writes record commits: a decision, signed by the person's own signing set-up of Git (design: approvals.md,
//! "The record commit").
//!
//! Enters: the message of a record and the commit it follows. Leaves: the id of an empty commit with one
//! identity for author and committer, made by `git commit-tree -S`: no hook and no editor has a say, and
//! `gpg.format`, `user.signingkey` and their like are Git's business. A reference moves only afterwards, in
//! one step that names what it stood on, once the record was judged.

mod branch;
mod doctor;
mod guard;
mod key;
pub mod observe;
mod process;
mod unclean;

use crate::facts::approval::Approvals;
use crate::facts::approval::judge::Judged;
use crate::hosts::Failure;
use crate::hosts::workspace::{self, CommitId, LoadOptions, Root};

pub use branch::{collect, on_branch, push};
pub use doctor::examine;
pub use guard::{Refusal, install as install_hook, is_installed as has_hook, pre_push};
pub use key::{SigningKey, certificate, public_key, signing_key, unable};
pub use process::Git;
pub use unclean::unclean;

/// What is wrong where a record would go on the branch at hand, and there is none.
pub const ON_NO_BRANCH: &str =
    "no branch is checked out: the record would be on none, and lost with the next checkout";

/// Who commits: the name and mail address of Git's settings, and a time.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Identity {
    /// `user.name`.
    pub name: String,
    /// `user.email`.
    pub email: String,
    /// Seconds since 1970 and the zone, as Git writes them: `1764000000 +0100`.
    pub date: String,
}

/// Who works in the repository of a book, at this moment.
///
/// # Errors
/// No repository, no identity.
pub fn identity(root: &Root) -> Result<Identity, Failure> {
    Git::of(root).identity()
}

/// The commit that the work tree stands on, and the name of its branch.
///
/// # Errors
/// No repository, no commit.
pub fn head(root: &Root) -> Result<(CommitId, Option<String>), Failure> {
    let git = Git::of(root);
    let head = git.commit("HEAD")?;
    Ok((head, git.ask(&["symbolic-ref", "--quiet", "--short", "HEAD"])))
}

/// Writes a record behind a commit, signed; no reference moves.
///
/// # Errors
/// Git or the program that signs does not do it.
pub fn write(root: &Root, message: &str, parent: &CommitId, by: &Identity) -> Result<CommitId, Failure> {
    Git::of(root).signed_record(message, parent, by)
}

/// Moves the branch at hand from one commit to the next; work tree and index stay, since both commits have
/// the same files.
///
/// # Errors
/// The branch has moved in between.
pub fn move_head(root: &Root, old: &CommitId, new: &CommitId, why: &str) -> Result<(), Failure> {
    Git::of(root).move_reference("HEAD", Some(old), new, why)
}

/// The approvals as they would be if a commit were the head of the mainline.
///
/// # Errors
/// A commit that holds no book, an object that is missing.
pub fn approvals_at(root: &Root, commit: &CommitId, options: &LoadOptions) -> Result<Approvals, Failure> {
    let now = crate::hosts::clock::now()?.timestamp();
    let inputs = workspace::inputs_of_commit(root, commit, options, now)?;
    let inputs = inputs.ok_or_else(|| {
        Failure::usage("`book.toml` is not committed, so the record cannot be judged")
            .help("commit it first, and run the command again")
    })?;
    Ok(Approvals::of(&inputs))
}

/// What the judge says of a record; nothing when its commit is not among the records that he saw.
pub fn judged<'a>(approvals: &'a Approvals, record: &CommitId) -> Option<&'a Judged> {
    let of_subjects = approvals.subjects.values().flat_map(|(subject, _)| &subject.records);
    let mut all = of_subjects.chain(&approvals.others).map(|landed| &landed.judged);
    all.find(|judged| judged.id == record.as_str())
}
