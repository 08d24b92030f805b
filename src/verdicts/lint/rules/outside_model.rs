//! MCM134.

use super::super::subject::{requests, windows};
use super::super::{Check, Levels, Rule, Scope};
use crate::facts::Facts;
use crate::facts::book::view;
use crate::inputs::document::Document;
use crate::inputs::document::time;
use crate::text::{Code, Diagnostic, Severity, Span, Stage};

pub(super) static RULE: Rule = Rule {
    code: Code("MCM134"),
    name: "outside-model",
    summary: "differs from standard change model {id} in `{field}`",
    about: "request",
    severity: Severity::Error,
    stage: Stage::Submission,
    levels: Levels::EVERYWHERE,
    docs: include_str!("outside_model.md"),
    check: Check::Change(check),
};

fn check(rule: &Rule, scope: &Scope<'_>, found: &mut Vec<Diagnostic>) {
    let facts = scope.facts;
    for (_, request) in requests(scope).filter(|(_, request)| request.text("class") == Some("standard")) {
        let Some(named) = request.field("standard") else {
            let class = request.field("class").map_or(request.head_span(), |class| class.span);
            let finding = rule.finding("standard change names no model").at(request.path(), class);
            found.push(finding.help("write `standard` with the id of the model that it follows"));
            continue;
        };
        // A model that does not exist is MCM015 or MCM016.
        let model = named.as_str().and_then(|name| view::of_kind(&facts.book, "standard", name));
        let Some(model) = model.map(|index| facts.book.document(index)) else { continue };
        for Difference { field, place, limit, why } in differences(facts, request, model) {
            let message = format!("differs from standard change model {} in `{field}`", model.id.name());
            let finding = rule.finding(message).at(request.path(), place).labelled(why);
            let limit = model.field(limit).map_or(model.head_span(), |value| value.span);
            let finding = finding.related(model.path(), limit, "the limit of the model");
            found
                .push(finding.help("keep to the model, or take `class: standard` out and go the normal way"));
        }
    }
}

/// Something in which a use leaves its model.
struct Difference {
    field: &'static str,
    place: Span,
    /// The key of the model.
    limit: &'static str,
    why: String,
}

fn differences(facts: &Facts, request: &Document, model: &Document) -> Vec<Difference> {
    let mut all = Vec::new();
    let mut add = |field, place, limit, why| all.push(Difference { field, place, limit, why });
    let allowed: Vec<usize> = view::texts(model, "limits.services")
        .filter_map(|(name, _)| view::service(&facts.book, name))
        .collect();
    if model.field("limits.services").is_some() {
        for (service, value) in view::services(&facts.book, request) {
            if !allowed.contains(&service) {
                let name = facts.book.document(service).id.name();
                add("services", value.span, "limits.services", format!("{name} is not among its services"));
            }
        }
    }
    if model.field("limits.types").is_some() {
        for (text, span) in view::texts(request, "change.types") {
            if !view::texts(model, "limits.types").any(|(known, _)| known == text) {
                add("change.types", span, "limits.types", format!("{text} is not among its kinds of work"));
            }
        }
    }
    if model.field("limits.environments").is_some() {
        let environment = view::environment(request);
        if !view::texts(model, "limits.environments").any(|(known, _)| known == environment) {
            let place = request.field("environment").map_or(request.head_span(), |value| value.span);
            add(
                "environment",
                place,
                "limits.environments",
                format!("{environment} is not among its environments"),
            );
        }
    }
    let Some(slot) = request.slot() else { return all };
    let longest = view::duration(model, "limits.max_duration")
        .and_then(|(length, _)| i64::try_from(length.exact_seconds()?).ok().map(|seconds| (length, seconds)));
    if let Some((length, seconds)) = longest
        && slot.seconds() > seconds
    {
        add("slot", slot.span, "limits.max_duration", format!("longer than {}", length.to_short()));
    }
    for hit in windows(facts, request) {
        let is_this =
            |(name, _): (&str, Span)| view::of_kind(&facts.book, "window", name) == Some(hit.window.document);
        if !view::texts(model, "limits.windows").any(is_this) {
            let why = format!("touches {}, which it does not name", hit.window.name);
            add("slot", slot.span, "limits.windows", why);
        }
    }
    let expires = model.text("expires").and_then(|text| time::parse_date(text).ok());
    // The policy's zone says when a day ends.
    let last = slot.end.timestamp.to_zoned(facts.inputs.policy.zone.clone()).date();
    if expires.is_some_and(|expires| last > expires) {
        add("slot", slot.span, "expires", "after the model has expired".to_owned());
    }
    all
}
