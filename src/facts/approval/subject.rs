//! What an approval is bound to: the subject digest (design: approvals.md, "Words").
//!
//! SHA-256 of the manifest that `sha256sum` prints for the covered files, sorted by path bytewise. An auditor
//! makes it with `sha256sum FILES | LC_ALL=C sort -k2 | sha256sum`.

use crate::text::ContentHash;

/// The files that a record covers: each path as the manifest names it, and the hash of its bytes.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Manifest {
    lines: Vec<(String, ContentHash)>,
}

/// A path that no manifest may hold: `sha256sum` would escape it, and a reader could be misled.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("the path `{}` holds a backslash or a control character, which no manifest may hold", .0.escape_debug())]
pub struct BadPath(pub String);

impl Manifest {
    /// The manifest of files: paths relative to the change's folder, or a document's id outside of changes.
    ///
    /// # Errors
    /// A path with a backslash or a control character.
    pub fn of(files: impl IntoIterator<Item = (String, ContentHash)>) -> Result<Manifest, BadPath> {
        let mut lines: Vec<(String, ContentHash)> = files.into_iter().collect();
        let is_bad = |path: &str| path.contains(|c: char| c == '\\' || c.is_control());
        if let Some((path, _)) = lines.iter().find(|(path, _)| is_bad(path)) {
            return Err(BadPath(path.clone()));
        }
        lines.sort_by(|a, b| a.0.as_bytes().cmp(b.0.as_bytes()));
        Ok(Manifest { lines })
    }

    /// The text: a line `<sha256>  <path>` each.
    pub fn text(&self) -> String {
        self.lines.iter().map(|(path, hash)| format!("{hash}  {path}\n")).collect()
    }

    /// The subject digest.
    pub fn digest(&self) -> ContentHash {
        ContentHash::of(self.text().as_bytes())
    }
}
