//! The work tree held against `HEAD`.

use std::collections::BTreeMap;
use std::path::Path;

use git2::{ObjectType, Oid, Repository};
use sha1::{Digest, Sha1};

use crate::inputs::history::History;
use crate::text::{BookPath, ContentHash};

/// The id of a blob in Git.
pub(in crate::hosts::workspace) type BlobId = Oid;

/// A file of the work tree, as it was read.
pub(in crate::hosts::workspace) struct WorkFile<'a> {
    /// Where it lies in the book.
    pub(in crate::hosts::workspace) path: &'a BookPath,
    /// Where it lies on disk.
    pub(in crate::hosts::workspace) file: &'a Path,
    /// SHA-256 of its bytes.
    pub(in crate::hosts::workspace) hash: ContentHash,
    /// The blob that Git would make of its bytes.
    pub(in crate::hosts::workspace) blob: BlobId,
}

/// The id of the blob that holds these bytes, in a repository of SHA-1 objects (gitformat-pack: `blob`, the
/// length, a zero byte, the content).
///
/// Without the collision detection that Git and libgit2 pay for (it is several times as slow, and every
/// document is hashed at every build): the id only tells whether a file of the work tree differs from `HEAD`,
/// and whoever could put a colliding file there could put any file there. Objects that are read from the
/// repository go through libgit2, which detects collisions.
pub(in crate::hosts::workspace) fn blob_id(bytes: &[u8]) -> BlobId {
    let hash = Sha1::new().chain_update(format!("blob {}\0", bytes.len())).chain_update(bytes);
    Oid::from_bytes(&hash.finalize()).unwrap_or(Oid::ZERO_SHA1)
}

/// The id of the blob that holds the bytes of a file, read piece by piece.
pub(in crate::hosts::workspace) fn blob_id_of_file(file: &Path) -> Option<BlobId> {
    Oid::hash_file(ObjectType::Blob, file).ok()
}

/// Fills in what differs from `HEAD`, and the hash of what is committed; files of `HEAD` that do not stand in the
/// work tree are taken out. The files are sorted by path.
///
/// Files are compared by blob id. A file that differs only in its line ends is not modified: a checkout may
/// have made CRLF of LF (`core.autocrlf`, the `eol` attribute).
pub(super) fn compare<'a>(
    repo: &Repository,
    blobs: &BTreeMap<BookPath, BlobId>,
    files: impl Iterator<Item = WorkFile<'a>>,
    history: &mut History,
) -> Result<(), git2::Error> {
    // All three are in one order, so that one walk along them finds each pair.
    let (mut blobs, mut of_head) = (blobs.iter().peekable(), history.files.iter_mut().peekable());
    let mut last: Option<&BookPath> = None;
    for file in files {
        debug_assert!(last < Some(file.path), "the files are sorted by path");
        last = Some(file.path);
        while blobs.next_if(|(path, _)| *path < file.path).is_some() {}
        while of_head.next_if(|(path, _)| *path < file.path).is_some() {}
        let blob = blobs.next_if(|(path, _)| *path == file.path);
        let known = of_head.next_if(|(path, _)| *path == file.path);
        let (Some((_, blob)), Some((_, known))) = (blob, known) else {
            history.modified.insert(file.path.clone());
            continue;
        };
        let (committed, is_modified) = if *blob == file.blob {
            (file.hash, false)
        } else {
            let content = repo.find_blob(*blob)?;
            (ContentHash::of(content.content()), !is_same_but_for_cr(&file, content.content()))
        };
        if is_modified {
            history.modified.insert(file.path.clone());
        }
        known.committed = Some(committed);
    }
    history.files.retain(|_, known| known.committed.is_some());
    Ok(())
}

fn is_same_but_for_cr(file: &WorkFile<'_>, committed: &[u8]) -> bool {
    // A line end is one byte longer at most: anything else need not be read.
    let fits = |size: u64| (committed.len() as u64..=committed.len() as u64 * 2).contains(&size);
    let may_be = file.file.metadata().is_ok_and(|found| fits(found.len()));
    may_be && std::fs::read(file.file).is_ok_and(|bytes| without_cr(&bytes) == committed)
}

/// The bytes with every CRLF made LF.
fn without_cr(bytes: &[u8]) -> Vec<u8> {
    let mut kept = Vec::with_capacity(bytes.len());
    for (index, byte) in bytes.iter().enumerate() {
        if *byte != b'\r' || bytes.get(index + 1) != Some(&b'\n') {
            kept.push(*byte);
        }
    }
    kept
}
