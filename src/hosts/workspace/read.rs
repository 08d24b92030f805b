//! Reads the files that were found, in parallel.

use std::collections::BTreeSet;
use std::fs::File;
use std::io::{self, Read as _};
use std::path::Path;
use std::sync::Arc;

use foldhash::HashMap;
use rayon::prelude::*;
use tracing::field::Empty;
use tracing::{info_span, trace};

use super::before::{Seen, Stamp};
use super::discover::Discovered;
use super::{fault, git};
use crate::inputs::Attachment;
use crate::text::{BookPath, ContentHash, ContentHasher, Diagnostic, SourceFile};

/// The size in bytes above which a document, or a log that is read as text, is refused: 16 MiB.
///
/// The longest runbooks people write are a thousand times smaller; what is larger is data, and belongs
/// into an attachment, which may have any size.
pub const MAX_DOCUMENT: u64 = 16 << 20;

/// How the first line of a Git LFS pointer begins.
const LFS_POINTER: &[u8] = b"version https://git-lfs.github.com/spec/";

/// What is to be read.
pub(super) struct Reading<'a> {
    /// The files.
    pub(super) found: Arc<Discovered>,
    /// Whether the id of each file's blob is wanted, to compare it with a commit.
    pub(super) wants_blobs: bool,
    /// What was read the last time, and is left for the next; nothing for who reads once.
    pub(super) before: Option<&'a mut HashMap<BookPath, Seen>>,
    /// The files that are others since, where that is known: of all else what was read is taken as it was, and only
    /// what could not be read is looked at.
    pub(super) edited: Option<&'a BTreeSet<BookPath>>,
}

/// What was read.
#[derive(Debug, Default)]
pub(super) struct Files {
    /// Sorted by path.
    pub(super) documents: Vec<SourceFile>,
    /// Sorted by path.
    pub(super) attachments: Vec<Attachment>,
    /// The obstacles, those of the search among them, sorted by place.
    pub(super) faults: Vec<Diagnostic>,
    /// The same for Git, where that is wanted.
    pub(super) blobs: Vec<Blob>,
}

/// A file as Git knows it.
#[derive(Clone, Debug)]
pub(super) struct Blob {
    path: BookPath,
    file: Arc<Path>,
    hash: ContentHash,
    id: git::BlobId,
}

/// One file as it was read.
#[derive(Clone, Debug)]
enum One {
    Document(SourceFile),
    Attachment(Attachment),
}

/// A file, and the blob that it would be.
#[derive(Clone, Debug)]
pub(super) struct Whole {
    one: One,
    blob: Option<Blob>,
}

impl Reading<'_> {
    /// Reads all files; the order of the results is that of the paths, whatever thread was first.
    pub(super) fn run(self) -> Files {
        let phase = info_span!("read", documents = Empty, attachments = Empty, faults = Empty).entered();
        let (wants_blobs, edited) = (self.wants_blobs, self.edited);
        let known = self.before.as_deref();
        let is_edited = |path: &BookPath| edited.is_some_and(|edited| edited.contains(path));
        let read: Vec<(Option<Stamp>, Result<Whole, Diagnostic>)> = self
            .found
            .files
            .par_iter()
            .map(|(path, file)| match known {
                // It may have the size and the time of before, and other text.
                Some(_) if is_edited(path) => (stamp_of(file), read_one(path, file, wants_blobs)),
                Some(known) => match known.get(path).filter(|_| edited.is_some()) {
                    Some(seen) => (Some(seen.stamp), Ok(seen.whole.clone())),
                    None => read_again(path, file, wants_blobs, known),
                },
                None => (None, read_one(path, file, wants_blobs)),
            })
            .collect();
        if let Some(before) = self.before {
            match edited {
                Some(edited) => before.retain(|path, _| !edited.contains(path)),
                None => before.clear(),
            }
            let is_new = |path: &BookPath| edited.is_none() || is_edited(path);
            before.extend(read.iter().filter_map(|read| seen(read, is_new)));
        }
        let mut files = Files { faults: self.found.faults.clone(), ..Files::default() };
        for (_, result) in read {
            match result {
                Ok(Whole { one, blob }) => {
                    files.blobs.extend(blob);
                    match one {
                        One::Document(document) => files.documents.push(document),
                        One::Attachment(attachment) => files.attachments.push(attachment),
                    }
                }
                Err(fault) => files.faults.push(fault),
            }
        }
        files.faults.sort();
        phase.record("documents", files.documents.len());
        phase.record("attachments", files.attachments.len());
        phase.record("faults", files.faults.len());
        files
    }
}

/// Files as Git compares them with a commit.
pub(super) fn work_files(blobs: &[Blob]) -> impl Iterator<Item = git::WorkFile<'_>> {
    blobs.iter().map(|Blob { path, file, hash, id }| git::WorkFile { path, file, hash: *hash, blob: *id })
}

impl Files {
    /// Adds a file by its bytes, as if it had been found on disk.
    pub(super) fn add(&mut self, path: BookPath, bytes: Vec<u8>, id: git::BlobId) {
        let read = if is_text(&path) && bytes.len() as u64 > MAX_DOCUMENT {
            Err(fault::too_large(&path, bytes.len() as u64))
        } else {
            of_bytes(path.clone(), bytes)
        };
        let (hash, one) = match read {
            Ok(one) => (one.hash(), one),
            Err(fault) => return self.faults.push(fault),
        };
        self.blobs.push(Blob { path, file: Path::new("").into(), hash, id });
        match one {
            One::Document(document) => self.documents.push(document),
            One::Attachment(attachment) => self.attachments.push(attachment),
        }
    }

    /// Puts everything into the order that an analysis wants.
    pub(super) fn sort(&mut self) {
        self.documents.sort_by(|a, b| a.path.cmp(&b.path));
        self.attachments.sort_by(|a, b| a.path.cmp(&b.path));
        self.blobs.sort_by(|a, b| a.path.cmp(&b.path));
        self.faults.sort();
    }
}

impl One {
    fn path(&self) -> &BookPath {
        match self {
            One::Document(document) => &document.path,
            One::Attachment(attachment) => &attachment.path,
        }
    }

    fn hash(&self) -> ContentHash {
        match self {
            One::Document(document) => document.hash,
            One::Attachment(attachment) => attachment.hash,
        }
    }
}

/// Whether the analysis reads the text of a file.
fn is_text(path: &BookPath) -> bool {
    path.extension() == "md" || path.file_name().ends_with(".log.jsonl") || path.extension() == "ics"
}

fn of_bytes(path: BookPath, bytes: Vec<u8>) -> Result<One, Diagnostic> {
    if bytes.starts_with(LFS_POINTER) {
        return Err(fault::lfs_pointer(&path));
    }
    let size = bytes.len() as u64;
    if !is_text(&path) {
        let hash = ContentHash::of(&bytes);
        return Ok(One::Attachment(Attachment { path, hash, size, text: None }));
    }
    let source = SourceFile::new(path.clone(), bytes);
    Ok(match path.extension() {
        "md" => One::Document(source),
        _ => One::Attachment(Attachment { path, hash: source.hash, size, text: Some(source) }),
    })
}

/// A file that may be as it was the last time.
fn read_again(
    path: &BookPath,
    file: &Arc<Path>,
    wants_blob: bool,
    known: &HashMap<BookPath, Seen>,
) -> (Option<Stamp>, Result<Whole, Diagnostic>) {
    let stamp = stamp_of(file);
    let same = known.get(path).filter(|seen| Some(seen.stamp) == stamp);
    match same.filter(|seen| seen.whole.blob.is_some() || !wants_blob) {
        Some(seen) => (stamp, Ok(seen.whole.clone())),
        None => (stamp, read_one(path, file, wants_blob)),
    }
}

/// The stamp of a file as its folder tells it now: before it is read, so that what is written during the reading
/// is read again the next time.
fn stamp_of(file: &Path) -> Option<Stamp> {
    file.metadata().ok().and_then(|metadata| Stamp::of(&metadata))
}

/// What is left of a file for the next time, where its path is one of those that are kept.
fn seen(
    (stamp, read): &(Option<Stamp>, Result<Whole, Diagnostic>),
    is_kept: impl Fn(&BookPath) -> bool,
) -> Option<(BookPath, Seen)> {
    let whole = read.as_ref().ok().filter(|whole| is_kept(whole.one.path()))?;
    Some((whole.one.path().clone(), Seen { stamp: (*stamp)?, whole: whole.clone() }))
}

fn read_one(path: &BookPath, file: &Arc<Path>, wants_blob: bool) -> Result<Whole, Diagnostic> {
    trace!(%path, "read a file");
    if !is_text(path) {
        return read_attachment(path, file, wants_blob);
    }
    let bytes = read_capped(path, file)?;
    let id = wants_blob.then(|| git::blob_id(&bytes));
    let one = of_bytes(path.clone(), bytes)?;
    let hash = one.hash();
    let blob = id.map(|id| Blob { path: path.clone(), file: file.clone(), hash, id });
    Ok(Whole { one, blob })
}

fn read_capped(path: &BookPath, file: &Path) -> Result<Vec<u8>, Diagnostic> {
    let unreadable = |error: io::Error| fault::unreadable(path, &error);
    let mut open = File::open(file).map_err(unreadable)?;
    let size = open.metadata().map_err(unreadable)?.len();
    if size > MAX_DOCUMENT {
        return Err(fault::too_large(path, size));
    }
    // The file may grow while it is read, so that the cap holds for the reading, too.
    let mut bytes = Vec::with_capacity(size as usize + 1);
    (&mut open).take(MAX_DOCUMENT + 1).read_to_end(&mut bytes).map_err(unreadable)?;
    match bytes.len() as u64 {
        size if size > MAX_DOCUMENT => Err(fault::too_large(path, size)),
        _ => Ok(bytes),
    }
}

fn read_attachment(path: &BookPath, file: &Arc<Path>, wants_blob: bool) -> Result<Whole, Diagnostic> {
    let mut start = Vec::new();
    let keep_start = |piece: &[u8]| {
        if start.len() < LFS_POINTER.len() {
            start.extend_from_slice(&piece[..piece.len().min(LFS_POINTER.len())]);
        }
        Ok(())
    };
    let hashed = File::open(file).and_then(|open| hash_while_reading(open, keep_start));
    let (hash, size) = hashed.map_err(|error| fault::unreadable(path, &error))?;
    if start.starts_with(LFS_POINTER) {
        return Err(fault::lfs_pointer(path));
    }
    let id = wants_blob.then(|| git::blob_id_of_file(file)).flatten();
    let blob = id.map(|id| Blob { path: path.clone(), file: file.clone(), hash, id });
    Ok(Whole { one: One::Attachment(Attachment { path: path.clone(), hash, size, text: None }), blob })
}

/// Reads to the end, piece by piece, each piece handed on; gives hash and size of the whole.
pub(in crate::hosts) fn hash_while_reading(
    mut from: impl io::Read,
    mut hand_on: impl FnMut(&[u8]) -> io::Result<()>,
) -> io::Result<(ContentHash, u64)> {
    let mut hasher = ContentHasher::default();
    let mut size = 0;
    let mut buffer = vec![0; 128 << 10];
    loop {
        let count = match from.read(&mut buffer) {
            Ok(0) => return Ok((hasher.finish(), size)),
            Ok(count) => count,
            Err(error) if error.kind() == io::ErrorKind::Interrupted => continue,
            Err(error) => return Err(error),
        };
        hasher.update(&buffer[..count]);
        hand_on(&buffer[..count])?;
        size += count as u64;
    }
}
