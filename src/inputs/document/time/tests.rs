//! Each form by a table; jiff as the judge where it reads the same.

use proptest::prelude::*;

use super::*;

/// What is made of each text, a line each.
fn show<T>(
    texts: &[&str],
    parse: impl Fn(&str) -> Result<T, TimeError>,
    show: impl Fn(T) -> String,
) -> String {
    let line = |text: &&str| match parse(text) {
        Ok(value) => format!("{text}: {}\n", show(value)),
        Err(error) => format!("{text}: no, {error}\n"),
    };
    texts.iter().map(line).collect()
}

#[test]
fn durations() {
    let good =
        ["45m", "1h30m", "2d", "3bd", "90s", "0m", "1d", "1bd", "2d12h", "24h", "100m", "1h0m5s", "2bd4h"];
    let iso = ["PT45M", "P2DT3H", "P1D", "PT1H30M5S", "PT0S"];
    let free = [
        "",
        " ",
        "45",
        "45 m",
        "1h 30m",
        "1.5h",
        "1,5h",
        "-5m",
        "45M",
        "1 hour",
        "54 hours 10 minutes",
        "279 minutes [^3]",
        "?",
        "N/A",
        "90min",
        "30m1h",
        "1h1h",
        "2d3bd",
        "3bd2d",
        "2w",
        "1mo",
        "m",
        "1h30",
        "９m",
        "1h½",
        "1 week",
    ];
    let odd = [
        "P",
        "PT",
        "P1DT",
        "P1W",
        "P1M",
        "P1Y2M",
        "PT1.5H",
        "pt45m",
        "P-1D",
        "-PT5M",
        "PT1M1H",
        "P1H",
        "PT45",
        "PT45m",
        "1000000m",
        "99999999999999999999d",
        "999999h",
    ];
    let all = [&good[..], &iso, &free, &odd].concat();
    let shown = show(&all, parse_duration, |duration| format!("{duration} = {}", duration.to_short()));
    snapbox::assert_data_eq!(
        shown,
        snapbox::str![[r#"
45m: 45 min = 45m
1h30m: 1 h 30 min = 1h30m
2d: 2 days = 2d
3bd: 3 business days = 3bd
90s: 1 min 30 s = 1m30s
0m: 0 min = 0m
1d: 1 day = 1d
1bd: 1 business day = 1bd
2d12h: 2 days 12 h = 2d12h
24h: 24 h = 24h
100m: 1 h 40 min = 1h40m
1h0m5s: 1 h 5 s = 1h5s
2bd4h: 2 business days 4 h = 2bd4h
PT45M: 45 min = 45m
P2DT3H: 2 days 3 h = 2d3h
P1D: 1 day = 1d
PT1H30M5S: 1 h 30 min 5 s = 1h30m5s
PT0S: 0 min = 0m
: no, it is empty; write it as `45m`, `1h30m`, `2d`, `3bd` or ISO 8601 `PT45M`
 : no, it holds a space; write it as `45m`, `1h30m`, `2d`, `3bd` or ISO 8601 `PT45M`
45: no, a number in it has no unit; say of which unit: `45m`, `45h` or `45d`
45 m: no, it holds a space; write `45m`
1h 30m: no, it holds a space; write `1h30m`
1.5h: no, it holds a fraction; write `1h30m`
1,5h: no, it holds a fraction; write `1h30m`
-5m: no, it is negative; write it as `45m`, `1h30m`, `2d`, `3bd` or ISO 8601 `PT45M`
45M: no, `M` is no unit of time here; write it as `45m`, `1h30m`, `2d`, `3bd` or ISO 8601 `PT45M`
1 hour: no, it holds a space; write `1h`
54 hours 10 minutes: no, it holds a space; write `54h10m`
279 minutes [^3]: no, it holds a space; write it as `45m`, `1h30m`, `2d`, `3bd` or ISO 8601 `PT45M`
?: no, it does not begin with a number; write it as `45m`, `1h30m`, `2d`, `3bd` or ISO 8601 `PT45M`
N/A: no, it does not begin with a number; write it as `45m`, `1h30m`, `2d`, `3bd` or ISO 8601 `PT45M`
90min: no, `min` is no unit of time here; write `1h30m`
30m1h: no, `h` stands twice, or behind a smaller unit; write it as `45m`, `1h30m`, `2d`, `3bd` or ISO 8601 `PT45M`
1h1h: no, `h` stands twice, or behind a smaller unit; write it as `45m`, `1h30m`, `2d`, `3bd` or ISO 8601 `PT45M`
2d3bd: no, `bd` stands twice, or behind a smaller unit; write it as `45m`, `1h30m`, `2d`, `3bd` or ISO 8601 `PT45M`
3bd2d: no, `d` stands twice, or behind a smaller unit; write it as `45m`, `1h30m`, `2d`, `3bd` or ISO 8601 `PT45M`
2w: no, `w` is no unit of time here; write `14d`
1mo: no, `mo` is no unit of time here; write it as `45m`, `1h30m`, `2d`, `3bd` or ISO 8601 `PT45M`
m: no, it does not begin with a number; write it as `45m`, `1h30m`, `2d`, `3bd` or ISO 8601 `PT45M`
1h30: no, a number in it has no unit; write it as `45m`, `1h30m`, `2d`, `3bd` or ISO 8601 `PT45M`
９m: no, it does not begin with a number; write it as `45m`, `1h30m`, `2d`, `3bd` or ISO 8601 `PT45M`
1h½: no, `/u{bd}` stands where a number must; write it as `45m`, `1h30m`, `2d`, `3bd` or ISO 8601 `PT45M`
1 week: no, it holds a space; write `7d`
P: no, nothing follows its `P`; write it as `45m`, `1h30m`, `2d`, `3bd` or ISO 8601 `PT45M`
PT: no, nothing follows its `T`; write it as `45m`, `1h30m`, `2d`, `3bd` or ISO 8601 `PT45M`
P1DT: no, nothing follows its `T`; write it as `45m`, `1h30m`, `2d`, `3bd` or ISO 8601 `PT45M`
P1W: no, years, months and weeks have no certain length; write `7d`
P1M: no, years, months and weeks have no certain length; write it as `45m`, `1h30m`, `2d`, `3bd` or ISO 8601 `PT45M`
P1Y2M: no, years, months and weeks have no certain length; write it as `45m`, `1h30m`, `2d`, `3bd` or ISO 8601 `PT45M`
PT1.5H: no, it holds a fraction; write `1h30m`
pt45m: no, it does not begin with a number; write `45m`
P-1D: no, it is negative; write it as `45m`, `1h30m`, `2d`, `3bd` or ISO 8601 `PT45M`
-PT5M: no, it is negative; write it as `45m`, `1h30m`, `2d`, `3bd` or ISO 8601 `PT45M`
PT1M1H: no, `H` stands twice, or behind a smaller unit; write it as `45m`, `1h30m`, `2d`, `3bd` or ISO 8601 `PT45M`
P1H: no, `H` is no unit of time here; write it as `45m`, `1h30m`, `2d`, `3bd` or ISO 8601 `PT45M`
PT45: no, a number in it has no unit; write it as `45m`, `1h30m`, `2d`, `3bd` or ISO 8601 `PT45M`
PT45m: no, `m` is no unit of time here; write `45m`
1000000m: no, a number in it is too large; write `16666h40m`
99999999999999999999d: no, a number in it is too large; write it as `45m`, `1h30m`, `2d`, `3bd` or ISO 8601 `PT45M`
999999h: 999999 h = 999999h

"#]]
    );
}

#[test]
fn instants() {
    let texts = [
        "2026-11-23T09:30:00+01:00",
        "2026-11-23T08:30:00Z",
        "2026-11-23 09:30:00-05:30",
        "2026-11-23T08:30:00.123Z",
        "2024-02-29T23:59:59+00:00",
        "2026-06-30T23:59:60Z",
        "2026-11-23T09:30:00",
        "2026-11-23T09:30+01:00",
        "2026-11-23T09:30Z",
        "2026-11-23",
        "2026-11-23t09:30:00z",
        "2026-11-23T09:30:00-00:00",
        "2026-11-23T09:30:00+1",
        "2026-11-23T09:30:00+0100",
        "2026-11-23T09:30:00 CET",
        "2026-02-30T00:00:00Z",
        "2026-11-23T24:00:00Z",
        "2026-11-23T25:00:00Z",
        "2026-11-23T09:30:00+25:00",
        "10:45~ CET",
        "",
        "2026-11-23T08:30:00.1234567890Z",
        "2026-11-23T09:30:00+01:00[Europe/Berlin]",
        " 2026-11-23T08:30:00Z",
        "2026-11-23T09:30:00.Z",
        "éééééééééééééééééééé",
        "9999-12-31T23:59:59-23:59",
        "0000-01-01T00:00:00Z",
    ];
    let shown = show(&texts, parse_instant, |instant| format!("{} at {}", instant.timestamp, instant.offset));
    snapbox::assert_data_eq!(
        shown,
        snapbox::str![[r#"
2026-11-23T09:30:00+01:00: 2026-11-23T08:30:00Z at +01
2026-11-23T08:30:00Z: 2026-11-23T08:30:00Z at +00
2026-11-23 09:30:00-05:30: 2026-11-23T15:00:00Z at -05:30
2026-11-23T08:30:00.123Z: 2026-11-23T08:30:00.123Z at +00
2024-02-29T23:59:59+00:00: 2024-02-29T23:59:59Z at +00
2026-06-30T23:59:60Z: 2026-06-30T23:59:59Z at +00
2026-11-23T09:30:00: no, it has no offset from UTC; write date, time and offset, as in `2026-11-23T09:30:00+01:00` or `2026-11-23T08:30:00Z`
2026-11-23T09:30+01:00: no, it has no seconds; write `2026-11-23T09:30:00+01:00`
2026-11-23T09:30Z: no, it has no seconds; write `2026-11-23T09:30:00Z`
2026-11-23: no, it is a date without a time; write date, time and offset, as in `2026-11-23T09:30:00+01:00` or `2026-11-23T08:30:00Z`
2026-11-23t09:30:00z: no, it is not of the form of RFC 3339; write `2026-11-23T09:30:00Z`
2026-11-23T09:30:00-00:00: no, its offset `-00:00` says that the local time is unknown; write date, time and offset, as in `2026-11-23T09:30:00+01:00` or `2026-11-23T08:30:00Z`
2026-11-23T09:30:00+1: no, its offset from UTC is not `Z` or `+hh:mm`; write date, time and offset, as in `2026-11-23T09:30:00+01:00` or `2026-11-23T08:30:00Z`
2026-11-23T09:30:00+0100: no, its offset from UTC is not `Z` or `+hh:mm`; write date, time and offset, as in `2026-11-23T09:30:00+01:00` or `2026-11-23T08:30:00Z`
2026-11-23T09:30:00 CET: no, its offset from UTC is not `Z` or `+hh:mm`; write date, time and offset, as in `2026-11-23T09:30:00+01:00` or `2026-11-23T08:30:00Z`
2026-02-30T00:00:00Z: no, there is no such moment; write date, time and offset, as in `2026-11-23T09:30:00+01:00` or `2026-11-23T08:30:00Z`
2026-11-23T24:00:00Z: no, there is no such moment; write date, time and offset, as in `2026-11-23T09:30:00+01:00` or `2026-11-23T08:30:00Z`
2026-11-23T25:00:00Z: no, there is no such moment; write date, time and offset, as in `2026-11-23T09:30:00+01:00` or `2026-11-23T08:30:00Z`
2026-11-23T09:30:00+25:00: no, there is no such offset from UTC; write date, time and offset, as in `2026-11-23T09:30:00+01:00` or `2026-11-23T08:30:00Z`
10:45~ CET: no, it is not of the form of RFC 3339; write date, time and offset, as in `2026-11-23T09:30:00+01:00` or `2026-11-23T08:30:00Z`
: no, it is not of the form of RFC 3339; write date, time and offset, as in `2026-11-23T09:30:00+01:00` or `2026-11-23T08:30:00Z`
2026-11-23T08:30:00.1234567890Z: no, it has more than nine digits of a second; write date, time and offset, as in `2026-11-23T09:30:00+01:00` or `2026-11-23T08:30:00Z`
2026-11-23T09:30:00+01:00[Europe/Berlin]: no, its offset from UTC is not `Z` or `+hh:mm`; write date, time and offset, as in `2026-11-23T09:30:00+01:00` or `2026-11-23T08:30:00Z`
 2026-11-23T08:30:00Z: no, it is not of the form of RFC 3339; write `2026-11-23T08:30:00Z`
2026-11-23T09:30:00.Z: no, its offset from UTC is not `Z` or `+hh:mm`; write date, time and offset, as in `2026-11-23T09:30:00+01:00` or `2026-11-23T08:30:00Z`
éééééééééééééééééééé: no, it is not of the form of RFC 3339; write date, time and offset, as in `2026-11-23T09:30:00+01:00` or `2026-11-23T08:30:00Z`
9999-12-31T23:59:59-23:59: no, there is no such moment; write date, time and offset, as in `2026-11-23T09:30:00+01:00` or `2026-11-23T08:30:00Z`
0000-01-01T00:00:00Z: 0000-01-01T00:00:00Z at +00

"#]]
    );
}

#[test]
fn dates_and_local_times() {
    let dates = [
        "2026-11-23",
        "2024-02-29",
        "2026-02-29",
        "2026-13-01",
        "23.11.2026",
        "2026-11-3",
        "2026-11-23T09:30",
        "",
    ];
    let shown = show(&dates, parse_date, |date| date.to_string());
    snapbox::assert_data_eq!(
        shown,
        snapbox::str![[r#"
2026-11-23: 2026-11-23
2024-02-29: 2024-02-29
2026-02-29: no, there is no such day; write year, month and day, as in `2026-11-23`
2026-13-01: no, there is no such day; write year, month and day, as in `2026-11-23`
23.11.2026: no, it is not of the form YYYY-MM-DD; write year, month and day, as in `2026-11-23`
2026-11-3: no, it is not of the form YYYY-MM-DD; write year, month and day, as in `2026-11-23`
2026-11-23T09:30: no, more than a date stands there; write year, month and day, as in `2026-11-23`
: no, it is not of the form YYYY-MM-DD; write year, month and day, as in `2026-11-23`

"#]]
    );
    let times = [
        "2026-12-31T18:00",
        "2026-12-31T18:00:30",
        "2026-12-31 18:00",
        "2026-12-31",
        "2026-12-31T24:00",
        "2026-12-31T18",
        "2026-12-31T18:00Z",
        "2026-12-31T18:00:00+01:00",
        "18:00",
        "2026-02-30",
    ];
    let shown = show(&times, parse_local_time, |time| time.to_string());
    snapbox::assert_data_eq!(
        shown,
        snapbox::str![[r#"
2026-12-31T18:00: 2026-12-31T18:00:00
2026-12-31T18:00:30: 2026-12-31T18:00:30
2026-12-31 18:00: 2026-12-31T18:00:00
2026-12-31: 2026-12-31T00:00:00
2026-12-31T24:00: no, there is no such time; write it as `2026-12-31T18:00`, and name the time zone in `tz`
2026-12-31T18: no, it is not of the form YYYY-MM-DDThh:mm; write it as `2026-12-31T18:00`, and name the time zone in `tz`
2026-12-31T18:00Z: no, it is not of the form YYYY-MM-DDThh:mm; write it as `2026-12-31T18:00`, and name the time zone in `tz`
2026-12-31T18:00:00+01:00: no, it has an offset, where a zone stands beside it; write it as `2026-12-31T18:00`, and name the time zone in `tz`
18:00: no, it is not of the form YYYY-MM-DDThh:mm; write it as `2026-12-31T18:00`, and name the time zone in `tz`
2026-02-30: no, there is no such day; write year, month and day, as in `2026-11-23`

"#]]
    );
}

#[test]
fn zones_are_those_of_the_database_in_its_own_spelling() {
    for name in ["Europe/Berlin", "UTC", "America/New_York", "Asia/Kolkata", "Etc/UTC", "US/Pacific"] {
        assert!(is_zone(name), "{name}");
    }
    for name in [
        "europe/berlin",
        "CEST",
        "Europe/Bonn",
        "",
        "../etc/passwd",
        "Etc/Unknown",
        "+01:00",
        "Europe/Berlin ",
    ] {
        assert!(!is_zone(name), "{name}");
    }
    let database = TimeZoneDatabase::bundled();
    assert!(database.available().all(|name| is_zone(name.as_str())));
    assert_eq!(zone_help("europe/berlin"), "did you mean `Europe/Berlin`?");
    assert_eq!(zone_help("Europe/Berln"), "did you mean `Europe/Berlin`?");
}

proptest! {
    #[test]
    fn no_text_breaks_a_parser(text in prop_oneof![any::<String>(), "[0-9PTDHMSdhmbsZ:+. -]{0,20}", "[0-9]{4}-[0-9]{2}-[0-9]{2}[T ][0-9]{2}:[0-9]{2}(:[0-9]{2})?(\\.[0-9]{1,10})?(Z|[+-][0-9]{2}:?[0-9]{2})?"]) {
        let _ = (parse_duration(&text), parse_date(&text), parse_local_time(&text), is_zone(&text));
        // Whatever is accepted as an instant, jiff reads as the same moment.
        if let Ok(instant) = parse_instant(&text) {
            prop_assert_eq!(text.parse::<jiff::Timestamp>().unwrap(), instant.timestamp);
        }
    }

    #[test]
    fn durations_survive_their_short_form(days in 0..400_000u32, business in any::<bool>(), seconds in 0..3_000_000u64) {
        let duration = if business { Duration { days: 0, business_days: days, seconds } } else { Duration { days, business_days: 0, seconds } };
        prop_assert_eq!(parse_duration(&duration.to_short()).unwrap(), duration);
    }

    #[test]
    fn iso_durations_are_those_of_jiff(days in 0..10_000i64, hours in 0..10_000i64, minutes in 0..10_000i64, seconds in 0..10_000i64) {
        let text = format!("P{days}DT{hours}H{minutes}M{seconds}S");
        let judged: jiff::Span = text.parse().unwrap();
        let duration = parse_duration(&text).unwrap();
        prop_assert_eq!(i64::from(judged.get_days()), i64::from(duration.days));
        let exact = i64::from(judged.get_hours()) * 3600 + judged.get_minutes() * 60 + judged.get_seconds();
        prop_assert_eq!(exact, duration.seconds as i64);
    }
}
