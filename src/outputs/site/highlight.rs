//! Code coloured at build time: escaped HTML with classes, never with colours.
//!
//! The grammars are tree-sitter's, through arborium. Names, operators and punctuation stay plain: marking
//! them doubles a page and helps nobody read.

mod grammar;

use std::cmp::Reverse;

/// Blocks beyond this size are shown plain: nobody reads their colours, and a grammar may take its time.
const LARGEST: usize = 256 * 1024;

/// The code as escaped HTML with `<span class="hl-…">`, or nothing when the language is unknown.
pub(crate) fn highlight(language: &str, code: &str) -> Option<String> {
    let language = grammar::find(language)?;
    if code.len() > LARGEST {
        return None;
    }
    let mut marks = grammar::marks(language, code)?;
    marks.retain(|mark| mark.start < mark.end && mark.end <= code.len());
    marks.sort_by_key(|mark| (mark.start, Reverse(mark.end), mark.rank));
    Some(write(code, &marks))
}

/// A piece of code and what it is; `None` is a piece that stays plain inside of a marked one.
#[derive(Clone, Copy)]
struct Mark {
    start: usize,
    end: usize,
    /// Of marks of one place, the one of the later pattern counts.
    rank: usize,
    class: Option<&'static str>,
}

/// The class of a capture, by its first word: `keyword.conditional` is a keyword.
fn class_of(capture: &str) -> Option<&'static str> {
    let mut words = capture.split('.');
    Some(match words.next()? {
        "keyword" | "include" | "conditional" | "repeat" | "storageclass" | "exception" => "hl-keyword",
        "string" | "character" => "hl-string",
        "comment" => "hl-comment",
        "number" | "float" => "hl-number",
        "function" | "method" | "macro" => "hl-function",
        "type" | "constructor" | "namespace" | "module" => "hl-type",
        "constant" | "boolean" => "hl-constant",
        "property" | "field" => "hl-property",
        "attribute" | "annotation" => "hl-attribute",
        "tag" | "label" => "hl-tag",
        "diff" => match words.next()? {
            "plus" | "add" | "addition" => "hl-inserted",
            "minus" | "delete" | "deletion" => "hl-deleted",
            _ => "hl-heading",
        },
        _ => return None,
    })
}

/// Writes the code once, each byte in the innermost mark that covers it; of equal marks the last counts.
fn write(code: &str, marks: &[Mark]) -> String {
    let mut html = String::with_capacity(code.len() * 2);
    let mut open: Vec<Mark> = Vec::new();
    let mut at = 0;
    for mark in marks {
        close_until(code, &mut html, &mut open, &mut at, mark.start);
        piece(code, &mut html, at, mark.start, &open);
        at = at.max(mark.start);
        open.push(*mark);
    }
    close_until(code, &mut html, &mut open, &mut at, code.len());
    piece(code, &mut html, at, code.len(), &open);
    html
}

/// Writes what stands before `limit` in marks that end there, innermost first.
fn close_until(code: &str, html: &mut String, open: &mut Vec<Mark>, at: &mut usize, limit: usize) {
    while let Some(inner) = open.last().copied().filter(|inner| inner.end <= limit) {
        piece(code, html, *at, inner.end, open);
        *at = (*at).max(inner.end);
        open.pop();
    }
}

fn piece(code: &str, html: &mut String, from: usize, to: usize, open: &[Mark]) {
    let Some(text) = code.get(from..to).filter(|text| !text.is_empty()) else { return };
    match open.last().and_then(|mark| mark.class) {
        Some(class) if !text.trim().is_empty() => {
            html.push_str("<span class=\"");
            html.push_str(class);
            html.push_str("\">");
            escape(text, html);
            html.push_str("</span>");
        }
        _ => escape(text, html),
    }
}

fn escape(text: &str, html: &mut String) {
    let mut rest = text;
    while let Some(at) = rest.find(['&', '<', '>', '"']) {
        html.push_str(&rest[..at]);
        html.push_str(match rest.as_bytes()[at] {
            b'&' => "&amp;",
            b'<' => "&lt;",
            b'>' => "&gt;",
            _ => "&quot;",
        });
        rest = &rest[at + 1..];
    }
    html.push_str(rest);
}

#[cfg(test)]
mod tests;
