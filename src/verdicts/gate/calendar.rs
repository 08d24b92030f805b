//! What the hour decides: windows, maintenance, the slot, exceptions, the life of the approval.

use std::collections::BTreeSet;

use jiff::{SignedDuration, Timestamp};

use super::claims::is_maintenance;
use super::{Covering, Grounds, Question, Reason};
use crate::facts::book::Change;
use crate::facts::book::view;
use crate::facts::calendar::{Effect, Level, Occurrence, Ruling, Window};
use crate::inputs::document::Document;
use crate::inputs::policy::{ClassName, Policy, Restriction};

/// The hours of one question.
pub(super) struct Calendar<'a> {
    /// The windows that close it.
    closing: Vec<&'a Ruling>,
    /// The maintenance windows of a service that is closed by default: each with the versions of which all
    /// must be open.
    maintenance: Option<Vec<Vec<&'a Window>>>,
    class: ClassName,
    policy: &'a Policy,
    /// The change, when one is named.
    claim: Option<OfClaim<'a>>,
    duration: SignedDuration,
    /// Every instant at which something begins or ends, sorted.
    edges: Vec<Timestamp>,
}

/// What a change brings.
struct OfClaim<'a> {
    slot: Option<(Timestamp, Timestamp)>,
    /// When its quorum was met, and when that dies.
    since: Option<Timestamp>,
    until: Option<Timestamp>,
    exceptions: Vec<Exception<'a>>,
    /// Names of the windows that its model names, for a standard change.
    model_windows: Vec<&'a str>,
}

/// An exception of the change for a window.
struct Exception<'a> {
    window: &'a str,
    expires: Option<Timestamp>,
    is_approved: bool,
    is_in_scope: bool,
}

/// What a moment sees.
#[derive(Debug, Default)]
pub(super) struct View {
    /// What closes it.
    pub(super) blocks: Vec<Reason>,
    /// What lets it pass.
    pub(super) passes: Vec<Reason>,
    /// The windows that cover it.
    pub(super) windows: Vec<Covering>,
}

impl View {
    pub(super) fn is_open(&self) -> bool {
        self.blocks.is_empty()
    }
}

impl<'a> Calendar<'a> {
    pub(super) fn of(
        grounds: Grounds<'a>,
        question: &Question,
        service: usize,
        claim: Option<(&'a Change, Option<ClassName>)>,
    ) -> Calendar<'a> {
        let facts = grounds.facts;
        let holds_for = |window: &Window| {
            window.services.binary_search(&service).is_ok()
                && window.environments.contains(&question.environment)
        };
        let closing: Vec<&Ruling> =
            grounds.windows.closing.iter().filter(|ruling| holds_for(&ruling.window)).collect();
        let entry = facts.book.document(service);
        // A name that means nothing is told as unknown, and closes nothing beside.
        let named: Vec<&str> = view::texts(entry, "maintenance").map(|(name, _)| name).collect();
        let is_closed_by_default = entry.field("maintenance").is_some_and(|value| !value.items().is_empty());
        let are_known = named.iter().all(|name| is_maintenance(grounds, name));
        let versions = |name: &str| -> Option<Vec<&'a Window>> {
            let index = view::of_kind(&facts.book, "window", name)?;
            let versions = grounds.windows.opening.get(facts.book.document(index).id.name())?;
            // Where a version does not hold for the service, it opens nothing for it.
            let all = versions.iter().all(holds_for);
            (all && !versions.is_empty()).then(|| versions.iter().collect())
        };
        let maintenance = (is_closed_by_default && are_known)
            .then(|| named.iter().filter_map(|name| versions(name)).collect::<Vec<_>>());
        let policy = facts.approvals.effective.as_ref().map(|effective| &*effective.policy);
        let mut calendar = Calendar {
            closing,
            maintenance,
            // A deployment without a change is an ordinary one: it is let through where the least of the
            // classes is that a person decides on.
            class: claim.and_then(|(_, class)| class).unwrap_or(ClassName::Minor),
            policy: policy.unwrap_or(&facts.inputs.policy),
            claim: claim.map(|(change, _)| of_claim(grounds, question, service, change)),
            duration: question.duration,
            edges: Vec::new(),
        };
        calendar.edges = calendar.all_edges(grounds.windows.horizon);
        calendar
    }

    fn all_edges(&self, horizon: (Timestamp, Timestamp)) -> Vec<Timestamp> {
        let mut edges = BTreeSet::new();
        let opening = self.maintenance.iter().flatten().flatten().copied();
        for window in self.closing.iter().map(|ruling| &ruling.window).chain(opening) {
            let ends = window.occurrences.iter().flat_map(|occurrence| [occurrence.start, occurrence.end]);
            edges.extend(ends);
        }
        if let Some(claim) = &self.claim {
            edges.extend(claim.slot.iter().flat_map(|(start, end)| [*start, *end]));
            edges.extend(claim.until);
            edges.extend(claim.exceptions.iter().filter_map(|exception| exception.expires));
        }
        // Beyond the horizon nothing is known, so that an opening there is no promise.
        edges.into_iter().filter(|edge| *edge < horizon.1).collect()
    }

    /// The instants between two others at which something begins or ends.
    pub(super) fn edges(&self, from: Timestamp, to: Timestamp) -> &[Timestamp] {
        let first = self.edges.partition_point(|edge| *edge <= from);
        let behind = self.edges.partition_point(|edge| *edge < to);
        self.edges.get(first..behind).unwrap_or_default()
    }

    /// What it rests on: equal for services that the same windows close and open.
    pub(super) fn basis(&self) -> Vec<usize> {
        let address = |window: &Window| std::ptr::from_ref(window).addr();
        let mut basis: Vec<usize> = self.closing.iter().map(|ruling| address(&ruling.window)).collect();
        let Some(maintenance) = &self.maintenance else { return basis };
        // No window lies at 0, so that the lists cannot run into each other.
        for versions in maintenance {
            basis.push(0);
            basis.extend(versions.iter().map(|window| address(window)));
        }
        basis.push(0);
        basis
    }

    fn is_emergency(&self) -> bool {
        self.claim.is_some() && self.class == ClassName::Emergency
    }

    fn slot(&self) -> Option<(Timestamp, Timestamp)> {
        self.claim.as_ref().and_then(|claim| claim.slot)
    }

    /// The start of the slot, when it is ahead of a moment.
    pub(super) fn slot_ahead(&self, at: Timestamp) -> Option<Timestamp> {
        self.slot().map(|(start, _)| start).filter(|start| at < *start)
    }

    /// What a moment sees.
    pub(super) fn at(&self, at: Timestamp) -> View {
        let mut view = View::default();
        if let Some(claim) = &self.claim {
            match claim.slot {
                None if self.is_emergency() => {}
                None => view.blocks.push(Reason::new("no-slot", "the change names no slot")),
                Some((start, _)) if at < start => {
                    view.blocks.push(Reason::new("slot-ahead", format!("its slot begins at {start}")));
                }
                Some((_, end)) if end <= at => {
                    view.blocks.push(Reason::new("slot-over", format!("its slot ended at {end}")));
                }
                Some(_) => {}
            }
        }
        let is_in_slot = view.blocks.is_empty();
        let mut passes = Vec::new();
        for ruling in &self.closing {
            let Some(occurrence) = covering(&ruling.window, at) else { continue };
            view.windows.push(covering_of(ruling, occurrence));
            match self.through(ruling, occurrence, at) {
                Ok(pass) => passes.push(pass),
                // What closes now says nothing of the slot that is ahead.
                Err(blocks) if is_in_slot => view.blocks.extend(blocks),
                Err(_) => {}
            }
        }
        self.see_maintenance(at, is_in_slot, &mut view);
        if self.is_emergency() {
            passes.push(Reason::new("emergency", "an emergency does not wait for the calendar"));
        }
        if passes.is_empty() {
            passes.push(Reason::new("open", "nothing closes it"));
        }
        let died = self.claim.as_ref().and_then(|claim| claim.until).filter(|until| *until <= at);
        if let Some(until) = died.filter(|_| !self.is_emergency()) {
            view.blocks.push(Reason::new("approval-expired", format!("approved until {until}")));
        }
        view.windows.sort();
        view.passes = passes;
        view
    }

    fn see_maintenance(&self, at: Timestamp, is_in_slot: bool, view: &mut View) {
        let Some(maintenance) = &self.maintenance else { return };
        let open = maintenance.iter().find_map(|versions| {
            let all: Option<Vec<Occurrence>> = versions.iter().map(|window| covering(window, at)).collect();
            all.map(|all| (versions, all))
        });
        match open {
            Some((versions, occurrences)) => {
                for (window, occurrence) in versions.iter().zip(occurrences) {
                    view.windows.push(covering_window(window, occurrence, false));
                }
            }
            None if self.is_emergency() || !is_in_slot => {}
            None => {
                let message = "it may change only in its maintenance windows, and none is open";
                view.blocks.push(Reason::new("maintenance", message));
            }
        }
    }

    /// Whether a window lets it through, and why or why not.
    fn through(&self, ruling: &Ruling, occurrence: Occurrence, at: Timestamp) -> Result<Reason, Vec<Reason>> {
        self.through_since(ruling, occurrence, at, self.claim.as_ref().and_then(|claim| claim.since))
    }

    fn through_since(
        &self,
        ruling: &Ruling,
        occurrence: Occurrence,
        at: Timestamp,
        since: Option<Timestamp>,
    ) -> Result<Reason, Vec<Reason>> {
        let window = &ruling.window;
        let name = &window.name;
        let until = occurrence.end;
        let is_before = window.freeze_of.is_some();
        let (code, what) = match (window.effect, is_before) {
            (Effect::Freeze, true) => ("freeze-before", format!("the freeze before `{name}`")),
            (Effect::Freeze, false) => ("freeze", format!("the freeze `{name}`")),
            (Effect::Restricted | Effect::Maintenance, _) => {
                ("restricted", format!("the restricted window `{name}`"))
            }
        };
        let closed = || Reason::new(code, format!("{what} lasts until {until}"));
        if ruling.allow.contains(&self.class) {
            let message = format!("{what} lets {} changes through", self.class.name());
            return Ok(Reason::new("class-allowed", message));
        }
        let Some(claim) = &self.claim else { return Err(vec![closed()]) };
        let of_class = self.policy.classes.get(&self.class);
        let level = match window.level {
            Level::Soft => Restriction::Soft,
            Level::Hard => Restriction::Hard,
        };
        // A class that the policy does not know is closed out.
        let is_closed = of_class.is_none_or(|class| class.closed_in.contains(&level));
        if is_closed {
            return Err(vec![closed()]);
        }
        if self.is_emergency() {
            return Ok(Reason::new("emergency", format!("an emergency passes {what}")));
        }
        let mut blocks = vec![closed()];
        for exception in claim.exceptions.iter().filter(|exception| exception.window == name) {
            let is_over = exception.expires.is_none_or(|expires| expires <= at);
            let against = [
                (!exception.is_approved, "exception-unapproved", "is not approved"),
                (!exception.is_in_scope, "exception-out-of-scope", "is not for this service and environment"),
                (is_over, "exception-expired", "has expired, or names no end"),
            ];
            let against: Vec<_> = against.iter().filter(|(is_so, ..)| *is_so).collect();
            if against.is_empty() {
                return Ok(Reason::new("exception", format!("an exception opens {what} for this change")));
            }
            let told = |(_, code, why): &&(bool, &str, &str)| {
                Reason::new(*code, format!("the exception for `{name}` {why}"))
            };
            blocks.extend(against.iter().map(told));
        }
        if self.class == ClassName::Standard {
            return match claim.model_windows.contains(&name.as_str()) {
                true => Ok(Reason::new("model-names-window", format!("its model names {what}"))),
                false => Err(blocks),
            };
        }
        let needs_exception = of_class.is_some_and(|class| class.exception_in.contains(&level));
        if needs_exception {
            return Err(blocks);
        }
        if window.effect == Effect::Restricted {
            return Ok(Reason::new("approved-for-window", format!("the change is approved for {what}")));
        }
        let is_inside =
            claim.slot.is_some_and(|(start, end)| occurrence.start <= start && end <= occurrence.end);
        let was_before = since.is_some_and(|since| since < occurrence.start);
        match is_inside && was_before {
            true => Ok(Reason::new("pre-approved", format!("the change was approved before {what} began"))),
            false => Err(blocks),
        }
    }

    /// The freezes that touch the slot and do not let it pass, nor would if the change were approved at once.
    pub(super) fn frozen(&self, now: Timestamp) -> Vec<(&Window, Occurrence, Vec<Reason>)> {
        let Some((start, end)) = self.slot() else { return Vec::new() };
        let mut found = Vec::new();
        let freezes = self.closing.iter().filter(|ruling| ruling.window.effect == Effect::Freeze);
        for ruling in freezes {
            for occurrence in ruling.window.touching(start, end) {
                let claim = self.claim.as_ref();
                let since = claim.and_then(|claim| claim.since).unwrap_or(now);
                if let Err(blocks) =
                    self.through_since(ruling, *occurrence, occurrence.start.max(start), Some(since))
                {
                    found.push((&ruling.window, *occurrence, blocks));
                }
            }
        }
        found
    }

    /// When what is open at a moment closes, and by what; nothing when it does not within the horizon.
    pub(super) fn closes(&self, at: Timestamp) -> Option<(Timestamp, View)> {
        let ahead = self.edges.partition_point(|edge| *edge <= at);
        self.edges[ahead..].iter().map(|edge| (*edge, self.at(*edge))).find(|(_, view)| !view.is_open())
    }

    /// Whether the deployment ends before the next closing.
    pub(super) fn fits(&self, at: Timestamp) -> bool {
        let ends = at.checked_add(self.duration);
        self.closes(at).is_none_or(|(closes, _)| ends.is_ok_and(|ends| ends <= closes))
    }

    /// Why a deployment that begins in open time does not fit.
    pub(super) fn too_short(&self, at: Timestamp) -> Option<Reason> {
        let (closes, _) = self.closes(at).filter(|_| !self.fits(at))?;
        Some(match self.slot() {
            Some((_, end)) if end == closes => {
                Reason::new("slot-too-short", format!("the slot ends at {end}, before the deployment would"))
            }
            Some(_) | None => Reason::new(
                "closes-too-soon",
                format!("it closes at {closes}, before the deployment would end"),
            ),
        })
    }

    /// The first moment behind another at which the deployment could begin.
    pub(super) fn next_opening(&self, at: Timestamp) -> Option<Timestamp> {
        let ahead = self.edges.partition_point(|edge| *edge <= at);
        let could = |edge: &&Timestamp| self.at(**edge).is_open() && self.fits(**edge);
        self.edges[ahead..].iter().find(could).copied()
    }
}

/// The occurrence that covers a moment: the one that ends last.
fn covering(window: &Window, at: Timestamp) -> Option<Occurrence> {
    let behind = at.checked_add(SignedDuration::from_nanos(1)).unwrap_or(at);
    window.touching(at, behind).copied().max_by_key(|occurrence| occurrence.end)
}

fn covering_of(ruling: &Ruling, occurrence: Occurrence) -> Covering {
    covering_window(&ruling.window, occurrence, ruling.is_former)
}

fn covering_window(window: &Window, occurrence: Occurrence, is_former: bool) -> Covering {
    Covering {
        id: window.name.clone(),
        effect: window.effect,
        level: window.level,
        occurrence,
        is_before: window.freeze_of.is_some(),
        is_former,
    }
}

fn of_claim<'a>(
    grounds: Grounds<'a>,
    question: &Question,
    service: usize,
    change: &'a Change,
) -> OfClaim<'a> {
    let facts = grounds.facts;
    let request = change.request.map(|index| &**facts.book.document(index));
    let grant = grounds.grants.changes.get(&*change.id);
    let slot = request.and_then(Document::slot);
    let is_exception = |document: &&'a Document| document.kind_name() == "exception";
    let documents = change.documents.iter().map(|index| &**facts.book.document(*index));
    let exception = |document: &'a Document| -> Option<Exception<'a>> {
        // One that was given to another change opens nothing here.
        let is_own = document.text("for").is_none_or(|id| id == &*change.id);
        let window = document.text("window")?;
        let window = view::of_kind(&facts.book, "window", window)
            .map_or(window, |index| facts.book.document(index).id.name());
        let name = change.signed_name(document);
        let is_approved = grant.zip(name).is_some_and(|(grant, name)| grant.exceptions.contains(name));
        let is_in_scope = is_in_scope(grounds, document, service, &question.environment);
        is_own.then(|| Exception {
            window,
            expires: view::moment(document, "expires"),
            is_approved,
            is_in_scope,
        })
    };
    let model = request.and_then(|request| {
        let index = view::of_kind(&facts.book, "standard", request.text("standard")?)?;
        Some(&**facts.book.document(index))
    });
    let model_windows = model.map(|model| {
        view::texts(model, "limits.windows")
            .map(|(name, _)| {
                view::of_kind(&facts.book, "window", name)
                    .map_or(name, |index| facts.book.document(index).id.name())
            })
            .collect()
    });
    OfClaim {
        slot: slot.map(|slot| (slot.start.timestamp, slot.end.timestamp)),
        since: grant.and_then(|grant| grant.since),
        until: grant.and_then(|grant| grant.until),
        exceptions: documents.filter(is_exception).filter_map(exception).collect(),
        model_windows: model_windows.unwrap_or_default(),
    }
}

/// Whether an exception is for a service and an environment. A scope that is not written opens nothing.
fn is_in_scope(grounds: Grounds<'_>, document: &Document, service: usize, environment: &str) -> bool {
    let book = &grounds.facts.book;
    let entry = book.document(service);
    let named =
        view::texts(document, "scope.services").any(|(name, _)| view::service(book, name) == Some(service));
    let own_tier = entry.field("tier").and_then(|value| value.as_integer());
    let tiers = document.field("scope.tiers").map_or(&[][..], |value| value.items());
    let by_tier = own_tier.is_some() && tiers.iter().any(|tier| tier.as_integer() == own_tier);
    let own_tags: Vec<&str> = view::texts(entry, "tags").map(|(tag, _)| tag).collect();
    let by_tag = view::texts(document, "scope.tags").any(|(tag, _)| own_tags.contains(&tag));
    let mut environments = view::texts(document, "scope.environments").map(|(name, _)| name).peekable();
    let in_environment = match environments.peek() {
        None => environment == "production" && document.field("scope.environments").is_none(),
        Some(_) => environments.any(|name| name == environment),
    };
    (named || by_tier || by_tag) && in_environment
}
