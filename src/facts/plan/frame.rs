//! The plan against the slot: margin, rollback and the deadline of the decisions.

use jiff::{SignedDuration, Timestamp};

use super::seconds;
use crate::facts::Facts;
use crate::facts::book::{Change, view};
use crate::facts::calendar::{Hit, Window};
use crate::facts::rehearsal;
use crate::inputs::document::Slot;

/// What a plan has to fit into.
#[derive(Clone, Debug)]
pub struct Frame<'a> {
    /// The slot of the request.
    pub slot: &'a Slot,
    /// Time kept free before the slot's end, in seconds: the runbook's, else the longest of the windows'.
    pub margin: u64,
    /// The estimate of the whole rollback in seconds: the longer of what the request says and what the
    /// rollback steps add up to.
    pub estimated: Option<u64>,
    /// The rollback as the latest rehearsal that measured one took it, in seconds, and that rehearsal.
    /// Whatever its result and its version of the runbook: a time that was seen is worth more than a guess.
    pub rehearsed: Option<(u64, usize)>,
}

impl Frame<'_> {
    /// The frame of a change; nothing without a slot.
    pub fn of<'a>(facts: &'a Facts, change: &Change) -> Option<Frame<'a>> {
        let request = facts.book.document(change.request?);
        let slot = request.slot()?;
        let runbook = change.runbook.map(|index| facts.book.document(index));
        let margin = runbook.and_then(|runbook| view::duration(runbook, "margin"));
        let of_windows = || {
            let hits = facts.schedule.hits(&facts.book, request);
            hits.iter().filter_map(|hit| hit.window.margin).map(seconds).max()
        };
        let margin = margin.map(|(margin, _)| seconds(margin)).or_else(of_windows).unwrap_or(0);
        let of_request = view::duration(request, "rollback.estimate").map(|(length, _)| seconds(length));
        let of_steps = facts.plan_of(change).and_then(|plan| plan.rollback_length);
        let rehearsals = rehearsal::of(&facts.book, change).into_iter().rev();
        let rehearsed = rehearsals.filter_map(|index| {
            let (length, _) = view::duration(facts.book.document(index), "rollback_actual")?;
            Some((seconds(length), index))
        });
        Some(Frame {
            slot,
            margin,
            estimated: of_request.into_iter().chain(of_steps).max(),
            rehearsed: { rehearsed }.next(),
        })
    }

    /// How long the slot is, in seconds.
    pub fn length(&self) -> u64 {
        u64::try_from(self.slot.seconds()).unwrap_or(0)
    }

    /// The last moment of a go/no-go (domain.md 1.3): slot end − the longer of estimated and rehearsed
    /// rollback − margin; nothing when neither is known.
    pub fn deadline(&self) -> Option<Timestamp> {
        let rehearsed = self.rehearsed.map(|(length, _)| length);
        let rollback = self.estimated.into_iter().chain(rehearsed).max()?;
        let back = i64::try_from(rollback.saturating_add(self.margin)).ok()?;
        self.slot.end.timestamp.checked_sub(SignedDuration::from_secs(back)).ok()
    }

    /// The moment that lies so many seconds behind the start.
    pub fn moment(&self, offset: u64) -> Option<Timestamp> {
        let offset = SignedDuration::from_secs(i64::try_from(offset).ok()?);
        self.slot.start.timestamp.checked_add(offset).ok()
    }

    /// A moment as the people of the slot read it: `06:25`, with the day where it is not that of the start.
    pub fn clock(&self, at: Timestamp) -> String {
        let local = at.to_zoned(self.slot.zone.clone());
        let start = self.slot.start.timestamp.to_zoned(self.slot.zone.clone());
        let form = if local.date() == start.date() { "%H:%M" } else { "%Y-%m-%d %H:%M" };
        local.strftime(form).to_string()
    }
}

/// The tightest rollback budget of windows, in seconds, and the window that sets it.
pub fn smallest_budget<'a>(hits: &[Hit<'a>]) -> Option<(u64, &'a Window)> {
    let budgets = hits.iter().filter_map(|hit| Some((seconds(hit.window.rollback_budget?), hit.window)));
    budgets.min_by_key(|(budget, _)| *budget)
}
