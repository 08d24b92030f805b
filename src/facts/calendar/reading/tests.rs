use jiff::civil::DateTime;

use super::*;
use crate::inputs::document::time::zone;

fn zoned(name: &str) -> TimeZone {
    zone(name).expect("a zone of the database")
}

fn local(text: &str) -> DateTime {
    text.parse().expect("a local time")
}

fn instant(text: &str) -> Timestamp {
    text.parse().expect("an instant")
}

/// The table of domain.md 3.3, computed there with zoneinfo.
#[test]
fn boundaries_in_a_clock_change_are_read_against_the_writer() {
    let table = [
        ("Europe/Berlin", "2027-03-28T02:30", "2027-03-28T00:30Z", "2027-03-28T01:30Z"),
        ("America/New_York", "2026-11-01T01:30", "2026-11-01T05:30Z", "2026-11-01T06:30Z"),
        ("Australia/Lord_Howe", "2026-10-04T02:15", "2026-10-03T15:15Z", "2026-10-03T15:45Z"),
    ];
    for (name, at, earlier, later) in table {
        let (zone, at) = (zoned(name), local(at));
        let (earlier, later) = (instant(earlier), instant(later));
        assert_eq!(readings(at, &zone), Some(Readings { earlier, later }), "{name}");
        let (before, behind) = (at - jiff::Span::new().days(2), at + jiff::Span::new().days(2));
        let interval = |effect, start, end| {
            occurrence(effect, start, end, SignedDuration::ZERO, &zone).expect("an occurrence")
        };
        assert_eq!(interval(Effect::Restricted, at, behind).start, earlier, "{name}: closing start");
        assert_eq!(interval(Effect::Freeze, before, at).end, later, "{name}: closing end");
        assert_eq!(interval(Effect::Maintenance, at, behind).start, later, "{name}: opening start");
        assert_eq!(interval(Effect::Maintenance, before, at).end, earlier, "{name}: opening end");
        assert!(interval(Effect::Restricted, at, behind).adjusted, "{name}");
        assert!(!interval(Effect::Restricted, before, behind).adjusted, "{name}");
    }
}

#[test]
fn days_are_calendar_days_and_hours_are_exact() {
    let zone = zoned("Europe/Berlin");
    let weekends = [
        ("2026-10-23T23:00", "2026-10-26T07:00", 57),
        ("2026-10-30T23:00", "2026-11-02T07:00", 56),
        ("2027-03-26T23:00", "2027-03-29T07:00", 55),
    ];
    let hours = |occurrence: Occurrence| occurrence.start.duration_until(occurrence.end).as_hours();
    for (start, end, expected) in weekends {
        let found =
            occurrence(Effect::Restricted, local(start), local(end), SignedDuration::ZERO, &zone).map(hours);
        assert_eq!(found, Some(expected), "{start}");
    }
    let spring = local("2027-03-28T00:00");
    let next = local("2027-03-29T00:00");
    let none = SignedDuration::ZERO;
    assert_eq!(occurrence(Effect::Restricted, spring, next, none, &zone).map(hours), Some(23), "1d");
    let day = SignedDuration::from_hours(24);
    assert_eq!(occurrence(Effect::Restricted, spring, spring, day, &zone).map(hours), Some(24), "24h");
}

#[test]
fn an_opening_that_no_reading_agrees_on_is_no_opening() {
    let zone = zoned("America/New_York");
    let (start, half_an_hour) = (local("2026-11-01T01:15"), SignedDuration::from_mins(30));
    assert_eq!(occurrence(Effect::Maintenance, start, start, half_an_hour, &zone), None);
    let closed = occurrence(Effect::Restricted, start, start, half_an_hour, &zone).expect("closed");
    assert_eq!((closed.start, closed.end), (instant("2026-11-01T05:15Z"), instant("2026-11-01T06:45Z")));
}
