//! The slot of a request.

use jiff::tz::TimeZone;

use super::Document;
use super::time::{self, Instant};
use crate::text::Span;

/// The slot of a request: `[start, end)`.
#[derive(Clone, Debug)]
pub struct Slot {
    /// Start.
    pub start: Instant,
    /// End, itself not included; later than the start.
    pub end: Instant,
    /// The zone in which people read it: `slot.tz`, else UTC.
    pub zone: TimeZone,
    /// `slot.window` as written.
    pub window: Option<Box<str>>,
    /// The values of start and end.
    pub span: Span,
}

impl Slot {
    /// The slot of a document, when start and end are instants in order.
    pub(super) fn of(document: &Document) -> Option<Slot> {
        let instant = |path: &str| {
            let value = document.field(path)?;
            Some((time::parse_instant(value.as_str()?).ok()?, value.span))
        };
        let ((start, at), (end, to)) = (instant("slot.start")?, instant("slot.end")?);
        (start.timestamp < end.timestamp).then(|| Slot {
            start,
            end,
            zone: document.text("slot.tz").and_then(time::zone).unwrap_or(TimeZone::UTC),
            window: document.text("slot.window").map(Box::from),
            span: at.to(to),
        })
    }

    /// How long it is, in seconds.
    pub fn seconds(&self) -> i64 {
        self.end.timestamp.as_second() - self.start.timestamp.as_second()
    }
}
