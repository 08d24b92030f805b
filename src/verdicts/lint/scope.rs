//! What a rule over changes looks at: one change, or one document that lies in none.
//!
//! A rule of [`Check::Change`](super::Check::Change) is asked about each of them alone and asks through the
//! scope for what it judges. Its findings are remembered by [`Scope::key`], so that it must not read more than
//! the key holds: the documents and files of the change itself, its class and the changes like it, the logs
//! that its records name, and of everything else what [`Facts::around`] stands for: names, services, windows,
//! models, policy, the moment. What other changes say is not part of it.

use std::hash::{Hash, Hasher};
use std::sync::Arc;

use crate::facts::Facts;
use crate::facts::book::Change;
use crate::facts::class::Class;
use crate::facts::execution::{Evidence, Execution, Run};
use crate::facts::rehearsal;
use crate::inputs::document::Document;
use crate::text::ContentHash;

/// One change, or one document outside changes.
#[derive(Clone, Copy)]
pub struct Scope<'a> {
    /// Everything that is known, for what rules read beside the change.
    pub facts: &'a Facts,
    /// The change.
    pub change: Option<&'a Change>,
    /// Indices of the documents, in reading order.
    documents: &'a [usize],
}

/// The scopes of a book: every change, and every document that belongs to none. `strays` are the indices of
/// the latter.
pub(super) fn all<'a>(facts: &'a Facts, strays: &'a [usize]) -> Vec<Scope<'a>> {
    let of_change = |change: &'a Change| Scope { facts, change: Some(change), documents: &change.documents };
    let of_stray = |documents: &'a [usize]| Scope { facts, change: None, documents };
    facts.book.changes.values().map(of_change).chain(strays.chunks(1).map(of_stray)).collect()
}

/// The documents that belong to no change.
pub(super) fn strays(facts: &Facts) -> Vec<usize> {
    let mut is_stray = vec![true; facts.book.documents.len()];
    for change in facts.book.changes.values() {
        change.documents.iter().for_each(|index| is_stray[*index] = false);
    }
    (0..is_stray.len()).filter(|index| is_stray[*index]).collect()
}

impl<'a> Scope<'a> {
    /// The change, as a list of one or none.
    pub fn changes(&self) -> impl Iterator<Item = &'a Change> + use<'a> {
        self.change.into_iter()
    }

    /// The documents, in reading order.
    pub fn documents(&self) -> impl Iterator<Item = (usize, &'a Arc<Document>)> + use<'a> {
        let (facts, documents) = (self.facts, self.documents);
        documents.iter().map(|index| (*index, facts.book.document(*index)))
    }

    /// The documents of a kind.
    pub fn of_kind(&self, kind: &'a str) -> impl Iterator<Item = (usize, &'a Arc<Document>)> + use<'a> {
        self.documents().filter(move |(_, document)| document.kind_name() == kind)
    }

    /// The change's id and class, as a list of one or none.
    pub fn classes(&self) -> impl Iterator<Item = (&'a Arc<str>, &'a Arc<Class>)> + use<'a> {
        let facts = self.facts;
        self.changes().filter_map(|change| Some((&change.id, facts.classes.get(&change.id)?)))
    }

    /// The execution records of the change.
    pub fn executions(&self) -> impl Iterator<Item = &'a Execution> + use<'a> {
        let all = &self.facts.executions;
        let own = self.change.map_or(0..0, |change| {
            let start = all.partition_point(|execution| execution.change < change.id);
            start..all.partition_point(|execution| execution.change <= change.id)
        });
        all[own].iter()
    }

    /// The execution records whose log can be trusted, each with its document and the log.
    pub fn runs(&self) -> impl Iterator<Item = (&'a Execution, &'a Document, Run<'a>)> + use<'a> {
        let facts = self.facts;
        self.executions().filter_map(|execution| {
            Some((execution, &**facts.book.document(execution.document), execution.run()?))
        })
    }

    /// Digest of all that the rules over changes may read.
    pub(super) fn key(&self) -> ContentHash {
        let mut hasher = KeyBytes::default();
        let facts = self.facts;
        hasher.write(facts.around.as_bytes());
        if let Some(change) = self.change {
            hasher.write(change.digest.as_bytes());
            facts.classes.get(&change.id).hash(&mut hasher);
            facts.similar.get(&change.id).hash(&mut hasher);
        }
        for (_, document) in self.documents() {
            if self.change.is_none() {
                hasher.write(document.identity.as_bytes());
            }
            // A record may name a log that lies in another folder.
            if matches!(document.kind_name(), "execution" | "rehearsal")
                && let Evidence::Attached { path, hash, .. } = rehearsal::log_of(facts, document)
            {
                path.hash(&mut hasher);
                hasher.write(hash.as_bytes());
            }
        }
        ContentHash::of(&hasher.0)
    }
}

/// Collects values for a digest: they are many and short, and go through it in one piece much faster.
#[derive(Default)]
struct KeyBytes(Vec<u8>);

impl Hasher for KeyBytes {
    fn write(&mut self, bytes: &[u8]) {
        self.0.extend_from_slice(bytes);
    }

    /// Never asked for: the digest is taken in its place.
    fn finish(&self) -> u64 {
        0
    }
}
