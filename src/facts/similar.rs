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
    /// The changes that have a request, sorted by number.
    entries: Vec<Entry<'a>>,
    /// By service: places in `entries`, in order.
    by_service: BTreeMap<usize, Vec<usize>>,
}

/// What is compared of a change, read once.
#[derive(Debug)]
struct Entry<'a> {
    number: Number,
    change: &'a Change,
    request: &'a Document,
    services: BTreeSet<usize>,
    types: BTreeSet<&'a str>,
}

impl Entry<'_> {
    /// Two ids may write one number, `0007` and `00007`.
    fn key(&self) -> (Number, &str) {
        (self.number, &self.change.id)
    }
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
        let entry = |change: &'a Change| {
            let request: &Document = book.document(change.request?);
            let services = services(book, request);
            Some(Entry { number: number(&change.id), change, request, services, types: types(request) })
        };
        let mut entries: Vec<Entry<'_>> = book.changes.values().filter_map(entry).collect();
        entries.sort_by(|a, b| a.key().cmp(&b.key()));
        let mut by_service: BTreeMap<usize, Vec<usize>> = BTreeMap::new();
        for (place, entry) in entries.iter().enumerate() {
            entry.services.iter().for_each(|service| by_service.entry(*service).or_default().push(place));
        }
        Index { book, entries, by_service }
    }

    /// The earlier changes that share a service with this one and are at least so many percent alike, most
    /// alike first.
    pub fn similar_to(&self, change: &Change, least: u32) -> Vec<Similar> {
        let wanted = (number(&change.id), &*change.id);
        let Ok(own) = self.entries.binary_search_by(|entry| entry.key().cmp(&wanted)) else {
            return Vec::new();
        };
        let mut earlier: BTreeSet<usize> = BTreeSet::new();
        for places in self.entries[own].services.iter().filter_map(|service| self.by_service.get(service)) {
            let end = places.partition_point(|place| *place < own);
            earlier.extend(&places[end.saturating_sub(LATEST)..end]);
        }
        let compare = |place: &usize| self.alike(&self.entries[own], &self.entries[*place], least);
        let mut found: Vec<Similar> = earlier.iter().rev().filter_map(compare).collect();
        // A stable sort: of equals the later change stays first.
        found.sort_by_key(|similar| std::cmp::Reverse(similar.percent));
        found
    }

    fn alike(&self, one: &Entry<'_>, other: &Entry<'_>, least: u32) -> Option<Similar> {
        let shared = one.services.intersection(&other.services);
        let shared_types = one.types.intersection(&other.types);
        let (words, their_words) = (one.request.vocabulary(), other.request.vocabulary());
        let text = cosine(common(words, their_words), words.len(), their_words.len());
        let percent = SERVICES * cosine(shared.clone().count(), one.services.len(), other.services.len())
            + TYPES * cosine(shared_types.clone().count(), one.types.len(), other.types.len())
            + TEXT * text;
        let percent = rounded(percent);
        (percent >= least).then(|| Similar {
            id: other.change.id.clone(),
            percent,
            services: shared.map(|index| self.book.document(*index).id.name().to_owned()).collect(),
            types: shared_types.map(|name| (*name).to_owned()).collect(),
            text_percent: rounded(text * 100.0),
        })
    }
}

/// The earlier changes like this one, most alike first; all that share a service. For one change: to ask for
/// many, make an [`Index`].
pub fn of(inputs: &Inputs, book: &Book, change: &Change) -> Vec<Similar> {
    let _ = inputs;
    Index::of(book).similar_to(change, 0)
}

fn services(book: &Book, request: &Document) -> BTreeSet<usize> {
    view::services(book, request).into_iter().map(|(index, _)| index).collect()
}

fn types(request: &Document) -> BTreeSet<&str> {
    view::texts(request, "change.types").map(|(text, _)| text).collect()
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
