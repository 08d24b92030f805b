//! Time stamps of authorities (T3; design: approvals.md, "Time").
//!
//! A token over a commit shows that the commit was there before a moment, and with it all that it reaches. One
//! over a record speaks of that record, one over a commit of the mainline of all that had landed by then. Which
//! roots are trusted, the policy says that governs before the landing in question. A token that proves nothing
//! is kept with the reason: it is shown, and counts for nothing.
//!
//! A token is an upper bound, and whoever may ask an authority can make one today over a commit of years ago. It
//! therefore never makes the time of anything later: it shows that a record is older than its landing, that a
//! certificate was valid, or that a key was not stolen yet, and it meets the demand for such a proof where the
//! record would count at that bound as well.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use jiff::Timestamp;
use rayon::prelude::*;

use super::judge::latest;
use crate::inputs::history::ledger::{Ledger, TimeToken};
use crate::inputs::policy::Policy;
use crate::inputs::signature::stamp::{self, Roots, Stamp};

/// A token, judged by the roots of one policy.
#[derive(Clone, Debug)]
pub struct Stamped {
    /// The commit that it is for: the record, or a commit of the mainline that holds it.
    pub over: String,
    /// The bytes of that commit.
    pub object: Arc<[u8]>,
    /// What it proves, or in words why nothing.
    pub found: Result<Stamp, String>,
    /// The authority's answer; nothing where it is too long to be one.
    pub answer: Option<Arc<[u8]>>,
}

/// The tokens of a ledger, judged where somebody asks.
#[derive(Debug)]
pub(super) struct Stamps<'l> {
    ledger: &'l Ledger,
    latest: Timestamp,
    /// The commits of the mainline: where each landed.
    places: BTreeMap<&'l str, usize>,
    judged: Vec<(Arc<Roots>, Arc<Judged>)>,
}

/// All tokens by the same roots.
#[derive(Debug, Default)]
struct Judged {
    tokens: BTreeMap<String, Vec<Arc<Stamped>>>,
    /// For each landing the earliest that it or a later one is stamped with.
    landings: Vec<Option<Arc<Stamped>>>,
}

/// What tokens show of the time of one record.
#[derive(Clone, Debug, Default)]
pub(super) struct Witness {
    /// It was there before this, by the earliest of them.
    pub(super) before: Option<Timestamp>,
    /// The tokens that speak of it, the one that counts and those that prove nothing.
    pub(super) stamps: Vec<Arc<Stamped>>,
}

impl<'l> Stamps<'l> {
    /// The tokens of a ledger, up to the moment of judging.
    pub(super) fn of(ledger: &'l Ledger, as_of: Timestamp) -> Stamps<'l> {
        let places = match ledger.tokens.is_empty() {
            true => BTreeMap::new(),
            false => ledger.landings.iter().enumerate().map(|(at, one)| (one.commit.as_str(), at)).collect(),
        };
        let latest = latest(as_of);
        Stamps { ledger, latest, places, judged: Vec::new() }
    }

    /// Before when a landing was there, by the tokens over it and over later ones.
    pub(super) fn of_landing(&mut self, landing: usize, policy: &Policy) -> Option<Timestamp> {
        Some(self.by(policy)?.landings.get(landing)?.as_ref()?.found.as_ref().ok()?.before)
    }

    /// What is stamped of a record that landed there: it, or what holds it.
    pub(super) fn of_record(&mut self, record: &str, landing: usize, policy: &Policy) -> Witness {
        let Some(judged) = self.by(policy) else { return Witness::default() };
        let over = |commit: &str| judged.tokens.get(commit).into_iter().flatten().cloned();
        let landed = self.ledger.landings.get(landing).map_or("", |landing| landing.commit.as_str());
        let mut stamps: Vec<Arc<Stamped>> = over(record).collect();
        if landed != record {
            stamps.extend(over(landed));
        }
        let later = judged.landings.get(landing).cloned().flatten();
        stamps.extend(later.filter(|later| !stamps.iter().any(|one| Arc::ptr_eq(one, later))));
        let before = stamps.iter().filter_map(|one| Some(one.found.as_ref().ok()?.before)).min();
        Witness { before, stamps }
    }

    /// The tokens by the roots of a policy; nothing where there are none.
    fn by(&mut self, policy: &Policy) -> Option<Arc<Judged>> {
        if self.ledger.tokens.is_empty() {
            return None;
        }
        let known = self.judged.iter().rev().find(|(roots, _)| *roots == policy.time_roots);
        if let Some((_, judged)) = known {
            return Some(judged.clone());
        }
        let judged = Arc::new(self.judge(&policy.time_roots));
        self.judged.push((policy.time_roots.clone(), judged.clone()));
        Some(judged)
    }

    fn judge(&self, roots: &Roots) -> Judged {
        let records = self.ledger.landings.iter().flat_map(|landing| &landing.records);
        let known: BTreeSet<&str> =
            records.map(|record| record.commit.as_str()).chain(self.places.keys().copied()).collect();
        let tokens = self.ledger.tokens.par_iter().filter(|token| known.contains(token.commit.as_str()));
        let stamped: Vec<Arc<Stamped>> =
            tokens.map(|token| Arc::new(stamped(token, roots, self.latest))).collect();
        let mut judged = Judged { landings: vec![None; self.ledger.landings.len()], ..Judged::default() };
        for one in stamped {
            if let (Some(place), Ok(_)) = (self.places.get(one.over.as_str()), &one.found) {
                let place = &mut judged.landings[*place];
                *place = earlier(place.take(), Some(one.clone()));
            }
            judged.tokens.entry(one.over.clone()).or_default().push(one);
        }
        // What a commit of the mainline reaches was there no later than it.
        let mut best = None;
        for place in judged.landings.iter_mut().rev() {
            best = earlier(place.take(), best);
            place.clone_from(&best);
        }
        judged
    }
}

/// The earlier of two that prove something; of equals the first.
fn earlier(one: Option<Arc<Stamped>>, other: Option<Arc<Stamped>>) -> Option<Arc<Stamped>> {
    let before = |one: &Arc<Stamped>| one.found.as_ref().map(|stamp| stamp.before).ok();
    [one, other].into_iter().flatten().min_by_key(before)
}

fn stamped(token: &TimeToken, roots: &Roots, latest: Timestamp) -> Stamped {
    let found = match &token.answer {
        None => Err("it cannot be read: it is longer than 64 KiB".to_owned()),
        Some(_) if roots.all().is_empty() => Err("the policy trusts no authority of time stamps".to_owned()),
        Some(answer) => stamp::verify(answer, &token.object, roots).map_err(|refusal| refusal.to_string()),
    };
    let found = match found {
        Ok(stamp) if stamp.before > latest => Err(format!("its time {} is yet to come", stamp.before)),
        found => found,
    };
    Stamped { over: token.commit.clone(), object: token.object.clone(), found, answer: token.answer.clone() }
}
