//! Documents outside of changes that get another name with the same bytes, and stay what they were (design:
//! approvals.md, "rename, same bytes").

use std::collections::BTreeMap;

use super::{Pass, Subject};
use crate::facts::approval::subject::{Manifest, SubjectId};
use crate::inputs::signature::Record;
use crate::text::ContentHash;

/// Documents that a landing removed, and those that it brought, by what has to be the same.
#[derive(Debug, Default)]
pub(super) struct Moves(BTreeMap<(String, ContentHash), (Vec<SubjectId>, Vec<SubjectId>)>);

impl Moves {
    /// A file of these bytes is gone.
    pub(super) fn gone(&mut self, id: &SubjectId, kind: &str, hash: ContentHash) {
        if id.is_document() {
            self.0.entry((kind.to_owned(), hash)).or_default().0.push(id.clone());
        }
    }

    /// A file of these bytes has come.
    pub(super) fn came(&mut self, id: &SubjectId, kind: &str, hash: ContentHash) {
        if id.is_document() {
            self.0.entry((kind.to_owned(), hash)).or_default().1.push(id.clone());
        }
    }
}

impl Pass<'_> {
    /// Gives what was known of a document to the name that it has now: where one of a kind and of these bytes went, and
    /// one came of which nobody had heard. Of several alike nobody can tell which is which.
    pub(super) fn follow(&mut self, index: usize, moves: Moves) {
        for ((_, hash), (gone, came)) in moves.0 {
            let ([from], [to]) = (gone.as_slice(), came.as_slice()) else { continue };
            let is_gone = self.subjects.get(from).is_some_and(|one| {
                one.files.is_empty()
                    && one.contents.last().is_some_and(|(last, _)| Some(*last) == digest(from, hash))
            });
            let is_new = self
                .subjects
                .get(to)
                .is_some_and(|one| one.contents.is_empty() && one.records.is_empty() && one.paths.len() == 1);
            if index > 0 && is_gone && is_new {
                self.rename(index, from, to, hash);
            }
        }
    }

    fn rename(&mut self, index: usize, from: &SubjectId, to: &SubjectId, hash: ContentHash) {
        let (Some(was), Some(is)) = (digest(from, hash), digest(to, hash)) else { return };
        let (Some(old), Some(new)) = (self.subjects.remove(from), self.subjects.remove(to)) else { return };
        let mut subject = Subject {
            files: new.files,
            paths: new.paths,
            services: new.services,
            has_unreadable_head: new.has_unreadable_head,
            unreadable: new.unreadable,
            submitted: old.submitted.or(new.submitted),
            ..old
        };
        let of_records = subject.records.iter_mut().filter_map(|landed| landed.content.as_mut());
        let of_past = subject.contents.iter_mut().chain(&mut subject.approved).map(|(digest, _)| digest);
        of_records.chain(of_past).filter(|digest| **digest == was).for_each(|digest| *digest = is);
        subject.formerly.push((from.clone(), index));
        self.former.insert(from.clone());
        self.documents.rename_window(from.as_str(), to.as_str());
        self.subjects.insert(to.clone(), subject);
    }

    /// The subject that a record speaks of: the one that it names, or the one that had this name when it was signed.
    pub(super) fn addressed(&self, named: SubjectId, record: Option<&Record>) -> SubjectId {
        if !self.former.contains(&named) {
            return named;
        }
        let of = record.and_then(|record| record.of.as_deref());
        let holds =
            |subject: &Subject| of.is_some_and(|of| subject.records.iter().any(|one| one.judged.id == of));
        let moved = || {
            self.subjects.iter().filter_map(|(id, subject)| {
                let (_, landing) = subject.formerly.iter().rev().find(|(former, _)| *former == named)?;
                Some((holds(subject), *landing, id))
            })
        };
        // Another document may have the name by now: a record speaks of the one whose bytes it names.
        let said = record.and_then(|record| record.subject);
        let has = |subject: &Subject| {
            let bytes = subject.files.values().next().and_then(|hash| digest(&named, *hash));
            said.is_some()
                && (bytes == said || subject.contents.iter().any(|(content, _)| Some(*content) == said))
        };
        match self.subjects.get(&named) {
            Some(own) if of.is_none() && !has(own) => {
                let mut moved = moved().filter(|(.., id)| self.subjects.get(id).is_some_and(has));
                moved.next().map_or_else(|| named.clone(), |(.., id)| id.clone())
            }
            // What somebody takes back stands where it stands.
            Some(own) if of.is_none() || holds(own) => named.clone(),
            Some(_) => {
                moved().find(|(holds, ..)| *holds).map_or_else(|| named.clone(), |(.., id)| id.clone())
            }
            None => moved().max().map_or_else(|| named.clone(), |(.., id)| id.clone()),
        }
    }
}

/// What a record says of these bytes in a document of that name.
pub(in crate::facts::approval) fn digest(id: &SubjectId, hash: ContentHash) -> Option<ContentHash> {
    Some(Manifest::of([(id.as_str().to_owned(), hash)]).ok()?.digest())
}

impl Subject {
    /// What a record that names a former name speaks of, by the name that the document has.
    pub(super) fn present(&self, id: &SubjectId, named: &SubjectId, content: ContentHash) -> ContentHash {
        let bytes = self.files.values().next().filter(|_| id != named);
        let is_it = |hash: &&ContentHash| digest(named, **hash) == Some(content);
        bytes.filter(is_it).and_then(|hash| digest(id, *hash)).unwrap_or(content)
    }
}
