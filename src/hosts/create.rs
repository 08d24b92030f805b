//! New files of a book: written whole, and never over one that is there.

use std::io::{self, Write as _};
use std::path::Path;

use super::failure::Failure;
use super::workspace::Root;
use crate::text::BookPath;

/// Writes a new file of a book, and the folders that it needs.
///
/// # Errors
/// A file that is there already, a folder on the way that is a link, a disk that does not take it.
pub fn document(root: &Root, path: &BookPath, text: &str) -> Result<(), Failure> {
    refuse_links(root, path)?;
    write_new(&root.join(path), path.as_str(), text.as_bytes())
}

/// Refuses a path whose folders, seen from the root of the book, are links: it could lead out of the book.
pub(super) fn refuse_links(root: &Root, path: &BookPath) -> Result<(), Failure> {
    let mut folder = root.dir().to_owned();
    for part in path.folder().split('/').filter(|part| !part.is_empty()) {
        folder.push(part);
        if folder.is_symlink() {
            let failure = Failure::usage(format!("a folder on the way to `{path}` is a symbolic link"));
            return Err(failure.help("a book has no links: replace it by the folder itself"));
        }
    }
    Ok(())
}

/// Writes new files of a book, all or none: what was written is taken away again where one cannot be. A file
/// that is there with the same bytes already stays as it is.
///
/// # Errors
/// A file that is there and says something else, a folder on the way that is a link, a disk that does not
/// take it.
pub fn all(root: &Root, files: &[(BookPath, Vec<u8>)]) -> Result<(), Failure> {
    let mut written: Vec<&BookPath> = Vec::new();
    for (path, content) in files {
        let is_there = std::fs::read(root.join(path)).is_ok_and(|bytes| bytes == *content);
        if is_there {
            continue;
        }
        let done =
            refuse_links(root, path).and_then(|()| write_new(&root.join(path), path.as_str(), content));
        if let Err(failure) = done {
            for path in written {
                // The first failure is the one to tell.
                let _ = std::fs::remove_file(root.join(path));
            }
            return Err(failure);
        }
        written.push(path);
    }
    Ok(())
}

/// The bytes and the name of a file from outside of the book.
///
/// # Errors
/// A file that is not there, is no plain file, is too large or cannot be read.
pub fn foreign(file: &Path) -> Result<(Vec<u8>, String), Failure> {
    let shown = file.display();
    let failed = |error: &io::Error| match error.kind() {
        io::ErrorKind::NotFound => Failure::usage(format!("there is no file `{shown}`")),
        _ => Failure::io(format!("cannot read `{shown}`"), error),
    };
    let found = file.metadata().map_err(|error| failed(&error))?;
    if !found.is_file() {
        return Err(Failure::usage(format!("`{shown}` is not a regular file")));
    }
    if found.len() > MOST_FOREIGN {
        return Err(Failure::usage(format!("`{shown}` is larger than 16 MiB")));
    }
    let name = file.file_name().map(|name| name.to_string_lossy().into_owned()).unwrap_or_default();
    Ok((std::fs::read(file).map_err(|error| failed(&error))?, name))
}

/// The largest file from outside, in bytes: that of documents.
const MOST_FOREIGN: u64 = 16 << 20;

/// Writes a new file anywhere, and the folders that it needs.
///
/// # Errors
/// A file that is there already, a disk that does not take it.
pub fn file(path: &Path, content: impl AsRef<[u8]>) -> Result<(), Failure> {
    write_new(path, &path.display().to_string(), content.as_ref())
}

/// The text goes into a temporary file beside the new one, which then takes the name if nobody has it.
fn write_new(path: &Path, shown: &str, content: &[u8]) -> Result<(), Failure> {
    let failed = |error: &io::Error| Failure::io(format!("cannot write `{shown}`"), error);
    // A plain file name lies in the current folder, which a path writes as nothing.
    let folder = path.parent().filter(|folder| !folder.as_os_str().is_empty()).unwrap_or(Path::new("."));
    std::fs::create_dir_all(folder).map_err(|error| failed(&error))?;
    let mut temporary = new_file_in(folder).map_err(|error| failed(&error))?;
    temporary.write_all(content).map_err(|error| failed(&error))?;
    match temporary.persist_noclobber(path) {
        Ok(_) => Ok(()),
        Err(error) if error.error.kind() == io::ErrorKind::AlreadyExists => {
            Err(Failure::usage(format!("`{shown}` is there already"))
                .help("remove it first, or choose another name"))
        }
        Err(error) => Err(failed(&error.error)),
    }
}

/// A temporary file with the rights that any new file gets, not only those of its owner.
pub(super) fn new_file_in(folder: &Path) -> io::Result<tempfile::NamedTempFile> {
    let mut builder = tempfile::Builder::new();
    builder.prefix(".mcmbook-");
    #[cfg(unix)]
    builder.permissions(std::os::unix::fs::PermissionsExt::from_mode(0o666));
    builder.tempfile_in(folder)
}
