//! What an approval is bound to: the subject digest (design: approvals.md, "Words").
//!
//! SHA-256 of the manifest that `sha256sum` prints for the covered files, sorted by path bytewise. An auditor
//! makes it with `sha256sum FILES | LC_ALL=C sort -k2 | sha256sum`.

use std::fmt::Write as _;
use std::sync::Arc;

use crate::inputs::config::{is_change_id, split_change_path};
use crate::inputs::document::DocumentId;
use crate::text::{BookPath, ContentHash, is_steering};

/// What is approved as one: a change, or a document outside of changes.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, serde::Serialize)]
#[serde(transparent)]
pub struct SubjectId(Arc<str>);

impl SubjectId {
    /// The subject that a file belongs to, and the file's name in its manifest; nothing for files outside of
    /// changes that are no documents.
    pub fn of_path(path: &BookPath, src: &BookPath) -> Option<(SubjectId, String)> {
        path.below(src.as_str())?;
        if let Some((change, name)) = split_change_path(path, src) {
            return Some((SubjectId(change.into()), name.to_owned()));
        }
        if path.extension() != "md" {
            return None;
        }
        let id = DocumentId::of_path(path, src);
        Some((SubjectId(id.as_str().into()), id.as_str().to_owned()))
    }

    /// The subject of the id that a record names.
    pub fn named(id: &str) -> SubjectId {
        SubjectId(id.into())
    }

    /// The id of the change; nothing for a document.
    pub fn change(&self) -> Option<&str> {
        is_change_id(&self.0).then_some(&*self.0)
    }

    /// Whether it is a document outside of changes.
    pub fn is_document(&self) -> bool {
        self.change().is_none()
    }

    /// The id as text.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl std::fmt::Display for SubjectId {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(&self.0)
    }
}

/// Whether a file lies in the folder of the year that the change's id names.
pub(super) fn is_in_own_year(path: &BookPath, change: &str) -> bool {
    let year = change.get(4..8).unwrap_or_default();
    let above = path.as_str().split_once(&format!("/{change}/")).map_or("", |(above, _)| above);
    above.ends_with(&format!("/{year}"))
}

/// The files that a record covers: each path as the manifest names it, and the hash of its bytes.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Manifest {
    lines: Vec<(String, ContentHash)>,
}

/// A path that no manifest may hold: `sha256sum` would escape it, and a reader could be misled.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("the path `{}` holds a backslash, a control character or the like, which no manifest may hold", .0.escape_debug())]
pub struct BadPath(pub String);

/// Whether a path may stand in a manifest.
pub(super) fn is_bad(path: &str) -> bool {
    path.contains(|c: char| c == '\\' || c.is_control() || c == char::REPLACEMENT_CHARACTER)
}

/// Whether a path stands for something in a change's folder whose name no manifest may hold, or for a submodule.
pub fn is_substitute(path: &BookPath) -> bool {
    path.as_str().contains(char::REPLACEMENT_CHARACTER) && path.as_str().contains("/changes/")
}

/// The path that stands for a file or folder, in the folder of a change, whose name cannot be that of a file of a
/// book, or for a submodule: no two names have the same, and it may stand in no manifest. Nothing outside of changes.
pub fn substitute(folder: &str, name: &[u8]) -> Option<String> {
    if !folder.contains("/changes/") {
        return None;
    }
    let plain = |c: char| if c == '\\' || is_steering(c) { char::REPLACEMENT_CHARACTER } else { c };
    let shown: String = String::from_utf8_lossy(name).chars().map(plain).collect();
    let bytes: String = name.iter().map(|byte| format!("{byte:02x}")).collect();
    Some(format!("{folder}/{shown}{}{bytes}", char::REPLACEMENT_CHARACTER))
}

impl Manifest {
    /// The manifest of files: paths relative to the change's folder, or a document's id outside of changes.
    ///
    /// # Errors
    /// A path with a backslash or a control character.
    pub fn of(files: impl IntoIterator<Item = (String, ContentHash)>) -> Result<Manifest, BadPath> {
        let mut lines: Vec<(String, ContentHash)> = files.into_iter().collect();
        if let Some((path, _)) = lines.iter().find(|(path, _)| is_bad(path)) {
            return Err(BadPath(path.clone()));
        }
        lines.sort_by(|a, b| a.0.as_bytes().cmp(b.0.as_bytes()));
        Ok(Manifest { lines })
    }

    /// The text: a line `<sha256>  <path>` each.
    pub fn text(&self) -> String {
        let mut text = String::with_capacity(self.lines.iter().map(|(path, _)| path.len() + 67).sum());
        for (path, hash) in &self.lines {
            // Writing into a string cannot fail.
            let _ = writeln!(text, "{hash}  {path}");
        }
        text
    }

    /// The subject digest.
    pub fn digest(&self) -> ContentHash {
        ContentHash::of(self.text().as_bytes())
    }
}
