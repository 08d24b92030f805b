//! The body as plain text: for search, and for all that reads words rather than markup.

use pulldown_cmark::{Event, Tag, TagEnd};

use super::{Heading, Outline, parser, prepared};
use crate::inputs::document::Document;

/// What stands below one heading, up to the next heading of any level.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Passage<'o> {
    /// The heading; nothing for what stands before the first one.
    pub heading: Option<&'o Heading>,
    /// The text without markup, a line for each block. Code is kept; raw HTML and addresses are left out.
    pub text: String,
}

/// The text of a document's body, passage by passage.
///
/// The headings are those of the outline: one inside of a list, a quote or a footnote is text of the passage
/// around it. The first passage has no heading and may be empty.
pub fn plain_text(document: &Document) -> Vec<Passage<'_>> {
    plain_text_of(document.source.slice(document.body), &document.outline)
}

/// The same of Markdown that is no document, with the outline that was read from it.
pub fn plain_text_of<'o>(body: &str, outline: &'o Outline) -> Vec<Passage<'o>> {
    let source = prepared(body.trim_start_matches('\u{feff}'));
    let mut headings = outline.headings.iter();
    let mut passages = vec![Passage { heading: None, text: String::new() }];
    let mut text = String::new();
    // Lists, quotes and footnotes around the place.
    let mut containers = 0_usize;
    let mut in_title = false;
    for event in parser(&source, false) {
        match event {
            // The outline has the titles.
            Event::Text(_) | Event::Code(_) if in_title => {}
            Event::Text(piece) | Event::Code(piece) => text.push_str(&piece),
            Event::SoftBreak | Event::HardBreak | Event::End(TagEnd::TableCell) => part(&mut text, ' '),
            Event::Start(Tag::Heading { .. }) if containers == 0 => {
                if let Some(heading) = headings.next() {
                    end(&mut passages, &mut text);
                    passages.push(Passage { heading: Some(heading), text: String::new() });
                    in_title = true;
                }
            }
            Event::End(TagEnd::Heading(_)) => {
                in_title = false;
                part(&mut text, '\n');
            }
            Event::Start(tag) => {
                containers += usize::from(is_container(tag.to_end()));
                if !is_inline(tag.to_end()) {
                    part(&mut text, '\n');
                }
            }
            Event::End(tag) => {
                containers -= usize::from(is_container(tag));
                if !is_inline(tag) {
                    part(&mut text, '\n');
                }
            }
            _ => {}
        }
    }
    end(&mut passages, &mut text);
    passages
}

/// Parts what comes next from what there is, unless that is done already.
fn part(text: &mut String, with: char) {
    if with == '\n' && text.ends_with(' ') {
        text.pop();
    }
    if !text.is_empty() && !text.ends_with(char::is_whitespace) {
        text.push(with);
    }
}

fn end(passages: &mut [Passage<'_>], text: &mut String) {
    text.truncate(text.trim_end().len());
    if let Some(passage) = passages.last_mut() {
        passage.text = std::mem::take(text);
    }
}

fn is_container(tag: TagEnd) -> bool {
    matches!(tag, TagEnd::List(_) | TagEnd::BlockQuote(_) | TagEnd::FootnoteDefinition)
}

fn is_inline(tag: TagEnd) -> bool {
    use TagEnd::{Emphasis, Image, Link, Strikethrough, Strong, TableCell};
    matches!(tag, Emphasis | Strong | Strikethrough | Link | Image | TableCell)
}

#[cfg(test)]
mod tests;
