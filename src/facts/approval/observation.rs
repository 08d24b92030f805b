//! First seen: what observers say of when a head was there (T2; design: approvals.md, "Time").
//!
//! An observer signs that it saw a head of the mainline at a time. It proves that what the head holds was
//! there no later, by the word of somebody else than the record's signer. The chain is append-only: an entry
//! whose time lies before that of an earlier one was not written when it says, and counts for nothing. Which
//! keys observe, the policy says that governs before the landing in question.

use std::collections::BTreeMap;

use jiff::Timestamp;

use super::judge::CLOCK_SLACK;
use crate::inputs::history::ledger::{Ledger, Observation};
use crate::inputs::policy::Policy;
use crate::inputs::signature::{Certificates, Decision, record, split};

/// The level of a sighting.
const T2: u8 = 2;

/// Every sighting that is well formed, whoever made it.
#[derive(Debug, Default)]
pub(super) struct Sightings {
    /// (context, trust root, key) -> for each landing, when it was first seen.
    first: BTreeMap<(String, String, String), Vec<Option<Timestamp>>>,
}

/// One sighting.
struct Sighting {
    of: (String, String, String),
    landing: usize,
    at: Timestamp,
}

impl Sightings {
    /// The sightings of a ledger, up to the moment of judging.
    pub(super) fn of(ledger: &Ledger, as_of: Timestamp) -> Sightings {
        let places: BTreeMap<&str, usize> =
            ledger.landings.iter().enumerate().map(|(at, one)| (one.commit.as_str(), at)).collect();
        let latest = as_of.checked_add(CLOCK_SLACK).unwrap_or(Timestamp::MAX);
        let mut sightings = Sightings::default();
        let mut before: BTreeMap<(String, String, String), Timestamp> = BTreeMap::new();
        for observation in &ledger.observations {
            let Some(one) = sighting(observation, ledger, &places) else { continue };
            if one.at > latest || before.get(&one.of).is_some_and(|before| one.at < *before) {
                continue;
            }
            before.insert(one.of.clone(), one.at);
            let first = sightings.first.entry(one.of).or_insert_with(|| vec![None; ledger.landings.len()]);
            let place = &mut first[one.landing];
            *place = Some(place.map_or(one.at, |known| known.min(one.at)));
        }
        // Whoever saw a head saw everything that it holds.
        for first in sightings.first.values_mut() {
            let mut seen: Option<Timestamp> = None;
            for place in first.iter_mut().rev() {
                seen = [seen, *place].into_iter().flatten().min();
                *place = seen;
            }
        }
        sightings
    }

    /// When a landing was first seen by an observer of the policy that governs it, with the level.
    pub(super) fn of_landing(&self, landing: usize, root: &str, policy: &Policy) -> Option<(Timestamp, u8)> {
        let seen = |key: &String| {
            let of = (policy.context.clone(), root.to_owned(), key.clone());
            self.first.get(&of)?.get(landing).copied().flatten()
        };
        let is_trusted =
            |key: &&String| !policy.revocations.iter().any(|one| one.compromised && one.key == **key);
        let keys = policy.observers.iter().map(|observer| &observer.fingerprint).filter(is_trusted);
        Some((keys.filter_map(seen).min()?, T2))
    }
}

fn sighting(observation: &Observation, ledger: &Ledger, places: &BTreeMap<&str, usize>) -> Option<Sighting> {
    let commit = split(&observation.raw).ok().filter(|commit| commit.malformed.is_empty())?;
    let said = record::read(commit.message)?.ok().filter(|said| said.decision == Decision::Observe)?;
    // Observers are machines: their keys are SSH keys, which a signature holds itself.
    let found = ledger.known.verify(&observation.raw, &commit, &Certificates::default())?;
    let key = found.key.clone().filter(|_| found.is_good())?;
    let (head, at) = said.observed?;
    Some(Sighting { of: (said.context, said.trust_root, key), landing: *places.get(head.as_str())?, at })
}
