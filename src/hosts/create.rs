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
