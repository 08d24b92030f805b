//! Whether a post-mortem was reviewed by somebody who did not write it, where the policy asks for that.

use serde::Serialize;

use super::super::Site;
use super::super::chip::Chip;
use crate::facts::approval::review::Review;
use crate::inputs::document::Document;
use crate::outputs::approval::short;

/// The review of a document of a change.
#[derive(Serialize)]
pub(in super::super) struct ReviewView {
    chip: Chip,
    sentence: String,
}

/// The review of a document of a change; nothing where the policy asks for none.
pub(in super::super) fn of(site: &Site<'_>, document: &Document) -> Option<ReviewView> {
    let review = Review::of(&site.analysis.facts.approvals, document)?;
    let who: Vec<String> =
        review.by.iter().map(|(person, commit)| format!("{person} ({})", short(commit))).collect();
    let note = match (review.has_own, review.has_older) {
        (true, _) => " A review by somebody who wrote it does not count.",
        (false, true) => " An earlier text was reviewed.",
        (false, false) => "",
    };
    let needed = review.needed;
    let sentence = match (review.is_met, who.is_empty()) {
        (true, _) => format!("Signed for by {}, for exactly these bytes.", who.join(", ")),
        (false, true) => {
            format!("Nobody has signed a review of these bytes; the policy asks for {needed}.{note}")
        }
        (false, false) => {
            format!("Signed for by {}; the policy asks for {needed} people.{note}", who.join(", "))
        }
    };
    let chip = match review.is_met {
        true => Chip::new("reviewed", "good", "seal"),
        false => Chip::new("not reviewed", "warn", "seal-open"),
    };
    Some(ReviewView { chip, sentence })
}
