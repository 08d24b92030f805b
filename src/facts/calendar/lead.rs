//! Durations counted from an instant: exact, in calendar days of a zone, in business days.

use jiff::tz::TimeZone;
use jiff::{Timestamp, ToSpan as _};

use crate::inputs::document::time::Duration;
use crate::inputs::policy::Policy;

/// The instant that lies a duration before another. Days are calendar days and business days of the zone,
/// at the same local time; a business day is none of Saturday, Sunday and the policy's holidays.
pub fn before(at: Timestamp, length: Duration, zone: &TimeZone, policy: &Policy) -> Timestamp {
    shifted(at, length, zone, policy, -1)
}

/// The instant that lies a duration after another, counted likewise.
pub fn after(at: Timestamp, length: Duration, zone: &TimeZone, policy: &Policy) -> Timestamp {
    shifted(at, length, zone, policy, 1)
}

/// An instant that the calendar cannot hold stays where it is: no document's dates lie there.
fn shifted(at: Timestamp, length: Duration, zone: &TimeZone, policy: &Policy, sign: i64) -> Timestamp {
    let local = at.to_zoned(zone.clone());
    let days = (sign * i64::from(length.days)).days();
    let mut local = local.checked_add(days).unwrap_or(local);
    let mut left = length.business_days;
    while left > 0 {
        let Ok(next) = local.checked_add(sign.days()) else { break };
        local = next;
        left -= u32::from(policy.is_business_day(local.date()));
    }
    let seconds = i64::try_from(length.seconds).unwrap_or(i64::MAX);
    let exact = sign.saturating_mul(seconds);
    local.timestamp().checked_add(jiff::SignedDuration::from_secs(exact)).unwrap_or(local.timestamp())
}
