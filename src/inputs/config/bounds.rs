//! Bounds of a value: its pattern, its length, the number of its items.

use regex::{Regex, RegexBuilder};

/// The largest program that a pattern may become: far more than a field needs, and nothing that could use up
/// memory.
const MAX_PATTERN: usize = 1 << 20;

/// What a value must keep to beside its type.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Bounds {
    /// What the whole text must match.
    pub pattern: Option<Pattern>,
    /// Fewest characters.
    pub min_length: Option<u32>,
    /// Most characters.
    pub max_length: Option<u32>,
    /// Fewest items of a list, or keys of a map.
    pub min_items: Option<u32>,
    /// Most items.
    pub max_items: Option<u32>,
}

/// A regular expression, compiled once; it is matched in time linear in the text.
#[derive(Clone)]
pub struct Pattern {
    text: String,
    regex: Regex,
}

impl Pattern {
    /// Compiles a pattern.
    ///
    /// # Errors
    /// Why it is none, in one line.
    pub fn new(text: &str) -> Result<Pattern, String> {
        // Alone it must be one too: `a)(b` would be, between the brackets.
        Pattern::search(text)?;
        let regex = compile(&format!("^(?:{text})$"))?;
        Ok(Pattern { text: text.to_owned(), regex })
    }

    /// Compiles what is looked for anywhere in a text.
    ///
    /// # Errors
    /// Why it is none, in one line.
    pub(super) fn search(text: &str) -> Result<Regex, String> {
        compile(text)
    }

    /// Whether the whole text matches.
    pub fn fits(&self, text: &str) -> bool {
        self.regex.is_match(text)
    }

    /// The pattern as written.
    pub fn as_str(&self) -> &str {
        &self.text
    }
}

fn compile(text: &str) -> Result<Regex, String> {
    RegexBuilder::new(text).size_limit(MAX_PATTERN).build().map_err(|error| {
        // The last line of a syntax error says what is wrong; the lines above draw it.
        let told = error.to_string();
        let last = told.lines().last().unwrap_or_default();
        last.trim_start_matches("error: ").trim_end_matches('.').to_owned()
    })
}

impl PartialEq for Pattern {
    fn eq(&self, other: &Pattern) -> bool {
        self.text == other.text
    }
}

impl std::fmt::Debug for Pattern {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "{:?}", self.text)
    }
}

impl Bounds {
    /// What an empty set of bounds is: nothing to keep to.
    pub fn is_empty(&self) -> bool {
        *self == Bounds::default()
    }

    /// How a message says a length: "of 3 to 80 characters".
    pub fn length(&self) -> Option<String> {
        range(self.min_length, self.max_length, "character")
    }

    /// How a message says a number of items: "of at least 1 item".
    pub fn items(&self) -> Option<String> {
        range(self.min_items, self.max_items, "item")
    }
}

fn range(min: Option<u32>, max: Option<u32>, noun: &str) -> Option<String> {
    let counted = |number: u32| crate::text::counted(number as usize, noun);
    match (min, max) {
        (None, None) => None,
        (Some(min), None) => Some(format!("at least {}", counted(min))),
        (None, Some(max)) => Some(format!("at most {}", counted(max))),
        (Some(min), Some(max)) if min == max => Some(format!("exactly {}", counted(min))),
        (Some(min), Some(max)) => Some(format!("{min} to {}", counted(max))),
    }
}
