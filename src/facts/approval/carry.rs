//! Approvals carried over a small edit (design: approvals.md, "Status of a subject").
//!
//! Where the class's policy allows it, one earlier approver may carry everybody's approvals over an edit that left
//! front matter and steps as they were and touches no restricted window. The carrier signs the new content like
//! any other approver, and names the old one: `Mcm-Carries`. What is different is read here from the bytes of
//! both; who may carry, and what for, is decided where records are weighed.

use std::collections::BTreeMap;

use super::subject::{Manifest, SubjectId, is_in_own_year};
use crate::inputs::config::Config;
use crate::inputs::document::{self, Document};
use crate::inputs::history::ledger::{FileAt, Landing};
use crate::text::{BookPath, ContentHash};

/// Two contents of one change.
#[derive(Clone, Copy)]
pub struct Between<'a> {
    /// What landed.
    pub landings: &'a [Landing],
    /// The kinds of the book.
    pub config: &'a Config,
    /// The change.
    pub id: &'a SubjectId,
    /// Names of the covered documents.
    pub covers: &'a [String],
}

/// A file at a landing.
type File<'a> = (&'a BookPath, &'a FileAt);

impl Between<'_> {
    /// Whether the difference between two contents, each with a landing at which it stood, is small.
    ///
    /// # Errors
    /// What is too much of a difference: a lower-case phrase.
    pub fn is_small(
        &self,
        (before, at_before): (ContentHash, usize),
        (after, at_after): (ContentHash, usize),
    ) -> Result<(), String> {
        let (old, new) = (self.files(at_before), self.files(at_after));
        let is_it = |files: &BTreeMap<String, File<'_>>, digest| {
            let lines = files.iter().map(|(name, (_, at))| (name.clone(), at.hash));
            Manifest::of(lines).is_ok_and(|manifest| manifest.digest() == digest)
        };
        if !is_it(&old, before) || !is_it(&new, after) {
            return Err("one of the contents has not landed as it was signed".to_owned());
        }
        if !old.keys().eq(new.keys()) {
            return Err("there are other files than before".to_owned());
        }
        let pairs = old.iter().map(|(name, old)| (name, *old, new[name]));
        for (name, old, new) in pairs.filter(|(_, (_, old), (_, new))| old.hash != new.hash) {
            let (Some(old), Some(new)) = (self.document(name, old), self.document(name, new)) else {
                return Err(format!("{name} has changed, and is neither request nor runbook"));
            };
            if head(&old).is_none() || head(&old) != head(&new) {
                return Err(format!("the front matter of {name} is not what it was"));
            }
            // A field that is read from the body is front matter, wherever it stands.
            if old.kind.as_ref().is_none_or(|kind| kind.has_origins()) {
                return Err(format!("the kind of {name} reads fields from its text"));
            }
            if steps(&old) != steps(&new) {
                return Err(format!("a step of {name} is not what it was"));
            }
            if commands(&old) != commands(&new) {
                return Err(format!("a command or a link of {name} is not what it was"));
            }
        }
        Ok(())
    }

    /// The covered files as they stood after a landing, by their names in the manifest.
    fn files(&self, landing: usize) -> BTreeMap<String, File<'_>> {
        let src = &self.config.book.src;
        let mut files = BTreeMap::new();
        let landed = self.landings.iter().take(landing.saturating_add(1));
        for (path, file) in landed.flat_map(|landing| &landing.changed) {
            let own = SubjectId::of_path(path, src).filter(|(id, _)| id == self.id);
            let Some((_, name)) = own.filter(|_| is_in_own_year(path, self.id.as_str())) else { continue };
            let is_document = |cover: &String| name.strip_suffix(".md") == Some(cover.as_str());
            match file {
                _ if !name.starts_with("files/") && !self.covers.iter().any(is_document) => {}
                Some(at) => {
                    files.insert(name, (path, at));
                }
                None => {
                    files.remove(&name);
                }
            }
        }
        files
    }

    /// The document of a file, where its bytes are at hand and it holds nothing but what can be compared.
    fn document(&self, name: &str, (_, at): File<'_>) -> Option<Document> {
        let source = at.source.as_ref().filter(|_| matches!(name, "request.md" | "runbook.md"))?;
        Some(document::parse(source, &self.config.kinds, &self.config.book.src))
    }
}

/// The front matter as it is written; nothing where it cannot be read.
fn head(document: &Document) -> Option<&str> {
    let block = document.matter.block.filter(|_| !document.matter.table.is_empty())?;
    document.source.text.get(block.span.start as usize..block.span.end as usize)
}

/// The code and the targets of the links, inside of steps and outside.
fn commands(document: &Document) -> Vec<&str> {
    let outline = &document.outline;
    let code = outline.code.iter().map(|block| &*block.text);
    code.chain(outline.links.iter().map(|link| &*link.target)).collect()
}

/// The steps with all that is written in them, commands and remarks as well: what people do is not edited in
/// passing.
fn steps(document: &Document) -> Vec<(&str, &str)> {
    let text = |span: crate::text::Span| {
        document.source.text.get(span.start as usize..span.end as usize).unwrap_or_default()
    };
    document.steps.iter().map(|step| (text(step.span), text(step.section))).collect()
}
