//! What the writer is told on top of the pages.

use std::sync::Arc;

use foldhash::HashMap;
use serde::Serialize;

use crate::hosts::failure::Failure;
use crate::outputs::report::Sources;
use crate::text::{BookPath, Code, ContentHash, Diagnostic, Severity};

/// One finding, or one reason why there is no new site.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Note {
    /// How bad.
    pub severity: Severity,
    /// Which rule, or a word for a fault outside the rules.
    pub code: String,
    /// The file, when it is about one.
    pub path: Option<BookPath>,
    /// The line, from 1.
    pub line: Option<u32>,
    /// The column in characters, from 1.
    pub column: Option<u32>,
    /// What is wrong.
    pub message: String,
    /// What to do next, one action a line.
    pub help: Vec<String>,
}

impl Note {
    /// An error without a place.
    pub fn error(code: Code, message: impl Into<String>) -> Note {
        Note {
            severity: Severity::Error,
            code: code.0.to_owned(),
            path: None,
            line: None,
            column: None,
            message: message.into(),
            help: Vec::new(),
        }
    }

    /// A diagnostic, with its place counted in lines and columns.
    pub fn of(diagnostic: &Diagnostic, sources: &Sources<'_>) -> Note {
        let location = diagnostic.location.as_ref();
        let start = location.and_then(|at| sources.positions(&at.path, at.span)).map(|(start, _)| start);
        Note {
            severity: diagnostic.severity,
            path: location.map(|at| at.path.clone()),
            line: start.map(|start| start.line),
            column: start.map(|start| start.column),
            help: diagnostic.help.clone(),
            ..Note::error(diagnostic.code, diagnostic.message.clone())
        }
    }

    /// Why a command could not do its work: one note, or one a fault of `book.toml` or the policy.
    pub fn of_failure(failure: &Failure) -> Vec<Note> {
        match failure {
            Failure::Configuration { files, faults } => {
                let sources = Sources::of(files);
                faults.iter().map(|fault| Note::of(fault, &sources)).collect()
            }
            Failure::Usage(_)
            | Failure::Environment(_)
            | Failure::Internal(_)
            | Failure::Interrupted
            | Failure::Closed => {
                let help = failure.help_lines().to_vec();
                vec![Note { help, ..Note::error(Code::WORKSPACE, failure.to_string()) }]
            }
        }
    }

    /// The note in one line, for the terminal.
    pub(super) fn line(&self) -> String {
        let place = self.path.as_ref().map(|path| match (self.line, self.column) {
            (Some(line), Some(column)) => format!("{path}:{line}:{column}: "),
            _ => format!("{path}: "),
        });
        format!("{}{}", place.unwrap_or_default(), self.message)
    }
}

/// The notes of the last build. After an edit most diagnostics are the very same values, about files that are the
/// same, and their notes are not made again.
#[derive(Debug, Default)]
pub struct Told {
    /// Address of a diagnostic, which lives at least as long as its entry -> its note.
    notes: HashMap<usize, (Arc<Diagnostic>, Option<ContentHash>, Arc<Note>)>,
}

impl Told {
    /// The notes of these diagnostics, in their order.
    pub fn of<'d>(
        &mut self,
        diagnostics: impl Iterator<Item = &'d Arc<Diagnostic>>,
        sources: &Sources<'_>,
    ) -> Vec<Arc<Note>> {
        let mut last = std::mem::take(&mut self.notes);
        self.notes.reserve(last.len());
        // The findings of a file stand together, and share its path.
        let mut file: (Option<&'d BookPath>, Option<ContentHash>) = (None, None);
        let note = |diagnostic: &'d Arc<Diagnostic>| {
            let address = Arc::as_ptr(diagnostic).addr();
            let path = diagnostic.path();
            if file.0 != path {
                file = (path, path.and_then(|path| sources.hash(path)));
            }
            let known = last.remove(&address).filter(|(_, of, _)| *of == file.1);
            let known = known
                .unwrap_or_else(|| (diagnostic.clone(), file.1, Arc::new(Note::of(diagnostic, sources))));
            let note = known.2.clone();
            self.notes.insert(address, known);
            note
        };
        diagnostics.map(note).collect()
    }
}

#[cfg(test)]
mod tests;
