//! Writes the site, whole or not at all.
//!
//! Enters: an [`Output`]. Leaves: the output folder, in which at any moment the old or the new site stands
//! whole, whatever ends this process.
//!
//! STRATEGY. Everything is written into a new folder beside the output folder: the marker file first, so
//! that whatever is left over can be known as ours; `SHA256SUMS` last. Then both folders change places in
//! one step of the file system (where it has none: old away, new in), and the old one is deleted, its
//! marker last. A file whose bytes are those of the old site is not written again: both folders name it for
//! a moment. A lock on the parent folder keeps two runs apart; so a run that holds it knows that every
//! other folder with our temporary names is left over from one that was killed, and removes it. A folder
//! that holds anything but a site of ours is never touched.

mod place;
mod previous;
mod swap;

use std::fs::{self, File, OpenOptions};
use std::io::{self, Write as _};
use std::path::Path;
use std::sync::atomic::{AtomicUsize, Ordering};

use rayon::prelude::*;
use tracing::field::Empty;
use tracing::info_span;

use super::failure::Failure;
use super::interrupt::Guard;
use super::shell::Progress;
use super::workspace::{Root, hash_while_reading};
use crate::inputs::Attachment;
use crate::outputs::{Content, Output};
use crate::text::{BookPath, ContentHash};

use place::{Place, Standing};
pub use previous::{Previous, previous};

/// The file that says that a folder is ours. The tool that wrote it and the format of the folder stand in it.
const MARKER: &str = ".mcmbook";
/// The manifest: what `sha256sum -c` checks.
const SUMS: &str = "SHA256SUMS";
/// The version of what a published folder holds beside the site's files.
const FORMAT: u32 = 1;

/// What is to be written.
#[derive(Debug)]
pub struct Publication<'a> {
    /// The book, and with it the output folder.
    pub root: &'a Root,
    /// The files of the site.
    pub output: &'a Output,
    /// The attachments as they were read, sorted by path; those that `output` names are copied.
    pub attachments: &'a [Attachment],
    /// Counts the files.
    pub progress: &'a Progress,
}

/// What was written.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Published {
    /// The number of files, without marker and manifest.
    pub files: usize,
    /// Their bytes.
    pub bytes: u64,
}

/// Replaces the site in the output folder.
///
/// # Errors
/// An output folder that is not ours (nothing is touched), a disk that is full or not writable, an
/// attachment that has changed since it was read, Ctrl-C. The old site stands after each of them.
pub fn publish(publication: &Publication<'_>) -> Result<Published, Failure> {
    let phase = info_span!("publish", files = Empty, kept = Empty).entered();
    let guard = Guard::new();
    let place = Place::of(publication.root)?;
    let _lock = place.lock()?;
    swap::recover(&place)?;
    let standing = place.standing()?;
    let new = place.sibling("new");
    let old = previous(publication.root).filter(|_| standing == Standing::Ours);
    let kept = AtomicUsize::new(0);
    let writer = Writer { publication, new: &new, old: old.as_ref(), guard: &guard, kept: &kept };
    let written = writer.site().and_then(|published| {
        swap::bring_in(&place, &new, standing).map_err(|error| place.cannot_replace(&error))?;
        Ok(published)
    });
    // Either the new folder, which failed, or the old site, which gave its place.
    let removed = swap::remove(&new);
    let published = written.map_err(|failure| match standing {
        Standing::Ours => failure.help(format!("the site in `{}` is as it was", place.shown())),
        Standing::Nothing | Standing::Empty => failure,
    })?;
    removed.map_err(|error| Failure::io(format!("cannot remove `{}`", new.display()), &error))?;
    phase.record("files", published.files);
    phase.record("kept", kept.into_inner());
    Ok(published)
}

/// Removes the output folder if it is ours; tells whether there was one.
///
/// # Errors
/// A folder that holds anything but a site of ours, or that cannot be removed.
pub fn clean(root: &Root) -> Result<bool, Failure> {
    let place = Place::of(root)?;
    let _lock = place.lock()?;
    swap::recover(&place)?;
    match place.standing()? {
        Standing::Nothing | Standing::Empty => Ok(false),
        Standing::Ours => {
            let gone = place.sibling("gone");
            let removed = fs::rename(place.dir(), &gone).and_then(|()| swap::remove(&gone));
            removed.map_err(|error| Failure::io(format!("cannot remove `{}`", place.shown()), &error))?;
            Ok(true)
        }
    }
}

struct Writer<'a> {
    publication: &'a Publication<'a>,
    /// The folder that is being filled.
    new: &'a Path,
    /// The site that stands.
    old: Option<&'a Previous>,
    guard: &'a Guard,
    /// How many files the old site had already.
    kept: &'a AtomicUsize,
}

impl Writer<'_> {
    fn site(&self) -> Result<Published, Failure> {
        let output = self.publication.output;
        let files: Vec<(&str, &Content)> =
            output.files.iter().map(|(path, content)| (path.as_str(), content)).collect();
        for (path, _) in &files {
            if BookPath::new(path).is_none() || [MARKER, SUMS].contains(path) {
                return Err(Failure::internal(format!(
                    "`{}` cannot be a file of a site",
                    path.escape_debug()
                )));
            }
        }
        fs::create_dir(self.new).map_err(|error| self.cannot_write("", &error))?;
        self.text(MARKER, &marker())?;
        make_folders(self.new, &files).map_err(|error| self.cannot_write("", &error))?;

        let write = |(path, content): &(&str, &Content)| {
            if self.guard.is_requested() {
                return Err(Failure::Interrupted);
            }
            let written = self.file(path, content);
            self.publication.progress.step(1);
            written
        };
        let sums: Vec<(ContentHash, u64)> = files.par_iter().map(write).collect::<Result<_, Failure>>()?;
        let lines = files.iter().zip(&sums).map(|((path, _), (hash, _))| format!("{hash}  {path}\n"));
        self.text(SUMS, &lines.collect::<String>())?;
        if self.guard.is_requested() {
            return Err(Failure::Interrupted);
        }
        Ok(Published { files: files.len(), bytes: sums.iter().map(|(_, size)| size).sum() })
    }

    fn text(&self, path: &str, text: &str) -> Result<(), Failure> {
        let written = create_new(&self.new.join(path)).and_then(|mut file| file.write_all(text.as_bytes()));
        written.map_err(|error| self.cannot_write(path, &error))
    }

    fn file(&self, path: &str, content: &Content) -> Result<(ContentHash, u64), Failure> {
        let target = self.new.join(path);
        match content {
            Content::Bytes(bytes) => {
                let hash = ContentHash::of(bytes);
                if !self.is_kept(path, hash, &target) {
                    let written = create_new(&target).and_then(|mut file| file.write_all(bytes));
                    written.map_err(|error| self.cannot_write(path, &error))?;
                }
                Ok((hash, bytes.len() as u64))
            }
            Content::Attachment(from) => {
                let attachments = self.publication.attachments;
                let Ok(index) = attachments.binary_search_by(|known| known.path.cmp(from)) else {
                    return Err(Failure::internal(format!("`{from}` is no attachment of the book")));
                };
                let known = &attachments[index];
                if !self.is_kept(path, known.hash, &target) {
                    self.copy(known, path, &target)?;
                }
                Ok((known.hash, known.size))
            }
        }
    }

    /// Whether the old site has the same bytes; then the new one names them too.
    fn is_kept(&self, path: &str, hash: ContentHash, target: &Path) -> bool {
        let is_kept = self.old.is_some_and(|old| old.link(path, hash, target));
        self.kept.fetch_add(usize::from(is_kept), Ordering::Relaxed);
        is_kept
    }

    fn copy(&self, known: &Attachment, path: &str, target: &Path) -> Result<(), Failure> {
        let from = &known.path;
        let cannot_read = |error: &io::Error| Failure::io(format!("cannot read `{from}`"), error);
        let source = File::open(self.publication.root.join(from)).map_err(|error| cannot_read(&error))?;
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
        let folder = self.publication.root.build_dir_shown();
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

/// Makes every folder that a file needs; parents come first because the paths are sorted.
fn make_folders(new: &Path, files: &[(&str, &Content)]) -> io::Result<()> {
    let mut last = "";
    for (path, _) in files {
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
