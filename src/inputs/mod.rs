//! What is read, each piece alone.
//!
//! Enters: the bytes that `hosts::workspace` found. Leaves: [`Inputs`], the only argument of
//! [`crate::analysis::analyze`]. Nothing here knows of two pieces at once.

pub mod config;
pub mod document;
pub mod history;
pub mod ical;
pub mod policy;
pub mod profile;
mod reader;
pub mod signature;
pub mod value;

use std::sync::Arc;

use crate::text::{BookPath, ContentHash, Diagnostic, SourceFile};

/// Everything an analysis may depend on. Two equal `Inputs` give equal analyses.
#[derive(Clone, Debug)]
pub struct Inputs {
    /// The validated `book.toml`, with the document kinds.
    pub config: Arc<config::Config>,
    /// The Markdown files below the source folder, sorted by path.
    pub sources: Vec<SourceFile>,
    /// Every other file below the source folder, sorted by path.
    pub attachments: Vec<Attachment>,
    /// What Git says about the files, or why it says nothing.
    pub history: Arc<history::History>,
    /// Who may do what and how strict the book is, as the files that are judged say.
    pub policy: Arc<policy::Policy>,
    /// The moment at which the book is judged: what is overdue, expired or too old follows from it.
    pub as_of: jiff::Timestamp,
    /// What stood in the way of reading the book: files that are unreadable, links, colliding names.
    pub faults: Vec<Diagnostic>,
}

impl Inputs {
    /// The moment at which the book is judged, as far as a site may show it: not where it is only what a clock showed
    /// while the site was made, so that the same files give the same bytes.
    pub fn moment(&self) -> Option<jiff::Timestamp> {
        (!self.history.undated).then_some(self.as_of)
    }
}

/// A file that is no document: kept beside the documents and copied to the site.
#[derive(Clone, Debug)]
pub struct Attachment {
    /// Where it lies.
    pub path: BookPath,
    /// Hash of its bytes, as `sha256sum` prints it.
    pub hash: ContentHash,
    /// Its size in bytes.
    pub size: u64,
    /// Its text, for the few kinds of file that the analysis reads (`*.log.jsonl`, `*.ics`).
    pub text: Option<SourceFile>,
}
