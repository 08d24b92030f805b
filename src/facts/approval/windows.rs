//! The versions of windows: which of them govern beside the present one, since nobody who may has approved that they
//! are relaxed (design: domain.md 3.1).

use std::collections::BTreeMap;
use std::sync::Arc;

use jiff::Timestamp;

use super::derive::{Pass, Subject, digest_of_document};
use super::status;
use super::subject::SubjectId;
use crate::inputs::document::Document;
use crate::text::ContentHash;

/// Every version that a window had, in the order of their landings.
#[derive(Clone, Debug, Default)]
pub struct Versions {
    /// Index of the landing of each, and the version.
    all: Vec<(usize, Arc<Document>)>,
    /// How many of them came before the one that was approved last.
    settled: usize,
}

impl Versions {
    /// The window has another version.
    pub fn add(&mut self, landing: usize, document: Arc<Document>) {
        self.all.push((landing, document));
    }

    /// A content is approved by now. Whether another one came out of use with it.
    pub fn approve(&mut self, id: &SubjectId, content: ContentHash) -> bool {
        let last = self.all.len().saturating_sub(1);
        let is_it = |(_, version): &(usize, Arc<Document>)| {
            digest_of_document(id, version.source.hash) == Some(content)
        };
        let is_new = self.settled < last && self.all.last().is_some_and(is_it);
        if is_new {
            self.settled = last;
        }
        is_new
    }

    /// What came under another name comes behind these.
    pub fn append(&mut self, later: Versions) {
        self.all.extend(later.all);
    }

    /// The versions since the one that was approved last, the present one last.
    pub fn open(&self) -> impl Iterator<Item = &Arc<Document>> {
        self.all[self.settled..].iter().map(|(_, version)| version)
    }

    /// The versions since the last one whose approval stands.
    fn past(&self, id: &SubjectId, subject: &Subject, as_of: Timestamp) -> Past {
        let names: Vec<&SubjectId> = subject.formerly.iter().map(|(name, _)| name).chain([id]).collect();
        let is_of = |version: &Document, content: ContentHash| {
            names.iter().any(|name| digest_of_document(name, version.source.hash) == Some(content))
        };
        let upheld = (0..subject.approved.len()).rev().filter(|nth| status::stands(id, subject, *nth, as_of));
        let approved = upheld.filter_map(|nth| {
            let (content, landing) = subject.approved[nth];
            self.all.iter().rposition(|(landed, version)| *landed <= landing && is_of(version, content))
        });
        let approved = approved.max();
        let begun = self.all.first().is_some_and(|(landing, _)| *landing == 0);
        let versions = self.all[approved.unwrap_or_default()..].iter();
        Past {
            versions: versions.map(|(_, version)| version.clone()).collect(),
            is_founded: approved.is_some() || begun,
        }
    }
}

/// The versions of a window by which is judged, the present one last.
#[derive(Clone, Debug)]
pub struct Past {
    /// The versions.
    pub versions: Vec<Arc<Document>>,
    /// Whether somebody answers for the first of them: it is approved, or stood there when the policy was adopted.
    pub is_founded: bool,
}

/// The past of every window, by its id.
pub(super) fn past(pass: &Pass<'_>, as_of: Timestamp) -> BTreeMap<String, Past> {
    let unknown = Subject::default();
    let past = pass.documents.windows.iter().map(|(id, versions)| {
        let name = SubjectId::named(id);
        let subject = pass.subjects.get(&name).unwrap_or(&unknown);
        (id.clone(), versions.past(&name, subject, as_of))
    });
    past.collect()
}
