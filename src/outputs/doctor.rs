//! What `doctor` found, as people and programs read it.

use schemars::JsonSchema;
use serde::Serialize;

use super::approval::Trust;
use super::report::escape;

/// The version of this form; it rises when a field changes its meaning or goes away.
pub const FORMAT: u32 = 1;

/// All that was looked at.
#[derive(Clone, Debug, Serialize, JsonSchema)]
pub struct Examination {
    /// Version of this form.
    pub format: u32,
    /// What approvals rest on; nothing where the book cannot be read, or has none.
    pub trust: Option<Trust>,
    /// What was looked at, in its order.
    pub checks: Vec<Check>,
}

/// How bad something is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, JsonSchema)]
#[serde(rename_all = "lowercase")]
pub enum Grade {
    /// As it should be.
    Good,
    /// It works, and may spoil something some day.
    Warning,
    /// Records that are made here would not count, or cannot be judged.
    Bad,
}

/// One thing that was looked at.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, JsonSchema)]
pub struct Check {
    /// A word for it: `history`, `identity`, `key`.
    pub name: &'static str,
    /// How it is.
    pub grade: Grade,
    /// What was found: a lower-case phrase.
    pub told: String,
    /// How to mend it, one action a line.
    pub mend: Vec<String>,
}

impl Check {
    /// Something that is as it should be.
    pub fn good(name: &'static str, told: impl Into<String>) -> Check {
        Check { name, grade: Grade::Good, told: told.into(), mend: Vec::new() }
    }

    /// Something that may spoil something.
    pub fn warning(name: &'static str, told: impl Into<String>, mend: &[&str]) -> Check {
        let mend = mend.iter().map(|line| (*line).to_owned()).collect();
        Check { name, grade: Grade::Warning, told: told.into(), mend }
    }

    /// Something that must be mended.
    pub fn bad(name: &'static str, told: impl Into<String>, mend: &[&str]) -> Check {
        Check { grade: Grade::Bad, ..Check::warning(name, told, mend) }
    }
}

/// The JSON Schema of [`Examination`], for programs that read `doctor --format json`.
pub fn json_schema() -> serde_json::Value {
    schemars::schema_for!(Examination).to_value()
}

/// The checks as lines: a word for the grade, the name, what was found, and below how to mend it.
pub fn text(checks: &[Check]) -> String {
    let mut text = String::new();
    for check in checks {
        let word = match check.grade {
            Grade::Good => "good",
            Grade::Warning => "warn",
            Grade::Bad => "bad ",
        };
        text += &format!("{word}  {:<11} {}\n", check.name, escape::line(&check.told));
        for line in &check.mend {
            text += &format!("      mend it:    {}\n", escape::line(line));
        }
    }
    text
}
