//! The windows that govern: those of the book, and what nobody with the right to has relaxed (domain.md 3.1).
//!
//! Tightening a window takes effect when it lands, relaxing it only with approval: otherwise a freeze could be
//! deleted by whoever it stops. Every version of a window since the last approved one therefore governs
//! beside the present one, until the present one is approved: closing windows close where any of them
//! closes, and a maintenance window opens where all of them open.

use std::collections::BTreeMap;

use jiff::Timestamp;

use super::{Effect, Window, window};
use crate::facts::Facts;
use crate::facts::approval::Past;
use crate::facts::book::view;
use crate::inputs::document::Document;
use crate::inputs::policy::ClassName;

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
        let policy = facts.approvals.effective.as_ref().map(|effective| &effective.policy);
        let asks = policy.and_then(|policy| policy.subjects.get(WINDOW));
        if asks.is_some_and(|asks| !asks.require.is_empty()) {
            for (id, past) in &facts.approvals.windows {
                governing.add_former(facts, id, past);
            }
        }
        governing.unreadable.sort();
        governing.unreadable.dedup();
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

    /// The versions of a window since the one whose approval stands, or from the first.
    fn add_former(&mut self, facts: &Facts, id: &str, past: &Past) {
        let index = facts.book.by_id(id);
        let present = index.map(|index| facts.book.document(index).source.hash);
        let name = id.rsplit('/').next().unwrap_or_default();
        // A window that opens has to be approved as one that does: what nobody answers for may close at once, and
        // opens nothing.
        let opened = past.versions.first().is_some_and(|first| first.text("type") == Some("maintenance"));
        if !(opened && past.is_founded)
            && let Some(opening) = self.opening.get_mut(name)
        {
            opening.clear();
        }
        for document in past.versions.iter().filter(|version| Some(version.source.hash) != present) {
            // It was whole when it landed, and nobody can tell any more what it is to close.
            if document.faults.is_empty() && !has_whole_scope(facts, document) {
                self.unreadable.push(name.to_owned());
            }
            let (position, horizon) = (index.unwrap_or(usize::MAX), facts.schedule.horizon);
            for window in window::of_document(&facts.inputs, &facts.book, position, document, horizon) {
                let window = Window { name: name.to_owned(), ..window };
                let opens = window.effect == Effect::Maintenance;
                // What opened once and does not any more has been tightened.
                if !opens || self.opening.get(name).is_some_and(|known| !known.is_empty()) {
                    self.add(window, document, true);
                }
            }
        }
    }
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
