//! Files of the object database that libgit2 would trip over (design: approvals.md, bad input).
//!
//! libgit2 verifies what it has unpacked, and trusts what it needs for that: an object whose file is cut short is
//! unpacked without end, and an index of packs that is not what Git wrote leads it out of its memory. Both happen
//! to disks that were full and to copies that were broken off, so both are looked for before anything is read. An
//! object that is only another one than its name says is found by its hash when it is read.

use std::collections::BTreeSet;
use std::fs::{self, File};
use std::io::{self, BufRead, BufReader, Read as _};
use std::path::{Path, PathBuf};

use flate2::bufread::ZlibDecoder;
use rayon::prelude::*;
use sha1::{Digest as _, Sha1};

use crate::hosts::failure::Failure;

/// The bytes of a SHA-1: the end of every index of packs is that of all before it (gitformat-pack).
const HASH: usize = 20;

/// Bytes that are looked at in one go.
const PIECE: usize = 32 << 10;

/// What a file has to be.
#[derive(Clone, Copy, PartialEq)]
enum Form {
    /// An object of its own.
    Loose,
    /// An index of one pack or of several.
    Index,
}

/// Refuses an object database with a file that cannot be read to its end; `common` is Git's common folder. Where
/// objects of other repositories are borrowed, theirs are looked at, too.
///
/// # Errors
/// The first such file, by its name; a file or a folder that cannot be opened.
pub(super) fn hold(common: &Path) -> Result<(), Failure> {
    let mut files = Vec::new();
    let (mut folders, mut seen) = (vec![common.join("objects")], BTreeSet::new());
    while let Some(folder) = folders.pop() {
        if seen.insert(folder.canonicalize().unwrap_or_else(|_| folder.clone())) {
            folders.extend(borrowed(&folder));
            list(&folder, &mut files).map_err(|error| unread(named(&folder, common), &error))?;
        }
    }
    files.sort_unstable_by(|(a, _), (b, _)| a.cmp(b));
    let look = |inflater: &mut Inflater, (file, form): &(PathBuf, Form)| {
        let read = File::open(file).and_then(|opened| match form {
            Form::Loose => is_whole(inflater, opened),
            Form::Index => is_as_written(opened),
        });
        match read {
            Ok(true) => None,
            // What is gone has been packed meanwhile: it is looked for where it is now.
            Err(error) if error.kind() == io::ErrorKind::NotFound => None,
            Err(error) => Some(unread(named(file, common), &error)),
            Ok(false) => Some(damaged(named(file, common), *form)),
        }
    };
    let fresh = || Inflater::new(Box::new(io::empty()));
    let found = files.par_iter().map_init(fresh, look).find_first(Option::is_some);
    found.flatten().map_or(Ok(()), Err)
}

/// What unpacks one file after the other: to make it anew for each would cost more than most objects do.
type Inflater = ZlibDecoder<Box<dyn BufRead>>;

/// The name of a file in Git's own folder; of one that lies elsewhere, the whole path.
fn named<'p>(file: &'p Path, common: &Path) -> &'p Path {
    file.strip_prefix(common).unwrap_or(file)
}

fn unread(file: &Path, error: &io::Error) -> Failure {
    Failure::io(format!("cannot read the Git repository: `{}` in it", file.display()), error)
}

fn damaged(file: &Path, form: Form) -> Failure {
    let file = file.display();
    let failure = Failure::environment(format!("cannot read the Git repository: `{file}` in it is damaged"));
    match form {
        Form::Loose => failure
            .help("`git fsck` tells whether anything needs that object; if nothing does, remove the file")
            .help("otherwise fetch it from a clone that has it"),
        Form::Index => failure.help(
            "remove the file and make it again: `git index-pack` with the name of its pack, or `git \
             multi-pack-index write`",
        ),
    }
}

/// The folders of objects that a folder of objects names (`info/alternates`).
fn borrowed(objects: &Path) -> Vec<PathBuf> {
    let text = fs::read_to_string(objects.join("info/alternates")).unwrap_or_default();
    let lines = text.lines().filter(|line| !line.is_empty() && !line.starts_with('#'));
    lines.map(|line| objects.join(line)).collect()
}

/// Adds the files of a folder of objects that are looked at.
fn list(objects: &Path, files: &mut Vec<(PathBuf, Form)>) -> io::Result<()> {
    let is_hex = |name: &str| name.bytes().all(|byte| byte.is_ascii_hexdigit());
    for folder in names(objects)? {
        let path = objects.join(&folder);
        if folder == "pack" {
            let all = names(&path)?;
            let of_pack = |name: &&String| {
                name.strip_suffix(".idx").is_some_and(|pack| all.contains(&format!("{pack}.pack")))
            };
            let index = all.iter().filter(|name| *name == "multi-pack-index" || of_pack(name));
            files.extend(index.map(|name| (path.join(name), Form::Index)));
        } else if folder.len() == 2 && is_hex(&folder) {
            let loose = names(&path)?.into_iter().filter(|name| name.len() == 2 * HASH - 2 && is_hex(name));
            files.extend(loose.map(|name| (path.join(name), Form::Loose)));
        }
    }
    Ok(())
}

/// The names in a folder; none of one that is not there.
fn names(folder: &Path) -> io::Result<BTreeSet<String>> {
    let entries = match fs::read_dir(folder) {
        Ok(entries) => entries,
        Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(BTreeSet::new()),
        Err(error) => return Err(error),
    };
    let names = entries.map(|entry| Ok(entry?.file_name().into_string().ok()));
    names.filter_map(Result::transpose).collect()
}

/// Whether the file of a loose object is unpacked to its end.
fn is_whole(rest: &mut Inflater, file: File) -> io::Result<bool> {
    let length = file.metadata()?.len();
    let piece = usize::try_from(length).unwrap_or(PIECE).min(PIECE);
    rest.reset(Box::new(BufReader::with_capacity(piece, file)));
    match io::copy(rest, &mut io::sink()) {
        Ok(_) => Ok(rest.total_in() == length),
        // What zlib says of the bytes has no number of the system.
        Err(error) if error.raw_os_error().is_none() => Ok(false),
        Err(error) => Err(error),
    }
}

/// Whether an index is what its last bytes say of it.
fn is_as_written(file: File) -> io::Result<bool> {
    let Some(length) = file.metadata()?.len().checked_sub(HASH as u64) else { return Ok(false) };
    let (mut rest, mut hasher) = (BufReader::with_capacity(PIECE, file), Sha1::new());
    let mut all = rest.by_ref().take(length);
    loop {
        let piece = all.fill_buf()?;
        let taken = piece.len();
        if taken == 0 {
            break;
        }
        hasher.update(piece);
        all.consume(taken);
    }
    let mut end = [0; HASH];
    rest.read_exact(&mut end)?;
    Ok(hasher.finalize()[..] == end)
}
