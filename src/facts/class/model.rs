//! Standard change models: which changes used them, and whether they may still be used (domain.md 2.6).

use std::collections::BTreeMap;
use std::sync::Arc;

use jiff::Timestamp;
use jiff::civil::Date;
use jiff::tz::TimeZone;

use crate::facts::book::{Book, Outcome, view};
use crate::inputs::document::{Document, time};
use crate::inputs::value::Value;

/// A model's uses, newest last.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Model {
    /// Every execution of a change that names the model: when it ended, of which change, how.
    pub uses: Vec<(Timestamp, Arc<str>, Outcome)>,
}

/// Whether a model may be used.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum ModelState {
    /// It may.
    Stands,
    /// Its approval has ended with this day.
    Expired(Date),
    /// Too many of its last uses failed.
    Suspended {
        /// How many failed.
        failed: usize,
        /// Of how many.
        of: usize,
    },
}

impl ModelState {
    /// Whether a change may follow the model.
    pub fn may_be_used(&self) -> bool {
        matches!(self, ModelState::Stands)
    }
}

impl Model {
    /// The uses of every model, by the index of its document.
    pub fn all(book: &Book) -> BTreeMap<usize, Model> {
        let mut models: BTreeMap<usize, Model> =
            book.of_kind("standard").map(|(index, _)| (index, Model::default())).collect();
        if models.is_empty() {
            return models;
        }
        for change in book.changes.values() {
            let Some(request) = change.request.map(|index| book.document(index)) else { continue };
            let Some(model) = named(book, request).and_then(|index| models.get_mut(&index)) else { continue };
            let documents = change.documents.iter().map(|index| book.document(*index));
            for execution in documents.filter(|document| document.kind_name() == "execution") {
                let at = view::moment(execution, "ended").or_else(|| view::moment(execution, "started"));
                let outcome = execution.text("outcome").and_then(Outcome::of_key);
                model.uses.extend(at.zip(outcome).map(|(at, outcome)| (at, change.id.clone(), outcome)));
            }
        }
        models.values_mut().for_each(|model| model.uses.sort());
        models
    }

    /// Whether the model may be used at a moment, by the uses that had ended then. A use that never began
    /// neither succeeded nor failed.
    pub fn state(&self, document: &Document, at: Timestamp, zone: &TimeZone) -> ModelState {
        let expires = document.text("expires").and_then(|text| time::parse_date(text).ok());
        if let Some(expires) = expires.filter(|day| at.to_zoned(zone.clone()).date() > *day) {
            return ModelState::Expired(expires);
        }
        let number = |key: &str| document.field(key).and_then(Value::as_integer).map(usize::try_from);
        let (Some(Ok(most)), Some(Ok(of))) = (number("max_failures.n"), number("max_failures.of")) else {
            return ModelState::Stands;
        };
        let ended = self.uses.partition_point(|(end, ..)| *end < at);
        let begun = self.uses[..ended].iter().rev();
        let begun = begun.filter(|(.., outcome)| *outcome != Outcome::AbortedBeforeStart);
        let last: Vec<Outcome> = begun.take(of).map(|(.., outcome)| *outcome).collect();
        let has_failed = |outcome: &&Outcome| {
            matches!(outcome, Outcome::RolledBack | Outcome::PartlyRolledBack | Outcome::Failed)
        };
        let failed = last.iter().filter(has_failed).count();
        if most > 0 && failed >= most {
            return ModelState::Suspended { failed, of: last.len() };
        }
        ModelState::Stands
    }
}

/// The model that a request names.
pub(super) fn named(book: &Book, request: &Document) -> Option<usize> {
    match book.refer(&["standard".to_owned()], request.text("standard")?) {
        crate::facts::book::Referent::Document(index) => Some(index),
        _ => None,
    }
}
