//! The documents joined: ids, changes, references, backlinks.

mod change;
mod link;
mod names;
mod odd_name;
pub mod view;
mod way_back;

use std::collections::BTreeMap;
use std::sync::Arc;

use crate::inputs::config::split_change_path;
use crate::inputs::document::Document;
use crate::inputs::{Attachment, Inputs};
use crate::memo::Memo;
use crate::text::{BookPath, ContentHash};

pub use change::{Change, Outcome, Phase};
pub use link::{LinkTarget, Outgoing};
pub use names::Names;
pub use odd_name::{OddName, Oddity};
pub use way_back::WayBack;

/// All documents of a book and how they hang together. Documents are named by their index.
#[derive(Clone, Debug, Default)]
pub struct Book {
    /// The documents, sorted by path.
    pub documents: Vec<Arc<Document>>,
    /// The changes, by id.
    pub changes: BTreeMap<Arc<str>, Change>,
    /// For every document: the documents that link to it or name it in a field, sorted, without itself.
    pub backlinks: Vec<Vec<usize>>,
    /// For every document: where it leads.
    pub outgoing: Vec<Arc<Outgoing>>,
    /// Digest of which documents of which kinds and which files there are, in order: what a name means, and
    /// which index a document has, follows from it.
    pub names: ContentHash,
    /// What follows from it.
    known: Arc<Names>,
}

/// What a reference in a field names.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Referent<'a> {
    /// A document of a wanted kind.
    Document(usize),
    /// A change.
    Change(&'a Change),
    /// A document of another kind.
    WrongKind(usize),
    /// Nothing of that name.
    Nothing,
}

impl Book {
    /// Joins the documents, which are sorted by path.
    pub fn join(inputs: &Inputs, documents: Vec<Arc<Document>>, memo: &Memo) -> Book {
        let mut book = Book::unlinked(inputs, documents, memo);
        book.outgoing = link::outgoing(&book, memo);
        book.backlinks = link::backlinks(&book.outgoing);
        book
    }

    /// The same without links, which say nothing of what a change needs.
    pub fn unlinked(inputs: &Inputs, documents: Vec<Arc<Document>>, memo: &Memo) -> Book {
        let names = memo.key(|| names::digest(inputs, &documents));
        let known = memo.names.get_or(names, || Arc::new(Names::of(inputs, &documents)));
        let changes = change::collect(inputs, &documents, &known.folders, memo);
        Book { documents, changes, names, known, ..Book::default() }
    }

    /// Documents whose id another document had first: (this one, the first one).
    pub fn duplicates(&self) -> &[(usize, usize)] {
        &self.known.duplicates
    }

    /// Files and folders whose names deceive, sorted by path.
    pub fn odd_names(&self) -> &[OddName] {
        &self.known.odd
    }

    /// The name by which a reference is best written: the one that its kind gives, else the last part of its
    /// id, or the whole id inside the folder of a change.
    pub fn name_of(&self, index: usize) -> &str {
        let id = &self.documents[index].id;
        match (self.known.reference_names.get(&index), id.change()) {
            (Some(name), _) => name,
            (None, Some(_)) => id.as_str(),
            (None, None) => id.name(),
        }
    }

    /// The document at a path.
    pub fn at_path(&self, path: &BookPath) -> Option<usize> {
        self.known.by_path.get(path).copied()
    }

    /// The document of an id: the first one where two have it.
    pub fn by_id(&self, id: &str) -> Option<usize> {
        self.known.by_id.get(id).copied()
    }

    /// The document of an index.
    pub fn document(&self, index: usize) -> &Arc<Document> {
        &self.documents[index]
    }

    /// The documents of one kind, in path order.
    pub fn of_kind<'a>(&'a self, kind: &'a str) -> impl Iterator<Item = (usize, &'a Arc<Document>)> + 'a {
        let indices = self.known.by_kind.get(kind).map_or(&[][..], Vec::as_slice);
        indices.iter().map(|index| (*index, &self.documents[*index]))
    }

    /// What a reference field's text names: a whole id, the last part of one outside change folders, or the
    /// number of the one document of the wanted kinds whose path has it, with or without zeros in front.
    pub fn refer<'a>(&'a self, kinds: &[String], text: &str) -> Referent<'a> {
        let wants_change = kinds.is_empty() || kinds.iter().any(|kind| kind == "change");
        if wants_change && let Some(change) = self.changes.get(text) {
            return Referent::Change(change);
        }
        let named = self.known.by_name.get(text).map_or(&[][..], Vec::as_slice);
        let candidates = self.by_id(text).into_iter().chain(named.iter().copied());
        let mut other = None;
        for index in candidates {
            let kind = self.documents[index].kind_name();
            if kinds.is_empty() || kinds.iter().any(|wanted| wanted == kind) {
                return Referent::Document(index);
            }
            other.get_or_insert(index);
        }
        match self.numbered(kinds, text)[..] {
            [index] => Referent::Document(index),
            _ => other.map_or(Referent::Nothing, Referent::WrongKind),
        }
    }

    /// The documents of these kinds that a number means.
    pub fn numbered(&self, kinds: &[String], text: &str) -> Vec<usize> {
        let is_number = !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_digit());
        let number = text.parse().ok().filter(|_| is_number);
        let named =
            number.and_then(|number: u64| self.known.by_number.get(&number)).map_or(&[][..], Vec::as_slice);
        let is_wanted = |index: &usize| {
            let kind = self.documents[*index].kind_name();
            kinds.is_empty() || kinds.iter().any(|wanted| wanted == kind)
        };
        named.iter().copied().filter(is_wanted).collect()
    }

    /// Every name that [`Book::refer`] would accept for these kinds: for did-you-mean.
    pub fn names_of<'a>(&'a self, kinds: &'a [String]) -> impl Iterator<Item = &'a str> + 'a {
        let changes = self.changes.keys().map(AsRef::as_ref);
        let wants = move |kind: &str| kinds.is_empty() || kinds.iter().any(|wanted| wanted == kind);
        let changes = changes.filter(move |_| wants("change"));
        let is_wanted = move |index: &usize| wants(self.documents[*index].kind_name());
        let all = 0..self.documents.len();
        changes.chain(all.filter(is_wanted).map(|index| self.name_of(index)))
    }

    /// The attachment at a path, as an index into [`Inputs::attachments`].
    pub fn attachment(&self, path: &BookPath) -> Option<usize> {
        self.known.attachments.get(path).copied()
    }

    /// The change in whose folder a document lies.
    pub fn change_of(&self, index: usize) -> Option<&Change> {
        self.changes.get(self.documents[index].id.change()?)
    }

    /// The attachments of a change, in path order.
    pub fn attachments_of<'a>(
        &'a self,
        change: &'a Change,
        inputs: &'a Inputs,
    ) -> impl Iterator<Item = &'a Attachment> + 'a {
        change.attachments.iter().map(|index| &inputs.attachments[*index])
    }
}

/// The change folder of a path, for callers that hold only a path.
pub fn change_id_of<'a>(path: &'a BookPath, src: &BookPath) -> Option<&'a str> {
    split_change_path(path, src).map(|(id, _)| id)
}
