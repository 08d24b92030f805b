use std::sync::Arc;

use jiff::{SignedDuration, Timestamp};

use crate::analysis::analyze;
use crate::facts::approval::grant::Grants;
use crate::facts::book::view;
use crate::facts::calendar::Governing;
use crate::memo::Memo;
use crate::outputs::site::tests::{book, built, text};
use crate::outputs::site::{Site, SiteOptions, Theme};
use crate::verdicts::gate::{Grounds, Question, decide};

const WINDOWS: [(&str, &str); 6] = [
    (
        "content/windows/close.md",
        "---\ntitle: The close\nowner: ana\ntype: restricted\nlevel: hard\ntz: Europe/Berlin\n\
         rrule: FREQ=MONTHLY;BYMONTHDAY=28\ndtstart: 2026-01-28T00:00\nlength: 4d\nfreeze_before: 2d\n\
         scope:\n  services: [ledger]\n---\n# The close\n",
    ),
    (
        "content/windows/peak.md",
        "---\ntitle: Peak\nowner: ana\ntype: restricted\nlevel: soft\ntz: America/New_York\n\
         rrule: FREQ=WEEKLY;BYDAY=MO,TU,WE,TH,FR\ndtstart: 2026-01-05T08:00\nlength: 10h\nallow: [minor]\n\
         scope:\n  tiers: [0, 1]\n---\n# Peak\n",
    ),
    (
        "content/windows/freeze.md",
        "---\ntitle: Year end\nowner: ana\ntype: freeze\nlevel: hard\ntz: Europe/Berlin\n\
         start: 2026-12-18T18:00\nend: 2027-01-04T06:00\nscope:\n  tiers: [0, 1, 2]\n  \
         environments: [production, staging]\n---\n# Year end\n",
    ),
    (
        "content/windows/nights.md",
        "---\ntitle: Nights\nowner: ana\ntype: maintenance\nlevel: soft\ntz: Europe/Berlin\n\
         rrule: FREQ=DAILY\ndtstart: 2026-01-01T01:00\nlength: 4h\nscope:\n  services: [store]\n---\n# Nights\n",
    ),
    ("content/services/ledger.md", "---\ntitle: Ledger\nowner: ana\ntier: 0\nteam: finance\n---\n# Ledger\n"),
    (
        "content/services/store.md",
        "---\ntitle: Store\nowner: ana\ntier: 2\nteam: shop\nmaintenance: [nights]\n---\n# Store\n",
    ),
];

/// Numbers that are the same in every run (a linear congruential generator, Knuth's constants).
fn numbers(seed: u64) -> impl Iterator<Item = u64> {
    let step = |last: &u64| {
        Some(last.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407))
    };
    std::iter::successors(Some(seed), step).skip(1).map(|number| number >> 33)
}

/// For random instants what the file of a site says that is built for that instant, and of one built weeks before, say what the
/// gate says at that instant, service by service.
#[test]
fn the_file_and_the_gate_say_the_same_at_random_instants() {
    let mut inputs = book(&WINDOWS);
    let first: Timestamp = "2026-10-01T00:00:00Z".parse().expect("an instant");
    inputs.as_of = first;
    let theme = Theme::built_in().expect("the built-in theme is whole");
    let (mut judged, mut words) = (0, std::collections::BTreeSet::new());
    for (number, random) in numbers(20_261_127).take(44).enumerate() {
        let minutes = i64::try_from(random % (120 * 24 * 60)).expect("it is small");
        let mut at = first + SignedDuration::from_mins(minutes);
        if number % 4 == 0 {
            // Edges are where two readings differ: a freeze that begins and one that ends, to the instant.
            let edge =
                ["2026-12-18T17:00:00Z", "2027-01-04T05:00:00Z", "2026-10-25T22:00:00Z"][number / 4 % 3];
            at = edge.parse().expect("an instant");
            at += SignedDuration::from_nanos([0, -1, 1][number / 12 % 3]);
        }
        let back = i64::try_from(random % 30).expect("it is small");
        for seen_from in [at, at - SignedDuration::from_hours(24 * back)] {
            inputs.as_of = seen_from;
            let memo = Memo::default();
            let analysis = analyze(Arc::new(inputs.clone()), &memo);
            let options = SiteOptions::default();
            let site = Site::new(&analysis, &theme, &options, &memo);
            let data = serde_json::to_value(&site.in_force().data).expect("a tree of text and numbers");
            assert!(data["from"].as_str().and_then(|t| t.parse().ok()) == Some(seen_from));
            inputs.as_of = at;
            let now = analyze(Arc::new(inputs.clone()), &memo);
            let (grants, windows) = (Grants::of(&now.facts.approvals), Governing::of(&now.facts));
            let grounds =
                Grounds { facts: &now.facts, grants: &grants, windows: &windows, findings: &now.findings };
            for environment in ["production", "staging"] {
                for (index, _) in now.facts.book.of_kind("service") {
                    let service = now.facts.book.name_of(index).to_owned();
                    assert!(view::service(&now.facts.book, &service).is_some());
                    let (word, next) = told(&data, &service, environment, at);
                    let question = Question::of_calendar(&service, environment, at);
                    let answer = decide(grounds, &question);
                    let gate = (answer.word.word().to_owned(), answer.next.map(|next| next.to_string()));
                    assert_eq!((word, next), gate, "{service} in {environment} at {at}, from {seen_from}");
                    words.insert(gate.0);
                    judged += 1;
                }
            }
        }
    }
    assert_eq!(judged, 44 * 2 * 4);
    assert!(words.contains("ALLOW") && words.contains("WAIT"), "{words:?}");
}

/// What the file says of a service at a moment.
fn told(
    data: &serde_json::Value,
    service: &str,
    environment: &str,
    at: Timestamp,
) -> (String, Option<String>) {
    let groups = data["groups"].as_array().expect("groups");
    let is_it = |group: &&serde_json::Value| {
        let services = group["services"].as_array().expect("services");
        group["environment"] == environment && services.iter().any(|name| name == service)
    };
    let group = groups.iter().find(is_it).unwrap_or_else(|| panic!("{service} in {environment}"));
    let until: Timestamp = data["until"].as_str().and_then(|text| text.parse().ok()).expect("an end");
    assert!(at < until, "{at} lies behind {until}");
    let mut pieces = group["pieces"].as_array().expect("pieces").iter();
    let begun = |piece: &&serde_json::Value| {
        piece["from"].as_str().and_then(|text| text.parse::<Timestamp>().ok()).expect("a start") <= at
    };
    let piece = pieces.rfind(begun).expect("the first one has begun");
    let next = piece["next_transition"].as_str().map(str::to_owned);
    (piece["decision"].as_str().expect("a word").to_owned(), next)
}

#[test]
fn a_window_that_cannot_be_read_makes_every_service_unknown() {
    let mut files = WINDOWS.to_vec();
    files[1].1 =
        "---\ntitle: Peak\nowner: ana\ntype: restricted\nlevel: soft\ntz: Europe/Nowhere\n---\n# Peak\n";
    let output = built(book(&files));
    let home = text(&output, "index.html");
    assert!(home.contains("not known: counts as closed"));
    assert!(!home.contains(">open<"), "nothing may be shown as open");
    assert!(text(&output, "calendar/index.html").contains("These windows cannot be read"));
}

#[test]
fn the_pages_of_the_calendar_are_bounded_and_say_when_nothing_is_there() {
    let mut inputs = book(&WINDOWS);
    inputs.as_of = "2026-11-27T20:00:00Z".parse().expect("an instant");
    let output = built(inputs);
    let months = output.files.keys().filter(|path| path.starts_with("calendar/20")).count();
    assert_eq!(months, 25);
    let december = text(&output, "calendar/2026-12/index.html");
    for part in ["Year end", "from 17:00", "all day", "UTC", "Nights"] {
        assert!(december.contains(part), "{part}");
    }
    let mut inputs = book(&[("content/index.md", "# Empty\n")]);
    inputs.as_of = "2026-11-27T20:00:00Z".parse().expect("an instant");
    let output = built(inputs);
    let month = text(&output, "calendar/2026-12/index.html");
    assert!(month.contains("No window, no freeze and no slot touches this month."));
    assert!(text(&output, "calendar/index.html").contains("No two changes that may still run meet."));
    assert!(text(&output, "exceptions/index.html").contains("No exception has been written."));
    assert!(text(&output, "postponed/index.html").contains("No change."));
    assert!(text(&output, "index.html").contains("No window and no freeze holds."));
}
