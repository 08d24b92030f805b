//! The words of a request as a set, by which changes are found to be alike.

use crate::text::Span;

use super::Document;

/// Sections whose words say what a change is about, beside its title.
const SECTIONS: [&str; 2] = ["Description", "Scope"];

/// Words of English that say nothing of what a text is about. Shorter words are left out in any case.
const STOP_WORDS: [&str; 64] = [
    "about", "after", "again", "against", "also", "another", "because", "been", "before", "being", "between",
    "both", "change", "changed", "changes", "could", "does", "done", "during", "each", "every", "from",
    "have", "here", "into", "itself", "more", "most", "must", "never", "none", "only", "other", "over",
    "same", "service", "services", "shall", "should", "since", "some", "such", "than", "that", "their",
    "them", "then", "there", "these", "they", "this", "those", "through", "under", "until", "very", "what",
    "when", "where", "which", "while", "will", "with", "without",
];

/// The shortest word that counts.
const SHORTEST: usize = 4;

/// The hashes of the words of a document's title, Description and Scope, sorted, each once.
pub(super) fn vocabulary(document: &Document) -> Box<[u64]> {
    let mut words = Vec::new();
    collect(document.title(), &mut words);
    for heading in document.outline.headings.iter().filter(|heading| heading.level == 2) {
        if SECTIONS.iter().any(|section| heading.text.eq_ignore_ascii_case(section)) {
            let body = Span { start: heading.span.end, ..heading.section };
            collect(document.source.slice(body), &mut words);
        }
    }
    words.sort_unstable();
    words.dedup();
    words.into_boxed_slice()
}

fn collect(text: &str, words: &mut Vec<u64>) {
    let mut lower = String::new();
    for word in text.split(|c: char| !c.is_alphanumeric()) {
        if word.len() < SHORTEST || word.bytes().all(|byte| byte.is_ascii_digit()) {
            continue;
        }
        lower.clear();
        lower.extend(word.chars().flat_map(char::to_lowercase));
        if STOP_WORDS.binary_search(&lower.as_str()).is_err() {
            words.push(hash(lower.as_bytes()));
        }
    }
}

/// Sections of fewer words are alike without having been copied: "None." and "See the runbook."
const FEWEST_WORDS: u32 = 25;

/// The longer sections of a document's kind: index of the heading, and a hash of the words below it.
pub(super) fn section_words(document: &Document) -> Box<[(usize, u64)]> {
    let Some(kind) = &document.kind else { return Box::default() };
    let headings = document.outline.headings.iter().enumerate();
    let long = headings.filter(|(_, heading)| {
        heading.words >= FEWEST_WORDS && kind.section_at(heading.level, &heading.text).is_some()
    });
    let hashed = long.map(|(at, heading)| {
        let words = document.source.slice(heading.section).split_whitespace();
        (at, words.fold(0, |sum: u64, word| sum.rotate_left(5) ^ hash(word.as_bytes())))
    });
    hashed.collect()
}

/// FNV-1a: fixed, so that the same words have the same hashes in every run and on every machine.
fn hash(bytes: &[u8]) -> u64 {
    let step = |hash: u64, byte: &u8| (hash ^ u64::from(*byte)).wrapping_mul(0x0100_0000_01b3);
    bytes.iter().fold(0xcbf2_9ce4_8422_2325, step)
}

#[cfg(test)]
mod tests {
    #[test]
    fn stop_words_are_sorted() {
        assert!(super::STOP_WORDS.is_sorted());
    }
}
