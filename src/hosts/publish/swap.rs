//! Two folders change places.

use std::fs;
use std::io;
use std::path::Path;

use super::place::{Place, Standing};
use super::{MARKER, format_of};
use crate::hosts::failure::Failure;

/// Puts the finished folder in its place. Afterwards `new` is gone, or holds the old site.
pub(super) fn bring_in(place: &Place, new: &Path, standing: Standing) -> io::Result<()> {
    match standing {
        Standing::Nothing => fs::rename(new, place.dir()),
        Standing::Empty => {
            fs::remove_dir(place.dir())?;
            fs::rename(new, place.dir())
        }
        Standing::Ours => {
            // The folder's own rights (a group that may read it) are the user's choice.
            fs::set_permissions(new, place.dir().metadata()?.permissions())?;
            match exchange(new, place.dir()) {
                Err(error) if is_not_supported(&error) => by_renames(place, new),
                result => result,
            }
        }
    }
}

/// Old away, new in. In between there is no site; [`recover`] brings the old one back after a kill.
pub(super) fn by_renames(place: &Place, new: &Path) -> io::Result<()> {
    let old = place.sibling("old");
    fs::rename(place.dir(), &old)?;
    if let Err(error) = fs::rename(new, place.dir()) {
        fs::rename(&old, place.dir())?;
        return Err(error);
    }
    // A folder called "old" is whole: what is being deleted has another name.
    fs::rename(&old, new)
}

/// Mends what a killed run left: an old site that was away comes back, everything else goes.
pub(super) fn recover(place: &Place) -> Result<(), Failure> {
    let prefix = place.sibling_prefix();
    let entries = fs::read_dir(place.parent()).into_iter().flatten().flatten();
    let mut left: Vec<_> = entries
        .map(|entry| entry.file_name())
        .filter(|name| name.as_encoded_bytes().starts_with(prefix.as_encoded_bytes()))
        .collect();
    left.sort();
    for name in left {
        let folder = place.parent().join(&name);
        if !folder.symlink_metadata().is_ok_and(|found| found.is_dir()) || !is_ours_to_remove(&folder) {
            continue;
        }
        let is_old = name.as_encoded_bytes()[prefix.len()..].starts_with(b"old-");
        let mended = match is_old && place.dir().symlink_metadata().is_err() {
            true => fs::rename(&folder, place.dir()),
            false => remove(&folder),
        };
        mended.map_err(|error| {
            Failure::io(format!("cannot clear up `{}` after an earlier run", folder.display()), &error)
        })?;
    }
    Ok(())
}

/// Removes a folder of ours, its marker last, so that a half removed one is still known as ours.
pub(super) fn remove(folder: &Path) -> io::Result<()> {
    let entries = match fs::read_dir(folder) {
        Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(()),
        entries => entries?,
    };
    for entry in entries {
        let entry = entry?;
        if entry.file_name() == MARKER {
            continue;
        }
        match entry.file_type()?.is_dir() {
            true => fs::remove_dir_all(entry.path())?,
            false => fs::remove_file(entry.path())?,
        }
    }
    match fs::remove_file(folder.join(MARKER)) {
        Err(error) if error.kind() != io::ErrorKind::NotFound => return Err(error),
        _ => {}
    }
    fs::remove_dir(folder)
}

fn is_ours_to_remove(folder: &Path) -> bool {
    format_of(folder).is_some() || is_just_made(folder)
}

/// A run that was killed between making its folder and writing the whole marker leaves this.
fn is_just_made(folder: &Path) -> bool {
    fs::read_dir(folder).is_ok_and(|entries| {
        entries
            .flatten()
            .all(|entry| entry.file_name() == MARKER && entry.file_type().is_ok_and(|kind| kind.is_file()))
    })
}

#[cfg(any(target_os = "linux", target_os = "android", target_vendor = "apple"))]
fn exchange(one: &Path, other: &Path) -> io::Result<()> {
    use rustix::fs::{CWD, RenameFlags, renameat_with};
    Ok(renameat_with(CWD, one, CWD, other, RenameFlags::EXCHANGE)?)
}

#[cfg(not(any(target_os = "linux", target_os = "android", target_vendor = "apple")))]
fn exchange(_: &Path, _: &Path) -> io::Result<()> {
    Err(io::ErrorKind::Unsupported.into())
}

/// File systems without the exchange (NFS, some FUSE) say so in one of these ways.
fn is_not_supported(error: &io::Error) -> bool {
    matches!(error.kind(), io::ErrorKind::Unsupported | io::ErrorKind::InvalidInput)
}
