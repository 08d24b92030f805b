//! What stands against a deployment whatever the hour: names, signatures, readiness, others that run.

use super::{Against, Claim, Grounds, Question, Reason};
use crate::facts::approval::ApprovalStatus;
use crate::facts::approval::grant::Grant;
use crate::facts::book::{Change, Referent, view};
use crate::facts::class::Model;
use crate::facts::collision;
use crate::facts::execution::Posture;
use crate::inputs::document::Document;
use crate::inputs::policy::ClassName;
use crate::text::{BookPath, Stage};
use crate::verdicts::lifecycle::{colliding, may_start, open};

/// The service and the change that are meant. One that cannot be found is not judged any further.
pub(super) fn named<'a>(
    grounds: Grounds<'a>,
    question: &Question,
) -> Result<(usize, Option<&'a Change>), Reason> {
    let facts = grounds.facts;
    let service = view::service(&facts.book, &question.service).ok_or_else(|| {
        Reason::new("service-unknown", format!("the catalogue has no service `{}`", question.service))
    })?;
    // A second entry of that name may be in no window: which one is meant nobody can tell.
    let name = facts.book.document(service).id.name();
    let alike = facts.book.of_kind("service").filter(|(_, entry)| entry.id.name() == name);
    let alike: Vec<&str> = alike.map(|(_, entry)| entry.path().as_str()).collect();
    if alike.len() > 1 {
        let message = format!("the catalogue has several services `{name}`: {}", alike.join(", "));
        return Err(Reason::new("service-unknown", message));
    }
    let mut ids = question.changes.clone();
    ids.sort();
    ids.dedup();
    match ids.as_slice() {
        [] => Ok((service, None)),
        [id] => {
            let change = facts.book.changes.get(id.as_str());
            let unknown = || Reason::new("change-unknown", format!("the book has no change `{id}`"));
            change.map(|change| (service, Some(change))).ok_or_else(unknown)
        }
        ids => Err(Reason::new("two-changes", format!("one change at a time, not {}", ids.join(" and ")))),
    }
}

/// Everything that is against it and that no waiting mends.
pub(super) fn judge(
    grounds: Grounds<'_>,
    question: &Question,
    service: usize,
    claim: Option<&Claim<'_>>,
) -> Against {
    let mut against = Against { unknown: unknown(grounds, question, service), ..Against::default() };
    if let Some(claim) = claim {
        of_change(grounds, question, service, claim, &mut against);
    }
    let others: Vec<&Change> = grounds.facts.book.changes.values().collect();
    against.hold.extend(running(grounds, question, service, claim, &others));
    against
}

/// The same for a question without a change, where it is known which changes run.
pub(super) fn judge_calendar(
    grounds: Grounds<'_>,
    question: &Question,
    service: usize,
    running: &[&Change],
) -> Against {
    Against {
        unknown: unknown(grounds, question, service),
        hold: self::running(grounds, question, service, None, running),
        ..Against::default()
    }
}

/// The fail-closed list: what cannot be known.
fn unknown(grounds: Grounds<'_>, question: &Question, service: usize) -> Vec<Reason> {
    let facts = grounds.facts;
    let mut found = Vec::new();
    let mut add = |code: &str, message: String| found.push(Reason::new(code, message));
    for window in &grounds.windows.unreadable {
        add("window-unreadable", format!("the window `{window}` cannot be read as a whole"));
    }
    for path in unreadable(grounds) {
        add("window-unreadable", path);
    }
    // What lies among the changes is theirs: its past is not kept as that of a window is, and whoever it stops could
    // take it away.
    let src = &facts.inputs.config.book.src;
    let is_among_changes =
        |path: &BookPath| path.below(src.as_str()).is_some_and(|below| below.starts_with("changes/"));
    for (_, window) in facts.book.of_kind("window") {
        if is_among_changes(window.path()) {
            add("window-unreadable", format!("{}: a window lies below `windows/`", window.path()));
        }
    }
    let entry = facts.book.document(service);
    let told = half_understood(grounds, |index| index == service);
    if !entry.faults.is_empty() || !told.is_empty() {
        let told = told.first().map(|told| format!(": {told}")).unwrap_or_default();
        let message = format!("the entry of `{}` cannot be read as a whole{told}", question.service);
        add("service-unreadable", message);
    }
    for (name, _) in view::texts(entry, "maintenance") {
        if !is_maintenance(grounds, name) {
            add("window-missing", format!("there is no maintenance window `{name}`"));
        }
    }
    if grounds.grants.is_policy_pending {
        let message = "the policy of the tree waits for signatures, and does not govern".to_owned();
        add("policy-unapproved", message);
    }
    if let Some(why) = &facts.approvals.unanswered {
        add("book-unapproved", why.clone());
    }
    let checkout = &question.checkout;
    match (checkout.max_age, checkout.fetched) {
        (Some(_), None) => add("fetch-age-unknown", "nobody says when this clone was fetched".to_owned()),
        (_, Some(fetched)) if fetched > question.at => {
            add("clock-behind", format!("this clone was fetched at {fetched}, which is ahead of the clock"));
        }
        (Some(most), Some(fetched)) if fetched.duration_until(question.at) > most => {
            add("stale", format!("this clone was fetched at {fetched}, longer ago than allowed"));
        }
        (Some(_) | None, Some(_)) | (None, None) => {}
    }
    if let Some(observed) = &checkout.observed {
        if observed.head.is_none() {
            let message = "no observer of the policy has signed that it saw the head that is judged";
            add("head-unseen", message.to_owned());
        }
        if let Some((head, at)) = observed.others.iter().max_by_key(|(_, at)| *at) {
            let message =
                format!("an observer saw {head} at {at}, which is not on the mainline of this head");
            add("head-outdated", message);
        }
    }
    if let Some(tip) = checkout.tip.filter(|tip| *tip > question.at) {
        add("clock-behind", format!("the head was there at {tip}, which is ahead of the clock"));
    }
    found
}

/// Whether a name is that of a maintenance window.
pub(super) fn is_maintenance(grounds: Grounds<'_>, name: &str) -> bool {
    let book = &grounds.facts.book;
    let index = view::of_kind(book, "window", name);
    let is_known = |index: usize| book.document(index).text("type") == Some("maintenance");
    index.is_some_and(is_known)
}

/// Findings that say that a window is not what it seems: a window that is half understood may leave open what
/// it was to close.
pub fn unreadable(grounds: Grounds<'_>) -> Vec<String> {
    half_understood(grounds, |index| grounds.facts.book.document(index).kind_name() == "window")
}

/// Findings that say that some documents are not what they seem.
fn half_understood(grounds: Grounds<'_>, is_wanted: impl Fn(usize) -> bool) -> Vec<String> {
    const CODES: [&str; 14] = [
        "MCM001", "MCM002", "MCM003", "MCM004", "MCM007", "MCM008", "MCM009", "MCM015", "MCM016", "MCM018",
        "MCM601", "MCM602", "MCM604", "MCM606",
    ];
    let is_told = |finding: &&crate::verdicts::lint::Finding| {
        let location = finding.diagnostic.location.as_ref();
        let index = location.and_then(|location| grounds.facts.book.at_path(&location.path));
        CODES.contains(&finding.diagnostic.code.0) && index.is_some_and(&is_wanted)
    };
    let told = grounds.findings.iter().filter(is_told).map(|finding| {
        let path = finding.diagnostic.path().map(BookPath::as_str);
        format!(
            "{}: {} ({})",
            path.unwrap_or_default(),
            finding.diagnostic.message,
            finding.diagnostic.code.0
        )
    });
    told.collect()
}

fn of_change(
    grounds: Grounds<'_>,
    question: &Question,
    service: usize,
    claim: &Claim<'_>,
    against: &mut Against,
) {
    let (facts, grants) = (grounds.facts, grounds.grants);
    let id = &claim.change.id;
    let Some(request) = claim.change.request.map(|index| facts.book.document(index)) else {
        against.deny.push(Reason::new("change-void", format!("{id} has no request")));
        return;
    };
    if !collision::services(facts, request).contains(&service) {
        let message = format!("{id} does not name the service `{}`", question.service);
        against.deny.push(Reason::new("service-not-named", message));
    }
    if view::environment(request) != question.environment {
        let message =
            format!("{id} is for `{}`, not for `{}`", view::environment(request), question.environment);
        against.deny.push(Reason::new("environment-not-named", message));
    }
    against.deny.extend(artifact(question, request));
    if grants.changes.get(&**id).is_some_and(|grant| grant.is_amended) {
        let message =
            format!("{id} has been edited since it began: what it says now is not what was approved");
        against.deny.push(Reason::new("amended", message));
    }
    let class = claim.standing.class;
    let none = Grant::default();
    let grant = grants.changes.get(&**id).unwrap_or(&none);
    if let Some(unknown) = &grants.unknown {
        against.unknown.push(Reason::new("approvals-unknown", unknown.clone()));
    } else if let Some(reason) = of_approval(grant, class) {
        match grant.status == ApprovalStatus::Unverifiable {
            true => against.unknown.push(reason),
            false => against.deny.push(reason),
        }
    }
    match &claim.standing.attempt {
        Some(attempt) => {
            let may_go_on = attempt.is_running() && question.stage.is_some();
            match attempt.posture {
                _ if !may_go_on => {
                    let message =
                        format!("{id} was begun at {}: a retry needs new approvals", attempt.started);
                    against.deny.push(Reason::new("consumed", message));
                }
                Posture::Running => {}
                Posture::Held => {
                    against.hold.push(Reason::new("held", format!("{id} is on hold")));
                }
                Posture::RollingBack => {
                    against.hold.push(Reason::new("rolling-back", format!("{id} is rolled back")));
                }
            }
        }
        None => {
            // The record of a run may be deleted or written over: that it began has landed.
            if let Some(ran) = grant.ran {
                let message =
                    format!("{id} was begun by {ran}, and no record shows it: a retry needs new approvals");
                against.deny.push(Reason::new("consumed", message));
            }
            // What is asked for before a planned start is written down after an emergency.
            if class != Some(ClassName::Emergency) {
                let stages = [Stage::Draft, Stage::Submission, Stage::Approval, Stage::Ready];
                let missing = open(facts, grounds.findings, claim.change, &stages);
                let reason = |hold: crate::verdicts::lifecycle::Hold| {
                    Reason::new("not-ready", format!("{}: {}", hold.code, hold.message))
                };
                against.deny.extend(missing.into_iter().map(reason));
            }
            let others = colliding(facts, grants, claim.change, request);
            let reason = |(other, met): (String, String)| Reason::new("collision", format!("{other} {met}"));
            against.hold.extend(others.into_iter().map(reason));
        }
    }
    if class == Some(ClassName::Standard) || request.text("class") == Some(ClassName::Standard.name()) {
        against.deny.extend(model(grounds, question, request));
    }
}

fn of_approval(grant: &Grant, class: Option<ClassName>) -> Option<Reason> {
    let by_model = class == Some(ClassName::Standard) && grant.is_by_model;
    let is_emergency = class == Some(ClassName::Emergency);
    // An authorisation lets an emergency begin, and nothing else.
    let is_enough = may_start(grant) && (grant.status != ApprovalStatus::Authorised || is_emergency);
    let code = || format!("approval-{}", grant.status.word());
    (!is_enough && !by_model).then(|| Reason::new(code(), grant.why.clone()))
}

fn artifact(question: &Question, request: &Document) -> Option<Reason> {
    let listed: Vec<&str> = view::texts(request, "artifacts").map(|(digest, _)| digest).collect();
    if listed.is_empty() {
        return None;
    }
    match &question.artifact {
        None => {
            let message = "the request lists artifacts, and the call names none";
            Some(Reason::new("artifact-missing", message))
        }
        Some(given) if listed.contains(&given.as_str()) => None,
        Some(given) => {
            Some(Reason::new("artifact-not-listed", format!("the request does not list `{given}`")))
        }
    }
}

/// What is wrong with the model of a standard change.
fn model(grounds: Grounds<'_>, question: &Question, request: &Document) -> Option<Reason> {
    let facts = grounds.facts;
    let invalid = |message: String| Some(Reason::new("model-invalid", message));
    let Some(name) = request.text("standard") else {
        return invalid("the request names no model".to_owned());
    };
    let Referent::Document(index) = facts.book.refer(&["standard".to_owned()], name) else {
        return invalid(format!("there is no model `{name}`"));
    };
    let document = facts.book.document(index);
    let models = Model::all(&facts.book);
    // A model that dies before the slot begins is no promise.
    let start = request.slot().map_or(question.at, |slot| slot.start.timestamp.max(question.at));
    let zone = &facts.inputs.policy.zone;
    let state = models.get(&index).map(|model| model.state(document, start, zone).may_be_used());
    if state != Some(true) {
        return invalid(format!("the model `{name}` has expired or is suspended"));
    }
    let status = grounds.grants.documents.get(document.id.as_str());
    match status.is_some_and(|status| status.is_approved()) {
        true => None,
        false => {
            let word = status.map_or("draft", |status| status.word());
            invalid(format!("the model `{name}` is not approved: {word}"))
        }
    }
}

/// Changes that run and hold the service: of class major or emergency, on the service or on what it stops
/// without.
fn running(
    grounds: Grounds<'_>,
    question: &Question,
    service: usize,
    claim: Option<&Claim<'_>>,
    others: &[&Change],
) -> Vec<Reason> {
    let (facts, grants) = (grounds.facts, grounds.grants);
    let own = claim.map(|claim| &claim.change.id);
    let needed = facts.catalogue.upstream(service).filter(|near| near.is_hard).map(|near| near.service);
    let held: std::collections::BTreeSet<usize> = needed.chain([service]).collect();
    let accepts =
        |by: &str, other: &str| grants.changes.get(by).is_some_and(|grant| grant.accepted.contains(other));
    let mut found = Vec::new();
    let none = Grant::default();
    for other in others.iter().filter(|other| Some(&other.id) != own) {
        let grant = grants.changes.get(&*other.id).unwrap_or(&none);
        let request = other.request.map(|index| facts.book.document(index));
        let class = grant.class.or_else(|| facts.classes.get(&other.id).map(|class| class.effective));
        let is_closure = match class {
            Some(ClassName::Major | ClassName::Emergency) | None => true,
            Some(ClassName::Minor | ClassName::Standard) => false,
        };
        // What runs is what was approved: no edit takes it off a service, or to another environment.
        let environment = request.map(|request| view::environment(request));
        let is_here = grant.is_amended || environment == Some(question.environment.as_str());
        let approved = grant.services.iter().filter_map(|name| view::service(&facts.book, name));
        let present = request.map(|request| collision::services(facts, request)).unwrap_or_default();
        let touches = approved.chain(present).any(|service| held.contains(&service));
        if !is_closure || !is_here || !touches {
            continue;
        }
        let Some(attempt) = facts.attempt(other, question.at).filter(|attempt| attempt.is_running()) else {
            continue;
        };
        let is_accepted = own.is_some_and(|own| accepts(own, &other.id) || accepts(&other.id, own));
        if !is_accepted {
            let message = format!("{} runs since {}", other.id, attempt.started);
            found.push(Reason::new("running", message));
        }
    }
    found
}
