//! The roster: people, teams, roles and who stands in for whom.

use std::collections::BTreeMap;

use jiff::civil::Date;
use unicode_normalization::is_nfc;

use super::parse::{no_zone, period};
use super::{Policy, is_id, numbers};
use crate::inputs::document::time::{zone, zone_help};
use crate::inputs::reader::{Faults, Section};
use crate::inputs::value::{Node, Table, Value};
use crate::text::{Span, did_you_mean};

/// `[[principal]]`: a person.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Principal {
    /// Roster id: `[a-z0-9-]+`.
    pub id: String,
    /// Printed name.
    pub name: String,
    /// Mail addresses, to map authors to people; never used to identify a signer.
    pub emails: Vec<String>,
    /// Mail addresses by which certificates of the authorities in `ca/` name the person.
    pub certificates: Vec<String>,
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

impl Delegation {
    /// Whether it holds on a day.
    pub fn is_in_force(&self, day: Date) -> bool {
        self.from.is_none_or(|from| from <= day) && self.until.is_none_or(|until| day < until)
    }
}

impl RoleGrant {
    /// Whether it holds on a day.
    pub fn is_in_force(&self, day: Date) -> bool {
        self.from.is_none_or(|from| from <= day) && self.until.is_none_or(|until| day < until)
    }
}

/// Reads `[[team]]` and `[[principal]]`.
pub(super) fn read(policy: &mut Policy, top: &mut Section<'_>, faults: &mut Faults<'_>) {
    let mut ids = BTreeMap::new();
    for (table, span) in top.tables("team", faults) {
        let mut section = Section::new("team", table);
        let id = id(&mut section, span, &mut ids, faults);
        let name = printed("name", &mut section, faults);
        let channel = section.string("channel", faults);
        section.finish(&[], faults);
        let Some((id, span)) = id else { continue };
        policy.teams.push(Team { name: name.unwrap_or_else(|| id.clone()), id, channel, span });
    }
    let mut ids = BTreeMap::new();
    let mut mails = Mails::new();
    let tables = top.tables("principal", faults);
    for (table, span) in &tables {
        if let Some(principal) = principal(table, *span, policy, &mut ids, &mut mails, faults) {
            policy.principals.push(principal);
        }
    }
    for principal in &policy.principals {
        for delegation in &principal.delegates {
            must_be_known(policy, &delegation.to, delegation.span, "principal.delegates.to", faults);
        }
    }
}

/// A fault where an id is nobody's of the roster.
pub(super) fn must_be_known(policy: &Policy, id: &str, span: Span, key: &str, faults: &mut Faults<'_>) {
    if policy.principal(id).is_some() {
        return;
    }
    let fault = faults.add(span, format!("`{key}` names `{id}`, who is nobody on the roster"));
    match did_you_mean(id, policy.ids()) {
        Some(guess) => fault.help.push(format!("did you mean `{guess}`?")),
        None => fault.help.push("add a `[[principal]]` with that id".to_owned()),
    }
}

/// The key `id`: well formed, and no other's. With the place of its value.
fn id(
    section: &mut Section<'_>,
    span: Span,
    seen: &mut BTreeMap<String, Span>,
    faults: &mut Faults<'_>,
) -> Option<(String, Span)> {
    let id = section.required_string("id", span, faults)?;
    let span = section.span_of("id");
    let name = section.dotted("id");
    if !is_id(&id) {
        let fault = faults.add(span, format!("`{name}` cannot be \"{id}\""));
        fault.help.push("an id has lower-case letters, digits and hyphens".to_owned());
        return None;
    }
    if let Some(first) = seen.get(&id) {
        let first = *first;
        faults.add_related(span, format!("`{name}` \"{id}\" is used twice"), first, "first used here");
        return None;
    }
    seen.insert(id.clone(), span);
    Some((id, span))
}

/// A name that people read: composed characters, no controls, nothing that turns the direction of text.
fn printed(key: &'static str, section: &mut Section<'_>, faults: &mut Faults<'_>) -> Option<String> {
    let name = section.string(key, faults)?;
    let steers = |c: char| {
        c.is_control()
            || matches!(c, '\u{200b}'..='\u{200f}' | '\u{2028}'..='\u{202e}' | '\u{2060}'..='\u{2069}' | '\u{feff}')
    };
    let why = if name.trim().is_empty() {
        "is empty"
    } else if name.contains(steers) {
        "holds a character that cannot be seen"
    } else if !is_nfc(&name) {
        "is not in Unicode's composed form (NFC)"
    } else {
        return Some(name);
    };
    faults.add(section.span_of(key), format!("`{}` {why}", section.dotted(key)));
    None
}

fn principal(
    table: &Table,
    span: Span,
    policy: &Policy,
    ids: &mut BTreeMap<String, Span>,
    seen: &mut Mails,
    faults: &mut Faults<'_>,
) -> Option<Principal> {
    let mut section = Section::new("principal", table);
    let id = id(&mut section, span, ids, faults);
    let name = printed("name", &mut section, faults);
    let emails = mails("emails", &mut section, seen, faults);
    let certificates = mails("certificates", &mut section, seen, faults);
    let team = section.string("team", faults);
    if let Some(team) = &team
        && !policy.teams.is_empty()
        && policy.team(team).is_none()
    {
        let message = format!("`principal.team` names `{team}`, which is no team of the policy");
        let guess = did_you_mean(team, policy.teams.iter().map(|team| team.id.as_str()));
        let help =
            guess.map_or("add a `[[team]]` with that id".to_owned(), |g| format!("did you mean `{g}`?"));
        faults.add(section.span_of("team"), message).help.push(help);
    }
    let roles = section.list("roles", faults).unwrap_or_default();
    let roles = roles.iter().filter_map(|value| grant(value, faults)).collect();
    let delegates = section.tables("delegates", faults);
    let delegates = delegates.into_iter().filter_map(|(table, span)| delegation(table, span, faults));
    let delegates = delegates.collect();
    let away = section.tables("away", faults);
    let away = away.into_iter().filter_map(|(table, span)| absence(table, span, faults)).collect();
    let own_zone = section.string("zone", faults);
    if let Some(name) = own_zone.as_deref().filter(|name| zone(name).is_none()) {
        faults.add(section.span_of("zone"), no_zone("principal.zone", name)).help.push(zone_help(name));
    }
    section.finish(&[], faults);
    let (id, span) = id?;
    let name = name.unwrap_or_else(|| id.clone());
    Some(Principal { id, name, emails, certificates, team, roles, delegates, away, zone: own_zone, span })
}

/// Where a mail address was first used, by the key under which it stands.
type Mails = BTreeMap<(&'static str, String), Span>;

/// Mail addresses, each of one person only: an author's address must lead to one person.
fn mails(
    key: &'static str,
    section: &mut Section<'_>,
    seen: &mut Mails,
    faults: &mut Faults<'_>,
) -> Vec<String> {
    let mut mails = Vec::new();
    for value in section.list(key, faults).unwrap_or_default() {
        let text = value.as_str().unwrap_or_default();
        let has_form = text.split_once('@').is_some_and(|(user, host)| !user.is_empty() && !host.is_empty());
        if !has_form || text.chars().any(|c| c.is_whitespace() || c.is_control() || c == '<' || c == '>') {
            let fault = faults.add(value.span, format!("`principal.{key}` must be a list of mail addresses"));
            fault.help.push("write one like \"ana@example.org\"".to_owned());
            continue;
        }
        match seen.get(&(key, text.to_lowercase())) {
            Some(first) => {
                let (first, message) = (*first, format!("mail address `{text}` is used twice"));
                faults.add_related(value.span, message, first, "first used here");
            }
            None => {
                seen.insert((key, text.to_lowercase()), value.span);
                mails.push(text.to_owned());
            }
        }
    }
    mails
}

/// `"change-manager"`, or a table that says where and how long.
fn grant(value: &Value, faults: &mut Faults<'_>) -> Option<RoleGrant> {
    let always = |role: &str| RoleGrant {
        role: role.to_owned(),
        scope: Vec::new(),
        from: None,
        until: None,
        span: value.span,
    };
    match &value.node {
        Node::String(role) if is_id(role) => Some(always(role)),
        Node::Table(table) => {
            let mut section = Section::new("principal.roles", table);
            let role = numbers::role(&mut section, value.span, faults);
            let scope = section.strings("scope", faults).unwrap_or_default();
            let (from, until) = period(&mut section, faults);
            section.finish(&[], faults);
            Some(RoleGrant { scope, from, until, ..always(&role?) })
        }
        _ => {
            let fault = faults.add(value.span, "`principal.roles` must be a list of roles");
            let help = "write \"change-manager\", or `{ role = \"service-owner\", scope = [\"checkout\"] }`";
            fault.help.push(help.to_owned());
            None
        }
    }
}

fn delegation(table: &Table, span: Span, faults: &mut Faults<'_>) -> Option<Delegation> {
    let mut section = Section::new("principal.delegates", table);
    let to = section.required_string("to", span, faults);
    let role = numbers::role(&mut section, span, faults);
    let (from, until) = period(&mut section, faults);
    section.finish(&[], faults);
    Some(Delegation { to: to?, role: role?, from, until, span })
}

fn absence(table: &Table, span: Span, faults: &mut Faults<'_>) -> Option<Absence> {
    let mut section = Section::new("principal.away", table);
    let (from, until) = period(&mut section, faults);
    for key in ["from", "until"] {
        if table.get(key).is_none() {
            faults.add(span, format!("`principal.away.{key}` is missing"));
        }
    }
    section.finish(&[], faults);
    Some(Absence { from: from?, until: until?, span })
}
