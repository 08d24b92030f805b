//! `calendar list`, `show` and `next`: the strictest wins, UTC stands beside local, and the gate says the same.

use serde_json::Value;

use crate::approvals::book::Book;
use crate::gate::command::ask;
use crate::support::Folder;
use crate::support::run::{outcome, printed, same};

const SERVICES: [(&str, &str); 3] = [("checkout", ""), ("ledger", ""), ("depot", "maintenance: [nights]\n")];

const SOFT: &str = "---\ntitle: Sale\nowner: a\ntype: restricted\nlevel: soft\nreason: business\ntz: Europe/Berlin\n\
start: 2026-12-01T00:00\nend: 2026-12-20T00:00\nfreeze_before: 2d\nscope: {services: [checkout, ledger]}\n---\n";

const HARD: &str = "---\ntitle: Freeze\nowner: a\ntype: freeze\nlevel: hard\nreason: business\ntz: America/New_York\n\
start: 2026-12-10T00:00\nend: 2026-12-12T00:00\nscope: {services: [checkout]}\nallow: [standard]\n---\n";

const NIGHTS: &str = "---\ntitle: Nights\nowner: a\ntype: maintenance\nreason: business\ntz: UTC\n\
rrule: FREQ=WEEKLY;BYDAY=SU\ndtstart: 2026-01-04T22:00\nlength: 4h\nscope: {services: [depot]}\n---\n";

fn book() -> Folder {
    let book = Folder::book();
    for (name, more) in SERVICES {
        let text = format!("---\ntitle: {name}\nowner: a\ntier: 1\nteam: shop\n{more}---\n");
        book.write(&format!("content/services/{name}.md"), text);
    }
    for (name, text) in [("sale", SOFT), ("freeze", HARD), ("nights", NIGHTS)] {
        book.write(&format!("content/windows/{name}.md"), text);
    }
    book
}

fn show(book: &Folder, at: &str) -> Value {
    let text = printed(&book.path(), &["calendar", "show", "--at", at, "--format", "json"]);
    serde_json::from_str(&text).expect("JSON")
}

fn states(answer: &Value) -> Vec<(String, String)> {
    let text = |value: &Value| value.as_str().unwrap_or("-").to_owned();
    let services = answer["services"].as_array().expect("services").iter();
    services.map(|service| (text(&service["service"]), text(&service["state"]))).collect()
}

#[test]
fn the_strictest_wins_and_ends_are_not_included() {
    let book = book();
    for (at, checkout, ledger, depot) in [
        ("2026-11-28T22:59:59Z", "open", "open", "outside-maintenance"),
        ("2026-11-28T23:00:00Z", "frozen", "frozen", "outside-maintenance"),
        ("2026-11-30T22:59:59Z", "frozen", "frozen", "outside-maintenance"),
        ("2026-11-30T23:00:00Z", "restricted", "restricted", "outside-maintenance"),
        ("2026-12-10T05:00:00Z", "frozen", "restricted", "outside-maintenance"),
        ("2026-12-12T04:59:59Z", "frozen", "restricted", "outside-maintenance"),
        ("2026-12-12T05:00:00Z", "restricted", "restricted", "outside-maintenance"),
        ("2026-12-19T23:00:00Z", "open", "open", "outside-maintenance"),
        ("2026-12-20T22:00:00Z", "open", "open", "open"),
        ("2026-12-21T01:59:59Z", "open", "open", "open"),
        ("2026-12-21T02:00:00Z", "open", "open", "outside-maintenance"),
    ] {
        let wanted = [("checkout", checkout), ("depot", depot), ("ledger", ledger)];
        let wanted: Vec<_> = wanted.iter().map(|(a, b)| ((*a).to_owned(), (*b).to_owned())).collect();
        assert_eq!(states(&show(&book, at)), wanted, "{at}");
    }
}

#[test]
fn a_change_is_announced_with_what_comes_then() {
    let answer = show(&book(), "2026-12-11T00:00:00Z");
    let checkout = &answer["services"][0];
    assert_eq!(checkout["window"], "freeze");
    assert_eq!(checkout["until"]["utc"], "2026-12-12T05:00:00Z");
    assert_eq!(checkout["until"]["local"], "2026-12-12T00:00:00-05:00");
    assert_eq!(checkout["until"]["zone"], "America/New_York");
    assert_eq!(checkout["then"], "restricted");
    assert!(answer["tzdata"].as_str().is_some_and(|version| version.starts_with("20")));
}

#[test]
fn text_gives_utc_with_local_beside_it() {
    let at =
        ["calendar", "list", "--from", "2026-12-09T00:00:00Z", "--to", "2026-12-11T00:00:00Z", "--as-of"];
    let text = printed(&book().path(), &[&at[..], &["2026-12-01T00:00:00Z"]].concat());
    let tzdata = text.rsplit_once("time zones ").expect("the version is told").1.trim().to_owned();
    let text = text.replace(&tzdata, "[DATA]");
    same(
        &text,
        snapbox::str![[r#"
2026-11-30T23:00:00Z  2026-12-19T23:00:00Z  restricted soft sale  [2026-12-01 00:00 to 2026-12-20 00:00 Europe/Berlin]  checkout, ledger in production
2026-12-10T05:00:00Z  2026-12-12T05:00:00Z  freeze hard freeze  [2026-12-10 00:00 to 2026-12-12 00:00 America/New_York]  checkout in production
judged at 2026-12-01T00:00:00Z; windows known from 2024-12-01T00:00:00Z to 2028-12-01T00:00:00Z; time zones [DATA]

"#]],
    );
}

#[test]
fn a_window_that_cannot_be_read_opens_nothing() {
    let book = book();
    book.write("content/windows/broken.md", "---\ntitle: B\nowner: a\ntype: freeze\ntz: Mars/Base\n---\n");
    let answer = show(&book, "2026-11-01T00:00:00Z");
    assert!(states(&answer).iter().all(|(_, state)| state == "unknown"), "{answer}");
    assert!(!answer["unreadable"].as_array().expect("a list").is_empty());
    let (code, told) = outcome(&book.path(), &["calendar", "export"]);
    assert_eq!(code, Some(3), "{told}");
    assert!(told.contains("cannot be read"), "{told}");
}

#[test]
fn beyond_what_is_known_nothing_is_open() {
    let book = book();
    let list =
        ["calendar", "next", "--at", "2026-11-01T00:00:00Z", "--service", "ledger", "--format", "json"];
    let answer: Value = serde_json::from_str(&printed(&book.path(), &list)).expect("JSON");
    let next: Vec<_> = answer["windows"].as_array().expect("windows").iter().collect();
    assert_eq!(next.len(), 2, "the freeze before, and the window: {next:?}");
    assert_eq!((&next[0]["type"], &next[1]["type"]), (&"freeze-before".into(), &"restricted".into()));
    assert_eq!(answer["known_until"], "2028-11-01T00:00:00Z");
}

#[test]
fn wrong_calls_are_told() {
    let book = book();
    for (more, told) in [
        (&["list", "--from", "2026-12-02T00:00:00Z", "--to", "2026-12-01T00:00:00Z"][..], "not after"),
        (&["show", "--service", "chekout"], "did you mean `checkout`?"),
        (&["show", "--at", "tomorrow"], "write `now`"),
        (&["export", "--team", "shp"], "did you mean `shop`?"),
    ] {
        let (code, text) = outcome(&book.path(), &[&["calendar"][..], more].concat());
        assert_eq!(code, Some(2), "{more:?}: {text}");
        assert!(text.contains(told), "{more:?}: {text}");
    }
}

#[test]
fn answers_have_the_published_form_and_are_the_same_every_time() {
    let book = book();
    let schema: Value =
        serde_json::from_str(&printed(&book.path(), &["schema", "--calendar"])).expect("JSON");
    let mut schemas = boon::Schemas::new();
    let mut compiler = boon::Compiler::new();
    compiler.add_resource("mem:calendar", schema).expect("a schema");
    let index = compiler.compile("mem:calendar", &mut schemas).expect("it compiles");
    for verb in ["list", "show", "next"] {
        let at = if verb == "list" { "--from" } else { "--at" };
        let mut call = vec!["calendar", verb, at, "2026-12-01T00:00:00Z", "--format", "json"];
        if verb == "list" {
            call.extend(["--as-of", "2026-12-01T00:00:00Z"]);
        }
        let text = printed(&book.path(), &call);
        assert_eq!(text, printed(&book.path(), &call), "{verb}");
        let answer: Value = serde_json::from_str(&text).expect("JSON");
        if let Err(error) = schemas.validate(&answer, index) {
            panic!("{verb}: {error}");
        }
    }
}

#[test]
fn the_gate_says_the_same_as_the_calendar() {
    let book = Book::adopted();
    for (name, text) in [("sale", SOFT), ("freeze", HARD)] {
        book.repo
            .write(&format!("content/windows/{name}.md"), text.replace("[checkout, ledger]", "[checkout]"));
    }
    book.as_person("alice", |book| book.commit("Windows"));
    let mut words = std::collections::BTreeSet::new();
    for day in ["11-28", "11-29", "11-30", "12-01", "12-09", "12-10", "12-11", "12-12", "12-19", "12-20"] {
        for hour in ["04:59:59", "05:00:00", "22:59:59", "23:00:00"] {
            let at = format!("2026-{day}T{hour}Z");
            let show = ["calendar", "show", "--at", &at, "--service", "checkout", "--format", "json"];
            let answer: Value = serde_json::from_str(&printed(&book.repo.book(), &show)).expect("JSON");
            let state = answer["services"][0]["state"].as_str().expect("a state").to_owned();
            let (_, gate) = ask(&book, &["--at", &at]);
            let is_allowed = gate["decision"] == "ALLOW";
            assert_eq!(is_allowed, state == "open", "{at}: {state} {gate}");
            if !is_allowed {
                assert_eq!(gate["next_transition"].is_string(), gate["decision"] == "WAIT");
            }
            words.insert(state);
        }
    }
    assert_eq!(words.into_iter().collect::<Vec<_>>(), ["frozen", "open", "restricted"]);
}
