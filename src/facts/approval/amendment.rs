//! The effective policy: a state carried along the mainline, not the files in the tree (design: approvals.md,
//! "Amending E").

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use jiff::Timestamp;

use super::derive::Landed;
use super::subject::Manifest;
use crate::inputs::history::ledger::{Landing, Ledger};
use crate::inputs::policy::{self, Policy, Principal};
use crate::text::{ContentHash, SourceFile};

/// The role that may amend.
pub const ADMIN: &str = "policy-admin";

/// The effective policy, and what would follow it.
#[derive(Clone, Debug)]
pub struct Effective {
    /// The policy that governs.
    pub policy: Arc<Policy>,
    /// Its digest: of the manifest of its folder.
    pub digest: ContentHash,
    /// Index of the landing with which it came into force.
    pub since: usize,
    /// The policy in the tree that does not govern, and who has signed for it.
    pub pending: Option<Pending>,
    /// Every policy that governed: (digest, serial, landing).
    pub history: Vec<(ContentHash, u64, usize)>,
    votes: BTreeMap<(ContentHash, ContentHash, u64), BTreeSet<String>>,
    /// The policy of the tree.
    tree: Option<(Option<ContentHash>, Vec<SourceFile>)>,
    /// The same, read, while it does not govern.
    waiting: Option<Arc<Policy>>,
}

/// A policy that waits for signatures.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Pending {
    /// Its digest; nothing when a file's name can stand in no manifest.
    pub digest: Option<ContentHash>,
    /// Who has signed for it, as far as the signature counts.
    pub signed: BTreeSet<String>,
    /// How many must.
    pub quorum: u32,
    /// Why it can never come into force as it stands: it cannot be read, its serial is not the next, nobody
    /// could amend it again.
    pub refused: Option<String>,
}

impl Effective {
    /// The policy of the trust root; nothing when it cannot be read.
    pub fn root(files: &[SourceFile], _root: &Landing) -> Option<Effective> {
        let parsed = policy::parse(files, None);
        if !parsed.faults.is_empty() || !parsed.policy.is_adopted {
            return None;
        }
        let digest = digest(files)?;
        let serial = parsed.policy.serial;
        Some(Effective {
            policy: Arc::new(parsed.policy),
            digest,
            since: 0,
            pending: None,
            history: vec![(digest, serial, 0)],
            votes: BTreeMap::new(),
            tree: None,
            waiting: None,
        })
    }

    /// The policy in the tree, while it does not govern.
    pub(super) fn pending_policy(&self) -> Option<Arc<Policy>> {
        self.waiting.clone()
    }

    /// The files of the policy in the tree, whether it governs or not.
    pub(super) fn files(&self) -> Option<Vec<SourceFile>> {
        self.tree.as_ref().map(|(_, files)| files.clone())
    }

    /// Takes over the past of a policy that a later trust root ended.
    pub(super) fn follow(&mut self, earlier: Effective, index: usize) {
        let serial = self.policy.serial;
        self.since = index;
        self.history = earlier.history;
        self.history.push((self.digest, serial, index));
        self.tree = earlier.tree;
    }

    /// Who may amend at a moment, and reinstate, by the policy that governs: roster ids. Nobody does that in the place of
    /// somebody else.
    pub fn admins(&self, at: Timestamp) -> BTreeSet<String> {
        let day = self.policy.day(at);
        let admins = self.policy.principals.iter().filter(|person| person.holds(ADMIN, None, day));
        admins.map(|person| person.id.clone()).collect()
    }

    /// A policy of a tree, as far as it can be read.
    pub fn read(files: &[SourceFile]) -> Policy {
        policy::parse(files, None).policy
    }

    /// Counts the vote of a record that amends. Only who holds the role by the policy in force votes, and
    /// only a record without any reason against it.
    /// `tree` is the digest of the policy in the record's own tree: what was signed must be what is named.
    pub fn vote(&mut self, landed: &Landed, tree: Option<ContentHash>) {
        let Some(record) = landed.judged.record.as_ref().filter(|_| landed.judged.counts()) else { return };
        let (Some(amendment), Some(person)) = (record.amendment, &landed.judged.principal) else { return };
        if tree != Some(amendment.1) {
            return;
        }
        let day = landed.arrived.to_zoned(self.policy.zone.clone()).date();
        if self.policy.principal(person).is_some_and(|principal| principal.holds(ADMIN, None, day)) {
            self.votes.entry(amendment).or_default().insert(person.clone());
        }
    }

    /// Takes over the policy of a landing's tree, and brings it into force when enough have signed.
    pub fn land(&mut self, index: usize, landing: &Landing) {
        if let Some(files) = &landing.policy {
            self.tree = Some((digest(files), files.clone()));
        }
        let waited = self.pending.take();
        if landing.policy.is_none() && waited.is_none() {
            return;
        }
        self.waiting = None;
        let Some((new, files)) = self.tree.clone().filter(|(new, _)| *new != Some(self.digest)) else {
            return;
        };
        let serial = self.policy.serial + 1;
        let votes = new.and_then(|new| self.votes.get(&(self.digest, new, serial)));
        let signed = votes.cloned().unwrap_or_default();
        let parsed = policy::parse(&files, None);
        let day = landing.landed.to_zoned(parsed.policy.zone.clone()).date();
        let can_amend = |person: &&Principal| {
            person.holds(ADMIN, None, day) && parsed.policy.can_sign(person, landing.landed)
        };
        let admins = parsed.policy.principals.iter().filter(can_amend).count();
        let refused = if new.is_none() {
            Some("the name of one of its files can stand in no manifest".to_owned())
        } else if !parsed.faults.is_empty() || !parsed.policy.is_adopted {
            Some("it cannot be read".to_owned())
        } else if parsed.policy.serial != serial {
            Some(format!("its serial is {}, {serial} is due", parsed.policy.serial))
        } else if admins < parsed.policy.amend_quorum as usize {
            let quorum = parsed.policy.amend_quorum;
            Some(format!("{admins} with a key that is valid could amend it again, and it asks for {quorum}"))
        } else {
            None
        };
        if let Some(new) =
            new.filter(|_| refused.is_none() && signed.len() >= self.policy.amend_quorum as usize)
        {
            self.policy = Arc::new(parsed.policy);
            self.digest = new;
            self.since = index;
            self.history.push((new, serial, index));
            return;
        }
        self.waiting = Some(Arc::new(parsed.policy));
        self.pending = Some(Pending { digest: new, signed, quorum: self.policy.amend_quorum, refused });
    }
}

/// The digest of a policy: SHA-256 of the manifest of its folder, paths relative to the folder; nothing when
/// a path can stand in no manifest.
pub fn digest(files: &[SourceFile]) -> Option<ContentHash> {
    let line = |file: &SourceFile| {
        let path = file.path.below(policy::FOLDER).unwrap_or(file.path.as_str());
        (path.to_owned(), file.hash)
    };
    Manifest::of(files.iter().map(line)).ok().map(|manifest| manifest.digest())
}

/// The files of `policy/` as a landing left them.
pub fn files_at(ledger: &Ledger, landing: usize) -> Option<Vec<SourceFile>> {
    let until = ledger.landings.get(..=landing)?;
    until.iter().rev().find_map(|landing| landing.policy.clone())
}
