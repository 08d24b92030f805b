//! The edges of the service catalogue: who needs whom (duty S2.2b).
//!
//! Enters: the services of a book. Leaves: every edge once, whichever side wrote it. An entry that names
//! what it needs and an entry that names who needs it say the same; a catalogue is never complete, so one
//! side is enough. Where the two sides disagree about the strength, the hard one counts.

use std::collections::BTreeMap;

use super::book::{Book, view};

/// Who needs whom, by index of the service documents.
#[derive(Clone, Debug, Default)]
pub struct Catalogue {
    /// (who needs, what is needed) -> whether it stops without it.
    edges: BTreeMap<(usize, usize), bool>,
    /// The same edges the other way round: (what is needed, who needs).
    reverse: BTreeMap<(usize, usize), bool>,
}

/// The other end of an edge.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Neighbour {
    /// Index of its document.
    pub service: usize,
    /// Whether who needs stops without what it needs.
    pub is_hard: bool,
}

impl Catalogue {
    /// The edges of a book.
    pub fn of(book: &Book) -> Catalogue {
        let mut catalogue = Catalogue::default();
        for (index, service) in book.of_kind("service") {
            for (list, is_upstream) in [("upstream", true), ("downstream", false)] {
                for row in view::rows(service, list) {
                    let Some(other) = row.text("service").and_then(|name| view::service(book, name)) else {
                        continue;
                    };
                    let is_hard = row.text("strength") == Some("hard");
                    let (needy, needed) = if is_upstream { (index, other) } else { (other, index) };
                    if needy != needed {
                        *catalogue.edges.entry((needy, needed)).or_default() |= is_hard;
                        *catalogue.reverse.entry((needed, needy)).or_default() |= is_hard;
                    }
                }
            }
        }
        catalogue
    }

    /// What a service needs, in the order of the documents.
    pub fn upstream(&self, service: usize) -> impl Iterator<Item = Neighbour> + '_ {
        of_first(&self.edges, service)
    }

    /// Who needs a service, in the order of the documents.
    pub fn downstream(&self, service: usize) -> impl Iterator<Item = Neighbour> + '_ {
        of_first(&self.reverse, service)
    }
}

fn of_first(edges: &BTreeMap<(usize, usize), bool>, first: usize) -> impl Iterator<Item = Neighbour> + '_ {
    let own = edges.range((first, 0)..=(first, usize::MAX));
    own.map(|((_, service), is_hard)| Neighbour { service: *service, is_hard: *is_hard })
}
