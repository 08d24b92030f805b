//! `mcmbook serve` as a user starts and ends it.

use std::io::{BufRead as _, BufReader};
use std::path::Path;
use std::process::{Child, Command, Stdio};
use std::sync::mpsc::{self, Receiver};

use super::program;
use crate::support::http::{Http, PATIENCE};
use crate::support::run::printed;
use crate::support::{Folder, Repo};

/// A running server, and what it prints.
pub(crate) struct Running {
    child: Child,
    lines: Receiver<String>,
}

impl Running {
    fn start(folder: &Folder, arguments: &[&str]) -> Running {
        Running::start_at(&folder.path(), arguments)
    }

    pub(crate) fn start_at(folder: &Path, arguments: &[&str]) -> Running {
        let mut child = Command::new(program())
            .args(["serve", "--port", "0"])
            .args(arguments)
            .arg(folder)
            .stderr(Stdio::piped())
            .spawn()
            .expect("the program starts");
        let stderr = BufReader::new(child.stderr.take().expect("it is a pipe"));
        let (sender, lines) = mpsc::channel();
        std::thread::spawn(move || {
            stderr.lines().map_while(Result::ok).try_for_each(|line| sender.send(line))
        });
        Running { child, lines }
    }

    /// The next line that begins so, without it.
    fn line(&self, begin: &str) -> String {
        loop {
            let line = self.lines.recv_timeout(PATIENCE).expect("the line comes in time");
            if let Some(rest) = line.strip_prefix(begin) {
                return rest.trim().to_owned();
            }
        }
    }

    /// The port that it tells.
    pub(crate) fn port(&self) -> u16 {
        let told = self.line("Serving http://");
        let port = told.split_once(':').and_then(|(_, rest)| rest.split_once('/'));
        port.and_then(|(port, _)| port.parse().ok()).unwrap_or_else(|| panic!("{told:?} has no port"))
    }
}

impl Drop for Running {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

#[cfg(unix)]
#[test]
fn it_serves_a_book_until_it_is_asked_to_end() {
    let folder = Folder::book();
    folder.write("content/index.md", "---\ntitle: Home\n---\n\nThe words of the home page.\n");
    for signal in ["INT", "TERM"] {
        let mut running = Running::start(&folder, &["-n", "127.0.0.1"]);
        let http = Http { port: running.port() };
        let home = http.get("/");
        assert_eq!(home.status, 200, "{home:?}");
        assert!(home.text().contains("The words of the home page."), "{}", home.text());
        let mut events = http.events("/__mcmbook/events", &[]);
        assert!(events.next().is_some());

        let words = format!("Other words, {signal}.");
        folder.write(
            "content/index.md",
            format!("---\ntitle: Home\n---\n\nThe words of the home page. {words}\n"),
        );
        events.find(|_| http.get("/").text().contains(&words));
        let rebuilt = running.line("Rebuilt after ");
        assert!(rebuilt.starts_with("content/index.md: "), "{rebuilt}");

        let id = running.child.id().to_string();
        let sent = Command::new("kill").args([format!("-{signal}"), id]).status().expect("kill is there");
        assert!(sent.success());
        assert!(events.next().is_none(), "open streams end");
        assert_eq!(running.child.wait().expect("it ends").code(), Some(0), "after SIG{signal}");
    }
}

/// What somebody answers for is told on the page, and counted by nobody.
#[test]
fn what_is_waived_is_not_counted() {
    let folder = Folder::book();
    folder.write(
        "content/services/ledger.md",
        "---\ntitle: Ledger\nowner: ana\ntier: 2\nteam: core\n---\n\n# Ledger\n\n## Scope\n\n## Scope\n",
    );
    let settings = std::fs::read_to_string(folder.path().join("book.toml")).expect("it is there");
    let found = |http: Http| {
        let told = http.get("/__mcmbook/findings.json").json();
        let all = told["findings"].as_array().expect("a list").iter();
        let codes: Vec<String> = all.map(|one| one["code"].as_str().unwrap_or_default().to_owned()).collect();
        codes
    };
    let running = Running::start(&folder, &["-n", "127.0.0.1"]);
    let http = Http { port: running.port() };
    let mut events = http.events("/__mcmbook/events", &[]);
    assert!(events.next().is_some());
    let codes = found(http);
    assert!(!codes.is_empty() && codes.iter().all(|code| *code == codes[0]), "{codes:?}");
    let waiver = format!(
        "\n[[waiver]]\nrule = \"{}\"\nwhere = \"services\"\nowner = \"ana\"\nreason = \"soon\"\nexpires = \"2999-03-31\"\n",
        codes[0]
    );
    folder.write("book.toml", settings.clone() + &waiver);
    events.find(|_| found(http).is_empty());
    assert!(running.line("Rebuilt after book.toml").ends_with("no findings"));
    let page = http.get("/services/ledger/index.html");
    assert!(page.text().contains("waived by @ana"), "{}", page.text());
    folder.write("book.toml", settings);
    events.find(|_| found(http) == codes);
}

/// What `check` lets pass is no finding here, either.
#[test]
fn what_the_baseline_lets_pass_is_not_told() {
    let folder = Folder::book();
    folder.write("content/index.md", "# Home\n\n## Same\n\n## Same\n");
    folder.write("content/index.html.md", "# Below a page\n");
    let number = || {
        let running = Running::start(&folder, &["-n", "127.0.0.1"]);
        let told = Http { port: running.port() }.get("/__mcmbook/findings.json").json();
        told["findings"].as_array().expect("a list").len()
    };
    assert_eq!(number(), 2);
    printed(&folder.path(), &["baseline"]);
    assert_eq!(number(), 0);
}

#[test]
fn the_edited_page_comes_first_and_the_register_after() {
    let folder = Folder::book();
    let request = "content/changes/2026/MCM-2026-0001/request.md";
    folder.write(request, "---\ntitle: Move the orders\n---\n\n# Move the orders\n");
    folder.write("content/guide/index.md", "---\ntitle: Guide\n---\n\n# Guide\n");
    let running = Running::start(&folder, &["-n", "127.0.0.1"]);
    let http = Http { port: running.port() };
    let mut events = http.events("/__mcmbook/events", &[]);
    assert!(events.next().is_some());
    // News of two editions may be one event.
    let mut comes = |path: &str, words: &str| {
        let is_there = || http.get(path).text().contains(words);
        if !is_there() {
            events.find(|_| is_there());
        }
    };
    comes("/changes/index.html", "Move the orders");
    // A known document, then one that is new, then that one as a known one.
    let title = |title: &str| format!("---\ntitle: {title}\n---\n\n# {title}\n");
    for (document, page, words) in [
        (request, "/changes/2026/MCM-2026-0001/index.html", "Copy the orders"),
        ("content/guide/new.md", "/guide/new/index.html", "New words"),
        ("content/guide/new.md", "/guide/new/index.html", "Newer words"),
    ] {
        write_at_once(&folder, document, &title(words));
        comes(page, words);
        let first = running.line("Rebuilt after ");
        assert!(first.starts_with(document) && first.contains(": 1 changed file in"), "{first}");
        while !running.line("Rebuilt after ").contains(" changed files in") {}
    }
    comes("/changes/index.html", "Copy the orders");
    comes("/changes/2026/MCM-2026-0001/change.json", "Copy the orders");
    comes("/guide/index.html", "Newer words");
}

/// Writes a file in one step, so that nobody sees half of it.
fn write_at_once(folder: &Folder, path: &str, text: &str) {
    folder.write(&format!("{path}~"), text);
    let at = |path: &str| folder.path().join(path);
    std::fs::rename(at(&format!("{path}~")), at(path)).expect("both are in one folder");
}

/// The theme is kept from one first page to the next, as long as its files are the same.
#[test]
fn a_first_page_has_the_theme_as_it_stands() {
    const FOOTER: &str = "themes/default/templates/hooks/footer.html";
    let folder = Folder::book();
    folder.write("content/a.md", "# A\n");
    folder.write(FOOTER, "<p>The foot.</p>\n");
    let running = Running::start(&folder, &["-n", "127.0.0.1"]);
    let http = Http { port: running.port() };
    let mut events = http.events("/__mcmbook/events", &[]);
    assert!(events.next().is_some());
    let has = |words: &str| http.get("/a/index.html").text().contains(words);
    let mut comes = |words: &str| {
        while !has(words) {
            events.next().expect("the server is there");
        }
    };
    for (words, foot) in [("Second words", "The foot."), ("Third words", "Another foot.")] {
        if !has(foot) {
            write_at_once(&folder, FOOTER, &format!("<p>{foot}</p>\n"));
        }
        comes(foot);
        write_at_once(&folder, "content/a.md", &format!("# A\n\n{words}\n"));
        comes(words);
        assert!(has(foot), "{foot}");
        while !running.line("Rebuilt after ").starts_with("content/a.md: ") {}
    }
}

/// The first page believes that nothing but its document is another; what nobody tells of is seen by the rest.
#[test]
fn the_rest_of_a_site_is_what_stands_there() {
    let repo = Repo::new();
    repo.write("content/a.md", "# A\n");
    repo.commit("a document");
    repo.write("content/b.md", "# B\n");
    let running = Running::start_at(&repo.path(), &["-n", "127.0.0.1"]);
    let http = Http { port: running.port() };
    let mut events = http.events("/__mcmbook/events", &[]);
    assert!(events.next().is_some());
    assert_eq!(http.get("/b/index.html").status, 200);
    // A name with a dot in front is no file of the book, and not heard of.
    repo.write("content/.gitignore", "b.md\n");
    repo.write("content/a.md", "# Another\n");
    let is_seen = || http.get("/b/index.html").status == 404;
    if !is_seen() {
        events.find(|_| is_seen());
    }
    assert!(is_seen() && http.get("/a/index.html").text().contains("Another"));
}

#[test]
fn it_refuses_what_it_cannot_serve() {
    let folder = Folder::book();
    let run = |arguments: &[&str]| {
        let output = Command::new(program()).arg("serve").args(arguments).arg(folder.path()).output();
        let output = output.expect("the program starts");
        (output.status.code(), String::from_utf8_lossy(&output.stderr).into_owned())
    };
    let (code, text) = run(&["-n", "0.0.0.0"]);
    assert_eq!(code, Some(2), "{text}");
    assert!(text.contains("no loopback address") && text.contains("help: "), "{text}");

    let taken = std::net::TcpListener::bind("127.0.0.1:0").expect("there is a free port");
    let port = taken.local_addr().expect("it is bound").port().to_string();
    let (code, text) = run(&["-n", "127.0.0.1", "-p", &port]);
    assert_eq!(code, Some(3), "{text}");
    assert!(
        text.contains(&format!("port {port} of `127.0.0.1` is in use")) && text.contains(" -p "),
        "{text}"
    );
}
