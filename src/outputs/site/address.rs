//! Where pages lie: output paths of documents, anchors on them, and relative links between them.
//!
//! Every link is relative and names its file (`../services/checkout/index.html`), so that the folder works
//! from a disk, from a sub-path and from any host.

use std::collections::BTreeMap;
use std::sync::{Arc, OnceLock};

use foldhash::HashMap;

use super::reserved;
use crate::facts::Facts;
use crate::facts::book::Book;
use crate::inputs::document::Document;
use crate::text::{Code, Diagnostic, Span, folded};

/// What helps a file whose place on the site is taken.
const ELSEWHERE: &str = "rename the file or move it to another folder";

/// The place of a document on the site.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Place {
    /// The page, below the output folder: `changes/2026/MCM-2026-0007/index.html`.
    pub page: Arc<str>,
    /// The anchor of the document on a page that it shares: `runbook`.
    pub anchor: Option<Arc<str>>,
    /// What precedes each anchor inside of the document: `runbook--`.
    pub prefix: Arc<str>,
}

/// The places of all documents.
#[derive(Debug)]
pub struct Addresses<'a> {
    documents: &'a [Arc<Document>],
    /// The place of each, once a page asks: what lies in the folder of a change has its place by its name alone.
    places: Vec<OnceLock<Place>>,
    /// Page path, letter case and form of accents aside -> the document that has the page to itself.
    owners: HashMap<String, usize>,
    /// Documents whose page is another's.
    homeless: BTreeMap<usize, Holder>,
}

/// Whose a page is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Holder {
    /// A document's that comes before in the book's order.
    Document(usize),
    /// The site's own.
    Site,
}

impl<'a> Addresses<'a> {
    /// Finds the page of every document that has one to itself.
    pub fn of(facts: &'a Facts) -> Addresses<'a> {
        let (config, documents) = (&facts.inputs.config, &facts.book.documents);
        let mut addresses = Addresses {
            documents,
            places: documents.iter().map(|_| OnceLock::new()).collect(),
            owners: HashMap::default(),
            homeless: BTreeMap::new(),
        };
        let is_404 = |document: &Document| {
            let wanted = config.html.input_404.as_ref().map(|path| path.as_str());
            wanted.is_some_and(|wanted| document.path().below(config.book.src.as_str()) == Some(wanted))
        };
        for (index, document) in documents.iter().enumerate() {
            if is_404(document) {
                addresses.places[index] = OnceLock::from(not_found_place());
            } else if document.id.change().is_some() {
                continue;
            }
            let page = &*addresses.place(index).page;
            let name = folded(page);
            if reserved::is_own(page, &name) {
                addresses.homeless.insert(index, Holder::Site);
                continue;
            }
            let first = *addresses.owners.entry(name).or_insert(index);
            if first != index {
                addresses.homeless.insert(index, Holder::Document(first));
            }
        }
        addresses
    }

    /// The place of a document.
    pub fn place(&self, index: usize) -> &Place {
        self.places[index].get_or_init(|| place_of(&self.documents[index]))
    }

    /// The document that has a page to itself.
    pub fn owner(&self, page: &str) -> Option<usize> {
        self.owners.get(&folded(page)).copied()
    }

    /// Whether a document is shown: its page is its own, or shared with its change.
    pub fn is_shown(&self, index: usize) -> bool {
        !self.homeless.contains_key(&index)
    }

    /// The link to a document, and to an anchor inside of it, from a page.
    pub fn link(&self, from: &str, to: usize, anchor: Option<&str>) -> String {
        let place = self.place(to);
        let has_fragment = anchor.is_some() || place.anchor.is_some();
        let is_here = has_fragment && *place.page == *from;
        let mut link = if is_here { String::new() } else { relative(from, &place.page) };
        if has_fragment {
            link.push('#');
        }
        match (anchor, &place.anchor) {
            (Some(anchor), _) => {
                link.push_str(&place.prefix);
                encode_into(&mut link, anchor);
            }
            (None, Some(own)) => link.push_str(own),
            (None, None) => {}
        }
        link
    }

    /// What stands in the way of showing every document: two that want one page, letter case aside, and those
    /// that want one of the site's own.
    pub fn clashes(&self, book: &Book) -> Vec<Diagnostic> {
        let tell = |(index, holder): (&usize, &Holder)| {
            let document = book.document(*index);
            let page = &self.place(*index).page;
            match holder {
                Holder::Document(first) => {
                    let other = book.document(*first);
                    let message = format!("`{page}` is also the page of {}", other.path());
                    Diagnostic::error(Code::WORKSPACE, message)
                        .at(document.path(), document.head_span())
                        .related(other.path(), other.head_span(), "this one is shown")
                        .help("rename one of the two files")
                }
                Holder::Site => Diagnostic::error(
                    Code::WORKSPACE,
                    format!("`{page}` lies where the site has pages of its own, so it is not shown"),
                )
                .at(document.path(), document.head_span())
                .help(ELSEWHERE),
            }
        };
        self.homeless.iter().map(tell).collect()
    }
}

fn place_of(document: &Document) -> Place {
    let id = document.id.as_str();
    match document.id.change() {
        Some(change) => {
            let name = anchor_of(id.get(change.len() + 1..).unwrap_or_default());
            let page = change_page(change).into();
            Place { page, prefix: format!("{name}--").into(), anchor: Some(name.into()) }
        }
        None => {
            let page = if id == "index" { "index.html".to_owned() } else { format!("{id}/index.html") };
            let prefix = format!("{}--", anchor_of(document.id.name())).into();
            Place { page: page.into(), anchor: None, prefix }
        }
    }
}

fn not_found_place() -> Place {
    Place { page: "404.html".into(), anchor: None, prefix: "404--".into() }
}

/// The page of a change.
pub fn change_page(id: &str) -> String {
    let year = id.get(4..8).unwrap_or_default();
    format!("changes/{year}/{id}/index.html")
}

/// An anchor from a name: no space and nothing that ends an address or an attribute.
pub(super) fn anchor_of(name: &str) -> String {
    let keep = |c: char| if c.is_alphanumeric() || matches!(c, '-' | '_' | '.') { c } else { '-' };
    name.chars().map(keep).collect()
}

/// A folder name from text that somebody wrote in a field.
pub(super) fn slug(text: &str) -> String {
    let lower = text.trim().to_lowercase();
    let keep = |c: char| if c.is_alphanumeric() || matches!(c, '-' | '_' | '.') { c } else { '-' };
    let slug: String = lower.chars().map(keep).collect();
    let slug = slug.trim_matches(['-', '.']);
    if slug.is_empty() { "none".to_owned() } else { slug.to_owned() }
}

/// The link from one page to another file of the site; both are paths below the output folder.
pub fn relative(from: &str, to: &str) -> String {
    // A site has ten thousands of links: the folders that both have are found in one go.
    let same = from.bytes().zip(to.bytes()).take_while(|(a, b)| a == b).count();
    let shared = from.as_bytes()[..same].iter().rposition(|byte| *byte == b'/').map_or(0, |slash| slash + 1);
    let mut link = String::with_capacity(from.len() + to.len());
    for _ in from.as_bytes()[shared..].iter().filter(|byte| **byte == b'/') {
        link.push_str("../");
    }
    for (nth, part) in to[shared..].split('/').enumerate() {
        if nth > 0 {
            link.push('/');
        }
        encode_into(&mut link, part);
    }
    link
}

/// The way from a page up to the root: empty, `../`, `../../`, ...
pub(super) fn root_of(page: &str) -> String {
    "../".repeat(folders(page).count())
}

fn folders(path: &str) -> impl Iterator<Item = &str> {
    path.rsplit_once('/').map_or("", |(folders, _)| folders).split('/').filter(|part| !part.is_empty())
}

/// Percent-encodes one part of a path or a fragment (RFC 3986 3.3): everything but unreserved characters.
pub(super) fn encode(part: &str) -> String {
    let mut encoded = String::with_capacity(part.len());
    encode_into(&mut encoded, part);
    encoded
}

fn encode_into(encoded: &mut String, part: &str) {
    let is_unreserved =
        |byte: u8| matches!(byte, b'a'..=b'z' | b'A'..=b'Z' | b'0'..=b'9' | b'-' | b'.' | b'_' | b'~');
    if part.bytes().all(is_unreserved) {
        return encoded.push_str(part);
    }
    for byte in part.bytes() {
        match is_unreserved(byte) {
            true => encoded.push(byte as char),
            false => encoded.push_str(&format!("%{byte:02X}")),
        }
    }
}

/// A finding about a document whose page cannot stand beside a file of the site.
pub(super) fn no_room(document: &Document, page: &str) -> Diagnostic {
    Diagnostic::error(
        Code::WORKSPACE,
        format!("`{page}` would lie below a file of the site, so it is not shown"),
    )
    .at(document.path(), document.head_span())
    .help(ELSEWHERE)
}

/// A finding about a file that readers would take for a page, or whose folder is a file of the site.
pub(super) fn like_a_page(path: &crate::text::BookPath, page: &str) -> Diagnostic {
    let message = format!("`{page}` would stand among the pages of the site, so this file is not copied");
    Diagnostic::error(Code::WORKSPACE, message).at(path, Span::default()).help(ELSEWHERE)
}

/// A finding about an output path that is taken already.
pub(super) fn taken(path: &crate::text::BookPath, page: &str) -> Diagnostic {
    Diagnostic::error(Code::WORKSPACE, format!("`{page}` is a page of the site, so this file is not copied"))
        .at(path, Span::default())
        .help(ELSEWHERE)
}
