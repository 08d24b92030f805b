//! Records whose key is compromised by a later policy, and records that count again all the same (design:
//! approvals.md, "Roster and policy").

use std::collections::{BTreeMap, BTreeSet};

use super::{Landed, Pass};
use crate::facts::approval::Approvals;
use crate::facts::approval::amendment::ADMIN;
use crate::facts::approval::code::Reason;
use crate::facts::approval::judge::hit_by;
use crate::facts::approval::subject::SubjectId;
use crate::inputs::policy::Policy;

/// A record, and what a revocation says against it.
type Hit = (String, String);

/// What admins have signed for. They know what a revocation says when they sign: one that says something else of
/// the same key asks them again.
#[derive(Clone, Debug, Default)]
pub struct Reinstated {
    /// Who has signed so far.
    signed: BTreeMap<Hit, BTreeSet<String>>,
    /// Where enough have.
    whole: BTreeSet<Hit>,
}

impl Reinstated {
    /// Who has signed that a record counts again in spite of what a revocation says: roster ids.
    pub fn signed(&self, record: &str, why: &str) -> BTreeSet<String> {
        self.signed.get(&(record.to_owned(), why.to_owned())).cloned().unwrap_or_default()
    }
}

impl Approvals {
    /// Records that count and that the revocations of a policy would take away, rejections and withdrawals among them:
    /// what admins have to know before they sign for it.
    pub fn taken_by(&self, policy: &Policy) -> Vec<(&SubjectId, &Landed)> {
        let mut taken = Vec::new();
        for (id, (subject, _)) in &self.subjects {
            let is_hit = |landed: &&Landed| {
                let judged = &landed.judged;
                judged.counts() && !hit_by(judged, &landed.raw, landed.witnessed, policy).is_empty()
            };
            taken.extend(subject.records.iter().filter(is_hit).map(|landed| (id, landed)));
        }
        taken
    }
}

impl Pass<'_> {
    /// Holds the revocations of a policy that came into force against every record that has landed.
    pub(super) fn revoke(&mut self) {
        let policy = self.effective.policy.clone();
        let of_subjects = self.subjects.values_mut().flat_map(|subject| &mut subject.records);
        for landed in of_subjects.chain(&mut self.others) {
            let judged = &mut landed.judged;
            for told in hit_by(judged, &landed.raw, landed.witnessed, &policy) {
                let hit = (judged.id.clone(), told.1.clone());
                if !self.reinstated.whole.contains(&hit) && !judged.reasons.contains(&told) {
                    judged.reasons.push(told);
                }
            }
            judged.reasons.sort();
        }
    }

    /// Counts a reinstatement; with as many admins as an amendment takes, the record counts again.
    pub(super) fn reinstate(&mut self, landed: &Landed) -> Option<SubjectId> {
        let record = landed.judged.record.as_ref().filter(|_| landed.judged.counts())?;
        let (of, person) = (record.of.as_ref()?, landed.judged.principal.as_ref()?);
        let policy = &self.effective.policy;
        if !policy.principal(person)?.holds(ADMIN, None, policy.day(landed.arrived)) {
            return None;
        }
        let mut subjects = self.subjects.iter_mut();
        let (id, hit) = subjects.find_map(|(id, subject)| {
            Some((id, subject.records.iter_mut().find(|hit| hit.judged.id == *of)?))
        })?;
        let Reinstated { signed, whole } = &mut self.reinstated;
        let before = hit.judged.reasons.len();
        hit.judged.reasons.retain(|(reason, why)| {
            if *reason != Reason::KeyCompromised {
                return true;
            }
            let against = (of.clone(), why.clone());
            let people = signed.entry(against.clone()).or_default();
            people.insert(person.clone());
            let is_enough = people.len() >= policy.amend_quorum as usize;
            if is_enough {
                whole.insert(against);
            }
            !is_enough
        });
        (hit.judged.reasons.len() < before).then(|| id.clone())
    }
}
