//! The book in which the stories happen: the example company of this repository with keys that sign.

use std::collections::BTreeMap;
use std::path::Path;

use jiff::Timestamp;
use mcmbook::analysis::analyze;
use mcmbook::facts::approval::grant::Grants;
use mcmbook::facts::approval::subject::Manifest;
use mcmbook::facts::calendar::Governing;
use mcmbook::hosts::workspace::{self, AsOf, LoadOptions};
use mcmbook::memo::Memo;
use mcmbook::text::ContentHash;
use mcmbook::verdicts::gate::Grounds;
use mcmbook::verdicts::lifecycle;
use serde_json::{Map, Value};

use super::script::{Act, LogOf};
use crate::approvals::book::Book;
use crate::records::as_person;
use crate::support::{files_below, run::program};

/// The people who do or sign something.
const PEOPLE: [&str; 16] = [
    "ana", "bea", "claire", "elin", "george", "irina", "karl", "lena", "mei", "nadia", "oluwa", "raj",
    "tomas", "victor", "hugo", "ci",
];

/// The hours of the card payments: a restricted window with a freeze of a day before it, in the place of the
/// one that comes back every working day.
const HOURS: [(&str, &str); 3] = [
    (
        "rrule: FREQ=WEEKLY;BYDAY=MO,TU,WE,TH,FR\ndtstart: 2026-01-05T08:00\nlength: 14h\n",
        "start: 2026-09-16T08:00\nend: 2026-09-16T22:00\n",
    ),
    ("freeze_before: 0m", "freeze_before: 1d"),
    ("services: [edge-proxy, checkout, payments, orders, identity]", "services: [checkout, payments]"),
];

fn own(path: &str) -> std::path::PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join(path)
}

fn text(path: &Path) -> String {
    std::fs::read_to_string(path).unwrap_or_else(|error| panic!("{}: {error}", path.display()))
}

fn replaced(text: &str, what: &str, by: &str) -> String {
    assert_eq!(text.matches(what).count(), 1, "it stands once: {what}");
    text.replacen(what, by, 1)
}

/// A book and the change of a story.
pub(super) struct World {
    pub(super) book: Book,
    pub(super) change: String,
}

impl World {
    /// The book as its policy is adopted: services, windows, models, and an older change.
    pub(super) fn adopted() -> Book {
        let book = Book::with_keys(PEOPLE);
        let older = "content/changes/2026/MCM-2026-0001/request.md";
        book.repo.write(older, text(&own(older)));
        for folder in ["services", "windows", "standard"] {
            for (name, bytes) in files_below(&own(&format!("content/{folder}"))) {
                book.repo.write(&format!("content/{folder}/{name}"), bytes);
            }
        }
        let mut hours = text(&own("content/windows/peak-hours.md"));
        for (what, by) in HOURS {
            hours = replaced(&hours, what, by);
        }
        book.repo.write("content/windows/peak-hours.md", hours);
        // Whoever writes it approves none of it.
        book.as_person("karl", |book| book.commit("Begin the archive"));
        let (policy, _) = text(&own("policy/policy.toml"))
            .split_once("\n# The people of this roster")
            .map(|(before, after)| (before.to_owned(), after.to_owned()))
            .expect("the waivers of the example stand behind it");
        let policy = policy.replace("northmere.example\"]", "a.example\"]");
        let from = policy.find("fingerprint = \"SHA256:").expect("an observer");
        let to = from + policy[from..].find('\n').expect("a line");
        let observer = format!("fingerprint = \"{}\"", book.fingerprint("ci"));
        let policy = format!("{}{observer}{}", &policy[..from], &policy[to..]);
        // Mei leads the change to the card payments: somebody stands in for her as the owner of the service.
        let stands_in = "id = \"mei\"\ndelegates = [{ to = \"nadia\", role = \"service-owner\", \
                         from = \"2026-09-01\", until = \"2027-01-01\" }]\n";
        book.repo.write("policy/policy.toml", replaced(&policy, "id = \"mei\"\n", stands_in));
        let public = |person: &&str| {
            let key = text(&book.key(person).with_extension("pub"));
            format!("{person} namespaces=\"git\" {key}")
        };
        let signers = PEOPLE.iter().filter(|person| **person != "ci");
        book.repo.write("policy/allowed_signers", signers.map(public).collect::<String>());
        book.as_person("lena", |book| book.commit("Adopt the policy"));
        book
    }

    fn path(&self, file: &str) -> String {
        match file.starts_with("content/") || file.starts_with("policy/") {
            true => file.to_owned(),
            false => format!("content/changes/2026/{}/{file}", self.change),
        }
    }

    fn read(&self, file: &str) -> String {
        text(&self.book.repo.book().join(self.path(file)))
    }

    fn dossier(&self, file: &str) -> String {
        text(&own(&format!("content/changes/2026/{}/{file}", self.change)))
    }

    /// Does one act.
    pub(super) fn act(&self, act: &Act) {
        let repo = &self.book.repo;
        for file in &act.files {
            repo.write(&self.path(file), self.dossier(file));
        }
        for (from, file) in &act.copy {
            repo.write(&self.path(file), text(&own(from)));
        }
        for (file, content) in &act.write {
            repo.write(&self.path(file), content);
        }
        for (file, what, by) in &act.edit {
            repo.write(&self.path(file), replaced(&self.read(file), what, by));
        }
        for file in &act.remove {
            repo.remove(&self.path(file));
        }
        if let Some(log) = &act.log {
            self.write_log(log);
        }
        if let Some(person) = &act.commit {
            self.book.as_person(person, |book| match act.unsigned {
                false => book.commit("Write it down"),
                true => {
                    repo.tick();
                    repo.git(&["add", "--all"]);
                    let message = ["--no-gpg-sign", "--allow-empty", "-m", "Write it down"];
                    repo.git(&[&["commit", "--quiet"], &message[..]].concat());
                }
            });
        }
        if !act.run.is_empty() {
            let arguments: Vec<&str> = act.run.iter().map(String::as_str).collect();
            let (code, told) = as_person(&self.book, &act.by, &arguments);
            match &act.refused {
                None => assert_eq!(code, Some(0), "{}: {arguments:?}: {told}", act.by),
                Some(part) => {
                    assert_ne!(code, Some(0), "{}: {arguments:?}: {told}", act.by);
                    assert!(told.contains(part), "{part:?} is not in {told}");
                }
            }
        }
    }

    /// What an approval covers, as the files stand.
    fn subject(&self) -> ContentHash {
        let files = files_below(&self.book.repo.book().join(self.path("")));
        let is_covered =
            |name: &str| ["request.md", "runbook.md"].contains(&name) || name.starts_with("files/");
        let covered = files.into_iter().filter(|(name, _)| is_covered(name));
        let hashes = covered.map(|(name, bytes)| (name, ContentHash::of(&bytes)));
        Manifest::of(hashes).expect("plain names").digest()
    }

    /// Writes the log of the dossier, with a hold that it has not, as far as a story has come.
    fn write_log(&self, of: &LogOf) {
        let file = "execution-1.log.jsonl";
        let mut events: Vec<Map<String, Value>> = Vec::new();
        // What was approved when it began: the files of an execution come later.
        let begun = std::fs::read_to_string(self.book.repo.book().join(self.path(file))).ok();
        let begun = begun.and_then(|log| serde_json::from_str::<Value>(log.lines().next()?).ok());
        let approved = begun.map_or_else(
            || format!("sha256:{}", self.subject()),
            |begin| begin["approval_set"].as_str().expect("a digest").to_owned(),
        );
        for line in self.dossier(file).lines() {
            let mut event: Map<String, Value> = serde_json::from_str(line).expect("a line of a log");
            if event["event"] == "begin" {
                event.insert("approval_set".to_owned(), approved.clone().into());
            }
            let text = event.get("text").and_then(Value::as_str).unwrap_or_default();
            let begins = |words: &str| text.starts_with(words);
            let (holds, resumes) = (begins("Hold goes on"), begins("Cut-over desk: no technical fault"));
            events.push(event.clone());
            if holds || resumes {
                let word = if holds { "hold" } else { "resume" };
                events.push(beside(&event, 10_000, &[("event", word.into())]));
            }
        }
        if let Some(until) = &of.until {
            let last = events.iter().position(|event| event["event"] == until.as_str());
            events.truncate(last.expect("the log has that event") + 1);
        }
        events.retain(|event| !of.drop.iter().any(|drop| event["event"] == drop.as_str()));
        if let Some(outcome) = &of.end {
            let last = events.last().expect("a log has a beginning");
            let more = [("event", "end".into()), ("outcome", outcome.as_str().into())];
            events.push(beside(
                last,
                60_000,
                &[&more[..], &[("rollback_result", "not_needed".into())]].concat(),
            ));
        }
        let log = chained(events);
        let digest = ContentHash::of(log.as_bytes()).to_string();
        self.book.repo.write(&self.path(file), &log);
        if of.record {
            let before = ContentHash::of(self.dossier(file).as_bytes()).to_string();
            let record = self.dossier("execution-1.md").replace(&before, &digest);
            let named = format!("\napproval_set: {approved}\nrunbook_digest:");
            let mut record = replaced(&record, "\nrunbook_digest:", &named);
            if let Some(outcome) = &of.end {
                let from = record.find("\noutcome: ").expect("an outcome") + 1;
                let to = from + record[from..].find('\n').expect("a line");
                record.replace_range(from..to, &format!("outcome: {outcome}"));
                let from = record.find("\nended: ").expect("an end") + 1;
                let to = from + record[from..].find('\n').expect("a line");
                let last = log.lines().last().expect("a line");
                let last: Value = serde_json::from_str(last).expect("a line of a log");
                record.replace_range(from..to, &format!("ended: {}", last["at"].as_str().expect("a time")));
            }
            self.book.repo.write(&self.path("execution-1.md"), record);
        }
    }

    /// Where the change stands at a moment, and the codes of what holds it there.
    pub(super) fn standing(&self, at: Timestamp) -> (String, Vec<String>) {
        let options =
            LoadOptions { dir: self.book.repo.book(), as_of: AsOf::At(at), ..LoadOptions::default() };
        let inputs = workspace::load(&options).expect("the book loads").inputs;
        let analysis = analyze(inputs.into(), &Memo::forgetful());
        let facts = &analysis.facts;
        let (grants, windows) = (Grants::of(&facts.approvals), Governing::of(facts));
        let grounds = Grounds { facts, grants: &grants, windows: &windows, findings: &analysis.findings };
        let change = facts.book.changes.get(self.change.as_str()).expect("the change is there");
        let standing = lifecycle::standing(grounds, change);
        let holds = standing.holds.iter().map(|hold| format!("{}: {}", hold.code, hold.message));
        (standing.state.word().to_owned(), holds.collect())
    }

    /// The state that `explain` tells of what has landed by a moment.
    pub(super) fn explained(&self, at: Timestamp) -> String {
        let at = at.to_string();
        let arguments = ["explain", &self.change, "--as-of", &at, "--format", "json"];
        let output = program(&self.book.repo.book()).args(arguments).output().expect("the program runs");
        let told = String::from_utf8_lossy(&output.stderr);
        assert!(output.status.success(), "{arguments:?}: {told}");
        let answer: Value = serde_json::from_slice(&output.stdout).expect("JSON");
        answer["state"]["state"].as_str().unwrap_or_else(|| panic!("no state in {answer}")).to_owned()
    }

    /// The moment by the clock of the repository.
    pub(super) fn now(&self) -> Timestamp {
        Timestamp::from_second(self.book.repo.seconds()).expect("a moment of these years")
    }
}

/// An event some milliseconds after another, by the same person.
fn beside(event: &Map<String, Value>, later: i64, keys: &[(&str, Value)]) -> Map<String, Value> {
    let at: Timestamp = event["at"].as_str().and_then(|at| at.parse().ok()).expect("a time");
    let at = at + jiff::SignedDuration::from_millis(later);
    let mono = event["mono"].as_i64().expect("a number") + later;
    let mut next = Map::new();
    next.insert("at".to_owned(), at.strftime("%Y-%m-%dT%H:%M:%S.%3fZ").to_string().into());
    next.insert("by".to_owned(), event["by"].clone());
    next.insert("mono".to_owned(), mono.into());
    next.insert("seq".to_owned(), Value::Null);
    next.extend(keys.iter().map(|(key, value)| ((*key).to_owned(), value.clone())));
    next
}

/// Events as a log: numbered anew, each with the hash of the line before.
fn chained(mut events: Vec<Map<String, Value>>) -> String {
    // Whoever saw what is not there saw nothing.
    let there: Vec<i64> = events.iter().filter_map(|event| event["seq"].as_i64()).collect();
    events.retain(|event| event.get("of_seq").and_then(Value::as_i64).is_none_or(|of| there.contains(&of)));
    let places: BTreeMap<i64, usize> =
        events.iter().enumerate().filter_map(|(at, event)| Some((event["seq"].as_i64()?, at))).collect();
    let mut before = ContentHash::of(b"");
    let mut text = String::new();
    for (seq, event) in events.into_iter().enumerate() {
        let mut event: BTreeMap<String, Value> = event.into_iter().collect();
        event.insert("seq".to_owned(), seq.into());
        event.insert("prev".to_owned(), before.to_string().into());
        if let Some(of) = event.get("of_seq").and_then(Value::as_i64) {
            event.insert("of_seq".to_owned(), places[&of].into());
        }
        let line = serde_json::to_string(&event).expect("plain values");
        before = ContentHash::of(line.as_bytes());
        text += &format!("{line}\n");
    }
    text
}
