//! What a change needs, carried from landing to landing: it follows the documents of the book, and never falls for
//! what people have signed already.

use std::collections::BTreeSet;

use super::{Pass, Subject};
use crate::facts::approval::need::{Catalogue, Measure, Need};
use crate::facts::approval::subject::SubjectId;
use crate::inputs::policy::{ClassName, Policy};
use crate::inputs::signature::Decision;
use crate::text::ContentHash;

/// What a content needed while it was not approved.
#[derive(Clone, Debug)]
pub(super) struct Needed {
    /// Hash of the policy by which it did.
    policy: ContentHash,
    need: Need,
    /// Whether it stays so before anybody has signed.
    is_fixed: bool,
}

impl Pass<'_> {
    /// Takes over what a subject needs, as it was learnt: by the catalogue of this landing, and where that is another
    /// one than before, by the stricter of both.
    pub(super) fn needed(
        &mut self,
        id: &SubjectId,
        index: usize,
        by: Measure<'_>,
        before: Option<&Catalogue>,
    ) {
        let Some(subject) = self.subjects.get_mut(id) else { return };
        let need = id.change().and_then(|change| {
            let now = self.needs.get(change)?.clone();
            let then = before.and_then(|before| self.documents.needs(before, by, &[change]).pop()?);
            let need = now.clone().stricter(then);
            // What the landing that wrote the content takes off it stays on, also while nobody has signed: their
            // signatures may come with the next one.
            let is_fixed = subject.changed == index && need != now;
            Some((need, is_fixed))
        });
        subject.need = need.map(|(need, is_fixed)| subject.kept(id, index, by.policy, (need, is_fixed)));
    }
}

impl Subject {
    /// What the present content needs, and needed before under the same policy. What people have signed for comes
    /// to be enough by no edit of a service or a window: it takes another signature, or another policy.
    ///
    /// A class that covers other documents makes another digest of the same files, so that whoever signed by either
    /// class is asked for.
    fn kept(
        &mut self,
        id: &SubjectId,
        index: usize,
        policy: &Policy,
        (need, is_fixed): (Need, bool),
    ) -> Need {
        let of_class = |class: &ClassName| {
            let need = Need { class: *class, ..need.clone() };
            self.digest_by(id, Some(&need), policy)
        };
        let present: BTreeSet<ContentHash> = policy.classes.keys().filter_map(of_class).collect();
        let is_signed = self.records.iter().any(|landed| {
            let record = landed.judged.record.as_ref().filter(|record| is_weighed(record.decision));
            let digest = record.and(landed.content);
            landed.landing < index
                && landed.judged.counts()
                && digest.is_some_and(|digest| present.contains(&digest))
        });
        if !is_signed {
            self.needed.retain(|digest, known| known.is_fixed || !present.contains(digest));
        }
        let known = present.iter().filter_map(|digest| self.needed.get(digest));
        let known: Vec<Needed> = known.filter(|known| known.policy == policy.hash).cloned().collect();
        let is_fixed = is_fixed || known.iter().any(|known| known.is_fixed);
        let need = known.into_iter().fold(need, |need, known| need.stricter(Some(known.need)));
        if let Some(digest) = self.digest_by(id, Some(&need), policy) {
            self.needed.insert(digest, Needed { policy: policy.hash, need: need.clone(), is_fixed });
        }
        need
    }
}

/// Whether a decision says yes or no to a content, so that it matters who else must.
fn is_weighed(decision: Decision) -> bool {
    match decision {
        Decision::Approve
        | Decision::Reject
        | Decision::Authorise
        | Decision::AuthoriseAlone
        | Decision::Ratify => true,
        Decision::Retract
        | Decision::Withdraw
        | Decision::Acknowledge
        | Decision::AcceptCollision
        | Decision::Review
        | Decision::AmendPolicy
        | Decision::Reinstate
        | Decision::Observe => false,
    }
}
