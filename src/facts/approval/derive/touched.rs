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
        let by = Arc::new(self.edit_by(edit, landed, policy));
        for id in subjects {
            if let Some(subject) = self.subjects.get_mut(&id) {
                subject.edits.push((index, by.clone()));
            }
        }
    }

    /// An edit, with the policy that says whose keys and mail addresses its people have.
    pub(super) fn edit_by(
        &self,
        edit: &Arc<Edit>,
        landed: (Timestamp, Option<Timestamp>),
        policy: &Arc<Policy>,
    ) -> EditBy {
        EditBy::new(edit.clone(), policy.clone(), self.known.clone(), landed)
    }
}

impl Subject {
    /// Takes over that an execution cites a content. Anybody can write that something was carried out; it is judged by
    /// what ran once somebody on the roster has signed for that, in every commit of the landing that wrote the record.
    pub(super) fn run(&mut self, (index, landed): (usize, Timestamp), cited: ContentHash, path: BookPath) {
        self.ran.entry(cited).or_insert(landed);
        let own = self.edits.iter().rev().take_while(|(landing, _)| *landing == index);
        let mut own = own.filter(|(_, by)| by.edit().paths.contains(&path)).peekable();
        let is_signed = own.peek().is_some() && own.all(|(_, by)| by.editors().unsigned.is_empty());
        // What the trust root brings is taken as it is.
        if index == 0 || is_signed {
            self.executed.entry(cited).or_insert(index);
        } else {
            self.unsigned_runs.insert(cited, path);
        }
    }

    /// Who edited a content: everybody since the last other content that was approved, until it was approved
    /// itself.
    pub fn editors(&self, digest: ContentHash) -> Editors {
        let last = self.approved.last().filter(|(approved, _)| *approved == digest).map(|(_, at)| *at);
        // What was carried out stays approved by whom it was then.
        let until =
            last.or_else(|| self.last_approved(digest).filter(|_| self.executed.contains_key(&digest)));
        let is_before_end = |landing: usize| until.is_none_or(|until| landing <= until);
        let others = self.approved.iter().filter(|(approved, at)| *approved != digest && is_before_end(*at));
        let since = others.map(|(_, landing)| *landing).max();
        let is_after_start = |landing: usize| since.is_none_or(|since| landing > since);
        // Of what came without an edit somebody wrote before: nobody can tell who, so that it is everybody.
        let is_anybodys =
            self.unexplained.iter().any(|landing| is_after_start(*landing) && is_before_end(*landing));
        let is_in_time = |landing: usize| is_before_end(landing) && (is_anybodys || is_after_start(landing));
        Editors::all(self.edits.iter().filter(|(landing, _)| is_in_time(*landing)).map(|(_, edit)| &**edit))
    }

    /// Whether something else is judged than what stands there: what was carried out, which has been edited since.
    pub(in crate::facts::approval) fn is_amended(&self, id: &SubjectId, policy: &Policy) -> bool {
        let (judged, grounds) = self.judged(id, policy);
        let present = match grounds {
            Some(grounds) => self.digest_by(id, grounds.need.as_ref(), &grounds.policy),
            None => self.digest(id, policy),
        };
        judged != present
    }

    /// The landing at which a content was approved last.
    pub(in crate::facts::approval) fn last_approved(&self, digest: ContentHash) -> Option<usize> {
        self.approved.iter().rev().find(|(approved, _)| *approved == digest).map(|(_, landing)| *landing)
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
