//! The actions of a post-mortem, and which of them are open.

use jiff::civil::Date;

use crate::facts::book::view::{self, Row};
use crate::inputs::document::{Document, time};

/// An action that is not shown as done.
#[derive(Clone, Copy, Debug)]
pub struct OpenAction<'a> {
    /// Its id, such as `A2`.
    pub id: &'a str,
    /// Its row under `actions`.
    pub row: Row<'a>,
}

/// The open actions of a post-mortem, in its order. A row without an id is nothing that could be named, and
/// has a rule of its own (MCM504).
pub fn open(review: &Document) -> impl Iterator<Item = OpenAction<'_>> {
    let named = |row: Row<'_>| -> bool { row.text("id").is_some_and(|id| !is_done(review, id)) };
    let rows = view::rows(review, "actions").filter(move |row| named(*row));
    rows.filter_map(|row| Some(OpenAction { id: row.text("id")?, row }))
}

/// The open actions of a post-mortem that were due before a day, each with the day.
pub fn overdue(review: &Document, today: Date) -> impl Iterator<Item = (OpenAction<'_>, Date)> {
    let due = |action: &OpenAction<'_>| time::parse_date(action.row.text("due")?).ok();
    let dated = open(review).filter_map(move |action| Some((action, due(&action)?)));
    dated.filter(move |(_, due)| *due < today)
}

/// Whether the section of actions shows it as done: a ticked task that names it, or a row of a table with
/// its id and a cell that begins with "done" or "closed".
fn is_done(review: &Document, id: &str) -> bool {
    let Some((heading, _)) = view::section(review, "Actions") else { return false };
    let is_inside = |start: u32| heading.section.start <= start && start < heading.section.end;
    let outline = &review.outline;
    let ticked = outline.tasks.iter().filter(|task| task.done && is_inside(task.span.start));
    let is_closed = |text: &str| {
        let text = text.to_lowercase();
        ["done", "closed", "complete"].iter().any(|word| text.starts_with(word))
    };
    let first = |text: &str| text.split(|c| !is_part(c)).find(|word| !word.is_empty()) == Some(id);
    let rows = outline.tables_in(heading.section).flat_map(|table| &table.rows);
    let mut rows = rows.filter(|row| row.iter().any(|cell| cell.text == id));
    ticked.into_iter().any(|task| first(&task.text))
        || rows.any(|row| row.iter().any(|cell| is_closed(&cell.text)))
}

/// Whether a text names an action: its id as a word of its own, `A2` but not `A21` or `A2-b`.
pub fn names(text: &str, id: &str) -> bool {
    text.match_indices(id).any(|(at, _)| {
        !text[..at].ends_with(is_part) && !text[at + id.len()..].starts_with(is_part) && !id.is_empty()
    })
}

/// Letters, digits and hyphens: of these the words are made that ids are.
fn is_part(c: char) -> bool {
    c.is_alphanumeric() || c == '-'
}
