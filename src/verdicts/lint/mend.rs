//! How rules make fixes: small edits whose effect on the file is certain.
//!
//! A helper gives nothing where the text is written in a way that it does not know for certain; a finding
//! without a fix is no harm, a wrong edit is.

use std::sync::Arc;

use crate::facts::Facts;
use crate::facts::book::{Phase, change_id_of};
use crate::inputs::document::{Document, Format};
use crate::inputs::value::Entry;
use crate::text::{BookPath, Diagnostic, Edit, Fix, Location, Safety, Span};

/// A fix of one edit.
pub(super) fn replace(path: &BookPath, span: Span, text: String, title: String, safety: Safety) -> Fix {
    Fix { title, safety, edits: vec![Edit { location: Location::new(path, span), text }] }
}

/// Another text in place of a value of the front matter, in the quotes that it has.
pub(super) fn value(document: &Document, span: Span, old: &str, new: &str, safety: Safety) -> Option<Fix> {
    let written = document.source.slice(span);
    let text = if written == old && is_plain(new) {
        new.to_owned()
    } else {
        let quote = written.chars().next().filter(|quote| matches!(quote, '"' | '\''))?;
        let is_simple = !new.contains(['"', '\'', '\\']) && !new.contains(char::is_control);
        (written == format!("{quote}{old}{quote}") && is_simple).then(|| format!("{quote}{new}{quote}"))?
    };
    let title = format!("write `{new}` in place of `{old}`");
    Some(replace(document.path(), span, text, title, safety))
}

/// Another name in place of a key of the front matter.
pub(super) fn key(document: &Document, span: Span, old: &str, new: &str) -> Option<Fix> {
    let written = document.source.slice(span);
    let text = match written.chars().next()? {
        '"' if written == format!("\"{old}\"") => format!("\"{new}\""),
        _ if written == old && is_plain(new) => new.to_owned(),
        _ => return None,
    };
    let title = format!("rename the key `{old}` to `{new}`");
    Some(replace(document.path(), span, text, title, Safety::Unsafe))
}

/// Whether a text may stand without quotes and is text then, in YAML at least.
fn is_plain(text: &str) -> bool {
    let fits = |c: char| c.is_alphanumeric() || matches!(c, '-' | '_' | '/' | '.');
    let is_word = ["true", "false", "yes", "no", "on", "off", "null", "y", "n"]
        .iter()
        .any(|word| text.eq_ignore_ascii_case(word));
    let begins =
        text.starts_with(char::is_alphabetic) || crate::inputs::document::time::parse_duration(text).is_ok();
    begins && !is_word && text.chars().all(fits) && text.parse::<f64>().is_err()
}

/// Removes a key of the front matter with its value, when both have their lines for themselves.
pub(super) fn without_entry(document: &Document, entry: &Entry, safety: Safety) -> Option<Fix> {
    let text = &*document.source.text;
    // JSON sets commas between its entries.
    let block = document.matter.block.filter(|block| block.format != Format::Json)?;
    let end = if entry.value.span.is_empty() { entry.key_span.end } else { entry.value.span.end } as usize;
    let start = text[..entry.key_span.start as usize].rfind('\n').map_or(0, |at| at + 1);
    if !text[start..entry.key_span.start as usize].trim().is_empty() {
        return None;
    }
    // A comment behind the value belongs to it; a comma means another way of writing.
    let rest = text[end..].split('\n').next().unwrap_or_default();
    let behind = rest.trim_start_matches([':', ' ', '\t']);
    let is_alone = behind.trim().is_empty() && !(entry.value.span.is_empty() && rest.trim().is_empty());
    let until = (end + rest.len() + 1).min(text.len());
    let inside = block.head.start as usize <= start && until <= block.head.end as usize;
    if !is_alone || !inside {
        return None;
    }
    let title = format!("remove the key `{}`", entry.key);
    Some(replace(document.path(), Span::new(start, until), String::new(), title, safety))
}

/// A duration as the book writes it, of words that say the same: `54 hours 10 minutes` is `54h10m`.
///
/// Units stand from the largest to the smallest, each once; anything else is not certain.
pub(super) fn duration_of_words(text: &str) -> Option<String> {
    const UNITS: [(&str, &[&str]); 5] = [
        ("bd", &["business day", "business days", "working day", "working days"]),
        ("d", &["d", "day", "days"]),
        ("h", &["h", "hr", "hrs", "hour", "hours"]),
        ("m", &["m", "min", "mins", "minute", "minutes"]),
        ("s", &["s", "sec", "secs", "second", "seconds"]),
    ];
    let text = text.to_lowercase().replace([',', '.'], " ");
    let mut words = text.split_whitespace().filter(|word| *word != "and").peekable();
    let (mut short, mut next_unit) = (String::new(), 0);
    while let Some(word) = words.next() {
        let digits = word.find(|c: char| !c.is_ascii_digit()).unwrap_or(word.len());
        let (number, glued) = word.split_at(digits);
        let first = if glued.is_empty() { words.next()? } else { glued };
        let two = words.peek().map(|second| format!("{first} {second}"));
        let of = |name: &str| UNITS.iter().position(|(_, names)| names.contains(&name));
        let unit = match two.as_deref().and_then(of) {
            Some(unit) => {
                words.next();
                unit
            }
            None => of(first)?,
        };
        if number.is_empty() || unit < next_unit {
            return None;
        }
        next_unit = unit + 1;
        short += &format!("{number}{}", UNITS[unit].0);
    }
    crate::inputs::document::time::parse_duration(&short).ok().map(|_| short)
}

/// Says in the title of a fix that it touches what may have been approved: a document that approvals cover,
/// of a change whose preparation has begun.
pub(super) fn tell_of_approval(facts: &Facts, diagnostic: &mut Arc<Diagnostic>) {
    let Some(fix) = &diagnostic.fix else { return };
    let src = &facts.inputs.config.book.src;
    let is_covered = |path: &BookPath| {
        let mut covers = facts.inputs.policy.classes.values().flat_map(|class| &class.covers);
        covers.any(|name| name == path.stem())
    };
    let covered = fix.edits.iter().map(|edit| &edit.location.path).filter(|path| is_covered(path));
    let change = covered.filter_map(|path| change_id_of(path, src)).next();
    let phase = change.and_then(|id| facts.book.changes.get(id)).map(|change| change.phase);
    if let (Some(id), Some(true)) = (change, phase.map(|phase| phase > Phase::Request)) {
        let told = format!(" (an approval of {id} that covers this file becomes stale)");
        if let Some(fix) = &mut Arc::make_mut(diagnostic).fix {
            fix.title += &told;
        }
    }
}
