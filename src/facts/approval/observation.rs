//! First seen: what observers say of when a head was there (T2; design: approvals.md, "Time").
//!
//! An observer signs that it saw a head of the mainline at a time. It proves that what the head holds was
//! there no later, by the word of somebody else than the record's signer. The chain is append-only: an entry
//! whose time lies before that of an earlier one was not written when it says, and counts for nothing. Which
//! keys observe, the policy says that governs before the landing in question.

use std::collections::{BTreeMap, HashSet};

use jiff::Timestamp;

use super::judge::latest;
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
        let latest = latest(as_of);
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
        // Whoever decides is nobody else than those who decide.
        let is_trusted = |key: &&String| {
            !policy.revocations.iter().any(|one| one.compromised && one.key == **key)
                && !policy.signers.iter().any(|signer| signer.fingerprint == **key)
        };
        let keys = policy.observers.iter().map(|observer| &observer.fingerprint).filter(is_trusted);
        Some((keys.filter_map(seen).min()?, T2))
    }
}

/// Heads that observers saw and that are not on the mainline: somebody has rewritten it. By the observers of the
/// policy in force; (head, when it was seen), in the order in which they were seen.
pub(super) fn lost(
    ledger: &Ledger,
    root: &str,
    policy: &Policy,
    as_of: Timestamp,
) -> Vec<(String, Timestamp)> {
    if ledger.observations.is_empty() {
        return Vec::new();
    }
    let here: HashSet<&str> = ledger.landings.iter().map(|landing| landing.commit.as_str()).collect();
    let seen = seen(ledger, root, policy);
    let lost = seen.filter(|said| said.at <= as_of && !here.contains(said.head.as_str()));
    lost.map(|said| (said.head, said.at)).collect()
}

/// The newest word of an observer of the policy in force: (head, when it was seen), on this mainline or not. Also one
/// that was said after the moment of judging: whoever reads an old state is to know that there is a newer one.
pub(super) fn newest(ledger: &Ledger, root: &str, policy: &Policy) -> Option<(String, Timestamp)> {
    let newest = seen(ledger, root, policy).max_by_key(|said| said.at);
    newest.map(|said| (said.head, said.at))
}

/// What observers of a policy say of its book, in the order in which they signed it.
fn seen<'a>(ledger: &'a Ledger, root: &'a str, policy: &'a Policy) -> impl Iterator<Item = Said> + 'a {
    let is_trusted = |key: &str| {
        policy.observers.iter().any(|observer| observer.fingerprint == key)
            && !policy.revocations.iter().any(|one| one.compromised && one.key == key)
    };
    let seen = ledger.observations.iter().filter_map(|observation| said(observation, ledger));
    seen.filter(move |said| {
        let (context, trust_root, key) = &said.of;
        *context == policy.context && trust_root == root && is_trusted(key)
    })
}

/// What an observer says, if it is well formed and signed.
struct Said {
    of: (String, String, String),
    head: String,
    at: Timestamp,
}

fn sighting(observation: &Observation, ledger: &Ledger, places: &BTreeMap<&str, usize>) -> Option<Sighting> {
    let said = said(observation, ledger)?;
    Some(Sighting { landing: *places.get(said.head.as_str())?, of: said.of, at: said.at })
}

fn said(observation: &Observation, ledger: &Ledger) -> Option<Said> {
    let commit = split(&observation.raw).ok().filter(|commit| commit.malformed.is_empty())?;
    let said = record::read(commit.message)?.ok().filter(|said| said.decision == Decision::Observe)?;
    // Observers are machines: their keys are SSH keys, which a signature holds itself.
    let found = ledger.known.verify(&observation.raw, &commit, &Certificates::default())?;
    let key = found.key.clone().filter(|_| found.is_good())?;
    let (head, at) = said.observed?;
    Some(Said { of: (said.context, said.trust_root, key), head, at })
}
