//! Trees compared by their raw bytes.

use std::cmp::Ordering;
use std::rc::Rc;

use foldhash::{HashMap, HashSet};
use git2::{Odb, OdbObject, Oid};

use super::object::{Entry, MODE_COMMIT, MODE_TREE, entry_length, next_entry};
use crate::facts::approval::subject;
use crate::inputs::history::reach::Reach;
use crate::text::BookPath;

/// Two generations of this many bytes of trees are kept: enough for the folders between the root and the
/// changed files on the few lines of history that a walk in date order goes back and forth between. More
/// costs more than it saves: memory that is used again and again stays in the processor's caches.
const GENERATION: usize = 2 << 20;

/// Reads trees, and keeps those that were read last.
pub(super) struct Trees<'r> {
    odb: &'r Odb<'r>,
    young: HashMap<Oid, Rc<OdbObject<'r>>>,
    old: HashMap<Oid, Rc<OdbObject<'r>>>,
    young_bytes: usize,
    /// Paths that were met: a file that changes a thousand times has one.
    paths: HashSet<BookPath>,
    /// The large tree that was looked through last, with where its entries begin.
    large: Option<(Oid, Vec<u32>)>,
    /// The folders that are compared.
    within: Within<'r>,
}

/// Which folders are compared.
#[derive(Clone, Copy)]
pub(super) struct Within<'a> {
    /// The source folder, relative to `book.toml`.
    pub(super) src: &'a str,
    /// The changes below it that count.
    pub(super) reach: &'a Reach,
}

impl Within<'_> {
    /// All of them.
    pub(super) const ALL: Within<'static> = Within { src: "", reach: &Reach::Everything };

    /// Whether a path lies in one of them.
    pub(super) fn holds(&self, path: &BookPath) -> bool {
        path.as_str().rsplit_once('/').is_none_or(|(folder, _)| self.enters(folder))
    }

    fn enters(&self, folder: &str) -> bool {
        let below = folder.strip_prefix(self.src).and_then(|below| below.strip_prefix('/'));
        below.is_none_or(|below| self.reach.enters(below))
    }
}

/// A path whose content differs between two trees.
#[derive(Clone, Debug, PartialEq)]
pub(super) struct Delta {
    /// The path, relative to the folder of `book.toml`.
    pub(super) path: BookPath,
    /// The blob on the old side; nothing when the path is added.
    pub(super) old: Option<Oid>,
    /// The blob on the new side; nothing when the path is deleted.
    pub(super) new: Option<Oid>,
}

impl<'r> Trees<'r> {
    /// An empty cache over an object database.
    pub(super) fn new(odb: &'r Odb<'r>) -> Trees<'r> {
        Trees {
            odb,
            young: HashMap::default(),
            old: HashMap::default(),
            young_bytes: 0,
            paths: HashSet::default(),
            large: None,
            within: Within::ALL,
        }
    }

    /// The same, which compares no other folders than these from here on.
    pub(super) fn only(&mut self, within: Within<'r>) {
        self.within = within;
    }

    /// The tree of the folder below a root tree; nothing when there is no such folder.
    pub(super) fn folder(&mut self, root: Oid, folder: &str) -> Result<Option<Oid>, git2::Error> {
        let mut id = root;
        for part in folder.split('/').filter(|part| !part.is_empty()) {
            let tree = self.get(id)?;
            match self.find(id, tree.data(), part.as_bytes())? {
                Some(entry) if entry.is_tree() => id = entry.id,
                _ => return Ok(None),
            }
        }
        Ok(Some(id))
    }

    /// The file of that name in a tree; nothing when there is none.
    pub(super) fn file(&mut self, tree: Oid, name: &str) -> Result<Option<Oid>, git2::Error> {
        let id = tree;
        let tree = self.get(id)?;
        let entry = self.find(id, tree.data(), name.as_bytes())?;
        Ok(entry.filter(|entry| !entry.is_tree() && entry.mode != MODE_COMMIT).map(|entry| entry.id))
    }

    /// Every path that differs between two trees, in Git's order. `folder` is their place in the book.
    ///
    /// Equal subtrees are skipped by their id. Paths that cannot be those of a book (not UTF-8, with a
    /// backslash or a control character) and submodules are left out: `discover` reports them. In the folder of a
    /// change something stands for them, as a change is approved with all of its files.
    pub(super) fn compare(
        &mut self,
        folder: &str,
        old: Option<Oid>,
        new: Option<Oid>,
        deltas: &mut Vec<Delta>,
    ) -> Result<(), git2::Error> {
        if old == new {
            return Ok(());
        }
        let (old, new) = (self.get_some(old)?, self.get_some(new)?);
        let mut left = old.as_ref().map_or(&[][..], |tree| tree.data());
        let mut right = new.as_ref().map_or(&[][..], |tree| tree.data());
        loop {
            skip_equal(&mut left, &mut right);
            let (mut after_left, mut after_right) = (left, right);
            let pair = (next_entry(&mut after_left)?, next_entry(&mut after_right)?);
            let order = match &pair {
                (None, None) => return Ok(()),
                (Some(_), None) => Ordering::Less,
                (None, Some(_)) => Ordering::Greater,
                (Some(a), Some(b)) => git_order(a, b),
            };
            if order.is_le() {
                left = after_left;
            }
            if order.is_ge() {
                right = after_right;
            }
            let old = pair.0.filter(|_| order.is_le());
            let new = pair.1.filter(|_| order.is_ge());
            self.entry(folder, old, new, deltas)?;
        }
    }

    fn entry(
        &mut self,
        folder: &str,
        old: Option<Entry<'_>>,
        new: Option<Entry<'_>>,
        deltas: &mut Vec<Delta>,
    ) -> Result<(), git2::Error> {
        let is_submodule = |entry: &Entry<'_>| entry.mode == MODE_COMMIT;
        if old.zip(new).is_some_and(|(old, new)| is_submodule(&old) != is_submodule(&new)) {
            // Each has a path of its own.
            self.entry(folder, old, None, deltas)?;
            return self.entry(folder, None, new, deltas);
        }
        let Some(entry) = new.or(old) else { return Ok(()) };
        let plain = std::str::from_utf8(entry.name).ok().filter(|_| !is_submodule(&entry));
        let plain = plain.map(|name| format!("{folder}/{name}"));
        let is_sound = |path: &String| is_ordinary(entry.name) || BookPath::new(path).is_some();
        let path = match plain {
            Some(path) if is_sound(&path) => path,
            other => match subject::substitute(folder, entry.name).or(other) {
                Some(path) => path,
                None => return Ok(()),
            },
        };
        let (old, new) = (old.map(|entry| entry.id), new.map(|entry| entry.id));
        if entry.is_tree() {
            return match self.within.enters(&path) {
                true => self.compare(&path, old, new, deltas),
                false => Ok(()),
            };
        }
        let known = self.paths.get(path.as_str()).cloned();
        if let Some(path) = known.or_else(|| BookPath::new(&path)) {
            self.paths.insert(path.clone());
            deltas.push(Delta { path, old, new });
        }
        Ok(())
    }

    /// The entry of that name in a tree object.
    ///
    /// A folder of thousands is looked through for every record of its changes: where its entries begin is found
    /// once, and searched by halves.
    fn find<'t>(&mut self, id: Oid, raw: &'t [u8], name: &[u8]) -> Result<Option<Entry<'t>>, git2::Error> {
        if raw.len() < LARGE {
            return find(raw, name);
        }
        if self.large.as_ref().is_none_or(|(known, _)| *known != id) {
            self.large = Some((id, starts(raw)));
        }
        let starts = self.large.as_ref().map_or(&[][..], |(_, starts)| starts);
        match starts.is_empty() {
            true => find(raw, name),
            false => find_by_halves(raw, starts, name),
        }
    }

    fn get_some(&mut self, id: Option<Oid>) -> Result<Option<Rc<OdbObject<'r>>>, git2::Error> {
        id.map(|id| self.get(id)).transpose()
    }

    fn get(&mut self, id: Oid) -> Result<Rc<OdbObject<'r>>, git2::Error> {
        if let Some(tree) = self.young.get(&id) {
            return Ok(tree.clone());
        }
        let tree = match self.old.remove(&id) {
            Some(tree) => tree,
            None => Rc::new(self.odb.read(id)?),
        };
        self.young_bytes += tree.len();
        self.young.insert(id, tree.clone());
        if self.young_bytes > GENERATION {
            self.old = std::mem::take(&mut self.young);
            self.young_bytes = 0;
        }
        Ok(tree)
    }
}

/// Trees of fewer bytes are looked through from their beginning: about a hundred entries.
const LARGE: usize = 4 << 10;

/// Where the entries of a tree object begin; nothing where they are not in Git's order, or cannot be read, so
/// that a search by halves could miss one.
fn starts(raw: &[u8]) -> Vec<u32> {
    let (mut starts, mut rest) = (Vec::new(), raw);
    let mut before: Option<Entry<'_>> = None;
    while !rest.is_empty() {
        let Ok(start) = u32::try_from(raw.len() - rest.len()) else { return Vec::new() };
        let Ok(Some(entry)) = next_entry(&mut rest) else { return Vec::new() };
        if before.is_some_and(|before| git_order(&before, &entry) != Ordering::Less) {
            return Vec::new();
        }
        starts.push(start);
        before = Some(entry);
    }
    starts
}

/// Finds a name among entries that are in Git's order: as a file, else as a folder, which sorts elsewhere.
fn find_by_halves<'a>(raw: &'a [u8], starts: &[u32], name: &[u8]) -> Result<Option<Entry<'a>>, git2::Error> {
    let entry_at = |start: u32| -> Option<Entry<'a>> {
        let mut rest = raw.get(start as usize..)?;
        next_entry(&mut rest).ok().flatten()
    };
    for mode in [0, MODE_TREE] {
        let wanted = Entry { name, mode, id: Oid::ZERO_SHA1 };
        let at = starts.binary_search_by(|start| {
            entry_at(*start).map_or(Ordering::Less, |entry| git_order(&entry, &wanted))
        });
        let found = at.ok().and_then(|at| entry_at(starts[at])).filter(|entry| entry.name == name);
        if found.is_some() {
            return Ok(found);
        }
    }
    Ok(None)
}

/// The entry of that name in a tree object: entries are told apart by their ends alone, and only the one that
/// is found is read.
fn find<'a>(mut raw: &'a [u8], name: &[u8]) -> Result<Option<Entry<'a>>, git2::Error> {
    while let Some(end) = memchr::memchr(0, raw) {
        let is_it = raw[..end].strip_suffix(name).is_some_and(|mode| mode.last() == Some(&b' '));
        if is_it {
            // The name itself may hold a space: what is read decides.
            match next_entry(&mut raw)? {
                Some(entry) if entry.name == name => return Ok(Some(entry)),
                _ => continue,
            }
        }
        raw = raw.get(end + 21..).unwrap_or_default();
    }
    Ok(None)
}

/// Whether a name of a file or a folder needs no closer look: printable ASCII without a backslash.
fn is_ordinary(name: &[u8]) -> bool {
    name.iter().all(|byte| matches!(byte, b' '..=b'~') && *byte != b'\\')
        && !matches!(name, b"" | b"." | b"..")
}

/// Steps over the entries that both trees begin with.
///
/// Two versions of a large folder mostly differ in one entry. The bytes before it are compared in blocks,
/// which costs next to nothing; entries are only counted off to find where the differing one begins.
fn skip_equal(left: &mut &[u8], right: &mut &[u8]) {
    let equal = equal_bytes(left, right);
    if equal == left.len() && equal == right.len() {
        (*left, *right) = (&[], &[]);
        return;
    }
    let mut whole = 0;
    while let Some(length) = entry_length(&left[whole..])
        && whole + length <= equal
    {
        whole += length;
    }
    (*left, *right) = (&left[whole..], &right[whole..]);
}

/// The number of bytes that both begin with.
fn equal_bytes(left: &[u8], right: &[u8]) -> usize {
    const BLOCK: usize = 256;
    let blocks = left.chunks_exact(BLOCK).zip(right.chunks_exact(BLOCK));
    let start = blocks.take_while(|(left, right)| left == right).count() * BLOCK;
    let rest = left[start..].iter().zip(&right[start..]);
    start + rest.take_while(|(left, right)| left == right).count()
}

/// The order of entries in a tree: a folder's name counts as if it ended with a slash.
///
/// A file and a folder of one name are therefore two entries, one deleted and one added.
fn git_order(a: &Entry<'_>, b: &Entry<'_>) -> Ordering {
    let slash = |entry: &Entry<'_>| entry.is_tree().then_some(b'/');
    let a_bytes = a.name.iter().copied().chain(slash(a));
    let b_bytes = b.name.iter().copied().chain(slash(b));
    a_bytes.cmp(b_bytes)
}

#[cfg(test)]
mod tests;
