//! Text that no receiver obeys: terminals obey control characters, and the log of a GitHub runner obeys
//! lines that begin with `::` and the mark `##[` anywhere in a line.

use std::io::{self, Write};

use serde::Serialize;

use crate::text::is_steering;

/// One line of text for people: steering characters give way to U+FFFD, marks of commands are broken up.
pub(in crate::outputs) fn line(text: &str) -> String {
    let text = crate::text::printable(text).replace("##[", "## [");
    match text.trim_start().starts_with("::") {
        true => text.replacen("::", ": :", 1),
        false => text,
    }
}

/// JSON on indented lines, with a line break at its end.
pub(super) fn json(value: &impl Serialize, out: &mut dyn Write) -> io::Result<()> {
    serde_json::to_writer_pretty(Escaping(&mut *out), value)?;
    out.write_all(b"\n")
}

/// Takes JSON and writes what steers as escapes: `\u009b`. Such characters stand only in its strings.
struct Escaping<'a>(&'a mut dyn Write);

impl Write for Escaping<'_> {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        let is_plain = |byte: &u8| byte.is_ascii() && *byte != 0x7f && *byte != b'#';
        if bytes.iter().all(is_plain) {
            self.0.write_all(bytes)?;
            return Ok(bytes.len());
        }
        // The serializer hands on whole pieces of text.
        let text = std::str::from_utf8(bytes).map_err(io::Error::other)?;
        let mut written = 0;
        for (at, steering) in text.match_indices(is_steering).filter(|(_, found)| *found != "\n") {
            self.plain(&text[written..at])?;
            for unit in steering.encode_utf16() {
                write!(self.0, "\\u{unit:04x}")?;
            }
            written = at + steering.len();
        }
        self.plain(&text[written..])?;
        Ok(bytes.len())
    }

    fn flush(&mut self) -> io::Result<()> {
        self.0.flush()
    }
}

impl Escaping<'_> {
    fn plain(&mut self, text: &str) -> io::Result<()> {
        let mut pieces = text.split("##[");
        self.0.write_all(pieces.next().unwrap_or_default().as_bytes())?;
        pieces.try_for_each(|piece| write!(self.0, "##\\u005b{piece}"))
    }
}

/// Text as content or attribute value of XML 1.0: markup and line breaks as references, what XML cannot
/// hold as U+FFFD.
pub(super) fn xml(text: &str) -> String {
    let mut escaped = String::with_capacity(text.len());
    for c in text.chars() {
        match c {
            '&' => escaped.push_str("&amp;"),
            '<' => escaped.push_str("&lt;"),
            '>' => escaped.push_str("&gt;"),
            '"' => escaped.push_str("&quot;"),
            '[' if escaped.ends_with("##") => escaped.push_str("&#91;"),
            '\n' | '\t' => escaped.push_str(&format!("&#{};", c as u32)),
            '\u{fffe}' | '\u{ffff}' => escaped.push('\u{fffd}'),
            c if is_steering(c) => escaped.push('\u{fffd}'),
            c => escaped.push(c),
        }
    }
    escaped
}

/// Text inside a paragraph or a table of Markdown, as GitHub renders it: shown as it is.
pub(super) fn markdown(text: &str) -> String {
    let mut escaped = String::with_capacity(text.len());
    for c in line(text).chars() {
        match c {
            '&' => escaped.push_str("&amp;"),
            '<' => escaped.push_str("&lt;"),
            '>' => escaped.push_str("&gt;"),
            // An at sign would call a person, a hash would link an issue.
            '@' | '#' => escaped.push_str(&format!("&#{};", c as u32)),
            c if c.is_ascii_punctuation() && !matches!(c, '.' | ',' | ';' | ':' | '/' | '"' | '\'' | '-') => {
                escaped.push('\\');
                escaped.push(c);
            }
            c => escaped.push(c),
        }
    }
    escaped
}
