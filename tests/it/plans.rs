//! The plans of the repository's own dossiers: what is computed agrees with what their people wrote and logged.

use std::path::PathBuf;
use std::sync::Arc;

use mcmbook::analysis::{Analysis, analyze};
use mcmbook::facts::plan::{Frame, Plan};
use mcmbook::hosts::workspace::{self, HistoryOption, LoadOptions};
use mcmbook::memo::Memo;

fn book() -> Analysis {
    let dir = PathBuf::from(env!("CARGO_MANIFEST_DIR"));
    let options = LoadOptions { dir, history: HistoryOption::Unknown, ..LoadOptions::default() };
    let inputs = workspace::load(&options).expect("the repository is a book").inputs;
    analyze(Arc::new(inputs), &Memo::forgetful())
}

fn plan<'a>(book: &'a Analysis, change: &str) -> &'a Plan {
    let change = &book.facts.book.changes[change];
    book.facts.plan_of(change).expect("the change has a runbook")
}

#[test]
fn lengths_of_plan_and_rollback_are_those_that_the_runbooks_tell() {
    let book = book();
    let minutes = [
        ("MCM-2026-0001", 260, 65),
        ("MCM-2026-0002", 190, 24),
        ("MCM-2026-0003", 150, 40),
        ("MCM-2026-0004", 75, 25),
        ("MCM-2026-0005", 150, 42),
    ];
    for (change, length, rollback) in minutes {
        let plan = plan(&book, change);
        let told = (plan.length.map(|time| time / 60), plan.rollback_length.map(|time| time / 60));
        assert_eq!(told, (Some(length), Some(rollback)), "{change}");
    }
}

#[test]
fn deadlines_are_those_that_the_logs_and_rehearsals_name() {
    let book = book();
    let deadlines = [
        ("MCM-2026-0001", "2026-06-28T04:25:00Z"),
        ("MCM-2026-0002", "2026-09-16T10:51:00Z"),
        // The rehearsed rollbacks of the last and the third were longer than their estimates.
        ("MCM-2026-0003", "2026-11-28T02:42:00Z"),
        ("MCM-2026-0004", "2026-11-09T15:50:00Z"),
        ("MCM-2026-0005", "2026-12-06T03:48:00Z"),
    ];
    for (change, deadline) in deadlines {
        let frame = Frame::of(&book.facts, &book.facts.book.changes[change]).expect("it has a slot");
        assert_eq!(frame.deadline().map(|at| at.to_string()).as_deref(), Some(deadline), "{change}");
    }
}

#[test]
fn the_way_back_from_each_point_is_the_one_that_the_runbook_explains() {
    let book = book();
    let plan = plan(&book, "MCM-2026-0001");
    let change = &book.facts.book.changes["MCM-2026-0001"];
    let runbook = book.facts.book.document(change.runbook.expect("it has one"));
    let label = |node: &mcmbook::facts::plan::Node| runbook.steps[node.step].label.clone();
    let back: Vec<String> = plan
        .nodes
        .iter()
        .map(|node| match node.rollback {
            Some(time) => format!("{} {}", label(node), time / 60),
            None => format!("{} none", label(node)),
        })
        .collect();
    let told = "1 5, 2 5, 3 5, C1 5, 4 15, 5 50, 6 50, C2 50, 7 50, 8 60, 9 65, C3 65, 10 65, 11 65, G1 65, \
                12 none, V1 none, V2 none, V3 none, V4 none";
    assert_eq!(back.join(", "), told);
}
