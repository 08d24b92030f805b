//! Git, read on one thread into plain values. The only user of git2.
//!
//! Enters: the folder of `book.toml`. Leaves: what Git ignores, and a [`History`]. The repository is opened
//! by its path alone: no `GIT_*` variable has a say. A history that is cut short or overlaid (shallow clone,
//! grafts, replaced objects) is refused, for what it says about who changed a file cannot be believed
//! (design: approvals.md, repository hygiene).

mod commit;
mod ledger;
mod modified;
mod numbers;
mod object;
mod open;
mod order;
mod remembered;
mod renames;
mod sealed;
mod sound;
mod trail;
mod trees;
mod trusted;
mod unmerged;
mod verified;
mod walk;

use std::sync::Arc;

use git2::{ErrorCode, Oid, Repository};
use jiff::Timestamp;
use tracing::field::Empty;
use tracing::info_span;

use crate::hosts::failure::Failure;
use crate::inputs::config::Kinds;
use crate::inputs::history::History;
use crate::inputs::history::ledger::Ledger;
use crate::inputs::history::reach::Reach;
use crate::inputs::history::trust::Trust;
use crate::text::{BookPath, ContentHash};

pub(super) use commit::Found as TreeEntry;
pub(super) use modified::{BlobId, WorkFile, blob_id, blob_id_of_file};
pub(super) use numbers::highest_in_branches;
use remembered::Remembered;

pub(super) use open::{Found, open, surroundings, user_email};

/// The repository that holds a book.
pub(super) struct Git {
    repo: Repository,
    /// The folder of `book.toml` in the repository, with a slash at its end unless it is the root.
    prefix: String,
}

/// What the commits say, before the files of the work tree are held against it.
#[derive(Clone)]
pub(super) struct Past {
    /// The branch, when `HEAD` is on one.
    branch: Option<String>,
    /// What the walk from `HEAD` found, or why there was none.
    walked: Result<walk::Walked, &'static str>,
    /// What approvals are derived from.
    ledger: Ledger,
}

/// All that a [`Past`] depends on. Objects are named by their hash, so that the names of the commits say what
/// they hold.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct PastKey {
    /// Every reference with what it points to; `HEAD` is one of them.
    references: Vec<(Vec<u8>, Option<Oid>)>,
    /// The branch that `HEAD` is on.
    branch: Option<String>,
    src: BookPath,
    trust: Trust,
    kinds: Option<ContentHash>,
    reach: Reach,
}

impl Git {
    /// The same, taken from `known` when nothing is another since; what is walked anew is left there.
    pub(super) fn past_again(
        &self,
        src: &BookPath,
        asked: &Asked,
        known: &mut Option<(PastKey, Past)>,
    ) -> Result<Past, Failure> {
        self.refuse_incomplete(asked)?;
        let key = self.key_of_past(src, asked).map_err(|error| unreadable(&error))?;
        if let Some((_, past)) = known.as_ref().filter(|(was, _)| *was == key && !asked.verify_anew) {
            return Ok(past.clone());
        }
        *known = None;
        let past = self.past(src, asked)?;
        // A reference may have moved during the walk.
        let after = self.key_of_past(src, asked).map_err(|error| unreadable(&error))?;
        *known = (after == key).then(|| (key, past.clone()));
        Ok(past)
    }

    fn key_of_past(&self, src: &BookPath, asked: &Asked) -> Result<PastKey, git2::Error> {
        let head = self.repo.find_reference("HEAD")?;
        let mut references = vec![(b"HEAD".to_vec(), self.repo.head().ok().and_then(|head| head.target()))];
        for reference in self.repo.references()? {
            let reference = reference?;
            references.push((reference.name_bytes().to_vec(), reference.target()));
        }
        references.sort();
        Ok(PastKey {
            references,
            branch: head.symbolic_target().ok().flatten().map(str::to_owned),
            src: src.clone(),
            trust: asked.trust.clone(),
            kinds: asked.kinds.hash,
            reach: asked.reach.clone(),
        })
    }

    /// Walks the history of the files below `src`.
    pub(super) fn past(&self, src: &BookPath, asked: &Asked) -> Result<Past, Failure> {
        let phase = info_span!("history", commits = Empty).entered();
        self.refuse_incomplete(asked)?;
        self.refuse_damaged()?;
        let head = match self.repo.head() {
            Ok(head) => head,
            Err(error) if matches!(error.code(), ErrorCode::UnbornBranch | ErrorCode::NotFound) => {
                const WHY: &str = "the repository has no commit yet";
                let ledger = Ledger { none: Some(WHY.to_owned()), ..Ledger::default() };
                return Ok(Past { branch: None, walked: Err(WHY), ledger });
            }
            Err(error) => return Err(unreadable(&error)),
        };
        let branch = if head.is_branch() { head.shorthand().ok().map(str::to_owned) } else { None };
        // Not by peeling: a commit whose header libgit2 cannot parse is told for what it is.
        let tip = match head.target() {
            Some(tip) => tip,
            None => head.peel_to_commit().map_err(|error| unreadable(&error))?.id(),
        };
        let (walked, ledger) = self.walk(tip, src, asked)?;
        phase.record("commits", walked.total);
        Ok(Past { branch, walked: Ok(walked), ledger })
    }

    fn walk(&self, tip: Oid, src: &BookPath, asked: &Asked) -> Result<(walk::Walked, Ledger), Failure> {
        let place = walk::Place { prefix: &self.prefix, src: src.as_str(), reach: &asked.reach };
        let mut remembered = match asked.remembers {
            true => Remembered::open(self.repo.commondir(), place),
            false => Remembered::default(),
        };
        let walk = self.walked(tip, place, &mut remembered);
        let (nodes, folders, mut walked) = walk.map_err(|error| unreadable(&error))?;
        remembered.save();
        let seen = ledger::Seen {
            folders,
            touched: std::mem::take(&mut walked.touched),
            landed: std::mem::take(&mut walked.landed),
        };
        // A database of its own: what proves something is read and hashed anew.
        let odb = self.repo.odb().map_err(|error| unreadable(&error))?;
        let _phase = info_span!("ledger").entered();
        let _once = Uncached::start();
        let mut ledger = ledger::read(&odb, &nodes, seen, place, src, asked)?;
        ledger.observations = trusted::observations(&self.repo, &odb).map_err(|error| unreadable(&error))?;
        ledger.tokens = trusted::tokens(&self.repo, &odb, &ledger).map_err(|error| unreadable(&error))?;
        let known = verified::ahead(&ledger, self.repo.commondir(), !asked.verify_anew);
        ledger.known = Arc::new(known);
        Ok((walked, ledger))
    }

    fn walked(
        &self,
        tip: Oid,
        place: walk::Place<'_>,
        remembered: &mut Remembered,
    ) -> Result<(Vec<order::Node>, walk::Folders, walk::Walked), git2::Error> {
        let odb = self.repo.odb()?;
        let once = Uncached::start();
        let nodes = order::newest_first(&odb, tip, remembered)?;
        let folders = walk::Folders::of(&mut trees::Trees::new(&odb), &nodes, place, remembered)?;
        // What landed is taken from this walk: where approvals may rest on it, every tree is hashed, and so is
        // what later runs will believe.
        let has_policy = folders.policy.iter().any(Option::is_some);
        let trusting = (!has_policy && !remembered.is_kept()).then(Trusting::start);
        let walked = walk::walk(&self.repo, &odb, &nodes, &folders, place, remembered)?;
        drop((trusting, once));
        Ok((nodes, folders, walked))
    }

    /// Committer time of the commit that is checked out, which needs no walk.
    pub(super) fn head_time(&self) -> Option<Timestamp> {
        let head = self.repo.head().ok()?.peel_to_commit().ok()?;
        Timestamp::from_second(head.time().seconds()).ok()
    }

    /// Joins the walk and the files of the work tree, which are sorted by path.
    pub(super) fn history<'a>(
        &self,
        past: Past,
        files: impl Iterator<Item = WorkFile<'a>>,
    ) -> Result<History, Failure> {
        let Past { branch, walked, ledger } = past;
        let walked = match walked {
            Ok(walked) => walked,
            Err(why) => return Ok(History { ledger, ..History::unborn(why) }),
        };
        let mut history = History {
            unknown: None,
            unborn: false,
            uncommitted: false,
            undated: false,
            head: Some(0),
            branch,
            commits: walked.commits,
            files: walked.files,
            modified: Default::default(),
            total_commits: walked.total,
            deleted: walked.deleted,
            ledger,
        };
        modified::compare(&self.repo, &walked.blobs, files, &mut history)
            .map_err(|error| unreadable(&error))?;
        Ok(history)
    }
}

/// The object id that these hexadecimal digits write.
///
/// # Errors
/// Other text.
pub(super) fn parse_id(hex: &str) -> Result<BlobId, Failure> {
    Oid::from_str(hex).map_err(|error| unreadable(&error))
}

/// What a call says of how the history is believed.
#[derive(Clone, Debug, Default)]
pub(super) struct Asked {
    /// What the ledger is held against.
    pub(super) trust: Trust,
    /// The kinds of the book's documents.
    pub(super) kinds: Kinds,
    /// Whether objects may lie in another repository (`objects/info/alternates`).
    pub(super) allow_alternates: bool,
    /// Whether remembered verifications are left aside.
    pub(super) verify_anew: bool,
    /// The changes whose past is read.
    pub(super) reach: Reach,
    /// Whether what objects hold is remembered between two runs.
    pub(super) remembers: bool,
}

/// While it lives, libgit2 keeps no object: each is read once. Hashes are verified.
struct Uncached;

impl Uncached {
    fn start() -> Uncached {
        git2::opts::enable_caching(false);
        Uncached
    }
}

impl Drop for Uncached {
    fn drop(&mut self) {
        git2::opts::enable_caching(true);
    }
}

/// While it lives, libgit2 reads objects as Git's own `log` does: without hashing them again.
///
/// Hashing every version of every large folder would cost several times the walk itself. What proves
/// something (signed commits, approved bytes) is read with verification. The walk reads every object once
/// or keeps it itself, so that libgit2's cache, too, only costs time.
struct Trusting;

impl Trusting {
    fn start() -> Trusting {
        git2::opts::strict_hash_verification(false);
        git2::opts::enable_caching(false);
        Trusting
    }
}

impl Drop for Trusting {
    fn drop(&mut self) {
        git2::opts::strict_hash_verification(true);
        git2::opts::enable_caching(true);
    }
}

/// A repository that cannot be read to its end.
fn unreadable(error: &git2::Error) -> Failure {
    let failure = Failure::environment(format!("cannot read the Git repository: {}", error.message()));
    match error.code() {
        ErrorCode::NotFound => failure
            .help("an object is missing: clone again without `--filter` and with `fetch-depth: 0`")
            .help("or leave the history out: `--history=unknown`"),
        _ => failure.help("`git fsck` tells more"),
    }
}
