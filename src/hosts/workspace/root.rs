//! Where a book lies.

use std::fmt;
use std::path::{Component, Path, PathBuf};

use crate::hosts::failure::Failure;
use crate::hosts::log;
use crate::inputs::config::{BOOK_TOML, Config};
use crate::text::{BookPath, SourceFile};

/// Far more than a `book.toml` needs; what is larger is something else.
const MAX_BOOK_TOML: u64 = 1 << 20;

/// The places of a book on this machine. Only `hosts` can look inside: no absolute path leaves it.
#[derive(Clone)]
pub struct Root {
    dir: PathBuf,
    src: BookPath,
    build_dir: PathBuf,
    theme: BookPath,
    extra_files: Vec<BookPath>,
}

impl Root {
    pub(super) fn new(dir: PathBuf, config: &Config, dest_dir: Option<&Path>) -> Result<Root, Failure> {
        let build_dir = match dest_dir {
            Some(dest) => std::path::absolute(dest)
                .map_err(|error| Failure::io(format!("cannot use `{}`", dest.display()), &error))?,
            None => dir.join(&config.build.build_dir),
        };
        let html = &config.html;
        let extra_files = html.additional_css.iter().chain(&html.additional_js).cloned().collect();
        Ok(Root {
            dir,
            src: config.book.src.clone(),
            build_dir: settle(&build_dir),
            theme: html.theme.clone(),
            extra_files,
        })
    }

    /// How to tell a person where the site is written: relative to the current folder where that is shorter.
    pub fn build_dir_shown(&self) -> String {
        let here = Path::new(".").canonicalize().unwrap_or_default();
        let shown = self.build_dir.strip_prefix(&here).unwrap_or(&self.build_dir);
        shown.display().to_string()
    }

    /// The address of the site's home page on this machine: `file:///...`, percent-encoded.
    pub fn home_page(&self) -> String {
        let path = self.build_dir.join("index.html");
        let keep = |byte: u8| byte.is_ascii_alphanumeric() || b"/-_.~".contains(&byte);
        let encode = |byte: &u8| match keep(*byte) {
            true => (*byte as char).to_string(),
            false => format!("%{byte:02X}"),
        };
        let encoded: String = path.as_os_str().as_encoded_bytes().iter().map(encode).collect();
        format!("file://{encoded}")
    }

    /// The folder of `book.toml`: absolute, without links.
    pub(in crate::hosts) fn dir(&self) -> &Path {
        &self.dir
    }

    /// The source folder, relative to the root.
    pub(in crate::hosts) fn src(&self) -> &BookPath {
        &self.src
    }

    /// The output folder: absolute; its parents are without links, itself may be one.
    pub(in crate::hosts) fn build_dir(&self) -> &Path {
        &self.build_dir
    }

    /// The path in the book of a file of this machine, which need not be there; relative to the current
    /// folder, or to the root of the book.
    pub(super) fn path_of(&self, file: &Path) -> Option<BookPath> {
        let seen_from_here = std::path::absolute(file).ok().map(|full| settle(&full));
        let full = [seen_from_here, Some(settle(&self.dir.join(file)))];
        let below = full.iter().flatten().find_map(|full| full.strip_prefix(&self.dir).ok())?;
        let parts: Option<Vec<&str>> = below.components().map(|part| part.as_os_str().to_str()).collect();
        BookPath::new(&parts?.join("/"))
    }

    /// Whether something stands at a path of the book.
    pub fn holds(&self, path: &BookPath) -> bool {
        self.join(path).symlink_metadata().is_ok()
    }

    /// The folder of the book's own theme.
    pub(super) fn theme(&self) -> &BookPath {
        &self.theme
    }

    /// Files outside the source folder and the theme that the site is made of.
    pub(super) fn extra_files(&self) -> &[BookPath] {
        &self.extra_files
    }

    /// Where a file of the book lies.
    pub(in crate::hosts) fn join(&self, path: &BookPath) -> PathBuf {
        self.dir.join(path.as_str())
    }
}

impl fmt::Debug for Root {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Root").field("src", &self.src).finish_non_exhaustive()
    }
}

/// The settings in the environment, sorted: every `MCMBOOK_*` but the one that sets the log.
pub fn overrides_of_environment() -> Vec<(String, String)> {
    let text = |value: std::ffi::OsString| value.to_string_lossy().into_owned();
    let mut overrides: Vec<(String, String)> = std::env::vars_os()
        .map(|(name, value)| (text(name), text(value)))
        .filter(|(name, _)| name.starts_with("MCMBOOK_") && name != log::VARIABLE && !is_pin(name))
        .collect();
    overrides.sort();
    overrides
}

/// The variables that pin the trust root are options of the call, not keys of `book.toml`.
fn is_pin(name: &str) -> bool {
    ["MCMBOOK_TRUST_ROOT", "MCMBOOK_ROOT_POLICY", "MCMBOOK_PREVIOUS_HEAD"].contains(&name)
}

/// The nearest folder, from `start` upwards, that holds a `book.toml`; absolute and without links.
pub(super) fn find(start: &Path) -> Result<PathBuf, Failure> {
    let full = full_folder(start)?;
    above(&full).ok_or_else(|| {
        let full = full.display();
        Failure::usage(format!("there is no `{BOOK_TOML}` in `{full}` or in a folder above it"))
            .help("`mcmbook init` makes a new book here")
            .help("or name the folder of a book: `mcmbook build DIR`")
    })
}

/// The same, or nothing where there is no `book.toml`.
pub(super) fn find_if_any(start: &Path) -> Result<Option<PathBuf>, Failure> {
    Ok(above(&full_folder(start)?))
}

fn above(full: &Path) -> Option<PathBuf> {
    full.ancestors().find(|dir| dir.join(BOOK_TOML).symlink_metadata().is_ok()).map(Path::to_owned)
}

fn full_folder(start: &Path) -> Result<PathBuf, Failure> {
    let start = if start.as_os_str().is_empty() { Path::new(".") } else { start };
    let shown = start.display();
    let full = start.canonicalize().map_err(|error| match error.kind() {
        std::io::ErrorKind::NotFound => Failure::usage(format!("there is no folder `{shown}`")),
        _ => Failure::io(format!("cannot read `{shown}`"), &error),
    })?;
    match full.is_dir() {
        true => Ok(full),
        false => Err(Failure::usage(format!("`{shown}` is not a folder"))
            .help("name the folder that holds `book.toml`, or any folder below it")),
    }
}

pub(super) fn read_book_toml(dir: &Path) -> Result<SourceFile, Failure> {
    let file = dir.join(BOOK_TOML);
    let failed = |error: &std::io::Error| Failure::io(format!("cannot read `{BOOK_TOML}`"), error);
    let found = file.symlink_metadata().map_err(|error| failed(&error))?;
    if !found.is_file() {
        return Err(Failure::usage(format!("`{BOOK_TOML}` is not a regular file"))
            .help("replace a link or a folder of that name by the file itself"));
    }
    if found.len() > MAX_BOOK_TOML {
        return Err(Failure::usage(format!("`{BOOK_TOML}` is larger than 1 MiB")));
    }
    let bytes = std::fs::read(&file).map_err(|error| failed(&error))?;
    Ok(book_toml(bytes))
}

/// A small text file of the book; nothing when it is not there.
pub(super) fn read_own(root: &Root, path: &BookPath) -> Result<Option<SourceFile>, Failure> {
    const MAX: u64 = 64 << 20;
    let file = root.join(path);
    let failed = |error: &std::io::Error| Failure::io(format!("cannot read `{path}`"), error);
    let found = match file.symlink_metadata() {
        Ok(found) => found,
        Err(error) if error.kind() == std::io::ErrorKind::NotFound => return Ok(None),
        Err(error) => return Err(failed(&error)),
    };
    if !found.is_file() || found.len() > MAX {
        let why = if found.is_file() { "is too large" } else { "is not a regular file" };
        return Err(Failure::usage(format!("`{path}` {why}")));
    }
    let bytes = std::fs::read(&file).map_err(|error| failed(&error))?;
    Ok(Some(SourceFile::new(path.clone(), bytes)))
}

/// A `book.toml` of this content.
pub(super) fn book_toml(bytes: Vec<u8>) -> SourceFile {
    SourceFile::new(BookPath::new(BOOK_TOML).expect("a plain file name is a normal path"), bytes)
}

/// A path without `.`, `..` and links in its parents, though the last parts may not exist.
pub(super) fn settle(path: &Path) -> PathBuf {
    let mut plain = PathBuf::new();
    for part in path.components() {
        match part {
            Component::ParentDir => {
                plain = plain.canonicalize().unwrap_or(plain);
                plain.pop();
            }
            Component::CurDir => {}
            part => plain.push(part),
        }
    }
    let Some(name) = plain.file_name().map(ToOwned::to_owned) else { return plain };
    let mut missing = vec![name];
    plain.pop();
    loop {
        if let Ok(full) = plain.canonicalize() {
            plain = full;
            break;
        }
        match plain.file_name().map(ToOwned::to_owned) {
            Some(name) => missing.push(name),
            None => break,
        }
        plain.pop();
    }
    plain.extend(missing.iter().rev());
    plain
}

#[cfg(test)]
mod tests;
