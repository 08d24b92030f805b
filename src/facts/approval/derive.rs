//! Approvals, in one pass along the mainline (design: approvals.md, "One pass").
//!
//! Enters: the [`Ledger`], the configuration and the moment of judging. Leaves: for every subject what its
//! records make of it. Nothing but the pass keeps state, and the state before a landing is all that governs
//! it: keys, roles and quorums of the same landing do not.

use std::borrow::Cow;
use std::collections::{BTreeMap, BTreeSet, HashMap};
use std::sync::Arc;

use jiff::Timestamp;

use super::amendment::Effective;
use super::carry::Between;
use super::editors::EditBy;
use super::judge::{Candidate, Governing, Judged, judge, latest};
use super::need::{Documents, Measure, Need, Needs};
use super::observation::Sightings;
use super::stamped::{Stamped, Stamps};
use super::status::{self, Approval, ApprovalStatus};
use super::subject::{Manifest, SubjectId};
use crate::facts::book::Outcome;
use crate::inputs::config::Config;
use crate::inputs::document::{self, Document};
use crate::inputs::history::ledger::{Landing, Ledger};
use crate::inputs::policy::Policy;
use crate::inputs::signature::{Decision, Known, Record};
use crate::text::{BookPath, ContentHash};

mod files;
mod kinds;
mod moved;
mod needed;
mod revoked;
mod touched;

pub(super) use moved::digest as digest_of_document;
pub use revoked::Reinstated;

use files::services_of;
use kinds::Answered;
use moved::Moves;
use needed::Needed;

/// The level of evidence that is a time stamp (T3).
const STAMPED: u8 = 3;

/// A record with its landing.
#[derive(Clone, Debug)]
pub struct Landed {
    /// The record, judged by the policy that governed.
    pub judged: Judged,
    /// Index of its landing.
    pub landing: usize,
    /// Its place among the records of that landing.
    pub place: usize,
    /// Object id of the mainline commit that landed it.
    pub commit: String,
    /// The time that counts: that of the landing, or a better evidence.
    pub at: Timestamp,
    /// The level of that time: 1 to 3.
    pub level: u8,
    /// The level that it meets where a class asks for evidence of time.
    pub proven: u8,
    /// It was there before this, by the earliest time stamp for it.
    pub stamped: Option<Timestamp>,
    /// Records of the same unit that it descends from.
    pub descends_from: Vec<String>,
    /// The policy that governed.
    pub policy: Arc<Policy>,
    /// The bytes of the commit.
    pub raw: Arc<[u8]>,
    /// It was there before this, by the best evidence beside the order of landings, if there is any.
    pub witnessed: Option<Timestamp>,
    /// When the commit that landed it was there, by the best evidence for that commit.
    pub arrived: Timestamp,
    /// Time stamps for it: those that prove something, and those that do not.
    pub stamps: Vec<Arc<Stamped>>,
    /// The content that it speaks of: its subject digest, or where the document has another name since, the digest of
    /// the same bytes under that.
    pub content: Option<ContentHash>,
    /// The earlier content whose approvals it carries over: an edit lies between that is small enough.
    pub carries: Option<ContentHash>,
    /// Roster id of the one to whom the change belonged before it landed, or who began the change with it. Whoever
    /// writes another owner into the request, in the same landing or later, gives nobody the right to have ended the
    /// change, and takes it from nobody.
    pub owner: Option<String>,
}

impl Landed {
    /// The best evidence of when it was there, with its level: what people are shown.
    pub fn evidence(&self) -> (Timestamp, u8) {
        match self.stamped.filter(|_| self.proven == STAMPED) {
            Some(stamped) => (stamped, STAMPED),
            None => (self.at, self.level),
        }
    }

    /// Whether it was made when another record was there already: it landed later, or descends from that one.
    pub(super) fn is_later_than(&self, other: &Landed) -> bool {
        self.landing > other.landing
            || (self.landing == other.landing && self.descends_from.contains(&other.judged.id))
    }

    /// When it was there for others to see, under a class that asks for evidence of so much: a time stamp shows
    /// that a record existed, and it lands later. Where a stamp is asked for, what is not stamped is not there.
    pub fn was_there(&self, least: u8) -> Timestamp {
        match self.stamped.filter(|_| least >= STAMPED) {
            Some(stamped) => self.arrived.max(stamped),
            None => self.arrived,
        }
    }
}

/// By what a content was approved.
#[derive(Clone, Debug)]
pub struct Grounds {
    /// The policy that governed.
    pub policy: Arc<Policy>,
    /// What the change needed.
    pub need: Option<Need>,
}

/// A file that claims the id of a subject.
#[derive(Clone, Debug)]
pub struct ClaimingFile {
    hash: ContentHash,
    kind: String,
    services: Vec<String>,
    has_unreadable_head: bool,
}

/// What the pass knows of one subject.
#[derive(Clone, Debug, Default)]
pub struct Subject {
    /// Its files as the manifest names them, as they stand now.
    pub files: BTreeMap<String, ContentHash>,
    /// The files of a document outside of changes: more than one claim its id. Of a change, files in the folder
    /// of another year than its own, which claim its id, too.
    pub paths: BTreeMap<BookPath, ClaimingFile>,
    /// The kind of a document outside of changes: of the file that stands, or stood last.
    pub kind: Option<String>,
    /// The services for whose owners a line of the policy asks, of a document outside of changes: those that a standard
    /// model may be used on, or the service that it describes.
    pub services: Vec<String>,
    /// Whether its front matter cannot be read, of a document outside of changes.
    pub has_unreadable_head: bool,
    /// Names of the files of a change whose front matter cannot be read.
    unreadable: BTreeSet<String>,
    /// The names that a document outside of changes had before, each with the landing that gave it another one.
    pub formerly: Vec<(SubjectId, usize)>,
    /// Index of the landing that changed it last.
    pub changed: usize,
    /// The landing time of its first landing outside of `drafts/`.
    pub submitted: Option<Timestamp>,
    /// What it needs, when it is a change with a request.
    pub need: Option<Need>,
    /// What its contents needed while they were not approved.
    needed: BTreeMap<ContentHash, Needed>,
    /// Roster id of its owner, as the landings so far leave it.
    owner: Option<String>,
    /// Landings that gave it other bytes which no commit of theirs had written: a merge took back what had landed
    /// once and come to nothing.
    unexplained: Vec<usize>,
    /// Who touched it, landing by landing.
    pub edits: Vec<(usize, Arc<EditBy>)>,
    /// Its records in landing order, whatever stands against them.
    pub records: Vec<Landed>,
    /// Contents that were approved: (digest, landing at which the quorum was met).
    pub approved: Vec<(ContentHash, usize)>,
    /// By what they were, in the same order: a later policy or a later class takes nothing back.
    pub grounds: Vec<Grounds>,
    /// Digests that executions cite which somebody on the roster signed, of what stood when they landed, each with the
    /// first such landing: citing what is gone brings nothing back.
    pub executed: BTreeMap<ContentHash, usize>,
    /// The same of executions that nobody on the roster signed, from which nothing follows: the path of each.
    pub unsigned_runs: BTreeMap<ContentHash, BookPath>,
    /// When the first execution of a content landed, whoever signed it.
    pub ran: BTreeMap<ContentHash, Timestamp>,
    /// What executions of the landing at hand cite, each with its path.
    cited: Vec<(ContentHash, BookPath)>,
    /// Every content that it had: (digest, landing that brought it), the present one last.
    pub contents: Vec<(ContentHash, usize)>,
}

/// The state of the pass.
#[derive(Debug)]
pub struct Pass<'a> {
    config: &'a Arc<Config>,
    as_of: Timestamp,
    root: String,
    known: Arc<Known>,
    needs: Needs,
    /// Whether a policy came into force with the landing before: everything is weighed by it.
    is_amended: bool,
    /// Records that revocations hit and that count again.
    pub reinstated: Reinstated,
    /// The effective policy.
    pub effective: Effective,
    landings: &'a [Landing],
    /// Documents of the book as it stands, which need not be parsed again.
    parsed: HashMap<&'a BookPath, &'a Arc<Document>>,
    /// The documents from which needs follow.
    pub documents: Documents,
    /// The subjects by id.
    pub subjects: BTreeMap<SubjectId, Subject>,
    /// Names that documents had before.
    former: BTreeSet<SubjectId>,
    /// The kinds of documents.
    answered: Answered,
    /// Why nobody can say what is approved.
    pub unanswered: Option<String>,
    /// Records that name no subject of the book, and those of the policy.
    pub others: Vec<Landed>,
}

impl<'a> Pass<'a> {
    /// Walks the ledger up to the moment of judging. Nothing when there is no policy on the mainline.
    pub fn run(
        ledger: &'a Ledger,
        config: &'a Arc<Config>,
        as_of: Timestamp,
        parsed: &'a [Arc<Document>],
    ) -> Option<Pass<'a>> {
        let root = ledger.landings.first()?;
        let effective = Effective::root(root.policy.as_deref()?, root)?;
        let mut pass = Pass {
            config,
            as_of,
            root: root.commit.clone(),
            known: ledger.known.clone(),
            needs: Needs::default(),
            is_amended: false,
            reinstated: Reinstated::default(),
            effective,
            landings: &ledger.landings,
            parsed: parsed.iter().map(|document| (document.path(), document)).collect(),
            documents: Documents::default(),
            subjects: BTreeMap::new(),
            former: BTreeSet::new(),
            answered: Answered::default(),
            unanswered: None,
            others: Vec::new(),
        };
        let latest = latest(as_of);
        let landed = ledger.landings.iter().take_while(|landing| landing.landed <= latest);
        let seen = Sightings::of(ledger, as_of);
        let mut stamps = Stamps::of(ledger, as_of);
        for (index, landing) in landed.enumerate() {
            if index > 0 && ledger.roots.contains(&index) {
                pass.begin_anew(index, landing);
            }
            let witnessed = seen.of_landing(index, &pass.root, &pass.effective.policy);
            pass.land(index, landing, witnessed, &mut stamps);
        }
        pass.unanswered = pass.unanswered();
        Some(pass)
    }

    /// A later trust root, pinned from outside: its policy governs from here on. What was decided before stays
    /// judged by the earlier one.
    fn begin_anew(&mut self, index: usize, landing: &Landing) {
        let files = landing.policy.clone().or_else(|| self.effective.files());
        if let Some(effective) = files.and_then(|files| Effective::root(&files, landing)) {
            let earlier = std::mem::replace(&mut self.effective, effective);
            self.effective.follow(earlier, index);
            self.root = landing.commit.clone();
            self.answer_for_book();
        }
    }

    fn land(
        &mut self,
        index: usize,
        landing: &Landing,
        witnessed: Option<(Timestamp, u8)>,
        stamps: &mut Stamps<'_>,
    ) {
        let governing = self.effective.policy.clone();
        // What the trust root brings is there before anything is asked of it.
        let before = self.documents.before(&landing.changed, &self.config.book.src).filter(|_| index > 0);
        let mut touched = self.change(index, landing);
        let stamped = stamps.of_landing(index, &governing).filter(|_| !landing.edits.is_empty());
        let seen = [witnessed.map(|(at, _)| at), stamped].into_iter().flatten().min();
        for edit in &landing.edits {
            self.edited(index, (landing.landed, seen), edit, &governing);
        }
        for id in &touched {
            let subject = self.subjects.get_mut(id);
            let subject = subject.filter(|one| one.edits.last().is_none_or(|(last, _)| *last != index));
            subject.into_iter().for_each(|subject| subject.unexplained.push(index));
        }
        if index > 0 {
            touched.extend(self.records(index, landing, witnessed, stamps, &governing));
        }
        self.book(index, landing, &governing);
        let since = self.effective.since;
        self.effective.land(index, landing);
        if std::mem::take(&mut self.is_amended) {
            touched.extend(self.subjects.keys().cloned());
        }
        if self.effective.since != since {
            self.is_amended = true;
            self.revoke();
            self.answer_for_book();
        }
        let by = Measure { config: self.config, policy: &governing, at: landing.landed };
        // What is approved keeps what it needed: a class that rises later is a finding, and no fall.
        let is_open = |id: &SubjectId| self.subjects.get(id).is_some_and(|one| one.settled(id).is_none());
        let touched: Vec<(bool, SubjectId)> = touched.into_iter().map(|id| (is_open(&id), id)).collect();
        let open = touched.iter().filter(|(is_open, _)| *is_open).filter_map(|(_, id)| id.change());
        self.needs.learn(&self.documents, by, open);
        for (is_open, id) in &touched {
            if *is_open {
                self.needed(id, index, by, before.as_ref());
            }
            self.weigh(id, index, &governing);
        }
    }

    /// Takes over the files that a landing changed; gives the subjects that they belong to.
    fn change(&mut self, index: usize, landing: &Landing) -> BTreeSet<SubjectId> {
        let src = &self.config.book.src;
        let mut touched = BTreeSet::new();
        let mut moves = Moves::default();
        // A document that moves stands at its new path before it leaves the old one: it was never gone.
        let (come, gone): (Vec<_>, Vec<_>) = landing.changed.iter().partition(|(_, file)| file.is_some());
        for (path, file) in come.into_iter().chain(gone) {
            let Some((id, name)) = SubjectId::of_path(path, src) else { continue };
            let source = file.as_ref().and_then(|file| file.source.as_ref());
            let document = source.map(|source| match self.parsed.get(path) {
                Some(known) if known.source.hash == source.hash => Arc::clone(known),
                _ => Arc::new(document::parse(source, &self.config.kinds, src)),
            });
            let by_path = || self.config.kinds.of_path(path.below(src.as_str())?).map(|kind| &*kind.name);
            let kind = document.as_ref().map(|document| document.kind_name()).or_else(by_path);
            let claiming = file.as_ref().map(|file| ClaimingFile {
                hash: file.hash,
                kind: kind.unwrap_or("page").to_owned(),
                services: document.as_deref().map(services_of).unwrap_or_default(),
                has_unreadable_head: document.as_ref().is_some_and(|one| one.has_unreadable_head()),
            });
            let subject = self.subjects.entry(id.clone()).or_default();
            match (&claiming, subject.files.get(&name), &subject.kind) {
                (Some(file), ..) => moves.came(&id, &file.kind, file.hash),
                (None, Some(hash), Some(kind)) => moves.gone(&id, kind, *hash),
                (None, ..) => {}
            }
            match claiming.as_ref().is_some_and(|file| file.has_unreadable_head) {
                true => drop(subject.unreadable.insert(name.clone())),
                false => drop(subject.unreadable.remove(&name)),
            }
            if subject.put(&id, path, &name, claiming) {
                subject.changed = index;
                let is_request = name == "request.md" || id.is_document();
                if is_request && file.is_some() && !path.as_str().contains("/drafts/") {
                    subject.submitted.get_or_insert(landing.landed);
                }
                touched.insert(id.clone());
            }
            // An attempt that was called off has used its approvals up, and carried nothing out by which the
            // change would be judged: another plan may be approved and begun.
            if let Some(document) = &document
                && document.kind_name() == "execution"
                && document.text("outcome") != Some(Outcome::AbortedBeforeStart.key())
            {
                let digest = document.text("approval_set").and_then(|text| text.strip_prefix("sha256:"));
                let digest = digest.and_then(ContentHash::from_hex);
                subject.cited.extend(digest.map(|digest| (digest, path.clone())));
            }
            self.documents.put(index, path, document);
        }
        self.follow(index, moves);
        touched
    }

    /// Judges the records of a landing; gives the subjects that they speak of.
    fn records(
        &mut self,
        index: usize,
        landing: &Landing,
        witnessed: Option<(Timestamp, u8)>,
        stamps: &mut Stamps<'_>,
        policy: &Arc<Policy>,
    ) -> BTreeSet<SubjectId> {
        let mut named = BTreeSet::new();
        let pending = match &landing.policy {
            Some(files) => Some(Arc::new(Effective::read(files))),
            None => self.effective.pending_policy(),
        };
        for (place, commit) in landing.records.iter().enumerate() {
            let candidate = Candidate {
                id: &commit.commit,
                raw: &commit.raw,
                parent_tree: commit.parent_tree.as_deref(),
                files: commit.files.as_deref().map(Cow::Borrowed),
            };
            let witness = stamps.of_record(&commit.commit, index, policy);
            let (arrived, level) = witnessed.unwrap_or((landing.landed, 1));
            let (arrived, level) = match stamps.of_landing(index, policy) {
                Some(before) if before < arrived => (before, STAMPED),
                Some(_) | None => (arrived, level),
            };
            let governing = Governing {
                policy,
                pending: pending.as_deref(),
                trust_root: &self.root,
                landed: landing.landed,
                witnessed: witnessed.map(|(at, _)| at),
                stamped: witness.before,
                as_of: self.as_of,
                known: &self.known,
            };
            let judged = judge(&candidate, governing);
            let carried = judged.record.as_ref().filter(|record| record.carries.is_some() && judged.counts());
            let carries = carried.and_then(|record| self.carries(record, index));
            // Evidence that is asked for has to carry the record alone: its keys and roles at that bound.
            let is_proven = witness.before.is_some_and(|before| {
                let then = Governing { landed: before, witnessed: None, ..governing };
                before <= arrived || !judged.counts() || judge(&candidate, then).counts()
            });
            let is_older = witness.before.is_some_and(|before| before <= arrived);
            let landed = Landed {
                content: judged.record.as_ref().and_then(|record| record.subject),
                judged,
                landing: index,
                place,
                commit: landing.commit.clone(),
                at: witness.before.map_or(arrived, |before| before.min(arrived)),
                level: if is_older { STAMPED } else { level },
                proven: if is_proven { STAMPED } else { level },
                descends_from: commit.descends_from.clone(),
                policy: policy.clone(),
                raw: commit.raw.clone(),
                stamped: witness.before,
                witnessed: [witnessed.map(|(at, _)| at), witness.before].into_iter().flatten().min(),
                arrived,
                stamps: witness.stamps,
                carries,
                owner: None,
            };
            let record = landed.judged.record.as_ref();
            match record.map(|record| record.decision) {
                Some(Decision::AmendPolicy) => self.effective.vote(&landed, commit.policy_digest),
                Some(Decision::Reinstate) => named.extend(self.reinstate(&landed)),
                _ => {}
            }
            let said = landed.judged.document.as_deref().map(SubjectId::named);
            let id = said.clone().map(|said| self.addressed(said, landed.judged.record.as_deref()));
            let subject = id.and_then(|id| Some((self.subjects.get_mut(&id)?, id)));
            match subject.zip(said) {
                Some(((subject, id), said)) => {
                    let content = landed.content.map(|content| subject.present(&id, &said, content));
                    subject.records.push(Landed { owner: subject.owner.clone(), content, ..landed });
                    named.insert(id);
                }
                None => self.others.push(landed),
            }
        }
        named
    }

    /// The content whose approvals a record that lands carries over, where what is different is small.
    fn carries(&self, record: &Record, index: usize) -> Option<ContentHash> {
        let (from, to) = (record.carries?, record.subject?);
        let id = SubjectId::named(record.document.as_deref()?);
        let (_, before) =
            self.subjects.get(&id)?.contents.iter().rev().find(|(digest, _)| *digest == from)?;
        let between =
            Between { landings: self.landings, config: self.config, id: &id, covers: &record.covers };
        between.is_small((from, *before), (to, index)).ok().map(|()| from)
    }

    /// Decides whether a subject's present content is approved by now.
    fn weigh(&mut self, id: &SubjectId, index: usize, governing: &Arc<Policy>) {
        let Some(subject) = self.subjects.get_mut(id) else { return };
        subject.owner = subject.need_of_judged(id, governing).and_then(|need| need.owner.clone());
        if subject.contents.is_empty() {
            // A change that this landing begins was nobody's before.
            for landed in subject.records.iter_mut().rev().take_while(|landed| landed.landing == index) {
                landed.owner.clone_from(&subject.owner);
            }
        }
        let cited = std::mem::take(&mut subject.cited);
        let before = subject.contents.last().map(|(digest, _)| *digest);
        let Some(digest) = subject.digest(id, governing) else { return };
        for (cited, path) in cited {
            if cited == digest || Some(cited) == before {
                subject.run((index, self.landings[index].landed), cited, path);
            }
        }
        if subject.contents.last().is_none_or(|(last, _)| *last != digest) {
            subject.contents.push((digest, index));
        }
        let is_new = subject.approved.last().is_none_or(|(approved, _)| *approved != digest);
        if is_new
            && subject.flaw(id, governing).is_none()
            && status::is_quorum_met(id, subject, governing, digest)
        {
            subject.approved.push((digest, index));
            subject.grounds.push(Grounds { policy: governing.clone(), need: subject.need.clone() });
        }
        if id.is_document()
            && let Some((content, _)) = subject.settled(id)
        {
            self.documents.approve_window(id, content);
        }
    }
}

impl Subject {
    /// The digest of what is covered now, by the class's policy; nothing when a covered document is missing.
    pub fn digest(&self, id: &SubjectId, policy: &Policy) -> Option<ContentHash> {
        self.digest_by(id, self.need.as_ref(), policy)
    }

    fn digest_by(&self, id: &SubjectId, need: Option<&Need>, policy: &Policy) -> Option<ContentHash> {
        let covers = self.covers(need, policy);
        let is_covered = |path: &str| {
            id.is_document()
                || path.starts_with("files/")
                || covers.iter().any(|name| path.strip_suffix(".md") == Some(name))
        };
        let covered = self.files.iter().filter(|(path, _)| is_covered(path));
        let covered: Vec<(String, ContentHash)> = covered.map(|(path, hash)| (path.clone(), *hash)).collect();
        if covered.is_empty() {
            return None;
        }
        Manifest::of(covered).ok().map(|manifest| manifest.digest())
    }

    /// The digest and the grounds of the content that was approved last, while it stands.
    fn settled(&self, id: &SubjectId) -> Option<(ContentHash, &Grounds)> {
        let ((digest, _), grounds) = self.approved.last().zip(self.grounds.last())?;
        let now = self.digest_by(id, grounds.need.as_ref(), &grounds.policy);
        (now == Some(*digest)).then_some((*digest, grounds))
    }

    /// The content that is judged, and by what when it was approved once: the one that an execution cites,
    /// for ever; else the present one.
    pub(super) fn judged(&self, id: &SubjectId, policy: &Policy) -> (Option<ContentHash>, Option<&Grounds>) {
        let grounds_of = |digest: ContentHash| {
            let at = self.approved.iter().rposition(|(approved, _)| *approved == digest)?;
            self.grounds.get(at)
        };
        let executed = self.contents.iter().rev().find(|(digest, _)| self.executed.contains_key(digest));
        if let Some((digest, _)) = executed {
            return (Some(*digest), grounds_of(*digest));
        }
        match self.settled(id) {
            Some((digest, grounds)) => (Some(digest), Some(grounds)),
            None => (self.digest(id, policy), None),
        }
    }

    /// What the content needs that is judged: as it was when that was approved, or as it is.
    pub(super) fn need_of_judged(&self, id: &SubjectId, policy: &Policy) -> Option<&Need> {
        let (_, grounds) = self.judged(id, policy);
        grounds.map_or(self.need.as_ref(), |grounds| grounds.need.as_ref())
    }

    /// Names of the documents that the class covers.
    pub fn covers<'p>(&self, need: Option<&Need>, policy: &'p Policy) -> Vec<&'p str> {
        let class = need.and_then(|need| need.policy(policy));
        class.map_or_else(
            || vec!["request", "runbook"],
            |class| class.covers.iter().map(String::as_str).collect(),
        )
    }
}

/// The approval of every subject at the moment of judging.
pub fn approvals(pass: &Pass<'_>) -> BTreeMap<SubjectId, Approval> {
    let policy = &pass.effective.policy;
    let of = |(id, subject): (&SubjectId, &Subject)| {
        (id.clone(), status::approval(id, subject, policy, pass.as_of))
    };
    let mut approvals: BTreeMap<SubjectId, Approval> = pass.subjects.iter().map(of).collect();
    let replaces = |id: &SubjectId| approvals.get(id).is_some_and(|found| found.status.replaces());
    let replaced = pass.subjects.iter().filter_map(|(id, subject)| {
        let need = match replaces(id) {
            true => subject.need_of_judged(id, policy),
            false => status::need_of_approved(id, subject, pass.as_of),
        };
        Some((SubjectId::named(need?.supersedes.as_deref()?), id.clone()))
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
