//! Blocks: paragraphs, headings, quotes, lists, code.

use pulldown_cmark::{BlockQuoteKind, CodeBlockKind, HeadingLevel, Tag, TagEnd};

use super::writer::Writer;
use super::{Dress, MAX_DEPTH, html};
use crate::inputs::document::markdown::language_of;

impl<'a> Writer<'a, '_> {
    pub(super) fn start_block(&mut self, tag: Tag<'a>) {
        self.begin_block();
        match tag {
            Tag::Paragraph => {
                self.in_leaf = true;
                self.out.push_str("<p>");
            }
            Tag::Heading { .. } => {
                self.in_leaf = true;
                self.heading.is_open = true;
                self.heading.at = self.out.len();
                self.heading.text.clear();
                self.heading.slug.clear();
            }
            Tag::BlockQuote(kind) => self.start_quote(kind),
            Tag::CodeBlock(kind) => self.start_code(&kind),
            Tag::HtmlBlock if self.is_plain() => {}
            Tag::HtmlBlock => self.out.push_str("<p class=\"raw-html\">"),
            Tag::List(start) => self.start_list(start),
            Tag::Item => {
                if self.enter() {
                    self.out.push_str("<li>");
                    self.item = Some(self.out.len() - 1);
                } else {
                    self.item = None;
                }
            }
            Tag::FootnoteDefinition(label) => self.footnotes.start(&mut self.out, &label),
            Tag::Table(of) => self.tables.start(&mut self.out, &self.dress, &self.heading.text, of),
            Tag::TableHead => self.tables.start_head(&mut self.out),
            Tag::TableRow => self.tables.start_row(&mut self.out),
            Tag::TableCell => {
                self.in_leaf = true;
                self.tables.start_cell(&mut self.out, &self.dress);
            }
            _ => {}
        }
    }

    pub(super) fn end_block(&mut self, tag: TagEnd) {
        match tag {
            TagEnd::Paragraph => {
                self.in_leaf = false;
                self.out.push_str("</p>\n");
            }
            TagEnd::Heading(level) => self.end_heading(level),
            TagEnd::BlockQuote(kind) => {
                let is_alert = kind.is_some() && !self.is_plain();
                self.leave(if is_alert { "</div>\n" } else { "</blockquote>\n" });
            }
            TagEnd::CodeBlock => self.end_code(),
            TagEnd::HtmlBlock if self.is_plain() => {}
            TagEnd::HtmlBlock => {
                self.out.truncate(self.out.trim_end().len());
                self.out.push_str("</p>\n");
            }
            TagEnd::List(ordered) => self.leave(if ordered { "</ol>\n" } else { "</ul>\n" }),
            TagEnd::Item => self.leave("</li>\n"),
            TagEnd::FootnoteDefinition => self.footnotes.end(&mut self.out),
            TagEnd::Table => self.tables.end(&mut self.out, &self.dress),
            TagEnd::TableHead => self.tables.end_head(&mut self.out),
            TagEnd::TableRow => self.tables.end_row(&mut self.out),
            TagEnd::TableCell => {
                self.in_leaf = false;
                self.tables.end_cell(&mut self.out, &self.dress);
            }
            _ => {}
        }
    }

    fn start_quote(&mut self, kind: Option<BlockQuoteKind>) {
        if !self.enter() {
            return;
        }
        match kind.filter(|_| !self.is_plain()) {
            None => self.out.push_str("<blockquote>\n"),
            Some(kind) => {
                let (class, title) = alert(kind);
                self.out.push_str("<div class=\"alert alert-");
                self.out.push_str(class);
                self.out.push_str("\" role=\"note\">\n<p class=\"alert-title\">");
                self.out.push_str(title);
                self.out.push_str("</p>\n");
            }
        }
    }

    fn start_list(&mut self, start: Option<u64>) {
        if !self.enter() {
            return;
        }
        match start {
            None => self.out.push_str("<ul>\n"),
            Some(1) => self.out.push_str("<ol>\n"),
            Some(start) => self.out.push_str(&format!("<ol start=\"{start}\">\n")),
        }
    }

    fn end_heading(&mut self, level: HeadingLevel) {
        self.in_leaf = false;
        self.heading.is_open = false;
        let anchor = self.slugger.slug(&self.heading.slug);
        let Dress::Site(site) = self.dress else {
            self.out.insert_str(self.heading.at, &format!("<{level}>"));
            self.out.push_str(&format!("</{level}>\n"));
            return;
        };
        if self.containers == 0 && !self.footnotes.is_open() {
            let is_first = !std::mem::replace(&mut self.heading.is_behind_first, true);
            if is_first && level == HeadingLevel::H1 && site.options.skip_title {
                self.out.truncate(self.heading.at);
                return;
            }
        }
        let level = (level as u8).max(1 + u8::from(site.options.has_title));
        // Piece by piece: a book has more headings than anything else that is made of so many.
        let level = char::from(b'0' + level.saturating_add(site.options.shift).min(6));
        let prefix = site.options.id_prefix;
        let mut opening = String::with_capacity("<h1 id=\"\">".len() + prefix.len() + anchor.len());
        opening.push_str("<h");
        opening.push(level);
        opening.push_str(" id=\"");
        html::text(&mut opening, prefix);
        opening.push_str(&anchor);
        opening.push_str("\">");
        self.out.insert_str(self.heading.at, &opening);
        self.out.push_str(" <a class=\"anchor\" href=\"#");
        html::href(&mut self.out, prefix);
        html::href(&mut self.out, &anchor);
        self.out.push_str("\" aria-label=\"Link to this section");
        let text = self.heading.text.trim().trim_end_matches([':', ' ']);
        if !text.is_empty() {
            self.out.push_str(": ");
            html::text(&mut self.out, text);
        }
        self.out.push_str("\"></a></h");
        self.out.push(level);
        self.out.push_str(">\n");
    }

    fn start_code(&mut self, kind: &CodeBlockKind<'a>) {
        let info = match kind {
            CodeBlockKind::Fenced(info) => info,
            CodeBlockKind::Indented => "",
        };
        let language = match self.dress {
            Dress::Plain => info.split_whitespace().next().unwrap_or_default().into(),
            Dress::Site(_) => language_of(info),
        };
        self.language = Some(language.into_owned());
        self.code.clear();
    }

    fn end_code(&mut self) {
        let language = self.language.take().unwrap_or_default();
        self.out.push_str(if self.is_plain() {
            "<pre><code"
        } else {
            "<pre class=\"code\" tabindex=\"0\"><code"
        });
        if !language.is_empty() {
            html::attribute(&mut self.out, "class", &format!("language-{language}"));
        }
        self.out.push('>');
        if self.code.contains('\0') {
            self.code = self.code.replace('\0', "\u{fffd}");
        }
        let coloured = match self.dress {
            Dress::Site(site) if !language.is_empty() => site.linker.highlight(&language, &self.code),
            _ => None,
        };
        match coloured {
            Some(coloured) => self.out.push_str(&coloured),
            None => html::text(&mut self.out, &self.code),
        }
        self.out.push_str("</code></pre>\n");
    }

    pub(super) fn task(&mut self, done: bool) {
        self.begin_inline();
        if self.is_plain() {
            let checked = if done { " checked=\"\"" } else { "" };
            self.out.push_str(&format!("<input type=\"checkbox\"{checked} disabled=\"\" /> "));
            return;
        }
        if let Some(at) = self.item.take() {
            let class = " class=\"task\"";
            self.out.insert_str(at, class);
            if self.heading.is_open {
                self.heading.at += class.len();
            }
        }
        self.out.push_str(if done {
            "<input type=\"checkbox\" checked=\"\" disabled=\"\" aria-label=\"Done\"> "
        } else {
            "<input type=\"checkbox\" disabled=\"\" aria-label=\"To do\"> "
        });
    }

    /// Enters a container; whether it is written.
    fn enter(&mut self) -> bool {
        self.containers += 1;
        self.containers <= MAX_DEPTH
    }

    /// Leaves a container, with what closes it if it was written.
    fn leave(&mut self, close: &str) {
        self.end_flat_paragraph();
        if self.containers <= MAX_DEPTH {
            self.out.push_str(close);
        }
        self.containers -= 1;
    }

    /// Sees to it that text may follow: an item nested too deep is a paragraph.
    pub(super) fn begin_inline(&mut self) {
        if self.containers > MAX_DEPTH && !self.in_leaf && !self.in_flat_paragraph {
            self.begin_line();
            self.out.push_str("<p>");
            self.in_flat_paragraph = true;
        }
    }

    /// Sees to it that a block may follow.
    pub(super) fn begin_block(&mut self) {
        self.end_flat_paragraph();
        self.begin_line();
    }

    fn begin_line(&mut self) {
        if !self.out.is_empty() && !self.out.ends_with('\n') {
            self.out.push('\n');
        }
    }

    fn end_flat_paragraph(&mut self) {
        if std::mem::take(&mut self.in_flat_paragraph) {
            self.out.push_str("</p>\n");
        }
    }
}

fn alert(kind: BlockQuoteKind) -> (&'static str, &'static str) {
    match kind {
        BlockQuoteKind::Note => ("note", "Note"),
        BlockQuoteKind::Tip => ("tip", "Tip"),
        BlockQuoteKind::Important => ("important", "Important"),
        BlockQuoteKind::Warning => ("warning", "Warning"),
        BlockQuoteKind::Caution => ("caution", "Caution"),
    }
}
