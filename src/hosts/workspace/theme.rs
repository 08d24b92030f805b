//! Files of the book outside its source folder: the theme, and the style sheets and scripts of `book.toml`.

use std::collections::BTreeMap;
use std::sync::Arc;

use walkdir::WalkDir;

use super::read::MAX_DOCUMENT;
use super::root::Root;
use crate::hosts::failure::Failure;
use crate::text::BookPath;

/// The files of a theme's folder, by path below it; none when there is no such folder.
///
/// They replace those of the built-in theme, file by file. Hidden files are none of the theme's.
///
/// # Errors
/// A file that cannot be read, is a link or is larger than 16 MiB.
pub fn theme_files(root: &Root, folder: &BookPath) -> Result<BTreeMap<String, Arc<[u8]>>, Failure> {
    let top = root.join(folder);
    if top.symlink_metadata().is_err() {
        return Ok(BTreeMap::new());
    }
    let mut files = BTreeMap::new();
    for entry in WalkDir::new(&top).sort_by_file_name() {
        let entry = entry.map_err(|error| Failure::usage(format!("cannot read `{folder}`: {error}")))?;
        let below = entry.path().strip_prefix(&top).unwrap_or(entry.path());
        let is_hidden = below.components().any(|part| part.as_os_str().as_encoded_bytes().starts_with(b"."));
        if entry.file_type().is_dir() || is_hidden {
            continue;
        }
        let Some(path) = below.to_str().and_then(|below| BookPath::new(&format!("{folder}/{below}"))) else {
            let below = below.display();
            return Err(Failure::usage(format!(
                "the name of `{folder}/{below}` cannot be that of a file of a site"
            )));
        };
        let key = path.below(folder.as_str()).unwrap_or_default().to_owned();
        files.insert(key, read_file(root, &path)?);
    }
    Ok(files)
}

/// The bytes of a file that `book.toml` names, relative to it: `additional-css`, `additional-js`.
///
/// # Errors
/// A file that is not there, is a link, is larger than 16 MiB or cannot be read.
pub fn read_file(root: &Root, path: &BookPath) -> Result<Arc<[u8]>, Failure> {
    let file = root.join(path);
    let failed = |error: std::io::Error| match error.kind() {
        std::io::ErrorKind::NotFound => Failure::usage(format!("there is no file `{path}`")),
        _ => Failure::io(format!("cannot read `{path}`"), &error),
    };
    let found = file.symlink_metadata().map_err(failed)?;
    if !found.is_file() {
        return Err(Failure::usage(format!("`{path}` is not a regular file"))
            .help("replace a link by a copy of what it points to"));
    }
    if found.len() > MAX_DOCUMENT {
        return Err(Failure::usage(format!("`{path}` is larger than 16 MiB")));
    }
    Ok(std::fs::read(&file).map_err(failed)?.into())
}
