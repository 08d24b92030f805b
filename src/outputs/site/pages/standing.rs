//! Pages about where changes stand: the states and the ways between them, what was put off, and the exceptions.

use jiff::Timestamp;
use serde::Serialize;

use super::super::chip::Chip;
use super::super::page::{Crumb, Draft, Head, Rendered, href, render};
use super::super::summary::{self, Named, Summary};
use super::super::{Site, ThemeError, states, when};
use crate::facts::book::view;
use crate::inputs::document::Document;
use crate::outputs::state::StateOf;
use crate::verdicts::lifecycle::{ChangeState, STATES, TRANSITIONS};

/// The roads that most changes take, from the first state to the last. A test holds every step of them to the
/// table of transitions.
const ROADS: [(&str, &[ChangeState]); 4] = [
    (
        "A change that goes to plan",
        &[
            ChangeState::Draft,
            ChangeState::Submitted,
            ChangeState::Assessed,
            ChangeState::Approved,
            ChangeState::Scheduled,
            ChangeState::Ready,
            ChangeState::InProgress,
            ChangeState::Watching,
            ChangeState::ReviewDue,
            ChangeState::Closed,
        ],
    ),
    (
        "A change that is rolled back",
        &[
            ChangeState::InProgress,
            ChangeState::Held,
            ChangeState::RollingBack,
            ChangeState::Watching,
            ChangeState::ReviewDue,
            ChangeState::Closed,
        ],
    ),
    (
        "A standard change",
        &[
            ChangeState::Draft,
            ChangeState::Submitted,
            ChangeState::Scheduled,
            ChangeState::Ready,
            ChangeState::InProgress,
            ChangeState::Watching,
            ChangeState::ReviewDue,
            ChangeState::Closed,
        ],
    ),
    (
        "An emergency",
        &[
            ChangeState::Draft,
            ChangeState::Declared,
            ChangeState::Authorised,
            ChangeState::InProgress,
            ChangeState::Watching,
            ChangeState::RatifyDue,
            ChangeState::ReviewDue,
            ChangeState::Closed,
        ],
    ),
];

#[derive(Serialize)]
struct Lifecycle {
    roads: Vec<Road>,
    states: Vec<StateRow>,
    ways: Vec<Way>,
}

#[derive(Serialize)]
struct Road {
    title: &'static str,
    stations: Vec<Station>,
}

#[derive(Serialize)]
struct Station {
    chip: Chip,
    anchor: &'static str,
}

#[derive(Serialize)]
struct StateRow {
    chip: Chip,
    word: &'static str,
    meaning: &'static str,
    mover: &'static str,
    servicenow: &'static str,
    jira: &'static str,
    /// How many changes stand there, and the register of them.
    count: usize,
    href: String,
}

#[derive(Serialize)]
struct Way {
    from: Chip,
    from_word: &'static str,
    to: Chip,
    to_word: &'static str,
    by: &'static str,
}

/// The states and the ways between them, from the table that the states are derived by.
pub(in super::super) fn lifecycle(site: &Site<'_>) -> Result<Rendered, ThemeError> {
    let chip = states::chip;
    let road = |(title, stations): &(&'static str, &[ChangeState])| Road {
        title,
        stations: stations.iter().map(|state| Station { chip: chip(*state), anchor: state.word() }).collect(),
    };
    let row = |row: &crate::verdicts::lifecycle::State| StateRow {
        chip: chip(row.state),
        word: row.word,
        meaning: row.meaning,
        mover: row.mover,
        servicenow: row.servicenow,
        jira: row.jira,
        count: site.states().filter(|state| state.state == row.state).count(),
        href: href(&format!("{}/index.html", super::register::folder_of("state", row.name))),
    };
    let way = |way: &crate::verdicts::lifecycle::Transition| Way {
        from: chip(way.from),
        from_word: way.from.word(),
        to: chip(way.to),
        to_word: way.to.word(),
        by: way.by,
    };
    let view = Lifecycle {
        roads: ROADS.iter().map(road).collect(),
        states: STATES.iter().map(row).collect(),
        ways: TRANSITIONS.iter().map(way).collect(),
    };
    let head = head("States of a change", "lifecycle");
    render(site, Draft { template: "lifecycle.html", head, view, bodies: Vec::new() })
}

#[derive(Serialize)]
struct Postponed<'a> {
    as_of: Option<String>,
    groups: Vec<PutOff<'a>>,
}

#[derive(Serialize)]
struct PutOff<'a> {
    title: &'static str,
    meaning: &'static str,
    rows: Vec<PutOffRow<'a>>,
}

#[derive(Serialize)]
struct PutOffRow<'a> {
    change: &'a Summary,
    state: &'a StateOf,
}

/// The changes that were put off: whose slot passed unused, and whose attempt was called off.
pub(in super::super) fn postponed(site: &Site<'_>) -> Result<Rendered, ThemeError> {
    let group = |(title, state): (&'static str, ChangeState)| PutOff {
        title,
        meaning: state.row().meaning,
        rows: site
            .newest_first()
            .filter(|at| site.state(*at).state == state)
            .map(|at| PutOffRow { change: site.summary(at), state: site.state(at) })
            .collect(),
    };
    let groups =
        [("Slot passed unused", ChangeState::Expired), ("Called off before the start", ChangeState::Aborted)];
    let view = Postponed { as_of: as_of(site), groups: groups.map(group).into() };
    let head = head("Postponed changes", "postponed");
    render(site, Draft { template: "postponed.html", head, view, bodies: Vec::new() })
}

#[derive(Serialize)]
struct Exceptions<'a> {
    as_of: Option<String>,
    rows: Vec<ExceptionRow<'a>>,
    /// Why nothing is known of signatures, when nothing is.
    unknown: Option<&'a str>,
}

#[derive(Serialize)]
struct ExceptionRow<'a> {
    change: &'a Summary,
    title: String,
    href: String,
    window: Named,
    scope: Vec<Named>,
    environments: String,
    expires: String,
    chip: Chip,
    reason: String,
    compensating: Vec<String>,
}

/// The register of exceptions: each opens one window to one change, until one instant, once it is signed.
pub(in super::super) fn exceptions(site: &Site<'_>) -> Result<Rendered, ThemeError> {
    let facts = &site.analysis.facts;
    let of_change = |at: usize| {
        let documents = site.changes[at].documents.iter();
        let is_exception = |index: &&usize| facts.book.document(**index).kind_name() == "exception";
        documents.filter(is_exception).map(move |index| exception(site, at, *index))
    };
    let rows: Vec<ExceptionRow<'_>> = site.newest_first().flat_map(of_change).collect();
    let view = Exceptions { as_of: as_of(site), rows, unknown: site.grants.unknown.as_deref() };
    let head = head("Register of exceptions", "exceptions");
    render(site, Draft { template: "exceptions.html", head, view, bodies: Vec::new() })
}

fn exception<'a>(site: &'a Site<'_>, at: usize, index: usize) -> ExceptionRow<'a> {
    let facts = &site.analysis.facts;
    let document: &Document = facts.book.document(index);
    let place = site.addresses.place(index);
    let anchor = place.anchor.as_deref().map(|anchor| format!("#{anchor}")).unwrap_or_default();
    let text = |key: &str| document.text(key).unwrap_or_default().to_owned();
    let expires = view::moment(document, "expires");
    let grant = site.grants.changes.get(&*site.changes[at].id);
    let name = site.changes[at].signed_name(document);
    let is_approved = grant.zip(name).is_some_and(|(grant, name)| grant.exceptions.contains(name));
    let is_over = expires.is_none_or(|expires| expires <= facts.inputs.as_of);
    let chip = match (is_approved, is_over) {
        (false, _) => Chip::new("not approved: opens nothing", "warn", "seal-open"),
        (true, false) => Chip::new("approved", "good", "seal"),
        (true, true) => Chip::new("expired", "plain", "bar"),
    };
    let services =
        summary::texts(document, "scope.services").map(|name| summary::named(site, "service", name));
    let other = |key: &str, word: &str| {
        let items = document.field(key).map_or(&[][..], |value| value.items()).iter();
        let texts = items.filter_map(|item| {
            let number = item.as_integer().map(|number| number.to_string());
            number.or_else(|| item.as_str().map(str::to_owned))
        });
        texts.map(|text| Named { text: format!("{word} {text}"), href: None }).collect::<Vec<_>>()
    };
    let environments: Vec<&str> = summary::texts(document, "scope.environments").collect();
    ExceptionRow {
        change: site.summary(at),
        title: document.title().to_owned(),
        href: href(&place.page) + &anchor,
        window: summary::named(site, "window", document.text("window").unwrap_or("no window")),
        scope: services.chain(other("scope.tiers", "tier")).chain(other("scope.tags", "tag")).collect(),
        environments: if environments.is_empty() { "production".to_owned() } else { environments.join(", ") },
        expires: expires
            .map(|at| moment(site, at))
            .unwrap_or_else(|| "names no end: opens nothing".to_owned()),
        chip,
        reason: text("reason"),
        compensating: summary::texts(document, "compensating").map(str::to_owned).collect(),
    }
}

fn moment(site: &Site<'_>, at: Timestamp) -> String {
    when::moment(&at.to_zoned(site.analysis.facts.inputs.policy.zone.clone()))
}

fn as_of(site: &Site<'_>) -> Option<String> {
    site.analysis.facts.inputs.moment().map(|at| moment(site, at))
}

fn head(title: &str, folder: &str) -> Head {
    Head {
        title: title.to_owned(),
        path: format!("{folder}/index.html"),
        section: folder.to_owned(),
        crumbs: vec![Crumb { title: "Changes".to_owned(), href: href("changes/index.html") }],
        mark: title.to_owned(),
        ..Head::default()
    }
}

#[cfg(test)]
mod tests {
    use super::{ROADS, TRANSITIONS};

    #[test]
    fn every_step_of_a_road_is_in_the_table() {
        for (title, stations) in ROADS {
            for pair in stations.windows(2) {
                let is_known = TRANSITIONS.iter().any(|way| [way.from, way.to] == pair);
                assert!(is_known, "{title}: {pair:?}");
            }
        }
    }
}
