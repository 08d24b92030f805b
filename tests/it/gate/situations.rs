//! Situations as data: `tests/cases/gate/*.toml`, decided by the pure core.
//!
//! A file describes services, windows and changes; a row asks and says what the answer is. Signatures and
//! findings are given as data, so that a row speaks of the gate and of nothing else; windows, slots, classes
//! of services, exceptions and executions are documents, read as those of a book are.

use std::collections::{BTreeMap, BTreeSet};
use std::path::Path;
use std::sync::Arc;

use jiff::{SignedDuration, Timestamp};
use mcmbook::analysis::analyze;
use mcmbook::facts::approval::ApprovalStatus;
use mcmbook::facts::approval::grant::{Grant, Grants};
use mcmbook::facts::calendar::Governing;
use mcmbook::inputs::config::Config;
use mcmbook::inputs::history::History;
use mcmbook::inputs::policy::{self, ClassName};
use mcmbook::inputs::profile::Profile;
use mcmbook::inputs::{Attachment, Inputs};
use mcmbook::memo::Memo;
use mcmbook::text::{BookPath, Code, ContentHash, Diagnostic, Severity, SourceFile, Span, Stage};
use mcmbook::verdicts::gate::{self, Checkout, Grounds, Observed, Question};
use mcmbook::verdicts::lint::Finding;
use rayon::prelude::*;
use serde::Deserialize;
use toml::Table;

use crate::support::Chance;

/// One file of the table.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Situations {
    service: BTreeMap<String, Table>,
    #[serde(default)]
    window: BTreeMap<String, Table>,
    #[serde(default)]
    change: BTreeMap<String, Table>,
    row: Vec<Row>,
}

/// One question and its answer.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Row {
    why: String,
    /// Service, environment, instant, then `change=`, `for=`, `stage=`, `artifact=`.
    ask: String,
    /// What is otherwise about the change that asks.
    #[serde(default)]
    with: Table,
    /// The same for any change, by id.
    #[serde(default)]
    changes: BTreeMap<String, Table>,
    /// More windows.
    #[serde(default)]
    windows: BTreeMap<String, Table>,
    #[serde(default)]
    repository: Repository,
    /// Decision and reason codes, a semicolon, the next transition or a hyphen.
    says: String,
    /// Where the change that asks stands.
    state: Option<String>,
}

#[derive(Default, Deserialize)]
#[serde(deny_unknown_fields)]
struct Repository {
    #[serde(default)]
    policy_pending: bool,
    #[serde(default)]
    approvals_unknown: bool,
    fetched: Option<Timestamp>,
    max_age: Option<String>,
    tip: Option<Timestamp>,
    /// What observers have seen of the head, when that is asked for: a moment, or `never`.
    seen: Option<String>,
    /// When they saw another head.
    seen_other: Option<Timestamp>,
}

/// What a row asks.
struct Asked<'a> {
    service: &'a str,
    environment: &'a str,
    at: Timestamp,
    rest: Vec<(&'a str, &'a str)>,
}

impl<'a> Asked<'a> {
    fn of(text: &'a str) -> Asked<'a> {
        let mut words = text.split(' ');
        let mut next = || words.next().expect("service, environment and instant");
        let (service, environment, at) = (next(), next(), next());
        let at = at.parse().expect("an instant");
        let rest = words.map(|word| word.split_once('=').expect("key=value")).collect();
        Asked { service, environment, at, rest }
    }

    fn get(&self, key: &str) -> Option<&'a str> {
        self.rest.iter().find(|(name, _)| *name == key).map(|(_, value)| *value)
    }

    fn all(&self, key: &str) -> Vec<String> {
        let values = self.rest.iter().filter(|(name, _)| *name == key);
        values.map(|(_, value)| (*value).to_owned()).collect()
    }
}

fn duration(text: &str) -> SignedDuration {
    text.parse().unwrap_or_else(|error| panic!("{text}: {error}"))
}

#[derive(Default)]
struct Files {
    sources: Vec<SourceFile>,
    attachments: Vec<Attachment>,
}

impl Files {
    fn page(&mut self, path: &str, fields: &Table) {
        let line = |(key, value): (&String, &toml::Value)| {
            let json = serde_json::to_string(value).expect("a value of a table");
            format!("{key}: {json}\n")
        };
        let fields: String = fields.iter().map(line).collect();
        let path = BookPath::new(path).expect("a plain path");
        self.sources.push(SourceFile::new(path, format!("---\n{fields}---\n").into_bytes()));
    }

    fn log(&mut self, path: &str, text: String) {
        let path = BookPath::new(path).expect("a plain path");
        let hash = ContentHash::of(text.as_bytes());
        let size = text.len() as u64;
        let text = Some(SourceFile::new(path.clone(), text.into_bytes()));
        self.attachments.push(Attachment { path, hash, size, text });
    }
}

fn table(entries: &[(&str, toml::Value)]) -> Table {
    entries.iter().map(|(key, value)| ((*key).to_owned(), value.clone())).collect()
}

fn text<'a>(of: &'a Table, key: &str) -> Option<&'a str> {
    of.get(key).map(|value| value.as_str().unwrap_or_else(|| panic!("{key} is text")))
}

fn texts(of: &Table, key: &str) -> Vec<String> {
    let items = of.get(key).and_then(toml::Value::as_array).into_iter().flatten();
    items.map(|item| item.as_str().expect("text").to_owned()).collect()
}

/// The log of an attempt: its beginning, and these events a minute apart.
fn log(id: &str, started: Timestamp, events: &[String]) -> String {
    let mut lines = String::new();
    let mut prev = ContentHash::of(b"");
    let digest = ContentHash::of(b"").to_string();
    let begin = serde_json::json!({
        "event": "begin", "change": id, "attempt": 1, "runbook_digest": digest, "approval_set": digest,
        "mode": "execution", "window": "", "host": "h", "tool": "t",
    });
    let of = |event: &String| match event.as_str() {
        "rollback-begin" => serde_json::json!({"event": event, "from": "Step 1", "reason": "a trigger"}),
        event => serde_json::json!({ "event": event }),
    };
    let all = std::iter::once(begin).chain(events.iter().map(of));
    for (seq, mut line) in all.enumerate() {
        let mono = 60_000 * seq as i64;
        let at = started + SignedDuration::from_millis(mono);
        let object = line.as_object_mut().expect("an object");
        object.insert("seq".to_owned(), seq.into());
        object.insert("at".to_owned(), at.strftime("%Y-%m-%dT%H:%M:%S.000Z").to_string().into());
        object.insert("mono".to_owned(), mono.into());
        object.insert("by".to_owned(), "ana".into());
        object.insert("prev".to_owned(), prev.to_string().into());
        let sorted: BTreeMap<_, _> = object.iter().collect();
        let text = serde_json::to_string(&sorted).expect("plain values");
        prev = ContentHash::of(text.as_bytes());
        lines += &format!("{text}\n");
    }
    lines
}

/// A change as documents; what is signed of it, and what was found.
struct Made {
    grant: Grant,
    class: ClassName,
    model: Option<ApprovalStatus>,
    findings: Vec<Finding>,
}

fn status(word: &str) -> ApprovalStatus {
    use ApprovalStatus::*;
    let all = [
        Invalid,
        BeforeAdoption,
        Unverifiable,
        Revoked,
        Withdrawn,
        Rejected,
        Superseded,
        Unratified,
        Authorised,
        Expired,
        Approved,
        ApprovedLate,
        Stale,
        InReview,
        Draft,
    ];
    all.into_iter().find(|status| status.word() == word).unwrap_or_else(|| panic!("no status `{word}`"))
}

fn change(files: &mut Files, id: &str, data: &Table) -> Made {
    const KEYS: [&str; 18] = [
        "class",
        "services",
        "slot",
        "environment",
        "approval",
        "approved_at",
        "accepted",
        "exception",
        "started",
        "ended",
        "outcome",
        "events",
        "findings",
        "artifacts",
        "model_windows",
        "model_expires",
        "model_approval",
        "incident",
    ];
    for key in data.keys() {
        assert!(KEYS.contains(&key.as_str()), "{id}: no key `{key}`");
    }
    let folder = format!("content/changes/2026/{id}");
    let class = ClassName::of_name(text(data, "class").expect("a class")).expect("a known class");
    let mut request = table(&[("title", id.into()), ("owner", "ana".into()), ("class", class.name().into())]);
    for key in ["services", "artifacts", "environment"] {
        request.extend(data.get(key).map(|value| (key.to_owned(), value.clone())));
    }
    if let Some((start, end)) = text(data, "slot").and_then(|slot| slot.split_once(' ')) {
        let slot = table(&[("start", start.into()), ("end", end.into()), ("tz", "UTC".into())]);
        request.insert("slot".to_owned(), slot.into());
    }
    let mut model = None;
    if class == ClassName::Standard {
        let name = format!("model-{}", id.to_lowercase());
        request.insert("standard".to_owned(), name.clone().into());
        let windows = texts(data, "model_windows");
        let limits = table(&[("windows", toml::Value::from(windows))]);
        let expires = text(data, "model_expires").unwrap_or("2099-01-01");
        let fields =
            [("title", name.as_str().into()), ("expires", expires.into()), ("limits", limits.into())];
        files.page(&format!("content/standard/{name}.md"), &table(&fields));
        model = Some(status(text(data, "model_approval").unwrap_or("approved")));
    }
    files.page(&format!("{folder}/request.md"), &request);
    let mut exceptions = BTreeSet::new();
    if let Some(exception) = data.get("exception").and_then(toml::Value::as_table) {
        let mut fields = exception.clone();
        let approval = fields.remove("approval").expect("the approval of the exception");
        if status(approval.as_str().expect("text")) == ApprovalStatus::Approved {
            exceptions.insert("exception".to_owned());
        }
        fields.entry("for").or_insert_with(|| id.into());
        files.page(&format!("{folder}/exception.md"), &fields);
    }
    if let Some(started) = text(data, "started") {
        let mut fields = table(&[("for", id.into()), ("attempt", 1.into()), ("started", started.into())]);
        for key in ["ended", "outcome"] {
            fields.extend(text(data, key).map(|value| (key.to_owned(), value.into())));
        }
        files.page(&format!("{folder}/execution-1.md"), &fields);
        let events = texts(data, "events");
        if !events.is_empty() {
            let started = started.parse().expect("an instant");
            files.log(&format!("{folder}/execution-1.log.jsonl"), log(id, started, &events));
        }
    }
    let finding = |word: &String| {
        let (severity, stage) = match word.strip_prefix("warning ") {
            Some(stage) => (Severity::Warning, stage),
            None => (Severity::Error, word.as_str()),
        };
        let stage = match stage {
            "D" => Stage::Draft,
            "S" => Stage::Submission,
            "A" => Stage::Approval,
            "R" => Stage::Ready,
            "C" => Stage::Closing,
            "P" => Stage::Published,
            other => panic!("no stage `{other}`"),
        };
        let path = BookPath::new(&format!("{folder}/request.md")).expect("a plain path");
        let found = Diagnostic { severity, stage, ..Diagnostic::error(Code("MCM301"), "something") };
        let diagnostic = Arc::new(found.at(&path, Span::new(0, 0)));
        Finding { diagnostic, waived: None, reached: Stage::Ready }
    };
    let findings = texts(data, "findings").iter().map(finding).collect();
    let word = text(data, "approval").unwrap_or("approved");
    let grant = Grant {
        status: status(word),
        why: word.to_owned(),
        is_submitted: word != "draft",
        class: Some(class),
        since: text(data, "approved_at").map(|at| at.parse().expect("an instant")),
        accepted: texts(data, "accepted").into_iter().collect(),
        exceptions,
        ..Grant::default()
    };
    Made { grant, class, model, findings }
}

fn answer(situations: &Situations, row: &Row) -> String {
    answer_at(situations, row, Asked::of(&row.ask))
}

fn answer_at(situations: &Situations, row: &Row, asked: Asked<'_>) -> String {
    let mut files = Files::default();
    for (name, fields) in &situations.service {
        files.page(&format!("content/services/{name}.md"), fields);
    }
    for (name, fields) in situations.window.iter().chain(&row.windows) {
        files.page(&format!("content/windows/{name}.md"), fields);
    }
    let mut made = BTreeMap::new();
    // The book of a row holds the changes that it names: the file only describes them.
    let named = asked.all("change");
    let is_named = |id: &String| named.contains(id) || row.changes.contains_key(id);
    for (id, data) in situations.change.iter().filter(|(id, _)| is_named(id)) {
        let mut data = data.clone();
        if asked.get("change") == Some(id) {
            data.extend(row.with.clone());
        }
        data.extend(row.changes.get(id).cloned().unwrap_or_default());
        made.insert(id.clone(), change(&mut files, id, &data));
    }
    files.sources.sort_by(|a, b| a.path.cmp(&b.path));
    files.attachments.sort_by(|a, b| a.path.cmp(&b.path));
    let book_toml = SourceFile::new(BookPath::new("book.toml").expect("a plain path"), Vec::new());
    let inputs = Inputs {
        config: Arc::new(Config::parse(&book_toml).config),
        policy: Arc::new(policy::parse(&[], Some(Profile::Regulated)).policy),
        as_of: asked.at,
        sources: files.sources,
        attachments: files.attachments,
        history: Arc::new(History::unknown("a situation")),
        faults: Vec::new(),
    };
    let mut facts = analyze(Arc::new(inputs), &Memo::forgetful()).facts;
    let mut grants = Grants {
        unknown: row.repository.approvals_unknown.then(|| "no history".to_owned()),
        is_policy_pending: row.repository.policy_pending,
        ..Grants::default()
    };
    let mut findings = Vec::new();
    for (id, made) in made {
        let class = facts.classes.get_mut(id.as_str()).expect("a request has a class");
        Arc::make_mut(class).effective = made.class;
        if let Some(model) = made.model {
            grants.documents.insert(format!("standard/model-{}", id.to_lowercase()), model);
        }
        grants.changes.insert(id, made.grant);
        findings.extend(made.findings);
    }
    let windows = Governing::of(&facts);
    let question = Question {
        service: asked.service.to_owned(),
        environment: asked.environment.to_owned(),
        at: asked.at,
        changes: asked.all("change"),
        duration: asked.get("for").map(duration).unwrap_or_default(),
        stage: asked.get("stage").map(str::to_owned),
        artifact: asked.get("artifact").map(str::to_owned),
        checkout: Checkout {
            fetched: row.repository.fetched,
            max_age: row.repository.max_age.as_deref().map(duration),
            tip: row.repository.tip,
            observed: row.repository.seen.as_deref().map(|seen| Observed {
                head: (seen != "never").then(|| seen.parse().expect("an instant")),
                others: row.repository.seen_other.map(|at| ("c0ffee".to_owned(), at)).into_iter().collect(),
            }),
        },
    };
    let grounds = Grounds { facts: &facts, grants: &grants, windows: &windows, findings: &findings };
    let decision = gate::decide(grounds, &question);
    let codes: BTreeSet<&str> = decision.reasons.iter().map(|reason| reason.code.as_str()).collect();
    let codes: Vec<&str> = codes.into_iter().collect();
    let next = decision.next.map_or("-".to_owned(), |next| next.to_string());
    let answer = format!("{} {}; {next}", decision.word.word(), codes.join(" "));
    match (&row.state, decision.state) {
        (Some(_), state) => format!("{answer} in {}", state.map_or("no state", |state| state.word())),
        (None, _) => answer,
    }
}

/// The files of the table, by name.
fn table_of_situations() -> Vec<(String, Situations)> {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/cases/gate");
    let mut paths: Vec<_> =
        std::fs::read_dir(folder).expect("the table").map(|entry| entry.expect("a file").path()).collect();
    paths.sort();
    let read = |path: std::path::PathBuf| {
        let text = std::fs::read_to_string(&path).expect("text");
        let situations = toml::from_str(&text).unwrap_or_else(|error| panic!("{}: {error}", path.display()));
        (path.file_name().unwrap_or_default().to_string_lossy().into_owned(), situations)
    };
    paths.into_iter().map(read).collect()
}

#[test]
fn every_situation_is_decided_as_the_table_says() {
    let mut wrong = Vec::new();
    let mut count = 0;
    for (file, situations) in table_of_situations() {
        count += situations.row.len();
        let answers: Vec<String> = situations.row.par_iter().map(|row| answer(&situations, row)).collect();
        for (row, answer) in situations.row.iter().zip(answers) {
            let state = row.state.as_ref().map(|state| format!(" in {state}"));
            let expected = row.says.clone() + &state.unwrap_or_default();
            if answer != expected {
                let (why, ask) = (&row.why, &row.ask);
                wrong.push(format!("{file}: {why}\n  {ask}\n  {expected} expected\n  {answer}"));
            }
        }
    }
    assert!(count >= 150, "only {count} situations");
    assert!(wrong.is_empty(), "{} of {count}:\n{}", wrong.len(), wrong.join("\n"));
}

/// The next transition is computed from edges. Here it is held against the answers of moments in between: up
/// to the transition nothing turns, and with it the answer does.
#[test]
fn until_the_next_transition_the_answer_stays_and_with_it_it_turns() {
    const MOMENTS: usize = 4;
    let is_allowed = |situations: &Situations, row: &Row, at: Timestamp| {
        let asked = Asked { at, ..Asked::of(&row.ask) };
        answer_at(situations, row, asked).starts_with("ALLOW")
    };
    let mut asked = 0;
    for (file, situations) in table_of_situations() {
        let of_row = |(number, row): (usize, &Row)| -> usize {
            let Some(next) = row.says.rsplit("; ").next().and_then(|next| next.parse::<Timestamp>().ok())
            else {
                return 0;
            };
            let first = Asked::of(&row.ask);
            // A deployment that lasts is let in for a shorter time than the service is open.
            let lasts = row.says.starts_with("ALLOW") && first.get("for").is_some();
            // Somebody begins an execution in between: that is an act.
            let data = std::iter::once(&row.with).chain(row.changes.values());
            let starts = data.filter_map(|data| text(data, "started")?.parse::<Timestamp>().ok());
            let acts = starts.into_iter().any(|started| started > first.at);
            if lasts || acts || row.repository.fetched.is_some() || row.repository.tip.is_some() {
                return 0;
            }
            let is_open = row.says.starts_with("ALLOW");
            let length = first.at.duration_until(next).as_secs();
            let mut chance = Chance(number as u64);
            let inside = (0..MOMENTS).map(|_| chance.below(usize::try_from(length).unwrap_or(1).max(1)));
            let mut moments: Vec<i64> = inside.map(|seconds| seconds as i64).collect();
            moments.push(length - 1);
            for seconds in moments {
                let at = first.at + SignedDuration::from_secs(seconds);
                assert_eq!(is_allowed(&situations, row, at), is_open, "{file}: {} at {at}", row.why);
            }
            assert_eq!(is_allowed(&situations, row, next), !is_open, "{file}: {} at {next}", row.why);
            MOMENTS + 2
        };
        asked +=
            situations.row.par_iter().enumerate().map(|(number, row)| of_row((number, row))).sum::<usize>();
    }
    assert!(asked > 500, "only {asked} moments");
}
