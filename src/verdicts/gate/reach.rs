//! On whose past an answer rests.
//!
//! Enters: the documents of a commit, before its history is read, and the [`Question`]. Leaves: the changes whose
//! records can have a say. STRATEGY. What signatures decide of a change matters for the change that is asked
//! for, for those that run and may hold the service, and, where one is asked for, for those that may still run
//! and meet it or replace it. All of that shows in the documents alone, and whoever is in doubt is let in: the
//! answer is the same as that of the whole past, and a test holds the two against each other.

use std::collections::BTreeSet;
use std::sync::Arc;

use jiff::Timestamp;

use super::Question;
use crate::facts::book::{change_id_of, view};
use crate::inputs::Inputs;
use crate::inputs::document::Document;
use crate::inputs::history::reach::Reach;

/// The changes whose past the answer to a question may rest on.
pub fn reach(inputs: &Inputs, documents: &[Arc<Document>], question: &Question) -> Reach {
    let src = &inputs.config.book.src;
    let mut changes: BTreeSet<&str> = question.changes.iter().map(String::as_str).collect();
    let asked = changes.clone();
    let mut over: BTreeSet<(&str, &str)> = BTreeSet::new();
    for document in documents {
        let path = document.path();
        let is_among_changes = path.below(src.as_str()).is_some_and(|below| below.starts_with("changes/"));
        match document.kind_name() {
            // What holds for other changes stands where only one change is meant.
            "service" | "window" | "standard" if is_among_changes => return Reach::Everything,
            "execution" => {
                let of = change_id_of(path, src);
                if has_ended(document, question.at) {
                    over.extend(of.map(|of| (of, path.stem())));
                } else {
                    changes.extend(of.into_iter().chain(document.text("change")));
                }
            }
            "request" if !asked.is_empty() => {
                let replaced = document.text("supersedes").is_some_and(|old| asked.contains(old));
                let may_run = document.slot().is_some_and(|slot| slot.end.timestamp > question.at);
                let own = [change_id_of(path, src), document.text("id")];
                if replaced || may_run {
                    changes.extend(own.into_iter().flatten());
                }
            }
            _ => {}
        }
    }
    // A run commits its log before anybody has written the record.
    for attachment in &inputs.attachments {
        let Some(of) = change_id_of(&attachment.path, src) else { continue };
        let stem = attachment.path.file_name().strip_suffix(".log.jsonl");
        changes.extend(stem.filter(|stem| !over.contains(&(of, *stem))).map(|_| of));
    }
    Reach::Changes(changes.into_iter().map(str::to_owned).collect())
}

fn has_ended(execution: &Document, at: Timestamp) -> bool {
    view::moment(execution, "ended").is_some_and(|ended| ended <= at)
}

/// Whether the findings at a document can have a say: windows, for one that is half understood may leave open
/// what it was to close; the service, which may then be in no window; and what lies in the folder of the change that
/// is asked for.
pub fn is_judged(inputs: &Inputs, document: &Document, question: &Question) -> bool {
    let of = change_id_of(document.path(), &inputs.config.book.src);
    let is_asked = || question.service.rsplit('/').next() == Some(document.id.name());
    match document.kind_name() {
        "window" => true,
        "service" if is_asked() => true,
        _ => of.is_some_and(|of| question.changes.iter().any(|id| id == of)),
    }
}
