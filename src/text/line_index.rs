//! From byte offsets to lines and columns, at the edge only.

/// A place in a file as people and editors name it. Everything counts from 1 but `utf16`.
#[derive(Clone, Copy, Debug, PartialEq, Eq, serde::Serialize)]
pub struct Position {
    /// The line, from 1.
    pub line: u32,
    /// The column in characters (Unicode scalar values), from 1.
    pub column: u32,
    /// The column in UTF-16 code units, from 0, as the Language Server Protocol counts.
    pub utf16: u32,
    /// The byte offset in the file, from 0.
    pub byte: u32,
}

/// Where the lines of a text begin. A line ends with LF; a CR before it belongs to the line's end.
#[derive(Clone, Debug)]
pub struct LineIndex {
    starts: Vec<u32>,
}

impl LineIndex {
    /// Reads the text once.
    pub fn new(text: &str) -> LineIndex {
        let after_breaks = memchr::memchr_iter(b'\n', text.as_bytes()).map(|at| at as u32 + 1);
        LineIndex { starts: std::iter::once(0).chain(after_breaks).collect() }
    }

    /// The place of a byte offset; an offset past the end is the end, one inside a character its start.
    pub fn position(&self, text: &str, offset: usize) -> Position {
        let mut byte = offset.min(text.len());
        while !text.is_char_boundary(byte) {
            byte -= 1;
        }
        let line = self.starts.partition_point(|start| *start as usize <= byte) - 1;
        let before = &text[self.starts[line] as usize..byte];
        Position {
            line: line as u32 + 1,
            column: before.chars().count() as u32 + 1,
            utf16: before.encode_utf16().count() as u32,
            byte: byte as u32,
        }
    }

    /// The byte offset at which a line begins; nothing for one that is not there.
    pub fn start(&self, line: u32) -> Option<u32> {
        self.starts.get((line as usize).checked_sub(1)?).copied()
    }

    /// The number of lines; a text that ends with a line break has an empty last line.
    pub fn lines(&self) -> usize {
        self.starts.len()
    }
}
