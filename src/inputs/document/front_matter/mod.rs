//! Front matter: YAML between `---`, TOML between `+++`, JSON between `;;;`.
//!
//! gray_matter does the splitting, behind guards: it loses a head silently after a byte order mark or
//! without a closing fence, trims indentation, rewrites line ends, takes a line that ends in its delimiter
//! for an excerpt, expands aliases without limit and gives no offsets (design: site.md, security of the
//! generator). So the fences are found on bytes first; gray_matter is handed the block between them and
//! nothing else, with an engine that leaves the head as it is; what it splits off is held against the
//! bytes; and the span-aware parsers of [`crate::inputs::value`] read the same bytes. The steps:
//!
//! 1. `clean`: characters that must not be in a file at all (MCM021),
//! 2. `fences`: where the block begins and ends (MCM001),
//! 3. the size of the head, the split, the values (MCM002).

mod clean;
mod fences;

use gray_matter::engine::Engine;
use gray_matter::{Matter as Splitter, Pod};

use self::fences::Fences;
use super::{Fault, Matter, MatterBlock};
use crate::inputs::value::{ParseFault, Table, parse_json, parse_toml, parse_yaml};
use crate::text::{Code, SourceFile, Span};

/// The largest front matter that is read, in bytes.
pub const MAX_FRONT_MATTER: usize = 64 * 1024;

const MISSING: Code = Code("MCM001");
const INVALID: Code = Code("MCM002");
const UNCLEAN: Code = Code("MCM021");

/// The three formats of front matter.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Format {
    /// Between `---`.
    Yaml,
    /// Between `+++`.
    Toml,
    /// Between `;;;`.
    Json,
}

impl Format {
    /// All of them.
    pub const ALL: [Format; 3] = [Format::Yaml, Format::Toml, Format::Json];

    /// The line before and after the head.
    pub fn fence(self) -> &'static str {
        match self {
            Format::Yaml => "---",
            Format::Toml => "+++",
            Format::Json => ";;;",
        }
    }

    /// What people call it.
    pub fn name(self) -> &'static str {
        match self {
            Format::Yaml => "YAML",
            Format::Toml => "TOML",
            Format::Json => "JSON",
        }
    }

    /// Reads a head that begins at byte `offset` of its file.
    pub fn parse(self, head: &str, offset: usize) -> Result<Table, Vec<ParseFault>> {
        match self {
            Format::Yaml => parse_yaml(head, offset),
            Format::Toml => parse_toml(head, offset),
            Format::Json => parse_json(head, offset),
        }
    }
}

/// A head, and where the body begins.
pub(super) struct Head {
    pub(super) matter: Matter,
    pub(super) body: Span,
}

/// Reads the head of a file; what is wrong with it goes to `faults` as MCM001, MCM002 or MCM021.
///
/// Byte order mark, opening fence, head, closing fence and body are the whole file, byte for byte. A file
/// without front matter is no fault here; the rule MCM001 knows which kinds need it.
pub(super) fn read(source: &SourceFile, faults: &mut Vec<Fault>) -> Head {
    let text = &*source.text;
    clean::check(source, faults);
    let start = if text.starts_with('\u{feff}') { '\u{feff}'.len_utf8() } else { 0 };
    let (block, body) = match fences::find(text, start) {
        Fences::Closed(block) => (block, Span::new(block.span.end as usize, text.len())),
        Fences::Missing(fault) => {
            faults.extend(fault);
            return Head { matter: Matter::default(), body: Span::new(start, text.len()) };
        }
    };
    let table = read_table(text, block).unwrap_or_else(|found| {
        faults.extend(found.into_iter().map(invalid));
        Table::default()
    });
    Head { matter: Matter { block: Some(block), table }, body }
}

/// The first character of a name that no reader sees as it is, in words: `invisible character U+200B`.
pub fn odd_character(name: &str) -> Option<String> {
    clean::odd_character(name)
}

/// Whether a text begins as front matter of any format does.
pub(super) fn begins(text: &str) -> bool {
    let text = text.strip_prefix('\u{feff}').unwrap_or(text);
    Format::ALL.into_iter().any(|format| text.starts_with(format.fence()))
}

fn read_table(text: &str, block: MatterBlock) -> Result<Table, Vec<ParseFault>> {
    let head = block.head.slice(text);
    if head.len() > MAX_FRONT_MATTER {
        let fence = Span::new(block.span.start as usize, block.span.start as usize + 3);
        let message =
            format!("front matter is {} bytes long; at most {MAX_FRONT_MATTER} are read", head.len());
        let fault = ParseFault::new(fence, message).labelled("begins here");
        return Err(vec![fault.help("move long texts to the body, and data to a file beside the document")]);
    }
    if split(text, block).as_deref().unwrap_or_default() != as_split(head) {
        return Err(vec![disputed(text, block)]);
    }
    block.format.parse(head, block.head.start as usize)
}

/// The engine that is handed to gray_matter: the head stays text, for the parsers that know places.
struct Verbatim;

impl Engine for Verbatim {
    fn parse(content: &str) -> gray_matter::Result<Pod> {
        Ok(Pod::String(content.to_owned()))
    }
}

/// The head as gray_matter splits it off: trimmed, with LF; nothing when it is blank.
fn split(text: &str, block: MatterBlock) -> Option<String> {
    let mut splitter = Splitter::<Verbatim>::new();
    splitter.delimiter = block.format.fence().to_owned();
    splitter.parse::<String>(block.span.slice(text)).ok()?.data
}

/// The head as [`split`] must give it if it saw the same fences.
fn as_split(head: &str) -> String {
    head.lines().collect::<Vec<_>>().join("\n").trim().to_owned()
}

/// gray_matter ends a head at a fence with white space behind it. Where others may disagree about what
/// the front matter is, it is refused.
fn disputed(text: &str, block: MatterBlock) -> ParseFault {
    let fence = block.format.fence();
    let mut at = block.head.start as usize;
    for line in block.head.slice(text).split_inclusive('\n') {
        if line.trim_end() == fence {
            return ParseFault::new(
                Span::new(at, at + line.trim_end_matches(['\r', '\n']).len()),
                format!("`{fence}` with white space behind it"),
            )
            .labelled("some tools end the front matter here")
            .help("remove the white space to end it here, or indent the line if it belongs to a value");
        }
        at += line.len();
    }
    ParseFault::new(block.head, "front matter is read differently by other tools")
        .help("remove unusual white space from its first and last lines")
}

fn invalid(fault: ParseFault) -> Fault {
    let ParseFault { span, message, label, help, related } = fault;
    Fault { code: INVALID, span, message, label, help, related }
}

#[cfg(test)]
mod tests;
