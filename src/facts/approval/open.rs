//! Who could still fill what is open in the matrix of a subject, and what stands against all of them.

use jiff::Timestamp;

use super::code::Reason;
use super::quorum::Place;
use super::weigh::Case;
use super::{Approvals, SubjectId};

/// A place that nobody fills, and the people of the roster who could.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct OpenPlace {
    /// The place.
    pub place: Place,
    /// Roster ids: who holds the role at the moment and may judge the content. Somebody who stands elsewhere
    /// in the matrix is left out, as one person is counted once.
    pub could: Vec<String>,
}

/// What stands against every approval of a subject until it is out of the way, also before the first one is given:
/// (reason, who or what).
pub fn against(approvals: &Approvals, id: &SubjectId) -> Vec<(Reason, String)> {
    let Some((subject, approval)) = approvals.subjects.get(id) else { return Vec::new() };
    // Of what landed before adoption, or has ended, nobody asks who may approve it.
    let is_open = approval.status.waits_for_people() && approval.quorum.open().next().is_some();
    match (&approvals.effective, approval.digest) {
        (Some(effective), Some(digest)) if is_open => {
            let (policy, need) = (&*effective.policy, subject.need.as_ref());
            let counts = &|_: &super::derive::Landed| true;
            Case { id, subject, policy, need, digest, exception: None, counts }.hindrances()
        }
        _ => approval.hindrances.clone(),
    }
}

/// What stands against a subject as a whole, in words, and what to do about it.
pub fn told(reason: Reason, who: &str) -> (String, &'static str) {
    let is_commit = who.len() == 40 && who.bytes().all(|byte| byte.is_ascii_hexdigit());
    match reason {
        Reason::EditorUnknown if is_commit => (
            format!("commit {} is signed by nobody on the roster", &who[..12]),
            "let somebody on the roster sign the edit before it lands; once it has, write a new change",
        ),
        Reason::EditorUnknown => (
            format!("editor {who} is nobody on the roster"),
            "give the address to a person of the roster (`mcmbook policy amend`), or let somebody on it sign the edit \
             before it lands",
        ),
        _ => (who.to_owned(), "`mcmbook status` tells what is missing"),
    }
}

/// The open places of a subject in the order of the policy.
pub fn open(approvals: &Approvals, id: &SubjectId, as_of: Timestamp) -> Vec<OpenPlace> {
    let Some((subject, approval)) = approvals.subjects.get(id) else { return Vec::new() };
    let (Some(effective), Some(digest)) = (&approvals.effective, approval.digest) else { return Vec::new() };
    let policy = &*effective.policy;
    let (need, counts) = (subject.need.as_ref(), &|_: &super::derive::Landed| true);
    let case = Case { id, subject, policy, need, digest, exception: None, counts };
    let day = policy.day(as_of);
    let stands = |person: &str| approval.quorum.places.iter().any(|(_, by)| by.as_deref() == Some(person));
    let is_outside =
        |team: Option<&String>| team.is_none_or(|team| need.is_none_or(|need| !need.teams.contains(team)));
    let could = |place: &Place| {
        policy
            .holders(&place.role, place.service.as_deref(), day)
            .filter(|person| place.role != "outsider" || is_outside(person.team.as_ref()))
            .filter(|person| !stands(&person.id) && case.bar(&person.id).is_none())
            .map(|person| person.id.clone())
            .collect()
    };
    approval.quorum.open().map(|place| OpenPlace { place: place.clone(), could: could(place) }).collect()
}
