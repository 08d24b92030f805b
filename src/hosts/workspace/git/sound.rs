//! Files of the object database that libgit2 would trip over (design: approvals.md, bad input).
//!
//! libgit2 verifies what it has unpacked, and trusts what it needs for that: an object whose file is cut short is
//! unpacked without end, and an index of a pack that is not what Git wrote leads it out of its memory. Both happen
//! to disks that were full and to copies that were broken off, so both are looked for before anything is read. An
//! object that is only another one than its name says is found by its hash when it is read.

use std::fs;
use std::io::{self, Read as _};
use std::path::Path;

use flate2::read::ZlibDecoder;
use rayon::prelude::*;
use sha1::{Digest as _, Sha1};

use crate::hosts::failure::Failure;

/// The bytes of a SHA-1: the end of every index of a pack is that of all before it (gitformat-pack).
const HASH: usize = 20;

/// Refuses an object database with a file that cannot be read to its end; `common` is Git's common folder.
///
/// # Errors
/// The first such file, by its name.
pub(super) fn hold(common: &Path) -> Result<(), Failure> {
    let objects = common.join("objects");
    let mut files: Vec<(String, bool)> = Vec::new();
    for folder in names(&objects) {
        let is_loose = folder.len() == 2;
        if !is_loose && folder != "pack" {
            continue;
        }
        let named = names(&objects.join(&folder)).into_iter().filter(|name| match is_loose {
            true => name.len() == 2 * HASH - 2,
            false => name.ends_with(".idx"),
        });
        files.extend(named.map(|name| (format!("{folder}/{name}"), is_loose)));
    }
    files.sort_unstable();
    let damaged = files.par_iter().find_first(|(name, is_loose)| {
        let read = match is_loose {
            true => is_whole(&objects.join(name)),
            false => is_as_written(&objects.join(name)),
        };
        // What is gone has been packed meanwhile: it is looked for where it is now.
        !read.unwrap_or_else(|error| error.kind() == io::ErrorKind::NotFound)
    });
    let Some((name, _)) = damaged else { return Ok(()) };
    let failure =
        Failure::environment(format!("cannot read the Git repository: `objects/{name}` in it is damaged"));
    Err(failure
        .help("`git fsck` tells what is lost; a whole clone has it still")
        .help("or leave the history out: `--history=unknown`"))
}

/// The names in a folder; none of one that is not there.
fn names(folder: &Path) -> Vec<String> {
    let entries = fs::read_dir(folder).into_iter().flatten().flatten();
    entries.filter_map(|entry| entry.file_name().into_string().ok()).collect()
}

/// Whether the file of a loose object is unpacked to its end.
fn is_whole(file: &Path) -> io::Result<bool> {
    let packed = fs::read(file)?;
    let mut rest = ZlibDecoder::new(&packed[..]);
    let mut piece = [0; 16 << 10];
    loop {
        match rest.read(&mut piece) {
            Ok(0) => return Ok(rest.total_in() == packed.len() as u64),
            Ok(_) => {}
            Err(_) => return Ok(false),
        }
    }
}

/// Whether the index of a pack is what its last bytes say of it.
fn is_as_written(file: &Path) -> io::Result<bool> {
    let bytes = fs::read(file)?;
    Ok(bytes.split_last_chunk::<HASH>().is_some_and(|(all, end)| Sha1::digest(all)[..] == end[..]))
}
