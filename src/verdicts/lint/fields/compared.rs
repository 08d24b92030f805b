//! Which of two values comes first.

use std::cmp::Ordering;

use crate::inputs::config::FieldType;
use crate::inputs::document::time::{Duration, parse_date, parse_duration, parse_instant, parse_local_time};
use crate::inputs::value::Value;

/// How two values of a type stand to each other; nothing where one cannot be read, or where it depends on the
/// calendar (business days against hours).
pub(super) fn order(ty: &FieldType, one: &Value, other: &Value) -> Option<Ordering> {
    let texts = || Some((one.as_str()?, other.as_str()?));
    match ty.bare() {
        FieldType::Integer { .. } => Some(one.as_integer()?.cmp(&other.as_integer()?)),
        FieldType::Date => texts().and_then(|(a, b)| Some(parse_date(a).ok()?.cmp(&parse_date(b).ok()?))),
        FieldType::Instant => texts()
            .and_then(|(a, b)| Some(parse_instant(a).ok()?.timestamp.cmp(&parse_instant(b).ok()?.timestamp))),
        FieldType::LocalTime => {
            texts().and_then(|(a, b)| Some(parse_local_time(a).ok()?.cmp(&parse_local_time(b).ok()?)))
        }
        FieldType::Duration => {
            let (a, b) = texts()?;
            let (a, b) = (parse_duration(a).ok()?, parse_duration(b).ok()?);
            let of_days = a.seconds == 0 && b.seconds == 0 && a.days == 0 && b.days == 0;
            let business = a.business_days != 0 || b.business_days != 0;
            match (business, of_days) {
                (false, _) => Some(seconds(a).cmp(&seconds(b))),
                (true, true) => Some(a.business_days.cmp(&b.business_days)),
                (true, false) => None,
            }
        }
        _ => None,
    }
}

fn seconds(duration: Duration) -> u64 {
    (u64::from(duration.days) * 86_400).saturating_add(duration.seconds)
}
