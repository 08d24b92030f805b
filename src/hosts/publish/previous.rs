//! The site of the run before, as a source of bytes that need not be made again.

use std::collections::BTreeMap;
use std::fs;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use super::{FORMAT, MARKER, SUMS, format_of};
use crate::hosts::workspace::{Root, hash_while_reading};
use crate::text::{BookPath, ContentHash};

/// Files below this size are read at once.
const MEBIBYTE: u64 = 1 << 20;

/// A published site. Whatever is read from it is what its manifest says; anything else is as if not there.
#[derive(Clone, Debug)]
pub struct Previous {
    dir: PathBuf,
    sums: BTreeMap<String, ContentHash>,
}

/// The site that stands in the output folder; nothing when it is not ours or its manifest cannot be read.
///
/// The search step keeps a hash of what its index was made from beside the index. When it is still the
/// same, the old files ([`Previous::below`]) are the new ones.
pub fn previous(root: &Root) -> Option<Previous> {
    let dir = root.build_dir().to_owned();
    if format_of(&dir)? != FORMAT {
        return None;
    }
    let text = fs::read_to_string(dir.join(SUMS)).ok()?;
    let sums = text.lines().map(parse_line).collect::<Option<_>>()?;
    Some(Previous { dir, sums })
}

impl Previous {
    /// The hash of a file, by its path below the output folder.
    pub fn hash(&self, path: &str) -> Option<ContentHash> {
        self.sums.get(path).copied()
    }

    /// The bytes of a file, if they are still the ones that were written.
    pub fn read(&self, path: &str) -> Option<Arc<[u8]>> {
        let hash = self.hash(path)?;
        let bytes = fs::read(self.dir.join(path)).ok()?;
        (ContentHash::of(&bytes) == hash).then(|| bytes.into())
    }

    /// Gives a file of this site another name, too, if it has these bytes; tells whether it did.
    ///
    /// Reading an old file and linking it costs about a fifth of writing it anew. Its bytes are hashed, not
    /// only looked up in the manifest, for somebody may have changed the file since.
    pub(super) fn link(&self, path: &str, hash: ContentHash, target: &Path) -> bool {
        let file = self.dir.join(path);
        // A link in the old site leads out of it: only the site's own files are taken over.
        let size = file.symlink_metadata().ok().filter(fs::Metadata::is_file).map(|found| found.len());
        let bytes_hash = || match size? {
            ..MEBIBYTE => Some(ContentHash::of(&fs::read(&file).ok()?)),
            _ => Some(hash_while_reading(fs::File::open(&file).ok()?, |_| Ok(())).ok()?.0),
        };
        self.hash(path) == Some(hash) && bytes_hash() == Some(hash) && fs::hard_link(&file, target).is_ok()
    }

    /// The files below a folder, to which this site was moved, that are not the site's, sorted. What cannot be read is
    /// left out.
    pub(super) fn strangers(&self, dir: &Path) -> Vec<String> {
        let mut strangers = Vec::new();
        let mut folders = vec![String::new()];
        while let Some(folder) = folders.pop() {
            for entry in fs::read_dir(dir.join(&folder)).into_iter().flatten().flatten() {
                let path = format!("{folder}{}", entry.file_name().to_string_lossy());
                if entry.file_type().is_ok_and(|kind| kind.is_dir()) {
                    folders.push(path + "/");
                } else if ![MARKER, SUMS].contains(&path.as_str()) && self.hash(&path).is_none() {
                    strangers.push(path);
                }
            }
        }
        strangers.sort();
        strangers
    }

    /// All files whose path begins with `prefix` (`pagefind/`), by path; nothing unless every one can be read.
    pub fn below(&self, prefix: &str) -> Option<BTreeMap<String, Arc<[u8]>>> {
        let paths = self.sums.range(prefix.to_owned()..).map(|(path, _)| path);
        let paths = paths.take_while(|path| path.starts_with(prefix));
        paths.map(|path| Some((path.clone(), self.read(path)?))).collect()
    }
}

/// `<64 hexadecimal digits>  <path>`.
fn parse_line(line: &str) -> Option<(String, ContentHash)> {
    let (hex, path) = line.split_once("  ")?;
    let path = BookPath::new(path)?;
    Some((path.as_str().to_owned(), ContentHash::from_hex(hex)?))
}
