//! When the quorum of a content was met, and how long that lasts (design: approvals.md, "Status of a subject").
//!
//! Enters: the approvals that stand for the content, each with the time that counts. Leaves: the rounds in which people
//! filled the matrix. A signature belongs to one round: who signs again alone revives nothing that died, and makes
//! nothing late that was in time; once enough people have signed again, time counts from there.

use jiff::Timestamp;

use super::derive::Landed;
use super::weigh::{Case, Weighed};
use crate::facts::calendar::{after, before};

/// An approval that stands for a content.
#[derive(Clone, Copy, Debug)]
pub(super) struct Standing<'a> {
    /// The record.
    pub(super) landed: &'a Landed,
    /// The record that carried it over, where it is of an earlier content.
    pub(super) carried_by: Option<&'a Landed>,
    /// The record that carried it to the content itself, at the end of several that carried: before that one, nobody
    /// had approved this content.
    pub(super) through: Option<&'a Landed>,
}

impl Standing<'_> {
    /// When the content had this approval, under a class that asks for evidence of so much.
    fn was_there(&self, least: u8) -> Timestamp {
        let own = self.landed.was_there(least);
        self.through.map_or(own, |through| through.was_there(least).max(own))
    }
}

/// When enough people had approved a content.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
struct Round {
    /// When the last of them had.
    met: Timestamp,
    /// From when its time to live counts: carrying an approval over gives it no longer life.
    given: Timestamp,
}

/// What time has made of an approval.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Lifetime {
    /// When the quorum was met.
    pub since: Timestamp,
    /// When it dies, unless the change was carried out before.
    pub until: Timestamp,
    /// Whether that was before the approval lead time of the slot began.
    pub(super) is_in_time: bool,
    /// Until when it had to be met for that.
    pub(super) due: Option<Timestamp>,
}

impl Case<'_> {
    /// Of the rounds that are alive, or of all where none is: one that was in time before one that was not, and of
    /// several the one that lives longest. Nothing where no class sets a time.
    pub(super) fn lifetime(&self, weighed: &Weighed<'_>, as_of: Timestamp) -> Option<Lifetime> {
        let (policy, need) = (self.policy, self.need?);
        let class = need.policy(policy)?;
        let due = need.slot.map(|(start, _)| before(start, class.approval_lead, &policy.zone, policy));
        let is_executed = self.subject.executed.contains_key(&self.digest);
        let lifetimes = self.rounds(weighed, class.min_time_evidence).into_iter().map(|round| Lifetime {
            since: round.met,
            until: after(round.given, class.approval_ttl, &policy.zone, policy),
            is_in_time: due.is_none_or(|due| round.met <= due),
            due,
        });
        let is_alive = |one: &Lifetime| is_executed || as_of < one.until;
        lifetimes.max_by_key(|one| (is_alive(one), one.is_in_time, one.until))
    }

    /// The rounds, oldest first.
    fn rounds(&self, weighed: &Weighed<'_>, least: u8) -> Vec<Round> {
        let mut standing = weighed.standing.clone();
        // What is carried comes first: whoever carries their own approval over gives that one no longer life either.
        standing.sort_by_key(|one| (one.was_there(least), one.carried_by.is_none()));
        let (mut rounds, mut open) = (Vec::new(), Vec::new());
        for one in standing {
            open.push(one);
            if self.fill(&open).is_met() {
                let met = one.was_there(least);
                let carried = open.iter().filter(|one| one.carried_by.is_some()).map(|one| one.landed.at);
                rounds.push(Round { met, given: carried.fold(met, Timestamp::min) });
                open.clear();
            }
        }
        rounds
    }
}
