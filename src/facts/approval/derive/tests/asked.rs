//! What is proposed to somebody who signs, and whom the places that are open wait for.

use super::hurried::with_exception;
use super::proposed::{ask, told};
use super::*;
use crate::facts::approval::open::{against, open};
use crate::facts::approval::propose::Ask;
use crate::facts::approval::signed::in_vain;
use crate::inputs::signature::Decision;

const CHANGE: &str = "MCM-2026-0001";
const OF_EXCEPTION: &str =
    "I weighed acting against waiting; I let this change pass the window in this scope until this expires.";

/// An approval of one document of the change.
fn of<'a>(name: &'a str, person: &'a str) -> Ask<'a> {
    Ask { only: Some(name), role: Some("manager"), ..ask(Decision::Approve, person) }
}

#[test]
fn an_exception_is_proposed_alone_and_means_something_else() {
    let (mut story, digest) = with_exception("");
    let given = told(&story, CHANGE, &of("exception", "bob")).expect("nothing stands in the way").record;
    assert_eq!((given.meaning.as_deref(), given.subject), (Some(OF_EXCEPTION), Some(digest)));
    let whole = Ask { only: None, ..of("exception", "bob") };
    let plan = told(&story, CHANGE, &whole).expect("nothing stands in the way").record;
    assert_ne!(plan.meaning.as_deref(), Some(OF_EXCEPTION));
    let part = told(&story, CHANGE, &of("runbook", "bob")).map(|found| found.record.meaning);
    assert_ne!(part, Ok(Some(OF_EXCEPTION.to_owned())), "another document is no exception");
    // What was signed of the change is no decision on the exception, and cannot be taken back as one.
    let digest = plan.subject.expect("it is over the plan");
    story.record(
        "bob",
        "approve",
        &format!(
            "Mcm-Role: manager\nMcm-Meaning: I read it.\nMcm-Document: {CHANGE}\n\
             Mcm-Covers: request, runbook\nMcm-Subject: sha256:{digest}\n"
        ),
    );
    assert_eq!(story.reasons(), []);
    // Whoever wrote an exception gives it in vain, and that is told of the exception.
    let own = story.record(
        "alice",
        "approve",
        &format!(
            "Mcm-Role: manager\nMcm-Meaning: I read it.\nMcm-Document: {CHANGE}\n\
             Mcm-Covers: exception\nMcm-Subject: sha256:{}\n",
            given.subject.expect("it is over the exception")
        ),
    );
    let why = in_vain(&story.all(LATER), &id(), &own).map(|(reason, ..)| reason);
    assert_eq!((story.reasons(), why), (vec![], Some(Reason::SelfApproval)));
    let back = |only| Ask { only, ..ask(Decision::Retract, "bob") };
    assert!(told(&story, CHANGE, &back(None)).is_ok());
    assert!(told(&story, CHANGE, &back(Some("exception"))).is_err());
    // Its approvals are never carried over.
    let carried = Ask { carry: true, ..of("exception", "bob") };
    let why = told(&story, CHANGE, &carried).expect_err("exceptions are not carried");
    assert!(why.iter().any(|why| why.starts_with("the policy lets nobody carry")), "{why:?}");
}

#[test]
fn a_document_is_approved_as_it_stands() {
    let mut story = Story::new();
    story.last().policy = Some(policy(1, "[subject.service]\nrequire = [{ role = \"manager\", min = 1 }]\n"));
    let found = told(&story, "services/checkout", &ask(Decision::Approve, "bob")).expect("bob may");
    assert_eq!(found.record.meaning.as_deref(), Some("I read this document as it stands and approve it."));
}

#[test]
fn a_role_is_held_for_a_service_where_the_matrix_asks_for_each_and_on_the_day() {
    let each = "{ role = \"owner\", min = 1, each = \"service\" }";
    let asks = reworded(policy(1, ""), 1, "{ role = \"manager\", min = 1 }", each);
    let with = |roles: &str| {
        let mut story = Story::new();
        story.last().policy = Some(reworded(asks.clone(), 1, "\"manager\", ", &format!("{roles}, ")));
        story.submit();
        let owner = Ask { role: Some("owner"), ..ask(Decision::Approve, "bob") };
        told(&story, CHANGE, &owner).map(|found| found.record.role)
    };
    let owner = Ok(Some("owner".to_owned()));
    let no = Err(vec!["bob does not hold the role owner".to_owned()]);
    assert_eq!(with("{ role = \"owner\", scope = [\"checkout\"] }"), owner);
    assert_eq!(with("{ role = \"owner\", scope = [\"ledger\"] }"), no);
    assert_eq!(with("{ role = \"owner\", from = \"2026-06-04\" }"), owner, "since that day");
    assert_eq!(with("{ role = \"owner\", from = \"2026-06-05\" }"), no);
    assert_eq!(with("{ role = \"owner\", until = \"2026-06-04\" }"), no);
}

#[test]
fn an_outsider_who_is_awaited_is_of_no_team_that_is_affected() {
    let mut story = Story::new();
    let mut files =
        reworded(policy(1, ""), 1, "{ role = \"peer\", min = 1 }", "{ role = \"outsider\", min = 1 }");
    for (who, team) in [("bob", "shop"), ("carol", "network")] {
        let who = format!("id = \"{who}\"");
        files = reworded(files, 1, &who, &format!("{who}\nteam = \"{team}\""));
    }
    story.last().policy = Some(files);
    story.submit();
    let awaited = |story: &Story| {
        let places = open(&story.all(LATER), &id(), LATER.parse().expect("an instant"));
        places.into_iter().map(|open| (open.place.role.clone(), open.could)).collect::<Vec<_>>()
    };
    let of = |role: &str, who: &[&str]| (role.to_owned(), who.iter().map(|who| (*who).to_owned()).collect());
    assert_eq!(awaited(&story), [of("outsider", &["carol", "dave"]), of("manager", &["bob", "dave"])]);
    story.land("2026-06-03T12:00:00Z");
    story.decide("dave", "approve", "manager");
    assert_eq!(awaited(&story), [of("outsider", &["carol"])], "who stands elsewhere is awaited no more");
}

#[test]
fn an_editor_whom_nobody_knows_is_told_before_anybody_signs() {
    let told = |story: &Story| against(&story.all(LATER), &id());
    let mut story = Story::new();
    story.submit();
    assert_eq!(told(&story), []);
    story.write(&format!("{FOLDER}/runbook.md"), &format!("{RUNBOOK}\n"), "stranger");
    let unknown = [(Reason::EditorUnknown, "stranger@a.example".to_owned())];
    assert_eq!(told(&story), unknown);
    story.land("2026-06-03T12:00:00Z");
    story.decide("carol", "approve", "peer");
    story.decide("bob", "approve", "manager");
    assert_eq!((told(&story), story.status()), (unknown.to_vec(), ApprovalStatus::InReview));
    assert_eq!(told(&approved()), []);
    let mut story = Story::new();
    story.write(&format!("{FOLDER}/request.md"), REQUEST, "stranger");
    story.write(&format!("{FOLDER}/runbook.md"), RUNBOOK, "stranger");
    assert_eq!((story.status(), told(&story)), (ApprovalStatus::BeforeAdoption, vec![]));
}
