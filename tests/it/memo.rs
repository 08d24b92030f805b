//! The memo held to its promise: whatever was edited before, an analysis with a memo equals one without.
//!
//! Walks through the repository's own book: each step is a row of the mutation table or a blind edit of some
//! file, on top of the steps before it, and now and then everything is taken back. Blind edits break documents
//! in ways that no table has; rows reach every rule.

use std::fmt::Debug;
use std::sync::Arc;

use mcmbook::analysis::{Analysis, analyze};
use mcmbook::inputs::history::History;
use mcmbook::memo::Memo;
use rayon::prelude::*;

use crate::mutations::{Files, Row, rows};
use crate::support::Chance;

/// Walks, each with a memo of its own, and the steps of each.
const WALKS: u64 = 4;
const STEPS: usize = 12;

#[test]
fn an_analysis_with_a_memo_equals_a_fresh_one_after_any_edit() {
    let (files, rows) = (Files::load(), rows());
    let walk = |seed: u64| {
        let mut chance = Chance(seed);
        let memo = Memo::default();
        let mut now = files.clone();
        let mut told = Vec::new();
        for _ in 0..STEPS {
            let before = now.clone();
            told.push(step(&mut now, &files, &rows, &mut chance));
            let Ok(inputs) = now.inputs() else {
                // A book.toml or policy that cannot be read stops every command.
                now = before;
                continue;
            };
            let inputs = Arc::new(inputs);
            let remembered = analyze(inputs.clone(), &memo);
            memo.evict();
            compare(&remembered, &analyze(inputs, &Memo::forgetful()), &format!("seed {seed}: {told:#?}"));
        }
    };
    (0..WALKS).into_par_iter().for_each(walk);
}

/// The same findings, and the same facts beneath them.
fn compare(remembered: &Analysis, fresh: &Analysis, told: &str) {
    for (one, other) in remembered.findings.iter().zip(&fresh.findings) {
        assert_eq!(one, other, "{told}");
    }
    assert_eq!(remembered.findings.len(), fresh.findings.len(), "{told}");
    let (one, other) = (&remembered.facts, &fresh.facts);
    assert_eq!(one.classes, other.classes, "{told}");
    assert_eq!(one.similar, other.similar, "{told}");
    assert_eq!(one.plans, other.plans, "{told}");
    assert_eq!(one.book.backlinks, other.book.backlinks, "{told}");
    assert_eq!(one.book.outgoing, other.book.outgoing, "{told}");
    let same = |one: &dyn Debug, other: &dyn Debug| {
        assert_eq!(format!("{one:?}"), format!("{other:?}"), "{told}");
    };
    same(&one.schedule, &other.schedule);
    same(&one.executions, &other.executions);
    same(&one.approvals, &other.approvals);
    same(&one.catalogue, &other.catalogue);
}

/// Does one thing to the book, and says what.
fn step(now: &mut Files, first: &Files, rows: &[(String, Row)], chance: &mut Chance) -> String {
    match chance.below(12) {
        0..=4 => {
            let (name, row) = chance.pick(rows);
            let before = now.clone();
            let why = now.break_by(row);
            if why.is_err() {
                *now = before;
            }
            format!("row {name}: {why:?}")
        }
        5 => {
            now.texts.clone_from(&first.texts);
            "all is taken back".to_owned()
        }
        6 => {
            let days = chance.below(200) as i64 - 100;
            now.inputs.as_of = first.inputs.as_of + jiff::SignedDuration::from_hours(24 * days);
            format!("{days} days later")
        }
        7 => {
            let unborn = chance.below(2) == 0;
            now.inputs.history =
                Arc::new(if unborn { History::unborn("a test") } else { History::unknown("a test") });
            format!("nothing is committed: {unborn}")
        }
        _ => blind(now, chance),
    }
}

/// Edits some file without understanding it.
fn blind(now: &mut Files, chance: &mut Chance) -> String {
    let paths: Vec<String> = now.texts.keys().cloned().collect();
    let path = chance.pick(&paths).clone();
    let text = now.texts[&path].clone();
    let lines: Vec<&str> = text.lines().collect();
    let at = chance.below(lines.len().max(1));
    // The heads of documents are where most is read.
    let at = if chance.below(2) == 0 { at.min(chance.below(30)) } else { at };
    let line = lines.get(at).copied().unwrap_or_default();
    let other = chance.pick(&paths).clone();
    let with = |new: Vec<&str>| {
        let (before, behind) = (&lines[..at.min(lines.len())], lines.get(at + 1..).unwrap_or_default());
        before.iter().chain(&new).chain(behind).map(|line| format!("{line}\n")).collect::<String>()
    };
    let (what, edited) = match chance.below(8) {
        0 => ("loses", with(vec![])),
        1 => ("has twice", with(vec![line, line])),
        2 => {
            let digit = char::from(b'0' + chance.below(10) as u8);
            let at = line.rfind(|c: char| c.is_ascii_digit());
            let new = at.map(|at| format!("{}{digit}{}", &line[..at], &line[at + 1..])).unwrap_or_default();
            ("has another digit in", with(vec![new.as_str()]))
        }
        3 => {
            let theirs = now.texts[&other].clone();
            let theirs: Vec<&str> = theirs.lines().collect();
            let stolen = theirs.get(chance.below(theirs.len().max(1))).copied().unwrap_or_default();
            ("has a line of another file at", with(vec![line, stolen]))
        }
        4 => ("has a heading at", with(vec![line, "", "## Lessons", "", "Text @hugo of `x`.", ""])),
        5 => ("has other words in", with(vec![line.replace("the ", "another ").as_str()])),
        6 => {
            now.texts.remove(&path);
            return format!("{path} is gone");
        }
        _ => {
            let folder = other.rsplit_once('/').map_or("content", |(folder, _)| folder);
            let name = path.rsplit('/').next().unwrap_or_default();
            now.texts.insert(format!("{folder}/{name}"), text.clone());
            return format!("{path} lies in {folder}, too");
        }
    };
    now.texts.insert(path.clone(), edited.into());
    format!("{path} {what} {at}: {line}")
}
