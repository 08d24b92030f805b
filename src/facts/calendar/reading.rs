//! Local times as instants, where a clock change leaves two readings (domain.md 3.3).

use jiff::civil::DateTime;
use jiff::tz::{AmbiguousOffset, TimeZone};
use jiff::{SignedDuration, Timestamp};

use super::{Effect, Occurrence};
use crate::inputs::document::time::Duration;
use crate::inputs::policy::Policy;

/// The instants that a local time may mean: one, or two when it is skipped or repeated.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Readings {
    /// The earlier one.
    pub(super) earlier: Timestamp,
    /// The later one; the same where the local time is clear.
    pub(super) later: Timestamp,
}

impl Readings {
    fn is_clear(self) -> bool {
        self.earlier == self.later
    }

    fn plus(self, length: SignedDuration) -> Option<Readings> {
        let earlier = self.earlier.checked_add(length).ok()?;
        Some(Readings { earlier, later: self.later.checked_add(length).ok()? })
    }
}

/// The readings of a local time; nothing at the edges of the calendar.
///
/// A time in a gap is read with the offset before the gap and with the one behind it.
pub(super) fn readings(local: DateTime, zone: &TimeZone) -> Option<Readings> {
    match zone.to_ambiguous_timestamp(local).offset() {
        AmbiguousOffset::Unambiguous { offset } => {
            let instant = offset.to_timestamp(local).ok()?;
            Some(Readings { earlier: instant, later: instant })
        }
        AmbiguousOffset::Gap { before, after } | AmbiguousOffset::Fold { before, after } => {
            let (one, other) = (before.to_timestamp(local).ok()?, after.to_timestamp(local).ok()?);
            Some(Readings { earlier: one.min(other), later: one.max(other) })
        }
    }
}

/// The local time that lies so many days behind another, or before it with a negative `sign`. Business days
/// are the policy's; the exact part of the length is the caller's to add to the instant.
pub(super) fn shifted(local: DateTime, length: Duration, policy: &Policy, sign: i64) -> Option<DateTime> {
    let days = jiff::Span::new().try_days(sign * i64::from(length.days)).ok()?;
    let mut date = local.date().checked_add(days).ok()?;
    let mut left = length.business_days;
    while left > 0 {
        date = if sign < 0 { date.yesterday().ok()? } else { date.tomorrow().ok()? };
        left -= u32::from(policy.is_business_day(date));
    }
    Some(date.to_datetime(local.time()))
}

/// The exact part of a length.
pub(super) fn exact(length: Duration) -> SignedDuration {
    SignedDuration::from_secs(i64::try_from(length.seconds).unwrap_or(i64::MAX))
}

/// `[start, end)` where both are local times, `end` with an exact length behind it.
///
/// What closes begins at the earlier and ends at the later reading; what opens does the opposite, and is
/// nothing when no instant is open in every reading.
pub(super) fn occurrence(
    effect: Effect,
    start: DateTime,
    end: DateTime,
    behind: SignedDuration,
    zone: &TimeZone,
) -> Option<Occurrence> {
    let start = readings(start, zone)?;
    let end = readings(end, zone)?.plus(behind)?;
    let adjusted = !(start.is_clear() && end.is_clear());
    let (start, end) = match effect {
        Effect::Restricted | Effect::Freeze => (start.earlier, end.later),
        Effect::Maintenance => (start.later, end.earlier),
    };
    (start < end).then_some(Occurrence { start, end, adjusted })
}

#[cfg(test)]
mod tests;
