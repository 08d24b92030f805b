//! Code fences that are never closed.

use crate::inputs::document::Fault;
use crate::text::{Code, Span};

/// Whether a fenced block ends with its closing fence rather than with the text (CommonMark 4.5).
///
/// In a block that nothing closed no line is a closing fence, so that looking at the last one is enough.
pub(super) fn is_closed(block: &str) -> bool {
    let mut lines = block.lines();
    let opening = lines.next().unwrap_or_default().trim_start();
    let Some(mark) = opening.chars().next() else { return true };
    let length = fence_length(opening, mark);
    let Some(last) = lines.next_back() else { return false };
    let indent = last.len() - last.trim_start_matches(' ').len();
    let closing = fence_length(&last[indent..], mark);
    indent <= 3 && closing >= length && last[indent + closing..].trim().is_empty()
}

/// MCM011 for an unclosed block, if it hides headings.
pub(super) fn fault(text: &str, block: Span) -> Option<Fault> {
    let mut hidden = headings(text, block);
    let first = hidden.next()?;
    let count = 1 + hidden.count();
    let start = block.start as usize;
    let line = 1 + text[..start].bytes().filter(|byte| *byte == b'\n').count();
    let opening = text[start..].lines().next().unwrap_or_default();
    let mark = opening.chars().next().unwrap_or('`');
    // Backticks between backticks would be no fence to copy.
    let marks = if mark == '~' { "tildes" } else { "backticks" };
    let length = fence_length(opening, mark);
    let headings = if count == 1 { "heading" } else { "headings" };
    Some(Fault {
        code: Code("MCM011"),
        span: Span::new(start, start + opening.len()),
        message: format!("code fence opened at line {line} is never closed and hides {count} {headings}"),
        label: Some("opened here, never closed".to_owned()),
        help: vec![format!("close the fence with a line that holds {length} {marks} and nothing else")],
        related: vec![(first, "the first hidden heading".to_owned())],
    })
}

/// The lines of a block that would be ATX headings outside of it (CommonMark 4.2).
fn headings(text: &str, block: Span) -> impl Iterator<Item = Span> + '_ {
    let mut at = block.start as usize;
    let lines = block.slice(text).split_inclusive('\n').map(move |line| {
        let start = at;
        at += line.len();
        (start, line)
    });
    lines.filter_map(|(start, line)| {
        let indent = line.len() - line.trim_start_matches(' ').len();
        let heading = line[indent..].trim_end();
        let level = fence_length(heading, '#');
        let is_heading = indent <= 3 && (1..=6).contains(&level);
        let is_spaced = heading.len() == level || heading[level..].starts_with([' ', '\t']);
        (is_heading && is_spaced).then(|| Span::new(start + indent, start + indent + heading.len()))
    })
}

/// How often the mark stands at the start.
fn fence_length(line: &str, mark: char) -> usize {
    line.bytes().take_while(|byte| char::from(*byte) == mark).count()
}
