//! The form of a story: what is done, step by step, and where the change stands afterwards.

use jiff::Timestamp;
use serde::Deserialize;

/// A file of stories: one main story, or short ones that begin where it has come to.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Script {
    pub(super) story: Vec<Story>,
}

/// A story.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Story {
    /// What it shows.
    pub(super) tells: String,
    /// The step of the main story behind which it begins, by its name; the beginning of the book by default.
    #[serde(default)]
    pub(super) after: Option<String>,
    /// The change that it is about.
    #[serde(default = "payments")]
    pub(super) change: String,
    pub(super) step: Vec<Step>,
}

fn payments() -> String {
    "MCM-2026-0002".to_owned()
}

/// A step: acts, and the state that follows from them.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Step {
    /// What is done, in words.
    pub(super) does: String,
    /// By which later stories begin behind it.
    #[serde(default)]
    pub(super) name: Option<String>,
    /// When it begins.
    pub(super) at: Timestamp,
    #[serde(default)]
    pub(super) act: Vec<Act>,
    /// Where the change stands then.
    pub(super) state: String,
    /// Codes of what must hold it there.
    #[serde(default)]
    pub(super) holds: Vec<String>,
    /// The same step with one piece of evidence missing: the state does not move.
    #[serde(default)]
    pub(super) without: Vec<Without>,
    /// What the gate says at the end of the step.
    #[serde(default)]
    pub(super) gate: Vec<Gate>,
}

/// One piece of evidence less.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Without {
    /// Which one, in words; with the name of an act of the step, that act is left out.
    pub(super) piece: String,
    /// What is done in the place of what is left out, or in the place of everything when `alone` is set.
    #[serde(default)]
    pub(super) act: Vec<Act>,
    /// Whether nothing of the step is done.
    #[serde(default)]
    pub(super) alone: bool,
    /// When, if it is another time than that of the step.
    #[serde(default)]
    pub(super) at: Option<Timestamp>,
    /// Codes of what must hold it where it is.
    #[serde(default)]
    pub(super) holds: Vec<String>,
}

/// A question to the gate and its answer.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Gate {
    /// More arguments beside service, environment and moment.
    #[serde(default)]
    pub(super) ask: Vec<String>,
    /// Decision and codes of its reasons.
    pub(super) says: String,
    /// When that changes.
    #[serde(default)]
    pub(super) next: Option<Timestamp>,
    /// The types of the windows that cover the moment.
    #[serde(default)]
    pub(super) windows: Vec<String>,
}

/// One act: files of the change's folder first, then the commit, then a command.
#[derive(Clone, Default, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub(super) struct Act {
    /// By which a sibling leaves it out.
    pub(super) name: Option<String>,
    /// Files of the dossier in this repository's own book.
    pub(super) files: Vec<String>,
    /// Files of this repository, each with its name in the change's folder.
    pub(super) copy: Vec<(String, String)>,
    /// Texts: file and content.
    pub(super) write: Vec<(String, String)>,
    /// Replacements of a text that stands once: file, what is there, what takes its place.
    pub(super) edit: Vec<(String, String, String)>,
    /// Files that go.
    pub(super) remove: Vec<String>,
    /// The log of the execution.
    pub(super) log: Option<LogOf>,
    /// Who commits everything.
    pub(super) commit: Option<String>,
    /// Whether nobody signs that commit.
    pub(super) unsigned: bool,
    /// A command of mcmbook.
    pub(super) run: Vec<String>,
    /// Who gives it.
    pub(super) by: String,
    /// What it must say when it is refused.
    pub(super) refused: Option<String>,
}

/// How much of the log there is, and what is different in it.
#[derive(Clone, Default, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub(super) struct LogOf {
    /// The last event, by its name; all of them by default.
    pub(super) until: Option<String>,
    /// Events that are not in it.
    pub(super) drop: Vec<String>,
    /// The outcome with which it ends behind them.
    pub(super) end: Option<String>,
    /// Whether the record is written beside it.
    pub(super) record: bool,
}
