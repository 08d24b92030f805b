//! The steps of a runbook (domain.md 1.3): level-3 headings with a list of fields and a command.

use super::markdown::Outline;
use super::time::Duration;
use crate::text::Span;

/// A step, checkpoint, go/no-go point, rollback step or verification of a runbook.
#[derive(Clone, Debug, PartialEq)]
pub struct Step {
    /// What it is.
    pub kind: StepKind,
    /// Its number or letter-number: `3`, `C1`, `G1`, `R2`, `V1`.
    pub label: String,
    /// What follows the colon.
    pub title: String,
    /// Anchor of its heading.
    pub anchor: String,
    /// The heading.
    pub span: Span,
    /// The fields of the first list, in source order, as written.
    pub fields: Vec<StepField>,
    /// The first fenced block: language and text.
    pub command: Option<(String, String)>,
    /// `Estimate:` when it is a duration.
    pub estimate: Option<Duration>,
}

/// What a level-3 heading of a runbook is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, serde::Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum StepKind {
    /// `Step 3: …`
    Step,
    /// `Checkpoint C1: …`
    Checkpoint,
    /// `Go/No-Go G1: …`
    GoNoGo,
    /// `Rollback R2: …`
    Rollback,
    /// `Verify V1: …`
    Verify,
}

/// `Owner: @ana (backup @raj)`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct StepField {
    /// The name before the colon, as written.
    pub name: String,
    /// What follows it.
    pub value: String,
    /// The item.
    pub span: Span,
}

impl Step {
    /// The value of a field, letter case of its name aside.
    pub fn field(&self, name: &str) -> Option<&StepField> {
        self.fields.iter().find(|field| field.name.eq_ignore_ascii_case(name))
    }
}

/// Reads the steps under `## Execution`, `## Rollback` and `## Verification`, in source order.
pub fn read(text: &str, outline: &Outline) -> Vec<Step> {
    let _ = (text, outline);
    todo!()
}
