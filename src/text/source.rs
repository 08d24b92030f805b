//! Source files.

use std::sync::Arc;

use super::{BookPath, ContentHash, Span};

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
}

impl SourceFile {
    /// A file from its bytes.
    pub fn new(path: BookPath, bytes: Vec<u8>) -> SourceFile {
        let hash = ContentHash::of(&bytes);
        match String::from_utf8(bytes) {
            Ok(text) => SourceFile { path, text: text.into(), hash, invalid: None },
            Err(error) => {
                let at = Span::at(error.utf8_error().valid_up_to()).start;
                let text = String::from_utf8_lossy(error.as_bytes()).into();
                SourceFile { path, text, hash, invalid: Some(at) }
            }
        }
    }

    /// The text that a span covers.
    pub fn slice(&self, span: Span) -> &str {
        span.slice(&self.text)
    }
}
