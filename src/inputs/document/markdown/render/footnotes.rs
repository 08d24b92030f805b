//! Footnotes: references where they stand, definitions gathered at the end.

use std::fmt::Write;

use foldhash::HashMap;

use super::{Dress, html};

/// The footnotes of one body.
#[derive(Debug, Default)]
pub(super) struct Footnotes {
    /// Those that are referred to, in the order of their first references.
    notes: Vec<Note>,
    /// Label, letter case aside -> index in `notes`.
    numbers: HashMap<String, usize>,
    /// Label, letter case aside -> the definition. The first one counts.
    definitions: HashMap<String, String>,
    /// Definitions that are open: the label, and what was written before them.
    open: Vec<(String, String)>,
}

#[derive(Debug)]
struct Note {
    label: String,
    references: usize,
}

impl Footnotes {
    /// Writes a reference. pulldown-cmark sees no link where one stands in its text, so that links do not nest.
    pub(super) fn reference(&mut self, out: &mut String, dress: &Dress<'_>, label: &str) {
        let notes = &mut self.notes;
        let index = *self.numbers.entry(label.to_lowercase()).or_insert_with(|| {
            notes.push(Note { label: label.to_owned(), references: 0 });
            notes.len() - 1
        });
        let note = &mut notes[index];
        note.references += 1;
        let number = index + 1;
        let names = Names { dress, label: &note.label, number };
        match dress {
            Dress::Plain => {
                out.push_str("<sup class=\"footnote-ref\"><a");
                names.attribute(out, "href", "#fn", None);
                names.attribute(out, "id", "fnref", Some(note.references));
                let _ = write!(out, " data-footnote-ref>{number}</a></sup>");
            }
            Dress::Site(_) => {
                out.push_str("<sup class=\"footnote-ref\"");
                names.attribute(out, "id", "fnref", Some(note.references));
                out.push_str("><a");
                names.attribute(out, "href", "#fn", None);
                let _ = write!(out, " aria-label=\"Footnote {number}\">{number}</a></sup>");
            }
        }
    }

    /// Begins a definition: what follows is written to an empty `out`.
    pub(super) fn start(&mut self, out: &mut String, label: &str) {
        self.open.push((label.to_lowercase(), std::mem::take(out)));
    }

    /// Whether a definition is open.
    pub(super) fn is_open(&self) -> bool {
        !self.open.is_empty()
    }

    /// Ends a definition: `out` is again what it was before.
    pub(super) fn end(&mut self, out: &mut String) {
        if let Some((label, before)) = self.open.pop() {
            let definition = std::mem::replace(out, before);
            self.definitions.entry(label).or_insert(definition);
        }
    }

    /// Writes the section of definitions. Those that nothing refers to are left out, as GitHub does.
    pub(super) fn finish(mut self, out: &mut String, dress: &Dress<'_>) {
        if self.notes.is_empty() {
            return;
        }
        out.push_str(match dress {
            Dress::Plain => "<section class=\"footnotes\" data-footnotes>\n<ol>\n",
            Dress::Site(_) => "<section class=\"footnotes\">\n<ol>\n",
        });
        for (index, note) in self.notes.iter().enumerate() {
            let definition = self.definitions.remove(&note.label.to_lowercase()).unwrap_or_default();
            let names = Names { dress, label: &note.label, number: index + 1 };
            out.push_str("<li");
            names.attribute(out, "id", "fn", None);
            out.push_str(">\n");
            match definition.strip_suffix("</p>\n") {
                Some(text) => {
                    out.push_str(text);
                    out.push(' ');
                    names.back_links(out, note.references);
                    out.push_str("</p>\n");
                }
                None => {
                    out.push_str(&definition);
                    names.back_links(out, note.references);
                    out.push('\n');
                }
            }
            out.push_str("</li>\n");
        }
        out.push_str("</ol>\n</section>\n");
    }
}

/// The ids of one footnote.
///
/// On a site they are made of its number, behind the prefix of the page and with a full stop, which no
/// anchor of a heading has.
struct Names<'n> {
    dress: &'n Dress<'n>,
    label: &'n str,
    number: usize,
}

impl Names<'_> {
    /// Writes an attribute with an id, or with a link to it if `kind` begins with `#`.
    fn attribute(&self, out: &mut String, attribute: &str, kind: &str, reference: Option<usize>) {
        let (hash, kind) = kind.strip_prefix('#').map_or(("", kind), |kind| ("#", kind));
        let _ = write!(out, " {attribute}=\"{hash}");
        match self.dress {
            Dress::Plain => {
                let _ = write!(out, "{kind}-");
                html::href(out, self.label);
            }
            Dress::Site(site) => {
                html::text(out, site.options.id_prefix);
                let _ = write!(out, "{kind}.{}", self.number);
            }
        }
        if let Some(reference) = reference.filter(|reference| *reference > 1) {
            let _ = write!(out, "-{reference}");
        }
        out.push('"');
    }

    fn back_links(&self, out: &mut String, references: usize) {
        for reference in 1..=references {
            out.push_str(if reference == 1 { "<a" } else { " <a" });
            self.attribute(out, "href", "#fnref", Some(reference));
            out.push_str(" class=\"footnote-backref\"");
            match self.dress {
                Dress::Plain => out.push_str(" data-footnote-backref aria-label=\"Back to content\">↩"),
                Dress::Site(_) => {
                    let _ = write!(out, " aria-label=\"Back to reference {}", self.number);
                    if references > 1 {
                        let _ = write!(out, "-{reference}");
                    }
                    out.push_str("\">↩");
                }
            }
            if reference > 1 {
                let _ = match self.dress {
                    Dress::Plain => write!(out, "<sup class=\"footnote-ref\">{reference}</sup>"),
                    Dress::Site(_) => write!(out, "<sup>{reference}</sup>"),
                };
            }
            out.push_str("</a>");
        }
    }
}
