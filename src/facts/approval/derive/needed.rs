//! What a change needs, carried from landing to landing: it follows the documents of the book, and never falls for
//! what people have signed already.

use super::{Pass, Subject};
use crate::facts::approval::need::{Catalogue, Measure, Need};
use crate::facts::approval::subject::SubjectId;
use crate::inputs::policy::Policy;
use crate::inputs::signature::Decision;

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
            Some(now.stricter(then))
        });
        subject.need = need.map(|need| subject.kept(id, index, by.policy, need));
    }
}

impl Subject {
    /// What the present content needs, and needed before under the same policy. What people have signed for comes
    /// to be enough by no edit of a service or a window: it takes another signature, or another policy.
    fn kept(&mut self, id: &SubjectId, index: usize, policy: &Policy, need: Need) -> Need {
        let Some(digest) = self.digest_by(id, Some(&need), policy) else { return need };
        let is_signed = self.records.iter().any(|landed| {
            let record = landed.judged.record.as_ref().filter(|record| record.subject == Some(digest));
            let decides = record.is_some_and(|record| is_weighed(record.decision));
            landed.landing < index && landed.judged.counts() && decides
        });
        let known = self.needed.remove(&digest).filter(|(of, _)| is_signed && *of == policy.hash);
        let need = need.stricter(known.map(|(_, need)| need));
        self.needed.insert(digest, (policy.hash, need.clone()));
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
