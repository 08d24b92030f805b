//! What the design says of a history, from what the test knows of it: who has signed what as it must be.
//!
//! Records that count are known by how they were made, and nothing else is looked at. Signatures, keys, forms,
//! classes and times are no matter here: whatever they let through beyond this is wrong.

use super::super::*;
use super::repo::{Repo, Subject, Tree};

/// What a record says that was made as it must be, by somebody who may.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Said {
    Approve {
        role: &'static str,
    },
    Reject,
    /// The same person's record of this commit counts no more.
    Retract {
        of: usize,
    },
    Withdraw,
}

/// A record that counts.
#[derive(Clone, Debug)]
pub(super) struct Fact {
    pub(super) commit: usize,
    pub(super) subject: Subject,
    pub(super) who: &'static str,
    pub(super) digest: ContentHash,
    pub(super) said: Said,
    /// The content whose approvals it would carry over, if its signer had approved that.
    pub(super) carries: Option<ContentHash>,
}

/// What is granted to a subject.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Granted {
    /// Ended, refused or replaced.
    Never,
    /// It waits for people.
    Nothing,
    /// An emergency may begin.
    Begin,
    /// The quorum is met.
    All,
}

/// The contents that were approved, each with the landing, oldest first.
type Approved = Vec<(ContentHash, usize)>;

/// A history, and what the test knows of it.
pub(super) struct Model<'a> {
    pub(super) repo: &'a Repo,
    pub(super) facts: &'a [Fact],
    /// Whose key is compromised, and since which landing that is in force.
    pub(super) compromised: Option<(&'static str, usize)>,
    /// The emergency's content that may begin.
    pub(super) authorised: Option<ContentHash>,
    /// Whether a higher class may ask for more than is known here.
    pub(super) may_fall_short: bool,
}

impl Model<'_> {
    /// What every subject is granted after the last landing.
    pub(super) fn granted(&self) -> BTreeMap<Subject, Granted> {
        let approved: BTreeMap<Subject, Approved> =
            Subject::ALL.into_iter().map(|subject| (subject, self.approved(subject))).collect();
        let own = |subject: Subject| (subject, self.of(subject, &approved[&subject]));
        let mut granted: BTreeMap<Subject, Granted> = Subject::ALL.into_iter().map(own).collect();
        for (subject, successor) in [(Subject::First, Subject::Second), (Subject::Second, Subject::First)] {
            if self.replaces(successor, subject, &approved[&successor]) {
                granted.insert(subject, Granted::Never);
            }
        }
        granted
    }

    fn of(&self, subject: Subject, approved: &Approved) -> Granted {
        let tree = self.repo.tree(self.repo.head());
        let Some(digest) = subject.digest(tree) else { return Granted::Nothing };
        let is_ended = self.is_withdrawn(subject) || self.is_rejected(subject, digest);
        if is_ended || is_claimed_twice(subject, tree) {
            Granted::Never
        } else if self.is_met(subject, digest, approved, self.now()) || self.is_carried(subject) {
            Granted::All
        } else if subject == Subject::Hurried
            && Some(digest) == self.authorised
            && approved.iter().all(|(other, _)| *other == digest)
        {
            Granted::Begin
        } else {
            Granted::Nothing
        }
    }

    /// The contents of a subject that were ever approved.
    fn approved(&self, subject: Subject) -> Approved {
        let mut approved = Approved::new();
        for (landing, commit) in self.repo.mainline.iter().enumerate().skip(1) {
            let Some(digest) = subject.digest(self.repo.tree(*commit)) else { continue };
            let is_new = approved.last().is_none_or(|(last, _)| *last != digest);
            if is_new && self.is_met(subject, digest, &approved, landing) {
                approved.push((digest, landing));
            }
        }
        approved
    }

    /// Whether somebody carries approvals over who has approved the earlier content after all, on a branch beside: what
    /// that is enough for, nobody here knows.
    pub(super) fn is_carried(&self, subject: Subject) -> bool {
        self.landed(subject, self.now()).any(|carrying| {
            let mut own = self.landed(subject, self.landing(carrying));
            own.any(|fact| {
                matches!(fact.said, Said::Approve { .. })
                    && fact.who == carrying.who
                    && Some(fact.digest) == carrying.carries
            })
        })
    }

    /// Whether one person approves as a peer and another one as a manager, of those who neither wrote nor requested
    /// it; and neither before another content was approved. What a stranger wrote nobody approves.
    fn is_met(&self, subject: Subject, digest: ContentHash, approved: &Approved, now: usize) -> bool {
        let of_others = approved.iter().filter(|(other, _)| *other != digest).map(|(_, landing)| *landing);
        let since = of_others.max();
        let until = approved.last().filter(|(last, _)| *last == digest).map_or(now, |(_, landing)| *landing);
        let editors = self.editors(subject, since, until);
        if editors.contains("mallory") {
            return false;
        }
        let mut trees = (0..=now).rev().map(|landing| self.repo.tree(self.repo.mainline[landing]));
        let content = trees.find(|tree| subject.digest(tree) == Some(digest));
        let requested = content.and_then(|tree| owner(subject, tree));
        let standing = |wanted: &str| -> BTreeSet<&str> {
            let facts = self.landed(subject, now).filter(|fact| {
                fact.said == (Said::Approve { role: if wanted == "peer" { "peer" } else { "manager" } })
                    && fact.digest == digest
                    && since.is_none_or(|since| self.landing(fact) > since)
                    && !editors.contains(fact.who)
                    && requested != Some(fact.who)
                    && !self.is_retracted(fact, now)
            });
            facts.map(|fact| fact.who).collect()
        };
        let (peers, managers) = (standing("peer"), standing("manager"));
        if !subject.is_change() {
            return !managers.is_empty();
        }
        // Of a service that nobody knows, whoever is asked for the most important one is asked for; not of an emergency.
        let request = content.and_then(|tree| tree.get(&subject.path("request.md")));
        let is_major = subject != Subject::Hurried && request.is_some_and(|text| text.contains("[chekout]"));
        let others = |peer: &&str| managers.iter().filter(|manager| **manager != *peer).count();
        let needed = if is_major { 2 } else { 1 };
        peers.iter().any(|peer| others(peer) >= needed)
    }

    /// Everybody who touched a file of it from one landing on until another one.
    fn editors(&self, subject: Subject, since: Option<usize>, until: usize) -> BTreeSet<&'static str> {
        let is_meant = |landing: usize| landing <= until && since.is_none_or(|since| landing > since);
        let commits = self.repo.landed.iter().filter(|(_, landing)| **landing > 0 && is_meant(**landing));
        let touching =
            commits.filter(|(commit, _)| self.repo.touched(**commit).iter().any(|path| subject.owns(path)));
        touching.flat_map(|(commit, _)| self.repo.commits[*commit].people).collect()
    }

    /// The facts of a subject that have landed, less those of a key that is compromised.
    fn landed(&self, subject: Subject, until: usize) -> impl Iterator<Item = &Fact> {
        self.facts.iter().filter(move |fact| {
            fact.subject == subject
                && self.compromised.is_none_or(|(who, since)| who != fact.who || until < since)
                && self.repo.landed.get(&fact.commit).is_some_and(|landing| *landing <= until)
        })
    }

    fn landing(&self, fact: &Fact) -> usize {
        self.repo.landed[&fact.commit]
    }

    fn is_retracted(&self, fact: &Fact, until: usize) -> bool {
        let mut all = self.landed(fact.subject, until);
        all.any(|other| other.said == (Said::Retract { of: fact.commit }) && other.who == fact.who)
    }

    fn is_rejected(&self, subject: Subject, digest: ContentHash) -> bool {
        let now = self.now();
        self.landed(subject, now).filter(|fact| fact.digest == digest).any(|rejected| {
            let has_changed_mind = self.landed(subject, now).any(|fact| {
                let is_later = self.landing(fact) > self.landing(rejected)
                    || (self.landing(fact) == self.landing(rejected)
                        && self.repo.descends(fact.commit, rejected.commit));
                matches!(fact.said, Said::Approve { .. })
                    && (fact.who, fact.digest) == (rejected.who, digest)
                    && is_later
            });
            rejected.said == Said::Reject && !has_changed_mind && !self.is_retracted(rejected, now)
        })
    }

    /// Whether somebody ended it to whom it belonged before they did, or who began it with that.
    fn is_withdrawn(&self, subject: Subject) -> bool {
        let tree = |landing: usize| self.repo.tree(self.repo.mainline[landing]);
        self.landed(subject, self.now()).any(|fact| {
            let landing = self.landing(fact);
            let is_new = (0..landing).all(|before| subject.digest(tree(before)).is_none());
            let then = if is_new { landing } else { landing - 1 };
            fact.said == Said::Withdraw && owner(subject, tree(then)) == Some(fact.who)
        })
    }

    /// Whether the content of a successor that was approved last says so, and neither the whole successor nor
    /// that content was ended since.
    fn replaces(&self, successor: Subject, old: Subject, approved: &Approved) -> bool {
        let Some((digest, landing)) = approved.last() else { return false };
        let then = self.repo.tree(self.repo.mainline[*landing]);
        let says = then.get(&successor.path("request.md")).is_some_and(|text| text.contains(&names(old)));
        let is_ended = self.is_withdrawn(successor) || self.is_rejected(successor, *digest);
        // Nobody knows then whether the successor is approved.
        !self.may_fall_short && says && !is_ended && self.is_met(successor, *digest, approved, self.now())
    }

    /// The last landing.
    fn now(&self) -> usize {
        self.repo.mainline.len() - 1
    }
}

/// What a request says that replaces a change.
pub(super) fn names(old: Subject) -> String {
    format!("supersedes: {}\n", old.id())
}

/// To whom a change belongs by its request.
pub(super) fn owner(subject: Subject, tree: &Tree) -> Option<&'static str> {
    let request = tree.get(&subject.path("request.md")).filter(|_| subject.is_change())?;
    Some(if request.contains("owner: bob\n") { "bob" } else { "alice" })
}

/// Whether more than one file claims its id.
pub(super) fn is_claimed_twice(subject: Subject, tree: &Tree) -> bool {
    tree.contains_key(&subject.stray()) && (subject.is_change() || tree.contains_key(&subject.path("")))
}
