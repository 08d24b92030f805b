//! Link definitions that are used as comments: `[//]: # (text)`, `[comment]: <> (text)`, `[text]: #`.
//!
//! The parser keeps one definition of a label and gives none an event, so that they are looked for in the lines of
//! the source: where one stands in a line and the parser saw no text, there it is.

use std::ops::Range;

use crate::inputs::document::markdown::Comment;
use crate::text::Span;

/// What shows that a text may hold one; few do.
pub(super) fn may_be_in(source: &str) -> bool {
    ["]: #", "]:#", "]: <>", "]:<>"].into_iter().any(|mark| source.contains(mark))
}

/// The comments of a source in which text was seen at these places.
pub(super) fn find(source: &str, mut seen: Vec<Range<usize>>) -> Vec<Comment> {
    seen.sort_unstable_by_key(|range| range.start);
    let is_seen = |at: usize| {
        let before = seen.partition_point(|range| range.start <= at);
        seen[..before].last().is_some_and(|range| at < range.end)
    };
    let mut found: Vec<Comment> = Vec::new();
    let mut at = 0;
    for line in source.split_inclusive('\n') {
        let start = at + line.len() - line.trim_start_matches([' ', '>']).len();
        at += line.len();
        let is_inside = found.last().is_some_and(|last| start < last.span.end as usize);
        if !is_inside && !is_seen(start) {
            found.extend(
                comment(&source[start..])
                    .map(|(length, words)| Comment { span: Span::new(start, start + length), words }),
            );
        }
    }
    found
}

/// A definition that leads to nothing but the top of its own page: its length, and the number of words that it hides.
fn comment(text: &str) -> Option<(usize, usize)> {
    const NAMES: [&str; 3] = ["//", "comment", "_"];
    let line = &text[..text.find('\n').unwrap_or(text.len())];
    let (label, rest) = line.strip_prefix('[')?.split_once("]:")?;
    let target = rest.trim_start();
    let behind = target.strip_prefix('#').or_else(|| target.strip_prefix("<>"))?;
    if label.contains('[') || !behind.is_empty() && !behind.starts_with([' ', '\t']) {
        return None;
    }
    let mut end = line.trim_end().len();
    let mut words = if NAMES.contains(&label.trim()) { 0 } else { label.split_whitespace().count() };
    // The text is the title of the definition, on this line or the next.
    let from = text.len() - text[line.len() - behind.len()..].trim_start().len();
    if let Some(length) = title_of(&text[from..]) {
        words += text[from + 1..from + length - 1].split_whitespace().count();
        end = end.max(from + length);
    }
    (words > 0).then_some((end, words))
}

/// The length of the title with which a text begins, if it begins with one: it ends before a blank line, and nothing
/// stands behind it.
fn title_of(text: &str) -> Option<usize> {
    let close = match text.chars().next()? {
        '(' => ')',
        quote @ ('"' | '\'') => quote,
        _ => return None,
    };
    let paragraph = &text[..text.find("\n\n").unwrap_or(text.len())];
    let end = 1 + paragraph[1..].find(close)? + 1;
    let behind = &paragraph[end..];
    behind[..behind.find('\n').unwrap_or(behind.len())].trim().is_empty().then_some(end)
}

#[cfg(test)]
mod tests {
    use super::super::outline;
    use crate::text::Span;

    fn comments(text: &str) -> Vec<(&str, usize)> {
        let found = outline(text, Span::new(0, text.len()), &mut Vec::new()).comments;
        found.into_iter().map(|comment| (comment.span.slice(text), comment.words)).collect()
    }

    #[test]
    fn a_definition_that_leads_nowhere_is_a_comment() {
        for (text, found) in [
            ("[//]: # (one two)\n", ("[//]: # (one two)", 2)),
            ("Text.\n\n[comment]: <> \"one\"\n", ("[comment]: <> \"one\"", 1)),
            ("[//]: #\n  'one\n  two'\n\nText.\n", ("[//]: #\n  'one\n  two'", 2)),
            ("\u{feff}[one two]: #\r\n\r\nText.\r\n", ("[one two]: #", 2)),
            ("> [//]: # (one)\n", ("[//]: # (one)", 1)),
            ("[one]: #\n\"Said\" by Ana.\n", ("[one]: #", 1)),
        ] {
            assert_eq!(comments(text), [found], "{text:?}");
        }
        let twice = "[//]: # (one)\n[//]: # (one two)\n";
        assert_eq!(comments(twice), [("[//]: # (one)", 1), ("[//]: # (one two)", 2)]);
    }

    #[test]
    fn what_is_seen_is_none() {
        for text in [
            "Text\n[//]: # (one)\n",
            "```\n[//]: # (one)\n```\n",
            "    [//]: # (one)\n",
            "- item\n  [//]: # (one)\n",
            "[//]: #\n",
            "[plan]: #plan \"The plan\"\n",
            "[//]: # (one\n",
            "`[//]: # (one)`\n",
        ] {
            assert_eq!(comments(text), [], "{text:?}");
        }
    }
}
