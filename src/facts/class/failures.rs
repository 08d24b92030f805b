//! Earlier changes that failed, found by what a later change shares with them.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use jiff::tz::TimeZone;
use jiff::{Timestamp, ToSpan as _};

use crate::facts::book::{Book, Change, Outcome, view};
use crate::inputs::Inputs;
use crate::inputs::document::Document;

/// When a change failed.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
struct Failure {
    at: Timestamp,
    id: Arc<str>,
    outcome: Outcome,
}

/// All failures, each under every service and every team that it touched, in the order of time.
#[derive(Debug, Default)]
pub(super) struct Failures<'a> {
    by_service: BTreeMap<usize, Vec<Failure>>,
    by_team: BTreeMap<&'a str, Vec<Failure>>,
    by_owner: BTreeMap<&'a str, Vec<Failure>>,
}

/// What a change shares with another one.
struct Shared<'a> {
    services: Vec<usize>,
    teams: BTreeSet<&'a str>,
    owner: Option<&'a str>,
}

impl<'a> Failures<'a> {
    /// Collects them.
    pub(super) fn of(inputs: &'a Inputs, book: &'a Book) -> Failures<'a> {
        let mut failures = Failures::default();
        for change in book.changes.values() {
            let Some(request) = change.request.map(|index| book.document(index)) else { continue };
            let executions = change.documents.iter().map(|index| book.document(*index));
            let executions = executions.filter(|document| document.kind_name() == "execution");
            for failure in executions.filter_map(|execution| failure(change, request, execution)) {
                let shared = shared(inputs, book, request);
                for service in shared.services {
                    failures.by_service.entry(service).or_default().push(failure.clone());
                }
                for team in shared.teams {
                    failures.by_team.entry(team).or_default().push(failure.clone());
                }
                if let Some(owner) = shared.owner {
                    failures.by_owner.entry(owner).or_default().push(failure);
                }
            }
        }
        let lists = failures.by_service.values_mut().chain(failures.by_team.values_mut());
        lists.chain(failures.by_owner.values_mut()).for_each(|list| list.sort());
        failures
    }

    /// The last failure of these services, this team or this owner in the months before the slot, in words.
    pub(super) fn before(
        &self,
        inputs: &Inputs,
        book: &Book,
        change: &Change,
        request: &Document,
    ) -> Option<String> {
        // In most books nothing has failed.
        if self.by_service.is_empty() && self.by_team.is_empty() && self.by_owner.is_empty() {
            return None;
        }
        let until = request.slot().map_or(inputs.as_of, |slot| slot.start.timestamp);
        let months = inputs.policy.limits.failure_months;
        let from = until.to_zoned(TimeZone::UTC).checked_sub(i64::from(months.min(1200)).months());
        let from = from.map_or(Timestamp::MIN, |from| from.timestamp());
        let last = |list: &'_ Vec<Failure>| {
            let end = list.partition_point(|failure| failure.at < until);
            let mut recent = list[..end].iter().rev().take_while(|failure| failure.at >= from);
            recent.find(|failure| failure.id != change.id).cloned()
        };
        let shared = shared(inputs, book, request);
        let of_service = |index: &usize| {
            let failure = self.by_service.get(index).and_then(last)?;
            Some((failure, format!("of {}", book.document(*index).id.name())))
        };
        let of_team = |team: &&str| {
            let failure = self.by_team.get(*team).and_then(last)?;
            Some((failure, format!("by the team {team}")))
        };
        let of_owner = |owner: &str| {
            let failure = self.by_owner.get(owner).and_then(last)?;
            Some((failure, format!("of {owner}")))
        };
        let services = shared.services.iter().filter_map(of_service);
        let found = services.max_by(|a, b| a.0.cmp(&b.0));
        let found = found.or_else(|| shared.teams.iter().filter_map(of_team).max_by(|a, b| a.0.cmp(&b.0)));
        let (failure, of) = found.or_else(|| shared.owner.and_then(of_owner))?;
        let (id, outcome) = (&failure.id, failure.outcome.name());
        Some(format!("{id} {of} was {outcome} in the {months} months before").replace("was failed", "failed"))
    }
}

/// What an execution's record says of a failure, and when it was.
fn failure(change: &Change, request: &Document, execution: &Document) -> Option<Failure> {
    let outcome = execution.text("outcome").and_then(Outcome::of_key)?;
    let at = view::moment(execution, "ended").or_else(|| view::moment(execution, "started"));
    let at = at.or_else(|| request.slot().map(|slot| slot.end.timestamp))?;
    match outcome {
        Outcome::RolledBack | Outcome::PartlyRolledBack | Outcome::Failed => {
            Some(Failure { at, id: change.id.clone(), outcome })
        }
        Outcome::Implemented | Outcome::ImplementedWithIssues | Outcome::AbortedBeforeStart => None,
    }
}

/// The services of a request, the teams that run them, its owner and the owner's team.
fn shared<'a>(inputs: &'a Inputs, book: &'a Book, request: &'a Document) -> Shared<'a> {
    let services: Vec<usize> = view::services(book, request).into_iter().map(|(index, _)| index).collect();
    let owner = view::person(request, "owner").map(|(owner, _)| owner);
    let mut teams: BTreeSet<&str> =
        services.iter().filter_map(|index| book.document(*index).text("team")).collect();
    let principal = owner.and_then(|owner| inputs.policy.principal(owner));
    teams.extend(principal.and_then(|principal| principal.team.as_deref()));
    Shared { services, teams, owner }
}
