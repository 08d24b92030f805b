//! A book on which acts are carried out, with all that the test knows of its records.

use std::rc::Rc;

use super::super::*;
use super::acts::{Act, Anew, Flawed, Less, Move, Start, Text, Votes, Way};
use super::flaws::{Key, SECOND, STRANGER, Trailers, What, about, key_of, record, roster};
use super::flaws::{trailers, with_stranger};
use super::model::{Fact, Granted, Model, Said, names, owner};
use super::repo::{Draft, Repo, Subject, Tree, changes, merged, with_policy};

/// A moment after all that lands, before any slot begins.
const AS_OF: &str = "2026-06-20T09:00:00Z";
/// From here on it is too late to approve in time.
const LATE: &str = "2026-06-19T12:00:00Z";

/// A book, its history, and what the test knows of it.
#[derive(Clone)]
pub(super) struct Book {
    pub(super) repo: Repo,
    facts: Vec<Fact>,
    /// The policy in force.
    policy: Vec<SourceFile>,
    compromised: Option<(&'static str, usize)>,
    authorised: Option<ContentHash>,
    /// Whether a record has landed that cannot be verified, approvals were carried by surprise, or a service was
    /// changed: then less may be granted than the model says, and never more.
    pub(super) may_fall_short: bool,
}

pub(super) type Statuses = BTreeMap<Subject, ApprovalStatus>;

impl Book {
    pub(super) fn new(start: Start) -> Book {
        let policy = roster(1, "");
        let tier = if matches!(start, Start::Major) { "tier: 1" } else { "tier: 2" };
        let mut tree = with_policy(&Tree::new(), &policy);
        tree.insert("content/services/checkout.md".to_owned(), SERVICE.replace("tier: 2", tier));
        let repo = Repo::new(tree, "2026-06-01T12:00:00Z");
        let mut book = Book {
            repo,
            facts: Vec::new(),
            policy,
            compromised: None,
            authorised: None,
            may_fall_short: matches!(start, Start::Major),
        };
        let mut tree = book.repo.tree(book.repo.head()).clone();
        for subject in Subject::ALL {
            for name in if subject.is_change() { &["request.md", "runbook.md"][..] } else { &["page"] } {
                tree.insert(subject.path(name), first_text(subject, name));
            }
        }
        if matches!(start, Start::Replaced) {
            let request = tree.get_mut(&Subject::Second.path("request.md")).expect("it is there");
            *request = text_of(Subject::Second, Text::Replaces).1;
        }
        let submitted = book.repo.commit(&[book.repo.head()], tree, "alice", "Submit\n");
        book.repo.land(submitted);
        book.begin(start);
        book
    }

    fn begin(&mut self, start: Start) {
        let (peer, manager) = (("carol", "peer"), ("bob", "manager"));
        let quorum = match start {
            Start::Waiting => &[peer][..],
            Start::Authorised => &[],
            _ => &[peer, manager],
        };
        for subject in Subject::ALL {
            for (who, role) in quorum {
                self.forward(Act::Approve { subject, key: key_of(who), role });
            }
        }
        let subject = Subject::First;
        match start {
            Start::Rejected => self.forward(Act::Reject { subject, who: "dave" }),
            Start::Withdrawn => self.forward(Act::Withdraw(subject)),
            Start::Revoked => {
                let revoked = landed::revocation(key_of("bob").1, "compromised", "2026-06-01T00:00:00Z");
                let second = landed::revocation(SECOND.1, "compromised", "2026-06-01T00:00:00Z");
                let files = roster(2, &(revoked + &second));
                let tip = self.put_policy(self.repo.head(), &files);
                let tip = ["alice", "dave"].into_iter().fold(tip, |tip, who| {
                    let vote = self.vote(tip, key_of(who), &files, 2);
                    self.repo.make(vote, |raw| raw)
                });
                self.repo.land(tip);
                self.policy = files;
                self.compromised = Some(("bob", self.repo.mainline.len() - 1));
            }
            Start::Authorised => {
                let alone = (What::AuthoriseAlone, key_of("bob"));
                let tip = self.say(self.repo.head(), Subject::Hurried, alone, None);
                self.repo.land(tip);
                self.authorised = Subject::Hurried.digest(self.repo.tree(tip));
            }
            Start::Waiting | Start::Major | Start::Approved | Start::Replaced => {}
        }
    }

    fn forward(&mut self, act: Act) {
        self.step(&Move { acts: vec![act], way: Way::Forward, behind: 0, is_late: false });
    }

    /// The status of every subject, under the policy for which enough have signed.
    pub(super) fn statuses(&self) -> Statuses {
        let (all, in_force) = self.repo.approvals(AS_OF);
        assert_eq!(in_force, digest_of(&self.policy), "too few have signed for another policy");
        let status = |subject: Subject| (subject, all[&SubjectId::named(subject.id())].status);
        Subject::ALL.into_iter().map(status).collect()
    }

    /// What every subject is granted, by what is known of the records.
    pub(super) fn granted(&self) -> BTreeMap<Subject, Granted> {
        self.model().granted()
    }

    fn model(&self) -> Model<'_> {
        let Book { repo, facts, .. } = self;
        let (compromised, authorised) = (self.compromised, self.authorised);
        Model { repo, facts, compromised, authorised, may_fall_short: self.may_fall_short }
    }

    /// Makes the commits of a move and lands them; tells whether a record has landed that counts.
    pub(super) fn step(&mut self, a: &Move) -> bool {
        if a.is_late {
            self.repo.now = self.repo.now.max(LATE.parse::<Timestamp>().expect("an instant").as_second());
        }
        let head = self.repo.head();
        let at = self.repo.mainline.len() - 1;
        // What the trust root brought is no place to begin at: nothing was submitted there.
        let base = self.repo.mainline[at - a.behind.min(at - 1)];
        let landed = match a.way {
            Way::Octopus => {
                let (one, other) = a.acts.split_at(a.acts.len() / 2);
                let (one, other) = (self.branch(base, one), self.branch(base, other));
                let (first, second) = (self.merge_of(base, one, head), other);
                let tree = merged(self.repo.tree(base), self.repo.tree(second), &first);
                self.merge(&[head, one, other], tree, "dave")
            }
            way => {
                let tip = self.branch(base, &a.acts);
                self.bring(way, base, tip)
            }
        };
        let new = self.repo.land(landed);
        let model = self.model();
        self.may_fall_short |= Subject::ALL.into_iter().any(|subject| model.is_carried(subject));
        self.facts.iter().any(|fact| new.contains(&fact.commit))
    }

    /// A branch with the commits of these acts.
    fn branch(&mut self, base: usize, acts: &[Act]) -> usize {
        let tip = acts.iter().fold(base, |tip, act| self.act(tip, *act));
        if tip == base {
            self.repo.commit(&[base], self.repo.tree(base).clone(), "dave", "Nothing\n")
        } else {
            tip
        }
    }

    /// The tree of a merge into the head.
    fn merge_of(&self, base: usize, tip: usize, head: usize) -> Tree {
        merged(self.repo.tree(base), self.repo.tree(tip), self.repo.tree(head))
    }

    fn merge(&mut self, parents: &[usize], tree: Tree, who: &'static str) -> usize {
        self.repo.commit(parents, tree, who, "Merge\n")
    }

    /// Brings a branch to the head; gives the commit to which the mainline goes.
    fn bring(&mut self, way: Way, base: usize, tip: usize) -> usize {
        let head = self.repo.head();
        let mut tree = self.merge_of(base, tip, head);
        match way {
            Way::Forward if base == head => tip,
            Way::Forward | Way::Merge | Way::Octopus => self.merge(&[head, tip], tree, "dave"),
            Way::Ours => self.merge(&[head, tip], self.repo.tree(head).clone(), "dave"),
            Way::Evil(who) => {
                let (path, text) = text_of(Subject::First, Text::Sentence);
                tree.insert(path, text);
                self.merge(&[head, tip], tree, who)
            }
            Way::Rebase(anew) => {
                let mut branch = Vec::new();
                let mut at = tip;
                while at != base {
                    branch.push(at);
                    at = self.repo.commits[at].parents[0];
                }
                branch
                    .into_iter()
                    .rev()
                    .fold(head, |onto, commit| self.again(commit, onto, anew, |text| text))
            }
            Way::Squash(anew) => {
                let mut messages = vec!["Squash\n".to_owned()];
                let mut at = tip;
                while at != base {
                    messages.insert(1, self.repo.commits[at].message.clone());
                    at = self.repo.commits[at].parents[0];
                }
                let squashed = self.repo.commit(&[head], tree, "dave", &messages.join("\n"));
                self.again(squashed, head, anew, |text| text)
            }
        }
    }

    /// Makes a commit anew on top of another, with another text.
    fn again(&mut self, commit: usize, onto: usize, anew: Anew, text: fn(String) -> String) -> usize {
        let old = self.repo.commits[commit].clone();
        let tree = merged(self.repo.tree(old.parents[0]), &old.tree, self.repo.tree(onto));
        let (author, signer) = (old.people[0], self.signer_of(&old.message));
        let mut draft = self.repo.draft(&[onto], Rc::new(tree), author, text(old.message));
        match anew {
            Anew::Unsigned | Anew::Kept => {}
            Anew::BySigner => {
                draft.people[0].1 -= 3600;
                draft.key = signer.map(|(_, seed)| (seed, "git"));
            }
            Anew::ByAnother => {
                let other =
                    key_of(if signer.is_some_and(|(who, _)| who == "dave") { "alice" } else { "dave" });
                draft.people = draft.people.map(|(_, at)| (other.0, at));
                draft.key = Some((other.1, "git"));
            }
            Anew::ByStranger => draft.key = Some((STRANGER.1, "git")),
        }
        let kept = String::from_utf8_lossy(&old.raw).into_owned();
        let kept = kept.split_once("\ngpgsig ").and_then(|(_, rest)| rest.split_once("\n\n"));
        let kept = kept.map(|(signature, _)| format!("\ngpgsig {signature}\n\n"));
        let kept = kept.filter(|_| matches!(anew, Anew::Kept));
        self.repo.make(draft, |raw| kept.map_or(raw.clone(), |kept| raw.replacen("\n\n", &kept, 1)))
    }

    /// Who a message says has signed.
    fn signer_of(&self, message: &str) -> Option<Key> {
        let line = message.lines().find_map(|line| line.strip_prefix("Mcm-Signer: "))?;
        PEOPLE.into_iter().find(|(who, _)| *who == line)
    }

    fn act(&mut self, tip: usize, act: Act) -> usize {
        match act {
            Act::Edit { subject, text, who } => {
                let (path, text) = text_of(subject, text);
                let path = if !subject.is_change() && !self.repo.tree(tip).contains_key(&path) {
                    subject.stray()
                } else {
                    path
                };
                self.edit(tip, who, |tree| {
                    tree.insert(path, text);
                })
            }
            Act::Service(tier) => {
                self.may_fall_short = true;
                self.edit(tip, "dave", |tree| {
                    let text = SERVICE.replace("tier: 2", &format!("tier: {tier}"));
                    tree.insert("content/services/checkout.md".to_owned(), text);
                })
            }
            Act::Run { subject, is_behind } => {
                let at = if is_behind { self.repo.head() } else { tip };
                let Some(digest) = subject.digest(self.repo.tree(at)).filter(|_| subject.is_change()) else {
                    return tip;
                };
                self.edit(tip, "dave", |tree| {
                    let text = format!("---\ntitle: It ran\napproval_set: sha256:{digest}\n---\n");
                    tree.insert(subject.path("execution-1.md"), text);
                })
            }
            Act::Rename(subject) => {
                let (from, to) = match subject.is_change() {
                    true => (subject.path("runbook.md"), subject.path("plan.md")),
                    false => (subject.path(""), subject.stray()),
                };
                self.edit(tip, "dave", |tree| {
                    let (here, there) = (tree.remove(&from), tree.remove(&to));
                    tree.extend(here.map(|text| (to, text)));
                    tree.extend(there.map(|text| (from, text)));
                })
            }
            Act::Claim(subject) => self.edit(tip, "dave", |tree| {
                let name = if subject.is_change() { "request.md" } else { "" };
                let claimed = tree.remove(&subject.stray()).is_some();
                if let Some(text) = tree.get(&subject.path(name)).filter(|_| !claimed).cloned() {
                    tree.insert(subject.stray(), text);
                }
            }),
            Act::Policy { less, votes } => self.ask_for_less(tip, less, votes),
            Act::Flawed { flaw, subject, what, who } => {
                self.may_fall_short |= flaw.is_doubtful();
                let of = self.said_by(who).map(|fact| self.repo.commits[fact.commit].id.clone());
                let root = self.repo.commits[self.repo.head()].id.clone();
                let of = of.unwrap_or(root);
                flaw.commit(&mut self.repo, tip, subject, (what, key_of(who)), Some(&of))
            }
            Act::Replay { nth, anew, onto } => {
                let Some(fact) = nth.checked_rem(self.facts.len()).and_then(|nth| self.facts.get(nth)) else {
                    return tip;
                };
                let commit = fact.commit;
                let text: fn(String) -> String = match onto {
                    None => |text| text,
                    Some(Subject::First) => |text| text.replace("MCM-2026-0002", "MCM-2026-0001"),
                    Some(_) => |text| text.replace("MCM-2026-0001", "MCM-2026-0002"),
                };
                self.again(commit, tip, anew, text)
            }
            Act::WithdrawOfOthers(subject) => {
                let who = if self.may_own(subject, "bob", tip) { "dave" } else { "bob" };
                self.say(tip, subject, (What::Withdraw, key_of(who)), None)
            }
            Act::RetractOfOthers(nth) => {
                let Some(fact) = nth.checked_rem(self.facts.len()).map(|nth| self.facts[nth].clone()) else {
                    return tip;
                };
                let who = if fact.who == "dave" { "alice" } else { "dave" };
                self.say(tip, fact.subject, (What::Retract, key_of(who)), Some(fact.commit))
            }
            Act::Reinstate => {
                let hit: Vec<usize> =
                    self.facts.iter().filter(|fact| fact.who == "bob").map(|fact| fact.commit).collect();
                let keys = [key_of("carol"), STRANGER, key_of("bob"), SECOND];
                let all =
                    keys.into_iter().flat_map(|key| hit.iter().take(4).map(move |commit| (key, *commit)));
                all.fold(tip, |tip, (key, commit)| {
                    let mut said = trailers(&self.repo, "reinstate", key.0);
                    said.push(("Mcm-Meaning", "It was bob.".to_owned()));
                    said.push(("Mcm-Of", self.repo.commits[commit].id.clone()));
                    self.sign(tip, key, &said)
                })
            }
            Act::Authorise => {
                let peer = [("dave", What::AuthoriseAlone), ("alice", What::Authorise)];
                peer.into_iter().fold(tip, |tip, (who, what)| {
                    let tree = self.repo.tree(tip);
                    let mut said = about(&self.repo, tree, Subject::Hurried, (what, who), None);
                    if what == What::AuthoriseAlone {
                        let role = said.iter_mut().find(|(name, _)| *name == "Mcm-Role");
                        role.expect("it has one").1 = "peer".to_owned();
                    }
                    self.sign(tip, key_of(who), &said)
                })
            }
            Act::Quorum(subject) => {
                let tip = self.approve(tip, subject, key_of("carol"), "peer", None);
                self.approve(tip, subject, key_of("dave"), "manager", None)
            }
            Act::Carry { subject, who } => self.carry(tip, subject, who),
            Act::Approve { subject, key, role } => self.approve(tip, subject, key, role, None),
            Act::Reject { subject, who } => {
                self.count(tip, subject, (What::Reject, key_of(who)), Said::Reject, None)
            }
            Act::Retract(nth) => {
                let Some(fact) = nth.checked_rem(self.facts.len()).map(|nth| self.facts[nth].clone()) else {
                    return tip;
                };
                let said = Said::Retract { of: fact.commit };
                self.count(tip, fact.subject, (What::Retract, key_of(fact.who)), said, Some(fact.commit))
            }
            Act::Withdraw(subject) => {
                let who = if self.may_own(subject, "bob", tip) { "bob" } else { "alice" };
                if !subject.is_change() {
                    return tip;
                }
                self.count(tip, subject, (What::Withdraw, key_of(who)), Said::Withdraw, None)
            }
        }
    }

    /// Whether a change belongs to somebody, at the head or on a branch.
    fn may_own(&self, subject: Subject, who: &str, tip: usize) -> bool {
        [tip, self.repo.head()].into_iter().any(|at| owner(subject, self.repo.tree(at)) == Some(who))
    }

    fn edit(&mut self, tip: usize, who: &'static str, edit: impl FnOnce(&mut Tree)) -> usize {
        let mut tree = self.repo.tree(tip).clone();
        edit(&mut tree);
        match changes(self.repo.tree(tip), &tree).is_empty() {
            true => tip,
            false => self.repo.commit(&[tip], tree, who, "Edit\n"),
        }
    }

    /// The last record that counts of a person.
    fn said_by(&self, who: &str) -> Option<&Fact> {
        self.facts.iter().rev().find(|fact| fact.who == who)
    }

    fn sign(&mut self, tip: usize, key: Key, said: &Trailers) -> usize {
        let draft = record(&mut self.repo, tip, key, said);
        self.repo.make(draft, |raw| raw)
    }

    /// A record of the one form, whether or not its signer may.
    fn say(&mut self, tip: usize, subject: Subject, (what, key): (What, Key), of: Option<usize>) -> usize {
        let of = of.map(|of| self.repo.commits[of].id.clone());
        let said = about(&self.repo, self.repo.tree(tip), subject, (what, key.0), of.as_deref());
        self.sign(tip, key, &said)
    }

    /// A record that counts, where what it is about is there.
    fn count(
        &mut self,
        tip: usize,
        subject: Subject,
        (what, key): (What, Key),
        said: Said,
        of: Option<usize>,
    ) -> usize {
        let Some(digest) = self.whole(tip, subject) else { return tip };
        let commit = self.say(tip, subject, (what, key), of);
        self.facts.push(Fact { commit, subject, who: key.0, digest, said, carries: None });
        commit
    }

    /// The digest of a subject of which nothing is missing that a record covers.
    fn whole(&self, tip: usize, subject: Subject) -> Option<ContentHash> {
        let tree = self.repo.tree(tip);
        let files = subject.files(tree);
        let has = |name: &str| files.iter().any(|(known, _)| known == name);
        let is_whole = !subject.is_change() || (has("request.md") && has("runbook.md"));
        subject.digest(tree).filter(|_| is_whole)
    }

    fn approve(
        &mut self,
        tip: usize,
        subject: Subject,
        key: Key,
        role: &'static str,
        carries: Option<ContentHash>,
    ) -> usize {
        let Some(digest) = self.whole(tip, subject) else { return tip };
        let what = if role == "peer" { What::Peer } else { What::Manager };
        let mut said = about(&self.repo, self.repo.tree(tip), subject, (what, key.0), None);
        said.extend(carries.map(|from| ("Mcm-Carries", format!("sha256:{from}"))));
        let commit = self.sign(tip, key, &said);
        self.facts.push(Fact { commit, subject, who: key.0, digest, said: Said::Approve { role }, carries });
        commit
    }

    /// A small edit, and somebody approves it who has not approved what was there before, and says to carry the
    /// approvals of that over.
    fn carry(&mut self, tip: usize, subject: Subject, who: &'static str) -> usize {
        let before = subject.digest(self.repo.tree(tip));
        let tip = [Text::First, Text::Sentence].into_iter().fold(tip, |tip, text| {
            match subject.digest(self.repo.tree(tip)) == before {
                true => self.act(tip, Act::Edit { subject, text, who: "alice" }),
                false => tip,
            }
        });
        let is_own = |fact: &Fact| fact.who == who && fact.subject == subject;
        let has_approved = self.facts.iter().any(|fact| is_own(fact) && Some(fact.digest) == before);
        let from = before.filter(|_| subject.is_change() && !has_approved);
        self.approve(tip, subject, key_of(who), "manager", from)
    }

    fn put_policy(&mut self, tip: usize, files: &[SourceFile]) -> usize {
        let tree = with_policy(self.repo.tree(tip), files);
        self.repo.commit(&[tip], tree, "mallory", "Another policy\n")
    }

    /// A vote for a policy in the place of the one in force.
    fn vote(&mut self, tip: usize, key: Key, files: &[SourceFile], serial: u64) -> Draft {
        let mut said = trailers(&self.repo, "amend-policy", key.0);
        said.push(("Mcm-Policy-From", format!("sha256:{}", digest_of(&self.policy))));
        said.push(("Mcm-Policy-To", format!("sha256:{}", digest_of(files))));
        said.push(("Mcm-Serial", serial.to_string()));
        record(&mut self.repo, tip, key, &said)
    }

    /// Puts a policy that asks for less into the tree, with the votes of too few.
    fn ask_for_less(&mut self, tip: usize, less: Less, votes: Votes) -> usize {
        let serial = if self.compromised.is_some() { 3 } else { 2 };
        let next = |files, from: &str, to: &str| reworded(files, usize::from(from.contains(' ')), from, to);
        let files =
            next(self.policy.clone(), &format!("serial = {}", serial - 1), &format!("serial = {serial}"));
        let files = match less {
            Less::Peer => {
                let asked = "require = [{ role = \"peer\", min = 1 }, { role = \"manager\", min = 1 }]";
                let files = next(files, asked, "require = [{ role = \"peer\", min = 1 }]");
                next(
                    files,
                    "[class.minor]\ndistinct_principals = 2",
                    "[class.minor]\ndistinct_principals = 1",
                )
            }
            Less::Stranger => with_stranger(&files),
            Less::Quorum => next(files, "[amend]\nquorum = 2", "[amend]\nquorum = 1"),
            Less::Windows => reworded(files, 0, ",valid-before=\"20260601Z\"", ""),
        };
        // An earlier act may have put the same policy there.
        let other = match votes {
            Votes::OneAndFlawed(Flawed::OtherTree) => {
                let another = reworded(self.policy.clone(), 1, "schema = 1", "# Another\nschema = 1");
                self.put_policy(tip, &another)
            }
            _ => tip,
        };
        let mut tip = self.put_policy(tip, &files);
        let mut cast = |book: &mut Book, key: Key, flawed: Option<Flawed>| {
            let above = if matches!(flawed, Some(Flawed::OtherTree)) { other } else { tip };
            let named = serial + u64::from(matches!(flawed, Some(Flawed::Serial)));
            let mut draft = book.vote(above, key, &files, named);
            match flawed {
                Some(Flawed::Unsigned) => draft.key = None,
                Some(Flawed::Stranger) => draft.key = Some((STRANGER.1, "git")),
                Some(Flawed::Rewritten) => draft.people[1].0 = "bob",
                Some(Flawed::Impure) => {
                    let mut tree = (*draft.tree).clone();
                    tree.insert("README.md".to_owned(), book.repo.commits.len().to_string());
                    draft.tree = Rc::new(tree);
                }
                Some(Flawed::Context) => draft.message = draft.message.replace("Context: test", "Context: x"),
                Some(Flawed::OtherTree | Flawed::Serial) | None => {}
            }
            let vote = book.repo.make(draft, |raw| raw);
            // A vote above another tree comes back by a merge.
            tip = match above == tip {
                true => vote,
                false => book.merge(&[tip, vote], book.repo.tree(tip).clone(), "mallory"),
            };
        };
        let keys = match votes {
            Votes::Nobody => &[][..],
            Votes::One | Votes::OneAndFlawed(_) => &[key_of("bob")],
            Votes::OneTwice => &[key_of("bob"), SECOND],
        };
        for key in keys {
            cast(self, *key, None);
        }
        if let Votes::OneAndFlawed(flawed) = votes {
            cast(self, key_of("dave"), Some(flawed));
        }
        tip
    }
}

/// The first text of a file of a subject.
fn first_text(subject: Subject, name: &str) -> String {
    match (subject, name) {
        (Subject::Page, _) => "---\ntitle: Restart\nkind: guide\n---\n\nText.\n".to_owned(),
        (Subject::Hurried, "request.md") => emergency_request(),
        (_, "request.md") => REQUEST.to_owned(),
        _ => RUNBOOK.replace("MCM-2026-0001", subject.id()),
    }
}

/// A text of a subject, with the path of its file.
fn text_of(subject: Subject, text: Text) -> (String, String) {
    let request = (subject.path("request.md"), first_text(subject, "request.md"));
    let with = |find: &str, replace: &str| (request.0.clone(), request.1.replacen(find, replace, 1));
    let other = if subject == Subject::First { Subject::Second } else { Subject::First };
    match text {
        Text::First => request,
        Text::Sentence => with("Text.", "Text, mended."),
        _ if !subject.is_change() => with("Text.", "Another text."),
        Text::Owner => with("owner: alice\n", "owner: bob\n"),
        Text::Replaces => with("owner: alice\n", &format!("owner: alice\n{}", names(other))),
        Text::Typo => with("[checkout]", "[chekout]"),
        Text::Runbook => {
            let runbook = first_text(subject, "runbook.md");
            (subject.path("runbook.md"), format!("{runbook}\n"))
        }
        Text::File => (subject.path("files/a.csv"), "1,2\n".to_owned()),
        Text::Notice => (subject.path("notice-a.md"), "---\ntitle: A\n---\n".to_owned()),
    }
}
