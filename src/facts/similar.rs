//! Earlier changes like a given one: shared services, kinds of work, and words (duty S2.2c).
//!
//! STRATEGY. Earlier is every change with a lower number that has a request, whether it was carried out or
//! not: one that was turned down teaches as much as one that failed. An index from services to changes gives
//! the candidates, the latest [`LATEST`] of each service, so that the work grows with the book and not with
//! its square. Alikeness is made of the two documents alone, with no weights from the rest of the book: a
//! later change can never alter what an earlier one was asked to look at.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use crate::facts::book::{Book, Change, view};
use crate::inputs::Inputs;
use crate::inputs::document::Document;

/// An earlier change and how much it is alike.
#[derive(Clone, Debug, PartialEq, Eq, serde::Serialize)]
pub struct Similar {
    /// The earlier change.
    pub id: Arc<str>,
    /// 0 to 100.
    pub percent: u32,
    /// Services that both affect, by name.
    pub services: Vec<String>,
    /// Kinds of work that both do.
    pub types: Vec<String>,
    /// How much the words of title, description and scope agree, 0 to 100.
    pub text_percent: u32,
}

/// So many of the latest earlier changes of each service are looked at.
pub const LATEST: usize = 50;

/// What each part counts, of 100.
const SERVICES: f64 = 40.0;
const TYPES: f64 = 20.0;
const TEXT: f64 = 40.0;

/// The changes of a book by the services that they affect.
#[derive(Debug)]
pub struct Index<'a> {
    book: &'a Book,
    /// By service: number and change, sorted by number.
    by_service: BTreeMap<usize, Vec<(Number, &'a Change)>>,
}

/// Year and running number of an id: `MCM-2026-10000` comes behind `MCM-2026-9999`.
type Number = (u32, u64);

fn number(id: &str) -> Number {
    let mut parts = id.split('-').skip(1);
    let year = parts.next().and_then(|year| year.parse().ok()).unwrap_or(u32::MAX);
    (year, parts.next().and_then(|running| running.parse().ok()).unwrap_or(u64::MAX))
}

impl<'a> Index<'a> {
    /// Makes the index.
    pub fn of(book: &'a Book) -> Index<'a> {
        let mut by_service: BTreeMap<usize, Vec<(Number, &Change)>> = BTreeMap::new();
        for change in book.changes.values() {
            let Some(request) = change.request else { continue };
            for service in services(book, book.document(request)) {
                by_service.entry(service).or_default().push((number(&change.id), change));
            }
        }
        by_service.values_mut().for_each(|changes| changes.sort_by_key(|(number, _)| *number));
        Index { book, by_service }
    }

    /// The earlier changes that share a service with this one, most alike first.
    pub fn similar_to(&self, change: &Change) -> Vec<Similar> {
        let Some(request) = change.request.map(|index| self.book.document(index)) else { return Vec::new() };
        let own = number(&change.id);
        let services = services(self.book, request);
        let mut earlier: BTreeMap<Number, &Change> = BTreeMap::new();
        for changes in services.iter().filter_map(|service| self.by_service.get(service)) {
            let end = changes.partition_point(|(number, _)| *number < own);
            earlier.extend(changes[end.saturating_sub(LATEST)..end].iter().copied());
        }
        let compare = |other: &&Change| {
            let theirs = self.book.document(other.request?);
            Some(alike(self.book, &services, request, theirs, other.id.clone()))
        };
        let mut found: Vec<Similar> = earlier.values().rev().filter_map(compare).collect();
        // A stable sort: of equals the later change stays first.
        found.sort_by_key(|similar| std::cmp::Reverse(similar.percent));
        found
    }
}

/// The earlier changes like this one, most alike first; all that share a service. For one change: to ask for
/// many, make an [`Index`].
pub fn of(inputs: &Inputs, book: &Book, change: &Change) -> Vec<Similar> {
    let _ = inputs;
    Index::of(book).similar_to(change)
}

fn services(book: &Book, request: &Document) -> BTreeSet<usize> {
    view::services(book, request).into_iter().map(|(index, _)| index).collect()
}

fn types(request: &Document) -> BTreeSet<&str> {
    view::texts(request, "change.types").map(|(text, _)| text).collect()
}

fn alike(book: &Book, own: &BTreeSet<usize>, request: &Document, theirs: &Document, id: Arc<str>) -> Similar {
    let other = services(book, theirs);
    let (own_types, other_types) = (types(request), types(theirs));
    let shared: Vec<usize> = own.intersection(&other).copied().collect();
    let shared_types: Vec<&str> = own_types.intersection(&other_types).copied().collect();
    let common = common(request.vocabulary(), theirs.vocabulary());
    let text = cosine(common, request.vocabulary().len(), theirs.vocabulary().len());
    let percent = SERVICES * cosine(shared.len(), own.len(), other.len())
        + TYPES * cosine(shared_types.len(), own_types.len(), other_types.len())
        + TEXT * text;
    Similar {
        id,
        percent: rounded(percent),
        services: shared.iter().map(|index| book.document(*index).id.name().to_owned()).collect(),
        types: shared_types.into_iter().map(str::to_owned).collect(),
        text_percent: rounded(text * 100.0),
    }
}

/// How many items two sorted lists share.
fn common(one: &[u64], other: &[u64]) -> usize {
    let (mut at, mut count) = (0, 0);
    for word in one {
        while other.get(at).is_some_and(|theirs| theirs < word) {
            at += 1;
        }
        count += usize::from(other.get(at) == Some(word));
    }
    count
}

/// The cosine of two sets: 1 where they are equal, 0 where they share nothing or one is empty.
fn cosine(common: usize, one: usize, other: usize) -> f64 {
    if common == 0 { 0.0 } else { common as f64 / (one as f64 * other as f64).sqrt() }
}

fn rounded(percent: f64) -> u32 {
    percent.round().clamp(0.0, 100.0) as u32
}

#[cfg(test)]
mod tests;
