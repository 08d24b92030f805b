//! The score: likelihood times impact, both computed (domain.md 2.4).

use super::{Context, Score, criteria};
use crate::facts::book::{Change, view};
use crate::inputs::document::Document;
use crate::inputs::document::steps::StepKind;
use crate::inputs::value::Value;

/// The highest likelihood and the highest impact.
const CAP: i64 = 5;

impl Context<'_> {
    /// Likelihood and impact of a change, each with what made it.
    pub(super) fn score(&self, change: &Change, request: &Document, failure: Option<String>) -> Score {
        let likelihood_parts = self.likelihood(change, request, failure);
        let impact_parts = self.impact(request);
        // Both begin at 1; the impact's 1 is contained in what a tier counts.
        let sum = |parts: &[(i64, String)]| parts.iter().map(|(points, _)| points).sum::<i64>();
        Score {
            likelihood: sum(&likelihood_parts).clamp(1, CAP),
            impact: sum(&impact_parts).clamp(1, CAP),
            likelihood_parts,
            impact_parts,
        }
    }

    fn likelihood(&self, change: &Change, request: &Document, failure: Option<String>) -> Vec<(i64, String)> {
        let mut parts = vec![(1, "every change".to_owned())];
        match request.text("change.novelty") {
            Some("done_before") => parts.push((1, "done before, not routine".to_owned())),
            Some("first_time") => parts.push((2, "done for the first time".to_owned())),
            _ => {}
        }
        let steps = change.runbook.map_or(&[][..], |index| &self.book.document(index).steps);
        let is_manual = |step: &&crate::inputs::document::steps::Step| {
            step.kind == StepKind::Step && step.runs() != Some(true)
        };
        let manual = steps.iter().filter(is_manual).count();
        let most = self.inputs.policy.limits.manual_steps;
        if u32::try_from(manual).unwrap_or(u32::MAX) > most {
            parts.push((1, format!("{manual} manual steps, more than {most}")));
        }
        if !self.is_rehearsed(change) {
            parts.push((1, "not rehearsed".to_owned()));
        }
        if let Some(failure) = failure {
            parts.push((1, failure));
        }
        parts
    }

    /// Whether the folder holds a rehearsal that passed.
    fn is_rehearsed(&self, change: &Change) -> bool {
        let documents = change.documents.iter().map(|index| self.book.document(*index));
        let mut rehearsals = documents.filter(|document| document.kind_name() == "rehearsal");
        rehearsals.any(|rehearsal| rehearsal.text("result") == Some("passed"))
    }

    fn impact(&self, request: &Document) -> Vec<(i64, String)> {
        let mut parts = Vec::new();
        let tiered = |(index, _): &(usize, &Value)| {
            let service = self.book.document(*index);
            let tier = service.field("tier").and_then(Value::as_integer);
            let name = service.id.name();
            // Tiers end at 3; of a number beyond, of which MCM009 speaks, the nearest tier counts.
            match tier.map(|tier| tier.clamp(0, 3)) {
                Some(tier) => (tier, format!("{name} is of tier {tier}")),
                None => (0, format!("{name} is of no known tier")),
            }
        };
        let services = view::services(self.book, request);
        let unknown = view::unknown_services(self.book, request);
        let unknown = unknown.iter().map(|name| (0, format!("{name} is not in the catalogue")));
        let highest = services.iter().map(tiered).chain(unknown).min();
        if let Some((tier, why)) = highest {
            parts.push((CAP - tier, why));
        }
        if criteria::downtime(request).is_some_and(|seconds| seconds > 0) {
            parts.push((1, "downtime is planned".to_owned()));
        }
        if request.text("impact.customer") == Some("certain") {
            parts.push((1, "customers will notice".to_owned()));
        }
        parts
    }
}
