//! One Markdown file, understood alone.
//!
//! Enters: a [`SourceFile`] and the kinds. Leaves: a [`Document`], whatever the file holds: what cannot be
//! understood becomes a [`Fault`] with its place, which a rule of `verdicts::lint` turns into a finding.
//! The steps: fences found on bytes, the head read as spanned values, the kind decided, the body's outline
//! read from Markdown events, the steps read from the outline.

mod body_fields;
mod front_matter;
pub mod log;
pub mod markdown;
mod slot;
pub mod steps;
pub mod time;
mod vocabulary;

use std::collections::BTreeMap;
use std::sync::Arc;

use super::config::{Kind, Kinds};
use super::value::{Table, Value};
use crate::text::{Asked, BookPath, Code, ContentHash, SourceFile, Span};

pub use slot::Slot;

pub use body_fields::Blank;
pub use front_matter::{Format, MAX_FRONT_MATTER, odd_character};

/// The title of a new request until somebody gives it one.
pub const UNTITLED: &str = "Name the change";

/// The owner of a new document where nobody is known.
pub const UNOWNED: &str = "nobody";

/// A Markdown file and all that can be said about it without looking at another file.
#[derive(Clone, Debug)]
pub struct Document {
    /// The file.
    pub source: SourceFile,
    /// Name by which others refer to it: `MCM-2026-0007/runbook`, `services/checkout`.
    pub id: DocumentId,
    /// Its kind; nothing when the front matter names a kind that does not exist.
    pub kind: Option<Arc<Kind>>,
    /// Whether the kind is written in the front matter rather than decided by the path.
    pub kind_is_written: bool,
    /// The head of the file.
    pub matter: Matter,
    /// The body, from the first byte after the head to the end.
    pub body: Span,
    /// What the body holds.
    pub outline: markdown::Outline,
    /// Places in the body that should say a field of the kind, and hold nothing that could be its value.
    pub blanks: BTreeMap<String, Blank>,
    /// The steps, for kinds that have them.
    pub steps: Vec<steps::Step>,
    /// What could not be understood.
    pub faults: Vec<Fault>,
    /// Digest of all that it was read from: path, source folder, bytes, kinds. What follows from a document
    /// alone is remembered by it.
    pub identity: ContentHash,
    /// [`Document::vocabulary`], once it was asked for.
    vocabulary: Asked<Box<[u64]>>,
    /// [`Document::section_words`], once they were asked for.
    section_words: Asked<Box<[(usize, u64)]>>,
    /// [`Document::slot`], once it was asked for.
    slot: Asked<Option<Box<Slot>>>,
}

/// The front matter of a document.
#[derive(Clone, Debug, Default)]
pub struct Matter {
    /// Format and places; nothing when the file has no front matter.
    pub block: Option<MatterBlock>,
    /// The keys and values, those included that the body says for the kind; empty when there are none or they
    /// could not be read.
    pub table: Table,
}

/// Where front matter stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct MatterBlock {
    /// The format.
    pub format: Format,
    /// From the first byte of the opening fence to the end of the closing fence's line.
    pub span: Span,
    /// What stands between the fences.
    pub head: Span,
}

/// What the parser could not understand, in the words of the rule that reports it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Fault {
    /// The rule: MCM001, MCM002, MCM011, MCM021.
    pub code: Code,
    /// Where.
    pub span: Span,
    /// What is wrong.
    pub message: String,
    /// What the marked text is.
    pub label: Option<String>,
    /// What to do.
    pub help: Vec<String>,
    /// Another place in the same file, and what is there.
    pub related: Vec<(Span, String)>,
}

impl Fault {
    /// Whether it is one of front matter, so that nothing of that was read.
    fn is_of_head(&self) -> bool {
        matches!(self.code.0, "MCM001" | "MCM002")
    }
}

/// Whether a file begins front matter that cannot be read: [`Document::has_unreadable_head`] without the rest.
pub fn has_unreadable_head(source: &SourceFile) -> bool {
    let mut faults = Vec::new();
    if front_matter::begins(&source.text) {
        front_matter::read(source, &mut faults);
    }
    faults.iter().any(Fault::is_of_head)
}

/// The name of a document, unique across the book.
///
/// Inside a change folder it is `<change>/<file stem>`; elsewhere the path below the source folder without
/// `.md`; `index` and `_index` stand for their folder.
#[derive(Clone, PartialEq, Eq, PartialOrd, Ord, Hash, serde::Serialize)]
#[serde(transparent)]
pub struct DocumentId(pub Arc<str>);

impl DocumentId {
    /// The id that a path gives.
    pub fn of_path(path: &BookPath, src: &BookPath) -> DocumentId {
        let stem = |text: &str| text.strip_suffix(".md").unwrap_or(text).to_owned();
        if let Some((change, rest)) = super::config::split_change_path(path, src) {
            return DocumentId(format!("{change}/{}", stem(rest)).into());
        }
        let below = stem(path.below(src.as_str()).unwrap_or(path.as_str()));
        let folder = below.strip_suffix("/_index").or(below.strip_suffix("/index"));
        DocumentId(folder.unwrap_or(if below == "_index" { "index" } else { &below }).into())
    }

    /// The change it belongs to, if any.
    pub fn change(&self) -> Option<&str> {
        self.0.split_once('/').map(|(change, _)| change).filter(|id| super::config::is_change_id(id))
    }

    /// What follows the last slash.
    pub fn name(&self) -> &str {
        self.0.rsplit('/').next().unwrap_or_default()
    }

    /// The id as text.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl std::borrow::Borrow<str> for DocumentId {
    fn borrow(&self) -> &str {
        &self.0
    }
}

impl std::fmt::Display for DocumentId {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(&self.0)
    }
}

impl std::fmt::Debug for DocumentId {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "{:?}", self.0)
    }
}

impl Document {
    /// The path of its file.
    pub fn path(&self) -> &BookPath {
        &self.source.path
    }

    /// The value of a front matter key, by dotted path.
    pub fn field(&self, path: &str) -> Option<&Value> {
        self.matter.table.at(path)
    }

    /// The text of a front matter key.
    pub fn text(&self, path: &str) -> Option<&str> {
        self.field(path)?.as_str()
    }

    /// Whether the file begins front matter that cannot be read.
    pub fn has_unreadable_head(&self) -> bool {
        front_matter::begins(&self.source.text) && self.faults.iter().any(Fault::is_of_head)
    }

    /// The title: of the front matter, else the first heading, else the id.
    pub fn title(&self) -> &str {
        let heading = || self.outline.headings.iter().find(|heading| heading.level == 1);
        self.text("title").or_else(|| heading().map(|h| h.text.as_str())).unwrap_or(self.id.as_str())
    }

    /// The heading that the body begins with and that says nothing but the title: pages, which show the title
    /// themselves, leave it out. A heading that says something else is part of the text, as is one with a section
    /// before it: what follows would pass for the end of that section.
    pub fn title_heading(&self) -> Option<&markdown::Heading> {
        let first = self.outline.headings.first().filter(|heading| heading.level == 1)?;
        if first.text == self.title() {
            return Some(first);
        }
        let plain =
            |text: &str| text.replace(['`', '*', '_'], "").split_whitespace().collect::<Vec<_>>().join(" ");
        let (said, title) = (plain(&first.text), plain(self.title()));
        // What looks like a tag is no text of the heading, and is shown all the same.
        let written = self.source.slice(first.span).trim_matches(['#', ' ']);
        // A kind may want a number or a name before it.
        let is_prescribed = self.kind.as_ref().is_some_and(|kind| kind.heading.is_some());
        let is_title = said == title || plain(written) == title || is_prescribed && said.contains(&title);
        is_title.then_some(first)
    }

    /// The name of its kind, or nothing when that is unknown.
    pub fn kind_name(&self) -> &str {
        self.kind.as_ref().map_or("", |kind| &kind.name)
    }

    /// The words of its title, Description and Scope as sorted hashes, each once: by them changes are found
    /// alike. Made when first asked for, and remembered with the document.
    pub fn vocabulary(&self) -> &[u64] {
        self.vocabulary.get_or_make(|| vocabulary::vocabulary(self))
    }

    /// The sections of its kind that have so many words or more: index of the heading, and a hash of the words.
    /// Made when first asked for, and remembered with the document.
    pub fn section_words(&self) -> &[(usize, u64)] {
        self.section_words.get_or_make(|| vocabulary::section_words(self))
    }

    /// The slot, when start and end are instants in order. Made when first asked for, and remembered with the
    /// document: rules and facts ask for it many times.
    pub fn slot(&self) -> Option<&Slot> {
        self.slot.get_or_make(|| Slot::of(self).map(Box::new)).as_deref()
    }

    /// From when to when it may run, by what is written: a slot that has no end, or ends before it starts, is over when
    /// it begins. Nothing where neither is an instant.
    pub fn slot_bounds(&self) -> Option<(jiff::Timestamp, jiff::Timestamp)> {
        if let Some(slot) = self.slot() {
            return Some((slot.start.timestamp, slot.end.timestamp));
        }
        let instant = |path: &str| time::parse_instant(self.text(path)?).ok();
        let only = instant("slot.start").or_else(|| instant("slot.end"))?.timestamp;
        Some((only, only))
    }

    /// Where to point when something is missing: the front matter's first line, else the file's.
    pub fn head_span(&self) -> Span {
        let start = self.matter.block.map_or(0, |block| block.span.start as usize);
        let line = self.source.text[start..].lines().next().unwrap_or_default();
        Span::new(start, start + line.len())
    }
}

/// Digest of all that [`parse`] reads: [`Document::identity`].
pub fn identity(source: &SourceFile, kinds: &Kinds, src: &BookPath) -> ContentHash {
    let kinds = kinds.hash.unwrap_or_default();
    let (path, src) = (source.path.as_str().as_bytes(), src.as_str().as_bytes());
    ContentHash::of_parts([path, src, source.hash.as_bytes(), kinds.as_bytes()])
}

/// Reads a file. Total: any bytes give a document.
pub fn parse(source: &SourceFile, kinds: &Kinds, src: &BookPath) -> Document {
    let mut faults = Vec::new();
    let mut head = front_matter::read(source, &mut faults);
    let id = DocumentId::of_path(&source.path, src);
    let below = source.path.below(src.as_str()).unwrap_or(source.path.as_str());
    let written = head.matter.table.get("kind").and_then(Value::as_str);
    let kind = match written {
        Some(name) => kinds.get(name),
        None => kinds.of_path(below).or_else(|| kinds.get("page")),
    };
    let kind_is_written = written.is_some();
    let outline = markdown::outline(&source.text, head.body, &mut faults);
    let body = body_fields::Body { text: &source.text, span: head.body, outline: &outline };
    let blanks = match kind {
        Some(kind) => body_fields::complete(&mut head.matter.table, kind, body),
        None => BTreeMap::new(),
    };
    let steps = match kind {
        Some(kind) if kind.steps => steps::read(&source.text, &outline),
        _ => Vec::new(),
    };
    Document {
        source: source.clone(),
        id,
        kind: kind.cloned(),
        kind_is_written,
        matter: head.matter,
        body: head.body,
        outline,
        blanks,
        steps,
        faults,
        identity: identity(source, kinds, src),
        vocabulary: Asked::default(),
        section_words: Asked::default(),
        slot: Asked::default(),
    }
}

#[cfg(test)]
mod tests;
