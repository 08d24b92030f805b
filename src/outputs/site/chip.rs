//! Chips: a word with a shape and a tone. The shape and the word carry the meaning, the colour only helps.

use serde::Serialize;

use crate::facts::book::{Change, Outcome, Phase};
use crate::text::Severity;

/// A word, how it is drawn and how it is coloured. Names of icons and tones are classes of the style sheet.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub(super) struct Chip {
    /// The word.
    pub(super) text: String,
    /// `good`, `warn`, `bad`, `info`, `grave` or `plain`.
    pub(super) tone: &'static str,
    /// `check`, `half`, `back`, `cross`, `bar`, `ring`, `dot`, `bolt`, `level-1` to `level-4`, ...
    pub(super) icon: &'static str,
}

impl Chip {
    pub(super) fn new(text: impl Into<String>, tone: &'static str, icon: &'static str) -> Chip {
        Chip { text: text.into(), tone, icon }
    }
}

/// Where a change stands, in one chip: cancelled, how it ended, or how far its documents have come.
pub(super) fn of_change(change: &Change) -> Chip {
    match (change.cancelled, change.outcome) {
        (true, None) => cancelled(),
        (_, Some(outcome)) => of_outcome(outcome),
        (false, None) => of_phase(change.phase),
    }
}

/// The chip of a change that does not take place.
pub(super) fn cancelled() -> Chip {
    Chip::new("cancelled", "plain", "bar")
}

pub(super) fn of_outcome(outcome: Outcome) -> Chip {
    let (tone, icon) = match outcome {
        Outcome::Implemented => ("good", "check"),
        Outcome::ImplementedWithIssues => ("warn", "half"),
        Outcome::RolledBack => ("grave", "back"),
        Outcome::PartlyRolledBack => ("bad", "back"),
        Outcome::Failed => ("bad", "cross"),
        Outcome::AbortedBeforeStart => ("plain", "bar"),
    };
    Chip::new(outcome.name(), tone, icon)
}

pub(super) fn of_phase(phase: Phase) -> Chip {
    let (tone, icon) = match phase {
        Phase::Draft => ("plain", "dashed"),
        Phase::Request => ("info", "phase-1"),
        Phase::Runbook => ("info", "phase-2"),
        Phase::Rehearsed => ("info", "phase-3"),
        Phase::Executed => ("info", "phase-4"),
        Phase::Reviewed => ("good", "check"),
    };
    Chip::new(phase.name(), tone, icon)
}

/// The declared class of a change.
pub(super) fn of_class(class: &str) -> Chip {
    let (tone, icon) = match class {
        "emergency" => ("bad", "bolt"),
        "major" => ("strong", "square"),
        "minor" => ("plain", "square-open"),
        "standard" => ("plain", "lines"),
        _ => ("plain", "dashed"),
    };
    Chip::new(class, tone, icon)
}

/// Type and level of a window.
pub(super) fn of_window(ty: &str, level: &str) -> Chip {
    let (tone, icon) = match (ty, level) {
        ("freeze", _) => ("bad", "closed"),
        ("maintenance", _) => ("good", "open"),
        (_, "hard") => ("grave", "diamond"),
        _ => ("warn", "diamond-open"),
    };
    let words = [ty, level].map(str::trim);
    let text = words.iter().filter(|word| !word.is_empty()).copied().collect::<Vec<_>>().join(", ");
    Chip::new(if text.is_empty() { "window".to_owned() } else { text }, tone, icon)
}

/// A score between 1 and 25 in its band (design: domain.md 2.4).
pub(super) fn of_risk(score: i64) -> Chip {
    let (band, tone, icon) = band_of(score);
    Chip::new(format!("{score} {band}"), tone, icon)
}

/// The band of a score: low 1 to 4, moderate 5 to 9, high 10 to 14, critical 15 to 25.
pub(super) fn band_of(score: i64) -> (&'static str, &'static str, &'static str) {
    match score {
        ..=4 => ("low", "good", "level-1"),
        5..=9 => ("moderate", "warn", "level-2"),
        10..=14 => ("high", "grave", "level-3"),
        _ => ("critical", "bad", "level-4"),
    }
}

/// The result of a rehearsal.
pub(super) fn of_rehearsal(result: &str) -> Chip {
    let (tone, icon) = match result {
        "passed" => ("good", "check"),
        "failed" => ("bad", "cross"),
        "partial" => ("warn", "half"),
        _ => ("plain", "dashed"),
    };
    Chip::new(result, tone, icon)
}

pub(super) fn of_severity(severity: Severity) -> Chip {
    match severity {
        Severity::Error => Chip::new("error", "bad", "cross"),
        Severity::Warning => Chip::new("warning", "warn", "half"),
        Severity::Info => Chip::new("note", "info", "dot"),
    }
}
