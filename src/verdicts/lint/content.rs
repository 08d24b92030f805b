//! Whether a section that is there says anything.

use crate::inputs::document::Document;
use crate::inputs::document::markdown::Heading;

/// Fewer words of prose than these are no answer, only a refusal: "none", "nothing to report this time".
const FEWEST_WORDS: u32 = 8;

/// Words that stand where an answer is due.
const REFUSALS: [&str; 7] = ["none", "n/a", "na", "nothing", "no", "-", "tbd"];

/// Whether a section says something: an item of a list or a row of a table that is more than "none", or a
/// few words of prose.
pub(super) fn is_answered(document: &Document, heading: &Heading) -> bool {
    let outline = &document.outline;
    let is_inside = |start: u32| heading.section.start <= start && start < heading.section.end;
    let says = |text: &str| {
        let text = text.trim().trim_end_matches('.').to_lowercase();
        !text.is_empty() && !REFUSALS.contains(&text.as_str())
    };
    let lists: Vec<_> = outline.lists.iter().filter(|list| is_inside(list.span.start)).collect();
    let tables: Vec<_> = outline.tables_in(heading.section).collect();
    let mut items = lists.iter().flat_map(|list| &list.items);
    let mut rows = tables.iter().flat_map(|table| &table.rows);
    items.any(|item| says(&item.text) || item.text.is_empty() && item.span.len() > 4)
        || rows.any(|row| row.iter().any(|cell| says(&cell.text)))
        || heading.words >= FEWEST_WORDS
}
