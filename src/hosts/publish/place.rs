//! The output folder, and whether it may be written.

use std::ffi::OsString;
use std::fs::{self, File};
use std::io;
use std::path::{Path, PathBuf};

use super::format_of;
use crate::hosts::failure::Failure;
use crate::hosts::workspace::Root;

/// An output folder that a book may have, whatever stands there.
#[derive(Debug)]
pub(super) struct Place {
    dir: PathBuf,
    parent: PathBuf,
    name: OsString,
    shown: String,
}

/// What stands at the output folder's path.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Standing {
    /// Nothing.
    Nothing,
    /// An empty folder.
    Empty,
    /// A site of ours.
    Ours,
}

impl Place {
    /// The output folder of a book.
    ///
    /// # Errors
    /// A folder that is, or holds, the book or its documents.
    pub(super) fn of(root: &Root) -> Result<Place, Failure> {
        let dir = root.build_dir().to_owned();
        let shown = root.build_dir_shown();
        let src = root.join(root.src());
        let reason = if root.dir() == dir {
            "the folder of `book.toml`"
        } else if src == dir {
            "the source folder"
        } else if root.dir().starts_with(&dir) || src.starts_with(&dir) {
            "a folder that holds the book"
        } else {
            ""
        };
        if !reason.is_empty() {
            let shown = dir.display();
            return Err(Failure::usage(format!("the output folder `{shown}` is {reason}")).help(CHOOSE));
        }
        match (dir.parent().map(Path::to_owned), dir.file_name().map(ToOwned::to_owned)) {
            (Some(parent), Some(name)) => Ok(Place { dir, parent, name, shown }),
            _ => Err(Failure::usage(format!("`{shown}` cannot be an output folder")).help(CHOOSE)),
        }
    }

    /// The folder.
    pub(super) fn dir(&self) -> &Path {
        &self.dir
    }

    /// The folder that holds it.
    pub(super) fn parent(&self) -> &Path {
        &self.parent
    }

    /// How to name it to a person.
    pub(super) fn shown(&self) -> &str {
        &self.shown
    }

    /// How the names of our temporary folders beside it begin.
    ///
    /// The dot keeps them out of a book whose source folder holds the output folder.
    pub(super) fn sibling_prefix(&self) -> OsString {
        let mut name = OsString::from(".");
        name.push(&self.name);
        name.push(".mcmbook-");
        name
    }

    /// A temporary folder beside it. The process id keeps runs apart where the disk knows no locks.
    pub(super) fn sibling(&self, role: &str) -> PathBuf {
        let mut name = self.sibling_prefix();
        name.push(format!("{role}-{}", std::process::id()));
        self.parent.join(name)
    }

    /// Waits until no other run writes beside the output folder; the lock ends with the value or the process.
    pub(super) fn lock(&self) -> Result<Lock, Failure> {
        fs::create_dir_all(&self.parent)
            .map_err(|error| Failure::io(format!("cannot make `{}`", self.parent.display()), &error))?;
        Ok(Lock::on(&self.parent))
    }

    /// Looks at what stands there.
    ///
    /// # Errors
    /// Anything but nothing, an empty folder and a site of ours.
    pub(super) fn standing(&self) -> Result<Standing, Failure> {
        let shown = &self.shown;
        let found = match self.dir.symlink_metadata() {
            Ok(found) => found,
            Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(Standing::Nothing),
            Err(error) => return Err(Failure::io(format!("cannot read `{shown}`"), &error)),
        };
        if found.is_symlink() {
            return Err(
                Failure::usage(format!("the output folder `{shown}` is a symbolic link")).help(CHOOSE)
            );
        }
        if !found.is_dir() {
            return Err(Failure::usage(format!("the output folder `{shown}` is a file")).help(CHOOSE));
        }
        let entries = fs::read_dir(&self.dir)
            .and_then(|entries| entries.map(|entry| Ok(entry?.file_name())).collect::<io::Result<Vec<_>>>())
            .map_err(|error| Failure::io(format!("cannot read `{shown}`"), &error))?;
        if entries.is_empty() {
            return Ok(Standing::Empty);
        }
        let refused = |why: &str| {
            Failure::usage(format!("the output folder `{shown}` {why}"))
                .help("nothing was changed in it")
                .help(CHOOSE)
        };
        if format_of(&self.dir).is_none() {
            let first = entries.iter().min().map(|name| name.to_string_lossy().into_owned());
            let example = first.unwrap_or_default();
            return Err(refused(&format!("holds files that mcmbook did not write, such as `{example}`")));
        }
        // A site that somebody has made a repository of, to push it: replacing it would lose their commits.
        if entries.iter().any(|name| name == ".git") {
            return Err(refused("is a Git repository of its own"));
        }
        Ok(Standing::Ours)
    }

    /// Why the finished site could not take its place.
    pub(super) fn cannot_replace(&self, error: &io::Error) -> Failure {
        let shown = &self.shown;
        match error.kind() {
            io::ErrorKind::ResourceBusy | io::ErrorKind::CrossesDevices => {
                Failure::environment(format!("cannot replace `{shown}`: it is a mount point, or in use"))
                    .help("write to a folder inside it: `--dest-dir`")
            }
            _ => Failure::io(format!("cannot replace `{shown}`"), error),
        }
    }
}

const CHOOSE: &str = "choose another one: `--dest-dir`, or `build-dir` in `[build]`";

/// A lock on a folder, held while the value lives.
#[derive(Debug)]
pub(super) struct Lock(#[allow(dead_code, reason = "the lock ends when the file is closed")] Option<File>);

impl Lock {
    /// A disk without locks gives none: two runs at one time are then the user's to avoid.
    #[cfg(unix)]
    fn on(dir: &Path) -> Lock {
        let wait = |file: &File| loop {
            match rustix::fs::flock(file, rustix::fs::FlockOperation::LockExclusive) {
                Err(rustix::io::Errno::INTR) => {}
                result => return result.is_ok(),
            }
        };
        Lock(File::open(dir).ok().filter(wait))
    }

    #[cfg(not(unix))]
    fn on(_: &Path) -> Lock {
        Lock(None)
    }
}
