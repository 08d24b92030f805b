mod oracle;

use super::*;
use crate::facts::Facts;
use crate::facts::tests::facts;

const AS_OF: &str = "2026-06-01T00:00:00Z";

const SERVICES: [(&str, &str); 3] = [
    ("content/services/checkout.md", "---\ntitle: C\nowner: a\ntier: 1\nteam: t\ntags: [shop]\n---\n"),
    ("content/services/ledger.md", "---\ntitle: L\nowner: a\ntier: 1\nteam: t\n---\n"),
    ("content/services/loyalty.md", "---\ntitle: Y\nowner: a\ntier: 3\nteam: t\ntags: [shop]\n---\n"),
];

fn book(head: &str) -> Facts {
    let window = format!("---\ntitle: W\nowner: a\n{head}---\n");
    let mut files = SERVICES.to_vec();
    files.push(("content/windows/w.md", &window));
    facts(&files, AS_OF)
}

fn shown(occurrence: &Occurrence) -> String {
    format!("{} {}", occurrence.start, occurrence.end)
}

/// The faults of a window: rule, what is marked, message.
fn faults(head: &str) -> Vec<(&'static str, String, String)> {
    let facts = book(head);
    let of = |fault: &WindowFault| {
        let source = &facts.book.document(fault.document).source;
        (fault.rule, source.slice(fault.span).to_owned(), fault.message.clone())
    };
    facts.schedule.faults.iter().map(of).collect()
}

#[test]
fn a_single_window_is_one_occurrence_wherever_it_lies() {
    let head = "type: restricted\ntz: Europe/Berlin\nstart: 2041-03-01\nend: 2041-03-02T06:00\n";
    let facts = book(head);
    let [window] = &facts.schedule.windows[..] else { panic!("one window") };
    assert_eq!(
        window.occurrences.iter().map(shown).collect::<Vec<_>>(),
        ["2041-02-28T23:00:00Z 2041-03-02T05:00:00Z"]
    );
    assert_eq!((window.effect, window.level, window.name.as_str()), (Effect::Restricted, Level::Soft, "w"));
    assert_eq!(window.environments, ["production"]);
}

#[test]
fn a_recurrence_is_expanded_within_the_horizon_with_exceptions_and_additions() {
    let head = "type: maintenance\ntz: Europe/Berlin\nrrule: FREQ=WEEKLY;BYDAY=SU\ndtstart: 2020-01-05T02:00\n\
                length: 3h\nexdates: [2026-06-07T02:00]\nrdates: [2026-06-10T22:00, 2026-06-14T02:00]\n";
    let facts = book(head);
    let window = &facts.schedule.windows[0];
    let june: Vec<String> = window
        .touching("2026-06-01T00:00Z".parse().unwrap(), "2026-06-22T00:00Z".parse().unwrap())
        .map(shown)
        .collect();
    assert_eq!(
        june,
        [
            "2026-06-10T20:00:00Z 2026-06-10T23:00:00Z",
            "2026-06-14T00:00:00Z 2026-06-14T03:00:00Z",
            "2026-06-21T00:00:00Z 2026-06-21T03:00:00Z"
        ]
    );
    let (first, last) = (window.occurrences.first().unwrap(), window.occurrences.last().unwrap());
    let (from, to) = facts.schedule.horizon;
    assert_eq!(
        (from.to_string(), to.to_string()),
        ("2024-06-01T00:00:00Z".into(), "2028-06-01T00:00:00Z".into())
    );
    assert!(first.start < "2024-06-10T00:00Z".parse().unwrap(), "{first:?}");
    assert!(last.end > "2028-05-21T00:00Z".parse().unwrap(), "{last:?}");
}

#[test]
fn the_horizon_holds_every_slot_but_no_slip_of_the_pen() {
    let request = |start: &str, end: &str| {
        format!("---\ntitle: R\nowner: a\nservices: [ledger]\nslot:\n  start: {start}\n  end: {end}\n---\n")
    };
    let window = "---\ntitle: W\nowner: a\ntype: restricted\ntz: UTC\nrrule: FREQ=DAILY\ndtstart: \
                  2001-01-01T00:00\nlength: 1d\nscope:\n  services: [ledger]\n---\n";
    let old = request("2015-01-01T10:00:00Z", "2015-01-01T12:00:00Z");
    let slip = request("2926-01-01T10:00:00Z", "2926-01-01T12:00:00Z");
    let mut files = SERVICES.to_vec();
    files.extend([
        ("content/changes/2026/MCM-2026-0001/request.md", old.as_str()),
        ("content/changes/2026/MCM-2026-0002/request.md", slip.as_str()),
        ("content/windows/w.md", window),
    ]);
    let facts = facts(&files, AS_OF);
    assert_eq!(facts.schedule.horizon.0.to_string(), "2015-01-01T10:00:00Z");
    assert_eq!(facts.schedule.horizon.1.to_string(), "2046-06-01T00:00:00Z");
    let request = facts.book.document(facts.book.by_id("MCM-2026-0001/request").unwrap());
    let hits = facts.schedule.hits(&facts.book, request);
    assert_eq!(
        hits.iter().map(|hit| shown(&hit.occurrence)).collect::<Vec<_>>(),
        ["2015-01-01T00:00:00Z 2015-01-02T00:00:00Z"]
    );
}

#[test]
fn a_freeze_precedes_each_occurrence() {
    let head = "type: restricted\nlevel: hard\ntz: Europe/Berlin\nrrule: FREQ=YEARLY;BYMONTH=3;BYMONTHDAY=29\n\
                dtstart: 2026-03-29T00:00\nlength: 8d\nfreeze_before: 2d\nlead_time: 28d\nscope:\n  tiers: [1]\n";
    let facts = book(head);
    let [window, freeze] = &facts.schedule.windows[..] else { panic!("a window and its freeze") };
    assert_eq!((freeze.effect, freeze.level, freeze.freeze_of), (Effect::Freeze, Level::Hard, Some(0)));
    assert_eq!((freeze.services.len(), freeze.lead_time), (2, None));
    assert_eq!(window.services, freeze.services);
    // The clocks change on 29 March 2026, the first day of the window, and on 28 March 2027 within the freeze.
    assert_eq!(
        window.occurrences.iter().map(shown).collect::<Vec<_>>()[..2],
        ["2026-03-28T23:00:00Z 2026-04-05T22:00:00Z", "2027-03-28T22:00:00Z 2027-04-05T22:00:00Z"]
    );
    assert_eq!(
        freeze.occurrences.iter().map(shown).collect::<Vec<_>>()[..2],
        ["2026-03-26T23:00:00Z 2026-03-28T23:00:00Z", "2027-03-26T23:00:00Z 2027-03-28T22:00:00Z"]
    );
    assert_eq!(facts.schedule.of_document(window.document).map(|window| window.freeze_of), Some(None));
}

#[test]
fn a_freeze_of_business_days_counts_none_of_the_weekend() {
    let head =
        "type: restricted\ntz: UTC\nstart: 2026-06-15T08:00\nend: 2026-06-16T08:00\nfreeze_before: 2bd\n";
    assert_eq!(
        shown(&book(head).schedule.windows[1].occurrences[0]),
        "2026-06-11T08:00:00Z 2026-06-15T08:00:00Z"
    );
}

#[test]
fn a_scope_selects_by_name_tier_and_tag() {
    let services = |scope: &str| -> Vec<String> {
        let head = format!("type: freeze\ntz: UTC\nstart: 2026-06-15\nend: 2026-06-16\nscope:\n{scope}");
        let facts = book(&head);
        let name = |index: &usize| facts.book.document(*index).id.name().to_owned();
        facts.schedule.windows[0].services.iter().map(name).collect()
    };
    assert_eq!(services("  services: [ledger, nowhere]\n"), ["ledger"]);
    assert_eq!(services("  tiers: [1, 2]\n"), ["checkout", "ledger"]);
    assert_eq!(services("  tags: [shop]\n"), ["checkout", "loyalty"]);
    assert_eq!(services("  services: [checkout]\n  tags: [shop]\n  tiers: [3]\n"), ["checkout", "loyalty"]);
    assert_eq!(services("  environments: [staging]\n"), [""; 0]);
}

#[test]
fn what_covers_a_slot_is_half_open_and_the_strictest_comes_first() {
    let window = |kind: &str, start: &str, end: &str| {
        format!(
            "---\ntitle: W\nowner: a\ntype: {kind}\ntz: UTC\nstart: {start}\nend: {end}\nscope:\n  services: \
             [ledger]\n---\n"
        )
    };
    let soft = window("restricted", "2026-06-10", "2026-06-20");
    let hard = window("restricted\nlevel: hard", "2026-06-10", "2026-06-20");
    let freeze = window("freeze", "2026-06-12", "2026-06-13");
    let open = window("maintenance", "2026-06-10", "2026-06-20");
    let mut files = SERVICES.to_vec();
    files.extend([
        ("content/windows/a-soft.md", soft.as_str()),
        ("content/windows/b-hard.md", hard.as_str()),
        ("content/windows/c-freeze.md", freeze.as_str()),
        ("content/windows/d-open.md", open.as_str()),
    ]);
    let facts = facts(&files, AS_OF);
    let service = |name: &str| facts.book.by_id(&format!("services/{name}")).unwrap();
    let covering = |service: usize, environment: &str, start: &str, end: &str| -> Vec<String> {
        let (start, end) = (start.parse().unwrap(), end.parse().unwrap());
        let hits = facts.schedule.covering(&[service], environment, start, end);
        hits.iter().map(|hit| hit.window.name.clone()).collect()
    };
    let ledger = service("ledger");
    let all = ["c-freeze", "b-hard", "a-soft"];
    assert_eq!(covering(ledger, "production", "2026-06-11T00:00Z", "2026-06-12T00:00:01Z"), all);
    assert_eq!(covering(ledger, "production", "2026-06-11T00:00Z", "2026-06-12T00:00:00Z"), all[1..]);
    assert_eq!(covering(ledger, "production", "2026-06-13T00:00Z", "2026-06-13T01:00:00Z"), all[1..]);
    assert_eq!(covering(ledger, "production", "2026-06-20T00:00Z", "2026-06-21T00:00Z"), [""; 0]);
    assert_eq!(covering(ledger, "production", "2026-06-09T00:00Z", "2026-06-10T00:00Z"), [""; 0]);
    assert_eq!(covering(ledger, "staging", "2026-06-11T00:00Z", "2026-06-14T00:00Z"), [""; 0]);
    assert_eq!(covering(service("loyalty"), "production", "2026-06-11T00:00Z", "2026-06-14T00:00Z"), [""; 0]);
}

#[test]
fn what_cannot_be_read_is_a_fault_at_its_place_and_no_window() {
    let cases = [
        ("tz: UTC\n", "MCM601", "---", "no times are written"),
        ("tz: UTC\nstart: 2026-06-01\n", "MCM601", "2026-06-01", "start has no end"),
        ("tz: UTC\nend: 2026-06-01\n", "MCM601", "2026-06-01", "end has no start"),
        (
            "tz: UTC\nstart: 2026-06-02\nend: 2026-06-01\n",
            "MCM601",
            "2026-06-01",
            "end is not after start: it is earlier",
        ),
        (
            "tz: UTC\nrrule: FREQ=DAILY\ndtstart: 2026-06-01\nlength: 0m\n",
            "MCM601",
            "0m",
            "end is not after start: occurrences have no length",
        ),
        ("start: 2026-06-01\nend: 2026-06-02\n", "MCM602", "---", "time zone is missing"),
        (
            "tz: Europe/Berln\nstart: 2026-06-01\nend: 2026-06-02\n",
            "MCM602",
            "Europe/Berln",
            "time zone `Europe/Berln` is unknown",
        ),
        (
            "tz: UTC\nrrule: FREQ=HOURLY\ndtstart: 2026-06-01\nlength: 1h\n",
            "MCM604",
            "FREQ=HOURLY",
            "recurrence is invalid: `FREQ=HOURLY` is not supported",
        ),
        ("tz: UTC\nrrule: FREQ=WEEKLY\nlength: 1h\n", "MCM604", "FREQ=WEEKLY", "recurrence has no `dtstart`"),
        (
            "tz: UTC\nrrule: FREQ=WEEKLY\ndtstart: 2026-06-01\n",
            "MCM604",
            "FREQ=WEEKLY",
            "recurrence has no `length`",
        ),
        (
            "tz: UTC\nrrule: FREQ=DAILY\nstart: 2026-06-01\n",
            "MCM604",
            "FREQ=DAILY",
            "recurrence stands beside a single `start` or `end`",
        ),
        ("tz: UTC\nlength: 1h\n", "MCM604", "1h", "`length` stands without a recurrence"),
        (
            "tz: UTC\nrrule: FREQ=YEARLY;BYMONTH=2;BYMONTHDAY=30\ndtstart: 2026-06-01\nlength: 1h\n",
            "MCM604",
            "FREQ=YEARLY;BYMONTH=2;BYMONTHDAY=30",
            "recurrence has no occurrence within the horizon",
        ),
        (
            "tz: UTC\nrrule: FREQ=WEEKLY\ndtstart: 2026-06-01\nlength: 1bd\n",
            "MCM604",
            "1bd",
            "occurrences cannot be counted in business days",
        ),
        (
            "tz: UTC\nrrule: FREQ=WEEKLY\ndtstart: 2026-06-01\nlength: 999999d\n",
            "MCM604",
            "999999d",
            "occurrences never end within the horizon",
        ),
        (
            "tz: UTC\nrrule: FREQ=WEEKLY;UNTIL=20260501T000000Z\ndtstart: 2026-06-01\nlength: 1h\n",
            "MCM604",
            "2026-06-01",
            "recurrence ends before it begins",
        ),
        (
            "tz: UTC\nstart: 2026-06-01\nend: 2026-06-02\nfreeze_before: 999999bd\n",
            "MCM604",
            "999999bd",
            "the freeze before an occurrence never ends: it is longer than a year",
        ),
    ];
    for (head, rule, marked, message) in cases {
        let head = format!("type: restricted\n{head}");
        assert_eq!(faults(&head), [(rule, marked.to_owned(), message.to_owned())], "{head}");
        assert!(book(&head).schedule.windows.is_empty(), "{head}");
    }
    // Of malformed fields and unknown types other rules speak.
    for head in [
        "type: restricted\ntz: 7\nstart: 2026-06-01\nend: 2026-06-02\n",
        "type: restricted\ntz: UTC\nstart: soon\nend: 2026-06-02\n",
        "type: restricted\ntz: UTC\nrrule: [FREQ=DAILY]\ndtstart: 2026-06-01\nlength: 1h\n",
        "type: restricted\ntz: UTC\nrrule: FREQ=DAILY\ndtstart: 2026-06-01\nlength: 1h\nexdates: [x]\n",
        "type: restricted\ntz: UTC\nrrule: FREQ=DAILY\ndtstart: 2026-06-01\nlength: 1h\nexdates: 2026-06-03\n",
        "type: closed\ntz: UTC\nstart: 2026-06-01\nend: 2026-06-02\n",
        "tz: UTC\nstart: 2026-06-01\nend: 2026-06-02\n",
    ] {
        assert_eq!(faults(head), [], "{head}");
        assert!(book(head).schedule.windows.is_empty(), "{head}");
    }
}

#[test]
fn an_exception_that_leaves_out_nothing_is_told_and_opens_nothing() {
    let head = "type: restricted\ntz: UTC\nrrule: FREQ=DAILY\ndtstart: 2026-06-01T08:00\nlength: 1h\nexdates: \
                [2026-06-03]\n";
    let message = "`exdates` leaves out 2026-06-03T00:00, which is no occurrence";
    assert_eq!(faults(head), [("MCM604", "2026-06-03".to_owned(), message.to_owned())]);
    let facts = book(head);
    assert_eq!(facts.schedule.faults[0].help, "write `2026-06-03T08:00`");
    assert_eq!(shown(&facts.schedule.windows[0].occurrences[2]), "2026-06-03T08:00:00Z 2026-06-03T09:00:00Z");
}

#[test]
fn a_boundary_in_a_coming_clock_change_is_told_once() {
    let head =
        "type: restricted\ntz: Europe/Berlin\nrrule: FREQ=DAILY\ndtstart: 2026-01-01T02:30\nlength: 1h\n";
    let facts = book(head);
    let [fault] = &facts.schedule.faults[..] else { panic!("one fault: {:?}", facts.schedule.faults) };
    assert_eq!(fault.rule, "MCM603");
    assert_eq!(
        fault.message,
        "occurrence 2026-10-25T02:30 starts or ends in a clock change; read as 2026-10-25T00:30Z to \
         2026-10-25T02:30Z"
    );
    assert_eq!(facts.schedule.windows.len(), 1);
}

#[test]
fn until_is_an_instant_and_count_counts_from_the_first() {
    let ends = |rule: &str| {
        let head = format!(
            "type: restricted\ntz: Europe/Berlin\nrrule: {rule}\ndtstart: 2026-05-01T08:00\nlength: 1h\n"
        );
        let facts = book(&head);
        let occurrences = &facts.schedule.windows[0].occurrences;
        (occurrences.len(), occurrences.last().map(|last| last.start.to_string()).unwrap_or_default())
    };
    assert_eq!(ends("FREQ=DAILY;UNTIL=20260503T060000Z"), (3, "2026-05-03T06:00:00Z".to_owned()));
    assert_eq!(ends("FREQ=DAILY;UNTIL=20260503T055959Z"), (2, "2026-05-02T06:00:00Z".to_owned()));
    assert_eq!(ends("FREQ=DAILY;COUNT=40"), (40, "2026-06-09T06:00:00Z".to_owned()));
    assert_eq!(ends("FREQ=WEEKLY;UNTIL=20260501T060000Z"), (1, "2026-05-01T06:00:00Z".to_owned()));
}
