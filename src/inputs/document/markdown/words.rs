//! Counting words.

/// Counts words in text that comes in pieces.
///
/// A word is a run without white space that holds at least one letter or digit. Of scripts that write no
/// spaces, each Han character and each kana counts as one, as office programs count.
#[derive(Debug, Default)]
pub(super) struct Words {
    count: u32,
    in_word: bool,
}

impl Words {
    /// Goes on with a piece; a word may reach from the piece before into it.
    pub(super) fn feed(&mut self, text: &str) {
        if text.is_ascii() {
            return self.feed_ascii(text.as_bytes());
        }
        for c in text.chars() {
            if c.is_whitespace() {
                self.in_word = false;
            } else if is_ideographic(c) {
                self.count += 1;
                self.in_word = false;
            } else if !self.in_word && c.is_alphanumeric() {
                self.count += 1;
                self.in_word = true;
            }
        }
    }

    fn feed_ascii(&mut self, text: &[u8]) {
        // Without a branch: where words end cannot be foreseen, and every byte of the book comes by.
        let mut in_word = u8::from(self.in_word);
        for byte in text {
            let goes_on = CLASS[usize::from(*byte)] >> in_word & 1;
            self.count += u32::from(goes_on & !in_word);
            in_word = goes_on;
        }
        self.in_word = in_word == 1;
    }

    /// Ends the word at hand, at the edge of a block or a line.
    pub(super) fn pause(&mut self) {
        self.in_word = false;
    }

    /// The words so far.
    pub(super) fn count(&self) -> u32 {
        self.count
    }
}

/// Whether a byte is in a word: the first bit where the byte before is not, the second where it is.
static CLASS: [u8; 256] = {
    let mut table = [0b10; 256];
    let mut byte: u8 = 0;
    while byte < 0x80 {
        if byte.is_ascii_alphanumeric() {
            table[byte as usize] = 0b11;
        } else if matches!(byte, b' ' | b'\t'..=b'\r') {
            table[byte as usize] = 0b00;
        }
        byte += 1;
    }
    table
};

/// Hiragana, katakana and the blocks of Han characters.
fn is_ideographic(c: char) -> bool {
    matches!(c, '\u{3041}'..='\u{30ff}' | '\u{3400}'..='\u{4dbf}' | '\u{4e00}'..='\u{9fff}'
        | '\u{f900}'..='\u{faff}' | '\u{20000}'..='\u{3ffff}')
}
