//! Approvals, in one pass along the mainline (design: approvals.md, "One pass").
//!
//! Enters: the [`Ledger`], the configuration and the moment of judging. Leaves: for every subject what its
//! records make of it. Nothing but the pass keeps state, and the state before a landing is all that governs
//! it: keys, roles and quorums of the same landing do not.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use jiff::Timestamp;

use super::amendment::Effective;
use super::judge::{Candidate, Governing, Judged, judge};
use super::need::{Documents, Need};
use super::status::{self, Approval, ApprovalStatus};
use super::subject::{Manifest, SubjectId};
use crate::inputs::config::Config;
use crate::inputs::document;
use crate::inputs::history::ledger::{Edit, Landing, Ledger};
use crate::inputs::policy::Policy;
use crate::inputs::signature::{Decision, SignatureStatus, split, verify};
use crate::text::ContentHash;

/// A record with its landing.
#[derive(Clone, Debug)]
pub struct Landed {
    /// The record, judged by the policy that governed.
    pub judged: Judged,
    /// Index of its landing.
    pub landing: usize,
    /// Object id of the mainline commit that landed it.
    pub commit: String,
    /// The time that counts: that of the landing, or a better evidence.
    pub at: Timestamp,
    /// The level of that time: 1 to 3.
    pub level: u8,
    /// Records of the same unit that it descends from.
    pub descends_from: Vec<String>,
}

/// Who made the commits that touched a subject.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Editors {
    /// Roster ids of authors, committers and signers.
    pub people: BTreeSet<String>,
    /// Roster ids of co-authors.
    pub coauthors: BTreeSet<String>,
    /// Mail addresses that are nobody's, of edits that no key of the roster signed.
    pub unknown: BTreeSet<String>,
    /// Commits that no key of the roster signed.
    pub unsigned: BTreeSet<String>,
}

/// What the pass knows of one subject.
#[derive(Clone, Debug, Default)]
pub struct Subject {
    /// Its files as the manifest names them, as they stand now.
    pub files: BTreeMap<String, ContentHash>,
    /// Index of the landing that changed it last.
    pub changed: usize,
    /// The landing time of its first landing outside of `drafts/`.
    pub submitted: Option<Timestamp>,
    /// What it needs, when it is a change with a request.
    pub need: Option<Need>,
    /// Who touched it, landing by landing.
    pub edits: Vec<(usize, Editors)>,
    /// Its records in landing order, whatever stands against them.
    pub records: Vec<Landed>,
    /// Contents that were approved: (digest, landing at which the quorum was met).
    pub approved: Vec<(ContentHash, usize)>,
    /// Digests that executions cite.
    pub executed: BTreeSet<ContentHash>,
    /// Every content that it had: (digest, landing that brought it), the present one last.
    pub contents: Vec<(ContentHash, usize)>,
}

/// The state of the pass.
#[derive(Debug)]
pub struct Pass<'a> {
    config: &'a Arc<Config>,
    as_of: Timestamp,
    root: String,
    /// The effective policy.
    pub effective: Effective,
    documents: Documents,
    /// The subjects by id.
    pub subjects: BTreeMap<SubjectId, Subject>,
    /// Records that name no subject of the book, and those of the policy.
    pub others: Vec<Landed>,
}

impl<'a> Pass<'a> {
    /// Walks the ledger up to the moment of judging. Nothing when there is no policy on the mainline.
    pub fn run(ledger: &Ledger, config: &'a Arc<Config>, as_of: Timestamp) -> Option<Pass<'a>> {
        let root = ledger.landings.first()?;
        let effective = Effective::root(root.policy.as_deref()?, root)?;
        let mut pass = Pass {
            config,
            as_of,
            root: root.commit.clone(),
            effective,
            documents: Documents::default(),
            subjects: BTreeMap::new(),
            others: Vec::new(),
        };
        for (index, landing) in ledger.landings.iter().enumerate() {
            pass.land(index, landing);
        }
        Some(pass)
    }

    fn land(&mut self, index: usize, landing: &Landing) {
        let governing = self.effective.policy.clone();
        let before = self.documents.before(landing.changed.keys());
        let touched = self.change(index, landing);
        if index > 0 {
            for edit in &landing.edits {
                self.edited(index, edit, &governing);
            }
            self.records(index, landing, &governing);
        }
        self.effective.land(index, landing);
        let named = self
            .subjects
            .iter()
            .filter(|(_, subject)| subject.records.last().is_some_and(|record| record.landing == index));
        let named: BTreeSet<SubjectId> = named.map(|(id, _)| id.clone()).chain(touched).collect();
        for id in named {
            self.weigh(&id, index, landing, &governing, before.as_ref());
        }
    }

    /// Takes over the files that a landing changed; gives the subjects that they belong to.
    fn change(&mut self, index: usize, landing: &Landing) -> BTreeSet<SubjectId> {
        let src = &self.config.book.src;
        let mut touched = BTreeSet::new();
        for (path, file) in &landing.changed {
            let Some((id, name)) = SubjectId::of_path(path, src) else { continue };
            let subject = self.subjects.entry(id.clone()).or_default();
            let before = subject.files.clone();
            match file {
                Some(file) => subject.files.insert(name.clone(), file.hash),
                None => subject.files.remove(&name),
            };
            if before != subject.files {
                subject.changed = index;
                let is_request = name == "request.md" || id.is_document();
                if is_request && file.is_some() && !path.as_str().contains("/drafts/") {
                    subject.submitted.get_or_insert(landing.landed);
                }
                touched.insert(id.clone());
            }
            let source = file.as_ref().and_then(|file| file.source.as_ref());
            let document = source.map(|source| Arc::new(document::parse(source, &self.config.kinds, src)));
            if let Some(document) = &document
                && document.kind_name() == "execution"
            {
                let digest = document.text("approval_set").and_then(|text| text.strip_prefix("sha256:"));
                subject.executed.extend(digest.and_then(ContentHash::from_hex));
            }
            self.documents.put(path, document);
        }
        touched
    }

    /// Counts the people of an edit among the editors of what it touched.
    fn edited(&mut self, index: usize, edit: &Edit, policy: &Policy) {
        let src = &self.config.book.src;
        let subjects: BTreeSet<SubjectId> =
            edit.paths.iter().filter_map(|path| Some(SubjectId::of_path(path, src)?.0)).collect();
        let editors = Editors::of(edit, policy);
        for id in subjects {
            if let Some(subject) = self.subjects.get_mut(&id) {
                subject.edits.push((index, editors.clone()));
            }
        }
    }

    fn records(&mut self, index: usize, landing: &Landing, policy: &Policy) {
        let pending = landing.policy.as_deref().map(Effective::read);
        for commit in &landing.records {
            let candidate = Candidate {
                id: &commit.commit,
                raw: &commit.raw,
                parent_tree: commit.parent_tree.as_deref(),
                files: commit.files.clone(),
            };
            let governing = Governing {
                policy,
                pending: pending.as_ref(),
                trust_root: &self.root,
                landed: landing.landed,
                witnessed: landing.witnessed.map(|(at, _)| at),
                as_of: self.as_of,
            };
            let judged = judge(&candidate, governing);
            let (at, level) = landing.witnessed.unwrap_or((landing.landed, 1));
            let landed = Landed {
                judged,
                landing: index,
                commit: landing.commit.clone(),
                at,
                level,
                descends_from: commit.descends_from.clone(),
            };
            let record = landed.judged.record.as_ref();
            if record.is_some_and(|record| record.decision == Decision::AmendPolicy) {
                self.effective.vote(&landed, commit.policy_digest);
            }
            let id = record.and_then(|record| record.document.as_deref()).map(SubjectId::named);
            match id.and_then(|id| self.subjects.get_mut(&id)) {
                Some(subject) => subject.records.push(landed),
                None => self.others.push(landed),
            }
        }
    }

    /// Decides whether a subject's present content is approved by now, and what it needs.
    fn weigh(
        &mut self,
        id: &SubjectId,
        index: usize,
        landing: &Landing,
        governing: &Policy,
        before: Option<&Documents>,
    ) {
        let need = id.change().and_then(|change| {
            let now = self.documents.need(self.config, governing, landing.landed, change)?;
            let then = before.and_then(|before| {
                let mixed = Documents { changes: self.documents.changes.clone(), ..before.clone() };
                mixed.need(self.config, governing, landing.landed, change)
            });
            Some(now.stricter(then))
        });
        let Some(subject) = self.subjects.get_mut(id) else { return };
        let is_settled =
            subject.need.is_some() && subject.approved.last().is_some_and(|(_, at)| *at >= subject.changed);
        if !is_settled {
            subject.need = need;
        }
        let Some(digest) = subject.digest(id, governing) else { return };
        if subject.contents.last().is_none_or(|(last, _)| *last != digest) {
            subject.contents.push((digest, index));
        }
        let is_new = subject.approved.last().is_none_or(|(approved, _)| *approved != digest);
        if is_new && status::is_quorum_met(id, subject, governing, digest) {
            subject.approved.push((digest, index));
        }
    }
}

impl Subject {
    /// The digest of what is covered now, by the class's policy; nothing when a covered document is missing.
    pub fn digest(&self, id: &SubjectId, policy: &Policy) -> Option<ContentHash> {
        let covers = self.covers(policy);
        let is_covered = |path: &str| {
            id.is_document()
                || path.starts_with("files/")
                || covers.iter().any(|name| path.strip_suffix(".md") == Some(name.as_str()))
        };
        let covered = self.files.iter().filter(|(path, _)| is_covered(path));
        let covered: Vec<(String, ContentHash)> = covered.map(|(path, hash)| (path.clone(), *hash)).collect();
        if covered.is_empty() {
            return None;
        }
        Manifest::of(covered).ok().map(|manifest| manifest.digest())
    }

    /// Who edited a content: everybody since the last other content that was approved.
    pub fn editors(&self, digest: ContentHash) -> Editors {
        let others = self.approved.iter().filter(|(approved, _)| *approved != digest);
        let since = others.map(|(_, landing)| *landing).max();
        let mut all = Editors::default();
        for (_, editors) in
            self.edits.iter().filter(|(landing, _)| since.is_none_or(|since| *landing > since))
        {
            all.people.extend(editors.people.iter().cloned());
            all.coauthors.extend(editors.coauthors.iter().cloned());
            all.unknown.extend(editors.unknown.iter().cloned());
            all.unsigned.extend(editors.unsigned.iter().cloned());
        }
        all
    }

    /// Names of the documents that the class covers.
    pub fn covers(&self, policy: &Policy) -> Vec<String> {
        let class = self.need.as_ref().and_then(|need| need.policy(policy));
        class.map_or_else(|| vec!["request".to_owned(), "runbook".to_owned()], |class| class.covers.clone())
    }
}

impl Editors {
    fn of(edit: &Edit, policy: &Policy) -> Editors {
        let mut editors = Editors::default();
        let signer = edit.signed.as_deref().and_then(|raw| signer_of(raw, policy));
        let (own, coauthors) = edit.emails.split_at(edit.emails.len().saturating_sub(edit.coauthors));
        for email in own {
            match person_of(policy, email) {
                Some(person) => editors.people.insert(person),
                // Somebody on the roster answers for an edit that they signed, whoever wrote it.
                None => signer.is_none() && editors.unknown.insert(email.clone()),
            };
        }
        editors.coauthors.extend(coauthors.iter().filter_map(|email| person_of(policy, email)));
        match signer {
            Some(person) => editors.people.insert(person),
            None => editors.unsigned.insert(edit.commit.clone()),
        };
        editors
    }
}

/// Whose key signed a commit, by a policy; nothing unless the signature is good.
fn signer_of(raw: &[u8], policy: &Policy) -> Option<String> {
    let verification = verify(&split(raw).ok()?)?;
    let key = verification.key.filter(|_| verification.status == SignatureStatus::Good)?;
    let signer = policy.signers.iter().find(|signer| signer.fingerprint == key)?;
    signer.principals.first().filter(|id| policy.principal(id).is_some()).cloned()
}

/// The person of a mail address, which is written in lower case.
fn person_of(policy: &Policy, email: &str) -> Option<String> {
    let has = |known: &String| known.to_lowercase() == email;
    policy.principals.iter().find(|person| person.emails.iter().any(has)).map(|person| person.id.clone())
}

/// The approval of every subject at the moment of judging.
pub fn approvals(pass: &Pass<'_>) -> BTreeMap<SubjectId, Approval> {
    let policy = &pass.effective.policy;
    let of = |(id, subject): (&SubjectId, &Subject)| {
        (id.clone(), status::approval(id, subject, policy, pass.as_of))
    };
    let mut approvals: BTreeMap<SubjectId, Approval> = pass.subjects.iter().map(of).collect();
    let is_approved = |id: &SubjectId| approvals.get(id).is_some_and(|found| found.status.is_approved());
    let replaced = pass.subjects.iter().filter(|(id, _)| is_approved(id)).filter_map(|(id, subject)| {
        Some((SubjectId::named(subject.need.as_ref()?.supersedes.as_deref()?), id.clone()))
    });
    for (old, new) in replaced.collect::<Vec<_>>() {
        if let Some(approval) =
            approvals.get_mut(&old).filter(|approval| approval.status.yields_to_successor())
        {
            approval.status = ApprovalStatus::Superseded;
            approval.why = format!("{new} replaces it");
        }
    }
    approvals
}

#[cfg(test)]
mod tests;
