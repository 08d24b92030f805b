//! Durations, dates and instants as documents write them (domain.md 1.1). Free text is refused.

/// A length of time as written: `45m`, `1h30m`, `2d`, `3bd`, `PT45M`.
///
/// `d` is a calendar day and `bd` a business day, which have a length only in a zone; `24h` is exact.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash, serde::Serialize)]
pub struct Duration {
    /// Calendar days.
    pub days: u32,
    /// Business days.
    pub business_days: u32,
    /// Exact seconds beside the days.
    pub seconds: u64,
}
