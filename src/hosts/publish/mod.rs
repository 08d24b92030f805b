//! Writes the site, whole or not at all.
//!
//! Enters: an [`Output`], and before it page after page, as they are made. Leaves: the output folder, in which at any moment the old or the new site stands
//! whole, whatever ends this process.
//!
//! STRATEGY. Everything is written into a new folder beside the output folder: the marker file first, so
//! that whatever is left over can be known as ours; then each page as soon as it is made, so that the pages of
//! a large book need not be held at once; `SHA256SUMS` last. Then both folders change places in
//! one step of the file system (where it has none: old away, new in), and the old one is deleted, its
//! marker last. A file whose bytes are those of the old site is not written again: both folders name it for
//! a moment. A lock on the parent folder keeps two runs apart; so a run that holds it knows that every
//! other folder with our temporary names is left over from one that was killed, and removes it. A folder
//! that holds anything but a site of ours is never touched.

mod place;
mod previous;
mod swap;

use std::collections::BTreeSet;
use std::fs::{self, File, OpenOptions};
use std::io::{self, Write as _};
use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Mutex, PoisonError};

use bytes::Bytes;
use rayon::prelude::*;
use tracing::field::Empty;
use tracing::info_span;

use super::failure::Failure;
use super::interrupt::Guard;
use super::shell::Progress;
use super::workspace::{Root, hash_while_reading};
use crate::inputs::Attachment;
use crate::outputs::{Content, Output, Sink};
use crate::text::{BookPath, ContentHash};

use place::{Place, Standing};
pub use previous::{Previous, previous};

/// The file that says that a folder is ours. The tool that wrote it and the format of the folder stand in it.
const MARKER: &str = ".mcmbook";
/// The manifest: what `sha256sum -c` checks.
const SUMS: &str = "SHA256SUMS";
/// The version of what a published folder holds beside the site's files.
const FORMAT: u32 = 1;

/// What was written.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Published {
    /// The number of files, without marker and manifest.
    pub files: usize,
    /// Their bytes.
    pub bytes: u64,
    /// Files that somebody else had put into the old site and that went with it, sorted: their paths below the
    /// output folder.
    pub lost: Vec<String>,
}

/// Removes the output folder if it is ours. Tells which files of others went with it, sorted; nothing where there was
/// no folder.
///
/// # Errors
/// A folder that holds anything but a site of ours, or that cannot be removed.
pub fn clean(root: &Root) -> Result<Option<Vec<String>>, Failure> {
    let place = Place::of(root)?;
    let _lock = place.lock()?;
    swap::recover(&place)?;
    match place.standing()? {
        Standing::Nothing | Standing::Empty => Ok(None),
        Standing::Ours => {
            let lost = previous(root).map_or_else(Vec::new, |site| site.strangers(place.dir()));
            let gone = place.sibling("gone");
            let removed = fs::rename(place.dir(), &gone).and_then(|()| swap::remove(&gone));
            removed.map_err(|error| Failure::io(format!("cannot remove `{}`", place.shown()), &error))?;
            Ok(Some(lost))
        }
    }
}

/// A site that is being written beside the one that stands. Dropped before it is finished, it is removed.
#[derive(Debug)]
pub struct Staging<'a> {
    root: &'a Root,
    /// The attachments as they were read, sorted by path; those that the site names are copied.
    attachments: &'a [Attachment],
    place: Place,
    standing: Standing,
    _lock: place::Lock,
    guard: Guard,
    /// The folder that is being filled.
    new: PathBuf,
    /// The site that stands.
    old: Option<Previous>,
    /// How many files the old site had already.
    kept: AtomicUsize,
    /// What [`Sink::take`] wrote, and the folders that it made.
    taken: Mutex<Taken>,
}

#[derive(Debug, Default)]
struct Taken {
    files: BTreeSet<String>,
    folders: BTreeSet<String>,
}

impl<'a> Staging<'a> {
    /// Makes the new folder. Waits until no other run writes there.
    ///
    /// # Errors
    /// An output folder that is not ours (nothing is touched), a disk that is not writable.
    pub fn begin(root: &'a Root, attachments: &'a [Attachment]) -> Result<Staging<'a>, Failure> {
        let guard = Guard::new();
        let place = Place::of(root)?;
        let lock = place.lock()?;
        swap::recover(&place)?;
        let standing = place.standing()?;
        let staging = Staging {
            root,
            attachments,
            new: place.sibling("new"),
            old: previous(root).filter(|_| standing == Standing::Ours),
            place,
            standing,
            _lock: lock,
            guard,
            kept: AtomicUsize::new(0),
            taken: Mutex::default(),
        };
        fs::create_dir(&staging.new).map_err(|error| staging.cannot_write("", &error))?;
        staging.text(MARKER, &marker())?;
        Ok(staging)
    }

    /// Writes what is still to be written and replaces the site in the output folder. `progress` counts files.
    ///
    /// # Errors
    /// A disk that is full or not writable, an attachment that has changed since it was read, Ctrl-C. The old
    /// site stands after each of them.
    pub fn finish(self, output: &Output, progress: &Progress) -> Result<Published, Failure> {
        let phase = info_span!("publish", files = Empty, kept = Empty).entered();
        let written = self.site(output, progress).and_then(|published| {
            let brought = swap::bring_in(&self.place, &self.new, self.standing);
            brought.map_err(|error| self.place.cannot_replace(&error))?;
            // The old site, which is deleted as a whole, has the new one's former place.
            let lost = self.old.as_ref().map_or_else(Vec::new, |old| old.strangers(&self.new));
            Ok(Published { lost, ..published })
        });
        // Either the new folder, which failed, or the old site, which gave its place.
        let removed = swap::remove(&self.new);
        let published = written.map_err(|failure| match self.standing {
            Standing::Ours => failure.help(format!("the site in `{}` is as it was", self.place.shown())),
            Standing::Nothing | Standing::Empty => failure,
        })?;
        removed.map_err(|error| Failure::io(format!("cannot remove `{}`", self.new.display()), &error))?;
        phase.record("files", published.files);
        phase.record("kept", self.kept.load(Ordering::Relaxed));
        Ok(published)
    }

    fn site(&self, output: &Output, progress: &Progress) -> Result<Published, Failure> {
        let files: Vec<(&str, &Content)> =
            output.files.iter().map(|(path, content)| (path.as_str(), content)).collect();
        if let Some((path, _)) = files.iter().find(|(path, _)| !is_file_of_site(path)) {
            return Err(not_of_a_site(path));
        }
        let taken = std::mem::take(&mut *self.taken.lock().unwrap_or_else(PoisonError::into_inner));
        if self.guard.is_requested() {
            return Err(Failure::Interrupted);
        }
        self.forget_unwanted(&taken.files, output).map_err(|error| self.cannot_write("", &error))?;
        let is_written = |content: &Content| matches!(content, Content::Written { .. });
        let unwritten = files.iter().filter(|(_, content)| !is_written(content)).map(|(path, _)| *path);
        make_folders(&self.new, unwritten).map_err(|error| self.cannot_write("", &error))?;

        let write = |(path, content): &(&str, &Content)| {
            if self.guard.is_requested() {
                return Err(Failure::Interrupted);
            }
            let written = self.file(path, content);
            progress.step(1);
            written
        };
        let sums: Vec<(ContentHash, u64)> = files.par_iter().map(write).collect::<Result<_, Failure>>()?;
        let lines = files.iter().zip(&sums).map(|((path, _), (hash, _))| format!("{hash}  {path}\n"));
        self.text(SUMS, &lines.collect::<String>())?;
        if self.guard.is_requested() {
            return Err(Failure::Interrupted);
        }
        let bytes = sums.iter().map(|(_, size)| size).sum();
        Ok(Published { files: files.len(), bytes, lost: Vec::new() })
    }

    /// Removes what was written early and then found no place in the site, or gave it to another page.
    fn forget_unwanted(&self, written: &BTreeSet<String>, output: &Output) -> io::Result<()> {
        let is_wanted = |path: &&String| matches!(output.files.get(*path), Some(Content::Written { .. }));
        for path in written.iter().filter(|path| !is_wanted(path)) {
            fs::remove_file(self.new.join(path))?;
            // A folder that held nothing else may be the name of a file.
            let folders = Path::new(path).ancestors().skip(1).filter(|folder| !folder.as_os_str().is_empty());
            for folder in folders {
                if fs::remove_dir(self.new.join(folder)).is_err() {
                    break;
                }
            }
        }
        Ok(())
    }

    fn text(&self, path: &str, text: &str) -> Result<(), Failure> {
        let written = create_new(&self.new.join(path)).and_then(|mut file| file.write_all(text.as_bytes()));
        written.map_err(|error| self.cannot_write(path, &error))
    }

    fn file(&self, path: &str, content: &Content) -> Result<(ContentHash, u64), Failure> {
        let target = self.new.join(path);
        match content {
            Content::Bytes(bytes) => self.bytes(path, bytes),
            Content::Written { hash, size } => Ok((*hash, *size)),
            Content::Attachment(from) => {
                let Ok(index) = self.attachments.binary_search_by(|known| known.path.cmp(from)) else {
                    return Err(Failure::internal(format!("`{from}` is no attachment of the book")));
                };
                let known = &self.attachments[index];
                if !self.is_kept(path, known.hash, &target) {
                    self.copy(known, path, &target)?;
                }
                Ok((known.hash, known.size))
            }
        }
    }

    fn bytes(&self, path: &str, bytes: &[u8]) -> Result<(ContentHash, u64), Failure> {
        let target = self.new.join(path);
        let hash = ContentHash::of(bytes);
        if !self.is_kept(path, hash, &target) {
            let written = create_new(&target).and_then(|mut file| {
                // Half a file would look like that of another page.
                file.write_all(bytes).inspect_err(|_| drop(fs::remove_file(&target)))
            });
            written.map_err(|error| self.cannot_write(path, &error))?;
        }
        Ok((hash, bytes.len() as u64))
    }

    /// Claims a path for [`Sink::take`] and makes its folder; tells whether it may be written now. It may not
    /// when another page has the path already.
    fn claim(&self, path: &str) -> bool {
        let mut taken = self.taken.lock().unwrap_or_else(PoisonError::into_inner);
        if self.guard.is_requested() || !is_file_of_site(path) || taken.files.contains(path) {
            return false;
        }
        let folder = path.rsplit_once('/').map_or("", |(folder, _)| folder);
        if !taken.folders.contains(folder) {
            if fs::create_dir_all(self.new.join(folder)).is_err() {
                return false;
            }
            taken.folders.insert(folder.to_owned());
        }
        taken.files.insert(path.to_owned())
    }

    /// Whether the old site has the same bytes; then the new one names them too.
    fn is_kept(&self, path: &str, hash: ContentHash, target: &Path) -> bool {
        let is_kept = self.old.as_ref().is_some_and(|old| old.link(path, hash, target));
        self.kept.fetch_add(usize::from(is_kept), Ordering::Relaxed);
        is_kept
    }

    fn copy(&self, known: &Attachment, path: &str, target: &Path) -> Result<(), Failure> {
        let from = &known.path;
        let cannot_read = |error: &io::Error| Failure::io(format!("cannot read `{from}`"), error);
        let source = File::open(self.root.join(from)).map_err(|error| cannot_read(&error))?;
        let mut target = create_new(target).map_err(|error| self.cannot_write(path, &error))?;
        let mut write_error = None;
        let copied = hash_while_reading(source, |piece| {
            target.write_all(piece).inspect_err(|error| write_error = Some(error.kind()))
        });
        match (copied, write_error) {
            (Ok((hash, _)), _) if hash == known.hash => Ok(()),
            (Ok(_), _) => Err(Failure::environment(format!("`{from}` changed while the site was written"))
                .help("run the command again")),
            (Err(error), None) => Err(cannot_read(&error)),
            (Err(_), Some(kind)) => Err(self.cannot_write(path, &kind.into())),
        }
    }

    fn cannot_write(&self, path: &str, error: &io::Error) -> Failure {
        let folder = self.root.build_dir_shown();
        let shown = if path.is_empty() { folder } else { format!("{folder}/{path}") };
        match error.kind() {
            io::ErrorKind::AlreadyExists => Failure::environment(format!(
                "`{shown}` and another page are one file on this disk"
            ))
            .help("rename one of the documents: they differ only in letter case or the form of accents"),
            _ => Failure::io(format!("cannot write `{shown}`"), error),
        }
    }
}

impl Sink for Staging<'_> {
    /// Writes a page as soon as it is made. What cannot be written is held: a folder may stand in its place that
    /// the site does without, and what is wrong after all is told by [`Staging::finish`].
    fn take(&self, path: &str, bytes: Bytes) -> Content {
        if !self.claim(path) {
            return Content::Bytes(bytes);
        }
        match self.bytes(path, &bytes) {
            Ok((hash, size)) => Content::Written { hash, size },
            Err(_) => {
                self.taken.lock().unwrap_or_else(PoisonError::into_inner).files.remove(path);
                Content::Bytes(bytes)
            }
        }
    }

    fn is_done(&self) -> bool {
        self.guard.is_requested()
    }
}

impl Drop for Staging<'_> {
    /// A folder that cannot be removed is known as ours by its marker; the next run removes it.
    fn drop(&mut self) {
        let _ = swap::remove(&self.new);
    }
}

/// Whether a path can be that of a file of a site.
fn is_file_of_site(path: &str) -> bool {
    BookPath::new(path).is_some() && ![MARKER, SUMS].contains(&path)
}

fn not_of_a_site(path: &str) -> Failure {
    Failure::internal(format!("`{}` cannot be a file of a site", path.escape_debug()))
}

/// Makes every folder that these files need; parents come first because the paths are sorted.
fn make_folders<'p>(new: &Path, files: impl Iterator<Item = &'p str>) -> io::Result<()> {
    let mut last = "";
    for path in files {
        let folder = path.rsplit_once('/').map_or("", |(folder, _)| folder);
        if folder != last {
            fs::create_dir_all(new.join(folder))?;
            last = folder;
        }
    }
    Ok(())
}

/// A file that must not be there yet: two paths that the file system takes for one are an error.
fn create_new(file: &Path) -> io::Result<File> {
    OpenOptions::new().write(true).create_new(true).open(file)
}

fn marker() -> String {
    let version = env!("CARGO_PKG_VERSION");
    format!("mcmbook {version}\nformat {FORMAT}\nThe next build replaces this folder as a whole.\n")
}

/// The format in a folder's marker; nothing when the folder is not ours.
fn format_of(dir: &Path) -> Option<u32> {
    let marker = dir.join(MARKER);
    if !marker.symlink_metadata().ok()?.is_file() {
        return None;
    }
    let text = fs::read_to_string(marker).ok()?;
    let mut lines = text.lines();
    lines.next()?.strip_prefix("mcmbook ")?;
    lines.next()?.strip_prefix("format ")?.parse().ok()
}

#[cfg(test)]
mod tests;
