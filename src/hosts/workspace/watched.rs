//! The places whose changes mean another site.

use std::path::{Path, PathBuf};

use super::git;
use super::root::Root;

/// What `serve` watches.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(in crate::hosts) struct Watched {
    /// The folders, and whether what lies below them counts, too. All exist. Sorted, each once.
    pub(in crate::hosts) folders: Vec<(PathBuf, bool)>,
    /// Folders that are wanted and do not exist.
    missing: Vec<PathBuf>,
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
        } else {
            files.push(dir.join(".git"));
        }
        let mut folders: Vec<(PathBuf, bool)> = trees.iter().map(|tree| (tree.clone(), true)).collect();
        // Files are watched through their folders: editors and Git replace a file by a new one, and a
        // watch on the file itself would stay with the old one.
        folders.extend(files.iter().filter_map(|file| Some((file.parent()?.to_owned(), false))));
        // What is not there yet is waited for in the nearest folder that is.
        let mut missing = Vec::new();
        for (folder, is_whole) in &mut folders {
            if !folder.is_dir() {
                missing.push(folder.clone());
                *is_whole = false;
                *folder = folder.ancestors().find(|above| above.is_dir()).unwrap_or(dir).to_owned();
            }
        }
        folders.sort_by(|a, b| a.0.cmp(&b.0).then(b.1.cmp(&a.1)));
        folders.dedup_by(|b, a| a.0 == b.0);
        Watched { folders, missing, build_dir: root.build_dir().to_owned(), trees, files }
    }

    /// Whether a change at this path can change the site.
    pub(in crate::hosts) fn counts(&self, path: &Path) -> bool {
        if path.starts_with(&self.build_dir) {
            return false;
        }
        if self.files.iter().any(|file| file == path) || is_on_the_way(path, &self.missing) {
            return true;
        }
        let below = self.trees.iter().find_map(|tree| path.strip_prefix(tree).ok());
        below.is_some_and(|below| {
            let mut parts = below.components().map(|part| part.as_os_str().as_encoded_bytes());
            !parts.any(is_passing)
        })
    }

    /// Whether a folder that is watched, or waited for, comes, goes or moves with this path.
    pub(in crate::hosts) fn moves_with(&self, path: &Path) -> bool {
        self.folders.iter().any(|(folder, _)| folder.starts_with(path)) || is_on_the_way(path, &self.missing)
    }
}

fn is_on_the_way(path: &Path, folders: &[PathBuf]) -> bool {
    folders.iter().any(|folder| folder.starts_with(path))
}

/// Whether a file of this name is no part of a book, or there for a moment only.
///
/// Hidden files are none; Git writes a lock file before every change of a branch; editors write what they
/// save, or what was there before, beside the file: Emacs `#a#` and `a~`, Vim `4913` and `a~`, JetBrains
/// `a___jb_tmp___`.
fn is_passing(name: &[u8]) -> bool {
    let starts = |with: &[u8]| name.starts_with(with);
    let ends = |with: &[u8]| name.ends_with(with);
    let is_save = ends(b"~") || ends(b"___jb_tmp___") || ends(b"___jb_old___") || name == b"4913";
    starts(b".") || ends(b".lock") || is_save || (starts(b"#") && ends(b"#"))
}
