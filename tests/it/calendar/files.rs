//! `calendar export`: read back by two programs that are not this one, the same bytes every time, and back again.

use serde_json::Value;

use super::{python, seconds};
use crate::approvals::book::{Book, CHANGE, FOLDER};
use crate::support::Folder;
use crate::support::run::printed;

const ZONES: [&str; 7] = [
    "Europe/Berlin",
    "America/New_York",
    "Australia/Lord_Howe",
    "America/St_Johns",
    "Pacific/Auckland",
    "Asia/Kolkata",
    "UTC",
];

/// A book with windows in many zones, some of them with edges in clock changes, and text that has to be escaped.
fn windows(write: &dyn Fn(&str, &str)) {
    for (name, team) in [("checkout", "shop"), ("ledger", "books")] {
        let text = format!("---\ntitle: {name}\nowner: a\ntier: 1\nteam: {team}\n---\n");
        write(&format!("content/services/{name}.md"), &text);
    }
    for (number, zone) in ZONES.iter().enumerate() {
        for (kind, rule, start, length) in [
            ("restricted", "FREQ=MONTHLY;BYMONTHDAY=28", "2026-01-28T00:00", "8d"),
            ("freeze", "FREQ=WEEKLY;BYDAY=SU", "2026-01-04T02:30", "1d2h"),
            ("maintenance", "FREQ=DAILY", "2026-01-01T01:15", "45m"),
        ] {
            let service = if number % 2 == 0 { "checkout" } else { "ledger" };
            let text = format!(
                "---\ntitle: \"{zone}; quarter, month \\\\ and more: ☃ {}\"\nowner: a\ntype: {kind}\nreason: business\n\
                 tz: {zone}\nrrule: {rule}\ndtstart: {start}\nlength: {length}\n\
                 freeze_before: {}\nscope: {{services: [{service}]}}\n---\n",
                "ä".repeat(60),
                if kind == "restricted" { "2d" } else { "0m" },
            );
            write(&format!("content/windows/{kind}-{number}.md"), &text);
        }
    }
}

fn book() -> Folder {
    let book = Folder::book();
    windows(&|path, text| book.write(path, text));
    book
}

const AS_OF: &str = "2026-11-27T00:00:00Z";

fn export(dir: &std::path::Path, more: &[&str]) -> String {
    printed(dir, &[&["calendar", "export", "--as-of", AS_OF][..], more].concat())
}

fn listed(dir: &std::path::Path, from: &str, to: &str) -> Value {
    let list = ["calendar", "list", "--as-of", AS_OF, "--from", from, "--to", to, "--format", "json"];
    serde_json::from_str(&printed(dir, &list)).expect("JSON")
}

/// Kind, level, start, end and services of what a list says.
fn occurrences(listed: &Value) -> Vec<(String, String, i64, i64, String)> {
    let windows = listed["windows"].as_array().expect("windows").iter();
    let text = |value: &Value| value.as_str().expect("text").to_owned();
    let one = |window: &Value| {
        let kind = text(&window["type"]).replace("freeze-before", "freeze");
        let (start, end) = (seconds(&window["start"]["utc"]), seconds(&window["end"]["utc"]));
        (kind, text(&window["level"]), start, end, window["services"].to_string())
    };
    let mut all: Vec<_> = windows.map(one).collect();
    all.sort();
    all
}

const FROM: &str = "2026-10-30T00:00:00Z";
const TO: &str = "2028-11-27T00:00:00Z";

#[test]
fn two_other_readers_see_the_same_instants() {
    let book = book();
    let file = export(&book.path(), &[]);
    let read = python(include_str!("readers.py"), &["icalendar", "vobject"], file.as_bytes());
    let mut own: Vec<(i64, i64)> = occurrences(&listed(&book.path(), FROM, TO))
        .into_iter()
        .map(|(_, _, start, end, _)| (start, end))
        .collect();
    own.sort_unstable();
    for reader in ["icalendar", "vobject"] {
        let events = read[reader].as_array().expect("events");
        let mut theirs: Vec<(i64, i64)> = events
            .iter()
            .map(|event| (event[1].as_i64().expect("start"), event[2].as_i64().expect("end")))
            .collect();
        theirs.sort_unstable();
        assert_eq!(theirs, own, "{reader}");
        let uids: std::collections::BTreeSet<&str> =
            events.iter().map(|event| event[0].as_str().expect("a UID")).collect();
        assert_eq!(uids.len(), events.len(), "{reader}: every event has a name of its own");
    }
    assert!(own.len() > 5_000, "{} occurrences", own.len());
}

#[test]
fn a_file_is_well_formed_and_the_same_every_time() {
    let book = book();
    let file = export(&book.path(), &[]);
    assert_eq!(file, export(&book.path(), &[]));
    assert!(file.ends_with("END:VCALENDAR\r\n"));
    assert!(!file.replace("\r\n", "").contains(['\r', '\n']));
    assert!(file.split("\r\n").all(|line| line.len() <= 75), "no line is longer than 75 octets");
    assert!(file.contains("BEGIN:VTIMEZONE") && !file.contains("ATTENDEE"));
    let team = export(&book.path(), &["--team", "books"]);
    let service = export(&book.path(), &["--service", "ledger"]);
    let of = |file: &str| file.matches("BEGIN:VEVENT").count();
    assert_eq!(of(&team), of(&service));
    assert!(0 < of(&team) && of(&team) < of(&file));
    assert!(!team.replace("\r\n ", "").contains("X-MCMBOOK-SERVICES:checkout"));
}

#[test]
fn what_was_exported_comes_back_as_the_same_occurrences() {
    let book = book();
    let file = export(&book.path(), &[]);
    let other = Folder::book();
    for service in ["checkout", "ledger"] {
        other.write(
            &format!("content/services/{service}.md"),
            format!("---\ntitle: {service}\nowner: a\ntier: 1\nteam: shop\n---\n"),
        );
    }
    other.write("out.ics", &file);
    printed(&other.path(), &["calendar", "import", "out.ics"]);
    let (one, two) = (listed(&book.path(), FROM, TO), listed(&other.path(), FROM, TO));
    assert_eq!(occurrences(&two).len(), occurrences(&one).len());
    assert_eq!(occurrences(&two), occurrences(&one));
    let kept = std::fs::read(other.path().join("content/windows/out.ics")).expect("the file is kept");
    assert_eq!(kept, file.as_bytes());
    let hash = mcmbook::text::ContentHash::of(&kept).to_string();
    let window = std::fs::read_to_string(other.path().join("content/windows/freeze-0.md")).expect("a window");
    assert!(window.contains(&hash), "{window}");
}

#[test]
fn slots_carry_stamp_count_and_fate() {
    let book = Book::submitted();
    let dir = book.repo.book();
    let event = |file: &str| -> std::collections::BTreeMap<String, String> {
        let lines = file.split("\r\n").skip_while(|line| !line.starts_with("UID:MCM-2026-0001"));
        let lines = lines.take_while(|line| *line != "END:VEVENT");
        lines.filter_map(|line| line.split_once(':')).map(|(a, b)| (a.to_owned(), b.to_owned())).collect()
    };
    let at = ["calendar", "export", "--as-of", "2025-12-01T00:00:00Z"];
    let first = event(&printed(&dir, &at));
    assert_eq!(first["STATUS"], "TENTATIVE", "nobody has approved it");
    assert_eq!((first["SEQUENCE"].as_str(), first["TRANSP"].as_str()), ("0", "OPAQUE"));
    assert_eq!(
        (first["DTSTART"].as_str(), first["DTEND"].as_str()),
        ("20260620T100000Z", "20260620T120000Z")
    );
    book.decide("carol", "approve", "peer");
    book.decide("bob", "approve", "manager");
    assert_eq!(event(&printed(&dir, &at))["STATUS"], "CONFIRMED");
    let path = format!("{FOLDER}/request.md");
    let request = std::fs::read_to_string(dir.join(&path)).expect("the request");
    book.repo.write(&path, request.replace("T12:00", "T13:00"));
    book.as_person("alice", |book| book.commit("An hour more"));
    let moved = event(&printed(&dir, &at));
    assert_eq!((moved["SEQUENCE"].as_str(), moved["STATUS"].as_str()), ("1", "TENTATIVE"));
    assert_eq!(moved["UID"], first["UID"], "it is the same event");
    assert!(moved["DTSTAMP"] > first["DTSTAMP"]);
    let notice = "---\ntitle: Not now\nfor: MCM-2026-0001\nphase: cancelled\n---\n";
    book.repo.write(&format!("{FOLDER}/notice-cancelled.md"), notice);
    book.as_person("alice", |book| book.commit("Call it off"));
    let gone = event(&printed(&dir, &at));
    assert_eq!((gone["SEQUENCE"].as_str(), gone["STATUS"].as_str()), ("2", "CANCELLED"), "{CHANGE}");
}
