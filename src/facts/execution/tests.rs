//! Executions and what their logs tell.

use std::sync::Arc;

use super::Evidence;
use crate::analysis::{Analysis, analyze};
use crate::inputs::config::Config;
use crate::inputs::history::History;
use crate::inputs::policy::Policy;
use crate::inputs::profile::Profile;
use crate::inputs::{Attachment, Inputs};
use crate::memo::Memo;
use crate::text::{BookPath, ContentHash, SourceFile};

const FOLDER: &str = "content/changes/2026/MCM-2026-0007";

const RUNBOOK: &str = "---\nfor: MCM-2026-0007\n---\n\n## Execution\n\n### Step 1: Hold\n\n### Step 2: Copy\n- After: Step 1\n\n### Step 3: Compare\n- After: Step 1\n\n### Checkpoint C1: Both\n- After: Step 2, Step 3\n\n### Step 4: Switch\n\n### Go/No-Go G1: Keep\n";

/// A log of these events, numbered and chained; `{}` in an event stands for the runbook's digest.
fn log(events: &[&str]) -> String {
    let mut previous = ContentHash::of(b"");
    let mut text = String::new();
    for (seq, event) in events.iter().enumerate() {
        let event = event.replace("{}", &ContentHash::of(RUNBOOK.as_bytes()).to_string());
        let mut line: std::collections::BTreeMap<String, serde_json::Value> =
            serde_json::from_str(&format!("{{{event}}}")).expect("an event is an object");
        let common = [
            ("at", format!("2026-05-11T07:{seq:02}:00.000Z").into()),
            ("mono", (seq * 60_000).into()),
            ("seq", seq.into()),
            ("prev", previous.to_string().into()),
        ];
        line.extend(common.map(|(key, value)| (key.to_owned(), value)));
        line.entry("by".to_owned()).or_insert("ana".into());
        let written = serde_json::to_string(&line).expect("it can be written");
        previous = ContentHash::of(written.as_bytes());
        text += &format!("{written}\n");
    }
    text
}

const BEGIN: &str = r#""event":"begin","change":"MCM-2026-0007","attempt":1,"runbook_digest":"sha256:{}","mode":"execute","window":null,"host":"h","tool":"t""#;

fn intent(step: &str) -> String {
    format!(r#""event":"step-intent","step":"{step}""#)
}

fn analysis(files: &[(&str, &str)]) -> Analysis {
    let path = |name: &str| BookPath::new(&format!("{FOLDER}/{name}")).expect("a normal path");
    let file = |(name, text): &(&str, &str)| SourceFile::new(path(name), text.as_bytes());
    let config = SourceFile::new(BookPath::new("book.toml").expect("a normal path"), Vec::new());
    let (documents, others): (Vec<_>, Vec<_>) = files.iter().partition(|(name, _)| name.ends_with(".md"));
    let attachment = |source: SourceFile| Attachment {
        path: source.path.clone(),
        hash: source.hash,
        size: source.text.len() as u64,
        text: Some(source),
    };
    let mut sources: Vec<SourceFile> = documents.into_iter().map(|named| file(&named)).collect();
    sources.sort_by(|a, b| a.path.cmp(&b.path));
    let inputs = Inputs {
        config: Arc::new(Config::parse(&config).config),
        policy: Arc::new(Policy::none(Profile::Regulated)),
        as_of: "2026-06-01T12:00:00Z".parse().expect("an instant"),
        sources,
        attachments: others.into_iter().map(|named| attachment(file(&named))).collect(),
        history: Arc::new(History::unknown("a test")),
        faults: Vec::new(),
    };
    analyze(Arc::new(inputs), &Memo::default())
}

const RECORD: &str =
    "---\nfor: MCM-2026-0007\nstarted: 2026-05-11T07:00:00Z\noutcome: rolled_back\n---\n# Execution\n";

#[test]
fn a_log_is_found_by_its_name_or_by_the_records() {
    let own = log(&[BEGIN]);
    let named = RECORD.replace("outcome", "log: { file: other.log.jsonl }\noutcome");
    let of = |files: &[(&str, &str)]| analysis(files).facts.executions.remove(0).log;
    assert!(matches!(of(&[("execution-1.md", RECORD)]), Evidence::None));
    let beside = [("execution-1.md", RECORD), ("execution-1.log.jsonl", own.as_str())];
    assert!(
        matches!(of(&beside), Evidence::Attached { path, .. } if path.file_name() == "execution-1.log.jsonl")
    );
    let other = [("execution-1.md", named.as_str()), ("execution-1.log.jsonl", own.as_str())];
    assert!(matches!(of(&other), Evidence::Missing { file, .. } if file == "other.log.jsonl"));
    let escaping = RECORD.replace("outcome", "log: { file: ../../../../../etc/passwd }\noutcome");
    assert!(matches!(of(&[("execution-1.md", &escaping)]), Evidence::Missing { .. }));
}

#[test]
fn steps_are_compared_with_the_runbook_that_was_followed_alone() {
    let followed = |runbook: &str, record: &str| {
        let log = log(&[BEGIN]);
        let files =
            [("execution-1.md", record), ("execution-1.log.jsonl", log.as_str()), ("runbook.md", runbook)];
        analysis(&files).facts.executions[0].followed.is_some()
    };
    assert!(followed(RUNBOOK, RECORD));
    assert!(!followed(&format!("{RUNBOOK}\nmore\n"), RECORD));
    let other = RECORD.replace("outcome", &format!("runbook_digest: sha256:{}\noutcome", "0".repeat(64)));
    assert!(!followed(RUNBOOK, &other));
}

#[test]
fn what_stands_before_a_begun_step_is_due() {
    let due = |record: &str, steps: &[&str]| -> Vec<(String, Option<usize>)> {
        let events: Vec<String> =
            std::iter::once(BEGIN.to_owned()).chain(steps.iter().map(|step| intent(step))).collect();
        let log = log(&events.iter().map(String::as_str).collect::<Vec<_>>());
        let files =
            [("execution-1.md", record), ("execution-1.log.jsonl", log.as_str()), ("runbook.md", RUNBOOK)];
        let analysis = analysis(&files);
        let (execution, _, run) = analysis.facts.runs().next().expect("the log is whole");
        let runbook = analysis.facts.book.document(execution.followed.expect("its digest fits"));
        let due = execution.due(runbook, &run);
        due.iter().map(|due| (due.step.label.clone(), due.followed_by)).collect()
    };
    let named = |due: &[(&str, Option<usize>)]| -> Vec<(String, Option<usize>)> {
        due.iter().map(|(label, line)| ((*label).to_owned(), *line)).collect()
    };
    assert_eq!(due(RECORD, &["1"]), []);
    assert_eq!(due(RECORD, &["1", "Step 3"]), named(&[("1", Some(2))]));
    let all = [("1", Some(2)), ("2", Some(2)), ("3", Some(2)), ("C1", Some(2))];
    assert_eq!(due(RECORD, &["1", "step 4"]), named(&all));
    let through = RECORD.replace("rolled_back", "implemented");
    let labels: Vec<String> = due(&through, &[]).into_iter().map(|(label, _)| label).collect();
    assert_eq!(labels, ["1", "2", "3", "C1", "4", "G1"]);
}

#[test]
fn nobody_is_a_witness_of_their_own_line() {
    let witness = |by: &str| format!(r#""event":"witness","of_seq":1,"key":"k","by":"{by}""#);
    let of = |by: &str| {
        let log = log(&[BEGIN, &intent("1"), &witness(by)]);
        let analysis = analysis(&[("execution-1.md", RECORD), ("execution-1.log.jsonl", &log)]);
        let (_, _, run) = analysis.facts.runs().next().expect("the log is whole");
        run.witness_of(1).map(|entry| entry.by.clone())
    };
    assert_eq!(of("tomas").as_deref(), Some("tomas"));
    assert_eq!(of("ana"), None);
}

#[test]
fn a_broken_log_answers_nothing() {
    let log = log(&[BEGIN, &intent("1"), &intent("2")]).replace("\"step\":\"1\"", "\"step\":\"7\"");
    let analysis = analysis(&[("execution-1.md", RECORD), ("execution-1.log.jsonl", &log)]);
    assert_eq!(analysis.facts.runs().count(), 0);
    assert!(matches!(&analysis.facts.executions[0].log, Evidence::Attached { read, .. } if read.is_err()));
}
