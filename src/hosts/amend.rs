//! Files that take the place of others, whole or not at all.

use std::io::{self, BufWriter, Write};
use std::path::Path;

use super::create::{new_file_in, refuse_links};
use super::failure::Failure;
use super::workspace::Root;
use crate::text::{BookPath, ContentHash};

/// A file of the book in a new version.
#[derive(Clone, Copy, Debug)]
pub struct Amendment<'a> {
    /// Which.
    pub path: &'a BookPath,
    /// Hash of the version that the new one was made of.
    pub before: ContentHash,
    /// The new version.
    pub text: &'a str,
}

/// Writes new versions of files of a book. Rights of the files stay as they are.
///
/// # Errors
/// A file that is not the one that was read, or has become a link: nothing is written then. A disk that
/// does not take it: the files that were written stay so, each is whole.
pub fn files(root: &Root, amendments: &[Amendment<'_>]) -> Result<(), Failure> {
    let mut ready = Vec::new();
    for Amendment { path, before, text } in amendments {
        let failed = |error: &io::Error| Failure::io(format!("cannot write `{path}`"), error);
        refuse_links(root, path)?;
        let file = root.join(path);
        let found = file.symlink_metadata().map_err(|error| failed(&error))?;
        let is_same =
            found.is_file() && std::fs::read(&file).is_ok_and(|bytes| ContentHash::of(&bytes) == *before);
        if !is_same {
            return Err(Failure::environment(format!("`{path}` was changed while it was checked"))
                .help("nothing was written: run the command again"));
        }
        let folder = file.parent().unwrap_or(root.dir());
        let mut temporary = new_file_in(folder).map_err(|error| failed(&error))?;
        temporary.write_all(text.as_bytes()).map_err(|error| failed(&error))?;
        std::fs::set_permissions(temporary.path(), found.permissions()).map_err(|error| failed(&error))?;
        ready.push((path, file, temporary));
    }
    for (path, file, temporary) in ready {
        let moved = temporary.persist(&file);
        moved.map_err(|error| Failure::io(format!("cannot write `{path}`"), &error.error))?;
    }
    Ok(())
}

/// Writes a file of a book, over the one that is there.
///
/// # Errors
/// A folder on the way that is a link, a disk that does not take it.
pub fn file(root: &Root, path: &BookPath, text: &str) -> Result<(), Failure> {
    refuse_links(root, path)?;
    output(&root.join(path), |out| out.write_all(text.as_bytes()))
}

/// Writes a file anywhere, as it is made, over the one that is there; what is no regular file (a pipe, a
/// terminal) is written to as it stands.
///
/// # Errors
/// A disk that does not take it.
pub fn output(path: &Path, fill: impl FnOnce(&mut dyn Write) -> io::Result<()>) -> Result<(), Failure> {
    let failed = |error: &io::Error| Failure::io(format!("cannot write `{}`", path.display()), error);
    let is_special = path.metadata().is_ok_and(|found| !found.is_file() && !found.is_dir());
    if is_special {
        let open = std::fs::OpenOptions::new().write(true).open(path).map_err(|error| failed(&error))?;
        let mut out = BufWriter::new(open);
        return fill(&mut out).and_then(|()| out.flush()).map_err(|error| failed(&error));
    }
    // A plain file name lies in the current folder, which a path writes as nothing.
    let folder = path.parent().filter(|folder| !folder.as_os_str().is_empty()).unwrap_or(Path::new("."));
    std::fs::create_dir_all(folder).map_err(|error| failed(&error))?;
    let mut temporary = new_file_in(folder).map_err(|error| failed(&error))?;
    let mut out = BufWriter::with_capacity(64 << 10, &mut temporary);
    fill(&mut out).and_then(|()| out.flush()).map_err(|error| failed(&error))?;
    drop(out);
    temporary.persist(path).map_err(|error| failed(&error.error))?;
    Ok(())
}
