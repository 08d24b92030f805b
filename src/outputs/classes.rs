//! The class of a change with its reasons, and earlier changes like it, as text and JSON.

use serde::Serialize;

use crate::analysis::Analysis;
use crate::facts::book::{Change, view};
use crate::facts::class::{Class, Reason};
use crate::facts::similar::Similar;
use crate::inputs::policy::ClassName;
use crate::text::printable;

/// What `classify` says of a change.
#[derive(Debug, Serialize)]
pub struct Classification<'a> {
    /// Its id.
    pub id: &'a str,
    /// The class that counts; nothing while an open question can still raise it.
    pub class: Option<ClassName>,
    /// What follows from the criteria; nothing while that is open.
    pub derived: Option<ClassName>,
    /// What the request declares.
    pub declared: Option<ClassName>,
    /// Every criterion that is met.
    pub reasons: &'a [Reason],
    /// The score with what made it.
    pub score: ScoreLine<'a>,
    /// Fields that a criterion or the score needs and the request does not answer.
    pub unanswered: &'a [&'static str],
}

/// Likelihood times impact.
#[derive(Debug, Serialize)]
pub struct ScoreLine<'a> {
    /// 1 to 25.
    pub value: i64,
    /// The risk band of the policy.
    pub band: Option<&'a str>,
    /// 1 to 5.
    pub likelihood: i64,
    /// What it is made of.
    pub likelihood_parts: Vec<Part<'a>>,
    /// 1 to 5.
    pub impact: i64,
    /// What it is made of.
    pub impact_parts: Vec<Part<'a>>,
}

/// Points and why they are given.
#[derive(Debug, Serialize)]
pub struct Part<'a> {
    /// How many.
    pub points: i64,
    /// Why.
    pub text: &'a str,
}

/// What `classify` says; nothing without a request.
pub fn classification<'a>(analysis: &'a Analysis, change: &'a Change) -> Option<Classification<'a>> {
    let class: &Class = analysis.facts.classes.get(&change.id)?;
    let score = &class.score;
    let parts = |parts: &'a [(i64, String)]| -> Vec<Part<'a>> {
        parts.iter().map(|(points, text)| Part { points: *points, text }).collect()
    };
    Some(Classification {
        id: &change.id,
        class: class.settled(),
        derived: class.certain(),
        declared: class.declared.map(|(class, _)| class),
        reasons: &class.reasons,
        score: ScoreLine {
            value: score.value(),
            band: analysis.facts.inputs.policy.band(score.value()).map(|band| band.name.as_str()),
            likelihood: score.likelihood,
            likelihood_parts: parts(&score.likelihood_parts),
            impact: score.impact,
            impact_parts: parts(&score.impact_parts),
        },
        unanswered: &class.open,
    })
}

/// The same for people.
pub fn classification_text(classification: &Classification<'_>) -> String {
    let Classification { id, class, derived, declared, reasons, score, unanswered } = classification;
    let mut text = format!("{id}  {}\n\n", class.map_or("class open", ClassName::name));
    let declared = declared.map_or("nothing", ClassName::name);
    let derived = derived.map_or("nothing yet: see what is unanswered", ClassName::name);
    text += &format!("Declared  {declared}\nDerived   {derived}\n\n");
    text += "Criteria\n";
    if reasons.is_empty() {
        text += if unanswered.is_empty() { "  none is met\n" } else { "  none is met by what is answered\n" };
    }
    for reason in *reasons {
        text += &format!("  {:<18} {}\n", reason.criterion, printable(&reason.text));
    }
    let band = score.band.map(|band| format!(" ({})", printable(band))).unwrap_or_default();
    let so_far = if unanswered.is_empty() { "" } else { ", so far" };
    text += &format!("\nScore {}{band}{so_far}\n", score.value);
    for (name, value, parts) in [
        ("Likelihood", score.likelihood, &score.likelihood_parts),
        ("Impact", score.impact, &score.impact_parts),
    ] {
        let sum: i64 = parts.iter().map(|part| part.points).sum();
        let bound = match sum.cmp(&value) {
            std::cmp::Ordering::Less => ", at least 1",
            std::cmp::Ordering::Equal => "",
            std::cmp::Ordering::Greater => ", at most 5",
        };
        text += &format!("  {name} {value}{bound}\n");
        for part in parts {
            text += &format!("    {:+}  {}\n", part.points, printable(part.text));
        }
    }
    if !unanswered.is_empty() {
        text += "\nUnanswered\n";
        for field in *unanswered {
            text += &format!("  {field}\n");
        }
    }
    text
}

/// Earlier changes for people: how much alike, what is shared, the title. Where there is none, why.
pub fn similar_text(analysis: &Analysis, change: &Change, similar: &[Similar]) -> String {
    let book = &analysis.facts.book;
    if similar.is_empty() {
        let request = change.request.map(|index| book.document(index));
        let services = request.map(|request| view::services(book, request)).unwrap_or_default();
        let names: Vec<&str> = services.iter().map(|(index, _)| book.name_of(*index)).collect();
        return match (request, &names[..]) {
            (None, _) => format!("{} has no request to compare\n", change.id),
            (_, []) => {
                format!("{} names no service of the catalogue: nothing to find others by\n", change.id)
            }
            _ => format!("no earlier change affects a service of {}: {}\n", change.id, names.join(", ")),
        };
    }
    let line = |similar: &Similar| {
        let change = book.changes.get(&similar.id);
        let request = change.and_then(|change| change.request);
        let title = request.map_or("", |index| book.document(index).title());
        let outcome = change.and_then(|change| change.outcome).map_or("not carried out", |o| o.name());
        let types = if similar.types.is_empty() { "none".to_owned() } else { similar.types.join(", ") };
        format!(
            "{}  {:>3}%  {}\n      services: {}; kinds of work: {}; words: {}%; {outcome}\n",
            similar.id,
            similar.percent,
            printable(title),
            printable(&similar.services.join(", ")),
            printable(&types),
            similar.text_percent,
        )
    };
    similar.iter().map(line).collect()
}
