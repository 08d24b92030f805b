//! What became of a record once it is signed: whether it stands, fills a place, and which are open.

use super::Approvals;
use super::code::Reason;
use super::derive::Landed;
use super::exception;
use super::quorum::Place;
use super::status::Approval;
use super::subject::SubjectId;
use super::weigh::Case;

/// Whether a person's approval of the present content stands already in a role: of the subject, or of an
/// exception of it.
pub fn has_approved(
    approvals: &Approvals,
    id: &SubjectId,
    only: Option<&str>,
    person: &str,
    role: Option<&str>,
) -> bool {
    let (Some((subject, approval)), Some(effective)) = (approvals.subjects.get(id), &approvals.effective)
    else {
        return false;
    };
    let exception = only.filter(|name| exception::is_exception(name));
    let of_exception = exception.and_then(|name| approvals.of_exception(id, name));
    let Some(digest) = of_exception.as_ref().unwrap_or(approval).digest else { return false };
    let counts = |landed: &Landed| landed.judged.counts();
    let (policy, need) = (&*effective.policy, subject.need.as_ref());
    let case = Case { id, subject, policy, need, digest, exception, counts: &counts };
    case.approvals().iter().map(|one| one.landed).any(|landed| {
        let record = landed.judged.record.as_ref();
        record.is_some_and(|record| record.signer == person && record.role.as_deref() == role)
    })
}

/// Why a record that counts fills no place all the same: reason, words, and whether it never will.
pub fn in_vain(approvals: &Approvals, id: &SubjectId, record: &str) -> Option<(Reason, String, bool)> {
    let (subject, approval) = approvals.subjects.get(id)?;
    let landed = subject.records.iter().find(|landed| landed.judged.id == record);
    let of = landed.and_then(|landed| exception::of(landed.judged.record.as_ref()?));
    let of_exception = of.and_then(|name| approvals.of_exception(id, name));
    let uncounted = &of_exception.as_ref().unwrap_or(approval).uncounted;
    let uncounted = uncounted.iter().find(|uncounted| uncounted.record == record)?;
    // Better evidence of time may come; a second person, too.
    let may_count = matches!(uncounted.reason, Reason::EvidenceInsufficient | Reason::DuplicatePrincipal);
    Some((uncounted.reason, uncounted.why.clone(), !may_count))
}

/// The places that nobody fills yet, in words.
pub fn open_places(approval: &Approval) -> Vec<String> {
    approval.quorum.open().map(Place::to_string).collect()
}
