//! An analysis as bytes: pure functions, nothing is read or written.

pub mod adoption;
pub mod approval;
pub mod classes;
pub mod decision;
pub mod demo;
pub mod doctor;
pub mod evidence;
pub mod explain;
pub mod fixes;
pub mod listing;
pub mod policy;
pub mod progress;
pub mod reference;
pub mod report;
pub mod scaffold;
pub mod schema;
pub mod site;

use std::collections::BTreeMap;
use std::sync::Arc;

use crate::text::BookPath;

/// The files of a site, by path below the output folder.
#[derive(Clone, Debug, Default)]
pub struct Output {
    /// Path, with `/` between its parts -> content.
    pub files: BTreeMap<String, Content>,
}

/// What a file of the output holds.
#[derive(Clone, Debug)]
pub enum Content {
    /// These bytes.
    Bytes(Arc<[u8]>),
    /// The bytes of an attachment, copied by the host.
    Attachment(BookPath),
}

impl Output {
    /// Adds a file made of text or bytes.
    pub fn add(&mut self, path: impl Into<String>, bytes: impl Into<Arc<[u8]>>) {
        self.files.insert(path.into(), Content::Bytes(bytes.into()));
    }
}
