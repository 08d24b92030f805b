//! What kinds of documents there are, as somebody answers for it.
//!
//! `book.toml` says which files are windows, services and models, and by that whose signatures they need. It governs as
//! it stands, past and present; who could edit it without a word could lift a freeze, or have a model approved by
//! fewer people. Such an edit is signed by a policy-admin, or a policy comes into force after it. Until then nobody can
//! say what is approved.

use std::collections::BTreeMap;
use std::sync::Arc;

use super::Pass;
use crate::facts::approval::amendment::ADMIN;
use crate::facts::approval::editors::Editors;
use crate::inputs::config::{BOOK_TOML, Config, Kinds};
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
        let is_same = |known: &Arc<Config>| known.kinds.hash == config.kinds.hash;
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
        if known.kinds.hash == self.config.kinds.hash {
            return None;
        }
        let src = &self.config.book.src;
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
        let by = self.answered.waiting.as_ref().map_or("the work tree", |(_, commit)| commit.as_str());
        Some(format!(
            "book.toml of {by} takes {path} for a {is} and no {was} any more, and no policy-admin has signed that"
        ))
    }
}
