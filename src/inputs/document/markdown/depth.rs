//! A guard against nesting that would keep the parser busy for hours.
//!
//! STRATEGY: for every line pulldown-cmark looks at every container that is open, so that one line of a
//! million `> ` with a million lines of text below costs a million times a million steps. The guard bounds
//! that product from the lines' first characters alone, which is cheap. Only if the bound is beyond
//! [`MAX_STEPS`], markers deeper than [`MAX_DEPTH`] are made text, by a backslash in the place of the byte
//! before them: the length stays, and with it every offset. No document that somebody wrote comes near.

use std::borrow::Cow;

use super::MAX_DEPTH;

/// How many containers the parser may look at in one text: a twentieth of a second.
const MAX_STEPS: usize = 50_000_000;

/// The text itself, or one that the parser can read in linear time.
pub(super) fn bounded(text: Cow<'_, str>) -> Cow<'_, str> {
    // Half of the bytes markers of one line, half of them lines: there is no worse text of that length.
    if (text.len() / 2).saturating_pow(2) <= MAX_STEPS {
        return text;
    }
    let (mut lines, mut deepest) = (0, 0);
    for line in text.as_bytes().split(|byte| *byte == b'\n') {
        lines += 1;
        deepest = levels(line, usize::MAX).0.max(deepest);
    }
    if deepest.saturating_mul(lines) <= MAX_STEPS { text } else { flattened(&text).into() }
}

fn flattened(text: &str) -> String {
    let mut flat = String::with_capacity(text.len());
    for line in text.split_inclusive('\n') {
        match levels(line.trim_end_matches('\n').as_bytes(), MAX_DEPTH) {
            (levels, at) if levels > MAX_DEPTH && at > 0 => {
                flat.push_str(&line[..at - 1]);
                flat.push('\\');
                flat.push_str(&line[at..]);
            }
            _ => flat.push_str(line),
        }
    }
    flat
}

/// How many containers a line can be in, going by its markers and by the indentation before them, and where
/// the marker stands that takes it beyond the limit (else the last one).
fn levels(line: &[u8], limit: usize) -> (usize, usize) {
    let (mut at, mut markers, mut columns, mut last) = (0, 0, 0, 0);
    loop {
        match line.get(at) {
            Some(b' ') => columns += 1,
            Some(b'\t') => columns += 4,
            _ => match marker_length(&line[at..]) {
                0 => break,
                length => {
                    last = at;
                    markers += 1;
                    at += length - 1;
                    if markers + columns / 2 > limit {
                        break;
                    }
                }
            },
        }
        at += 1;
    }
    if markers == 0 { (0, 0) } else { (markers + columns / 2, last) }
}

/// The length of the quote or list marker at the start, or zero.
fn marker_length(rest: &[u8]) -> usize {
    let is_blank = |at: usize| matches!(rest.get(at), None | Some(b' ' | b'\t'));
    match rest.first() {
        Some(b'>') => 1,
        Some(b'-' | b'+' | b'*') => usize::from(is_blank(1)),
        Some(b'0'..=b'9') => {
            let digits = rest.iter().take(10).take_while(|byte| byte.is_ascii_digit()).count();
            let ends = matches!(rest.get(digits), Some(b'.' | b')')) && digits <= 9 && is_blank(digits + 1);
            if ends { digits + 1 } else { 0 }
        }
        _ => 0,
    }
}

#[cfg(test)]
mod tests;
