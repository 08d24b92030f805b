//! A folder of files for somebody to take along, outside of the site.

use std::collections::BTreeMap;
use std::path::Path;

use super::failure::Failure;
use super::{create, workspace};
use crate::outputs::Content;

/// Writes files below a new folder.
///
/// # Errors
/// A folder that is there already, an attachment that cannot be read, a disk that does not take them.
pub fn folder(
    root: &workspace::Root,
    files: &BTreeMap<String, Content>,
    folder: &Path,
) -> Result<(), Failure> {
    if workspace::exists(folder) {
        return Err(Failure::usage(format!("`{}` is there already", folder.display()))
            .help("remove it first, or choose another folder with `-d`"));
    }
    for (path, content) in files {
        let target = folder.join(path);
        match content {
            Content::Bytes(bytes) => create::file(&target, bytes)?,
            Content::Written { .. } => {
                return Err(Failure::internal(format!("`{path}` is no longer held")));
            }
            Content::Attachment(from) => {
                let failed = |error: &std::io::Error| Failure::io(format!("cannot read `{from}`"), error);
                create::file(&target, std::fs::read(root.join(from)).map_err(|error| failed(&error))?)?;
            }
        }
    }
    Ok(())
}
