//! Paths inside a book.

use std::borrow::Borrow;
use std::cmp::Ordering;
use std::fmt;
use std::sync::Arc;

use unicode_normalization::UnicodeNormalization as _;

use super::words::is_steering;

/// A path as a disk sees it that tells neither letter case nor the forms of accents apart (macOS, Windows).
pub fn folded(path: &str) -> String {
    if path.is_ascii() {
        return path.to_ascii_lowercase();
    }
    path.nfd().flat_map(char::to_lowercase).nfc().collect()
}

/// A path relative to the folder of `book.toml`: UTF-8, `/` between parts, no `.`, `..` or empty part, and no
/// character that a terminal obeys or that turns the text around.
///
/// Absolute paths do not leave `hosts::workspace`; everything else speaks of files by this type.
#[derive(Clone, PartialEq, Eq, Hash, serde::Serialize)]
#[serde(transparent)]
pub struct BookPath(Arc<str>);

impl Ord for BookPath {
    /// By bytes. The findings of a document share its path, and tens of thousands of them are sorted.
    fn cmp(&self, other: &BookPath) -> Ordering {
        if Arc::ptr_eq(&self.0, &other.0) { Ordering::Equal } else { self.0.cmp(&other.0) }
    }
}

impl PartialOrd for BookPath {
    fn partial_cmp(&self, other: &BookPath) -> Option<Ordering> {
        Some(self.cmp(other))
    }
}

impl BookPath {
    /// Makes a path from text that is already in normal form; anything else gives nothing.
    pub fn new(path: &str) -> Option<BookPath> {
        let is_normal = !path.is_empty() && path.split('/').all(|part| !matches!(part, "" | "." | ".."));
        (is_normal && is_clean(path)).then(|| BookPath(path.into()))
    }

    /// The whole path.
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// The last part.
    pub fn file_name(&self) -> &str {
        self.0.rsplit('/').next().unwrap_or_default()
    }

    /// The last part up to its last dot.
    pub fn stem(&self) -> &str {
        let name = self.file_name();
        name.rsplit_once('.').map_or(name, |(stem, _)| stem)
    }

    /// What follows the last dot of the last part, or nothing.
    pub fn extension(&self) -> &str {
        self.file_name().rsplit_once('.').map_or("", |(_, extension)| extension)
    }

    /// The folder, without a slash at its end; empty for a file at the root of the book.
    pub fn folder(&self) -> &str {
        self.0.rsplit_once('/').map_or("", |(folder, _)| folder)
    }

    /// What follows `folder/`, when the path lies below that folder; the empty folder holds every path.
    pub fn below(&self, folder: &str) -> Option<&str> {
        if folder.is_empty() {
            return Some(&self.0);
        }
        self.0.strip_prefix(folder)?.strip_prefix('/')
    }

    /// The path that a relative target names, seen from this file, or nothing if it leaves the book.
    ///
    /// The target is already percent-decoded and carries neither a query nor a fragment.
    pub fn resolve(&self, target: &str) -> Option<BookPath> {
        if target.starts_with('/') {
            return None;
        }
        let mut path = String::with_capacity(self.0.len() + target.len());
        path.push_str(self.folder());
        for part in target.split('/') {
            match part {
                "" | "." => {}
                ".." if path.is_empty() => return None,
                ".." => path.truncate(path.rfind('/').unwrap_or(0)),
                part => {
                    if !path.is_empty() {
                        path.push('/');
                    }
                    path.push_str(part);
                }
            }
        }
        (!path.is_empty() && is_clean(&path)).then(|| BookPath(path.into()))
    }
}

/// Whether no character of a path stands for something else, or steers a terminal or the text around it.
fn is_clean(path: &str) -> bool {
    let is_plain = |byte: u8| matches!(byte, b' '..=b'~') && byte != b'\\';
    path.bytes().all(is_plain) || !path.contains(|c: char| c == '\\' || is_steering(c))
}

impl Borrow<str> for BookPath {
    fn borrow(&self) -> &str {
        &self.0
    }
}

impl fmt::Display for BookPath {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

impl fmt::Debug for BookPath {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{:?}", self.0)
    }
}
