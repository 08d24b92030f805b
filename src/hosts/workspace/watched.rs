//! The places whose changes mean another site.

use std::path::{Path, PathBuf};

use super::git;
use super::root::Root;

/// What `serve` watches.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(in crate::hosts) struct Watched {
    /// The folders, and whether what lies below them counts, too. All exist.
    pub(in crate::hosts) folders: Vec<(PathBuf, bool)>,
    root: PathBuf,
    build_dir: PathBuf,
    /// Folders whose whole content counts.
    trees: Vec<PathBuf>,
    /// Single files.
    files: Vec<PathBuf>,
}

impl Watched {
    /// The places of a book: source folder, theme, policy, `book.toml` and what moves `HEAD`.
    pub(in crate::hosts) fn of(root: &Root) -> Watched {
        let dir = root.dir();
        let names = [root.src().as_str(), root.theme().as_str(), "policy"];
        let mut trees: Vec<PathBuf> = names.iter().map(|name| dir.join(name)).collect();
        let mut files = vec![dir.join("book.toml")];
        files.extend(root.extra_files().iter().map(|path| root.join(path)));
        if let Ok(git::Found::Repository(git)) = git::open(dir) {
            let [own, common] = git.folders();
            trees.push(common.join("refs"));
            files.extend([own.join("HEAD"), common.join("packed-refs")]);
        }
        let mut folders: Vec<(PathBuf, bool)> = trees.iter().map(|tree| (tree.clone(), true)).collect();
        // Files are watched through their folders: editors and Git replace a file by a new one, and a
        // watch on the file itself would stay with the old one.
        folders.extend(files.iter().filter_map(|file| Some((file.parent()?.to_owned(), false))));
        folders.retain(|(folder, _)| folder.is_dir());
        folders.sort_by(|a, b| a.0.cmp(&b.0).then(b.1.cmp(&a.1)));
        folders.dedup_by(|b, a| a.0 == b.0);
        Watched { folders, root: dir.to_owned(), build_dir: root.build_dir().to_owned(), trees, files }
    }

    /// Whether a change at this path can change the site.
    pub(in crate::hosts) fn counts(&self, path: &Path) -> bool {
        if path.starts_with(&self.build_dir) {
            return false;
        }
        if self.files.iter().any(|file| file == path) {
            return true;
        }
        let below = self.trees.iter().find_map(|tree| path.strip_prefix(tree).ok());
        below.is_some_and(|below| {
            let mut parts = below.components().map(|part| part.as_os_str().as_encoded_bytes());
            // Hidden files are no part of a book; Git writes a lock file before every change of a branch.
            parts.all(|part| !part.starts_with(b".") && !part.ends_with(b".lock"))
        })
    }
}
