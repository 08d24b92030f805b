//! The windows that govern: those of the book, and what nobody with the right to has relaxed (domain.md 3.1).
//!
//! Tightening a window takes effect when it lands, relaxing it only with approval: otherwise a freeze could be
//! deleted by whoever it stops. Every version of a window since the last approved one therefore governs
//! beside the present one, until the present one is approved: closing windows close where any of them
//! closes, and a maintenance window opens where all of them open.

use std::collections::BTreeMap;
use std::sync::Arc;

use jiff::Timestamp;

use super::{Effect, Window, window};
use crate::facts::Facts;
use crate::facts::approval::SubjectId;
use crate::facts::book::view;
use crate::inputs::document::{self, Document};
use crate::inputs::policy::ClassName;
use crate::text::{BookPath, SourceFile};

/// The kind of window documents.
pub(in crate::facts) const WINDOW: &str = "window";

/// The windows by which a moment is judged.
#[derive(Clone, Debug, Default)]
pub struct Governing {
    /// What closes, in the order of the documents, former versions behind.
    pub closing: Vec<Ruling>,
    /// What opens, by the name of the window: the versions of which all must be open. A window that no
    /// version may open yet has none.
    pub opening: BTreeMap<String, Vec<Window>>,
    /// Names of the windows that cannot be read, sorted.
    pub unreadable: Vec<String>,
    /// From when to when occurrences are known.
    pub horizon: (Timestamp, Timestamp),
}

/// A closing window, and whom it lets pass.
#[derive(Clone, Debug)]
pub struct Ruling {
    /// The window, or the freeze before it.
    pub window: Window,
    /// The classes that it lets through.
    pub allow: Vec<ClassName>,
    /// Whether it is a version of the past whose relaxing nobody has approved.
    pub is_former: bool,
}

impl Governing {
    /// The windows that govern at the moment of judging.
    pub fn of(facts: &Facts) -> Governing {
        let mut governing = Governing { horizon: facts.schedule.horizon, ..Governing::default() };
        for (index, document) in facts.book.of_kind(WINDOW) {
            let is_whole = document.faults.is_empty() && has_whole_scope(facts, document);
            if !is_whole || facts.schedule.of_document(index).is_none() {
                governing.unreadable.push(document.id.name().to_owned());
            }
            let windows = facts.schedule.windows.iter().filter(|window| window.document == index);
            for window in windows {
                governing.add(window.clone(), document, false);
            }
        }
        governing.unreadable.sort();
        let former = facts.approvals.subjects.iter().filter(|(_, (subject, approval))| {
            subject.kind.as_deref() == Some(WINDOW) && !approval.status.is_approved()
        });
        for (id, (subject, _)) in former {
            let policy = facts.approvals.effective.as_ref().map(|effective| &effective.policy);
            let asks = policy.and_then(|policy| policy.subjects.get(WINDOW));
            if asks.is_some_and(|asks| !asks.require.is_empty()) {
                let approved = subject.approved.iter().map(|(_, landing)| *landing).max();
                governing.add_former(facts, id, approved);
            }
        }
        governing
    }

    fn add(&mut self, window: Window, document: &Document, is_former: bool) {
        if window.effect == Effect::Maintenance {
            self.opening.entry(window.name.clone()).or_default().push(window);
            return;
        }
        let allow = view::texts(document, "allow").filter_map(|(class, _)| ClassName::of_name(class));
        let allow = allow.collect();
        self.closing.push(Ruling { window, allow, is_former });
    }

    /// The versions of a window that is not approved as it stands, from the one that was approved last, or
    /// from the first.
    fn add_former(&mut self, facts: &Facts, id: &SubjectId, approved: Option<usize>) {
        let inputs = &facts.inputs;
        let versions = versions(facts, id);
        let base = match approved {
            Some(approved) => versions.iter().rposition(|(landing, ..)| *landing <= approved).unwrap_or(0),
            None => 0,
        };
        let index = facts.book.by_id(id.as_str());
        let (kinds, src) = (&inputs.config.kinds, &inputs.config.book.src);
        // A window that landed after the policy was adopted has been approved by nobody: it may close at once,
        // and opens nothing.
        let begins_unapproved = approved.is_none() && versions.first().is_some_and(|(first, ..)| *first > 0);
        let name = id.as_str().rsplit('/').next().unwrap_or_default().to_owned();
        if begins_unapproved && let Some(opening) = self.opening.get_mut(&name) {
            opening.clear();
        }
        let present = index.map(|index| facts.book.document(index).source.hash);
        for (_, source) in versions.into_iter().skip(base) {
            let Some(source) = source.filter(|source| Some(source.hash) != present) else { continue };
            let document = document::parse(&source, kinds, src);
            let position = index.unwrap_or(usize::MAX);
            for window in
                window::of_document(inputs, &facts.book, position, &document, facts.schedule.horizon)
            {
                let opens = window.effect == Effect::Maintenance;
                // What opened once and does not any more has been tightened.
                if !opens || self.opening.get(&window.name).is_some_and(|known| !known.is_empty()) {
                    self.add(window, &document, true);
                }
            }
        }
    }
}

/// The versions of a document of the mainline: the landing that brought each, and its text, none where it
/// was deleted.
fn versions(facts: &Facts, id: &SubjectId) -> Vec<(usize, Option<Arc<SourceFile>>)> {
    let src = &facts.inputs.config.book.src;
    let is_it = |path: &&BookPath| SubjectId::of_path(path, src).is_some_and(|(found, _)| found == *id);
    let mut versions = Vec::new();
    for (landing, landed) in facts.inputs.history.ledger.landings.iter().enumerate() {
        for (_, file) in landed.changed.iter().filter(|(path, _)| is_it(&path)) {
            versions.push((landing, file.as_ref().and_then(|file| file.source.clone())));
        }
    }
    versions
}

/// Whether a scope selects something, and every service that it names is in the catalogue: a name that is
/// misspelt would leave open what was meant to be closed.
fn has_whole_scope(facts: &Facts, document: &Document) -> bool {
    let mut named = view::texts(document, "scope.services");
    let is_known = named.all(|(name, _)| view::service(&facts.book, name).is_some());
    let keys = ["scope.services", "scope.tiers", "scope.tags"];
    let selects = keys.iter().any(|key| document.field(key).is_some_and(|value| !value.items().is_empty()));
    let environments = document.field("scope.environments");
    let are_listed = environments.is_none_or(|value| !value.items().is_empty());
    is_known && selects && are_listed
}
