//! The class of a change: derived from criteria and score, never typed (design: domain.md 2.4).
//!
//! Enters: requests, runbooks, rehearsals and executions, the catalogue, the calendar and the policy. Leaves:
//! for every change that has a request a [`Class`] with each reason in words. A class that is declared can
//! raise the derived one. `standard` counts only while the model that the request names stands, and
//! `emergency` as declared: both are other paths, with their own rules.

mod criteria;
mod failures;
mod model;
mod score;

use std::collections::BTreeMap;
use std::sync::Arc;

use rayon::prelude::*;

use crate::facts::book::{Book, Change};
use crate::facts::calendar::Schedule;
use crate::inputs::Inputs;
use crate::inputs::document::Document;
use crate::inputs::policy::ClassName;
use crate::memo::Memo;
use crate::text::{ContentHash, Span};

pub use model::{Model, ModelState};

/// What a change is, and why.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct Class {
    /// What the request says, and where.
    pub declared: Option<(ClassName, Span)>,
    /// What follows from the criteria: minor or major.
    pub derived: ClassName,
    /// What counts: the higher of the two; emergency and standard only by declaration.
    pub effective: ClassName,
    /// Every criterion that is met, in the order of domain.md 2.4.
    pub reasons: Vec<Reason>,
    /// Fields that a criterion needs and the request does not answer, such as `change.extent`.
    pub unanswered: Vec<&'static str>,
    /// Those and all others that have no answer that can be read, where another rule says why.
    pub open: Vec<&'static str>,
    /// The score.
    pub score: Score,
}

impl Class {
    /// What follows from the criteria, once that is certain: one that is met makes a change major whatever is
    /// open, and a minor one meets none of them.
    pub fn certain(&self) -> Option<ClassName> {
        Some(self.derived).filter(|derived| *derived == ClassName::Major || self.open.is_empty())
    }

    /// The class that counts, where no open question can still raise it.
    pub fn settled(&self) -> Option<ClassName> {
        Some(self.effective).filter(|class| *class != ClassName::Minor || self.certain().is_some())
    }
}

/// A criterion that is met.
#[derive(Clone, Debug, PartialEq, Eq, Hash, serde::Serialize)]
pub struct Reason {
    /// Name of the criterion as `[criteria.major]` has it: `types_on_tiers`, `extent`, `downtime`, ...
    pub criterion: &'static str,
    /// In words: "database_migration on ledger-db (tier 0)".
    pub text: String,
}

/// Likelihood times impact, each with what made it.
#[derive(Clone, Debug, Default, PartialEq, Eq, Hash, serde::Serialize)]
pub struct Score {
    /// 1 to 5.
    pub likelihood: i64,
    /// 1 to 5.
    pub impact: i64,
    /// What the likelihood is made of: (points, why).
    pub likelihood_parts: Vec<(i64, String)>,
    /// What the impact is made of.
    pub impact_parts: Vec<(i64, String)>,
}

impl Score {
    /// 1 to 25.
    pub fn value(&self) -> i64 {
        self.likelihood * self.impact
    }
}

/// The class of every change that has a request, by id. A class is remembered with what it takes from other
/// changes: the failure before it, and whether its model stands.
pub fn all(
    inputs: &Inputs,
    book: &Book,
    schedule: &Schedule,
    (memo, around): (&Memo, ContentHash),
) -> BTreeMap<Arc<str>, Arc<Class>> {
    let failures = failures::Failures::of(inputs, book);
    let models = Model::all(book);
    let context = Context { inputs, book, schedule, failures, models };
    let class = |change: &Change| {
        let request = book.document(change.request?);
        let others = context.others(change, request);
        let key = memo.key(|| {
            let failure = others.failure.as_deref().unwrap_or_default().as_bytes();
            let flags = [u8::from(others.may_follow_model)];
            ContentHash::of_parts([change.digest.as_bytes(), &around.as_bytes()[..], failure, &flags])
        });
        let make = || Arc::new(context.class(change, request, others));
        Some((change.id.clone(), memo.classes.get_or(key, make)))
    };
    let changes: Vec<&Change> = book.changes.values().collect();
    // In order already, so that the map is made in one piece.
    let classes: Vec<_> = changes.into_par_iter().filter_map(class).collect();
    classes.into_iter().collect()
}

/// What the class of one change needs of all others.
struct Context<'a> {
    inputs: &'a Inputs,
    book: &'a Book,
    schedule: &'a Schedule,
    failures: failures::Failures<'a>,
    models: BTreeMap<usize, Model>,
}

/// What the class of a change takes from other changes.
struct Others {
    /// The last failure of the same services, team or owner, in words.
    failure: Option<String>,
    /// Whether the request names a model that stands when the change is to start.
    may_follow_model: bool,
}

impl Context<'_> {
    fn others(&self, change: &Change, request: &Document) -> Others {
        let failure = self.failures.before(self.inputs, self.book, change, request);
        Others { failure, may_follow_model: self.may_follow_model(request) }
    }

    fn class(&self, change: &Change, request: &Document, others: Others) -> Class {
        let written = request.field("class");
        let declared = written.and_then(|value| Some((ClassName::of_name(value.as_str()?)?, value.span)));
        let score = self.score(change, request, others.failure);
        let reasons = self.reasons(request, &score);
        let derived = if reasons.is_empty() { ClassName::Minor } else { ClassName::Major };
        let effective = match declared.map(|(class, _)| class) {
            Some(ClassName::Emergency) => ClassName::Emergency,
            Some(ClassName::Standard) if others.may_follow_model => ClassName::Standard,
            declared => declared.map_or(derived, |declared| declared.max(derived)),
        };
        // What a model was approved for once is not asked at each use.
        let is_standard = effective == ClassName::Standard;
        let (unanswered, open) = match is_standard {
            true => (Vec::new(), Vec::new()),
            false => (criteria::unanswered(request), criteria::open(request)),
        };
        Class { declared, derived, effective, reasons, unanswered, open, score }
    }

    fn may_follow_model(&self, request: &Document) -> bool {
        let Some(index) = model::named(self.book, request) else { return false };
        let at = request.slot().map_or(self.inputs.as_of, |slot| slot.start.timestamp);
        let zone = &self.inputs.policy.zone;
        let state = |model: &Model| model.state(self.book.document(index), at, zone);
        self.models.get(&index).is_some_and(|model| state(model).may_be_used())
    }
}

#[cfg(test)]
mod tests;
