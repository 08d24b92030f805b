//! Changes that meet: slots of the same or of neighbouring services at the same time (domain.md 3.4).
//!
//! Enters: two requests and the catalogue. Leaves: how they meet, the worst way first. Who is still to run,
//! and whether somebody has accepted it, is for the caller.

use std::collections::BTreeSet;

use super::Facts;
use super::book::view;
use crate::inputs::document::Document;

/// How two changes meet.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Meeting {
    /// Both change a service.
    SameService(String),
    /// One changes what a service of the other stops without, or the other way round: (own, other).
    HardNeighbour(String, String),
}

/// How the slots of two requests meet in one environment; nothing where they do not, or only from afar.
pub fn meeting(facts: &Facts, own: &Document, other: &Document) -> Option<Meeting> {
    let (slot, theirs) = (view::slot(own)?, view::slot(other)?);
    let overlap = slot.start.timestamp < theirs.end.timestamp && theirs.start.timestamp < slot.end.timestamp;
    if !overlap || view::environment(own) != view::environment(other) {
        return None;
    }
    let (own, other) = (services(facts, own), services(facts, other));
    let name = |index: usize| facts.book.name_of(index).to_owned();
    if let Some(both) = own.intersection(&other).next() {
        return Some(Meeting::SameService(name(*both)));
    }
    let catalogue = &facts.catalogue;
    let near = |service: usize| catalogue.upstream(service).chain(catalogue.downstream(service));
    own.iter().find_map(|service| {
        let hard = near(*service).find(|near| near.is_hard && other.contains(&near.service))?;
        Some(Meeting::HardNeighbour(name(*service), name(hard.service)))
    })
}

/// The services of a request that the catalogue knows.
pub fn services(facts: &Facts, request: &Document) -> BTreeSet<usize> {
    view::services(&facts.book, request).into_iter().map(|(index, _)| index).collect()
}
