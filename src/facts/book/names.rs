//! What the paths and kinds of a book alone tell: which document a name means, and which folders are changes.
//!
//! Who edits a document moves none of this, so that it is remembered by the [`digest`] of paths and kinds.

use std::collections::BTreeMap;
use std::sync::Arc;

use foldhash::{HashMap, HashMapExt as _};

use super::change::Folder;
use super::odd_name::{self, OddName};
use crate::inputs::Inputs;
use crate::inputs::document::{Document, DocumentId};
use crate::text::{BookPath, ContentHash};

/// The documents of a book by all their names. Documents are named by their index.
#[derive(Debug, Default)]
pub struct Names {
    pub(super) by_path: HashMap<BookPath, usize>,
    /// Kind -> its documents, in path order: a rule about windows does not look at ten thousand requests.
    pub(super) by_kind: BTreeMap<Arc<str>, Vec<usize>>,
    pub(super) by_id: HashMap<DocumentId, usize>,
    /// Last part of an id -> the documents outside change folders that have it.
    pub(super) by_name: HashMap<String, Vec<usize>>,
    /// The short name that a document's kind gives it, by its index.
    pub(super) reference_names: BTreeMap<usize, String>,
    /// Number in the path -> the documents that have it, of kinds that number theirs over the whole book.
    pub(super) by_number: BTreeMap<u64, Vec<usize>>,
    pub(super) attachments: HashMap<BookPath, usize>,
    /// Documents whose id another document had first: (this one, the first one).
    pub(super) duplicates: Vec<(usize, usize)>,
    /// The folders of changes, by id.
    pub(super) folders: Vec<Folder>,
    /// Names that deceive.
    pub(super) odd: Vec<OddName>,
}

impl Names {
    /// The names of documents that are sorted by path, and of the files beside them.
    pub(super) fn of(inputs: &Inputs, documents: &[Arc<Document>]) -> Names {
        let (mut names, folders) =
            rayon::join(|| Names::of_documents(inputs, documents), || Folder::all(inputs, documents));
        names.folders = folders;
        names.odd = odd_name::all(inputs, documents.iter().map(AsRef::as_ref));
        names
    }

    fn of_documents(inputs: &Inputs, documents: &[Arc<Document>]) -> Names {
        let count = documents.len();
        let mut names = Names {
            by_path: HashMap::with_capacity(count),
            by_id: HashMap::with_capacity(count),
            ..Names::default()
        };
        for (index, document) in documents.iter().enumerate() {
            match names.by_kind.get_mut(document.kind_name()) {
                Some(known) => known.push(index),
                None => {
                    names.by_kind.insert(document.kind_name().into(), vec![index]);
                }
            }
            names.by_path.insert(document.path().clone(), index);
            let first = *names.by_id.entry(document.id.clone()).or_insert(index);
            if first != index {
                names.duplicates.push((index, first));
            }
            if document.id.change().is_none() {
                names.by_name.entry(document.id.name().to_owned()).or_default().push(index);
            }
        }
        names.name_by_kind(documents, &inputs.config.book.src);
        for (index, attachment) in inputs.attachments.iter().enumerate() {
            names.attachments.insert(attachment.path.clone(), index);
        }
        names
    }

    /// Takes the names that kinds give their documents (`reference-name`).
    fn name_by_kind(&mut self, documents: &[Arc<Document>], src: &BookPath) {
        for (index, document) in documents.iter().enumerate() {
            let Some(kind) = &document.kind else { continue };
            let below = document.path().below(src.as_str()).unwrap_or_default();
            let number = kind.is_numbered().then(|| kind.fill("{n}", below)).flatten();
            if let Some(number) = number.and_then(|number| number.parse().ok()) {
                self.by_number.entry(number).or_default().push(index);
            }
            let Some(template) = &kind.reference_name else { continue };
            let Some(name) = kind.fill(template, below) else { continue };
            let named = self.by_name.entry(name.clone()).or_default();
            if !named.contains(&index) {
                named.push(index);
            }
            self.reference_names.insert(index, name);
        }
    }
}

/// Digest of all that names follow from.
pub(super) fn digest(inputs: &Inputs, documents: &[Arc<Document>]) -> ContentHash {
    let kinds = inputs.config.kinds.hash.unwrap_or_default();
    let head = [inputs.config.book.src.as_str().as_bytes(), kinds.as_bytes()];
    let files = inputs.attachments.iter().map(|attachment| attachment.path.as_str().as_bytes());
    // The number keeps a document and a file apart.
    let count = documents.len().to_le_bytes();
    let documents = documents.iter().flat_map(|document| {
        let (path, kind) = (document.path().as_str(), document.kind_name());
        [path.as_bytes(), kind.as_bytes()]
    });
    ContentHash::of_parts(head.into_iter().chain([&count[..]]).chain(documents).chain(files))
}
