//! Source files.

use std::sync::Arc;

use super::asked::Asked;
use super::{BookPath, ContentHash, LineIndex, Position, Span};

/// A text file of the book, exactly as its bytes stand on disk or in a commit.
#[derive(Clone, Debug)]
pub struct SourceFile {
    /// Where it lies.
    pub path: BookPath,
    /// Its text. Bytes that are not UTF-8 are shown as U+FFFD, and `invalid` says where the first stood.
    pub text: Arc<str>,
    /// Hash of the original bytes.
    pub hash: ContentHash,
    /// Offset (in `text`) of the first replacement, when the bytes are not UTF-8.
    pub invalid: Option<u32>,
    /// Each replacement: where it ends in `text`, and by how many bytes the text is longer than the file up to
    /// there.
    longer: Arc<[(u32, u32)]>,
    /// Where its lines begin, once that was asked for: few files of a book are quoted, and those again and again.
    lines: Arc<Asked<LineIndex>>,
}

impl SourceFile {
    /// A file from its bytes.
    pub fn new(path: BookPath, bytes: impl AsRef<[u8]>) -> SourceFile {
        let bytes = bytes.as_ref();
        let hash = ContentHash::of(bytes);
        let (text, invalid, longer) = match std::str::from_utf8(bytes) {
            Ok(text) => (text.into(), None, Arc::default()),
            Err(error) => {
                let (text, longer) = replaced(bytes);
                (text.into(), Some(Span::at(error.valid_up_to()).start), longer.into())
            }
        };
        SourceFile { path, text, hash, invalid, longer, lines: Arc::default() }
    }

    /// The offset in the file of an offset in `text`; they differ behind bytes that are not UTF-8.
    pub fn offset_in_file(&self, offset: u32) -> u32 {
        let before = self.longer.partition_point(|(end, _)| *end <= offset);
        offset - before.checked_sub(1).map_or(0, |last| self.longer[last].1)
    }

    /// Where the lines of the text begin.
    pub fn lines(&self) -> &LineIndex {
        self.lines.get_or_make(|| LineIndex::new(&self.text))
    }

    /// The place of an offset in `text`, with the byte of the file.
    pub fn position(&self, offset: u32) -> Position {
        let position = self.lines().position(&self.text, offset as usize);
        Position { byte: self.offset_in_file(position.byte), ..position }
    }

    /// The text that a span covers.
    pub fn slice(&self, span: Span) -> &str {
        span.slice(&self.text)
    }
}

/// The text with U+FFFD for what is not UTF-8, as `String::from_utf8_lossy` has it, and the places.
fn replaced(bytes: &[u8]) -> (String, Vec<(u32, u32)>) {
    let (mut text, mut longer, mut by) = (String::with_capacity(bytes.len()), Vec::new(), 0);
    for chunk in bytes.utf8_chunks() {
        text.push_str(chunk.valid());
        if !chunk.invalid().is_empty() {
            text.push(char::REPLACEMENT_CHARACTER);
            // At most three bytes are replaced by three.
            by += (char::REPLACEMENT_CHARACTER.len_utf8() - chunk.invalid().len()) as u32;
            longer.push((Span::at(text.len()).start, by));
        }
    }
    (text, longer)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn offsets_lead_back_to_the_bytes_of_the_file() {
        let path = BookPath::new("a.md").expect("a path of a book");
        let bytes = b"Gr\xfc\xdfe \xe2\x82x \xf0\x9f\x98z \xc3\xa4\n".to_vec();
        let file = SourceFile::new(path, bytes.clone());
        assert_eq!(*file.text, *String::from_utf8_lossy(&bytes));
        for sign in ['e', 'x', 'z', '\n'] {
            let (at, wanted) = (file.text.find(sign), bytes.iter().position(|byte| *byte == sign as u8));
            assert_eq!(at.map(|at| file.offset_in_file(at as u32) as usize), wanted, "{sign:?}");
        }
        assert_eq!(file.offset_in_file(file.text.len() as u32) as usize, bytes.len());
    }
}
