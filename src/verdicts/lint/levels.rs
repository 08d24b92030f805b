//! What a profile makes of a rule (design: domain.md 2.5).

use super::Rule;
use crate::inputs::profile::Profile;
use crate::text::{Diagnostic, Severity};

/// Whether a rule is judged, and how hard.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Level {
    /// Not judged; `check --profile` with a stricter profile shows it.
    Off,
    /// Judged; an error is a warning.
    Advised,
    /// Judged with the rule's own severity.
    Required,
}

/// The level in each profile, from the least strict on; a stricter profile never asks for less.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Levels([Level; 3]);

impl Levels {
    /// Required from the starter profile on.
    pub const EVERYWHERE: Levels = Levels([Level::Required, Level::Required, Level::Required]);
    /// Off in starter, required from standard on.
    pub const FROM_STANDARD: Levels = Levels([Level::Off, Level::Required, Level::Required]);
    /// Advised in starter, required from standard on.
    pub const ADVISED_IN_STARTER: Levels = Levels([Level::Advised, Level::Required, Level::Required]);
    /// Off in starter, advised in standard, required in regulated.
    pub const ADVISED_IN_STANDARD: Levels = Levels([Level::Off, Level::Advised, Level::Required]);
    /// Required in regulated alone.
    pub const REGULATED: Levels = Levels([Level::Off, Level::Off, Level::Required]);

    /// The level in a profile.
    pub fn of(self, profile: Profile) -> Level {
        let [starter, standard, regulated] = self.0;
        match profile {
            Profile::Starter => starter,
            Profile::Standard => standard,
            Profile::Regulated => regulated,
        }
    }
}

/// Fits what a rule found to a profile.
pub(super) fn apply(rule: &Rule, profile: Profile, found: &mut Vec<Diagnostic>) {
    match rule.levels.of(profile) {
        Level::Off => found.clear(),
        Level::Advised => {
            for diagnostic in found.iter_mut().filter(|found| found.severity == Severity::Error) {
                diagnostic.severity = Severity::Warning;
            }
        }
        Level::Required => {}
    }
}
