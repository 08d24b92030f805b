//! Earlier changes like a given one: shared services, kinds of work, and words (duty S2.2c).
//!
//! STRATEGY. Earlier is every change with a lower number that has a request, whether it was carried out or
//! not: one that was turned down teaches as much as one that failed. An index from services to changes gives
//! the candidates, the latest [`LATEST`] of each service, so that the work grows with the book and not with
//! its square. Alikeness is made of the two documents alone, with no weights from the rest of the book: a
//! later change can never alter what an earlier one was asked to look at.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use rayon::prelude::*;

use crate::facts::book::{Book, Change, view};
use crate::inputs::Inputs;
use crate::inputs::document::Document;
use crate::memo::Memo;
use crate::text::ContentHash;

/// An earlier change and how much it is alike.
#[derive(Clone, Debug, PartialEq, Eq, Hash, serde::Serialize)]
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
    by_service: BTreeMap<usize, Places>,
}

/// The changes of one service.
#[derive(Debug, Default)]
struct Places {
    /// Places in the entries, in order.
    places: Vec<usize>,
    /// Behind each place: the sum of the digests of the requests up to it. The difference of two sums stands for
    /// the requests between them, whose order their ids give.
    sums: Vec<u128>,
}

impl Places {
    /// The latest ones before a place: from where to where in `places`.
    fn before(&self, place: usize) -> std::ops::Range<usize> {
        let end = self.places.partition_point(|other| *other < place);
        end.saturating_sub(LATEST)..end
    }

    fn sum(&self, range: &std::ops::Range<usize>) -> u128 {
        let up_to = |end: usize| end.checked_sub(1).map_or(0, |last| self.sums[last]);
        up_to(range.end).wrapping_sub(up_to(range.start))
    }
}

/// What is compared of a change, read once.
#[derive(Debug)]
struct Entry<'a> {
    number: Number,
    change: &'a Change,
    request: &'a Document,
    traits: Arc<Traits>,
}

/// What a request says its change affects and does.
#[derive(Debug)]
pub struct Traits {
    /// Indices of its services.
    services: BTreeSet<usize>,
    /// Kinds of work.
    types: BTreeSet<Box<str>>,
    /// Digest of both, of the words that are compared, and of whose they are: who edits anything else makes no
    /// change more or less like another.
    digest: ContentHash,
}

impl Traits {
    fn of(book: &Book, request: &Document, memo: &Memo) -> Traits {
        let services = view::services(book, request).into_iter().map(|(index, _)| index).collect();
        let types = view::texts(request, "change.types").map(|(text, _)| text.into()).collect();
        let traits = Traits { services, types, digest: ContentHash::default() };
        let digest = memo.key(|| traits.digest(request));
        Traits { digest, ..traits }
    }

    fn digest(&self, request: &Document) -> ContentHash {
        let services: Vec<u8> = self.services.iter().flat_map(|index| index.to_le_bytes()).collect();
        let words: Vec<u8> = request.vocabulary().iter().flat_map(|word| word.to_le_bytes()).collect();
        let head = [request.path().as_str().as_bytes(), &services, &words];
        ContentHash::of_parts(head.into_iter().chain(self.types.iter().map(|name| name.as_bytes())))
    }
}

/// How much two changes are alike.
#[derive(Clone, Copy, Debug)]
struct Alike {
    percent: u32,
    /// How much their words agree, 0 to 1.
    text: f64,
}

impl Entry<'_> {
    /// Two ids may write one number, `0007` and `00007`.
    fn key(&self) -> (Number, &str) {
        (self.number, &self.change.id)
    }

    fn alike(&self, other: &Entry<'_>, least: u32) -> Option<Alike> {
        let (own, theirs) = (&self.traits, &other.traits);
        let services = own.services.intersection(&theirs.services).count();
        let types = own.types.intersection(&theirs.types).count();
        let but_text = SERVICES * cosine(services, own.services.len(), theirs.services.len())
            + TYPES * cosine(types, own.types.len(), theirs.types.len());
        let (words, their_words) = (self.request.vocabulary(), other.request.vocabulary());
        let (fewer, more) = (words.len().min(their_words.len()), words.len().max(their_words.len()));
        // Words are compared where they can matter: at best all of the shorter text stand in the longer one.
        if rounded(but_text + TEXT * cosine(fewer, fewer, more)) < least {
            return None;
        }
        let text = cosine(common(words, their_words), words.len(), their_words.len());
        let percent = rounded(but_text + TEXT * text);
        (percent >= least).then_some(Alike { percent, text })
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
    pub fn of(book: &'a Book, memo: &Memo) -> Index<'a> {
        let entry = |change: &'a Change| {
            let request: &Document = book.document(change.request?);
            let make = || Arc::new(Traits::of(book, request, memo));
            let traits = memo.traits.get_or((request.identity, book.names), make);
            Some(Entry { number: number(&change.id), change, request, traits })
        };
        let changes: Vec<&Change> = book.changes.values().collect();
        let mut entries: Vec<Entry<'_>> = changes.into_par_iter().filter_map(entry).collect();
        entries.sort_by(|a, b| a.key().cmp(&b.key()));
        let mut by_service: BTreeMap<usize, Places> = BTreeMap::new();
        for (place, entry) in entries.iter().enumerate() {
            for service in &entry.traits.services {
                let known = by_service.entry(*service).or_default();
                let sum = known.sums.last().copied().unwrap_or_default();
                known.places.push(place);
                known.sums.push(sum.wrapping_add(number_of(&entry.traits.digest)));
            }
        }
        Index { book, entries, by_service }
    }

    /// The earlier changes that share a service with this one and are at least so many percent alike, most
    /// alike first, and no more than `most` of them.
    pub fn similar_to(&self, change: &Change, least: u32, most: usize) -> Vec<Similar> {
        let Some(own) = self.place_of(change) else { return Vec::new() };
        let mut earlier: BTreeSet<usize> = BTreeSet::new();
        for known in
            self.entries[own].traits.services.iter().filter_map(|service| self.by_service.get(service))
        {
            earlier.extend(&known.places[known.before(own)]);
        }
        let own = &self.entries[own];
        let compare = |place: &usize| own.alike(&self.entries[*place], least).map(|alike| (*place, alike));
        let mut found: Vec<(usize, Alike)> = earlier.iter().rev().filter_map(compare).collect();
        // A stable sort: of equals the later change stays first.
        found.sort_by_key(|(_, alike)| std::cmp::Reverse(alike.percent));
        found.truncate(most);
        found.into_iter().map(|(place, alike)| self.told(own, &self.entries[place], alike)).collect()
    }

    fn place_of(&self, change: &Change) -> Option<usize> {
        let wanted = (number(&change.id), &*change.id);
        self.entries.binary_search_by(|entry| entry.key().cmp(&wanted)).ok()
    }

    /// Digest of all that [`Index::similar_to`] reads, and of the limits of what is taken from it.
    fn digest(&self, own: usize, limits: [u32; 2]) -> ContentHash {
        let entry = &self.entries[own];
        let mut parts = Vec::with_capacity(4 * 16);
        for known in entry.traits.services.iter().filter_map(|service| self.by_service.get(service)) {
            let range = known.before(own);
            parts.extend(known.sum(&range).to_le_bytes());
            parts.extend(range.len().to_le_bytes());
        }
        let (names, own) = (self.book.names, entry.traits.digest);
        parts.extend(limits.map(u32::to_le_bytes).concat());
        ContentHash::of_parts([&names.as_bytes()[..], own.as_bytes(), &parts])
    }

    fn told(&self, own: &Entry<'_>, other: &Entry<'_>, alike: Alike) -> Similar {
        let services = own.traits.services.intersection(&other.traits.services);
        let types = own.traits.types.intersection(&other.traits.types);
        Similar {
            id: other.change.id.clone(),
            percent: alike.percent,
            services: services.map(|index| self.book.document(*index).id.name().to_owned()).collect(),
            types: types.map(|name| name.to_string()).collect(),
            text_percent: rounded(alike.text * 100.0),
        }
    }
}

/// For every change with a request, the earlier ones that are as much alike as the policy says, and no more
/// of them than it says.
pub fn all(inputs: &Inputs, book: &Book, memo: &Memo) -> BTreeMap<Arc<str>, Arc<[Similar]>> {
    let index = Index::of(book, memo);
    let limits = &inputs.policy.limits;
    let most = usize::try_from(limits.similar_most).unwrap_or(usize::MAX);
    let of_entry = |(place, entry): (usize, &Entry<'_>)| {
        let make = || index.similar_to(entry.change, limits.similar_percent, most).into();
        let key = memo.key(|| index.digest(place, [limits.similar_percent, limits.similar_most]));
        (entry.change.id.clone(), memo.similar.get_or(key, make))
    };
    let similar: Vec<_> = index.entries.par_iter().enumerate().map(of_entry).collect();
    similar.into_iter().collect()
}

/// The earlier changes like this one, most alike first; all that share a service. For one change: to ask for
/// many, make an [`Index`].
pub fn of(inputs: &Inputs, book: &Book, change: &Change) -> Vec<Similar> {
    let _ = inputs;
    Index::of(book, &Memo::forgetful()).similar_to(change, 0, usize::MAX)
}

/// The first half of a digest as a number.
fn number_of(digest: &ContentHash) -> u128 {
    let mut half = [0; 16];
    half.copy_from_slice(&digest.as_bytes()[..16]);
    u128::from_le_bytes(half)
}

/// How many items two sorted lists share.
///
/// Which list goes on is a sum and no branch: of hashes no processor can guess it.
fn common(one: &[u64], other: &[u64]) -> usize {
    let (mut at, mut their, mut count) = (0, 0, 0);
    while let (Some(own), Some(theirs)) = (one.get(at), other.get(their)) {
        count += usize::from(own == theirs);
        at += usize::from(own <= theirs);
        their += usize::from(theirs <= own);
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
