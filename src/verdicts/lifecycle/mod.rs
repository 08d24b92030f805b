//! The state of a change: derived from documents, signatures, executions, the calendar and a moment, never
//! written (design: domain.md 2).
//!
//! [`STATES`] and [`TRANSITIONS`] are the law as a table, and the page of the manual is made from them. A state is
//! derived anew each time and has no memory: a way is what new evidence makes of one state.

mod derive;
mod table;

#[cfg(test)]
mod tests;

pub use derive::{HELD_BY_GATE, Hold, Standing, standing};
pub(in crate::verdicts) use derive::{colliding, may_start, open};
pub use table::{STATES, State, TRANSITIONS, Transition};

/// Where a change stands. Every match on it names every state, so that a new one is thought through.
#[derive(
    Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, serde::Serialize, schemars::JsonSchema,
)]
#[serde(rename_all = "snake_case")]
pub enum ChangeState {
    /// Written, not submitted, or with findings that must be mended before it counts as submitted.
    Draft,
    /// Submitted; what must be clean before approvals count is not.
    Submitted,
    /// Assessed; approvals are missing.
    Assessed,
    /// Approved; the calendar does not take it yet.
    Approved,
    /// Has its slot; what must be there before the start is not.
    Scheduled,
    /// May start in its slot.
    Ready,
    /// Runs.
    InProgress,
    /// Runs and is on hold.
    Held,
    /// Is undone.
    RollingBack,
    /// Done; the watch period goes on.
    Watching,
    /// The watch period is over; the review is due.
    ReviewDue,
    /// Nothing is missing.
    Closed,
    /// An emergency that nobody has authorised yet.
    Declared,
    /// An emergency that may start.
    Authorised,
    /// An emergency that was carried out; the full row has to ratify it.
    RatifyDue,
    /// An emergency that was not ratified in time, for ever.
    Unratified,
    /// Refused by somebody who may.
    Rejected,
    /// Ended by its owner or the change manager.
    Withdrawn,
    /// Another change has taken its place.
    Superseded,
    /// Its slot has passed unused, or its approval has died.
    Expired,
    /// Called off before its start; a retry needs new approvals.
    Aborted,
    /// A number that was given and holds no request.
    Void,
}

impl ChangeState {
    /// All of them, in the order of the table.
    pub const ALL: [ChangeState; 22] = [
        ChangeState::Draft,
        ChangeState::Submitted,
        ChangeState::Assessed,
        ChangeState::Approved,
        ChangeState::Scheduled,
        ChangeState::Ready,
        ChangeState::InProgress,
        ChangeState::Held,
        ChangeState::RollingBack,
        ChangeState::Watching,
        ChangeState::ReviewDue,
        ChangeState::Closed,
        ChangeState::Declared,
        ChangeState::Authorised,
        ChangeState::RatifyDue,
        ChangeState::Unratified,
        ChangeState::Rejected,
        ChangeState::Withdrawn,
        ChangeState::Superseded,
        ChangeState::Expired,
        ChangeState::Aborted,
        ChangeState::Void,
    ];

    /// What the table says of it.
    pub fn row(self) -> &'static State {
        let row = STATES.iter().find(|row| row.state == self);
        row.expect("every state has its row, which a test holds")
    }

    /// The word of data and commands: `in_progress`.
    pub fn word(self) -> &'static str {
        self.row().word
    }

    /// The words of pages: "in progress".
    pub fn name(self) -> &'static str {
        self.row().name
    }
}
