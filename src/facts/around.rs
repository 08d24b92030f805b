//! What a change may be judged by beside itself, as one digest: what is remembered of changes holds as long as
//! it stays.
//!
//! Of services, windows and models the front matter and the title count, because nothing else of them is read
//! when a change is judged: who mends a sentence of a service's page does not have ten thousand changes judged
//! anew. Whatever a rule reads of the other changes does not belong here but into the key of the rule's
//! findings; a rule that reads more is judged over the whole book.

use crate::facts::book::Book;
use crate::facts::calendar::Schedule;
use crate::inputs::Inputs;
use crate::text::ContentHash;

/// The kinds of the documents that are read when a change is judged, wherever they lie.
const KINDS: [&str; 3] = ["service", "standard", "window"];

/// The digest of a book.
pub(super) fn digest(inputs: &Inputs, book: &Book) -> ContentHash {
    let (from, to) = Schedule::horizon(inputs, book);
    let times = [inputs.as_of, from, to].map(|at| at.as_nanosecond().to_le_bytes());
    let file = inputs.config.file.as_ref().map_or(ContentHash::default(), |file| file.hash);
    let head = [&book.names.as_bytes()[..], inputs.policy.hash.as_bytes(), file.as_bytes()];
    let documents = KINDS.iter().flat_map(|kind| book.of_kind(kind)).flat_map(|(_, document)| {
        let matter = &document.source.text[..document.body.start as usize];
        [document.path().as_str(), matter, document.title()].map(str::as_bytes)
    });
    let times = times.iter().map(|time| &time[..]);
    ContentHash::of_parts(head.into_iter().chain(times).chain(documents))
}
