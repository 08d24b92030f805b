//! Every change of clocks of 2026 and 2027 in ten zones, minute by minute (domain.md 3.3).
//!
//! Python finds the changes itself, and says for each minute around them whether a window holds: what closes
//! holds if any reading of its edges says so, what opens only if all of them do.

use serde_json::{Value, json};

use super::{intervals, python};
use crate::support::Folder;
use crate::support::run::printed;

const ZONES: [&str; 10] = [
    "Europe/Berlin",
    "Europe/London",
    "Europe/Chisinau",
    "America/New_York",
    "America/Santiago",
    "America/St_Johns",
    "America/Havana",
    "Australia/Lord_Howe",
    "Pacific/Auckland",
    "Antarctica/Troll",
];

/// Minutes around the local time at which clocks change: where a window begins, and where it ends.
const EDGES: [(i64, i64); 8] =
    [(-90, 30), (-30, 90), (10, 40), (-10, 15), (0, 60), (-60, 0), (-45, 45), (20, 100)];

fn local(at: &str, minutes: i64) -> String {
    let at: jiff::civil::DateTime = at.parse().expect("a local time");
    let moved = at.checked_add(jiff::SignedDuration::from_mins(minutes)).expect("within the calendar");
    moved.strftime("%Y-%m-%dT%H:%M").to_string()
}

#[test]
fn every_change_of_clocks_is_read_on_the_safe_side() {
    let script = include_str!("judge.py");
    let asked = json!({ "zones": ZONES, "years": [2026, 2027] });
    let found = python(script, &["dateutil"], asked.to_string().as_bytes());
    let book = Folder::book();
    book.write("content/services/checkout.md", "---\ntitle: Checkout\nowner: a\ntier: 1\nteam: shop\n---\n");
    let mut changes: Vec<Value> = Vec::new();
    for zone in ZONES {
        let transitions = found["transitions"][zone].as_array().expect("a list");
        // Some countries skip a year.
        assert!(transitions.len() >= 2, "{zone}: {transitions:?}");
        for transition in transitions {
            let (at, wall) =
                (transition[0].as_i64().expect("seconds"), transition[1].as_str().expect("text"));
            // In autumn the hour before the change comes twice, in spring the hour behind it never.
            let moved = transition[2].as_i64().expect("seconds") / 60;
            for (begin, end) in EDGES {
                for closes in [true, false] {
                    let shift = moved.min(0);
                    changes.push(json!({
                        "tz": zone, "closes": closes, "from": at - 6 * 3600, "to": at + 6 * 3600,
                        "start": local(wall, begin + shift), "end": local(wall, end + shift),
                    }));
                }
            }
        }
    }
    let asked = json!({ "changes": changes });
    let answer = python(script, &["dateutil"], asked.to_string().as_bytes());
    for (number, change) in changes.iter().enumerate() {
        let kind = if change["closes"] == true { "freeze" } else { "maintenance" };
        let text = |key: &str| change[key].as_str().expect("text").to_owned();
        let window = format!(
            "---\ntitle: W\nowner: a\ntype: {kind}\nreason: business\ntz: {}\nstart: {}\nend: {}\n\
             scope: {{services: [checkout]}}\n---\n",
            text("tz"),
            text("start"),
            text("end")
        );
        book.write(&format!("content/windows/w{number:04}.md"), window);
    }
    let list = [
        "calendar",
        "list",
        "--from",
        "2025-12-31T00:00:00Z",
        "--to",
        "2028-01-02T00:00:00Z",
        "--as-of",
        "2026-12-31T00:00:00Z",
        "--format",
        "json",
    ];
    let listed: Value = serde_json::from_str(&printed(&book.path(), &list)).expect("JSON");
    let mut flips = 0;
    for (number, change) in changes.iter().enumerate() {
        let (from, to) = (change["from"].as_i64().expect("seconds"), change["to"].as_i64().expect("seconds"));
        let edges = intervals(&listed, &format!("w{number:04}")).into_iter().flat_map(|(a, b)| [a, b]);
        let own: Vec<i64> = edges.filter(|edge| from < *edge && *edge < to).collect();
        let python: Vec<i64> = answer["minutes"][number]
            .as_array()
            .expect("a list")
            .iter()
            .map(|minute| minute.as_i64().expect("seconds"))
            .collect();
        assert_eq!(own, python, "{change}");
        flips += own.len();
    }
    assert!(changes.len() >= 36 * 16 && flips > changes.len(), "{} changes, {flips} edges", changes.len());
}
