//! The files of a commit, and where two lines of history part.

use git2::{ErrorCode, Odb, Oid};

use super::object::{MODE_COMMIT, next_entry};
use super::{Asked, Git, Past, unreadable};
use crate::hosts::failure::Failure;
use crate::text::BookPath;

/// The mode of a symbolic link's entry in a tree.
const MODE_LINK: u32 = 0o120_000;

/// An entry of a commit's tree below the source folder.
pub(in crate::hosts::workspace) enum Found {
    /// A file.
    File(BookPath, Oid),
    /// A symbolic link.
    Link(BookPath),
    /// A submodule.
    Submodule(BookPath),
    /// A folder that is named like a document.
    FolderLikeDocument(BookPath),
    /// A name that no page can have, lossily, below the folder of `book.toml`.
    BadName(Vec<u8>),
}

impl Git {
    /// The commit at which the line of `HEAD` left that of a revision.
    pub(in crate::hosts::workspace) fn merge_base(&self, revision: &str) -> Result<Oid, Failure> {
        self.refuse_incomplete(&Asked::default())?;
        let other = self.commit_of(revision)?;
        let head =
            self.repo.head().and_then(|head| head.peel_to_commit()).map_err(|error| match error.code() {
                ErrorCode::UnbornBranch | ErrorCode::NotFound => {
                    Failure::usage("there is no commit yet that could be compared")
                }
                _ => unreadable(&error),
            })?;
        self.repo.merge_base(other, head.id()).map_err(|error| match error.code() {
            ErrorCode::NotFound => {
                Failure::usage(format!("`{revision}` and the work tree have no commit in common"))
                    .help("name the branch from which this one was made")
            }
            _ => unreadable(&error),
        })
    }

    /// The history up to a commit.
    pub(in crate::hosts::workspace) fn past_of(
        &self,
        commit: Oid,
        src: &BookPath,
        asked: &Asked,
    ) -> Result<Past, Failure> {
        self.refuse_incomplete(asked)?;
        let (walked, ledger) = self.walk(commit, src, asked)?;
        Ok(Past { branch: None, walked: Ok(walked), ledger })
    }

    /// The bytes of a file of a commit, relative to the folder of `book.toml`; nothing when it has none.
    pub(in crate::hosts::workspace) fn file_of(
        &self,
        commit: Oid,
        path: &str,
    ) -> Result<Option<Vec<u8>>, Failure> {
        let read = || {
            let tree = self.repo.find_commit(commit)?.tree()?;
            let entry = match tree.get_path(std::path::Path::new(&format!("{}{path}", self.prefix))) {
                Ok(entry) => entry,
                Err(error) if error.code() == ErrorCode::NotFound => return Ok(None),
                Err(error) => return Err(error),
            };
            let is_file =
                entry.kind() == Some(git2::ObjectType::Blob) && entry.filemode() as u32 != MODE_LINK;
            is_file.then(|| self.repo.find_blob(entry.id()).map(|blob| blob.content().to_vec())).transpose()
        };
        read().map_err(|error: git2::Error| unreadable(&error))
    }

    /// Everything below a folder of a commit, relative to the folder of `book.toml`, in Git's order. What
    /// has a leading dot is no part of a book.
    pub(in crate::hosts::workspace) fn tree_of(
        &self,
        commit: Oid,
        folder: &str,
    ) -> Result<Vec<Found>, Failure> {
        let walk = || {
            let odb = self.repo.odb()?;
            let tree = self.repo.find_commit(commit)?.tree()?;
            let at = format!("{}{folder}", self.prefix);
            let mut found = Vec::new();
            match tree.get_path(std::path::Path::new(&at)) {
                Ok(entry) if entry.kind() == Some(git2::ObjectType::Tree) => {
                    collect(&odb, entry.id(), folder, &mut found)?;
                }
                Ok(_) => {}
                Err(error) if error.code() == ErrorCode::NotFound => {}
                Err(error) => return Err(error),
            }
            Ok(found)
        };
        walk().map_err(|error: git2::Error| unreadable(&error))
    }

    /// The bytes of a blob.
    pub(in crate::hosts::workspace) fn blob(&self, id: Oid) -> Result<Vec<u8>, Failure> {
        let blob = self.repo.find_blob(id).map_err(|error| unreadable(&error))?;
        Ok(blob.content().to_vec())
    }

    /// The folder of `book.toml` in the repository, with a slash at its end unless it is the root.
    pub(in crate::hosts::workspace) fn prefix(&self) -> &str {
        &self.prefix
    }
}

fn collect(odb: &Odb<'_>, tree: Oid, folder: &str, found: &mut Vec<Found>) -> Result<(), git2::Error> {
    let tree = odb.read(tree)?;
    let mut raw = tree.data();
    while let Some(entry) = next_entry(&mut raw)? {
        if entry.name.starts_with(b".") {
            continue;
        }
        let name = std::str::from_utf8(entry.name).ok();
        let Some(path) = name.and_then(|name| BookPath::new(&format!("{folder}/{name}"))) else {
            found.push(Found::BadName([folder.as_bytes(), b"/", entry.name].concat()));
            continue;
        };
        match entry.mode {
            _ if entry.is_tree() && path.extension() == "md" => found.push(Found::FolderLikeDocument(path)),
            _ if entry.is_tree() => collect(odb, entry.id, path.as_str(), found)?,
            MODE_COMMIT => found.push(Found::Submodule(path)),
            MODE_LINK => found.push(Found::Link(path)),
            _ => found.push(Found::File(path, entry.id)),
        }
    }
    Ok(())
}
