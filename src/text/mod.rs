//! Source text and what can be said about it: files, spans, lines, hashes, diagnostics.
//!
//! Nothing here knows what a document is. Every other room may import this one.

mod alike;
mod asked;
mod diagnostic;
mod hash;
mod line_index;
mod path;
mod source;
mod span;
mod suggest;
mod words;

pub use alike::{skeleton, strange_letter};
pub(crate) use asked::Asked;
pub use diagnostic::{Code, Diagnostic, Edit, Fix, Label, Location, Safety, Severity, Stage};
pub use hash::{ContentHash, ContentHasher};
pub use line_index::{LineIndex, Position};
pub use path::{BookPath, folded};
pub use source::SourceFile;
pub use span::Span;
pub use suggest::{Guess, Guesser, did_you_mean, only_guess};
pub use words::{counted, is_steering, printable, with_article};
