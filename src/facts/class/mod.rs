//! The class of a change: derived from criteria and score, never typed (design: domain.md 2.4).

use crate::facts::book::{Book, Change};
use crate::facts::calendar::Schedule;
use crate::inputs::Inputs;
use crate::inputs::policy::ClassName;
use crate::text::Span;

/// What a change is, and why.
#[derive(Clone, Debug, PartialEq, Eq)]
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
    /// The score.
    pub score: Score,
}

/// A criterion that is met.
#[derive(Clone, Debug, PartialEq, Eq, serde::Serialize)]
pub struct Reason {
    /// Name of the criterion as `[criteria.major]` has it: `types_on_tiers`, `extent`, `downtime`, ...
    pub criterion: &'static str,
    /// In words: "database_migration on ledger-db (tier 0)".
    pub text: String,
}

/// Likelihood times impact, each with what made it.
#[derive(Clone, Debug, Default, PartialEq, Eq, serde::Serialize)]
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

/// The class of a change; nothing without a request.
pub fn of(inputs: &Inputs, book: &Book, schedule: &Schedule, change: &Change) -> Option<Class> {
    let _ = (inputs, schedule);
    let request = book.document(change.request?);
    let written = request.field("class");
    let declared = written.and_then(|value| Some((ClassName::of_name(value.as_str()?)?, value.span)));
    let derived = ClassName::Minor;
    Some(Class {
        declared,
        derived,
        effective: declared.map_or(derived, |(class, _)| class),
        reasons: Vec::new(),
        unanswered: Vec::new(),
        score: Score::default(),
    })
}
