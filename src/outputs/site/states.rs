//! Where every change stands: derived once, shown by pages, register and data.

use super::Site;
use super::chip::Chip;
use crate::facts::book::Change;
use crate::outputs::progress;
use crate::outputs::state::StateOf;
use crate::verdicts::gate::Grounds;
use crate::verdicts::lifecycle::ChangeState;
use crate::verdicts::lint::Finding;

impl Site<'_> {
    /// What gate and lifecycle judge from, with these findings.
    pub(super) fn grounds<'g>(&'g self, findings: &'g [Finding]) -> Grounds<'g> {
        Grounds { facts: &self.analysis.facts, grants: &self.grants, windows: &self.governing, findings }
    }
}

/// The state of a change. It is held by findings in the change's own files alone, and is judged with those: to
/// look through all for every change would be quadratic.
pub(super) fn of(site: &Site<'_>, change: &Change) -> StateOf {
    let files = progress::files(&site.analysis.facts, change);
    let own: Vec<Finding> =
        files.filter_map(|path| site.findings.get(path)).flat_map(|found| found.iter().cloned()).collect();
    StateOf::of(site.grounds(&own), change)
}

/// The chip of a state.
pub(super) fn chip(state: ChangeState) -> Chip {
    use ChangeState as S;
    let (tone, icon) = match state {
        S::Draft => ("plain", "dashed"),
        S::Submitted => ("info", "phase-1"),
        S::Assessed => ("info", "phase-2"),
        S::Approved => ("info", "phase-3"),
        S::Scheduled => ("info", "phase-4"),
        S::Ready => ("good", "ring"),
        S::InProgress => ("strong", "dot"),
        S::Held => ("warn", "bar"),
        S::RollingBack => ("grave", "back"),
        S::Watching => ("info", "eye"),
        S::ReviewDue | S::RatifyDue => ("warn", "half"),
        S::Closed => ("good", "check"),
        S::Declared => ("bad", "bolt"),
        S::Authorised => ("strong", "bolt"),
        S::Unratified | S::Rejected => ("bad", "cross"),
        S::Withdrawn | S::Superseded | S::Expired | S::Aborted | S::Void => ("plain", "bar"),
    };
    Chip::new(state.name(), tone, icon)
}
