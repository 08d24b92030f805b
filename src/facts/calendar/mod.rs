//! Windows in time: when which services are restricted, frozen or open (design: domain.md 3).
//!
//! Enters: the book's windows and the policy. Leaves: a [`Schedule`]: every window with its occurrences
//! inside the horizon as half-open intervals of UTC instants. Where a boundary falls into a clock change, a
//! closing interval takes the earlier start and the later end, an opening one the later start and the
//! earlier end (domain.md 3.3).

pub mod agenda;
pub mod foreign;
mod governing;
mod lead;
mod reading;
mod recurrence;
mod times;
mod window;

use jiff::{SignedDuration, Timestamp};

use crate::facts::book::Book;
use crate::inputs::Inputs;
use crate::inputs::document::Document;
use crate::inputs::document::time::Duration;
use crate::text::Span;

pub use agenda::{Agenda, Asked};
pub(in crate::facts) use governing::WINDOW;
pub use governing::{Governing, Ruling};
pub use lead::{after, before};
pub use window::Horizon;

/// All windows of a book, in the order of their documents.
#[derive(Clone, Debug, Default)]
pub struct Schedule {
    /// The windows whose kind and times could be read.
    pub windows: Vec<Window>,
    /// What could not be read, or only by a convention: the document, the place, why. Rules MCM601 to MCM604
    /// report it.
    pub faults: Vec<WindowFault>,
    /// From when to when occurrences are known.
    pub horizon: (Timestamp, Timestamp),
}

/// A window with its occurrences.
#[derive(Clone, Debug)]
pub struct Window {
    /// Index of its document.
    pub document: usize,
    /// Its id below `windows/`: `quarter-end-close`.
    pub name: String,
    /// What it does.
    pub effect: Effect,
    /// How strict.
    pub level: Level,
    /// Its occurrences inside the horizon, sorted by start; freezes that `freeze_before` makes are windows
    /// of their own, with `freeze_of` set.
    pub occurrences: Vec<Occurrence>,
    /// The longest of them.
    pub longest: SignedDuration,
    /// Index in [`Schedule::windows`] of the window whose `freeze_before` made this one; `usize::MAX` where it
    /// is of a former version, which the schedule does not hold.
    pub freeze_of: Option<usize>,
    /// Indices of the documents of the services that it holds for, sorted.
    pub services: Vec<usize>,
    /// Environments it holds for; production when none is written.
    pub environments: Vec<String>,
    /// Shortest time from submission to start.
    pub lead_time: Option<Duration>,
    /// Shortest time from the last approval to start.
    pub approval_lead: Option<Duration>,
    /// Longest rollback.
    pub rollback_budget: Option<Duration>,
    /// Time kept free before the slot's end.
    pub margin: Option<Duration>,
}

impl Window {
    /// The occurrences that touch `[start, end)`, in order.
    pub fn touching(&self, start: Timestamp, end: Timestamp) -> impl Iterator<Item = &Occurrence> {
        // None that begins earlier than the longest one lasts can reach the start.
        let earliest = start.checked_sub(self.longest).unwrap_or(Timestamp::MIN);
        let first = self.occurrences.partition_point(|occurrence| occurrence.start < earliest);
        let begun = self.occurrences[first..].iter().take_while(move |occurrence| occurrence.start < end);
        begun.filter(move |occurrence| start < occurrence.end)
    }
}

/// What a window does to changes.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, serde::Serialize)]
#[serde(rename_all = "lowercase")]
pub enum Effect {
    /// Open slot of a service that is closed by default.
    Maintenance,
    /// Allowed with more.
    Restricted,
    /// Closed but for what was approved before.
    Freeze,
}

/// How strict a window is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, serde::Serialize)]
#[serde(rename_all = "lowercase")]
pub enum Level {
    /// Soft: the default.
    Soft,
    /// Hard.
    Hard,
}

/// One occurrence: `[start, end)`.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Occurrence {
    /// First instant.
    pub start: Timestamp,
    /// First instant after it.
    pub end: Timestamp,
    /// Whether a boundary fell into a clock change and had to be read.
    pub adjusted: bool,
}

/// Why a window could not be read.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct WindowFault {
    /// Index of the document.
    pub document: usize,
    /// The rule that reports it.
    pub rule: &'static str,
    /// Where.
    pub span: Span,
    /// What is wrong, as the rule's message says it.
    pub message: String,
    /// What to do.
    pub help: String,
}

/// A window that covers a slot, and the occurrence that does.
#[derive(Clone, Copy, Debug)]
pub struct Hit<'a> {
    /// The window.
    pub window: &'a Window,
    /// The occurrence.
    pub occurrence: Occurrence,
}

impl Schedule {
    /// Makes the schedule of a book.
    pub fn build(inputs: &Inputs, book: &Book) -> Schedule {
        window::build(inputs, book)
    }

    /// From when to when the schedule of a book reaches: the months around the moment of judgement, and wide
    /// enough to hold every slot.
    pub fn horizon(inputs: &Inputs, book: &Book) -> (Timestamp, Timestamp) {
        window::horizon(inputs, book)
    }

    /// The occurrences of a window document as it would stand in a book, without the freezes before them;
    /// nothing where it cannot be read.
    pub fn of_text(inputs: &Inputs, book: &Book, document: &Document) -> Option<Vec<Occurrence>> {
        let horizon = Schedule::horizon(inputs, book);
        let made = window::of_document(inputs, book, usize::MAX, document, horizon);
        made.into_iter().find(|window| window.freeze_of.is_none()).map(|window| window.occurrences)
    }

    /// The window of that document.
    pub fn of_document(&self, document: usize) -> Option<&Window> {
        self.windows.iter().find(|window| window.document == document && window.freeze_of.is_none())
    }

    /// Restricted windows and freezes that touch `[start, end)` for one of these services and the
    /// environment, the strictest first. Maintenance windows are no restriction and are left out.
    pub fn covering(
        &self,
        services: &[usize],
        environment: &str,
        start: Timestamp,
        end: Timestamp,
    ) -> Vec<Hit<'_>> {
        window::covering(self, services, environment, start, end)
    }

    /// The same, where what it is judged for must not fall short: a service that the catalogue lacks may be any of it,
    /// and a slot that lacks its end takes a second.
    pub fn hits_at_worst(&self, book: &Book, request: &Document) -> Vec<Hit<'_>> {
        use crate::facts::book::view;
        let Some((start, end)) = request.slot_bounds() else { return Vec::new() };
        let end = end.max(start.saturating_add(jiff::SignedDuration::from_secs(1)).unwrap_or(start));
        let services: Vec<usize> = match view::unknown_services(book, request).is_empty() {
            true => view::services(book, request).into_iter().map(|(index, _)| index).collect(),
            false => book.of_kind("service").map(|(index, _)| index).collect(),
        };
        self.covering(&services, view::environment(request), start, end)
    }

    /// What covers the slot of a request, for its services and environment; nothing without a slot.
    pub fn hits(&self, book: &Book, request: &Document) -> Vec<Hit<'_>> {
        use crate::facts::book::view;
        let Some(slot) = request.slot() else { return Vec::new() };
        let services: Vec<usize> =
            view::services(book, request).into_iter().map(|(index, _)| index).collect();
        self.covering(&services, view::environment(request), slot.start.timestamp, slot.end.timestamp)
    }
}

#[cfg(test)]
mod tests;
