//! An analysis as bytes: pure functions, nothing is read or written.

pub mod adoption;
pub mod approval;
pub mod calendar;
pub mod classes;
pub mod decision;
pub mod demo;
pub mod doctor;
pub mod evidence;
pub mod explain;
pub mod faults;
pub mod fixes;
pub mod gate;
pub mod listing;
pub mod policy;
pub mod progress;
pub mod reference;
pub mod report;
pub mod scaffold;
pub mod schema;
pub mod show;
pub mod site;
pub mod state;

use std::collections::BTreeMap;

use bytes::Bytes;

use crate::text::{BookPath, ContentHash};

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
    Bytes(Bytes),
    /// The bytes of an attachment, copied by the host.
    Attachment(BookPath),
    /// Bytes that a [`Sink`] has written; they are held no more.
    Written {
        /// Their hash.
        hash: ContentHash,
        /// Their number.
        size: u64,
    },
}

/// Takes files of a site one by one, as they are made and in any order.
pub trait Sink: Sync {
    /// What the output shall hold for a file. The same path may come twice; which of both is shown is decided
    /// afterwards.
    fn take(&self, path: &str, bytes: Bytes) -> Content;

    /// Whether nothing more is wanted: the files that are still to be made may be left out.
    fn is_done(&self) -> bool {
        false
    }
}

/// Holds every file.
#[derive(Clone, Copy, Debug)]
pub struct Held;

impl Sink for Held {
    fn take(&self, _: &str, bytes: Bytes) -> Content {
        Content::Bytes(bytes)
    }
}

impl Output {
    /// Adds a file made of text or bytes.
    pub fn add(&mut self, path: impl Into<String>, bytes: impl Into<Bytes>) {
        self.files.insert(path.into(), Content::Bytes(bytes.into()));
    }
}
