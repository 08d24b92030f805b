use std::time::Duration;

use super::{at_epoch, shown};

#[test]
fn epoch_is_seconds_or_a_usage_failure() {
    assert_eq!(at_epoch("1764000000").expect("a number").to_string(), "2025-11-24T16:00:00Z");
    assert_eq!(at_epoch("-1").expect("before 1970 is a time, too").to_string(), "1969-12-31T23:59:59Z");
    for bad in ["", "today", "1764000000.5", "99999999999999999999"] {
        let failure = at_epoch(bad).expect_err(bad);
        assert_eq!(failure.exit().code(), 2, "{bad}");
    }
}

#[test]
fn times_are_shown_in_the_unit_that_people_use() {
    let cases = [(0, "0 ms"), (840, "840 ms"), (1000, "1.0 s"), (59_940, "59.9 s"), (125_000, "2 min 5 s")];
    for (milliseconds, expected) in cases {
        assert_eq!(shown(Duration::from_millis(milliseconds)), expected);
    }
}
