//! Reads the files of `policy/`.

use std::path::Path;

use super::root::Root;
use crate::hosts::failure::Failure;
use crate::inputs::policy::{self, Policy};
use crate::inputs::profile::Profile;
use crate::text::{BookPath, SourceFile};

/// The size in bytes above which a file of the policy is refused: rosters are a thousand times smaller.
const MAX_FILE: u64 = 4 << 20;

/// The policy of the work tree; that of the profile alone where there is no folder.
///
/// # Errors
/// A file that cannot be read, is a link or is too large; a wrong policy. A policy is never read in part.
pub(super) fn read(root: &Root, profile: Option<Profile>) -> Result<Policy, Failure> {
    judged(files(root)?, profile)
}

/// The files of the policy of the work tree, sorted by path; none where there is no folder.
///
/// # Errors
/// A file that cannot be read, is a link or is too large.
pub(super) fn files(root: &Root) -> Result<Vec<SourceFile>, Failure> {
    let mut files = Vec::new();
    collect(&root.dir().join(policy::FOLDER), policy::FOLDER, &mut files)?;
    files.sort_by(|a, b| a.path.cmp(&b.path));
    Ok(files)
}

/// The policy that files say, sorted by path.
///
/// # Errors
/// A wrong policy.
pub(super) fn judged(mut files: Vec<SourceFile>, profile: Option<Profile>) -> Result<Policy, Failure> {
    let policy::Parsed { policy, faults } = policy::parse(&files, profile);
    if faults.is_empty() {
        return Ok(policy);
    }
    let is_wrong = |file: &SourceFile| {
        faults.iter().filter_map(|fault| fault.location.as_ref()).any(|at| at.path == file.path)
    };
    files.retain(is_wrong);
    Err(Failure::Configuration { files, faults })
}

fn collect(folder: &Path, below: &str, files: &mut Vec<SourceFile>) -> Result<(), Failure> {
    let entries = match std::fs::read_dir(folder) {
        Ok(entries) => entries,
        Err(error) if error.kind() == std::io::ErrorKind::NotFound => return Ok(()),
        Err(error) => return Err(Failure::io(format!("cannot read the folder `{below}`"), &error)),
    };
    for entry in entries {
        let entry =
            entry.map_err(|error| Failure::io(format!("cannot read the folder `{below}`"), &error))?;
        let name = format!("{below}/{}", entry.file_name().to_string_lossy());
        let failed = |error: &std::io::Error| Failure::io(format!("cannot read `{name}`"), error);
        let kind = entry.path().symlink_metadata().map_err(|error| failed(&error))?;
        if kind.is_dir() {
            collect(&entry.path(), &name, files)?;
            continue;
        }
        if !kind.is_file() || kind.len() > MAX_FILE {
            let why = if kind.is_file() { "is too large" } else { "is not a regular file" };
            return Err(
                Failure::usage(format!("`{name}` {why}")).help("a policy is made of small text files")
            );
        }
        let bytes = std::fs::read(entry.path()).map_err(|error| failed(&error))?;
        let path = BookPath::new(&name)
            .ok_or_else(|| Failure::usage(format!("`{name}` is no name for a file of the policy")))?;
        files.push(SourceFile::new(path, bytes));
    }
    Ok(())
}
