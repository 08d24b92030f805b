//! What kinds of documents there are, as somebody answers for it.
//!
//! `book.toml` says in which folder the documents stand, which of them are windows, services and models, and where what
//! they say is read; by that whose signatures they need. It governs as it stands, past and present; who could edit it
//! without a word could lift a freeze, have a model approved by fewer people, or leave a rejection behind in a folder
//! that nobody reads. Such an edit is signed by a policy-admin, or a policy comes into force after it. Until then nobody
//! can say what is approved.

use std::collections::BTreeMap;
use std::sync::Arc;

use super::Pass;
use crate::facts::approval::amendment::ADMIN;
use crate::facts::approval::editors::Editors;
use crate::inputs::config::{BOOK_TOML, Config, Field, Kind, Kinds};
use crate::inputs::history::ledger::Landing;
use crate::inputs::policy::Policy;
use crate::text::BookPath;

/// The kinds that somebody answers for, and those that wait for that.
#[derive(Debug, Default)]
pub(super) struct Answered {
    kinds: Option<Arc<Config>>,
    /// The kinds of a later `book.toml`, and the commit that landed it.
    waiting: Option<(Arc<Config>, String)>,
}

/// Kinds from which it follows what a change needs, whatever the policy asks for them.
const WEIGHED: [&str; 8] =
    ["service", "window", "standard", "request", "runbook", "execution", "exception", "post-mortem"];

impl Pass<'_> {
    /// Takes over the `book.toml` of a landing, whose edits are known.
    pub(super) fn book(&mut self, index: usize, landing: &Landing, policy: &Arc<Policy>) {
        let Some(file) = &landing.book else { return };
        let config = Arc::new(Config::parse(file).config);
        let is_same =
            |known: &Arc<Config>| known.kinds.hash == config.kinds.hash && known.book.src == config.book.src;
        if index == 0
            || self.answered.kinds.as_ref().is_none_or(is_same)
            || self.is_admins(index, landing, policy)
        {
            self.answered = Answered { kinds: Some(config), waiting: None };
        } else {
            self.answered.waiting = Some((config, landing.commit.clone()));
        }
    }

    /// Whether policy-admins signed every commit of a landing that wrote `book.toml`.
    fn is_admins(&self, index: usize, landing: &Landing, policy: &Arc<Policy>) -> bool {
        let wrote = |paths: &[BookPath]| paths.iter().any(|path| path.as_str() == BOOK_TOML);
        let own = landing.edits.iter().filter(|edit| wrote(&edit.paths));
        let own: Vec<_> = own.map(|edit| self.edit_by(edit, (landing.landed, None), policy)).collect();
        let editors = Editors::all(own.iter());
        let day = policy.day(landing.landed);
        let is_admin = |id: &String| policy.principal(id).is_some_and(|one| one.holds(ADMIN, None, day));
        index > 0 && !own.is_empty() && editors.unsigned.is_empty() && editors.signers.iter().all(is_admin)
    }

    /// A policy came into force: its admins have seen the book as it stands.
    pub(super) fn answer_for_book(&mut self) {
        if let Some((kinds, _)) = self.answered.waiting.take() {
            self.answered.kinds = Some(kinds);
        }
    }

    /// Why nobody can say what is approved, where files are of other kinds than somebody answers for.
    pub(super) fn unanswered(&self) -> Option<String> {
        let known = self.answered.kinds.as_ref()?;
        let src = &self.config.book.src;
        let by = self.answered.waiting.as_ref().map_or("the work tree", |(_, commit)| commit.as_str());
        let told =
            |what: String| Some(format!("book.toml of {by} {what}, and no policy-admin has signed that"));
        if known.book.src != *src {
            return told(format!("reads documents in {src} and no longer in {}", known.book.src));
        }
        if known.kinds.hash == self.config.kinds.hash {
            return None;
        }
        if let Some((kind, field)) = read_otherwise(&known.kinds, &self.config.kinds) {
            return told(format!("reads `{field}` of a {kind} otherwise than before"));
        }
        let policy = &self.effective.policy;
        let matters = |kind: &str| WEIGHED.contains(&kind) || policy.subjects.contains_key(kind);
        let of =
            |kinds: &Kinds, below: &str| kinds.of_path(below).map_or("page", |kind| &*kind.name).to_owned();
        let mut differ: BTreeMap<&str, (String, String)> = BTreeMap::new();
        for (path, _) in self.landings.iter().flat_map(|landing| &landing.changed) {
            let Some(below) = path.below(src.as_str()).filter(|_| path.extension() == "md") else { continue };
            if !differ.contains_key(path.as_str()) {
                let kinds = (of(&known.kinds, below), of(&self.config.kinds, below));
                differ.insert(path.as_str(), kinds);
            }
        }
        let (path, (was, is)) =
            differ.into_iter().find(|(_, (was, is))| was != is && (matters(was) || matters(is)))?;
        told(format!("takes {path} for a {is} and no {was} any more"))
    }
}

/// A field of the kinds that are weighed that has another type, or stands elsewhere in a document: its kind and name.
/// Fields that are new are of the book's own, and nothing follows from them.
fn read_otherwise<'k>(known: &'k Kinds, now: &Kinds) -> Option<(&'k str, &'k str)> {
    let of_kind = WEIGHED.iter().filter_map(|name| known.by_name.get(*name));
    let mut fields = of_kind.flat_map(|kind| kind.fields.iter().map(move |field| (kind, field)));
    let is_same = |kind: &Kind, field: &Field| {
        let now = now
            .by_name
            .get(&kind.name)
            .and_then(|kind| kind.fields.iter().find(|one| one.name == field.name));
        now.is_some_and(|now| {
            now.ty == field.ty
                && now.origin == field.origin
                && now.separator == field.separator
                && now.derived == field.derived
        })
    };
    let (kind, field) = fields.find(|(kind, field)| !is_same(kind, field))?;
    Some((&*kind.name, field.name.as_str()))
}
