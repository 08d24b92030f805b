//! What an approval lets somebody do: by a model alone, and by whose signatures.

use super::*;
use crate::inputs::policy::ClassName;

/// When the model of a change lands.
#[derive(PartialEq)]
enum Model {
    Before,
    WithIt,
    Never,
}

/// Whether the change may run by its standard model alone.
fn is_by_model(class: &str, model: Model, more: &str) -> (ApprovalStatus, bool) {
    granted(class, model, policy(1, more))
}

fn granted(class: &str, model: Model, policy: Vec<SourceFile>) -> (ApprovalStatus, bool) {
    let mut story = Story::new();
    story.last().policy = Some(policy);
    let text = "---\ntitle: Restart\nowner: alice\n---\n";
    let path = "content/standard/restart.md";
    if model == Model::Before {
        story.write(path, text, "alice");
    }
    story.land("2026-06-02T12:00:00Z");
    if model == Model::WithIt {
        story.write(path, text, "alice");
    }
    let head = format!("services: [checkout]\nclass: {class}\nstandard: restart\n");
    let request = REQUEST.replace("services: [checkout]\n", &head);
    story.write(&format!("{FOLDER}/request.md"), &request, "alice");
    story.write(&format!("{FOLDER}/runbook.md"), RUNBOOK, "alice");
    let grants = Grants::of(&story.all(LATER));
    let grant = &grants.changes["MCM-2026-0001"];
    (grant.status, grant.is_by_model)
}

#[test]
fn a_standard_change_runs_by_its_model_where_nobody_is_asked() {
    let nobody =
        "[class.standard]\ncovers = [\"request\", \"runbook\"]\ndistinct_principals = 0\nrequire = []\n";
    assert_eq!(is_by_model("standard", Model::Before, nobody), (ApprovalStatus::InReview, true));
    assert_eq!(
        is_by_model("standard", Model::Never, nobody),
        (ApprovalStatus::InReview, false),
        "there is no model"
    );
    assert_eq!(is_by_model("minor", Model::Before, nobody), (ApprovalStatus::InReview, false));
    // Whoever brings both at once has not been allowed to: the stricter of before and after counts.
    let with_it = is_by_model("standard", Model::WithIt, nobody);
    assert_eq!(with_it, (ApprovalStatus::InReview, false), "the model came with it");
    // Where nobody is asked for a change without a model, it is none by a model.
    let asks = "require = [{ role = \"peer\", min = 1 }, { role = \"manager\", min = 1 }]";
    let files = reworded(policy(1, nobody), 1, asks, "require = []");
    assert_eq!(granted("minor", Model::Never, files), (ApprovalStatus::InReview, false));
    let somebody = nobody.replace("= 0\nrequire = []", "= 1\nrequire = [{ role = \"manager\", min = 1 }]");
    assert_eq!(
        is_by_model("standard", Model::Before, &somebody),
        (ApprovalStatus::InReview, false),
        "a manager is asked"
    );
}

#[test]
fn an_approval_rests_on_those_who_stand_in_its_places() {
    let mut story = approved();
    story.decide("dave", "approve", "manager");
    let grants = Grants::of(&story.all(LATER));
    let people: BTreeSet<&str> =
        grants.changes["MCM-2026-0001"].evidence.iter().map(|one| one.person.as_str()).collect();
    assert_eq!(people.len(), 2, "one of two managers is enough: {people:?}");
    assert!(people.contains("carol"));
}

#[test]
fn a_collision_is_accepted_by_nobody_who_does_not_hold_the_role() {
    let mut story = approved();
    let trailers = "Mcm-Role: change-manager\nMcm-Meaning: I know of it.\nMcm-Document: MCM-2026-0001\n\
                    Mcm-Covers: request, runbook\nMcm-Subject: {digest}\nMcm-Other: MCM-2026-0002\n";
    story.record("bob", "accept-collision", trailers);
    assert_eq!(story.reasons(), [Reason::RoleNotHeld]);
    assert!(Grants::of(&story.all(LATER)).changes["MCM-2026-0001"].accepted.is_empty());
}

#[test]
fn what_was_carried_out_stays_judged_by_what_it_was_approved_under() {
    let mut story = approved();
    let digest = story.all(LATER).subjects[&id()].1.digest.expect("it is whole");
    story.land("2026-06-20T11:00:00Z");
    story.run(digest, "completed", Some(4));
    let at = "2026-06-22T00:00:00Z";
    let before = story.status_at(at);
    // Two managers from now on.
    let one = "role = \"manager\", min = 1";
    let (old, new) = (policy(1, ""), reworded(policy(2, ""), 1, one, &one.replace('1', "2")));
    story.land("2026-06-21T12:00:00Z").amend(&old, &new, 2);
    assert_eq!((before, story.status_at(at)), (ApprovalStatus::Approved, ApprovalStatus::Approved));
    assert!(story.all(at).effective.expect("a policy").policy.serial == 2, "it is in force");
}

#[test]
fn an_approval_that_lands_in_the_last_moment_is_in_time() {
    let policy = Effective::read(&policy(1, ""));
    let lead = policy.classes[&ClassName::Minor].approval_lead;
    let start = "2026-06-20T10:00:00Z".parse().expect("an instant");
    let due = crate::facts::calendar::before(start, lead, &policy.zone, &policy);
    for (late, status) in [(0, ApprovalStatus::Approved), (1, ApprovalStatus::ApprovedLate)] {
        let mut story = Story::new();
        let at = due + jiff::SignedDuration::from_secs(late);
        story.submit().land(&at.to_string());
        story.decide("carol", "approve", "peer");
        story.decide("bob", "approve", "manager");
        assert_eq!(story.status_at("2026-06-20T09:00:00Z"), status, "{at}");
    }
}

#[test]
fn a_change_whose_request_is_gone_waits_and_is_no_broken_one() {
    let mut story = Story::new();
    story.submit().land("2026-06-03T12:00:00Z");
    let path = BookPath::new(&format!("{FOLDER}/request.md")).expect("a path");
    story.last().changed.push((path, None));
    let found = &story.approvals(LATER)[&id()];
    assert_eq!((found.status, found.why.as_str()), (ApprovalStatus::InReview, "its request is gone"));
    story.land("2026-06-04T12:00:00Z").write(&format!("{FOLDER}/request.md"), "No head.\n", "alice");
    assert_eq!(story.status(), ApprovalStatus::Invalid);
}

#[test]
fn approvals_of_other_documents_are_told_and_no_other_decisions() {
    let mut story = approved();
    let part = |role: &str| {
        format!(
            "Mcm-Role: {role}\nMcm-Meaning: I read it.\nMcm-Document: MCM-2026-0001\n\
             Mcm-Covers: request\nMcm-Subject: sha256:{}\n",
            Manifest::of([("request.md".to_owned(), ContentHash::of(REQUEST.as_bytes()))])
                .expect("a plain name")
                .digest()
        )
    };
    story.record("dave", "acknowledge", &part("manager"));
    assert_eq!((story.reasons(), story.approvals(LATER)[&id()].uncounted.len()), (vec![], 0));
    story.record("dave", "approve", &part("manager"));
    assert_eq!((story.reasons(), story.approvals(LATER)[&id()].uncounted.len()), (vec![], 1));
}
