//! The files of a subject as they stand, and whether anything can be said of them.

use super::{ClaimingFile, Subject};
use crate::facts::approval::subject::{SubjectId, is_bad, is_in_own_year};
use crate::facts::book::view;
use crate::inputs::document::Document;
use crate::inputs::policy::Policy;
use crate::text::BookPath;

impl Subject {
    /// Takes over a file; tells whether anything is different now.
    pub(super) fn put(
        &mut self,
        id: &SubjectId,
        path: &BookPath,
        name: &str,
        file: Option<ClaimingFile>,
    ) -> bool {
        let before = self.files.clone();
        let mut stands = file.as_ref().map(|file| file.hash);
        let is_stray = id.change().is_some_and(|change| !is_in_own_year(path, change));
        if id.is_document() || is_stray {
            match file {
                Some(file) => self.paths.insert(path.clone(), file),
                None => self.paths.remove(path),
            };
            if is_stray {
                return true;
            }
            // Kind and head are those of the file that stands: one that came beside it and is gone leaves nothing.
            if let Some(first) = self.paths.values().next() {
                self.kind = Some(first.kind.clone());
                self.services.clone_from(&first.services);
                self.has_unreadable_head = first.has_unreadable_head;
            }
            stands = self.paths.values().next().map(|first| first.hash);
        }
        match stands {
            Some(hash) => self.files.insert(name.to_owned(), hash),
            None => self.files.remove(name),
        };
        before != self.files
    }

    /// Why nothing can be said of what it is now; nothing where it is sound.
    pub(in crate::facts::approval) fn flaw(&self, id: &SubjectId, policy: &Policy) -> Option<String> {
        if self.paths.len() > usize::from(id.is_document()) {
            return Some("several files have its id".to_owned());
        }
        if self.has_unreadable_head && !self.files.is_empty() {
            return Some("its front matter cannot be read".to_owned());
        }
        let covers = self.covers(self.need.as_ref(), policy);
        let is_covered = |name: &&String| {
            name.strip_suffix(".md").is_some_and(|stem| covers.contains(&stem))
                && self.files.contains_key(*name)
        };
        if let Some(name) = self.unreadable.iter().find(is_covered) {
            return Some(format!("the front matter of {name} cannot be read"));
        }
        let bad = self.files.keys().find(|name| name.starts_with("files/") && is_bad(name))?;
        Some(format!("the name of {bad} can stand in no manifest, or it is a submodule"))
    }
}

/// The services on which a document outside of changes has an effect.
pub(super) fn services_of(document: &Document) -> Vec<String> {
    match document.kind_name() {
        "service" => vec![document.id.name().to_owned()],
        "standard" => {
            let written = view::texts(document, "limits.services").map(|(text, _)| text);
            written.map(|text| text.rsplit('/').next().unwrap_or(text).to_owned()).collect()
        }
        _ => Vec::new(),
    }
}
