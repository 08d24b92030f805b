//! Whether the record of an execution is signed by who carried it out (design: domain.md 2.2, `executed`).
//!
//! An execution is no decision: what its commit says is the record and the log themselves, so that the commit
//! which brings them has to be signed. A later commit that mends either is signed too, by anybody on the roster.

use super::derive::Subject;
use crate::text::BookPath;

/// What is missing of the signatures of an execution.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Unsigned {
    /// No commit of a file that its operator signed.
    ByOperator,
    /// The commit that brought the bytes that stand is signed by nobody on the roster.
    AsItStands,
}

/// What is missing of the signatures of a file of an execution; nothing where its bytes came with the trust root.
pub fn unsigned(subject: &Subject, path: &BookPath, operator: &str) -> Option<Unsigned> {
    let own = subject.edits.iter().filter(|(landing, by)| *landing > 0 && by.edit().paths.contains(path));
    let mut edits = own.map(|(_, by)| by.editors());
    let last = edits.next_back()?;
    if !last.unsigned.is_empty() {
        return Some(Unsigned::AsItStands);
    }
    let is_operators = last.signers.contains(operator) || edits.any(|by| by.signers.contains(operator));
    (!is_operators).then_some(Unsigned::ByOperator)
}
