//! How bad a finding is in a document of which something is true: `[[kind.NAME.severity]]`.

use crate::facts::book::Book;
use crate::inputs::config::{DOCUMENT_RULES, Scope};
use crate::inputs::document::Document;
use crate::text::Diagnostic;

/// Fits the findings of one document to what its kind says.
pub(super) fn of_kind(document: &Document, found: &mut [Diagnostic]) {
    let Some(kind) = document.kind.as_ref().filter(|kind| !kind.severities.is_empty()) else { return };
    let scope = Scope::of(&document.matter.table);
    let holding: Vec<_> = kind.severities.iter().filter(|severity| severity.when.holds(scope)).collect();
    for diagnostic in found {
        let code = diagnostic.code.0;
        let is_meant = |rules: &[String]| match rules.is_empty() {
            true => DOCUMENT_RULES.contains(&code),
            false => rules.iter().any(|rule| rule == code),
        };
        if let Some(last) = holding.iter().rev().find(|severity| is_meant(&severity.rules)) {
            diagnostic.severity = last.severity;
        }
    }
}

/// The same for findings of a rule over the whole book, each by the document in which it is.
pub(super) fn of_kinds(book: &Book, found: &mut [Diagnostic]) {
    for diagnostic in found {
        let place = diagnostic.location.as_ref().and_then(|location| book.at_path(&location.path));
        if let Some(index) = place {
            of_kind(book.document(index), std::slice::from_mut(diagnostic));
        }
    }
}
