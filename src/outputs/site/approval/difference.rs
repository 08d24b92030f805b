//! The difference of two contents of a subject, line by line, for a page.

use std::collections::BTreeMap;

use serde::Serialize;
use similar::{ChangeTag, TextDiff};

use crate::facts::approval::content::File;

/// Lines around a difference.
const AROUND: usize = 3;
/// Lines that a page shows of one file.
const LINES: usize = 400;
/// Larger texts are not compared on a page.
const LARGEST: usize = 512 * 1024;

/// What became of a file.
#[derive(Serialize)]
pub(in super::super) struct FileDifference {
    /// As the manifest names it.
    name: String,
    path: String,
    /// `added`, `removed`, `changed`.
    what: &'static str,
    groups: Vec<Vec<Line>>,
    /// Why no line is shown, or not all of them.
    note: Option<String>,
}

#[derive(Serialize)]
struct Line {
    /// `in`, `out` or `same`.
    tag: &'static str,
    /// Line number in the text that has it.
    number: usize,
    text: String,
}

/// The files that are not the same in both.
pub(in super::super) fn of(
    before: &BTreeMap<String, File>,
    after: &BTreeMap<String, File>,
) -> Vec<FileDifference> {
    let mut names: Vec<&String> = before.keys().chain(after.keys()).collect();
    names.sort();
    names.dedup();
    let differs = |name: &&String| {
        before.get(*name).map(|file| file.at.hash) != after.get(*name).map(|file| file.at.hash)
    };
    names.into_iter().filter(differs).map(|name| file(name, before.get(name), after.get(name))).collect()
}

fn file(name: &str, before: Option<&File>, after: Option<&File>) -> FileDifference {
    let what = match (before, after) {
        (None, _) => "added",
        (_, None) => "removed",
        _ => "changed",
    };
    let path = after.or(before).map(|file| file.path.to_string()).unwrap_or_default();
    let mut found = FileDifference { name: name.to_owned(), path, what, groups: Vec::new(), note: None };
    let text = |file: Option<&File>| match file {
        None => Some(std::sync::Arc::from("")),
        Some(file) => {
            file.at.source.as_ref().filter(|source| source.invalid.is_none()).map(|s| s.text.clone())
        }
    };
    let (Some(old), Some(new)) = (text(before), text(after)) else {
        found.note = Some("its text is not kept here to be compared".to_owned());
        return found;
    };
    if old.len().max(new.len()) > LARGEST {
        found.note = Some("it is too long to be compared here".to_owned());
        return found;
    }
    let diff = TextDiff::from_lines(&*old, &*new);
    let mut shown = 0;
    for group in diff.grouped_ops(AROUND) {
        let changes = group.iter().flat_map(|op| diff.iter_changes(op));
        let lines = changes.map(|change| Line {
            tag: match change.tag() {
                ChangeTag::Insert => "in",
                ChangeTag::Delete => "out",
                ChangeTag::Equal => "same",
            },
            number: change.new_index().or(change.old_index()).unwrap_or_default() + 1,
            text: visible(change.value()),
        });
        let mut lines: Vec<Line> = lines.collect();
        let left = LINES.saturating_sub(shown);
        if lines.len() > left {
            found.note = Some(format!("only the first {LINES} lines are shown"));
            lines.truncate(left);
        }
        shown += lines.len();
        if !lines.is_empty() {
            found.groups.push(lines);
        }
    }
    found
}

/// A line without its end. What no eye sees at the end of it, and what could turn the others about, is
/// written out: a difference that cannot be seen is the one to look for.
fn visible(line: &str) -> String {
    let (line, end) = match line.strip_suffix("\r\n") {
        Some(line) => (line, "␍"),
        None => (line.strip_suffix('\n').unwrap_or(line), ""),
    };
    let kept = line.trim_end_matches([' ', '\t']);
    let mut text = String::with_capacity(line.len());
    for c in kept.chars() {
        match c {
            '\t' => text.push('\t'),
            '\u{200b}'..='\u{200f}' | '\u{202a}'..='\u{202e}' | '\u{2060}'..='\u{2069}' | '\u{feff}' => {
                text.push_str(&format!("<U+{:04X}>", u32::from(c)));
            }
            c if c.is_control() => text.push_str(&format!("<U+{:04X}>", u32::from(c))),
            c => text.push(c),
        }
    }
    text.extend(line[kept.len()..].chars().map(|c| if c == '\t' { '→' } else { '·' }));
    text + end
}

#[cfg(test)]
mod tests;
