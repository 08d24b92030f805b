use jiff::civil::{Date, date};

use super::*;

#[path = "../../../../tests/it/vectors.rs"]
#[expect(clippy::disallowed_methods, reason = "the vectors lie beside the repository")]
mod vectors;

/// Parts that a rule of the subset may have; what the vectors show beyond them must be refused.
const SUBSET: [&str; 9] =
    ["FREQ", "INTERVAL", "COUNT", "UNTIL", "BYDAY", "BYMONTHDAY", "BYMONTH", "BYSETPOS", "WKST"];

fn starts(first: DateTime, rule: &str, to: Date) -> Vec<DateTime> {
    let rule = Recurrence::parse(rule, false).expect("a rule of the subset");
    let bounds = Bounds { from: first.date(), to, most: 10_000 };
    let days = rule.days_between(first, bounds).expect("not too many");
    days.into_iter().map(|day| day.to_datetime(first.time())).collect()
}

/// The instants that python-dateutil gives for the rules of its own tests (`../shared/vectors`).
#[test]
fn each_public_vector_is_met_or_refused_by_name() {
    let Some(text) = vectors::text("rrule-dateutil.json") else { return };
    let vectors: Vec<serde_json::Value> = serde_json::from_str(&text).expect("JSON");
    let (mut met, mut refused) = (0, 0);
    for vector in vectors {
        let (head, rule) = vector["rule"].as_str().expect("a rule").split_once('\n').expect("two lines");
        let first = local_time(head.strip_prefix("DTSTART:").expect("a start")).expect("a time");
        let rule = rule.strip_prefix("RRULE:").expect("a rule");
        let parts = rule.split(';').filter_map(|part| part.split_once('='));
        let frequencies = ["DAILY", "WEEKLY", "MONTHLY", "YEARLY"];
        let mut outside = parts.filter(|(name, value)| {
            !SUBSET.contains(name) || (*name == "FREQ" && !frequencies.contains(value))
        });
        if let Some((name, _)) = outside.next() {
            let refusal = Recurrence::parse(rule, false).expect_err(rule);
            let named = std::iter::once(name).chain(outside.map(|(name, _)| name));
            assert!(named.into_iter().any(|name| refusal.why.contains(name)), "{rule}: {}", refusal.why);
            refused += 1;
            continue;
        }
        let expected: Vec<DateTime> = vector["expected"]
            .as_array()
            .expect("a list")
            .iter()
            .map(|at| at.as_str().expect("text").parse().expect("a time"))
            .collect();
        assert_eq!(starts(first, rule, date(9999, 12, 31)), expected, "{rule}");
        met += 1;
    }
    assert!(met >= 45 && refused >= 150, "{met} met, {refused} refused");
}

#[test]
fn rules_outside_the_subset_are_refused_by_name() {
    let cases = [
        ("", "a part of it is empty"),
        ("FREQ=DAILY;", "a part of it is empty"),
        ("weekly", "`weekly` is no part `NAME=VALUE`"),
        ("RRULE:FREQ=DAILY", "`RRULE:` stands before the rule"),
        ("BYDAY=MO", "it has no `FREQ`"),
        ("FREQ=MINUTELY", "`FREQ=MINUTELY` is not supported"),
        ("FREQ=weekly", "`FREQ=weekly` is not supported"),
        ("freq=WEEKLY", "`freq` is no part of a rule"),
        ("FREQ=DAILY;BYHOUR=3", "`BYHOUR` is not supported"),
        ("FREQ=YEARLY;BYWEEKNO=20", "`BYWEEKNO` is not supported"),
        ("FREQ=DAILY;X-NAME=1", "`X-NAME` is no part of a rule"),
        ("FREQ=DAILY;FREQ=DAILY", "`FREQ` is written twice"),
        ("FREQ=DAILY;INTERVAL=0", "`INTERVAL=0` has no meaning"),
        ("FREQ=DAILY;INTERVAL=-1", "`INTERVAL=-1` has no meaning"),
        ("FREQ=DAILY;INTERVAL=", "`INTERVAL=` has no meaning"),
        ("FREQ=DAILY;INTERVAL=99999999999999999999", "`INTERVAL=99999999999999999999` has no meaning"),
        ("FREQ=DAILY;COUNT=0", "`COUNT=0` has no meaning"),
        ("FREQ=DAILY;COUNT=1000000", "`COUNT=1000000` has no meaning"),
        ("FREQ=DAILY;COUNT=3;UNTIL=20270101T000000Z", "`COUNT` and `UNTIL` are both written"),
        ("FREQ=DAILY;BYDAY=1MO", "`BYDAY=1MO` has no meaning"),
        ("FREQ=WEEKLY;BYDAY=MO,", "`BYDAY=MO,` has no meaning"),
        ("FREQ=MONTHLY;BYDAY=6MO", "`BYDAY=6MO` has no meaning"),
        ("FREQ=MONTHLY;BYDAY=0MO", "`BYDAY=0MO` has no meaning"),
        ("FREQ=YEARLY;BYDAY=54MO", "`BYDAY=54MO` has no meaning"),
        ("FREQ=WEEKLY;BYDAY=\u{1f600}", "`BYDAY=\u{1f600}` has no meaning"),
        ("FREQ=WEEKLY;BYDAY=M\u{fc}", "`BYDAY=M\u{fc}` has no meaning"),
        ("FREQ=MONTHLY;BYMONTHDAY=0", "`BYMONTHDAY=0` has no meaning"),
        ("FREQ=MONTHLY;BYMONTHDAY=32", "`BYMONTHDAY=32` has no meaning"),
        ("FREQ=YEARLY;BYMONTH=13", "`BYMONTH=13` has no meaning"),
        ("FREQ=YEARLY;BYMONTH=-1", "`BYMONTH=-1` has no meaning"),
        ("FREQ=DAILY;BYSETPOS=1", "`BYSETPOS` stands alone"),
        ("FREQ=WEEKLY;WKST=XX", "`WKST=XX` has no meaning"),
        ("FREQ=DAILY;UNTIL=20270101", "`UNTIL=20270101` is no time"),
        ("FREQ=DAILY;UNTIL=20270101T000000", "`UNTIL=20270101T000000` is not in UTC"),
        ("FREQ=DAILY;UNTIL=20271301T000000Z", "`UNTIL=20271301T000000Z` is no time"),
    ];
    for (rule, why) in cases {
        let refusal = Recurrence::parse(rule, true).expect_err(rule);
        assert_eq!(refusal.why, why);
        assert!(!refusal.help.is_empty());
    }
    let local =
        Recurrence::parse("FREQ=DAILY;UNTIL=20270101T000000Z", false).expect_err("UTC without a zone");
    assert_eq!(local.why, "`UNTIL=20270101T000000Z` is in UTC");
}

#[test]
fn parts_that_the_vectors_leave_out_are_read_as_the_standard_says() {
    let days = |first: Date, rule: &str| -> Vec<String> {
        let starts = starts(first.at(9, 0, 0, 0), rule, date(2030, 12, 31));
        starts.iter().map(|start| start.date().to_string()).collect()
    };
    let first = date(2026, 1, 1);
    // The examples of RFC 5545 3.8.5.3 in other years, counted by hand.
    assert_eq!(
        days(first, "FREQ=MONTHLY;COUNT=3;BYDAY=MO,TU,WE,TH,FR;BYSETPOS=-1"),
        ["2026-01-30", "2026-02-27", "2026-03-31"]
    );
    assert_eq!(
        days(first, "FREQ=MONTHLY;COUNT=3;BYDAY=TU,WE,TH;BYSETPOS=3"),
        ["2026-01-07", "2026-02-05", "2026-03-05"]
    );
    assert_eq!(
        days(first, "FREQ=MONTHLY;COUNT=4;BYMONTHDAY=31"),
        ["2026-01-31", "2026-03-31", "2026-05-31", "2026-07-31"]
    );
    assert_eq!(days(first, "FREQ=MONTHLY;COUNT=2;BYMONTHDAY=-1,15"), ["2026-01-15", "2026-01-31"]);
    assert_eq!(days(first, "FREQ=YEARLY;COUNT=2;BYMONTH=2;BYMONTHDAY=29"), ["2028-02-29"]);
    assert_eq!(days(first, "FREQ=YEARLY;COUNT=2;BYDAY=20MO"), ["2026-05-18", "2027-05-17"]);
    assert_eq!(days(first, "FREQ=YEARLY;COUNT=2;BYDAY=-1SU;BYMONTH=10"), ["2026-10-25", "2027-10-31"]);
    assert_eq!(days(first, "FREQ=MONTHLY;COUNT=3;BYDAY=MO,1TU"), ["2026-01-05", "2026-01-06", "2026-01-12"]);
    assert_eq!(days(date(2026, 1, 31), "FREQ=MONTHLY;COUNT=3"), ["2026-01-31", "2026-03-31", "2026-05-31"]);
    assert_eq!(days(date(2028, 2, 29), "FREQ=YEARLY"), ["2028-02-29"]);
    assert_eq!(
        days(date(2026, 3, 28), "FREQ=YEARLY;COUNT=5;BYMONTH=3,6,9,12;BYMONTHDAY=28"),
        ["2026-03-28", "2026-06-28", "2026-09-28", "2026-12-28", "2027-03-28"]
    );
}

#[test]
fn beginning_late_gives_the_end_of_what_beginning_early_gives() {
    let rules = [
        "FREQ=DAILY;INTERVAL=3",
        "FREQ=WEEKLY;INTERVAL=2;BYDAY=SU,WE",
        "FREQ=WEEKLY;INTERVAL=3;BYDAY=SU,MO;WKST=SU",
        "FREQ=MONTHLY;INTERVAL=5;BYMONTHDAY=-1",
        "FREQ=YEARLY;INTERVAL=2;BYDAY=-1FR",
        "FREQ=MONTHLY;BYDAY=MO,TU;BYSETPOS=2,-2",
        "FREQ=DAILY;COUNT=500",
        "FREQ=MONTHLY;UNTIL=20291231T000000",
    ];
    for rule in rules {
        let parsed = Recurrence::parse(rule, false).expect(rule);
        let first = date(2024, 2, 29).at(10, 0, 0, 0);
        let days = |from: Date| {
            let bounds = Bounds { from, to: date(2031, 6, 30), most: 10_000 };
            parsed.days_between(first, bounds).expect(rule)
        };
        let all = days(first.date());
        for from in (0..2500).step_by(7).map(|n| first.date() + jiff::Span::new().days(n)) {
            let late: Vec<Date> = all.iter().copied().filter(|day| *day >= from).collect();
            assert_eq!(days(from), late, "{rule} from {from}");
        }
    }
}

#[test]
fn work_is_bounded() {
    let days = |rule: &str, first: Date, from: Date, to: Date| {
        let bounds = Bounds { from, to, most: 1000 };
        Recurrence::parse(rule, false).expect(rule).days_between(first.at(0, 0, 0, 0), bounds)
    };
    let (old, new, far) = (date(1, 1, 1), date(2026, 1, 1), date(9999, 12, 31));
    assert_eq!(days("FREQ=DAILY", new, new, far), Err(dates::TooLong), "too many days");
    assert_eq!(days("FREQ=DAILY;BYMONTH=2;BYMONTHDAY=31", new, new, far), Err(dates::TooLong), "too far");
    assert_eq!(days("FREQ=DAILY;COUNT=999999", old, new, far), Err(dates::TooLong), "too long ago");
    assert_eq!(days("FREQ=DAILY", old, new, date(2026, 1, 3)).map(|days| days.len()), Ok(3));
    assert_eq!(days("FREQ=YEARLY;INTERVAL=9999", new, new, far), Ok(vec![new]));
    assert_eq!(days("FREQ=DAILY;INTERVAL=9999", far, old, far), Ok(vec![far]));
}
