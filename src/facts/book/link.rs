//! Where links lead.

use std::borrow::Cow;
use std::collections::BTreeSet;
use std::sync::Arc;

use rayon::prelude::*;

use super::{Book, Referent};
use crate::inputs::config::{Field, FieldType, word_of};
use crate::inputs::document::Document;
use crate::inputs::value::{Node, Table, Value};
use crate::memo::Memo;
use crate::text::BookPath;

/// What the target of a link means, seen from one document.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum LinkTarget<'a> {
    /// An address with a scheme that is allowed: `http`, `https`, `mailto`, `tel`, `xmpp`, `irc`.
    External(&'a str),
    /// An address with a scheme that is not emitted: `javascript`, `data`, unknown ones.
    Forbidden(&'a str),
    /// A document of the book, and the anchor asked for.
    Document {
        /// The document.
        index: usize,
        /// The fragment, decoded, if any.
        anchor: Option<String>,
        /// Whether the document has that anchor; `true` without one.
        anchor_exists: bool,
    },
    /// Another file of the book, as an index into the attachments.
    Attachment(usize),
    /// Nothing that the book holds.
    Missing,
}

impl Book {
    /// What a link's target means in a document.
    pub fn follow<'a>(&self, from: &Document, target: &'a str) -> LinkTarget<'a> {
        if let Some((scheme, _)) = split_scheme(target) {
            let allowed = ["http", "https", "mailto", "tel", "xmpp", "irc"];
            let is_allowed = allowed.iter().any(|known| known.eq_ignore_ascii_case(scheme));
            return if is_allowed { LinkTarget::External(target) } else { LinkTarget::Forbidden(target) };
        }
        if target.starts_with("//") {
            return LinkTarget::Forbidden(target);
        }
        let (path, fragment) = match target.split_once('#') {
            Some((path, fragment)) => (path, Some(percent_decode(fragment))),
            None => (target, None),
        };
        let path = percent_decode(path.split('?').next().unwrap_or_default());
        let file = if path.is_empty() { Some(from.path().clone()) } else { from.path().resolve(&path) };
        let Some(file) = file else { return LinkTarget::Missing };
        let in_folder = |name: &str| self.at_path(&BookPath::new(&format!("{file}/{name}"))?);
        let document =
            self.at_path(&file).or_else(|| in_folder("index.md")).or_else(|| in_folder("_index.md"));
        match (document, self.attachment(&file)) {
            (Some(index), _) => {
                let anchor = fragment.filter(|fragment| !fragment.is_empty()).map(Cow::into_owned);
                let outline = &self.documents[index].outline;
                let anchor_exists = anchor.as_ref().is_none_or(|anchor| outline.has_anchor(anchor));
                LinkTarget::Document { index, anchor, anchor_exists }
            }
            (None, Some(attachment)) => LinkTarget::Attachment(attachment),
            (None, None) => LinkTarget::Missing,
        }
    }

    /// Calls `visit` for every value of a reference field of a document: the kinds wanted, and the value,
    /// which is text or a number.
    pub fn visit_references<'d>(document: &'d Document, visit: &mut dyn FnMut(&'d [String], &'d Value)) {
        visit_names(document, &mut |ty, value| {
            if let FieldType::Reference(kinds) = ty {
                visit(kinds, value);
            }
        });
    }

    /// Calls `visit` for every value of a field that names a person.
    pub fn visit_people<'d>(document: &'d Document, visit: &mut dyn FnMut(&'d Value)) {
        visit_names(document, &mut |ty, value| {
            if *ty == FieldType::Person {
                visit(value);
            }
        });
    }
}

/// What is done with the value of a field that names something.
type Visit<'v, 'd> = dyn FnMut(&'d FieldType, &'d Value) + 'v;

fn visit_names<'d>(document: &'d Document, visit: &mut Visit<'_, 'd>) {
    if let Some(kind) = &document.kind {
        visit_fields(&kind.fields, &document.matter.table, visit);
    }
}

fn visit_fields<'d>(fields: &'d [Field], table: &'d Table, visit: &mut Visit<'_, 'd>) {
    for field in fields {
        if let Some(value) = table.get(&field.name) {
            visit_value(&field.ty, value, visit);
        }
    }
}

fn visit_value<'d>(ty: &'d FieldType, value: &'d Value, visit: &mut Visit<'_, 'd>) {
    let ty = ty.bare();
    match (ty, &value.node) {
        (FieldType::Reference(_) | FieldType::Person, Node::String(_)) => visit(ty, value),
        (FieldType::Reference(_), Node::Integer(_)) => visit(ty, value),
        (FieldType::List(item), Node::List(items)) => {
            items.iter().for_each(|value| visit_value(item, value, visit));
        }
        (FieldType::Table(fields), Node::Table(table)) => visit_fields(fields, table, visit),
        (FieldType::Map(item), Node::Table(table)) => {
            table.entries().iter().for_each(|entry| visit_value(item, &entry.value, visit));
        }
        (FieldType::OneOf(types), _) => {
            if let Some(ty) = types.iter().find(|ty| ty.has_shape_of(value)) {
                visit_value(ty, value, visit);
            }
        }
        _ => {}
    }
}

/// Where the links and references of one document lead, as far as the names of the book alone tell.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Outgoing {
    /// The documents that it links to or names in a field, sorted, without itself.
    pub documents: Vec<usize>,
    /// The links of its outline that are to be looked at: with an anchor, which the other document may have
    /// or not, or leading nowhere.
    pub doubtful: Vec<usize>,
    /// Whether a reference field names nothing, something of another kind than the wanted ones, or the document
    /// itself.
    pub is_mistaken: bool,
    /// Whether a digest stands in it, which may be that of a file.
    pub has_digest: bool,
}

/// Follows the links and references of every document, those of two documents at the same time.
pub(super) fn outgoing(book: &Book, memo: &Memo) -> Vec<Arc<Outgoing>> {
    let of_document = |(from, document): (usize, &Arc<Document>)| {
        let make = || Arc::new(outgoing_of(book, from, document));
        memo.outgoing.get_or((document.identity, book.names), make)
    };
    book.documents.par_iter().enumerate().map(of_document).collect()
}

fn outgoing_of(book: &Book, from: usize, document: &Document) -> Outgoing {
    let has_digest = holds_digest(&document.source.text);
    let mut outgoing = Outgoing { has_digest, ..Outgoing::default() };
    let mut documents = BTreeSet::new();
    for (at, link) in document.outline.links.iter().enumerate() {
        match book.follow(document, &link.target) {
            LinkTarget::Document { index, anchor, .. } => {
                documents.insert(index);
                outgoing.doubtful.extend(anchor.map(|_| at));
            }
            LinkTarget::Forbidden(_) | LinkTarget::Missing => outgoing.doubtful.push(at),
            LinkTarget::External(_) | LinkTarget::Attachment(_) => {}
        }
    }
    Book::visit_references(document, &mut |kinds, value| match book
        .refer(kinds, &word_of(value).unwrap_or_default())
    {
        Referent::Document(index) => {
            outgoing.is_mistaken |= index == from;
            documents.insert(index);
        }
        Referent::Change(change) => {
            outgoing.is_mistaken |= change.request == Some(from);
            documents.extend(change.request);
        }
        Referent::WrongKind(_) | Referent::Nothing => outgoing.is_mistaken = true,
    });
    documents.remove(&from);
    outgoing.documents = documents.into_iter().collect();
    outgoing
}

/// Whether a text holds 64 hexadecimal digits in a row: most documents name no digest at all. Of such a run
/// one digit stands at a multiple of 64, so that the other bytes need not be read.
fn holds_digest(text: &str) -> bool {
    let bytes = text.as_bytes();
    let is_digit = |byte: &u8| byte.is_ascii_hexdigit();
    (0..bytes.len()).step_by(64).filter(|at| is_digit(&bytes[*at])).any(|at| {
        let before = bytes[..at].iter().rev().take(64).take_while(|byte| is_digit(byte)).count();
        before + bytes[at..].iter().take(64).take_while(|byte| is_digit(byte)).count() >= 64
    })
}

/// For every document, who links to it or names it: sorted, because the documents are gone through in order.
pub(super) fn backlinks(outgoing: &[Arc<Outgoing>]) -> Vec<Vec<usize>> {
    let mut incoming = vec![Vec::new(); outgoing.len()];
    for (from, outgoing) in outgoing.iter().enumerate() {
        outgoing.documents.iter().for_each(|to| incoming[*to].push(from));
    }
    incoming
}

/// `scheme:rest` as RFC 3986 3.1 writes it; a single letter is a drive of some system, not a scheme.
fn split_scheme(target: &str) -> Option<(&str, &str)> {
    let (scheme, rest) = target.split_once(':')?;
    let mut bytes = scheme.bytes();
    let starts = bytes.next().is_some_and(|byte| byte.is_ascii_alphabetic());
    let goes_on = bytes.all(|byte| byte.is_ascii_alphanumeric() || matches!(byte, b'+' | b'-' | b'.'));
    (starts && goes_on).then_some((scheme, rest))
}

/// RFC 3986 2.1; a `%` that does not begin an escape, and bytes that are not UTF-8, stay as they are.
fn percent_decode(text: &str) -> Cow<'_, str> {
    if !text.contains('%') {
        return text.into();
    }
    let bytes = text.as_bytes();
    let mut decoded = Vec::with_capacity(bytes.len());
    let mut at = 0;
    while at < bytes.len() {
        let hex = text.get(at + 1..at + 3).filter(|_| bytes[at] == b'%');
        match hex.and_then(|hex| u8::from_str_radix(hex, 16).ok()) {
            Some(byte) => {
                decoded.push(byte);
                at += 3;
            }
            None => {
                decoded.push(bytes[at]);
                at += 1;
            }
        }
    }
    String::from_utf8(decoded).map_or(text.into(), Cow::from)
}
