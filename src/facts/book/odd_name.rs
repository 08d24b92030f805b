//! Names of files and folders that people take for others: what they look like is not what they are.

use std::collections::BTreeMap;

use crate::inputs::Inputs;
use crate::inputs::document::{Document, odd_character};
use crate::text::{BookPath, skeleton, strange_letter};

/// A file or folder of the book whose name deceives.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct OddName {
    /// The file or folder.
    pub path: BookPath,
    /// The file, or the first one in the folder.
    pub file: BookPath,
    /// How it deceives.
    pub oddity: Oddity,
}

/// How a name deceives.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Oddity {
    /// Another file or folder beside it looks the same.
    Twin {
        /// That file or folder.
        path: BookPath,
        /// The file, or the first one in the folder.
        file: BookPath,
    },
    /// A word of Latin letters holds one of another script.
    StrangeLetter {
        /// The letter.
        letter: char,
        /// The Latin letter that it looks like.
        like: char,
    },
    /// A character that is not seen, in words.
    Invisible(String),
}

/// A file or folder: its path, and its first file.
#[derive(Clone, Copy)]
struct Place<'a> {
    path: &'a str,
    file: &'a BookPath,
}

/// The odd names below the source folder, sorted by path.
///
/// A name is held against those beside it alone: `2026/notes.md` and `2025/notes.md` are two by their folders. Of
/// each name one oddity is told, the worst.
pub(super) fn all<'d>(inputs: &'d Inputs, documents: impl Iterator<Item = &'d Document>) -> Vec<OddName> {
    let attachments = inputs.attachments.iter().map(|attachment| &attachment.path);
    let mut files: Vec<&BookPath> = documents.map(Document::path).chain(attachments).collect();
    files.sort();
    let mut odd: BTreeMap<&str, OddName> = BTreeMap::new();
    let mut seen: BTreeMap<(&str, String), Place<'_>> = BTreeMap::new();
    for place in places(&files, inputs.config.book.src.as_str()) {
        let folder = place.path.rsplit_once('/').map_or("", |(folder, _)| folder);
        let first = *seen.entry((folder, skeleton(place.title()))).or_insert(place);
        // A folder and the document that introduces it have one name.
        if first.title() == place.title() {
            odd.extend(place.oddity().and_then(|oddity| place.odd(oddity)));
            continue;
        }
        // Of two, the one with the strange letter is the copy.
        let is_original = strange_letter(place.title()).is_none() && strange_letter(first.title()).is_some();
        let (copy, original) = if is_original { (first, place) } else { (place, first) };
        let twin =
            BookPath::new(original.path).map(|path| Oddity::Twin { path, file: original.file.clone() });
        odd.extend(twin.and_then(|twin| copy.odd(twin)));
    }
    odd.into_values().collect()
}

/// Every file and folder below the source folder, once, of files in order.
fn places<'a>(files: &[&'a BookPath], src: &str) -> Vec<Place<'a>> {
    let mut places = Vec::with_capacity(files.len());
    let mut before = "";
    for file in files {
        let Some(below) = file.below(src) else { continue };
        let path = file.as_str();
        // The folders that it shares with the file before it are there already.
        let shared = before.bytes().zip(path.bytes()).take_while(|(one, other)| one == other).count();
        let base = path.len() - below.len();
        let ends = path.match_indices('/').map(|(at, _)| at).filter(|at| *at >= shared.max(base));
        places.extend(ends.map(|end| Place { path: &path[..end], file }));
        places.push(Place { path, file });
        before = path;
    }
    places
}

impl<'a> Place<'a> {
    /// The name without the ending of a document, which the pages do not show.
    fn title(self) -> &'a str {
        let name = self.path.rsplit('/').next().unwrap_or_default();
        name.strip_suffix(".md").unwrap_or(name)
    }

    /// What is odd about the name by itself.
    fn oddity(self) -> Option<Oddity> {
        match strange_letter(self.title()) {
            Some((letter, like)) => Some(Oddity::StrangeLetter { letter, like }),
            None => odd_character(self.title()).map(Oddity::Invisible),
        }
    }

    fn odd(self, oddity: Oddity) -> Option<(&'a str, OddName)> {
        Some((self.path, OddName { path: BookPath::new(self.path)?, file: self.file.clone(), oddity }))
    }
}
