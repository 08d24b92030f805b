//! `calendar import`: what a window can say comes in exactly, and everything else is refused by name and line.

use std::collections::BTreeSet;

use serde_json::Value;

use super::intervals;
use crate::support::Folder;
use crate::support::run::{outcome, printed};

fn book(file: &str) -> Folder {
    let book = Folder::book();
    book.write("content/services/checkout.md", "---\ntitle: Checkout\nowner: a\ntier: 1\nteam: shop\n---\n");
    book.write(
        "in.ics",
        format!("BEGIN:VCALENDAR\r\nVERSION:2.0\r\nPRODID:-//a//b//EN\r\n{file}END:VCALENDAR\r\n"),
    );
    book
}

fn event(lines: &str) -> String {
    format!("BEGIN:VEVENT\r\nDTSTAMP:20260101T000000Z\r\n{}\r\nEND:VEVENT\r\n", lines.replace('\n', "\r\n"))
}

const IMPORT: [&str; 5] = ["calendar", "import", "in.ics", "--service", "checkout"];

/// The files of the windows.
fn windows(book: &Folder) -> BTreeSet<String> {
    let folder = book.path().join("content/windows");
    if !folder.exists() {
        return BTreeSet::new();
    }
    crate::support::files_below(&folder).into_keys().collect()
}

const NINE: &str = "DTSTART;TZID=Europe/Berlin:20261201T090000\nDTEND;TZID=Europe/Berlin:20261201T100000";

#[test]
fn what_cannot_be_said_is_refused_by_name_and_line() {
    let nine = |more: &str| event(&format!("UID:1\n{NINE}{more}"));
    let zone = "BEGIN:VTIMEZONE\r\nTZID:Europe/Berlin\r\nBEGIN:STANDARD\r\nDTSTART:20200101T000000\r\n\
                TZOFFSETFROM:+0300\r\nTZOFFSETTO:+0300\r\nEND:STANDARD\r\nEND:VTIMEZONE\r\n";
    // The text of the calendar behind its third line, the line that is told, and what is told.
    let cases: Vec<(String, usize, &str)> = vec![
        (event("UID:1\nDTSTART:20261201T090000\nDTEND:20261201T100000"), 7, "floating time"),
        (event("UID:1\nDTSTART;VALUE=DATE:20261201"), 7, "a date without zone"),
        (
            event("UID:1\nDTSTART;TZID=W. Europe Standard Time:20261201T090000\nDTEND:20261201T100000Z"),
            7,
            "the time zone `W. Europe Standard Time`",
        ),
        (
            event("UID:1\nDTSTART;TZID=Europe/Berlin:20270328T023000\nDURATION:PT1H"),
            7,
            "an hour that the zone skips",
        ),
        (format!("{zone}{}", nine("")), 4, "a time zone `Europe/Berlin` (VTIMEZONE) that differs"),
        (nine("\nSTATUS:CANCELLED"), 9, "a cancelled event"),
        (nine("\nSTATUS:TENTATIVE"), 9, "a tentative event"),
        (nine("\nRRULE:FREQ=WEEKLY;BYHOUR=9"), 9, "`BYHOUR` is not supported"),
        (nine("\nRRULE:FREQ=YEARLY;BYWEEKNO=20"), 9, "`BYWEEKNO` is not supported"),
        (nine("\nRRULE:FREQ=HOURLY"), 9, "HOURLY"),
        (nine("\nRRULE:FREQ=DAILY;UNTIL=20270101"), 9, "UNTIL"),
        (nine("\nRRULE:FREQ=DAILY\nRRULE:FREQ=WEEKLY"), 10, "a second `RRULE`"),
        (nine("\nRRULE:FREQ=WEEKLY;BYDAY=MO"), 4, "a first start that the rule does not give"),
        (nine("\nEXRULE:FREQ=DAILY"), 9, "`EXRULE`"),
        (nine("\nRDATE;TZID=Europe/Berlin:20261205T090000"), 9, "beside no rule"),
        (nine("\nRRULE:FREQ=DAILY\nRDATE;VALUE=PERIOD:20261205T090000Z/PT1H"), 10, "with periods"),
        (nine("\nRRULE:FREQ=DAILY\nEXDATE;VALUE=DATE:20261205"), 10, "a date without zone"),
        (event("UID:1\nDTSTART:20261201T090000Z"), 4, "an event without end"),
        (event("UID:1\nDTSTART:20261201T090000Z\nDTEND:20261201T090000Z"), 8, "does not end after its start"),
        (event("UID:1\nDTSTART:20261201T090000Z\nDURATION:-PT1H"), 8, "the length `-PT1H`"),
        (event("DTSTART:20261201T090000Z\nDTEND:20261201T100000Z"), 4, "an event without UID"),
        (event("UID:1\nSUMMARY:x"), 4, "an event without start"),
        (format!("{}{}", nine(""), nine("")), 10, "a second event with the UID `1`"),
        (event(&format!("UID:1\nRECURRENCE-ID:20261201T090000Z\n{NINE}")), 4, "which is not there"),
        ("BEGIN:VTODO\r\nUID:1\r\nEND:VTODO\r\n".to_owned(), 4, "a to-do (VTODO)"),
        ("BEGIN:VFREEBUSY\r\nUID:1\r\nEND:VFREEBUSY\r\n".to_owned(), 4, "busy times"),
        ("nonsense\r\n".to_owned(), 4, "no line `NAME:value`"),
        ("BEGIN:VEVENT\r\n".to_owned(), 5, "ends a component that was not begun"),
    ];
    for (file, line, what) in cases {
        let book = book(&file);
        let (code, told) = outcome(&book.path(), &IMPORT);
        assert_eq!(code, Some(1), "{file}\n{told}");
        let place =
            format!("in.ics:{line}: error[MCM619]: imported calendar holds what cannot be represented: ");
        assert!(told.contains(&place) && told.contains(what), "{what} on line {line}:\n{told}\n{file}");
        assert_eq!(windows(&book), BTreeSet::new(), "nothing is written");
    }
}

const DAILY: &str =
    "UID:1\nDTSTART;TZID=Europe/Berlin:20261201T090000\nDURATION:PT1H\nRRULE:FREQ=DAILY;COUNT=5";

#[test]
fn moved_occurrences_are_refused_where_they_overlap() {
    for (start, what) in [
        ("20261203T093000", "overlaps another one of its series"),
        ("20261203T080000\nRRULE:FREQ=DAILY", "recurs itself"),
    ] {
        let moved = format!(
            "UID:1\nRECURRENCE-ID;TZID=Europe/Berlin:20261202T090000\nDTSTART;TZID=Europe/Berlin:{start}\nDURATION:PT1H"
        );
        let book = book(&format!("{}{}", event(DAILY), event(&moved)));
        let (code, told) = outcome(&book.path(), &IMPORT);
        assert_eq!(code, Some(1), "{told}");
        assert!(told.contains(what), "{told}");
        assert_eq!(windows(&book), BTreeSet::new());
    }
    for (id, what) in
        [("20261202T091500", "that the rule does not give"), ("RANGE", "all occurrences from one on")]
    {
        let id = match id {
            "RANGE" => ";RANGE=THISANDFUTURE;TZID=Europe/Berlin:20261202T090000".to_owned(),
            id => format!(";TZID=Europe/Berlin:{id}"),
        };
        let moved =
            format!("UID:1\nRECURRENCE-ID{id}\nDTSTART;TZID=Europe/Berlin:20261220T090000\nDURATION:PT1H");
        let (code, told) = outcome(&book(&format!("{}{}", event(DAILY), event(&moved))).path(), &IMPORT);
        assert_eq!(code, Some(1), "{told}");
        assert!(told.contains(what), "{told}");
    }
}

fn listed(book: &Folder) -> Value {
    let list = [
        "calendar",
        "list",
        "--as-of",
        "2026-11-27T00:00:00Z",
        "--from",
        "2026-11-27T00:00:00Z",
        "--to",
        "2027-01-27T00:00:00Z",
        "--format",
        "json",
    ];
    serde_json::from_str(&printed(&book.path(), &list)).expect("JSON")
}

fn at(text: &str) -> i64 {
    text.parse::<jiff::Timestamp>().expect("an instant").as_second()
}

#[test]
fn deleted_and_moved_occurrences_come_in_as_they_are() {
    let series = format!(
        "SUMMARY:Night work\\, daily\n{DAILY}\nEXDATE;TZID=Europe/Berlin:20261202T090000\nEXDATE:20261215T080000Z"
    );
    let moved = "UID:1\nRECURRENCE-ID:20261203T080000Z\nDTSTART:20261203T200000Z\nDTEND:20261203T220000Z";
    let called_off = "UID:1\nRECURRENCE-ID;TZID=Europe/Berlin:20261204T090000\nSTATUS:CANCELLED\n\
                      DTSTART;TZID=Europe/Berlin:20261204T090000\nDURATION:PT1H";
    let book = book(&format!("{}{}{}", event(&series), event(moved), event(called_off)));
    printed(&book.path(), &IMPORT);
    let files: Vec<String> = windows(&book).into_iter().collect();
    assert_eq!(files, ["in.ics", "night-work-daily-2.md", "night-work-daily.md"]);
    let listed = listed(&book);
    let hour = |start: &str| (at(start), at(start) + 3600);
    let wanted = vec![hour("2026-12-01T08:00:00Z"), hour("2026-12-05T08:00:00Z")];
    assert_eq!(intervals(&listed, "night-work-daily"), wanted);
    let wanted = vec![(at("2026-12-03T20:00:00Z"), at("2026-12-03T22:00:00Z"))];
    assert_eq!(intervals(&listed, "night-work-daily-2"), wanted);
    assert_eq!(listed["windows"][0]["type"], "freeze", "what nobody says otherwise is the strictest");
    assert_eq!(listed["windows"][0]["level"], "hard");
}

#[test]
fn days_without_a_zone_come_in_where_the_call_names_one() {
    let book =
        book(&event("UID:1\nSUMMARY:Christmas\nDTSTART;VALUE=DATE:20261224\nDTEND;VALUE=DATE:20261227"));
    let call =
        [&IMPORT[..], &["--zone", "Europe/Berlin", "--type", "restricted", "--level", "soft"]].concat();
    printed(&book.path(), &call);
    let wanted = vec![(at("2026-12-23T23:00:00Z"), at("2026-12-26T23:00:00Z"))];
    assert_eq!(intervals(&listed(&book), "christmas"), wanted);
}

#[test]
fn zones_of_other_programs_are_held_against_iana() {
    // As a program writes it that begins its rules in the year 1601.
    let zone = "BEGIN:VTIMEZONE\r\nTZID:/example.org/20260101/Europe/Berlin\r\nBEGIN:STANDARD\r\n\
                DTSTART:16011028T030000\r\nRRULE:FREQ=YEARLY;BYDAY=-1SU;BYMONTH=10\r\nTZOFFSETFROM:+0200\r\n\
                TZOFFSETTO:+0100\r\nEND:STANDARD\r\nBEGIN:DAYLIGHT\r\nDTSTART:16010325T020000\r\n\
                RRULE:FREQ=YEARLY;BYDAY=-1SU;BYMONTH=3\r\nTZOFFSETFROM:+0100\r\nTZOFFSETTO:+0200\r\n\
                END:DAYLIGHT\r\nEND:VTIMEZONE\r\n";
    let event = event(
        "UID:1\nDTSTART;TZID=/example.org/20260101/Europe/Berlin:20261201T090000\nDURATION:PT1H\nRRULE:FREQ=DAILY",
    );
    let good = book(&format!("{zone}{event}"));
    printed(&good.path(), &IMPORT);
    let wrong = book(&format!("{}{event}", zone.replace("BYMONTH=10", "BYMONTH=11")));
    let (code, told) = outcome(&wrong.path(), &IMPORT);
    assert_eq!(code, Some(1), "{told}");
    assert!(told.contains("differs from Europe/Berlin of IANA at 2027-10-31T01:00:00Z"), "{told}");
}

#[test]
fn all_is_written_or_nothing() {
    let two = format!(
        "{}{}",
        event(&format!("UID:1\nSUMMARY:First\n{NINE}")),
        event(&format!("UID:2\nSUMMARY:Second\n{NINE}"))
    );
    let book = book(&two);
    book.write("content/windows/second.md", "---\ntitle: Mine\n---\n");
    let (code, told) = outcome(&book.path(), &IMPORT);
    assert_eq!(code, Some(2), "{told}");
    assert!(told.contains("`content/windows/second.md` is there already"), "{told}");
    assert_eq!(windows(&book).into_iter().collect::<Vec<_>>(), ["second.md"]);
    let (code, told) = outcome(&book.path(), &IMPORT[..3]);
    assert_eq!(code, Some(1), "{told}");
    assert!(told.contains("for which services it holds"), "{told}");
}
