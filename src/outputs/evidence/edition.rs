//! The policies that governed a book, one after another, with the signatures that brought each into force.

use std::sync::Arc;

use crate::facts::Facts;
use crate::facts::approval::amendment::{ADMIN, Effective, files_at};
use crate::facts::approval::derive::Landed;
use crate::inputs::policy::Policy;
use crate::text::{ContentHash, SourceFile};

/// A policy that governed.
pub(in crate::outputs) struct Edition {
    pub(in crate::outputs) serial: u64,
    pub(in crate::outputs) digest: ContentHash,
    /// Index of the landing with which it came into force.
    pub(in crate::outputs) landing: usize,
    /// Whether it is the policy of a trust root, which nobody amended.
    pub(in crate::outputs) is_root: bool,
    pub(in crate::outputs) policy: Arc<Policy>,
    /// The files of its folder.
    pub(in crate::outputs) files: Vec<SourceFile>,
}

/// Every policy that governed, oldest first; none in a book without approvals.
pub(in crate::outputs) fn all(facts: &Facts) -> Vec<Edition> {
    let ledger = &facts.inputs.history.ledger;
    let Some(effective) = &facts.approvals.effective else { return Vec::new() };
    let edition = |(digest, serial, landing): &(ContentHash, u64, usize)| {
        let files = files_at(ledger, *landing)?;
        let policy = match *digest == effective.digest {
            true => effective.policy.clone(),
            false => Arc::new(Effective::read(&files)),
        };
        let is_root = *landing == 0 || ledger.roots.contains(landing);
        Some(Edition { serial: *serial, digest: *digest, landing: *landing, is_root, policy, files })
    };
    effective.history.iter().filter_map(edition).collect()
}

/// The records that count and ask for a policy in the place of another, of those who may amend that one.
pub(in crate::outputs) fn amendments<'f>(facts: &'f Facts, from: &Edition, to: &Edition) -> Vec<&'f Landed> {
    let wanted = (from.digest, to.digest, to.serial);
    let is_one = |landed: &&Landed| asked(landed) == Some(wanted) && landed.landing <= to.landing;
    facts.approvals.others.iter().filter(is_one).filter(|landed| votes(landed, &from.policy)).collect()
}

/// The edition that governed a landing: the last one that was in force before it.
pub(in crate::outputs) fn governing(editions: &[Edition], landing: usize) -> Option<usize> {
    editions.iter().rposition(|edition| edition.landing < landing)
}

/// The records that count and ask for another policy in the place of the one in force, of those who may amend that
/// one.
pub(in crate::outputs) fn waiting<'f>(
    facts: &'f Facts,
    last: &Edition,
) -> impl Iterator<Item = &'f Landed> + use<'f> {
    let (digest, policy) = (last.digest, last.policy.clone());
    facts.approvals.others.iter().filter(move |landed| {
        asked(landed).is_some_and(|(from, _, _)| from == digest) && votes(landed, &policy)
    })
}

/// The step that a record asks for: digests of two policies, and the serial of the second.
fn asked(landed: &Landed) -> Option<(ContentHash, ContentHash, u64)> {
    landed.judged.record.as_ref().and_then(|record| record.amendment)
}

/// Whether a record counts, and is of somebody who could amend a policy when it came.
fn votes(landed: &Landed, policy: &Policy) -> bool {
    let person = landed.judged.principal.as_deref().and_then(|person| policy.principal(person));
    let day = policy.day(landed.arrived);
    landed.judged.counts() && person.is_some_and(|person| person.holds(ADMIN, None, day))
}
