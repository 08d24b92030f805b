//! Execution logs (domain.md 1.4): JSON lines, each holding the hash of the one before.
//!
//! Enters: a `*.log.jsonl` file. Leaves: its events, or the first line that cannot be trusted and why. A log
//! is evidence: a line that was changed, added, dropped or reordered breaks the chain from there on, so
//! nothing of such a log is handed out. The one exception is the end: a process that is killed while it
//! writes leaves a piece of a line without a line break, and the log before it is whole.

mod event;

use std::ops::Range;

use crate::inputs::value::{ParseFault, Table, Value, parse_json};
use crate::text::{ContentHash, SourceFile, Span};

pub use self::event::{Criterion, Decision, Event, OUTCOMES, ROLLBACK_RESULTS, StepOutcome, TriggerAction};

/// A log whose chain holds.
#[derive(Clone, Debug, PartialEq)]
pub struct Log {
    /// The lines, in order; `seq` is the index.
    pub entries: Vec<Entry>,
    /// The piece of a line at the end that a killed process left.
    pub torn: Option<Span>,
}

/// One line of a log.
#[derive(Clone, Debug, PartialEq)]
pub struct Entry {
    /// When, by the wall clock, in UTC.
    pub at: jiff::Timestamp,
    /// Milliseconds since the run began, by a clock that does not jump.
    pub mono: u64,
    /// Roster id of who did it.
    pub by: String,
    /// What happened.
    pub event: Event,
    /// The line, without its line break.
    pub span: Span,
}

/// Why a log is refused.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("line {line}: {why}")]
pub struct LogFault {
    /// The line, from 1.
    pub line: usize,
    /// The line, or the piece of it that is wrong.
    pub span: Span,
    /// What is wrong: a lower-case phrase.
    pub why: String,
    /// What to do.
    pub help: String,
}

impl Log {
    /// The line that began the run, when the log begins with one.
    pub fn begin(&self) -> Option<&Entry> {
        self.entries.first().filter(|entry| matches!(entry.event, Event::Begin { .. }))
    }

    /// The line that ended the run, when the log ends with one.
    pub fn end(&self) -> Option<&Entry> {
        self.entries.last().filter(|entry| matches!(entry.event, Event::End { .. }))
    }
}

/// Reads a log and checks its chain; the first line that breaks it is the fault.
///
/// An empty file is an empty log: the process was killed before its first line was whole.
pub fn read(source: &SourceFile) -> Result<Log, LogFault> {
    let text = &*source.text;
    let mut log = Log { entries: Vec::new(), torn: None };
    let mut previous = ContentHash::of(b"");
    let mut at = 0;
    for written in text.split_inclusive('\n') {
        let line = Line {
            number: log.entries.len() + 1,
            offset: at,
            text: written.strip_suffix('\n').unwrap_or(written),
        };
        let is_ended = line.text.len() < written.len();
        let is_utf8 = source.invalid.is_none_or(|invalid| !line.range().contains(&(invalid as usize)));
        match line.read(previous, is_utf8) {
            Ok(entry) => log.entries.push(entry),
            // A line that parses was written whole; it must fit, with a line break or without.
            Err(Refused::Unreadable(_)) if !is_ended => log.torn = Some(line.span()),
            Err(Refused::Unreadable(fault) | Refused::Misfit(fault)) => return Err(fault),
        }
        previous = ContentHash::of(line.text.as_bytes());
        at += written.len();
    }
    Ok(log)
}

/// A line in its file.
struct Line<'a> {
    number: usize,
    offset: usize,
    text: &'a str,
}

/// Why a line is refused: what may be the piece that a killed process left, and what cannot.
enum Refused {
    Unreadable(LogFault),
    Misfit(LogFault),
}

impl Line<'_> {
    fn range(&self) -> Range<usize> {
        self.offset..self.offset + self.text.len()
    }

    fn span(&self) -> Span {
        self.range().into()
    }

    fn read(&self, previous: ContentHash, is_utf8: bool) -> Result<Entry, Refused> {
        let table = self.parse(is_utf8).map_err(Refused::Unreadable)?;
        self.entry(&table, previous).map_err(Refused::Misfit)
    }

    fn parse(&self, is_utf8: bool) -> Result<Table, LogFault> {
        let rewritten =
            "restore the log from Git; `*.jsonl -text` in `.gitattributes` keeps tools from rewriting it";
        if !is_utf8 {
            return Err(self.fault(self.span(), "the line is not UTF-8", rewritten));
        }
        if self.text.starts_with('\u{feff}') {
            return Err(self.fault(self.span(), "a byte order mark stands before the line", rewritten));
        }
        if self.text.trim().is_empty() {
            return Err(self.fault(self.span(), "the line is blank", rewritten));
        }
        if self.text.ends_with('\r') {
            return Err(self.fault(self.span(), "the line ends with CR LF; a log has LF alone", rewritten));
        }
        parse_json(self.text, self.offset).map_err(|faults| {
            let ParseFault { span, message, .. } = faults.into_iter().next().unwrap_or_default();
            self.fault(span, message, RESTORE)
        })
    }

    fn entry(&self, table: &Table, previous: ContentHash) -> Result<Entry, LogFault> {
        if let Some(key) = unsorted(table) {
            return Err(self.fault(key, "its keys are not sorted", RESTORE));
        }
        let seq = self.get(table, "seq", "a whole number", Value::as_integer)?;
        if usize::try_from(seq) != Ok(self.number - 1) {
            let why =
                format!("`seq` is {seq}, {} is due: a line is missing, added or moved", self.number - 1);
            return Err(self.fault(self.place(table, "seq"), why, RESTORE));
        }
        let prev = self.get(table, "prev", "a SHA-256", |value| ContentHash::from_hex(value.as_str()?))?;
        if prev != previous {
            let why = match self.number {
                1 => "`prev` of the first line is not the SHA-256 of nothing".to_owned(),
                number => {
                    format!("`prev` is not the SHA-256 of line {}: one of the two was changed", number - 1)
                }
            };
            return Err(self.fault(self.place(table, "prev"), why, RESTORE));
        }
        Ok(Entry {
            at: self
                .get(table, "at", "RFC 3339 in UTC with milliseconds", |value| instant(value.as_str()?))?,
            mono: self.get(table, "mono", "milliseconds", |value| u64::try_from(value.as_integer()?).ok())?,
            by: self.get(table, "by", "a roster id", |value| {
                value.as_str().filter(|by| !by.is_empty() && !by.starts_with('@')).map(str::to_owned)
            })?,
            event: event::read(table).map_err(|why| self.fault(self.span(), why, RESTORE))?,
            span: self.span(),
        })
    }

    /// A key that every line has.
    fn get<T>(
        &self,
        table: &Table,
        key: &str,
        what: &str,
        read: impl Fn(&Value) -> Option<T>,
    ) -> Result<T, LogFault> {
        let Some(value) = table.get(key) else {
            return Err(self.fault(self.span(), format!("`{key}` is missing"), RESTORE));
        };
        read(value).ok_or_else(|| self.fault(value.span, format!("`{key}` is not {what}"), RESTORE))
    }

    fn place(&self, table: &Table, key: &str) -> Span {
        table.get(key).map_or(self.span(), |value| value.span)
    }

    fn fault(&self, span: Span, why: impl Into<String>, help: &str) -> LogFault {
        LogFault { line: self.number, span, why: why.into(), help: help.to_owned() }
    }
}

const RESTORE: &str =
    "restore the log as the run wrote it; a log is never edited, a correction is a `note` of its own";

/// The first key that stands behind a greater one, in any object of the line.
fn unsorted(table: &Table) -> Option<Span> {
    let entries = table.entries();
    let here = entries.windows(2).find(|pair| pair[0].key > pair[1].key).map(|pair| pair[1].key_span);
    let inside = |value: &Value| match value.as_table() {
        Some(table) => unsorted(table),
        None => value.items().iter().find_map(|item| item.as_table().and_then(unsorted)),
    };
    here.or_else(|| entries.iter().find_map(|entry| inside(&entry.value)))
}

/// `2026-12-31T18:00:00.123Z` and nothing else.
fn instant(text: &str) -> Option<jiff::Timestamp> {
    let is_shaped = text.len() == 24 && text.as_bytes()[19] == b'.' && text.ends_with('Z');
    let instant = super::time::parse_instant(text).ok().filter(|_| is_shaped && !text.contains(' '))?;
    Some(instant.timestamp)
}

#[cfg(test)]
mod tests;
