//! Occurrences against an oracle that looks at every minute.
//!
//! The oracle never asks what a local time means. It writes down the local time of every minute of some
//! weeks, and finds a local time among them: where it stands once or twice these are its readings, where the
//! clocks jump over it the offsets on both sides give them.

use jiff::civil::{Date, DateTime};
use jiff::tz::TimeZone;
use jiff::{SignedDuration, Timestamp};
use proptest::prelude::*;

use super::book;
use crate::facts::calendar::Effect;
use crate::inputs::document::time::zone;

/// Zones, each with a day on which its clocks change: half an hour, two hours, at midnight, to the past day,
/// the southern half of the world, and one that never changes.
const CHANGES: [(&str, &str); 12] = [
    ("Europe/Berlin", "2026-10-25"),
    ("Europe/Berlin", "2027-03-28"),
    ("America/New_York", "2026-11-01"),
    ("Australia/Lord_Howe", "2026-10-04"),
    ("Australia/Lord_Howe", "2027-04-04"),
    ("Antarctica/Troll", "2027-03-28"),
    ("America/Havana", "2026-11-01"),
    ("Asia/Beirut", "2027-03-28"),
    ("America/Scoresbysund", "2026-10-25"),
    ("Pacific/Auckland", "2027-04-04"),
    ("Africa/Casablanca", "2027-02-07"),
    ("Asia/Kolkata", "2026-10-04"),
];

const DAYS: [&str; 7] = ["MO", "TU", "WE", "TH", "FR", "SA", "SU"];

/// Minutes before and behind the day of the change.
const MARGIN: i64 = 18 * 24 * 60;

struct Minutes {
    first: Timestamp,
    local: Vec<DateTime>,
}

impl Minutes {
    fn around(day: Date, zone: &TimeZone) -> Minutes {
        let noon = TimeZone::UTC.to_timestamp(day.at(12, 0, 0, 0)).expect("a day of this century");
        let first = noon.checked_sub(SignedDuration::from_mins(MARGIN)).expect("within the calendar");
        let local = (0..2 * MARGIN).map(|n| zone.to_datetime(at(first, n))).collect();
        Minutes { first, local }
    }

    /// The minutes that a local time may mean, as numbers.
    fn readings(&self, wanted: DateTime) -> Vec<i64> {
        let same = (0_i64..).zip(&self.local).filter(|(_, local)| **local == wanted).map(|(n, _)| n);
        let same: Vec<i64> = same.collect();
        if !same.is_empty() {
            return same;
        }
        let jump = self.local.windows(2).position(|pair| pair[0] < wanted && wanted < pair[1]);
        let before = jump.expect("the wanted time lies within the minutes");
        let away = |local: DateTime| local.duration_until(wanted).as_mins();
        let number = i64::try_from(before).expect("a number of minutes");
        vec![number + away(self.local[before]), number + 1 + away(self.local[before + 1])]
    }
}

fn at(first: Timestamp, minutes: i64) -> Timestamp {
    first.checked_add(SignedDuration::from_mins(minutes)).expect("within the calendar")
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(24))]

    #[test]
    fn every_minute_is_closed_or_open_as_the_oracle_says(
        change in 0..CHANGES.len(),
        opens in any::<bool>(),
        begins in -5_i64..2,
        quarter in 0_i64..16,
        weekdays in 1_u8..128,
        days in 0_i64..3,
        minutes in 0_i64..10,
        left_out in proptest::option::of(0_usize..6),
    ) {
        let (name, day) = CHANGES[change];
        let zone = zone(name).expect("a zone of the database");
        let day: Date = day.parse().expect("a day");
        let minutes = if days == 0 { 30 + minutes * 45 } else { minutes * 45 };
        let first = (day + jiff::Span::new().days(begins)).at(0, 0, 0, 0) + jiff::Span::new().minutes(quarter * 15);
        let named: Vec<&str> = (0..7).filter(|n| weekdays >> n & 1 == 1).map(|n| DAYS[n]).collect();
        let mut starts: Vec<DateTime> = (0..12)
            .map(|n| first + jiff::Span::new().days(n))
            .filter(|start| named.contains(&DAYS[start.weekday().to_monday_zero_offset() as usize]))
            .collect();
        let last = *starts.last().expect("twelve days hold every weekday");
        let without = left_out.filter(|n| *n < starts.len()).map(|n| starts.remove(n));
        let exdates = without.map_or(String::new(), |without| format!("exdates: [{without}]\n"));
        let head = format!(
            "type: {}\ntz: {name}\nrrule: FREQ=WEEKLY;BYDAY={};UNTIL={}\ndtstart: {first}\nlength: {days}d{minutes}m\n\
             {exdates}",
            if opens { "maintenance" } else { "restricted" },
            named.join(","),
            // Between this start and the next day's, in every zone.
            zone.to_timestamp(last + jiff::Span::new().hours(6)).expect("a moment").strftime("%Y%m%dT%H%M%SZ"),
        );
        let facts = book(&head);
        let window = &facts.schedule.windows[0];
        prop_assert_eq!(window.effect, if opens { Effect::Maintenance } else { Effect::Restricted });
        let clock = Minutes::around(day, &zone);
        let intervals: Vec<(i64, i64)> = starts.iter().map(|start| {
            let from = clock.readings(*start);
            let to = clock.readings(*start + jiff::Span::new().days(days));
            let to: Vec<i64> = to.iter().map(|end| end + minutes).collect();
            let least = |list: &[i64]| *list.iter().min().expect("a reading");
            let most = |list: &[i64]| *list.iter().max().expect("a reading");
            if opens { (most(&from), least(&to)) } else { (least(&from), most(&to)) }
        }).collect();
        for n in 0..2 * MARGIN {
            let expected = intervals.iter().any(|(from, to)| (*from..*to).contains(&n));
            let (start, end) = (at(clock.first, n), at(clock.first, n + 1));
            let found = window.touching(start, end).next().is_some();
            prop_assert_eq!(found, expected, "{} at {}", head, start);
        }
    }
}
