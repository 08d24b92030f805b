//! The files of a subject as they stood at a landing, out of the ledger.

use std::collections::BTreeMap;

use crate::facts::approval::SubjectId;
use crate::facts::approval::derive::Subject;
use crate::inputs::history::ledger::{FileAt, Ledger};
use crate::text::{BookPath, ContentHash};

/// A file as a manifest names it.
#[derive(Clone)]
pub(in crate::outputs) struct File {
    /// Where it lies in the book.
    pub(in crate::outputs) path: BookPath,
    /// The file.
    pub(in crate::outputs) at: FileAt,
}

/// The covered files of a subject at a landing, by their names in its manifest.
pub(in crate::outputs) fn at(
    ledger: &Ledger,
    id: &SubjectId,
    src: &BookPath,
    covers: &[String],
    landing: usize,
) -> BTreeMap<String, File> {
    let mut files = BTreeMap::new();
    let is_covered = |name: &str| {
        id.is_document()
            || name.starts_with("files/")
            || covers.iter().any(|cover| name.strip_suffix(".md") == Some(cover.as_str()))
    };
    for landed in ledger.landings.iter().take(landing.saturating_add(1)) {
        for (path, file) in &landed.changed {
            let Some((_, name)) = SubjectId::of_path(path, src).filter(|(of, _)| of == id) else { continue };
            if !is_covered(&name) {
                continue;
            }
            match file {
                Some(at) => files.insert(name, File { path: path.clone(), at: at.clone() }),
                // A rename of a document is a new file and an old one that goes: the new one stays.
                None if files.get(&name).is_some_and(|file: &File| file.path != *path) => None,
                None => files.remove(&name),
            };
        }
    }
    files
}

/// The landing at which the content stood that was approved last, or for which somebody signed last; and
/// whether it was approved.
pub(in crate::outputs) fn last_signed(subject: &Subject) -> Option<(usize, bool)> {
    if let Some((_, landing)) = subject.approved.last() {
        return Some((*landing, true));
    }
    let signed: Vec<ContentHash> = subject
        .records
        .iter()
        .filter(|landed| landed.judged.counts())
        .filter_map(|landed| landed.judged.record.as_ref()?.subject)
        .collect();
    let content = subject.contents.iter().rev().find(|(digest, _)| signed.contains(digest));
    content.map(|(_, landing)| (*landing, false))
}
