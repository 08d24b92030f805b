//! What rules ask of a new document beside the keys that its kind requires.

use super::{New, form};
use crate::inputs::config::{Field, FieldType};
use crate::inputs::profile::Profile;

/// Keys that rules ask for before a document is submitted, beside those that its kind requires, with the least
/// strict profile that asks. They have no first value that would be true, so that a new document holds them as
/// comments.
const ASKED: [(&str, &str, Profile); 14] = [
    ("request", "change.extent", Profile::Starter),
    ("request", "change.novelty", Profile::Starter),
    ("request", "change.reversibility", Profile::Starter),
    ("request", "impact.downtime", Profile::Starter),
    ("request", "impact.customer", Profile::Starter),
    ("request", "rollback.kind", Profile::Starter),
    ("request", "rollback.estimate", Profile::Starter),
    ("request", "rollback.decider", Profile::Starter),
    ("request", "slot.start", Profile::Starter),
    ("request", "slot.end", Profile::Starter),
    ("request", "slot.tz", Profile::Starter),
    ("request", "dependencies", Profile::Standard),
    ("request", "risks", Profile::Standard),
    ("request", "success", Profile::Standard),
];

impl New<'_> {
    /// Whether a rule asks for a key, or for one below it, before submission.
    pub(super) fn is_wanted(&self, path: &str) -> bool {
        let is_this =
            |asked: &str| asked == path || asked.strip_prefix(path).is_some_and(|r| r.starts_with('.'));
        let mut asked = ASKED.iter().filter(|(kind, ..)| *kind == &*self.kind.name);
        asked.any(|(_, asked, from)| *from <= self.seed.profile && is_this(asked))
    }

    /// A key as a comment that becomes its line when the `#` is taken away: what it takes, then its sentence.
    pub(super) fn write_question(&self, field: &Field, path: &str, indent: usize, text: &mut String) {
        let (pad, name) = ("  ".repeat(indent), &field.name);
        let is_in_parts = ASKED
            .iter()
            .any(|(_, asked, _)| asked.strip_prefix(path).is_some_and(|rest| rest.starts_with('.')));
        let all = |fields: &[Field], indent: usize, text: &mut String| {
            for field in fields {
                let path = format!("{path}.{}", field.name);
                if !is_in_parts || self.is_wanted(&path) {
                    self.write_question(field, &path, indent, text);
                }
            }
        };
        match field.ty.bare() {
            FieldType::Table(fields) => {
                text.push_str(&format!("# {pad}{name}:\n"));
                all(fields, indent + 1, text);
            }
            FieldType::List(item) if matches!(item.bare(), FieldType::Table(_)) => {
                let FieldType::Table(fields) = item.bare() else { return };
                text.push_str(&format!("# {pad}{name}:\n"));
                let mut rows = String::new();
                all(fields, indent + 2, &mut rows);
                // The first key of a row has the dash.
                let (blank, dash) = (format!("# {pad}    "), format!("# {pad}  - "));
                text.push_str(&rows.replacen(&blank, &dash, 1));
            }
            _ => text.push_str(&format!("# {pad}{name}: {}  # {}\n", form(field), field.doc)),
        }
    }
}
