//! Words for messages.

/// A noun with its indefinite article: `a window`, `an exception`.
///
/// The letter decides, not the sound; a book's own kinds are read as they are spelled.
pub fn with_article(noun: &str) -> String {
    let vowel = noun.starts_with(|c: char| matches!(c.to_ascii_lowercase(), 'a' | 'e' | 'i' | 'o' | 'u'));
    format!("{} {noun}", if vowel { "an" } else { "a" })
}

/// A number with its noun: `1 error`, `2 errors`.
pub fn counted(number: usize, noun: &str) -> String {
    format!("{number} {noun}{}", if number == 1 { "" } else { "s" })
}

/// Text that no terminal obeys and that stands in the order in which it is stored: control characters,
/// bidirectional overrides and separators of lines give way to U+FFFD.
///
/// Marks (U+200E, U+200F) stay: text in right-to-left scripts needs them, and they reorder nothing but
/// their neighbours.
pub fn printable(text: &str) -> String {
    text.chars().map(|c| if is_steering(c) { '\u{fffd}' } else { c }).collect()
}

/// Whether a character steers a terminal, breaks a line or turns the text around.
pub fn is_steering(c: char) -> bool {
    c.is_control() || matches!(c, '\u{2028}' | '\u{2029}' | '\u{202a}'..='\u{202e}' | '\u{2066}'..='\u{2069}')
}
