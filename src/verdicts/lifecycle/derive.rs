//! From evidence to the state of a change.

use std::collections::BTreeSet;

use jiff::Timestamp;

use super::ChangeState;
use crate::facts::Facts;
use crate::facts::approval::grant::{Grant, Grants};
use crate::facts::approval::record::{Unsigned, unsigned};
use crate::facts::approval::review::Review;
use crate::facts::approval::{ApprovalStatus, SubjectId};
use crate::facts::book::{Change, Outcome, view};
use crate::facts::calendar::after;
use crate::facts::collision::{self, Meeting};
use crate::facts::execution::{Attempt, Evidence, Execution, Posture};
use crate::inputs::document::Document;
use crate::inputs::policy::ClassName;
use crate::text::{BookPath, Severity, Stage};
use crate::verdicts::gate::{Grounds, closed_slot};
use crate::verdicts::lint::Finding;

/// Rules that speak of what gate and lifecycle see for themselves (calendar, approvals and collisions): what
/// they find is told once.
pub const HELD_BY_GATE: [&str; 9] =
    ["MCM611", "MCM614", "MCM615", "MCM617", "MCM621", "MCM624", "MCM801", "MCM812", "MCM817"];

/// Where a change stands, and why.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Standing {
    /// The state.
    pub state: ChangeState,
    /// The class that counts; nothing without a request.
    pub class: Option<ClassName>,
    /// What keeps it there, each with a code.
    pub holds: Vec<Hold>,
    /// Its last attempt.
    pub attempt: Option<Attempt>,
}

/// Something that keeps a change where it is.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, serde::Serialize, schemars::JsonSchema)]
pub struct Hold {
    /// The code of a rule, or a word: `approval-stale`.
    pub code: String,
    /// What it is, in one lower-case phrase.
    pub message: String,
}

/// The state of a change at the moment at which the facts are judged.
pub fn standing(grounds: Grounds<'_>, change: &Change) -> Standing {
    let Grounds { facts, grants, findings, .. } = grounds;
    let none = Grant::default();
    let grant = grants.changes.get(&*change.id).unwrap_or(&none);
    let derived = facts.classes.get(&change.id).map(|class| class.effective);
    let case = Case {
        grounds,
        facts,
        grants,
        findings,
        change,
        grant,
        at: facts.inputs.as_of,
        class: grant.class.or(derived),
        attempt: attempt(facts, change, planned_anew(facts, change)),
    };
    let (state, mut holds) = case.state();
    holds.sort();
    holds.dedup();
    // What may be seen as planned anew may run only with approvals that came after it, too.
    let approved_at = facts.approvals.status(&change.id).and_then(|approval| approval.approved_at);
    Standing { state, class: case.class, holds, attempt: attempt(facts, change, approved_at) }
}

/// The landing that brought the plan as it stands, where its slot lies behind the start of the last attempt.
fn planned_anew(facts: &Facts, change: &Change) -> Option<usize> {
    let attempt = facts.attempt(change, facts.inputs.as_of)?;
    let slot = facts.book.document(change.request?).slot()?;
    let (subject, _) = facts.approvals.subjects.get(&SubjectId::named(&change.id))?;
    let (_, landing) = subject.contents.last()?;
    (slot.start.timestamp > attempt.started).then_some(*landing)
}

/// The last attempt, unless it was called off before its start and what came `after` it begins anew.
fn attempt(facts: &Facts, change: &Change, after: Option<usize>) -> Option<Attempt> {
    let attempt = facts.attempt(change, facts.inputs.as_of)?;
    let is_over = after.zip(called_off(facts, change)).is_some_and(|(after, called_off)| after > called_off);
    (!is_over).then_some(attempt)
}

/// The landing of the last file of a run, where every run of a change was called off before its start. Nothing
/// where one began, goes on, or has not landed: what a run has used up is used up.
fn called_off(facts: &Facts, change: &Change) -> Option<usize> {
    let runs: Vec<&Execution> =
        facts.executions.iter().filter(|execution| execution.change == change.id).collect();
    let is_called_off = |run: &&Execution| {
        let ended = view::moment(facts.book.document(run.document), "ended");
        run.outcome == Some(Outcome::AbortedBeforeStart) && ended.is_some()
    };
    let records = runs.iter().map(|run| facts.book.document(run.document).path());
    let logs = change.attachments.iter().map(|index| &facts.inputs.attachments[*index].path);
    let logs =
        logs.filter(|path| path.as_str().ends_with(".log.jsonl") && path.stem().starts_with("execution"));
    let landings = records.chain(logs).map(|path| first_landing(facts, path));
    let last = landings.collect::<Option<Vec<usize>>>()?.into_iter().max();
    let stems: BTreeSet<&str> =
        runs.iter().map(|run| facts.book.document(run.document).path().stem()).collect();
    let has_bare_log = change.attachments.iter().any(|index| {
        let name = facts.inputs.attachments[*index].path.file_name();
        let stem = name.strip_suffix(".log.jsonl");
        stem.is_some_and(|stem| stem.starts_with("execution") && !stems.contains(stem))
    });
    last.filter(|_| runs.iter().all(is_called_off) && !has_bare_log)
}

/// The landing that brought a file first.
fn first_landing(facts: &Facts, path: &BookPath) -> Option<usize> {
    let landings = &facts.inputs.history.ledger.landings;
    landings
        .iter()
        .position(|landing| landing.changed.iter().any(|(own, file)| own == path && file.is_some()))
}

fn last_execution<'a>(facts: &'a Facts, change: &Change) -> Option<&'a Execution> {
    facts.executions.iter().rfind(|execution| execution.change == change.id && execution.is_last)
}

struct Case<'a> {
    grounds: Grounds<'a>,
    facts: &'a Facts,
    grants: &'a Grants,
    findings: &'a [Finding],
    change: &'a Change,
    grant: &'a Grant,
    at: Timestamp,
    class: Option<ClassName>,
    attempt: Option<Attempt>,
}

type State = (ChangeState, Vec<Hold>);

fn people(count: u32) -> String {
    if count == 1 { "a reviewer".to_owned() } else { format!("{count} reviewers") }
}

fn hold(code: impl Into<String>, message: impl Into<String>) -> Hold {
    Hold { code: code.into(), message: message.into() }
}

impl Case<'_> {
    fn state(&self) -> State {
        let Some(request) = self.change.request.map(|index| self.facts.book.document(index)) else {
            return (ChangeState::Void, Vec::new());
        };
        let why = |state: ChangeState| (state, vec![self.of_approval()]);
        match self.grant.status {
            ApprovalStatus::Withdrawn => return why(ChangeState::Withdrawn),
            ApprovalStatus::Rejected => return why(ChangeState::Rejected),
            ApprovalStatus::Superseded => return why(ChangeState::Superseded),
            ApprovalStatus::Invalid
            | ApprovalStatus::BeforeAdoption
            | ApprovalStatus::Unverifiable
            | ApprovalStatus::Revoked
            | ApprovalStatus::Unratified
            | ApprovalStatus::Authorised
            | ApprovalStatus::Expired
            | ApprovalStatus::Approved
            | ApprovalStatus::ApprovedLate
            | ApprovalStatus::Stale
            | ApprovalStatus::InReview
            | ApprovalStatus::Draft => {}
        }
        match &self.attempt {
            Some(attempt) if attempt.is_running() => self.running(attempt),
            Some(attempt) => self.done(attempt),
            None => self.before(request),
        }
    }

    fn running(&self, attempt: &Attempt) -> State {
        let began = hold("running", format!("it began at {}", attempt.started));
        match attempt.posture {
            Posture::Running => (ChangeState::InProgress, vec![began]),
            Posture::Held => (ChangeState::Held, vec![began, hold("held", "the execution is on hold")]),
            Posture::RollingBack => {
                (ChangeState::RollingBack, vec![began, hold("rolling-back", "what was done is undone")])
            }
        }
    }

    fn done(&self, attempt: &Attempt) -> State {
        if attempt.outcome == Some(Outcome::AbortedBeforeStart) {
            let message = "an attempt was called off before its start: a retry needs new approvals";
            return (ChangeState::Aborted, vec![hold("consumed", message)]);
        }
        if let (Some(ended), Some(period)) = (attempt.ended, self.watch_period()) {
            let policy = &self.facts.inputs.policy;
            let until = after(ended, period, &policy.zone, policy);
            if self.at < until {
                return (
                    ChangeState::Watching,
                    vec![hold("watch-period", format!("it lasts until {until}"))],
                );
            }
        }
        if self.class == Some(ClassName::Emergency) && !self.grant.status.is_approved() {
            let state = match self.grant.status {
                ApprovalStatus::Unratified => ChangeState::Unratified,
                ApprovalStatus::Invalid
                | ApprovalStatus::BeforeAdoption
                | ApprovalStatus::Unverifiable
                | ApprovalStatus::Revoked
                | ApprovalStatus::Withdrawn
                | ApprovalStatus::Rejected
                | ApprovalStatus::Superseded
                | ApprovalStatus::Authorised
                | ApprovalStatus::Expired
                | ApprovalStatus::Approved
                | ApprovalStatus::ApprovedLate
                | ApprovalStatus::Stale
                | ApprovalStatus::InReview
                | ApprovalStatus::Draft => ChangeState::RatifyDue,
            };
            return (state, vec![self.of_approval()]);
        }
        let mut holds = self.open(&[Stage::Closing]);
        holds.extend(self.unfinished());
        let needs_review = matches!(self.class, Some(ClassName::Major | ClassName::Emergency) | None);
        match self.change.post_mortem.map(|index| self.facts.book.document(index)) {
            None if needs_review => holds.push(hold("post-mortem", "there is no post-mortem")),
            None => {}
            Some(document) => holds.extend(self.unreviewed(document)),
        }
        holds.extend(self.unsigned());
        match holds.is_empty() {
            true => (ChangeState::Closed, holds),
            false => (ChangeState::ReviewDue, holds),
        }
    }

    /// What is open in the documents of the time after the start, whatever its stage: where one cannot be read, the
    /// rules of closing say nothing of it.
    fn unfinished(&self) -> Vec<Hold> {
        let is_late = |path: &BookPath| {
            let document = self.facts.book.at_path(path).map(|index| self.facts.book.document(index));
            document.is_some_and(|document| matches!(document.kind_name(), "execution" | "post-mortem"))
        };
        let stages = [Stage::Draft, Stage::Submission, Stage::Approval, Stage::Ready];
        open_in(self.facts, self.findings, self.change, &stages, &is_late)
    }

    /// What its review lacks: the signature of somebody who did not write it.
    fn unreviewed(&self, post_mortem: &Document) -> Option<Hold> {
        let review = Review::of(&self.facts.approvals, post_mortem).filter(|review| !review.is_met)?;
        let why = match (review.has_own, review.has_older) {
            _ if review.has_unknown => "somebody wrote it whom the roster does not know",
            (true, _) => "whoever wrote it does not review it",
            (false, true) => "an earlier text of it was reviewed",
            (false, false) => "nobody has signed a review of it",
        };
        Some(hold("review-unsigned", format!("the post-mortem waits for {}: {why}", people(review.needed))))
    }

    /// The files of its last execution that are not signed by its operator, where the class asks for signed
    /// edits.
    fn unsigned(&self) -> Vec<Hold> {
        let facts = self.facts;
        let subject = facts.approvals.subjects.get(&SubjectId::named(&self.change.id));
        let policy = facts.approvals.effective.as_ref().map(|effective| &effective.policy);
        let class = self.class.and_then(|class| policy?.classes.get(&class));
        let is_asked = class.is_some_and(|class| class.signed_edits);
        let Some((subject, _)) = subject.filter(|_| is_asked) else { return Vec::new() };
        let Some(execution) = last_execution(facts, self.change) else { return Vec::new() };
        let record = facts.book.document(execution.document);
        let operator = record.text("operator").map(view::handle).unwrap_or_default();
        let log = match &execution.log {
            Evidence::Attached { path, .. } => Some(path),
            Evidence::Missing { .. } | Evidence::None => None,
        };
        let lacks = |path: &BookPath| {
            let why = match unsigned(subject, path, operator)? {
                Unsigned::ByOperator => format!("no commit of it is signed by its operator, {operator}"),
                Unsigned::AsItStands => "the commit that brought it is signed by nobody".to_owned(),
            };
            Some(hold("execution-unsigned", format!("{}: {why}", path.file_name())))
        };
        [Some(record.path()), log].into_iter().flatten().filter_map(lacks).collect()
    }

    fn before(&self, request: &Document) -> State {
        let is_uncommitted = self.facts.inputs.history.is_uncommitted(request.path());
        let has_landed = self.grant.is_submitted || (self.grants.unknown.is_some() && !is_uncommitted);
        if !has_landed {
            return (ChangeState::Draft, vec![hold("unsubmitted", "its request is not on the mainline")]);
        }
        let status = self.grant.status;
        if self.class == Some(ClassName::Emergency) {
            return match status == ApprovalStatus::Authorised || status == ApprovalStatus::Approved {
                true => (ChangeState::Authorised, Vec::new()),
                false => (ChangeState::Declared, vec![self.of_approval()]),
            };
        }
        let slot = request.slot();
        let is_over = slot.as_ref().is_some_and(|slot| slot.end.timestamp <= self.at);
        if status == ApprovalStatus::Expired || is_over {
            let message = match status == ApprovalStatus::Expired {
                true => self.grant.why.clone(),
                false => "its slot has ended unused".to_owned(),
            };
            return (ChangeState::Expired, vec![hold("expired", message)]);
        }
        let early = self.open(&[Stage::Draft, Stage::Submission]);
        if !early.is_empty() {
            return (ChangeState::Draft, early);
        }
        let of_approval = self.open(&[Stage::Approval]);
        if !of_approval.is_empty() {
            return (ChangeState::Submitted, of_approval);
        }
        let by_model = self.class == Some(ClassName::Standard) && self.grant.is_by_model;
        if !status.is_approved() && !by_model {
            return (ChangeState::Assessed, vec![self.of_approval()]);
        }
        let mut holds = self.calendar(request);
        if status == ApprovalStatus::ApprovedLate {
            holds.push(self.of_approval());
        }
        if slot.is_none() {
            holds.push(hold("no-slot", "it names no slot"));
        }
        if !holds.is_empty() {
            return (ChangeState::Approved, holds);
        }
        let late = self.open(&[Stage::Ready]);
        match late.is_empty() {
            true => (ChangeState::Ready, late),
            false => (ChangeState::Scheduled, late),
        }
    }

    /// What keeps the slot from it: windows that are closed to it, collisions that nobody has accepted.
    fn calendar(&self, request: &Document) -> Vec<Hold> {
        let closed = closed_slot(self.grounds, self.change, self.class, request);
        let closed = closed.into_iter().map(|reason| hold(reason.code, reason.message));
        let others = colliding(self.facts, self.grants, self.change, request);
        let others = others.into_iter().map(|(id, met)| hold("collision", format!("{id} {met}")));
        closed.chain(others).collect()
    }

    fn of_approval(&self) -> Hold {
        if let Some(unknown) = &self.grants.unknown {
            return hold("approvals-unknown", unknown.clone());
        }
        hold(format!("approval-{}", self.grant.status.word()), self.grant.why.clone())
    }

    /// The findings of these stages that are open: errors that nobody has waived, in the change's own files.
    fn open(&self, stages: &[Stage]) -> Vec<Hold> {
        open(self.facts, self.findings, self.change, stages)
    }

    fn watch_period(&self) -> Option<crate::inputs::document::time::Duration> {
        let runbook = self.facts.book.document(self.change.runbook?);
        view::duration(runbook, "watch_period").map(|(period, _)| period)
    }
}

/// The findings of these stages that hold a change: errors that nobody has waived, in its own files.
pub(in crate::verdicts) fn open(
    facts: &Facts,
    findings: &[Finding],
    change: &Change,
    stages: &[Stage],
) -> Vec<Hold> {
    open_in(facts, findings, change, stages, &|_| true)
}

/// The same in some of its files.
fn open_in(
    facts: &Facts,
    findings: &[Finding],
    change: &Change,
    stages: &[Stage],
    is_meant: &dyn Fn(&BookPath) -> bool,
) -> Vec<Hold> {
    let documents = change.documents.iter().map(|index| facts.book.document(*index).path());
    let attachments = change.attachments.iter().map(|index| &facts.inputs.attachments[*index].path);
    let files: BTreeSet<&BookPath> = documents.chain(attachments).filter(|path| is_meant(path)).collect();
    let is_open = |finding: &&Finding| {
        let diagnostic = &finding.diagnostic;
        let is_own = diagnostic.location.as_ref().is_some_and(|location| files.contains(&location.path));
        is_own
            && finding.waived.is_none()
            && diagnostic.severity == Severity::Error
            && stages.contains(&diagnostic.stage)
            && !HELD_BY_GATE.contains(&diagnostic.code.0)
    };
    let open = findings.iter().filter(is_open);
    open.map(|finding| hold(finding.diagnostic.code.0, finding.diagnostic.message.clone())).collect()
}

/// The changes that may still run and meet a change in its slot, and that nobody has accepted: id, and how
/// they meet.
pub(in crate::verdicts) fn colliding(
    facts: &Facts,
    grants: &Grants,
    change: &Change,
    request: &Document,
) -> Vec<(String, String)> {
    let at = facts.inputs.as_of;
    let accepts =
        |by: &str, other: &str| grants.changes.get(by).is_some_and(|grant| grant.accepted.contains(other));
    let mut found = Vec::new();
    for other in facts.book.changes.values().filter(|other| other.id != change.id) {
        let Some(theirs) = other.request.map(|index| facts.book.document(index)) else { continue };
        // Most of a large book may not run, and a look at its signatures is cheaper than one at its slot.
        let grant = grants.changes.get(&*other.id);
        let may_run = grant.is_some_and(|grant| may_start(grant) || grant.is_by_model);
        if !may_run || theirs.slot().is_none_or(|slot| slot.end.timestamp <= at) {
            continue;
        }
        let Some(meeting) = collision::meeting(facts, request, theirs) else { continue };
        let is_accepted = accepts(&change.id, &other.id) || accepts(&other.id, &change.id);
        if !is_accepted && facts.attempt(other, at).is_none() {
            let met = match meeting {
                Meeting::HardNeighbour(own, near) => {
                    format!("changes {near}, a hard neighbour of {own}, at the same time")
                }
                Meeting::SameService(service) => format!("changes {service} at the same time"),
                other => other.phrase(),
            };
            found.push((other.id.to_string(), met));
        }
    }
    found
}

/// Whether signatures let a change begin. What is not named here does not.
pub(in crate::verdicts) fn may_start(grant: &Grant) -> bool {
    match grant.status {
        ApprovalStatus::Approved => true,
        ApprovalStatus::Authorised => grant.class.is_none_or(|class| class == ClassName::Emergency),
        ApprovalStatus::Invalid
        | ApprovalStatus::BeforeAdoption
        | ApprovalStatus::Unverifiable
        | ApprovalStatus::Revoked
        | ApprovalStatus::Withdrawn
        | ApprovalStatus::Rejected
        | ApprovalStatus::Superseded
        | ApprovalStatus::Unratified
        | ApprovalStatus::Expired
        | ApprovalStatus::ApprovedLate
        | ApprovalStatus::Stale
        | ApprovalStatus::InReview
        | ApprovalStatus::Draft => false,
    }
}
