//! The roster: people, teams, roles and who stands in for whom.

use jiff::civil::Date;

use crate::text::Span;

/// `[[principal]]`: a person.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Principal {
    /// Roster id: `[a-z0-9-]+`.
    pub id: String,
    /// Printed name.
    pub name: String,
    /// Mail addresses, to map authors to people; never used to identify a signer.
    pub emails: Vec<String>,
    /// Id of the team.
    pub team: Option<String>,
    /// The roles.
    pub roles: Vec<RoleGrant>,
    /// Who stands in, in which role, from when to when.
    pub delegates: Vec<Delegation>,
    /// Days of absence.
    pub away: Vec<Absence>,
    /// IANA time zone of the person, where it is not the policy's.
    pub zone: Option<String>,
    /// The value of `id`.
    pub span: Span,
}

/// A role, where it holds and how long.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct RoleGrant {
    /// The role.
    pub role: String,
    /// Names of the services it holds for; empty for all.
    pub scope: Vec<String>,
    /// First day, in the policy's zone.
    pub from: Option<Date>,
    /// Last day but one: the day itself is not included.
    pub until: Option<Date>,
    /// Where it is written.
    pub span: Span,
}

/// Somebody stands in for a person.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Delegation {
    /// Roster id of who stands in.
    pub to: String,
    /// In which role.
    pub role: String,
    /// First day.
    pub from: Option<Date>,
    /// The day from which on it holds no more.
    pub until: Option<Date>,
    /// Where it is written.
    pub span: Span,
}

/// Days on which a person is not there.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Absence {
    /// First day.
    pub from: Date,
    /// The day on which the person is back.
    pub until: Date,
    /// Where it is written.
    pub span: Span,
}

/// `[[team]]`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Team {
    /// Its id.
    pub id: String,
    /// Its name.
    pub name: String,
    /// Where it is reached.
    pub channel: Option<String>,
    /// The value of `id`.
    pub span: Span,
}

impl Principal {
    /// Whether the person holds a role on a day, for a service if one is named.
    pub fn holds(&self, role: &str, service: Option<&str>, day: Date) -> bool {
        self.roles.iter().any(|grant| {
            let in_scope = grant.scope.is_empty()
                || service.is_none_or(|service| grant.scope.iter().any(|scope| scope == service));
            grant.role == role && in_scope && grant.is_in_force(day)
        })
    }

    /// Whether the person is away on a day.
    pub fn is_away(&self, day: Date) -> bool {
        self.away.iter().any(|absence| (absence.from..absence.until).contains(&day))
    }

    /// Whether the person holds any role on a day: somebody without one has left.
    pub fn is_active(&self, day: Date) -> bool {
        self.roles.is_empty() || self.roles.iter().any(|grant| grant.is_in_force(day))
    }
}

impl RoleGrant {
    /// Whether it holds on a day.
    pub fn is_in_force(&self, day: Date) -> bool {
        self.from.is_none_or(|from| from <= day) && self.until.is_none_or(|until| day < until)
    }
}
