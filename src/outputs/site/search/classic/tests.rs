//! The classic index of a small book.

use std::sync::Arc;

use super::{Line, index, script};
use crate::analysis::{Analysis, analyze};
use crate::memo::Memo;
use crate::outputs::site::search::entry;
use crate::outputs::site::tests::{book, small};

fn analysis() -> Analysis {
    analyze(Arc::new(book(&small())), &Memo::default())
}

#[test]
fn changes_carry_their_documents_and_headings() {
    let analysis = analysis();
    let entries = entry::all(&analysis);
    let index = index(&entries);
    let titles = |line: &Line| -> Vec<String> {
        line.3.iter().map(|number| serde_json::to_string(&index.headings[*number]).unwrap()).collect()
    };
    let (id, status, lines) = &index.changes[0];
    assert_eq!((*id, *status), ("MCM-2026-0001", "planned"));
    let documents: Vec<(&str, &str, &str)> =
        lines.iter().map(|line| (line.0.as_str(), index.kinds[line.1].as_str(), line.2.as_str())).collect();
    assert_eq!(documents, [("request", "Request", "Move <the> ledger"), ("runbook", "Runbook", "The plan")]);
    assert_eq!(titles(&lines[0]), ["\"Description\"", "\"Scope\""]);
    let page = index.pages.iter().find(|(page, _)| page == "services/ledger/index.html");
    assert_eq!(page.map(|(_, line)| (line.0.as_str(), line.2.as_str())), Some(("ledger--", "Ledger")));
    assert!(index.pages.iter().any(|(page, _)| page == "rules/MCM001/index.html"));
}

#[test]
fn an_anchor_is_written_where_it_does_not_follow_from_the_text() {
    let text = "# T\n\n## Go/No-Go: 1\n\n## Same\n\n## Same\n\n## Über\n";
    let analysis = analyze(Arc::new(book(&[("content/a.md", text)])), &Memo::default());
    let entries = entry::all(&analysis);
    let index = index(&entries);
    let headings = serde_json::to_value(&index.headings).unwrap();
    let expected = serde_json::json!(["Go/No-Go: 1", "Same", ["Same", "same-1"], ["Über", "über"]]);
    let headings = headings.as_array().unwrap();
    assert_eq!(headings[..4], *expected.as_array().unwrap());
}

#[test]
fn the_script_is_one_assignment_of_data() {
    let script = script(&analysis());
    let json = script.strip_prefix("globalThis.mcmbookClassic=").and_then(|rest| rest.strip_suffix(";\n"));
    let data: serde_json::Value = serde_json::from_str(json.expect("an assignment")).unwrap();
    assert_eq!(data["changes"][0][0], "MCM-2026-0001");
    assert_eq!(data["chips"]["planned"], serde_json::json!(["info", "phase-2"]));
}
