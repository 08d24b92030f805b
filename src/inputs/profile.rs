//! How strict a book is (design: domain.md 2.5).

/// A named degree of strictness. A book starts with the least and tightens; later ones ask for all that
/// earlier ones ask for.
#[derive(
    Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash, serde::Serialize, serde::Deserialize,
)]
#[serde(rename_all = "lowercase")]
pub enum Profile {
    /// What `init` writes: four sections, a stepped runbook, two people.
    #[default]
    Starter,
    /// Roles, monitors, triggers, dependencies; rehearsals in restricted windows.
    Standard,
    /// Everything.
    Regulated,
}

impl Profile {
    /// All of them, from the least strict on.
    pub const ALL: [Profile; 3] = [Profile::Starter, Profile::Standard, Profile::Regulated];

    /// The word that policy.toml uses.
    pub fn name(self) -> &'static str {
        match self {
            Profile::Starter => "starter",
            Profile::Standard => "standard",
            Profile::Regulated => "regulated",
        }
    }

    /// The profile of that name.
    pub fn of_name(name: &str) -> Option<Profile> {
        Profile::ALL.into_iter().find(|profile| profile.name() == name)
    }
}
