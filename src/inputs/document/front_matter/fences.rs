//! Where front matter begins and ends, found on bytes.
//!
//! A fence is a line of exactly three characters. The opening one is the first line of the file; the
//! closing one ends with LF, CRLF or the file. Nothing else is a fence, so that no two tools disagree; what
//! was probably meant as one is told.

use super::{Format, MISSING};
use crate::inputs::document::{Fault, MatterBlock};
use crate::text::Span;

/// What the beginning of a file holds.
pub(super) enum Fences {
    /// Front matter.
    Closed(MatterBlock),
    /// None; with a fault if it looks as if there should be some.
    Missing(Option<Fault>),
}

/// Finds front matter that begins at byte `start` (behind a byte order mark).
pub(super) fn find(text: &str, start: usize) -> Fences {
    let Some((format, head_start)) = opening(text, start) else {
        return Fences::Missing(misplaced(text, start));
    };
    let mut at = head_start;
    for line in text[head_start..].split_inclusive('\n') {
        if without_break(line) == format.fence() {
            return Fences::Closed(MatterBlock {
                format,
                span: Span::new(start, at + line.len()),
                head: Span::new(head_start, at),
            });
        }
        at += line.len();
    }
    Fences::Missing(Some(unclosed(text, Span::new(start, start + 3), format)))
}

/// The format that the line at `start` opens, and where the head begins.
fn opening(text: &str, start: usize) -> Option<(Format, usize)> {
    let line = text[start..].split_inclusive('\n').next()?;
    let format = Format::ALL.into_iter().find(|format| without_break(line) == format.fence())?;
    Some((format, start + line.len()))
}

/// A line without its LF or CRLF.
fn without_break(line: &str) -> &str {
    line.strip_suffix('\n').map_or(line, |line| line.strip_suffix('\r').unwrap_or(line))
}

fn unclosed(text: &str, opening: Span, format: Format) -> Fault {
    let fence = format.fence();
    let mut related = Vec::new();
    let mut at = opening.end as usize;
    for line in text[at..].split_inclusive('\n') {
        if is_like(line.trim(), format) && at > opening.end as usize {
            let place = Span::new(at, at + without_break(line).len());
            related.push((
                place,
                format!("not a fence: a fence is exactly `{fence}`, nothing before or behind it"),
            ));
            break;
        }
        at += line.len();
    }
    Fault {
        code: MISSING,
        span: opening,
        message: format!("front matter is opened by `{fence}` and never closed"),
        label: Some("opened here".to_owned()),
        help: vec![
            format!("end the front matter with a line of exactly `{fence}`"),
            "if this is a thematic break and no front matter, write `***`".to_owned(),
        ],
        related,
    }
}

/// The fault of a fence that is not exact, or not in the first line, before what looks like a head.
///
/// A thematic break looks the same, so the next line must look like a key and a second fence must follow.
fn misplaced(text: &str, start: usize) -> Option<Fault> {
    if let Some(fault) = named(text, start) {
        return Some(fault);
    }
    let body = &text[start..];
    let place = start + body.len() - body.trim_start().len();
    let mut lines = text[place..].split_inclusive('\n');
    let first = lines.next()?;
    let format = Format::ALL.into_iter().find(|format| is_like(first.trim(), *format))?;
    if !looks_like_key(lines.next()?, format) || !lines.any(|line| is_like(line.trim(), format)) {
        return None;
    }
    let fence = format.fence();
    let span = Span::new(place, place + first.trim_end().len());
    let (message, help) = if first.trim_end() == fence && place > start {
        ("front matter does not begin in the first line", "remove what stands before the fence")
    } else {
        (
            "front matter begins with a line that is no fence",
            "write three characters and nothing before or behind them",
        )
    };
    Some(Fault {
        code: MISSING,
        span,
        message: message.to_owned(),
        label: Some("read as text".to_owned()),
        help: vec![format!("{help}: the first line of the file must be exactly `{fence}`")],
        related: Vec::new(),
    })
}

/// The fault of an opening fence with the name of a format behind it, as other tools read it: `---yaml`.
fn named(text: &str, start: usize) -> Option<Fault> {
    let mut lines = text[start..].split_inclusive('\n');
    let first = lines.next()?.trim_end();
    let fence = Format::ALL.into_iter().map(Format::fence).find(|fence| first.starts_with(fence))?;
    let name = first[fence.len()..].trim();
    let named = |format: &Format| name.eq_ignore_ascii_case(format.name());
    let format = Format::ALL.into_iter().find(named);
    let format = format.or_else(|| name.eq_ignore_ascii_case("yml").then_some(Format::Yaml))?;
    let is_head = looks_like_key(lines.next()?, format) && lines.any(|line| line.trim_end() == fence);
    let wanted = format.fence();
    let both = if wanted == fence { "" } else { ", and so the last one" };
    is_head.then(|| Fault {
        code: MISSING,
        span: Span::new(start, start + first.len()),
        message: format!("front matter begins with `{first}`, which is no fence"),
        label: Some("read as text".to_owned()),
        help: vec![format!(
            "write `{wanted}` and nothing behind it{both}: these three characters say {}",
            format.name()
        )],
        related: Vec::new(),
    })
}

/// Whether a trimmed line was perhaps meant as a fence: `----` is, and so are dashes that an editor joined.
fn is_like(line: &str, format: Format) -> bool {
    let sign = &format.fence()[..1];
    let joined = format == Format::Yaml && matches!(line, "—" | "—-" | "–-" | "-–" | "-—");
    joined || (line.len() >= 3 && line.len() <= 8 && line.trim_matches(|c| sign.contains(c)).is_empty())
}

fn looks_like_key(line: &str, format: Format) -> bool {
    let line = line.trim();
    let sign = match format {
        Format::Yaml => ':',
        Format::Toml => '=',
        Format::Json => return line.starts_with('{'),
    };
    let is_key = |key: &str| !key.is_empty() && !key.contains(' ');
    line.split_once(sign).is_some_and(|(key, _)| is_key(key.trim()))
}
