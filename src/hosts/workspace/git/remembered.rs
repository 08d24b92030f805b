//! What objects hold, remembered between two runs (design: approvals.md, caches; architecture.md).
//!
//! Reading a history means to unpack and to hash every commit and the trees between them. What they hold never
//! changes: the bytes of a commit, the folders of a root tree, in what two trees differ. Whoever asks again and
//! again finds that here, by the names of the objects, and reads only what is new. Everything was hashed when
//! it was read; the file is [sealed](super::sealed), so that nobody else can say what an object holds. It lies
//! in Git's own folder and is never committed; deleting it costs time and changes nothing.

use std::collections::HashMap;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use git2::Oid;
use tracing::debug;

use super::sealed::Sealer;
use super::trees::Delta;
use super::walk::Place;
use crate::text::BookPath;

/// The file, below Git's common folder.
const FILE: &str = "mcmbook/objects";

/// What the file is for: another version may read objects otherwise.
const WHAT_FOR: &str = concat!("mcmbook ", env!("CARGO_PKG_VERSION"), " objects 2");

/// Fewer new entries than this are not worth a file.
const WORTH_KEEPING: usize = 200;

/// The trees of the folders that count: that of the source folder and that of the policy.
pub(super) type FoldersOf = [Option<Oid>; 3];

/// What is known, and what this run adds.
#[derive(Default)]
pub(super) struct Remembered {
    known: Entries,
    fresh: Entries,
    /// Where it is kept; nothing where nothing is.
    kept: Option<Kept>,
}

struct Kept {
    sealer: Sealer,
    file: PathBuf,
    what_for: Vec<u8>,
}

/// Facts about objects, by their names.
#[derive(Default, Debug, PartialEq)]
struct Entries {
    commits: HashMap<Oid, Arc<[u8]>>,
    folders: HashMap<Oid, FoldersOf>,
    differences: HashMap<(Option<Oid>, Option<Oid>), Arc<[Delta]>>,
}

impl Remembered {
    /// What earlier runs left below Git's common folder for a book at this place.
    pub(super) fn open(common: &Path, place: Place<'_>) -> Remembered {
        let Some(sealer) = Sealer::of_user() else { return Remembered::default() };
        let what_for = format!("{WHAT_FOR}\0{}\0{}", place.prefix, place.src).into_bytes();
        let file = common.join(FILE);
        let body = sealer.read(&file, &what_for).unwrap_or_default();
        let known = Entries::read(&body).unwrap_or_default();
        Remembered { known, fresh: Entries::default(), kept: Some(Kept { sealer, file, what_for }) }
    }

    /// Whether anything is remembered at all.
    pub(super) fn is_kept(&self) -> bool {
        self.kept.is_some()
    }

    /// The bytes of a commit.
    pub(super) fn commit(
        &mut self,
        id: Oid,
        read: impl FnOnce() -> Result<Arc<[u8]>, git2::Error>,
    ) -> Result<Arc<[u8]>, git2::Error> {
        if let Some(known) = self.known.commits.get(&id) {
            return Ok(known.clone());
        }
        let made = read()?;
        if self.is_kept() {
            self.fresh.commits.insert(id, made.clone());
        }
        Ok(made)
    }

    /// The folders below a root tree.
    pub(super) fn folders(
        &mut self,
        root: Oid,
        read: impl FnOnce() -> Result<FoldersOf, git2::Error>,
    ) -> Result<FoldersOf, git2::Error> {
        let known = self.known.folders.get(&root).or_else(|| self.fresh.folders.get(&root));
        if let Some(known) = known {
            return Ok(*known);
        }
        let made = read()?;
        if self.is_kept() {
            self.fresh.folders.insert(root, made);
        }
        Ok(made)
    }

    /// In what two trees of the source folder differ.
    pub(super) fn differences(
        &mut self,
        trees: (Option<Oid>, Option<Oid>),
        read: impl FnOnce() -> Result<Vec<Delta>, git2::Error>,
    ) -> Result<Arc<[Delta]>, git2::Error> {
        let known = self.known.differences.get(&trees).or_else(|| self.fresh.differences.get(&trees));
        if let Some(known) = known {
            return Ok(known.clone());
        }
        let made: Arc<[Delta]> = read()?.into();
        if self.is_kept() {
            self.fresh.differences.insert(trees, made.clone());
        }
        Ok(made)
    }

    /// Leaves for the next run what this one has read.
    pub(super) fn save(self) {
        let Some(Kept { sealer, file, what_for }) = &self.kept else { return };
        debug!(kept = self.known.count(), made = self.fresh.count(), "remembered objects");
        if self.fresh.count() < WORTH_KEEPING {
            return;
        }
        let (mut before, mut new) = (Vec::new(), Vec::new());
        self.known.write(&mut before);
        self.fresh.write(&mut new);
        sealer.write(file, what_for, &[&before, &new]);
    }
}

/// The entries of a file begin with one of these.
const COMMIT: u8 = b'c';
const FOLDERS: u8 = b'f';
const DIFFERENCE: u8 = b'd';

impl Entries {
    fn count(&self) -> usize {
        self.commits.len() + self.folders.len() + self.differences.len()
    }

    fn write(&self, out: &mut Vec<u8>) {
        let id = |out: &mut Vec<u8>, id: Option<Oid>| {
            out.extend_from_slice(id.unwrap_or(Oid::ZERO_SHA1).as_bytes());
        };
        let length = |out: &mut Vec<u8>, length: usize| {
            out.extend_from_slice(&(length as u64).to_le_bytes());
        };
        for (commit, bytes) in sorted(&self.commits) {
            out.push(COMMIT);
            id(out, Some(*commit));
            length(out, bytes.len());
            out.extend_from_slice(bytes);
        }
        for (root, below) in sorted(&self.folders) {
            out.push(FOLDERS);
            id(out, Some(*root));
            below.iter().for_each(|one| id(out, *one));
        }
        for ((old, new), deltas) in sorted(&self.differences) {
            out.push(DIFFERENCE);
            [*old, *new].into_iter().for_each(|one| id(out, one));
            length(out, deltas.len());
            for delta in deltas.iter() {
                length(out, delta.path.as_str().len());
                out.extend_from_slice(delta.path.as_str().as_bytes());
                [delta.old, delta.new].into_iter().for_each(|one| id(out, one));
            }
        }
    }

    /// What a file holds; nothing of one that is cut short.
    fn read(mut bytes: &[u8]) -> Option<Entries> {
        let mut entries = Entries::default();
        let mut paths: HashMap<&str, BookPath> = HashMap::new();
        let from = &mut bytes;
        while let Some((tag, rest)) = from.split_first() {
            *from = rest;
            match *tag {
                COMMIT => {
                    let commit = take_id(from)??;
                    let length = take_length(from)?;
                    let bytes = take(from, length)?;
                    // A name is a hash of the bytes, so that these need not be believed.
                    if id_of_commit(bytes) != commit {
                        return None;
                    }
                    entries.commits.insert(commit, bytes.into());
                }
                FOLDERS => {
                    let root = take_id(from)??;
                    entries.folders.insert(root, [take_id(from)?, take_id(from)?, take_id(from)?]);
                }
                DIFFERENCE => {
                    let trees = (take_id(from)?, take_id(from)?);
                    let mut deltas = Vec::new();
                    for _ in 0..take_length(from)? {
                        let length = take_length(from)?;
                        let text = std::str::from_utf8(take(from, length)?).ok()?;
                        let path = match paths.get(text) {
                            Some(known) => known.clone(),
                            None => paths.entry(text).or_insert(BookPath::new(text)?).clone(),
                        };
                        deltas.push(Delta { path, old: take_id(from)?, new: take_id(from)? });
                    }
                    entries.differences.insert(trees, deltas.into());
                }
                _ => return None,
            }
        }
        Some(entries)
    }
}

/// The id of the commit that has these bytes (gitformat-pack).
fn id_of_commit(bytes: &[u8]) -> Oid {
    use sha1::Digest as _;
    let mut hasher = sha1::Sha1::new();
    hasher.update(format!("commit {}\0", bytes.len()));
    hasher.update(bytes);
    Oid::from_bytes(&hasher.finalize()).unwrap_or(Oid::ZERO_SHA1)
}

/// A file of the same entries is the same bytes.
fn sorted<K: Ord, V>(map: &HashMap<K, V>) -> Vec<(&K, &V)> {
    let mut all: Vec<(&K, &V)> = map.iter().collect();
    all.sort_by_key(|(key, _)| *key);
    all
}

fn take<'a>(from: &mut &'a [u8], length: usize) -> Option<&'a [u8]> {
    let (taken, rest) = from.split_at_checked(length)?;
    *from = rest;
    Some(taken)
}

/// An id, or nothing where zeros stand for none.
fn take_id(from: &mut &[u8]) -> Option<Option<Oid>> {
    let id = Oid::from_bytes(take(from, 20)?).ok()?;
    Some((!id.is_zero()).then_some(id))
}

fn take_length(from: &mut &[u8]) -> Option<usize> {
    let bytes: [u8; 8] = take(from, 8)?.try_into().ok()?;
    usize::try_from(u64::from_le_bytes(bytes)).ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_written_is_read_and_what_is_cut_short_is_not() {
        let oid = |byte: u8| Oid::from_bytes(&[byte; 20]).expect("an id");
        let path = |text: &str| BookPath::new(text).expect("a path");
        let mut entries = Entries::default();
        let commit = b"tree 5\n".as_slice();
        entries.commits.insert(id_of_commit(commit), commit.into());
        entries.folders.insert(oid(2), [Some(oid(3)), None, Some(oid(9))]);
        let deltas = vec![
            Delta { path: path("content/a.md"), old: None, new: Some(oid(4)) },
            Delta { path: path("content/\u{e4}/b.md"), old: Some(oid(5)), new: None },
        ];
        entries.differences.insert((None, Some(oid(6))), deltas.into());
        entries.differences.insert((Some(oid(6)), Some(oid(7))), Arc::from([]));
        let mut bytes = Vec::new();
        entries.write(&mut bytes);
        assert_eq!(Entries::read(&bytes).as_ref(), Some(&entries));
        let whole =
            (0..bytes.len()).filter(|length| Entries::read(&bytes[..*length]).as_ref() == Some(&entries));
        assert_eq!(whole.count(), 0);
        let mut other = Vec::new();
        let commits = HashMap::from([(oid(1), Arc::from(commit))]);
        Entries { commits, ..Entries::default() }.write(&mut other);
        assert_eq!(Entries::read(&other), None, "bytes of another name");
        let huge = [&[DIFFERENCE][..], &[0; 40], &u64::MAX.to_le_bytes()].concat();
        assert_eq!(Entries::read(&huge), None);
    }
}
