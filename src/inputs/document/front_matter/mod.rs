//! Front matter: YAML between `---`, TOML between `+++`, JSON between `;;;`.
//!
//! gray_matter does the splitting and hands the head to a strict engine of ours; the guards before it are
//! there because it loses a head silently after a BOM or without a closing fence, trims indentation,
//! rewrites line ends and gives no offsets (design: site.md, security of the generator). So: the fences
//! are found on bytes first, aliases and heads over [`MAX_FRONT_MATTER`] are refused, and a span-aware
//! parser reads the same bytes. A property test holds both readings equal.

use super::{Fault, Matter};
use crate::text::{SourceFile, Span};

/// The largest front matter that is read, in bytes.
pub const MAX_FRONT_MATTER: usize = 64 * 1024;

/// The three formats of front matter.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Format {
    /// Between `---`.
    Yaml,
    /// Between `+++`.
    Toml,
    /// Between `;;;`.
    Json,
}

/// A head, and where the body begins.
pub(super) struct Head {
    pub(super) matter: Matter,
    pub(super) body: Span,
}

/// Reads the head of a file; what is wrong with it goes to `faults` as MCM001, MCM002 or MCM021.
pub(super) fn read(source: &SourceFile, faults: &mut Vec<Fault>) -> Head {
    let _ = (source, faults);
    todo!()
}
