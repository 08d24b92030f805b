//! Who touched a subject, and what follows from the executions that people wrote.

use std::collections::BTreeSet;
use std::sync::Arc;

use jiff::Timestamp;

use super::{Pass, Subject};
use crate::facts::approval::editors::{EditBy, Editors};
use crate::facts::approval::subject::SubjectId;
use crate::inputs::history::ledger::Edit;
use crate::inputs::policy::Policy;
use crate::text::{BookPath, ContentHash};

impl Pass<'_> {
    /// Counts the people of an edit among the editors of what it touched.
    pub(super) fn edited(
        &mut self,
        index: usize,
        landed: (Timestamp, Option<Timestamp>),
        edit: &Arc<Edit>,
        policy: &Arc<Policy>,
    ) {
        let src = &self.config.book.src;
        let subjects: BTreeSet<SubjectId> =
            edit.paths.iter().filter_map(|path| Some(SubjectId::of_path(path, src)?.0)).collect();
        if subjects.is_empty() {
            return;
        }
        let (policy, known) = (policy.clone(), self.known.clone());
        let by = Arc::new(EditBy::new(edit.clone(), policy, known, landed));
        for id in subjects {
            if let Some(subject) = self.subjects.get_mut(&id) {
                subject.edits.push((index, by.clone()));
            }
        }
    }
}

impl Subject {
    /// Takes over that an execution cites a content. Anybody can write that something was carried out; it is judged by
    /// what ran once somebody on the roster has signed for that, in every commit of the landing that wrote the record.
    pub(super) fn run(&mut self, index: usize, cited: ContentHash, path: BookPath) {
        let own = self.edits.iter().rev().take_while(|(landing, _)| *landing == index);
        let mut own = own.filter(|(_, by)| by.edit().paths.contains(&path)).peekable();
        let is_signed = own.peek().is_some() && own.all(|(_, by)| by.editors().unsigned.is_empty());
        // What the trust root brings is taken as it is.
        if index == 0 || is_signed {
            self.executed.insert(cited);
        } else {
            self.unsigned_runs.insert(cited, path);
        }
    }

    /// Who edited a content: everybody since the last other content that was approved, until it was approved
    /// itself.
    pub fn editors(&self, digest: ContentHash) -> Editors {
        let others = self.approved.iter().filter(|(approved, _)| *approved != digest);
        let since = others.map(|(_, landing)| *landing).max();
        let until = self.approved.last().filter(|(approved, _)| *approved == digest).map(|(_, at)| *at);
        let is_in_time = |landing: usize| {
            since.is_none_or(|since| landing > since) && until.is_none_or(|until| landing <= until)
        };
        Editors::all(self.edits.iter().filter(|(landing, _)| is_in_time(*landing)).map(|(_, edit)| &**edit))
    }

    /// Who edited an exception of a change or a file below its `files/`, ever. A file may have had another name:
    /// whoever wrote any document of the folder but its plan and its records counts.
    pub fn editors_of_exceptions(&self, id: &SubjectId) -> Editors {
        let folder = format!("/{id}/");
        let others = ["request.md", "runbook.md"];
        let is_it = |path: &BookPath| {
            let below = path.as_str().split_once(&folder).map(|(_, below)| below);
            below.is_some_and(|below| !others.contains(&below))
        };
        let edits = self.edits.iter().map(|(_, edit)| &**edit);
        Editors::all(edits.filter(|by| by.edit().paths.iter().any(is_it)))
    }
}
