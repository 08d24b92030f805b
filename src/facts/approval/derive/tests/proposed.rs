//! What stands in the way of a record before it is signed, decision by decision.

use super::*;
use crate::facts::approval::propose::{Ask, Proposal, propose};

const MANAGER: &str = "[[principal]]\nid = \"erin\"\nname = \"Erin\"\nemails = [\"erin@a.example\"]\n\
    team = \"shop\"\nroles = [\"change-manager\"]\n";

/// Submitted under a policy with Erin, who manages changes.
fn submitted(find: &str, replace: &str) -> Story {
    let mut files = policy(1, MANAGER);
    assert!(files[1].text.contains(find), "{find}");
    let text = files[1].text.replacen(find, replace, 1);
    files[1] = SourceFile::new(files[1].path.clone(), text.into_bytes());
    let mut story = Story::new();
    story.last().policy = Some(files);
    story.submit().land("2026-06-03T12:00:00Z");
    story
}

pub(super) fn ask(decision: Decision, person: &str) -> Ask<'_> {
    Ask {
        decision,
        person,
        role: None,
        meaning: None,
        reason: "It has to be.",
        only: None,
        incident: None,
        other: None,
        carry: false,
        at: "2026-06-04T00:00:00Z".parse().expect("an instant"),
    }
}

/// The proposal, or what stands in its way.
pub(super) fn told(story: &Story, id: &str, ask: &Ask<'_>) -> Result<Proposal, Vec<String>> {
    let found = propose(&story.all(LATER), &SubjectId::named(id), ask);
    found.map_err(|obstacles| obstacles.into_iter().map(|obstacle| obstacle.message).collect())
}

/// The role of a proposal on the change, or what stands in its way.
fn role(story: &Story, ask: &Ask<'_>) -> Result<Option<String>, Vec<String>> {
    told(story, "MCM-2026-0001", ask).map(|proposal| proposal.record.role)
}

fn only<T>(message: &str) -> Result<T, Vec<String>> {
    Err(vec![message.to_owned()])
}

#[test]
fn the_owner_withdraws_as_such_and_others_as_change_manager() {
    let story = submitted("", "");
    assert_eq!(role(&story, &ask(Decision::Withdraw, "alice")), Ok(None));
    assert_eq!(role(&story, &ask(Decision::Withdraw, "erin")), Ok(Some("change-manager".to_owned())));
    let no = "bob is neither owner of MCM-2026-0001 nor change manager";
    assert_eq!(role(&story, &ask(Decision::Withdraw, "bob")), only(no));
    let silent = Ask { reason: "", ..ask(Decision::Withdraw, "alice") };
    assert_eq!(role(&story, &silent), only("no reason is given to withdraw MCM-2026-0001"));
    let document = told(&story, "services/checkout", &ask(Decision::Withdraw, "erin"));
    let document = document.map(|_| ());
    assert_eq!(document, only("services/checkout is no change: only changes are meant to withdraw"));
}

#[test]
fn a_collision_is_with_another_change_that_is_there() {
    let mut story = submitted("", "");
    story.write("content/changes/2026/MCM-2026-0002/request.md", REQUEST, "bob");
    let with = |other| Ask { other: Some(other), ..ask(Decision::AcceptCollision, "erin") };
    let accepted = told(&story, "MCM-2026-0001", &with("MCM-2026-0002")).expect("nothing stands in the way");
    assert_eq!(accepted.record.other.as_deref(), Some("MCM-2026-0002"));
    assert_eq!(accepted.record.role.as_deref(), Some("change-manager"));
    for other in ["MCM-2026-0001", "MCM-2026-0009"] {
        assert_eq!(role(&story, &with(other)), Err(vec![format!("there is no other change {other}")]));
    }
    let no = "bob holds no role in which to accept-collision MCM-2026-0001";
    assert_eq!(role(&story, &Ask { person: "bob", ..with("MCM-2026-0002") }), only(no));
}

#[test]
fn an_outsider_is_of_no_team_that_is_affected() {
    let outsider = "require = [{ role = \"outsider\", min = 1 }";
    for (team, result) in [
        ("shop", only("erin holds no role in which to approve MCM-2026-0001")),
        ("network", Ok(Some("outsider".to_owned()))),
    ] {
        let mut story = submitted("require = [{ role = \"peer\", min = 1 }", outsider);
        let files = story.ledger.landings[0].policy.as_mut().expect("there is one");
        let text = files[1].text.replace("team = \"shop\"", &format!("team = \"{team}\""));
        files[1] = SourceFile::new(files[1].path.clone(), text.into_bytes());
        assert_eq!(role(&story, &ask(Decision::Approve, "erin")), result, "{team}");
    }
    let story = submitted("require = [{ role = \"peer\", min = 1 }", outsider);
    let as_outsider = Ask { role: Some("outsider"), ..ask(Decision::Approve, "bob") };
    assert_eq!(role(&story, &as_outsider), Ok(Some("outsider".to_owned())), "bob is of no team");
}

#[test]
fn a_role_is_found_where_only_one_is_open() {
    let mut story = submitted("", "");
    assert_eq!(role(&story, &ask(Decision::Approve, "carol")), Ok(Some("peer".to_owned())));
    let several = "dave could approve MCM-2026-0001 in several roles";
    assert_eq!(role(&story, &ask(Decision::Approve, "dave")), only(several));
    story.decide("carol", "approve", "peer");
    assert_eq!(role(&story, &ask(Decision::Approve, "dave")), Ok(Some("manager".to_owned())));
    story.decide("bob", "approve", "manager");
    assert_eq!(role(&story, &ask(Decision::Approve, "dave")), only(several), "none is open");
    let nobody = submitted(
        "require = [{ role = \"peer\", min = 1 }, { role = \"manager\", min = 1 }]",
        "require = []",
    );
    let no = "the policy asks nobody to approve a change of class minor";
    assert_eq!(role(&nobody, &ask(Decision::Approve, "dave")), only(no));
}

#[test]
fn a_review_is_of_a_post_mortem_or_a_document() {
    let mut story = submitted("", "");
    let whole = ask(Decision::Review, "carol");
    let of = |name| Ask { only: Some(name), ..ask(Decision::Review, "carol") };
    assert_eq!(role(&story, &whole), only("a review is of a post-mortem"));
    assert_eq!(role(&story, &of("runbook")), only("a review is of a post-mortem"));
    let missing = "MCM-2026-0001 has no post-mortem, which the record would cover";
    assert_eq!(role(&story, &of("post-mortem")), only(missing));
    story.write(&format!("{FOLDER}/post-mortem.md"), "---\ntitle: A\n---\n", "alice");
    let review = told(&story, "MCM-2026-0001", &of("post-mortem")).expect("nothing stands in the way");
    assert_eq!(review.record.covers, ["post-mortem"]);
    let document = told(&story, "services/checkout", &whole).expect("nothing stands in the way");
    assert_eq!(document.record.covers, [""; 0]);
}

#[test]
fn what_is_signed_is_held_against_what_was_signed_before() {
    let mut story = submitted("", "");
    story.decide("carol", "approve", "peer");
    story.decide("bob", "approve", "manager");
    let since = |story: &Story, person| {
        let ask = Ask { role: Some("peer"), ..ask(Decision::Approve, person) };
        let since = told(story, "MCM-2026-0001", &ask).expect("nothing stands in the way").since;
        since.map(|since| (since.commit, since.is_own))
    };
    assert_eq!(since(&story, "dave"), None, "it is what was approved");
    assert_eq!(since(&story, "carol"), None, "it is what carol approved");
    let (landing, own) = (story.last().commit.clone(), story.last().records[0].commit.clone());
    story.land("2026-06-05T12:00:00Z").write(
        &format!("{FOLDER}/runbook.md"),
        &format!("{RUNBOOK}\n"),
        "alice",
    );
    assert_eq!(since(&story, "dave"), Some((landing, false)));
    assert_eq!(since(&story, "carol"), Some((own, true)));
}

#[test]
fn what_is_not_whole_is_not_signed_and_what_is_signed_says_what_it_means() {
    let story = submitted("", "");
    let proposal =
        told(&story, "MCM-2026-0001", &ask(Decision::Approve, "carol")).expect("nothing is missing");
    let meaning =
        "I reviewed the plan, the rollback and the risk class; I approve execution in the stated slot.";
    assert_eq!(proposal.record.meaning.as_deref(), Some(meaning));
    let files: Vec<&str> = proposal.files.iter().map(|(name, _)| name.as_str()).collect();
    assert_eq!(files, ["request.md", "runbook.md"]);
    let mut story = submitted("", "");
    let path = BookPath::new(&format!("{FOLDER}/runbook.md")).expect("a path");
    story.last().changed.push((path, None));
    let missing = "MCM-2026-0001 has no runbook, which the record would cover";
    assert_eq!(role(&story, &ask(Decision::Approve, "carol")), only(missing));
    // Whoever is on no roster or wrote it is told so at once.
    let story = submitted("", "");
    let as_peer = |person| Ask { role: Some("peer"), ..ask(Decision::Approve, person) };
    let stranger = role(&story, &as_peer("mallory")).expect_err("nobody knows mallory");
    assert!(stranger.contains(&"mallory is nobody on the roster in force".to_owned()), "{stranger:?}");
    let own = role(&story, &as_peer("alice")).expect_err("alice wrote it");
    assert!(own[0].ends_with("one cannot approve one's own MCM-2026-0001"), "{own:?}");
    // A retraction means nothing beyond itself, and is of one's own decision.
    let mut story = submitted("", "");
    let none = "carol has decided nothing on MCM-2026-0001 that could be taken back";
    assert_eq!(role(&story, &ask(Decision::Retract, "carol")), only(none));
    let record = story.decide("carol", "approve", "peer");
    let retract = told(&story, "MCM-2026-0001", &ask(Decision::Retract, "carol")).expect("it is carol's");
    assert_eq!((retract.record.of, retract.record.meaning), (Some(record), None));
}
