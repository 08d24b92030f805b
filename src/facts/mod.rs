//! What follows when the pieces are put together.

pub mod book;

use std::sync::Arc;

use crate::inputs::Inputs;

/// Everything that rules and pages may know of a book.
#[derive(Clone, Debug)]
pub struct Facts {
    /// What was read.
    pub inputs: Arc<Inputs>,
    /// The documents, joined.
    pub book: book::Book,
}
