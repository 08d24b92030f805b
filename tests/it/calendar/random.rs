//! Random windows: `calendar list --format json` against dateutil and zoneinfo.

use serde_json::{Value, json};

use super::{ZONES, intervals, python};
use crate::support::run::printed;
use crate::support::{Chance, Folder};

const DAYS: [&str; 7] = ["MO", "TU", "WE", "TH", "FR", "SA", "SU"];

const COUNT: usize = 400;

fn pick<'a>(chance: &mut Chance, of: &[&'a str]) -> &'a str {
    of[usize::try_from(chance.next() % of.len() as u64).expect("small")]
}

fn one_of(chance: &mut Chance, of: u64) -> bool {
    chance.next().is_multiple_of(of)
}

/// A rule of the subset with a start that it may or may not give itself.
fn rule(chance: &mut Chance) -> String {
    let frequency = pick(chance, &["DAILY", "WEEKLY", "MONTHLY", "YEARLY"]);
    let mut rule = format!("FREQ={frequency}");
    if one_of(chance, 3) {
        rule += &format!(";INTERVAL={}", 1 + chance.next() % 4);
    }
    let by_months = one_of(chance, 4) || frequency == "YEARLY" && one_of(chance, 2);
    if by_months {
        rule += &format!(";BYMONTH={},{}", 1 + chance.next() % 6, 7 + chance.next() % 6);
    }
    let by_days = one_of(chance, 2);
    if by_days {
        let ordinal = match frequency {
            "MONTHLY" => {
                ["", "", "1", "-1", "2", "-2", "4"][usize::try_from(chance.next() % 7).expect("small")]
            }
            "YEARLY" if by_months => ["", "1", "-1"][usize::try_from(chance.next() % 3).expect("small")],
            _ => "",
        };
        rule +=
            &format!(";BYDAY={ordinal}{},{ordinal}{}", pick(chance, &DAYS[..4]), pick(chance, &DAYS[4..]));
    }
    // RFC 5545 forbids days of the month beside FREQ=WEEKLY.
    let by_month_days = matches!(frequency, "MONTHLY" | "YEARLY") && !by_days && one_of(chance, 2);
    if by_month_days {
        rule += &format!(
            ";BYMONTHDAY={},{}",
            1 + chance.next() % 28,
            -1 - i64::try_from(chance.next() % 3).expect("small")
        );
    }
    if matches!(frequency, "MONTHLY" | "YEARLY") && (by_days || by_month_days) && one_of(chance, 3) {
        rule += &format!(
            ";BYSETPOS={}",
            ["1", "-1", "2", "1,-1"][usize::try_from(chance.next() % 4).expect("small")]
        );
    }
    match chance.next() % 4 {
        0 => rule += &format!(";COUNT={}", 1 + chance.next() % 40),
        1 => {
            let (month, day, hour) = (1 + chance.next() % 12, 1 + chance.next() % 28, chance.next() % 24);
            rule += &format!(";UNTIL=2028{month:02}{day:02}T{hour:02}0000Z");
        }
        _ => {}
    }
    if frequency == "WEEKLY" && one_of(chance, 3) {
        rule += ";WKST=SU";
    }
    rule
}

fn window(chance: &mut Chance) -> Value {
    // Minutes of the hours in which clocks change.
    let (hour, minute) =
        (chance.next() % 4, [0, 15, 30, 45][usize::try_from(chance.next() % 4).expect("small")]);
    let start =
        format!("2026-{:02}-{:02}T{hour:02}:{minute:02}", 1 + chance.next() % 12, 1 + chance.next() % 28);
    let day = |chance: &mut Chance| {
        format!("2027-{:02}-{:02}T{hour:02}:{minute:02}", 1 + chance.next() % 12, 1 + chance.next() % 28)
    };
    let rdates: Vec<String> = (0..chance.next() % 3).map(|_| day(chance)).collect();
    json!({
        "type": pick(chance, &["restricted", "freeze", "maintenance"]),
        "tz": pick(chance, &ZONES),
        "rrule": rule(chance),
        "dtstart": start,
        "days": chance.next() % 4,
        "seconds": 900 * (1 + chance.next() % 40),
        "rdates": rdates,
        "exdates": [],
    })
}

fn document(window: &Value) -> String {
    let text = |key: &str| window[key].as_str().expect("text").to_owned();
    let list = |key: &str| {
        let items = window[key].as_array().expect("a list").iter();
        items.map(|item| item.as_str().expect("text")).collect::<Vec<_>>().join(", ")
    };
    format!(
        "---\ntitle: W\nowner: a\ntype: {}\nreason: business\ntz: {}\nrrule: {}\ndtstart: {}\nlength: {}d{}s\n\
         rdates: [{}]\nexdates: [{}]\nscope: {{services: [checkout]}}\n---\n",
        text("type"),
        text("tz"),
        text("rrule"),
        text("dtstart"),
        window["days"],
        window["seconds"],
        list("rdates"),
        list("exdates"),
    )
}

#[test]
fn random_windows_are_those_of_python() {
    let mut chance = Chance(20_261_127);
    let mut windows: Vec<Value> = (0..COUNT).map(|_| window(&mut chance)).collect();
    let asked = json!({ "windows": windows, "horizon": ["2025-12-01", "2029-02-01"] });
    let script = include_str!("judge.py");
    let answer = python(script, &["dateutil"], asked.to_string().as_bytes());
    // What a rule gives is known only now: leave out one occurrence of every other window.
    for (window, occurrences) in windows.iter_mut().zip(answer["occurrences"].as_array().expect("a list")) {
        let all = occurrences.as_array().expect("a list");
        let middle = all.get(all.len() / 2).filter(|_| all.len() > 2 && one_of(&mut chance, 2));
        let zone = jiff::tz::TimeZone::get(window["tz"].as_str().expect("a zone")).expect("IANA has it");
        let start = middle.and_then(|one| jiff::Timestamp::from_second(one[0].as_i64()?).ok());
        let local = start.map(|start| start.to_zoned(zone).strftime("%Y-%m-%dT%H:%M").to_string());
        // In a clock change the start is not the local time that was written.
        let time = window["dtstart"].as_str().expect("text")[11..].to_owned();
        if let Some(local) = local.filter(|local| local.ends_with(&time)) {
            window["exdates"] = json!([local]);
        }
    }
    let asked = json!({ "windows": windows, "horizon": ["2025-12-01", "2029-02-01"] });
    let answer = python(script, &["dateutil"], asked.to_string().as_bytes());
    let book = Folder::book();
    book.write("content/services/checkout.md", "---\ntitle: Checkout\nowner: a\ntier: 1\nteam: shop\n---\n");
    for (number, window) in windows.iter().enumerate() {
        book.write(&format!("content/windows/w{number:03}.md"), document(window));
    }
    let (from, to) = ("2026-12-01T00:00:00Z", "2028-11-01T00:00:00Z");
    let list = ["calendar", "list", "--from", from, "--to", to, "--as-of", from, "--format", "json"];
    let text = printed(&book.path(), &list);
    let listed: Value = serde_json::from_str(&text).expect("JSON");
    let edge = |text: &str| text.parse::<jiff::Timestamp>().expect("an instant").as_second();
    let (from, to) = (edge(from), edge(to));
    let (mut compared, mut occurrences) = (0, 0);
    for (number, window) in windows.iter().enumerate() {
        let id = format!("w{number:03}");
        let expected: Vec<(i64, i64)> = answer["occurrences"][number]
            .as_array()
            .expect("a list")
            .iter()
            .map(|pair| (pair[0].as_i64().expect("seconds"), pair[1].as_i64().expect("seconds")))
            .filter(|(start, end)| *start < to && from < *end)
            .collect();
        assert_eq!(intervals(&listed, &id), expected, "{id}: {window}");
        compared += usize::from(!expected.is_empty());
        occurrences += expected.len();
    }
    assert!(compared > COUNT * 3 / 4, "only {compared} windows have occurrences");
    assert!(occurrences > 10_000, "only {occurrences} occurrences");
}
