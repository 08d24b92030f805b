//! A record before it is signed: what it would say, and all that stands in its way (design: approvals.md,
//! "The record commit").
//!
//! Enters: the approvals as they stand, who decides and what. Leaves: a [`Proposal`], or every [`Obstacle`]
//! with its help. An obstacle is found here so that nobody signs in vain; whether a record counts is decided
//! by [`super::judge`] alone, which judges it again after it is signed.

use std::collections::BTreeSet;

use jiff::Timestamp;
use jiff::civil::Date;

use super::code::Reason;
use super::derive::{Landed, Subject};
use super::exception;
use super::grant::MANAGER;
use super::status::{Approval, ApprovalStatus};
use super::subject::{Manifest, SubjectId};
use super::weigh::Case;
use super::{Approvals, amendment::Effective};
use crate::inputs::policy::{ClassName, Policy};
use crate::inputs::signature::{Decision, Record};
use crate::text::ContentHash;

/// What somebody wants to decide.
#[derive(Clone, Debug)]
pub struct Ask<'a> {
    /// The decision.
    pub decision: Decision,
    /// Roster id of who decides.
    pub person: &'a str,
    /// In which role; found where only one fits.
    pub role: Option<&'a str>,
    /// What the signature means; a sentence of the decision's own where nothing is said.
    pub meaning: Option<&'a str>,
    /// Why, for auditors.
    pub reason: &'a str,
    /// One document of a change, for decisions that speak of one: `post-mortem`, `exception`.
    pub only: Option<&'a str>,
    /// The incident of an emergency.
    pub incident: Option<&'a str>,
    /// The other change of a collision.
    pub other: Option<&'a str>,
    /// Whether everybody's approvals of the content that the person approved last are carried over.
    pub carry: bool,
    /// The moment of deciding.
    pub at: Timestamp,
}

/// A record that nothing stands in the way of.
#[derive(Clone, Debug)]
pub struct Proposal {
    /// What it says.
    pub record: Record,
    /// The files that it covers, as its manifest names them.
    pub files: Vec<(String, ContentHash)>,
    /// The content that it is to be held against: the signer's own last approval, or the last approved
    /// content. Nothing where this content is the first, or the same.
    pub since: Option<Since>,
}

/// An earlier content.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Since {
    /// A commit that holds it.
    pub commit: String,
    /// Whether it is what the signer approved, or what was approved as a whole.
    pub is_own: bool,
}

/// Why a record would not count, or would say nothing.
#[derive(Clone, Debug, PartialEq, Eq, serde::Serialize, schemars::JsonSchema)]
pub struct Obstacle {
    /// The code that the record would get, where there is one.
    #[schemars(with = "Option<String>")]
    pub code: Option<Reason>,
    /// What is wrong: a lower-case phrase.
    pub message: String,
    /// What to do about it.
    pub help: String,
}

/// Makes the record of a decision on a subject.
///
/// # Errors
/// Everything that stands in its way, not the first alone.
pub fn propose(approvals: &Approvals, id: &SubjectId, ask: &Ask<'_>) -> Result<Proposal, Vec<Obstacle>> {
    let none = |message: String, help: &str| Err(vec![Obstacle::new(None, message, help)]);
    let (Some(effective), Some(root)) = (&approvals.effective, &approvals.root) else {
        let why = approvals.none.as_deref().unwrap_or("there is no policy on the mainline");
        return none(format!("nothing can be decided: {why}"), "`mcmbook policy init` adopts a policy");
    };
    let Some((subject, approval)) = approvals.subjects.get(id) else {
        return none(format!("there is no {id} in the commit at hand"), "commit it, and try again");
    };
    let exception = ask.exception();
    let of_exception = exception.and_then(|name| approvals.of_exception(id, name));
    let change = approval.status;
    let approval = of_exception.as_ref().unwrap_or(approval);
    let mut proposing = Proposing {
        approvals,
        effective,
        id,
        subject,
        approval,
        exception,
        change,
        ask,
        obstacles: Vec::new(),
    };
    proposing.person();
    let role = proposing.role();
    proposing.decision();
    let covers = proposing.covers();
    let manifest = proposing.manifest(&covers);
    let of = match ask.decision {
        Decision::Retract => proposing.own_last(&[Decision::Approve, Decision::Reject, Decision::Ratify]),
        _ => None,
    };
    let carried = if ask.carry { proposing.carry() } else { None };
    let has_meaning = ask.decision != Decision::Retract;
    let meaning = ask.meaning.map(str::to_owned).unwrap_or_else(|| match (exception, ask.decision) {
        (Some(_), Decision::Approve) => OF_EXCEPTION.to_owned(),
        _ => meaning(ask.decision, id).to_owned(),
    });
    if let (Some((files, digest)), true) = (manifest, proposing.obstacles.is_empty()) {
        let since = proposing.since(digest);
        let record = Record {
            decision: ask.decision,
            role,
            meaning: has_meaning.then_some(meaning),
            document: Some(id.as_str().to_owned()),
            covers,
            subject: Some(digest),
            carries: carried,
            context: effective.policy.context.clone(),
            trust_root: root.clone(),
            signer: ask.person.to_owned(),
            of: of.map(|landed| landed.judged.id.clone()),
            incident: ask.incident.map(str::to_owned),
            other: ask.other.map(str::to_owned),
            amendment: None,
            observed: None,
            reason: ask.reason.to_owned(),
        };
        return Ok(Proposal { record, files, since });
    }
    Err(proposing.obstacles)
}

/// What a signature means where the signer says nothing else.
pub fn meaning(decision: Decision, id: &SubjectId) -> &'static str {
    match decision {
        Decision::Approve if id.is_document() => "I read this document as it stands and approve it.",
        Decision::Approve => {
            "I reviewed the plan, the rollback and the risk class; I approve execution in the stated slot."
        }
        Decision::Reject => "I reviewed it and refuse it as it stands.",
        Decision::Retract => "I take my decision back.",
        Decision::Withdraw => "This change will not be carried out.",
        Decision::Acknowledge => "I have read this document as it stands.",
        Decision::Authorise => "I authorise this emergency change to begin before its approvals are there.",
        Decision::AuthoriseAlone => {
            "I authorise this emergency change alone, since nobody second could be reached."
        }
        Decision::Ratify => "I reviewed what was done in this emergency and approve it afterwards.",
        Decision::AcceptCollision => "I know of the collision and accept it.",
        Decision::Review => "I read this post-mortem; its causes and actions follow from what it tells.",
        Decision::AmendPolicy => "I agree to this policy.",
        Decision::Reinstate => "I know how the record came about, and it counts again.",
        Decision::Observe => "I have seen this head.",
    }
}

/// What to do where approvals cannot be carried.
const AGAIN: &str = "everybody approves it anew: `mcmbook approve --again`";

/// What the approval of an exception means where the signer says nothing else.
const OF_EXCEPTION: &str =
    "I weighed acting against waiting; I let this change pass the window in this scope until this expires.";

struct Proposing<'a> {
    approvals: &'a Approvals,
    effective: &'a Effective,
    id: &'a SubjectId,
    subject: &'a Subject,
    /// What is decided on: the change or document, or the exception alone.
    approval: &'a Approval,
    exception: Option<&'a str>,
    /// The status of the change itself.
    change: ApprovalStatus,
    ask: &'a Ask<'a>,
    obstacles: Vec<Obstacle>,
}

impl<'a> Ask<'a> {
    /// The exception that is decided on; nothing where it is the change.
    fn exception(&self) -> Option<&'a str> {
        let is_alone = matches!(self.decision, Decision::Approve | Decision::Reject | Decision::Retract);
        self.only.filter(|name| is_alone && exception::is_exception(name))
    }
}

impl<'a> Proposing<'a> {
    fn policy(&self) -> &'a Policy {
        &self.effective.policy
    }

    fn today(&self) -> Date {
        self.policy().day(self.ask.at)
    }

    fn against(&mut self, code: impl Into<Option<Reason>>, message: String, help: impl Into<String>) {
        self.obstacles.push(Obstacle::new(code.into(), message, help));
    }

    /// On the roster, and free to judge this subject.
    fn person(&mut self) {
        let (person, policy) = (self.ask.person, self.policy());
        if policy.context.is_empty() {
            let help = "write `context = \"...\"` into policy/policy.toml, then `mcmbook policy amend`";
            self.against(None, "the policy has no `context`, which every record names".to_owned(), help);
        }
        if policy.principal(person).is_none() {
            let help = "let a policy-admin add the person to policy/policy.toml: `mcmbook policy amend`";
            self.against(Reason::KeyUnknown, format!("{person} is nobody on the roster in force"), help);
        }
        let judges_content =
            matches!(self.ask.decision, Decision::Approve | Decision::Ratify | Decision::Review);
        if !judges_content {
            return;
        }
        let digest = match self.exception {
            Some(_) => self.approval.digest,
            None => self.subject.digest(self.id, policy),
        };
        let Some(digest) = digest else { return };
        let (need, exception) = (self.subject.need.as_ref(), self.exception);
        let counts = &|_: &Landed| false;
        let case = Case { id: self.id, subject: self.subject, policy, need, digest, exception, counts };
        if let Some(why) = case.bar(person) {
            self.against(
                Reason::SelfApproval,
                format!("{person} {why}: one cannot approve one's own {}", self.id),
                "ask somebody else: `mcmbook status` names whose signatures are needed",
            );
        }
    }

    /// Roles that the decision can be made in; nothing where it needs none.
    fn roles(&self) -> Option<BTreeSet<String>> {
        let policy = self.policy();
        let class = self.subject.need.as_ref().and_then(|need| need.policy(policy));
        let asked = self.approval.quorum.places.iter().map(|(place, _)| place.role.clone());
        Some(match self.ask.decision {
            Decision::Approve | Decision::Ratify => asked.collect(),
            Decision::Reject => {
                let of_class = class.into_iter().flat_map(|class| {
                    let lines = class.lines().filter(|_| self.exception.is_none());
                    lines.map(|line| line.role.clone()).chain(class.veto_roles.iter().cloned())
                });
                of_class.chain(asked).collect()
            }
            Decision::Authorise | Decision::AuthoriseAlone => {
                class.into_iter().flat_map(|class| &class.authorise).map(|line| line.role.clone()).collect()
            }
            Decision::AcceptCollision => BTreeSet::from([MANAGER.to_owned()]),
            Decision::Retract
            | Decision::Withdraw
            | Decision::Acknowledge
            | Decision::Review
            | Decision::AmendPolicy
            | Decision::Reinstate
            | Decision::Observe => return None,
        })
    }

    /// Whether the person holds a role here: for one of the services, where it is held for services.
    fn holds(&self, role: &str) -> bool {
        let policy = self.policy();
        let services = self.subject.need.as_ref().map(|need| need.services.as_slice()).unwrap_or_default();
        let holds = |service: Option<&str>| {
            policy.holders(role, service, self.today()).any(|holder| holder.id == self.ask.person)
        };
        let is_of_services = self
            .approval
            .quorum
            .places
            .iter()
            .any(|(place, _)| place.role == role && place.service.is_some());
        if role == "outsider" && !self.is_outsider() {
            return false;
        }
        match is_of_services {
            true => services.iter().any(|service| holds(Some(service))),
            false => holds(None),
        }
    }

    fn is_outsider(&self) -> bool {
        let team = self.policy().principal(self.ask.person).and_then(|person| person.team.as_ref());
        let teams = self.subject.need.as_ref().map(|need| &need.teams);
        team.is_none_or(|team| teams.is_none_or(|teams| !teams.contains(team)))
    }

    fn role(&mut self) -> Option<String> {
        if self.ask.decision == Decision::Withdraw {
            return self.withdraws();
        }
        let roles = self.roles()?;
        let (person, id) = (self.ask.person, self.id);
        let list = |roles: &BTreeSet<String>| roles.iter().cloned().collect::<Vec<_>>().join(", ");
        let verb = self.ask.decision.word();
        if roles.is_empty() {
            let what = match &self.subject.need {
                Some(_) if self.exception.is_some() => "an exception".to_owned(),
                Some(need) => format!("a change of class {}", need.class.name()),
                None => format!("{id}"),
            };
            self.against(
                None,
                format!("the policy asks nobody to {verb} {what}"),
                "`mcmbook policy show` prints who is asked for what",
            );
            return None;
        }
        let held: BTreeSet<String> = roles.iter().filter(|role| self.holds(role)).cloned().collect();
        if let Some(role) = self.ask.role {
            if !roles.contains(role) {
                let help = format!("roles that are asked for: {}", list(&roles));
                self.against(None, format!("the policy asks for no {role} on {id}"), help);
            } else if !held.contains(role) {
                let help = match held.is_empty() {
                    true => format!("{person} holds none of the roles that are asked for: {}", list(&roles)),
                    false => format!("{person} can decide as {}", list(&held)),
                };
                self.against(Reason::RoleNotHeld, format!("{person} does not hold the role {role}"), help);
            }
            return Some(role.to_owned());
        }
        let open: BTreeSet<String> = self.approval.quorum.open().map(|place| place.role.clone()).collect();
        let best: Vec<&String> = match held.intersection(&open).count() {
            0 => held.iter().collect(),
            _ => held.intersection(&open).collect(),
        };
        match best.as_slice() {
            [role] => Some((*role).clone()),
            [] => {
                let help = format!("roles that are asked for: {}", list(&roles));
                self.against(
                    Reason::RoleNotHeld,
                    format!("{person} holds no role in which to {verb} {id}"),
                    help,
                );
                None
            }
            several => {
                let names = several.iter().map(|role| role.as_str()).collect::<Vec<_>>().join(", ");
                self.against(
                    None,
                    format!("{person} could {verb} {id} in several roles"),
                    format!("choose one with `--role`: {names}"),
                );
                None
            }
        }
    }

    /// The owner withdraws as such; anybody else needs the role.
    fn withdraws(&mut self) -> Option<String> {
        let owner = self.subject.need.as_ref().and_then(|need| need.owner.clone());
        if owner.as_deref() == Some(self.ask.person) {
            return None;
        }
        let policy = self.policy();
        if !policy.holders(MANAGER, None, self.today()).any(|holder| holder.id == self.ask.person) {
            let owner = owner.unwrap_or_else(|| "its owner".to_owned());
            self.against(
                Reason::RoleNotHeld,
                format!("{} is neither owner of {} nor change manager", self.ask.person, self.id),
                format!("ask {owner} or a change manager"),
            );
        }
        Some(MANAGER.to_owned())
    }

    /// What single decisions ask for.
    fn decision(&mut self) {
        let (ask, id) = (self.ask, self.id);
        let class = self.subject.need.as_ref().map(|need| need.class);
        let needs_reason = matches!(
            ask.decision,
            Decision::Reject | Decision::Withdraw | Decision::AuthoriseAlone | Decision::AcceptCollision
        );
        if needs_reason && ask.reason.is_empty() {
            self.against(
                None,
                format!("no reason is given to {} {id}", ask.decision.word()),
                "`--reason \"...\"` says why; auditors read it",
            );
        }
        let is_of_change = matches!(
            ask.decision,
            Decision::Withdraw | Decision::Authorise | Decision::AuthoriseAlone | Decision::Ratify
        ) || ask.decision == Decision::AcceptCollision;
        if is_of_change && id.is_document() {
            self.against(
                None,
                format!("{id} is no change: only changes are meant to {}", ask.decision.word()),
                "name a change: `mcmbook list` prints them",
            );
        }
        let is_for_emergencies =
            matches!(ask.decision, Decision::Authorise | Decision::AuthoriseAlone | Decision::Ratify);
        if is_for_emergencies && !id.is_document() && class != Some(ClassName::Emergency) {
            let of_class = class.map_or("no class that can be told", ClassName::name);
            self.against(
                None,
                format!("{id} is no emergency: its class is {of_class}"),
                "`mcmbook approve` is for changes that can wait; `mcmbook classify` tells the class",
            );
        }
        if self.change == ApprovalStatus::Withdrawn && ask.decision != Decision::Acknowledge {
            self.against(None, format!("{id} was withdrawn"), "make a new change that supersedes it");
        }
        match ask.decision {
            Decision::Retract => {
                let own = self.own_last(&[Decision::Approve, Decision::Reject, Decision::Ratify]);
                if own.is_none() {
                    self.against(
                        None,
                        format!("{} has decided nothing on {id} that could be taken back", ask.person),
                        "only one's own record can be retracted",
                    );
                }
            }
            Decision::AcceptCollision => self.other(),
            Decision::Authorise | Decision::AuthoriseAlone => self.incident(),
            Decision::Review if !id.is_document() && ask.only != Some("post-mortem") => {
                let help = format!("name it: `{id}/post-mortem`");
                self.against(None, "a review is of a post-mortem".to_owned(), help);
            }
            _ => {}
        }
    }

    /// The incident that makes an emergency unavoidable is named, and is the one that the request answers.
    fn incident(&mut self) {
        let subject = self.subject;
        let own = subject.need.as_ref().and_then(|need| need.incident.as_deref());
        let message = match (self.ask.incident, own) {
            (None, _) => "an authorisation names the incident that makes it unavoidable".to_owned(),
            (Some(said), Some(own)) if said != own => {
                format!("{} answers {own}, and not {said}", self.id)
            }
            (Some(_), _) => return,
        };
        self.against(None, message, format!("`--incident {}`", own.unwrap_or("INC-1234")));
    }

    fn other(&mut self) {
        let Some(other) = self.ask.other else { return };
        let known = self.approvals.subjects.contains_key(&SubjectId::named(other));
        if !known || other == self.id.as_str() {
            self.against(
                Reason::DocIdMismatch,
                format!("there is no other change {other}"),
                "`--other` names the change that it collides with",
            );
        }
    }

    /// The earlier content whose approvals are carried over.
    fn carry(&mut self) -> Option<ContentHash> {
        let (id, person) = (self.id, self.ask.person);
        let need = self.subject.need.as_ref();
        let class = need.and_then(|need| need.policy(self.policy()));
        if self.exception.is_some() || !class.is_some_and(|class| class.carry) {
            let message = format!("the policy lets nobody carry approvals of {id}");
            self.against(None, message, AGAIN);
        }
        if need.is_some_and(|need| need.level.is_some()) {
            let message = format!("the slot of {id} touches a restricted window or a freeze");
            self.against(None, message, AGAIN);
        }
        let own = self.own_last(&[Decision::Approve]).and_then(|own| own.content);
        let own = own.filter(|own| Some(*own) != self.subject.digest(id, self.policy()));
        if own.is_none() {
            let message = format!("{person} has approved no earlier content of {id}");
            self.against(None, message, "only who approved it before the edit can carry its approvals");
        }
        own
    }

    /// The names of the covered documents.
    fn covers(&self) -> Vec<String> {
        if self.id.is_document() {
            return Vec::new();
        }
        match self.ask.only {
            Some(only) => vec![only.to_owned()],
            None => {
                let covers = self.subject.covers(self.subject.need.as_ref(), self.policy());
                covers.into_iter().map(str::to_owned).collect()
            }
        }
    }

    /// The covered files and their digest, once every covered document is there.
    fn manifest(&mut self, covers: &[String]) -> Option<(Vec<(String, ContentHash)>, ContentHash)> {
        let mut is_whole = true;
        for name in covers {
            if !self.subject.files.contains_key(&format!("{name}.md")) {
                is_whole = false;
                self.against(
                    Reason::PathMissing,
                    format!("{} has no {name}, which the record would cover", self.id),
                    format!("write it and commit it: `mcmbook new {name} --for {}`", self.id),
                );
            }
        }
        let files = covered(self.subject, self.id, covers);
        match Manifest::of(files.iter().cloned()) {
            Ok(manifest) if is_whole => {
                let digest = manifest.digest();
                self.executed(digest);
                Some((files, digest))
            }
            Ok(_) => None,
            Err(bad) => {
                self.against(Reason::SubjectMismatch, bad.to_string(), "rename the file");
                None
            }
        }
    }

    /// Once it is carried out, a change is judged by the content that was: another one is approved in vain.
    fn executed(&mut self, digest: ContentHash) {
        let judges = matches!(self.ask.decision, Decision::Approve | Decision::Reject | Decision::Ratify)
            && self.exception.is_none();
        let executed = self.approval.digest.filter(|judged| self.subject.executed.contains_key(judged));
        if judges && let Some(executed) = executed.filter(|executed| *executed != digest) {
            self.against(
                Reason::SubjectMismatch,
                format!("{} was carried out as sha256:{executed}, and its files have changed since", self.id),
                "sign on a branch from the commit that holds it, before files were added or changed",
            );
        }
    }

    /// The newest record of the person that counts and decides so.
    fn own_last(&self, decisions: &[Decision]) -> Option<&'a Landed> {
        let is_own = |landed: &&Landed| {
            let record = landed.judged.record.as_ref().filter(|_| landed.judged.counts());
            landed.judged.principal.as_deref() == Some(self.ask.person)
                && record.is_some_and(|record| {
                    decisions.contains(&record.decision) && exception::of(record) == self.exception
                })
        };
        self.subject.records.iter().rev().find(is_own)
    }

    fn since(&self, digest: ContentHash) -> Option<Since> {
        if let Some(own) = self.own_last(&[Decision::Approve, Decision::Ratify]) {
            return (own.content != Some(digest))
                .then(|| Since { commit: own.judged.id.clone(), is_own: true });
        }
        let of_subject = self.subject.approved.iter().filter(|_| self.exception.is_none());
        let (_, landing) = of_subject.rev().find(|(approved, _)| *approved != digest)?;
        let (commit, _) = self.approvals.landings.get(*landing)?;
        Some(Since { commit: commit.clone(), is_own: false })
    }
}

/// The files of a subject that covering these documents covers, as a manifest names them.
pub fn covered(subject: &Subject, id: &SubjectId, covers: &[String]) -> Vec<(String, ContentHash)> {
    let is_covered = |path: &str| {
        let is_named = |name: &String| path.strip_suffix(".md") == Some(name.as_str());
        id.is_document() || path.starts_with("files/") || covers.iter().any(is_named)
    };
    let files = subject.files.iter().filter(|(path, _)| is_covered(path));
    files.map(|(path, hash)| (path.clone(), *hash)).collect()
}

impl Obstacle {
    fn new(code: Option<Reason>, message: String, help: impl Into<String>) -> Obstacle {
        Obstacle { code, message, help: help.into() }
    }
}
