//! Who edited a subject: authors, committers, signers and co-authors of the commits that touched it.

use std::collections::BTreeSet;
use std::sync::Arc;

use jiff::Timestamp;

use super::judge::{certificate_holder, signer};
use crate::inputs::history::ledger::Edit;
use crate::inputs::policy::Policy;
use crate::inputs::signature::x509::vouched;
use crate::inputs::signature::{Known, split};
use crate::text::Asked;

/// Who made the commits that touched a subject.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Editors {
    /// Roster ids of authors, committers and signers.
    pub people: BTreeSet<String>,
    /// Roster ids of those who signed with a key that stood when the edit landed.
    pub signers: BTreeSet<String>,
    /// Roster ids of co-authors.
    pub coauthors: BTreeSet<String>,
    /// Mail addresses that are nobody's, of edits that no such key signed.
    pub unknown: BTreeSet<String>,
    /// Mail addresses of co-authors that are nobody's, of edits that no such key signed.
    pub unknown_coauthors: BTreeSet<String>,
    /// Commits that no such key signed.
    pub unsigned: BTreeSet<String>,
}

/// An edit, and the policy that says whose keys and mail addresses its people have. Its signature is verified
/// when somebody asks.
#[derive(Debug)]
pub struct EditBy {
    edit: Arc<Edit>,
    policy: Arc<Policy>,
    known: Arc<Known>,
    /// When it landed, and before when somebody else had seen that (T2, T3).
    landed: (Timestamp, Option<Timestamp>),
    editors: Asked<Box<Editors>>,
}

impl EditBy {
    /// An edit by the policy that governed when it landed.
    pub(super) fn new(
        edit: Arc<Edit>,
        policy: Arc<Policy>,
        known: Arc<Known>,
        landed: (Timestamp, Option<Timestamp>),
    ) -> EditBy {
        EditBy { edit, policy, known, landed, editors: Asked::default() }
    }

    /// The people of the edit.
    pub fn editors(&self) -> &Editors {
        self.editors.get_or_make(|| Box::new(Editors::of(self)))
    }

    /// The commit, with its mail addresses and paths.
    pub fn edit(&self) -> &Edit {
        &self.edit
    }
}

impl Editors {
    /// The people of several edits.
    pub(super) fn all<'a>(edits: impl Iterator<Item = &'a EditBy>) -> Editors {
        let mut all = Editors::default();
        for edit in edits {
            let editors = edit.editors();
            all.people.extend(editors.people.iter().cloned());
            all.signers.extend(editors.signers.iter().cloned());
            all.coauthors.extend(editors.coauthors.iter().cloned());
            all.unknown.extend(editors.unknown.iter().cloned());
            all.unknown_coauthors.extend(editors.unknown_coauthors.iter().cloned());
            all.unsigned.extend(editors.unsigned.iter().cloned());
        }
        all
    }

    /// The same with the addresses that a later policy gives to somebody: its admins have said with their signatures
    /// whose they are. Without that, what a stranger wrote once could never be approved.
    pub(super) fn known_to(mut self, policy: &Policy) -> Editors {
        for (unknown, people) in
            [(&mut self.unknown, &mut self.people), (&mut self.unknown_coauthors, &mut self.coauthors)]
        {
            unknown.retain(|email| person_of(policy, email).map(|person| people.insert(person)).is_none());
        }
        self
    }

    fn of(by: &EditBy) -> Editors {
        let EditBy { edit, policy, known, landed, .. } = by;
        let mut editors = Editors::default();
        let signed = edit.signed.as_deref().and_then(|raw| {
            signer(raw, policy, *landed, known).filter(|(id, _)| policy.principal(id).is_some())
        });
        // Whoever holds a key is among the editors, whatever the key was worth: it answers for nothing then.
        editors.people.extend(signed.iter().map(|(person, _)| person.clone()));
        let signer = signed.filter(|(_, stands)| *stands).map(|(person, _)| person);
        let (own, coauthors) = edit.emails.split_at(edit.emails.len().saturating_sub(edit.coauthors));
        for email in own {
            match person_of(policy, email) {
                Some(person) => editors.people.insert(person),
                // Somebody on the roster answers for an edit that they signed, whoever wrote it.
                None => signer.is_none() && editors.unknown.insert(email.clone()),
            };
        }
        for email in coauthors {
            match person_of(policy, email) {
                Some(person) => editors.coauthors.insert(person),
                None => signer.is_none() && editors.unknown_coauthors.insert(email.clone()),
            };
        }
        // A certificate that does not stand puts its person among the editors, and answers for nothing.
        editors.people.extend(edit.signed.as_deref().and_then(|raw| certified(raw, policy)));
        match signer {
            Some(person) => editors.signers.insert(person),
            None => editors.unsigned.insert(edit.commit.clone()),
        };
        editors
    }
}

/// Whose certificate signed a commit, by the authorities of a policy.
fn certified(raw: &[u8], policy: &Policy) -> Option<String> {
    if policy.authorities.all().is_empty() {
        return None;
    }
    certificate_holder(policy, &vouched(&split(raw).ok()?, &policy.authorities, None).ok()?)
}

/// The person of a mail address, which is written in lower case.
fn person_of(policy: &Policy, email: &str) -> Option<String> {
    let has = |known: &String| known.to_lowercase() == email;
    policy.principals.iter().find(|person| person.emails.iter().any(has)).map(|person| person.id.clone())
}
