//! Approval: what signed records make of documents (design: approvals.md).
//!
//! Enters: the [`Ledger`](crate::inputs::history::ledger::Ledger), the configuration, the moment of judging.
//! Leaves: the effective policy and, for every subject, its [`Approval`] with the records that carry it.
//! [`judge`] says whether one record counts, [`derive`] walks the mainline and keeps what governs,
//! [`quorum`] matches people to the lines of the policy, [`status`] takes the first status that fits.

pub mod amendment;
pub mod code;
pub mod derive;
pub mod judge;
pub mod need;
pub mod quorum;
pub mod status;
pub mod subject;

pub use status::{Approval, ApprovalStatus};
