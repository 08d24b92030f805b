//! Heading anchors by GitHub's algorithm.

use foldhash::HashMap;

/// What stands for a heading that has no letter, digit or hyphen at all: an id must not be empty.
const NAMELESS: &str = "section";

/// Makes the anchors of one document, each different.
#[derive(Debug, Default)]
pub struct Slugger {
    /// Anchor -> the number that the last anchor made from it got.
    used: HashMap<String, usize>,
}

impl Slugger {
    /// The anchor of the next heading with that text.
    ///
    /// GitHub's rule, read off its output: lower case; only the characters of `\w` (letters, marks, decimal
    /// digits, connector punctuation), hyphens and spaces are kept; each space becomes a hyphen, so that
    /// `a - b` is `a---b`. An anchor that is taken gets `-1`, `-2` and so on, counted for each text and
    /// passing over names that other headings took.
    pub fn slug(&mut self, text: &str) -> String {
        let base = base(text);
        let Some(mut count) = self.used.get(&base).copied() else {
            self.used.insert(base.clone(), 0);
            return base;
        };
        let anchor = loop {
            count += 1;
            let anchor = format!("{base}-{count}");
            if !self.used.contains_key(&anchor) {
                break anchor;
            }
        };
        self.used.insert(anchor.clone(), 0);
        self.used.insert(base, count);
        anchor
    }
}

fn base(text: &str) -> String {
    let mut base = String::with_capacity(text.len());
    if text.is_ascii() {
        base.extend(text.chars().filter_map(|c| kept(c.to_ascii_lowercase())));
    } else {
        base.extend(text.to_lowercase().chars().filter_map(kept));
    }
    if base.is_empty() { NAMELESS.to_owned() } else { base }
}

fn kept(c: char) -> Option<char> {
    match c {
        ' ' => Some('-'),
        '-' | '_' | 'a'..='z' | '0'..='9' => Some(c),
        _ if c.is_ascii() => None,
        // `\w` has these two joiners, which GitHub drops.
        '\u{200c}' | '\u{200d}' => None,
        _ => regex_syntax::is_word_character(c).then_some(c),
    }
}

#[cfg(test)]
mod tests;
