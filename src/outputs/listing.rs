//! Changes and documents as lines of text and as JSON: `list`.

use schemars::JsonSchema;
use serde::Serialize;

use super::approval::{Trust, trust_of};
use crate::analysis::Analysis;
use crate::facts::Facts;
use crate::facts::approval::ApprovalStatus;
use crate::facts::book::{Change, Outcome, Phase};
use crate::inputs::document::Document;
use crate::text::{counted, printable};

/// The version of the form of lists; it rises when a field changes its meaning or goes away.
const FORMAT: u32 = 1;

/// Changes for programs, with what their approvals rest on.
#[derive(Debug, Serialize, JsonSchema)]
pub struct Changes<'a, T> {
    /// Version of this form; it rises when a field changes its meaning or goes away.
    format: u32,
    /// What all approvals rest on; nothing where no policy is in force.
    trust: Option<Trust>,
    /// The changes.
    changes: &'a [T],
}

/// Documents for programs.
#[derive(Debug, Serialize)]
pub struct Documents<'a> {
    format: u32,
    trust: Option<Trust>,
    documents: &'a [DocumentLine<'a>],
}

impl<'a, T> Changes<'a, T> {
    /// What is said of some changes of a book.
    pub fn of(facts: &Facts, changes: &'a [T]) -> Changes<'a, T> {
        Changes { format: FORMAT, trust: trust_of(facts), changes }
    }
}

impl<'a> Documents<'a> {
    /// What is said of some documents of a book.
    pub fn of(facts: &Facts, documents: &'a [DocumentLine<'a>]) -> Documents<'a> {
        Documents { format: FORMAT, trust: trust_of(facts), documents }
    }
}

/// What a list says of a change.
#[derive(Debug, Serialize)]
pub struct ChangeLine<'a> {
    /// Its id.
    pub id: &'a str,
    /// Title of its request.
    pub title: &'a str,
    /// How far its documents have come.
    pub phase: Phase,
    /// How its last execution ended.
    pub outcome: Option<Outcome>,
    /// Whether a notice says that it is cancelled.
    pub cancelled: bool,
    /// The status of its approval, derived from signatures: what its page and its `change.json` say.
    pub approval: &'static str,
    /// The class that its request declares.
    pub class: Option<&'a str>,
    /// The services that its request names.
    pub services: Vec<&'a str>,
    /// Start of its slot as written.
    pub start: Option<&'a str>,
    /// Errors that are due.
    pub errors: usize,
}

/// What a list says of a document.
#[derive(Debug, Serialize)]
pub struct DocumentLine<'a> {
    /// Its id.
    pub id: &'a str,
    /// Its kind.
    pub kind: &'a str,
    /// Its title.
    pub title: &'a str,
    /// Its file.
    pub path: &'a str,
    /// Errors that are due.
    pub errors: usize,
}

/// All changes, newest number first.
pub fn changes(analysis: &Analysis) -> Vec<ChangeLine<'_>> {
    let book = &analysis.facts.book;
    let errors = Errors::of(analysis);
    book.changes.values().rev().map(|change| change_line(analysis, change, &errors)).collect()
}

/// All documents, or those of one kind, in path order.
pub fn documents<'a>(analysis: &'a Analysis, kind: Option<&str>) -> Vec<DocumentLine<'a>> {
    let documents = analysis.facts.book.documents.iter();
    let documents = documents.filter(|document| kind.is_none_or(|kind| document.kind_name() == kind));
    let errors = Errors::of(analysis);
    documents.map(|document| document_line(document, &errors)).collect()
}

/// The files of the errors that are due, sorted: a list asks for those of every change.
struct Errors<'a>(Vec<&'a str>);

impl<'a> Errors<'a> {
    fn of(analysis: &'a Analysis) -> Errors<'a> {
        let due = analysis.findings.iter().filter(|finding| finding.is_blocking());
        let places = due.filter_map(|finding| finding.diagnostic.location.as_ref());
        let mut files: Vec<&str> = places.map(|place| place.path.as_str()).collect();
        files.sort_unstable();
        Errors(files)
    }

    /// How many are in files that begin like this.
    fn below(&self, start: &str) -> usize {
        let first = self.0.partition_point(|file| *file < start);
        self.0[first..].iter().take_while(|file| file.starts_with(start)).count()
    }

    /// How many are in a file.
    fn within(&self, file: &str) -> usize {
        let first = self.0.partition_point(|other| *other < file);
        self.0[first..].iter().take_while(|other| **other == file).count()
    }
}

fn change_line<'a>(analysis: &'a Analysis, change: &'a Change, errors: &Errors<'_>) -> ChangeLine<'a> {
    let book = &analysis.facts.book;
    let request = change.request.map(|index| &**book.document(index));
    let services = request.and_then(|request| request.field("services"));
    let services = services.map_or(&[][..], |value| value.items());
    ChangeLine {
        id: &change.id,
        title: request.map_or("(no request)", Document::title),
        phase: change.phase,
        outcome: change.outcome,
        cancelled: change.cancelled,
        approval: analysis.facts.approvals.shown(&change.id).0.word(),
        class: request.and_then(|request| request.text("class")),
        services: services.iter().filter_map(|value| value.as_str()).collect(),
        start: request.and_then(|request| request.text("slot.start")),
        errors: errors.below(&format!("{}/", change.folder)),
    }
}

fn document_line<'a>(document: &'a Document, errors: &Errors<'_>) -> DocumentLine<'a> {
    DocumentLine {
        id: document.id.as_str(),
        kind: document.kind_name(),
        title: document.title(),
        path: document.path().as_str(),
        errors: errors.within(document.path().as_str()),
    }
}

/// Changes as a table.
pub fn changes_text(lines: &[ChangeLine<'_>]) -> String {
    let state = |line: &ChangeLine<'_>| match (line.outcome, line.cancelled) {
        (Some(outcome), _) => outcome.name().to_owned(),
        (None, true) => "cancelled".to_owned(),
        (None, false) => line.phase.name().to_owned(),
    };
    let start = |line: &ChangeLine<'_>| {
        let start = line.start.map_or("-", |start| start.get(..10).unwrap_or(start));
        start.to_owned()
    };
    let approval = |line: &ChangeLine<'_>| line.approval.to_owned();
    let (title, errors) =
        (|line: &ChangeLine<'_>| printable(line.title), |line: &ChangeLine<'_>| errors(line.errors));
    let id = |line: &ChangeLine<'_>| line.id.to_owned();
    // A book without a policy has no approvals to show.
    let none = ApprovalStatus::BeforeAdoption.word();
    match lines.iter().any(|line| line.approval != none) {
        true => table(lines.iter().map(|l| [id(l), state(l), approval(l), start(l), title(l), errors(l)])),
        false => table(lines.iter().map(|l| [id(l), state(l), start(l), title(l), errors(l)])),
    }
}

/// Documents as a table.
pub fn documents_text(lines: &[DocumentLine<'_>]) -> String {
    let row = |line: &DocumentLine<'_>| {
        [printable(line.id), line.kind.to_owned(), printable(line.title), errors(line.errors)]
    };
    table(lines.iter().map(row))
}

fn errors(number: usize) -> String {
    if number > 0 { counted(number, "error") } else { String::new() }
}

/// Columns of equal width, the last one free, without space at the end of a line.
pub(super) fn table<const N: usize>(rows: impl Iterator<Item = [String; N]>) -> String {
    let rows: Vec<[String; N]> = rows.collect();
    let width = |column: usize| rows.iter().map(|row| row[column].chars().count()).max().unwrap_or(0);
    let widths: Vec<usize> = (0..N).map(width).collect();
    let line = |row: &[String; N]| {
        let cells = row.iter().zip(&widths).map(|(cell, width)| format!("{cell:<width$}"));
        cells.collect::<Vec<_>>().join("  ").trim_end().to_owned() + "\n"
    };
    rows.iter().map(line).collect()
}
