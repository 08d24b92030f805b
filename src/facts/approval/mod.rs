//! Approval: what signed records make of documents (design: approvals.md).
//!
//! Enters: the [`Ledger`](crate::inputs::history::ledger::Ledger), the configuration, the moment of judging.
//! Leaves: the effective policy and, for every subject, its [`Approval`] with the records that carry it.
//! [`judge`] says whether one record counts, [`mod@derive`] walks the mainline and keeps what governs,
//! [`quorum`] matches people to the lines of the policy, [`status`] takes the first status that fits.

pub mod amendment;
pub mod carry;
pub mod code;
pub mod content;
pub mod derive;
pub mod editors;
pub mod exception;
pub mod forecast;
pub mod grant;
pub mod judge;
pub mod need;
mod observation;
pub mod open;
pub mod propose;
pub mod quorum;
pub mod record;
pub mod review;
mod rounds;
pub mod signed;
pub mod stamped;
pub mod status;
pub mod stock;
pub mod subject;
mod weigh;
mod windows;

use std::borrow::Cow;
use std::collections::BTreeMap;
use std::sync::Arc;

use crate::inputs::Inputs;
use crate::inputs::document::Document;

pub use status::{Approval, ApprovalStatus};
pub use subject::SubjectId;
pub use weigh::Uncounted;
pub use windows::Past;

/// Everything that is known of the approvals of a book.
#[derive(Clone, Debug, Default)]
pub struct Approvals {
    /// Why nothing is known: no repository, no policy on the mainline, an unreadable policy at the root.
    pub none: Option<String>,
    /// Whether that is for want of a history: then nobody can tell what was adopted or approved.
    pub is_history_unknown: bool,
    /// Object id of the trust root.
    pub root: Option<String>,
    /// The effective policy and its past.
    pub effective: Option<amendment::Effective>,
    /// The mainline commits by index: object id and landing time.
    pub landings: Vec<(String, jiff::Timestamp)>,
    /// What the pass knows of every subject, with its approval.
    pub subjects: BTreeMap<SubjectId, (derive::Subject, Approval)>,
    /// The versions of each window since the one whose approval stands, by the window's id.
    pub windows: BTreeMap<String, windows::Past>,
    /// Records of the policy, and those that name no subject of the book.
    pub others: Vec<derive::Landed>,
    /// Who has signed for records that a revocation hits.
    pub reinstated: derive::Reinstated,
    /// Why no status can be told, though the records are known ([`Ledger::ahead`], or what is unanswered).
    ///
    /// [`Ledger::ahead`]: crate::inputs::history::ledger::Ledger::ahead
    pub ahead: Option<String>,
    /// Why nobody can tell by which kinds documents are judged: an edit of `book.toml` that no policy-admin signed.
    pub unanswered: Option<String>,
    /// Heads that an observer saw and that are not on the mainline, each with when it was seen.
    pub lost_heads: Vec<(String, jiff::Timestamp)>,
}

impl Approvals {
    /// Derives the approvals of a book at the moment of judging.
    pub fn of(inputs: &Inputs) -> Approvals {
        Approvals::of_parsed(inputs, &[])
    }

    /// The same, with documents of the book that are parsed already: most of what landed stands as it did.
    pub fn of_parsed(inputs: &Inputs, parsed: &[Arc<Document>]) -> Approvals {
        let ledger = &inputs.history.ledger;
        if let Some(why) = ledger.none.clone().or_else(|| inputs.history.unknown.clone()) {
            // Of a repository without a commit it is known that it holds no policy.
            let is_history_unknown = inputs.history.unknown.is_some() && !inputs.history.unborn;
            return Approvals { none: Some(why), is_history_unknown, ..Approvals::default() };
        }
        let Some(pass) = derive::Pass::run(ledger, &inputs.config, inputs.as_of, parsed) else {
            let why = match ledger.landings.is_empty() {
                true => "there is no policy on the mainline",
                false => "the policy of the trust root cannot be read",
            };
            return Approvals { none: Some(why.to_owned()), ..Approvals::default() };
        };
        let mut approvals = derive::approvals(&pass);
        let ahead = ledger.ahead.clone().or_else(|| pass.unanswered.clone());
        if let Some(why) = &ahead {
            approvals.values_mut().for_each(|approval| approval.doubt(why));
        }
        let with_approval = |(id, subject): (SubjectId, derive::Subject)| {
            let approval = approvals.remove(&id)?;
            Some((id, (subject, approval)))
        };
        let windows = windows::past(&pass, inputs.as_of);
        let root = ledger.landings.first().map_or("", |root| root.commit.as_str());
        let lost_heads = observation::lost(ledger, root, &pass.effective.policy, inputs.as_of);
        Approvals {
            none: None,
            is_history_unknown: false,
            ahead,
            unanswered: pass.unanswered.clone(),
            lost_heads,
            root: ledger.landings.first().map(|root| root.commit.clone()),
            effective: Some(pass.effective),
            landings: ledger
                .landings
                .iter()
                .map(|landing| (landing.commit.clone(), landing.landed))
                .collect(),
            subjects: pass.subjects.into_iter().filter_map(with_approval).collect(),
            windows,
            others: pass.others,
            reinstated: pass.reinstated,
        }
    }

    /// The latest time at which the head is known to have been there: by an observer, or by its landing time
    /// less what clocks may differ by. A clock that shows less is wrong.
    pub fn head_seen(&self, inputs: &Inputs) -> Option<jiff::Timestamp> {
        let ledger = &inputs.history.ledger;
        let last = ledger.landings.len().checked_sub(1)?;
        let landed = ledger.landings[last].landed.checked_sub(judge::CLOCK_SLACK).ok();
        let seen = self.root.as_ref().zip(self.effective.as_ref()).and_then(|(root, effective)| {
            let sightings = observation::Sightings::of(ledger, jiff::Timestamp::MAX);
            sightings.of_landing(last, root, &effective.policy).map(|(at, _)| at)
        });
        landed.max(seen)
    }

    /// When an observer of the policy in force first saw the head that is judged (T2), as far as that was said by
    /// the moment of judging; nothing when none has. A time stamp of others is no such word: it says that a commit
    /// was there, not that it was the head.
    pub fn observed(&self, inputs: &Inputs) -> Option<jiff::Timestamp> {
        let ledger = &inputs.history.ledger;
        let last = ledger.landings.len().checked_sub(1)?;
        let (root, effective) = self.root.as_ref().zip(self.effective.as_ref())?;
        let sightings = observation::Sightings::of(ledger, inputs.as_of);
        sightings.of_landing(last, root, &effective.policy).map(|(at, _)| at)
    }

    /// The newest word of an observer of the policy in force: the head that was seen, and when (T2). Whoever is given
    /// an old head instead of the present one sees it by that (design: approvals.md, threat 57).
    pub fn last_seen(&self, inputs: &Inputs) -> Option<(String, jiff::Timestamp)> {
        let (root, effective) = self.root.as_ref().zip(self.effective.as_ref())?;
        observation::newest(&inputs.history.ledger, root, &effective.policy)
    }

    /// The approval of a change or a document.
    pub fn status(&self, id: &str) -> Option<&Approval> {
        self.subjects.get(&SubjectId::named(id)).map(|(_, approval)| approval)
    }

    /// The status of whatever one asks for where none can be derived, and why that is so.
    pub fn of_all(&self) -> Option<(ApprovalStatus, &str)> {
        let status = match self.is_history_unknown {
            true => ApprovalStatus::Unverifiable,
            false => ApprovalStatus::BeforeAdoption,
        };
        self.none.as_deref().map(|why| (status, why))
    }

    /// The status of a change or a document and why, for those who show it: that of its committed bytes, or that
    /// of all. What has never landed is a draft in a book with a policy.
    pub fn shown(&self, id: &str) -> (ApprovalStatus, &str) {
        match self.status(id) {
            Some(approval) => (approval.status, &approval.why),
            None => self.of_all().unwrap_or((ApprovalStatus::Draft, "nothing of it has landed")),
        }
    }

    /// What a record is held against: the approval of its subject, or of the exception that it speaks of.
    /// Nothing where that is not there any more.
    pub fn of_record<'a>(&'a self, id: &SubjectId, landed: &derive::Landed) -> Option<Cow<'a, Approval>> {
        match landed.judged.record.as_deref().and_then(exception::of) {
            Some(name) => self.of_exception(id, name).map(Cow::Owned),
            None => self.subjects.get(id).map(|(_, approval)| Cow::Borrowed(approval)),
        }
    }

    /// The approval of an exception of a change, named without its ending.
    pub fn of_exception(&self, id: &SubjectId, name: &str) -> Option<Approval> {
        let (subject, _) = self.subjects.get(id)?;
        let mut approval = exception::approval(id, subject, &self.effective.as_ref()?.policy, name)?;
        if let Some(why) = &self.ahead {
            approval.doubt(why);
        }
        Some(approval)
    }
}
