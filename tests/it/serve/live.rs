//! What changes on disk is seen, and what cannot be built does not replace what could.

use std::sync::mpsc;

use mcmbook::hosts::serve::{Server, Trigger};

use super::{Show, options, shell, site};
use crate::support::http::{Answer, Event, Events, Http, PATIENCE};
use crate::support::{Folder, load};

fn is_changed(event: &Event, path: &str) -> bool {
    event.changed().contains(&path)
}

/// The edition that a page was made from, as its script says it.
fn edition(page: &Answer) -> String {
    let value = |name: &str| {
        let from = page.text().split_once(&format!("{name}=\"")).expect(name).1;
        from.split_once('"').expect("a quoted value").0.to_owned()
    };
    format!("{}.{}", value("data-start"), value("data-generation"))
}

/// The stream as the script of a page opens it.
fn follow(show: &Show, path: &str) -> Events {
    let mut events = show.http.events(&format!("/__mcmbook/events?{}", edition(&show.http.get(path))), &[]);
    let first = events.next().expect("an event at once");
    assert_eq!((first.changed(), &first.data["all"]), (vec![], &false.into()), "nothing was missed");
    events
}

#[test]
fn a_changed_file_reaches_the_browser() {
    let show = Show::small();
    let mut events = follow(&show, "/a.html");
    show.folder.write("content/a.md", "second");
    // A file that is not saved in one step may be seen empty first.
    let event = events.find(|event| {
        let page = show.http.get("/a.html");
        page.text().contains("second") && edition(&page) == event.id
    });
    assert!(is_changed(&event, "a.html") && !is_changed(&event, "index.html"), "{event:?}");
}

#[test]
fn files_and_folders_come_go_and_are_renamed() {
    let show = Show::small();
    let mut events = follow(&show, "/a.html");
    let dir = show.folder.path();

    show.folder.write("content/new/deep/b.md", "made");
    events.find(|event| is_changed(event, "new/deep/b.html"));
    show.folder.write("content/new/deep/b.md", "made in a folder that was not there");
    events.find(|_| show.http.get("/new/deep/b.html").text().contains("was not there"));

    show.save("content/a.md", "saved by an editor");
    events.find(|event| is_changed(event, "a.html"));
    assert!(show.http.get("/a.html").text().contains("saved by an editor"));

    std::fs::rename(dir.join("content/new"), dir.join("content/other")).expect("renamed");
    events.find(|_| show.http.get("/other/deep/b.html").status == 200);
    assert_eq!(show.http.get("/new/deep/b.html").status, 404);

    std::fs::remove_dir_all(dir.join("content/other")).expect("removed");
    events.find(|_| show.http.get("/other/deep/b.html").status == 404);

    // An attachment has the same place in the output, whatever is in it.
    show.folder.write("content/run.log", "one");
    events.find(|event| is_changed(event, "run.log"));
    show.folder.write("content/run.log", "two");
    events.find(|event| is_changed(event, "run.log"));
}

#[test]
fn the_whole_book_may_be_replaced() {
    let show = Show::small();
    let mut events = follow(&show, "/a.html");
    let dir = show.folder.path();
    // The watched folder itself goes, and another takes its name.
    std::fs::rename(dir.join("content"), dir.join("old")).expect("renamed");
    show.folder.write("content/a.md", "another folder");
    events.find(|_| show.http.get("/a.html").text().contains("another folder"));
    show.save("content/a.md", "and still seen");
    events.find(|_| show.http.get("/a.html").text().contains("and still seen"));
    // `book.toml` names another folder.
    show.save("book.toml", "[book]\ntitle = \"Changes\"\nsrc = \"old\"\n");
    events.find(|_| show.http.get("/a.html").text().contains("first"));
    show.save("old/a.md", "seen in the other folder");
    events.find(|_| show.http.get("/a.html").text().contains("in the other folder"));
}

#[test]
fn a_failed_build_keeps_the_last_good_site_and_tells_why() {
    let show = Show::small();
    let findings = || show.http.get("/__mcmbook/findings.json").json();
    let good = findings();
    assert_eq!((&good["failed"], good["findings"].as_array().map(Vec::len)), (&false.into(), Some(0)));
    let mut events = follow(&show, "/a.html");

    show.save("content/a.md", "BROKEN");
    let event = events.find(|_| findings()["failed"] == true);
    assert!(event.changed().is_empty(), "no page changed");
    assert!(show.http.get("/a.html").text().contains("first"), "the last good page");
    let told = findings();
    let expected = serde_json::json!({
        "severity": "error",
        "code": "MCM999",
        "path": "content/a.md",
        "line": 1,
        "column": 3,
        "message": "the document says that it is broken",
        "help": ["write something else"],
    });
    assert_eq!((&told["errors"], &told["findings"][0]), (&1.into(), &expected));
    assert_ne!(told["id"], good["id"]);

    show.save("content/a.md", "mended");
    let event = events.find(|_| findings()["failed"] == false);
    assert!(is_changed(&event, "a.html"), "{event:?}");
    assert!(show.http.get("/a.html").text().contains("mended"));
    assert_eq!(findings()["id"], good["id"]);
}

#[test]
fn a_book_that_cannot_be_built_at_first_appears_when_it_can() {
    let show = Show::of(&[("content/a.md", b"BROKEN")]);
    let page = show.http.get("/a.html");
    assert_eq!(page.status, 404);
    assert!(page.text().contains("could not be built") && page.text().contains("/__mcmbook/reload.js"));
    let mut events = follow(&show, "/a.html");
    show.save("content/a.md", "mended");
    events.find(|event| is_changed(event, "a.html"));
    assert!(show.http.get("/a.html").text().contains("mended"));
}

#[test]
fn a_wrong_book_toml_is_told_with_its_place() {
    let show = Show::small();
    let mut events = follow(&show, "/a.html");
    show.save("book.toml", "[book]\ntitle = 7\n");
    events.find(|_| show.http.get("/__mcmbook/findings.json").json()["failed"] == true);
    let told = show.http.get("/__mcmbook/findings.json").json();
    let first = &told["findings"][0];
    assert_eq!((&first["path"], &first["line"]), (&"book.toml".into(), &2.into()), "{told}");
    assert_eq!(show.http.get("/a.html").status, 200);
}

#[test]
fn who_was_away_learns_what_was_missed() {
    let show = Show::small();
    let before = edition(&show.http.get("/a.html"));
    let mut events = follow(&show, "/a.html");
    show.save("content/a.md", "second");
    let event = events.find(|event| is_changed(event, "a.html"));

    // A page that was made before the change and connects after it, by its script or by the browser itself.
    let from_query = show.http.events(&format!("/__mcmbook/events?{before}"), &[]).next();
    let from_header = show.http.events("/__mcmbook/events?x.0", &[("Last-Event-ID", &before)]).next();
    for missed in [from_query, from_header] {
        let missed = missed.expect("an event at once");
        assert!(is_changed(&missed, "a.html") && missed.data["all"] == false, "{missed:?}");
        assert_eq!(missed.id, event.id);
    }
    let up_to_date = show.http.events(&format!("/__mcmbook/events?{}", event.id), &[]).next();
    assert_eq!(up_to_date.expect("an event at once").changed(), [""; 0]);
    // Another run of the server, or no word of where the page comes from: anything may have changed.
    for query in ["?0123456789abcdef.1", "?nonsense", ""] {
        let all = show.http.events(&format!("/__mcmbook/events{query}"), &[]).next();
        assert_eq!(all.expect("an event at once").data["all"], true, "{query}");
    }
}

#[test]
fn a_build_at_work_holds_up_neither_pages_nor_the_end() {
    let folder = Folder::book();
    folder.write("content/a.md", "first");
    let dir = folder.path();
    let root = load(&dir).expect("the book is right").root;
    let (begun, begins) = mpsc::channel();
    let (gate, opened) = mpsc::channel::<()>();
    let rebuild = move |trigger: &Trigger| {
        if matches!(trigger, Trigger::Changed(_)) {
            begun.send(()).expect("the test listens");
            // It ends with the test.
            let _ = opened.recv();
        }
        site(&dir)
    };
    let server = Server::start(&options("127.0.0.1", 0), &shell(), &root, rebuild).expect("a free port");
    let http = Http { port: server.port() };
    let mut events = http.events("/__mcmbook/events", &[]);
    assert!(events.next().is_some());

    folder.write("content/a.md", "second");
    begins.recv_timeout(PATIENCE).expect("a build begins");
    assert!(http.get("/a.html").text().contains("first"));
    server.stop();
    assert!(events.next().is_none(), "the stream ends whole");
    drop(gate);
}
