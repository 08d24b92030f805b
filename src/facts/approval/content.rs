//! The files of subjects as they stood at a landing, out of the ledger.

use std::collections::BTreeMap;

use super::derive::Subject;
use super::{Approvals, SubjectId};
use crate::inputs::Inputs;
use crate::inputs::history::ledger::FileAt;
use crate::text::{BookPath, ContentHash};

/// A file as a manifest names it.
#[derive(Clone, Debug)]
pub struct File {
    /// Where it lies in the book.
    pub path: BookPath,
    /// The file.
    pub at: FileAt,
}

/// What landings changed, by subject, oldest first: the ledger is read once and not again for each subject.
#[derive(Debug, Default)]
pub struct Contents<'f> {
    by_subject: BTreeMap<SubjectId, Vec<Step<'f>>>,
}

/// A file of a subject that a landing changed.
#[derive(Debug)]
struct Step<'f> {
    landing: usize,
    name: String,
    path: &'f BookPath,
    file: Option<&'f FileAt>,
}

impl<'f> Contents<'f> {
    /// Reads the ledger, for the subjects that have records.
    pub fn of(inputs: &'f Inputs, approvals: &Approvals) -> Contents<'f> {
        let src = &inputs.config.book.src;
        let subjects = &approvals.subjects;
        let is_wanted =
            |id: &SubjectId| subjects.get(id).is_some_and(|(subject, _)| !subject.records.is_empty());
        // A document was there under its former names.
        let mut formerly: BTreeMap<&SubjectId, Vec<(&SubjectId, usize)>> = BTreeMap::new();
        for (id, (subject, _)) in subjects.iter().filter(|(id, _)| is_wanted(id)) {
            for (former, until) in &subject.formerly {
                formerly.entry(former).or_default().push((id, *until));
            }
        }
        let mut by_subject: BTreeMap<SubjectId, Vec<Step<'f>>> = BTreeMap::new();
        for (landing, landed) in inputs.history.ledger.landings.iter().enumerate() {
            for (path, file) in &landed.changed {
                let Some((id, name)) = SubjectId::of_path(path, src) else { continue };
                for (now, until) in formerly.get(&id).into_iter().flatten() {
                    // The landing that gave it its name took the former one away.
                    if landing < *until {
                        let name = now.as_str().to_owned();
                        let step = Step { landing, name, path, file: file.as_ref() };
                        by_subject.entry((*now).clone()).or_default().push(step);
                    }
                }
                if is_wanted(&id) {
                    let step = Step { landing, name, path, file: file.as_ref() };
                    by_subject.entry(id).or_default().push(step);
                }
            }
        }
        Contents { by_subject }
    }

    /// The covered files of a subject at a landing, by their names in its manifest.
    pub fn at(&self, id: &SubjectId, covers: &[impl AsRef<str>], landing: usize) -> BTreeMap<String, File> {
        let is_covered = |name: &str| {
            id.is_document()
                || name.starts_with("files/")
                || covers.iter().any(|cover| name.strip_suffix(".md") == Some(cover.as_ref()))
        };
        let mut files: BTreeMap<String, File> = BTreeMap::new();
        let steps = self.by_subject.get(id).map_or(&[][..], Vec::as_slice);
        for step in steps.iter().take_while(|step| step.landing <= landing) {
            match step.file {
                _ if !is_covered(&step.name) => {}
                Some(at) => {
                    files.insert(step.name.clone(), File { path: step.path.clone(), at: at.clone() });
                }
                // A renamed document is a new file and an old one that goes: the new one stays.
                None if files.get(&step.name).is_some_and(|file| file.path != *step.path) => {}
                None => {
                    files.remove(&step.name);
                }
            }
        }
        files
    }
}

/// The landing at which the content stood that was approved last, or for which somebody signed last; and
/// whether it was approved.
pub fn last_signed(subject: &Subject) -> Option<(usize, bool)> {
    if let Some((_, landing)) = subject.approved.last() {
        return Some((*landing, true));
    }
    let counted = subject.records.iter().filter(|landed| landed.judged.counts());
    let signed: Vec<ContentHash> = counted.filter_map(|landed| landed.content).collect();
    let content = subject.contents.iter().rev().find(|(digest, _)| signed.contains(digest));
    content.map(|(_, landing)| (*landing, false))
}
