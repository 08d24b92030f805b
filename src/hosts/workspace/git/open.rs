//! The repository that holds a book, found and judged.

use std::path::{Path, PathBuf};

use git2::{ErrorCode, Repository, RepositoryOpenFlags};

use super::{Asked, Git, sound, unreadable};
use crate::hosts::failure::Failure;

/// What stands around the folder of a book.
pub(in crate::hosts::workspace) enum Found {
    /// A repository with a work tree that holds the book.
    Repository(Git),
    /// None, or none that has anything to do with the book; in words for [`History::unknown`].
    ///
    /// [`History::unknown`]: crate::inputs::history::History::unknown
    Nothing(&'static str),
}

/// Opens the repository whose work tree holds `root`, which is an absolute path without links.
pub(in crate::hosts::workspace) fn open(root: &Path) -> Result<Found, Failure> {
    const NONE: Found = Found::Nothing("not a Git repository");
    let no_ceilings: [&Path; 0] = [];
    let repo = match Repository::open_ext(root, RepositoryOpenFlags::empty(), no_ceilings) {
        Ok(repo) => repo,
        Err(error) if error.code() == ErrorCode::NotFound => return Ok(NONE),
        Err(error) if error.code() == ErrorCode::Owner => return Err(foreign(root)),
        Err(error)
            if error.message().contains("object format") || error.message().contains("objectformat") =>
        {
            return Err(Failure::environment(
                "the repository has objects of SHA-256, which are not supported",
            )
            .help(
                "a book needs a repository of SHA-1 objects; what is approved is bound by SHA-256 anyway",
            ));
        }
        Err(error) => return Err(unreadable(&error)),
    };
    let Some(top) = repo.workdir().and_then(|path| path.canonicalize().ok()) else { return Ok(NONE) };
    let Ok(below) = root.strip_prefix(&top) else { return Ok(NONE) };
    let Some(below) = below.to_str() else {
        return Err(Failure::environment("the path of the book in its repository is not UTF-8")
            .help("rename the folder that holds the book"));
    };
    let prefix = if below.is_empty() { String::new() } else { format!("{below}/") };
    let git = Git { repo, prefix };
    // A book in an ignored folder (a scratch copy, a demonstration) belongs to no repository.
    if !git.prefix.is_empty() && git.is_ignored("") && git.tracked()?.is_empty() {
        return Ok(Found::Nothing("the folder of the book is ignored by Git"));
    }
    Ok(Found::Repository(git))
}

/// The mail address of whoever works in a folder: of its repository's settings, else of the user's.
pub(in crate::hosts::workspace) fn user_email(dir: &Path) -> Option<String> {
    let config = match open(dir) {
        Ok(Found::Repository(git)) => git.repo.config(),
        Ok(Found::Nothing(_)) | Err(_) => git2::Config::open_default(),
    };
    config.ok()?.get_string("user.email").ok()
}

/// The folder of the work tree that holds a folder, and the address of its remote `origin`; nothing outside of one.
pub(in crate::hosts::workspace) fn surroundings(dir: &Path) -> Option<(PathBuf, Option<String>)> {
    let Ok(Found::Repository(git)) = open(dir) else { return None };
    let origin = git.repo.find_remote("origin").ok();
    let url = origin.and_then(|origin| origin.url().ok().map(str::to_owned));
    Some((git.repo.workdir()?.canonicalize().ok()?, url))
}

impl Git {
    /// The files of the index, relative to the folder of `book.toml`, sorted. They are never ignored.
    pub(in crate::hosts::workspace) fn tracked(&self) -> Result<std::collections::BTreeSet<String>, Failure> {
        let index = self.repo.index().map_err(|error| unreadable(&error))?;
        let below = |entry: git2::IndexEntry| {
            let path = String::from_utf8(entry.path).ok()?;
            path.strip_prefix(&self.prefix).map(str::to_owned)
        };
        Ok(index.iter().filter_map(below).collect())
    }

    /// Whether Git ignores a path that it does not track; relative to the folder of `book.toml`.
    pub(in crate::hosts::workspace) fn is_ignored(&self, path: &str) -> bool {
        self.repo.is_path_ignored(format!("{}{path}", self.prefix)).unwrap_or(false)
    }

    /// The folders whose changes mean another `HEAD`: that of the work tree and that of all work trees.
    pub(in crate::hosts::workspace) fn folders(&self) -> [&Path; 2] {
        [self.repo.path(), self.repo.commondir()]
    }

    /// Refuses files of objects that cannot be read to their end. Whoever opens a repository to read objects asks
    /// for this before the first one.
    pub(in crate::hosts::workspace) fn refuse_damaged(&self) -> Result<(), Failure> {
        sound::hold(self.repo.commondir())
    }

    /// Refuses a history that is not the whole one.
    pub(super) fn refuse_incomplete(&self, asked: &Asked) -> Result<(), Failure> {
        let common = self.repo.commondir();
        if !asked.allow_alternates && holds_lines(&common.join("objects/info/alternates")) {
            return Err(Failure::environment("the repository takes objects from another one (`alternates`)")
                .help("make it whole: `git repack -a -d`, then remove `objects/info/alternates`")
                .help("or trust the other repository as this one: `--allow-alternates`"));
        }
        if self.is_partial() {
            return Err(Failure::environment("the repository is a partial clone: objects may be missing")
                .help("clone again without `--filter`")
                .help("or leave the history out: `--history=unknown`"));
        }
        if self.repo.is_shallow() || holds_lines(&common.join("shallow")) {
            return Err(Failure::environment("the repository is a shallow clone: its history is cut short")
                .help("fetch the rest: `git fetch --unshallow`; for actions/checkout, set `fetch-depth: 0`")
                .help("or leave the history out: `--history=unknown`"));
        }
        if holds_lines(&common.join("info/grafts")) {
            return Err(Failure::environment(
                "the repository has grafts: its history is not what its commits say",
            )
            .help("remove `info/grafts` from the Git folder"));
        }
        let replaced = |names: git2::References<'_>| names.count() > 0;
        if self.repo.references_glob("refs/replace/*").is_ok_and(replaced) {
            return Err(Failure::environment(
                "the repository replaces objects: its history is not what its commits say",
            )
            .help("`git replace --list` shows them, `git replace --delete` removes them"));
        }
        Ok(())
    }
}

impl Git {
    /// Whether a remote promises objects that are not here.
    fn is_partial(&self) -> bool {
        let Ok(config) = self.repo.config() else { return false };
        let promises = |pattern: &str| -> Result<bool, git2::Error> {
            let mut any = false;
            config
                .entries(Some(pattern))?
                .for_each(|entry| any |= entry.value().is_ok_and(|value| value != "false"))?;
            Ok(any)
        };
        ["^remote\\..*\\.promisor$", "^extensions\\.partialclone$"]
            .into_iter()
            .any(|pattern| promises(pattern).unwrap_or(true))
    }
}

fn holds_lines(file: &Path) -> bool {
    std::fs::read(file).is_ok_and(|bytes| {
        bytes.split(|byte| *byte == b'\n').any(|line| !line.is_empty() && !line.starts_with(b"#"))
    })
}

fn foreign(root: &Path) -> Failure {
    let path = root.display();
    Failure::environment("the Git repository belongs to another user, and Git does not trust it")
        .help(format!("if you do: `git config --global --add safe.directory {path}`"))
        .help("or leave the history out: `--history=unknown`")
}
