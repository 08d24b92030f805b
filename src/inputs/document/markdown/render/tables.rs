//! Tables.

use pulldown_cmark::Alignment;

use super::{Dress, html};

/// Where in which table the writer is.
#[derive(Debug, Default)]
pub(super) struct Tables {
    /// How many tables have begun.
    count: usize,
    alignments: Vec<Alignment>,
    cell: usize,
    in_head: bool,
    has_body: bool,
    /// Where the open cell's tag begins and ends.
    tag: (usize, usize),
}

impl Tables {
    /// Opens a table. On a site it can be scrolled, and has a name for those who do so by keyboard: its
    /// number, the heading above and the document's title, since one page may hold several documents.
    pub(super) fn start(&mut self, out: &mut String, dress: &Dress<'_>, heading: &str, of: Vec<Alignment>) {
        self.count += 1;
        self.alignments = of;
        self.has_body = false;
        if let Dress::Site(site) = dress {
            let mut name = format!("Table {}", self.count);
            for part in [heading, site.title] {
                if !part.is_empty() && !name.ends_with(part) {
                    name += ", ";
                    name += part;
                }
            }
            out.push_str("<div class=\"table-scroll\" role=\"region\" tabindex=\"0\"");
            html::attribute(out, "aria-label", &name);
            out.push_str(">\n");
        }
        out.push_str("<table>\n");
    }

    /// Closes a table.
    pub(super) fn end(&self, out: &mut String, dress: &Dress<'_>) {
        out.push_str(if self.has_body { "</tbody>\n</table>\n" } else { "</table>\n" });
        if let Dress::Site(_) = dress {
            out.push_str("</div>\n");
        }
    }

    /// Opens the head.
    pub(super) fn start_head(&mut self, out: &mut String) {
        self.in_head = true;
        self.cell = 0;
        out.push_str("<thead>\n<tr>\n");
    }

    /// Closes the head.
    pub(super) fn end_head(&mut self, out: &mut String) {
        self.in_head = false;
        out.push_str("</tr>\n</thead>\n");
    }

    /// Opens a row of the body.
    pub(super) fn start_row(&mut self, out: &mut String) {
        self.cell = 0;
        if !self.has_body {
            out.push_str("<tbody>\n");
        }
        self.has_body = true;
        out.push_str("<tr>\n");
    }

    /// Closes a row.
    pub(super) fn end_row(&self, out: &mut String) {
        out.push_str("</tr>\n");
    }

    /// Opens a cell.
    pub(super) fn start_cell(&mut self, out: &mut String, dress: &Dress<'_>) {
        let alignment = self.alignments.get(self.cell).copied().unwrap_or(Alignment::None);
        let side = match alignment {
            Alignment::None => None,
            Alignment::Left => Some("left"),
            Alignment::Center => Some("center"),
            Alignment::Right => Some("right"),
        };
        let start = out.len();
        out.push_str(if self.in_head { "<th" } else { "<td" });
        match (dress, side) {
            (Dress::Plain, Some(side)) => html::attribute(out, "align", side),
            (Dress::Site(_), Some(side)) => {
                out.push_str(" class=\"align-");
                out.push_str(side);
                out.push('"');
            }
            (_, None) => {}
        }
        if self.in_head && matches!(dress, Dress::Site(_)) {
            out.push_str(" scope=\"col\"");
        }
        out.push('>');
        self.tag = (start, out.len());
    }

    /// Closes a cell. On a site an empty one of the head is no heading: it names nothing.
    pub(super) fn end_cell(&mut self, out: &mut String, dress: &Dress<'_>) {
        self.cell += 1;
        let (start, end) = self.tag;
        if self.in_head && out.len() == end && matches!(dress, Dress::Site(_)) {
            out.truncate(start);
            out.push_str("<td></td>\n");
        } else {
            out.push_str(if self.in_head { "</th>\n" } else { "</td>\n" });
        }
    }
}
