//! What rules ask of written sections. Words of one language are looked for only where nothing else tells;
//! the page of a rule lists them.

use crate::facts::book::view;
use crate::inputs::document::Document;
use crate::text::Span;

/// A section that says something.
pub(super) struct Written<'a> {
    /// The section's heading.
    pub(super) heading: Span,
    /// Number of its words.
    pub(super) words: u32,
    /// What stands below the heading, as written.
    pub(super) raw: &'a str,
    /// The same without the addresses of links and without marks of emphasis and code.
    pub(super) text: String,
}

/// The section of a title, when somebody has written it. A missing one (MCM010) and one that is empty or
/// still holds its hint (MCM012) have their own rules, so that no other need speak of them.
pub(super) fn written<'a>(document: &'a Document, title: &str) -> Option<Written<'a>> {
    let (heading, raw) = view::section(document, title)?;
    let text = plain(raw);
    let single_spaced = |text: &str| text.split_whitespace().collect::<Vec<_>>().join(" ");
    let hint = document.kind.as_ref().and_then(|kind| kind.section(&heading.text)).map(|known| &known.hint);
    let is_hint = hint.is_some_and(|hint| !hint.is_empty() && single_spaced(hint) == single_spaced(raw));
    let says_something = heading.words > 0 && !is_hint && !is_left_open(&text);
    says_something.then_some(Written { heading: heading.span, words: heading.words, raw, text })
}

/// Markdown without link targets and without `*`, `_` at the edge of words, backticks and `>`.
pub(super) fn plain(markdown: &str) -> String {
    let mut text = String::with_capacity(markdown.len());
    let mut rest = markdown;
    while let Some(at) = rest.find("](") {
        text.push_str(&rest[..at]);
        let target = &rest[at + 2..];
        // A target holds no line break, so that an unclosed one swallows no more than its line.
        let line = target.find('\n').unwrap_or(target.len());
        rest = target[..line].find(')').map_or(&target[line..], |end| &target[end + 1..]);
    }
    text.push_str(rest);
    text.retain(|c| !matches!(c, '*' | '`' | '[' | '>'));
    text
}

/// Whether a text holds a figure: a date, an amount, a count. Digits of every script count.
pub(super) fn has_figure(text: &str) -> bool {
    text.chars().any(char::is_numeric)
}

/// Whether a text is nothing but a mark that its writer means to come back, or begins with one: "TODO: describe". "None"
/// and "not needed" are none: they are an answer, though one that wants its reason.
pub(super) fn is_left_open(text: &str) -> bool {
    opening_mark(text).is_some() || is_mark(text)
}

/// The mark with which a text begins that goes on: what stands behind it says what is still to be written. In words of
/// a language such a mark is told from prose ("To do this, ...", "todo el equipo") by its capitals or a colon.
pub(super) fn opening_mark(text: &str) -> Option<&str> {
    let text = text.trim_start_matches(|c: char| !c.is_alphanumeric());
    let is_this = |mark: &&str| text.get(..mark.len()).is_some_and(|start| start.eq_ignore_ascii_case(mark));
    let mark = ["tba", "tbc", "tbd", "todo", "to do", "fixme", "xxx"].into_iter().find(is_this)?;
    let (written, behind) = text.split_at(mark.len());
    let is_shouted = !written.chars().any(char::is_lowercase);
    let is_word = matches!(mark, "todo" | "to do");
    let ends = behind.chars().next().is_none_or(|c| !c.is_alphanumeric() && !matches!(c, '-' | '_'));
    (ends && (is_shouted || !is_word || behind.starts_with(':'))).then_some(written)
}

fn is_mark(text: &str) -> bool {
    const MARKS: [&str; 10] =
        ["tba", "tbc", "tbd", "to be added", "to be defined", "to be done", "to do", "todo", "fixme", "xxx"];
    // Longer texts are not looked at: every mark is short.
    let text = text.trim();
    let bare = text.trim_matches(|c: char| !c.is_alphanumeric());
    text.len() < 40 && MARKS.iter().any(|mark| bare.eq_ignore_ascii_case(mark))
}

/// Words with which people leave a question open. A reason behind one of them makes it an answer.
pub(super) const PLACEHOLDERS: [&str; 20] = [
    "none",
    "no",
    "no impact",
    "no effect",
    "n/a",
    "na",
    "not applicable",
    "not needed",
    "not relevant",
    "nothing",
    "nil",
    "tbd",
    "to be defined",
    "to be done",
    "to do",
    "todo",
    "unknown",
    "low",
    "see above",
    "see below",
];

/// Whether a text is nothing but one of [`PLACEHOLDERS`], or has neither letter nor digit.
pub(super) fn is_placeholder(text: &str) -> bool {
    let words = text.split_whitespace().collect::<Vec<_>>().join(" ").to_lowercase();
    let bare = words.trim_matches(|c: char| !c.is_alphanumeric());
    bare.is_empty() || PLACEHOLDERS.contains(&bare)
}

/// How many things a text says: sentences, items of lists, rows of tables, whichever way they are parted.
pub(super) fn statements(text: &str) -> usize {
    text.lines().map(in_line).sum()
}

fn in_line(line: &str) -> usize {
    let line = line.trim();
    let is_rule = line.chars().all(|c| matches!(c, '|' | '-' | ':' | ' ' | '='));
    if is_rule || line.starts_with('#') {
        return 0;
    }
    let (mut count, mut letters) = (0, 0);
    let mut chars = line.chars().peekable();
    while let Some(c) = chars.next() {
        letters += usize::from(c.is_alphabetic());
        // The point in a number or a name ends nothing.
        let is_end = match c {
            '.' | '!' | '?' => chars.peek().is_none_or(|next| next.is_whitespace()),
            '。' | '！' | '？' | '؟' | '।' => true,
            _ => false,
        };
        if is_end || chars.peek().is_none() {
            count += usize::from(letters > 3);
            letters = 0;
        }
    }
    count
}

/// Whether a text holds one of these pieces, letter case aside; the pieces are lower case.
pub(super) fn holds_any(text: &str, pieces: &[&str]) -> bool {
    let text = text.to_lowercase();
    pieces.iter().any(|piece| text.contains(piece))
}

/// Whether something follows one of these labels: `Backup: nightly dump`, a row `| Backup | nightly dump |`,
/// or a heading `### Backup` with words below it. The labels are lower case; the text is that of
/// [`plain`].
pub(super) fn is_labelled(text: &str, labels: &[&str]) -> bool {
    let text = text.to_lowercase();
    labels.iter().any(|label| text.match_indices(label).any(|(at, _)| is_label(&text, at, label.len())))
}

fn is_label(text: &str, at: usize, length: usize) -> bool {
    let (before, after) = (&text[..at], &text[at + length..]);
    if before.chars().next_back().is_some_and(char::is_alphanumeric) {
        return false;
    }
    let line = after.lines().next().unwrap_or_default();
    let says = |text: &str| text.chars().any(char::is_alphanumeric) && !is_placeholder(text);
    let first = line.trim_start().chars().next();
    let is_cell = before.trim_end_matches(' ').ends_with('|');
    let starts_line = before.rsplit('\n').next().unwrap_or_default();
    let is_heading = !starts_line.is_empty() && starts_line.trim_matches(['#', ' ']).is_empty();
    match first {
        Some(':' | '：') => {
            let behind = line.trim_start().trim_start_matches([':', '：']);
            // A label at the end of its line opens what stands below it.
            says(if behind.trim().is_empty() { next_line(after) } else { behind })
        }
        Some('|') if is_cell => says(line.trim_start().trim_matches('|')),
        None if is_heading => says(next_line(after)),
        _ => false,
    }
}

/// The first line below that is not blank.
fn next_line(after: &str) -> &str {
    let mut lines = after.lines().skip(1).map(str::trim).filter(|line| !line.is_empty());
    lines.next().filter(|line| !line.starts_with('#')).unwrap_or_default()
}

#[cfg(test)]
mod tests;
