//! The one place where the site asks for coloured code.

/// Code as escaped HTML with classes (`hl-keyword`, `hl-string`, ...), or nothing when the language is
/// unknown.
pub(super) fn highlight(language: &str, code: &str) -> Option<String> {
    let _ = (language, code);
    None
}
