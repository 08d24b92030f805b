//! The criteria that make a change major (domain.md 2.4), and which of their questions are open.

use super::{Context, Reason, Score};
use crate::facts::book::view;
use crate::facts::calendar::Effect;
use crate::inputs::config::FieldType;
use crate::inputs::document::Document;
use crate::inputs::value::Value;

/// The fields whose answers the criteria and the score need. `services` and `slot` are asked for by rules of
/// their own.
const QUESTIONS: [&str; 6] = [
    "change.types",
    "change.extent",
    "change.novelty",
    "change.reversibility",
    "impact.downtime",
    "impact.customer",
];

/// The questions that a request leaves open. A field that is written in a wrong form is not open: the rules
/// on fields speak of it.
pub(super) fn unanswered(request: &Document) -> Vec<&'static str> {
    let is_open = |path: &&str| {
        let parent = path.split('.').next().unwrap_or_default();
        // `change` is required: without it the rule on missing fields speaks.
        let has_parent = match request.field(parent) {
            None => parent != "change",
            Some(value) => value.as_table().is_some(),
        };
        // An empty list of kinds of work answers nothing; a missing one is a missing required field.
        let is_empty = |value: &Value| value.as_str().is_none() && value.items().is_empty();
        has_parent
            && match *path {
                "change.types" => request.field(path).is_some_and(is_empty),
                _ => request.field(path).is_none(),
            }
    };
    QUESTIONS.into_iter().filter(is_open).collect()
}

/// The questions to which a request has no answer that can be read: those that are open, those of a table
/// that is missing, and those that are answered with a word that is none of the kind's.
pub(super) fn open(request: &Document) -> Vec<&'static str> {
    let is_word = |path: &str, word: &str| {
        let (parent, name) = path.split_once('.').unwrap_or((path, ""));
        let parent = request.kind.as_ref().and_then(|kind| kind.field(parent));
        let Some(FieldType::Table(fields)) = parent.map(|field| field.ty.bare()) else { return true };
        match fields.iter().find(|field| field.name == name).map(|field| field.ty.bare()) {
            Some(FieldType::Enum(words)) => words.iter().any(|known| known == word),
            _ => true,
        }
    };
    let is_open = |path: &&str| match *path {
        "impact.downtime" => downtime(request).is_none(),
        "change.types" => view::texts(request, path).next().is_none(),
        _ => !request.text(path).is_some_and(|word| is_word(path, word)),
    };
    QUESTIONS.into_iter().filter(is_open).collect()
}

/// Planned downtime in seconds, a day as 24 hours.
pub(super) fn downtime(request: &Document) -> Option<u64> {
    let (length, _) = view::duration(request, "impact.downtime")?;
    let days = u64::from(length.days) + u64::from(length.business_days);
    Some(days * 86_400 + length.seconds)
}

impl Context<'_> {
    /// Every criterion that is met, in the order of domain.md 2.4.
    pub(super) fn reasons(&self, request: &Document, score: &Score) -> Vec<Reason> {
        let criteria = &self.inputs.policy.criteria;
        let services = view::services(self.book, request);
        let unknown = view::unknown_services(self.book, request);
        let is_tiered = !criteria.tiers.is_empty();
        let environment = view::environment(request);
        let mut reasons = Vec::new();
        let mut because = |criterion, text| reasons.push(Reason { criterion, text });
        let is_one_of = |path: &str, listed: &[String]| {
            let word = request.text(path)?;
            listed.iter().any(|listed| listed == word).then_some(word)
        };
        if environment == "production"
            && let Some(extent) = is_one_of("change.extent", &criteria.extent)
        {
            because("extent", format!("extent is {extent}, in production"));
        }
        let types: Vec<&str> = view::texts(request, "change.types").map(|(text, _)| text).collect();
        for listed in criteria.types.iter().filter(|listed| types.contains(&listed.as_str())) {
            let tiered = services.iter().filter_map(|(index, _)| {
                let service = self.book.document(*index);
                let name = service.id.name();
                match service.field("tier").and_then(Value::as_integer) {
                    Some(tier) => criteria.tiers.contains(&tier).then(|| format!("{name} (tier {tier})")),
                    None => is_tiered.then(|| format!("{name} (of no known tier)")),
                }
            });
            let unknown = unknown.iter().filter(|_| is_tiered);
            let on: Vec<String> =
                tiered.chain(unknown.map(|name| format!("{name} (not in the catalogue)"))).collect();
            if !on.is_empty() {
                because("types_on_tiers", format!("{listed} on {}", on.join(", ")));
            }
        }
        if let (Some(over), Some(seconds)) = (criteria.downtime_over, downtime(request))
            && seconds > over
            && let Some((length, _)) = view::duration(request, "impact.downtime")
        {
            because("downtime", format!("planned downtime of {length}"));
        }
        if let Some(customer) = is_one_of("impact.customer", &criteria.customer) {
            because("customer", format!("customer impact is {customer}"));
        }
        let count = request.field("services").map_or(0, |value| {
            let names: std::collections::BTreeSet<&str> =
                value.items().iter().filter_map(Value::as_str).collect();
            names.len()
        });
        if criteria.services.is_some_and(|least| count >= least) {
            because("services", format!("{count} services are affected"));
        }
        if let Some(word) = is_one_of("change.reversibility", &criteria.reversibility) {
            because("reversibility", format!("reversibility is {word}"));
        }
        if let Some(least) = criteria.score.filter(|least| score.value() >= *least) {
            let (likelihood, impact) = (score.likelihood, score.impact);
            let value = score.value();
            let text = format!("score {value} (likelihood {likelihood}, impact {impact}) is {least} or more");
            because("score", text);
        }
        if criteria.restricted_window {
            let hits = self.schedule.hits_at_worst(self.book, request);
            let mut names: Vec<&str> = hits
                .iter()
                .filter(|hit| hit.window.effect == Effect::Restricted)
                .map(|hit| hit.window.name.as_str())
                .collect();
            names.sort_unstable();
            names.dedup();
            if !names.is_empty() {
                let word = if names.len() == 1 { "window" } else { "windows" };
                let text = format!("slot lies in the restricted {word} {}", names.join(", "));
                because("restricted_window", text);
            }
        }
        reasons
    }
}
