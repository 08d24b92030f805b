//! The steps of a runbook (domain.md 1.3): level-3 headings with a list of fields and a command.
//!
//! Enters: the outline of a body. Leaves: the steps in source order, and on request the headings that were
//! probably meant as steps. Reading is tolerant where nothing else can be meant (letter case, `go/no-go`
//! with or without its signs) and exact where tolerance would hide a mistake: without a colon a heading is
//! no step, but a near miss that a rule tells, because a step that is silently skipped is not executed.

mod heading;

use super::markdown::{CodeBlock, Heading, Item, Outline};
use super::time::{self, Duration};
use crate::text::{Span, only_guess};

pub use self::heading::{NearMiss, near_misses};

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
    /// What belongs to it: from the line after the heading to the next heading of level 1 to 3.
    pub section: Span,
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

impl StepKind {
    /// All of them.
    pub const ALL: [StepKind; 5] =
        [StepKind::Step, StepKind::Checkpoint, StepKind::GoNoGo, StepKind::Rollback, StepKind::Verify];

    /// The word that headings use.
    pub fn word(self) -> &'static str {
        match self {
            StepKind::Step => "Step",
            StepKind::Checkpoint => "Checkpoint",
            StepKind::GoNoGo => "Go/No-Go",
            StepKind::Rollback => "Rollback",
            StepKind::Verify => "Verify",
        }
    }

    /// The letter before the number of its labels; steps have none.
    pub fn letter(self) -> &'static str {
        match self {
            StepKind::Step => "",
            StepKind::Checkpoint => "C",
            StepKind::GoNoGo => "G",
            StepKind::Rollback => "R",
            StepKind::Verify => "V",
        }
    }
}

/// What a new step is called until somebody names it.
pub const UNNAMED: [&str; 3] = ["Name the step", "Name the rollback step", "Name the service"];

/// The fields that mean something, of whatever kind of step (domain.md 1.3), and whether another word of a list may
/// be taken for a misspelt one: `Backups` and `Ran` may be anything.
const FIELDS: [(&str, bool); 13] = [
    ("Owner", true),
    ("Backup", false),
    ("Estimate", true),
    ("Validate", true),
    ("After", true),
    ("Undo", true),
    ("Point of no return", true),
    ("Watch", true),
    ("Witness", true),
    ("Run", false),
    ("Decider", true),
    ("Criteria", true),
    ("On no", true),
];

/// Whether a field's name means something.
fn is_known(name: &str) -> bool {
    FIELDS.iter().any(|(known, _)| name.eq_ignore_ascii_case(known))
}

/// `Owner: @ana (backup @raj)`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct StepField {
    /// The name before the colon, as written.
    pub name: String,
    /// What follows it; of a list below it, the items.
    pub value: String,
    /// The item.
    pub span: Span,
}

/// One name in a list such as `After: Step 3, C1`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum StepRef {
    /// The label of a step, in its normal form: `3`, `C1`.
    Label(String),
    /// What is no label, as written.
    Unclear(String),
}

impl Step {
    /// The value of a field, letter case of its name aside.
    pub fn field(&self, name: &str) -> Option<&StepField> {
        self.fields.iter().find(|field| field.name.eq_ignore_ascii_case(name))
    }

    /// Who does it: the handle of `Owner: @ana (backup @raj)`, without its sign.
    pub fn owner(&self) -> Option<&str> {
        let value = self.value("Owner")?;
        handle(value.split(['(', ',', ';']).next()?)
    }

    /// Who decides at a go/no-go: the handle of `Decider: @lena (backup @irina)`, without its sign.
    pub fn decider(&self) -> Option<&str> {
        handle(self.value("Decider")?.split(['(', ',', ';']).next()?)
    }

    /// Who does it when the owner cannot: in the field of the owner, or in one of its own.
    pub fn backup(&self) -> Option<&str> {
        let in_owner = || {
            let value = self.value("Owner")?;
            let at = value.to_ascii_lowercase().find("backup")?;
            handle(value[at + "backup".len()..].trim_start_matches([':', ' ']).split([')', ',', ';']).next()?)
        };
        self.value("Backup").and_then(handle).or_else(in_owner)
    }

    /// The steps that must be done before it. Nothing written means: the step before it; `none` means that
    /// nothing must.
    pub fn after(&self) -> Option<Vec<StepRef>> {
        self.value("After").map(references)
    }

    /// The rollback steps that undo it.
    pub fn undo(&self) -> Vec<StepRef> {
        self.value("Undo").map(references).unwrap_or_default()
    }

    /// Whether it cannot be undone; nothing when that is not said, or neither by `yes` nor by `no`.
    pub fn is_point_of_no_return(&self) -> Option<bool> {
        self.flag("Point of no return")
    }

    /// Whether a second person confirms it.
    pub fn needs_witness(&self) -> Option<bool> {
        self.flag("Witness")
    }

    /// Whether the tool runs its command.
    pub fn runs(&self) -> Option<bool> {
        self.flag("Run")
    }

    /// How its success is seen.
    pub fn validate(&self) -> Option<&str> {
        self.value("Validate")
    }

    /// The monitors to look at meanwhile.
    pub fn watch(&self) -> Vec<&str> {
        let names = self.value("Watch").into_iter().flat_map(|value| value.split([',', ';']));
        names.map(str::trim).filter(|name| !name.is_empty()).collect()
    }

    /// The truth of a field that holds `yes` or `no`.
    pub fn flag(&self, name: &str) -> Option<bool> {
        match self.value(name)?.to_ascii_lowercase().as_str() {
            "yes" | "true" => Some(true),
            "no" | "false" => Some(false),
            _ => None,
        }
    }

    /// Whether nothing is written under a name, nor under a misspelt form of it.
    pub fn lacks(&self, name: &str) -> bool {
        self.value(name).is_none() && !self.misspelt().any(|(_, meant)| meant == name)
    }

    /// The fields that were most likely meant as one that the step has not, with the name of that one.
    pub fn misspelt(&self) -> impl Iterator<Item = (&StepField, &'static str)> {
        self.fields.iter().filter(|field| !is_known(&field.name)).filter_map(|field| {
            let guessed = FIELDS.into_iter().filter(|(_, is_guessed)| *is_guessed);
            let meant = only_guess(&field.name, guessed.map(|(name, _)| name))?;
            self.field(meant).is_none().then_some((field, meant))
        })
    }

    /// The fields that stand in the step a second time, with the first of their name.
    pub fn doubled(&self) -> impl Iterator<Item = (&StepField, &StepField)> {
        self.fields.iter().filter(|field| is_known(&field.name)).filter_map(|field| {
            let first = self.field(&field.name)?;
            (!std::ptr::eq(first, field)).then_some((field, first))
        })
    }

    /// What a field holds, when it holds something.
    fn value(&self, name: &str) -> Option<&str> {
        self.field(name).map(|field| field.value.as_str()).filter(|value| !value.is_empty())
    }
}

/// The label that the beginning of a text names: `Step 1: Freeze`, `Checkpoint C1`, `R2`.
pub fn label_of(text: &str) -> Option<String> {
    heading::parse_label(text.split(':').next()?.trim())
}

/// Reads the steps under `## Execution`, `## Steps`, `## Rollback` and `## Verification`, in source order.
pub fn read(text: &str, outline: &Outline) -> Vec<Step> {
    let sections = heading::step_sections(outline);
    let candidates = outline.headings.iter().filter(|heading| heading.level == 3);
    let inside = candidates.filter(|heading| heading::is_inside(&sections, heading));
    inside.filter_map(|heading| step(text, outline, heading)).collect()
}

fn step(text: &str, outline: &Outline, heading: &Heading) -> Option<Step> {
    let (kind, label, title) = heading::parse(&heading.text)?;
    let fields = fields(text, outline, heading.section);
    let estimate = fields.iter().find(|field| field.name.eq_ignore_ascii_case("Estimate"));
    Some(Step {
        kind,
        label,
        title,
        anchor: heading.anchor.clone(),
        span: heading.span,
        section: heading.section,
        estimate: estimate.and_then(|field| time::parse_duration(&field.value).ok()),
        fields,
        command: command(outline, heading.section),
    })
}

/// The items `Name: value` of the first list in a section.
fn fields(text: &str, outline: &Outline, section: Span) -> Vec<StepField> {
    let first = outline.lists.partition_point(|list| list.span.start < section.start);
    let list = outline.lists.get(first).filter(|list| list.span.start < section.end);
    list.iter().flat_map(|list| &list.items).filter_map(|item| field(text, item)).collect()
}

fn field(text: &str, item: &Item) -> Option<StepField> {
    let (name, value) = item.text.split_once(':')?;
    // `**Owner**: @ana` and `**Owner:** @ana` are fields, `https://…` is none.
    let is_address = !value.is_empty() && !value.starts_with([' ', '\t', '*', '_']);
    let is_emphasis = |c: char| matches!(c, '*' | '_' | ' ' | '\t');
    let closes_name = |rest: &str| name.starts_with(['*', '_']) && rest.starts_with(['*', '_']);
    let name_end = if closes_name(value) { value.trim_start_matches(['*', '_']) } else { value };
    let name = name.trim_matches(is_emphasis);
    if is_address || name.is_empty() || name.len() > 40 || !name.starts_with(char::is_alphabetic) {
        return None;
    }
    let value = match name_end.trim() {
        "" => below(item.span.slice(text)),
        value => value.to_owned(),
    };
    Some(StepField { name: name.to_owned(), value, span: item.span })
}

/// What stands below the first line of an item: the items of a list in it, parted by semicolons.
fn below(item: &str) -> String {
    let line = |line: &str| -> String {
        let line = line.trim();
        let bullet = ["- ", "* ", "+ "].iter().find_map(|bullet| line.strip_prefix(bullet));
        bullet.unwrap_or(line).trim().to_owned()
    };
    let lines: Vec<String> = item.lines().skip(1).map(line).filter(|line| !line.is_empty()).collect();
    lines.join("; ")
}

/// The first fenced block of a section.
fn command(outline: &Outline, section: Span) -> Option<(String, String)> {
    let first = outline.code.partition_point(|block| block.span.start < section.start);
    let mut inside = outline.code[first..].iter().take_while(|block| block.span.start < section.end);
    let CodeBlock { language, text, .. } = inside.find(|block| block.fenced)?;
    Some((language.clone(), text.clone()))
}

/// The handle that a text is: `@ana`, or `ana` alone.
fn handle(text: &str) -> Option<&str> {
    let handle = text.trim().trim_end_matches('.');
    let handle = handle.strip_prefix('@').unwrap_or(handle);
    let is_handle = |c: char| c.is_alphanumeric() || matches!(c, '.' | '_' | '-');
    (!handle.is_empty() && handle.chars().all(is_handle)).then_some(handle)
}

/// The normal form of one label, with its word or without: `3` of `Step 3`, `C1` of `checkpoint C1`.
pub fn label(text: &str) -> Option<String> {
    heading::parse_label(text.trim())
}

/// The labels of `Step 3, C1 and R2`.
fn references(value: &str) -> Vec<StepRef> {
    if ["none", "nothing", "nothing to undo", "start", "-"]
        .iter()
        .any(|word| value.trim().eq_ignore_ascii_case(word))
    {
        return Vec::new();
    }
    let pieces = value.split([',', ';']).flat_map(|piece| piece.split(" and ")).map(str::trim);
    let reference = |piece: &str| match heading::parse_label(piece) {
        Some(label) => StepRef::Label(label),
        None => StepRef::Unclear(piece.to_owned()),
    };
    pieces.filter(|piece| !piece.is_empty()).map(reference).collect()
}

#[cfg(test)]
mod tests;
