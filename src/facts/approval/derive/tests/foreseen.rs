//! What a landing would make of approvals, what they allow, what tools are asked, and who signed an execution.

use super::*;
use crate::facts::approval::forecast::{Effect, effects};
use crate::facts::approval::record::{Unsigned, unsigned};
use crate::facts::approval::signed::in_vain;
use crate::facts::approval::stock::questions;

/// The effects of what a landing adds to a story.
fn effects_of(story: &mut Story, at: &str, add: impl FnOnce(&mut Story)) -> Vec<Effect> {
    let before = story.all(LATER);
    story.land(at);
    add(story);
    effects(&before, &story.all(LATER), LATER.parse().expect("an instant"))
}

#[test]
fn a_landing_has_an_effect_where_it_decides_changes_or_loses_something() {
    use ApprovalStatus as S;
    let mut story = Story::new();
    story.submit();
    assert_eq!(effects_of(&mut story, "2026-06-03T12:00:00Z", |_| {}), []);
    // Somebody signs, and the status stays.
    let signed = effects_of(&mut story, "2026-06-03T13:00:00Z", |story| {
        story.decide("carol", "approve", "peer");
    });
    let of = |before: Option<S>, after, files: &[&str]| Effect {
        id: id(),
        before,
        after: Some(after),
        files: files.iter().map(|file| (*file).to_owned()).collect(),
        lost: Vec::new(),
    };
    assert_eq!(signed, [of(Some(S::InReview), S::InReview, &[])]);
    // A file that nobody signs.
    let told = effects_of(&mut story, "2026-06-03T14:00:00Z", |story| {
        story.write(&format!("{FOLDER}/notice-a.md"), "---\ntitle: A\n---\n", "alice");
    });
    assert_eq!(told, [of(Some(S::InReview), S::InReview, &["notice-a.md"])]);
    let approved = effects_of(&mut story, "2026-06-03T15:00:00Z", |story| {
        // Whoever owns it signs in vain.
        story.decide("alice", "approve", "manager");
        story.decide("bob", "approve", "manager");
    });
    assert_eq!(approved, [of(Some(S::InReview), S::Approved, &[])]);
    let edited = effects_of(&mut story, "2026-06-04T12:00:00Z", |story| {
        story.write(&format!("{FOLDER}/runbook.md"), &format!("{RUNBOOK}\n"), "alice");
    });
    let [edited] = &edited[..] else { panic!("{edited:?}") };
    assert_eq!((edited.before, edited.after), (Some(S::Approved), Some(S::Stale)));
    let mut lost: Vec<(&str, Option<&str>, usize, bool)> = Vec::new();
    for one in &edited.lost {
        lost.push((&one.person, one.role.as_deref(), one.reasons.len(), one.may_sign_again));
    }
    assert_eq!(lost, [("carol", Some("peer"), 0, true), ("bob", Some("manager"), 0, true)]);
}

#[test]
fn what_a_policy_takes_away_says_why() {
    let mut story = approved();
    let key = key(2).fingerprint(HashAlg::Sha256);
    let revoked = format!(
        "[[revocation]]\nkey = \"{key}\"\nkind = \"compromised\"\nsince = \"2026-06-02T00:00:00Z\"\n"
    );
    let (old, new) = (policy(1, ""), policy(2, &revoked));
    let found = effects_of(&mut story, "2026-06-05T12:00:00Z", |story| {
        story.amend(&old, &new, 2);
    });
    let [found] = &found[..] else { panic!("{found:?}") };
    assert_eq!(found.after, Some(ApprovalStatus::Revoked));
    let [lost] = &found.lost[..] else { panic!("{found:?}") };
    assert_eq!((lost.person.as_str(), lost.may_sign_again), ("bob", true), "with another key");
    assert_eq!(lost.reasons.iter().map(|(reason, _)| *reason).collect::<Vec<_>>(), [Reason::KeyCompromised]);
}

#[test]
fn a_policy_that_asks_for_less_has_an_effect_without_any_record() {
    let mut story = Story::new();
    story.submit().land("2026-06-03T12:00:00Z");
    story.decide("carol", "approve", "peer");
    story.decide("bob", "approve", "peer");
    let old = policy(1, "");
    let mut new = policy(2, "");
    let text = new[1].text.replacen("min = 1 }, { role = \"manager\", min = 1 }", "min = 2 }", 1);
    new[1] = SourceFile::new(new[1].path.clone(), text.into_bytes());
    let found = effects_of(&mut story, "2026-06-05T12:00:00Z", |story| {
        story.amend(&old, &new, 2);
    });
    let [found] = &found[..] else { panic!("{found:?}") };
    assert_eq!((found.before, found.after), (Some(ApprovalStatus::InReview), Some(ApprovalStatus::Approved)));
    assert_eq!(found.lost, []);
}

#[test]
fn what_fills_no_place_may_do_so_later_or_never() {
    let mut story = Story::new();
    story.submit().land("2026-06-03T12:00:00Z");
    let own = story.decide("alice", "approve", "manager");
    let (first, second) = (story.decide("bob", "approve", "manager"), story.decide("bob", "approve", "peer"));
    let all = story.all(LATER);
    let told = |record: &str| in_vain(&all, &id(), record).map(|(reason, _, never)| (reason, never));
    assert_eq!(told(&own), Some((Reason::SelfApproval, true)));
    // One of the two fills a place.
    let mut both = [told(&first), told(&second)];
    both.sort();
    assert_eq!(both, [None, Some((Reason::DuplicatePrincipal, false))]);
    assert_eq!(told(&"f".repeat(40)), None);
}

#[test]
fn a_collision_is_accepted_by_the_change_manager_for_the_content_that_stands() {
    let erin = "[[principal]]\nid = \"erin\"\nname = \"Erin\"\nemails = [\"erin@a.example\"]\n\
                roles = [\"change-manager\"]\n";
    let accepted = |role: &str, is_edited: bool| {
        let mut story = Story::new();
        story.last().policy = Some(policy(1, erin));
        story.submit().land("2026-06-03T12:00:00Z");
        let trailers = format!(
            "Mcm-Role: {role}\nMcm-Meaning: I know of it.\nMcm-Document: MCM-2026-0001\n\
             Mcm-Covers: request, runbook\nMcm-Subject: {{digest}}\nMcm-Other: MCM-2026-0002\n"
        );
        story.record("erin", "accept-collision", &trailers);
        assert_eq!(story.reasons(), [], "{role}");
        if is_edited {
            story.land("2026-06-04T12:00:00Z");
            story.write(&format!("{FOLDER}/runbook.md"), &format!("{RUNBOOK}\n"), "alice");
        }
        let grants = Grants::of(&story.all(LATER));
        grants.changes["MCM-2026-0001"].accepted.iter().cloned().collect::<Vec<_>>()
    };
    assert_eq!(accepted("change-manager", false), ["MCM-2026-0002"]);
    assert_eq!(accepted("change-manager", true), [""; 0]);
    assert_eq!(accepted("peer", false), [""; 0]);
}

#[test]
fn tools_are_asked_by_the_keys_that_governed_and_about_signatures_alone() {
    let mut story = Story::new();
    story.submit().land("2026-06-03T12:00:00Z");
    story.decide("carol", "approve", "manager");
    assert_eq!(story.reasons(), [Reason::RoleNotHeld]);
    story.decide("mallory", "approve", "peer");
    let (old, new) = (policy(1, ""), policy(2, "[class.major]\ndistinct_principals = 1\n"));
    story.land("2026-06-04T12:00:00Z").amend(&old, &new, 2);
    story.decide("carol", "approve", "peer");
    story.land("2026-06-05T12:00:00Z");
    story.decide("bob", "approve", "manager");
    let all = story.all(LATER);
    let (asked, unasked) = questions(&all, &story.ledger, |id| id.is_some_and(|id| !id.is_document()));
    assert_eq!(unasked, []);
    let (old, new) = (digest_of(&old), digest_of(&new));
    let told: Vec<(&str, ContentHash, Vec<Reason>)> = asked
        .iter()
        .map(|one| {
            (one.signer, one.keys.policy, one.reasons.iter().map(|(reason, _)| *reason).collect::<Vec<_>>())
        })
        .collect();
    let unknown = vec![Reason::KeyUnknown];
    let expected =
        [("carol", old, vec![]), ("mallory", old, unknown), ("carol", old, vec![]), ("bob", new, vec![])];
    assert_eq!(told, expected, "the policy of a landing governs those that follow");
}

#[test]
fn an_execution_is_signed_by_who_carried_it_out_and_as_it_stands() {
    let path = format!("{FOLDER}/execution-1.md");
    let log = BookPath::new(&path).expect("a path");
    let write = |story: &mut Story, text: &str, who: &str, seed: Option<u8>| {
        story.land("2026-06-20T11:00:00Z").write(&path, text, who);
        let raw = seed.map(|seed| signed(seed, &"1".repeat(40), who, "Record the execution\n"));
        let edit = Arc::make_mut(story.last().edits.last_mut().expect("it was written"));
        edit.signed = raw.map(|raw| raw.into_bytes().into());
    };
    let missing =
        |story: &Story| unsigned(&story.all("2026-06-21T00:00:00Z").subjects[&id()].0, &log, "dave");
    let mut story = approved();
    assert_eq!(missing(&story), None, "there is none");
    write(&mut story, "a", "dave", None);
    assert_eq!(missing(&story), Some(Unsigned::AsItStands));
    write(&mut story, "b", "dave", Some(99));
    assert_eq!(missing(&story), Some(Unsigned::AsItStands), "by a key of nobody");
    write(&mut story, "c", "bob", Some(2));
    assert_eq!(missing(&story), Some(Unsigned::ByOperator));
    write(&mut story, "d", "dave", Some(4));
    assert_eq!(missing(&story), None);
    write(&mut story, "e", "bob", Some(2));
    assert_eq!(missing(&story), None, "somebody else mended what the operator had signed");
    write(&mut story, "f", "dave", None);
    assert_eq!(missing(&story), Some(Unsigned::AsItStands));
}

#[test]
fn without_a_policy_nothing_is_known_of_signatures() {
    let mut story = approved();
    assert_eq!(Grants::of(&story.all(LATER)).unknown, None);
    assert!(Grants::of(&story.all(LATER)).changes.contains_key("MCM-2026-0001"));
    story.ledger = Ledger::default();
    let grants = Grants::of(&story.all(LATER));
    assert_eq!(grants.unknown.as_deref(), Some("there is no policy on the mainline"));
    assert!(grants.changes.is_empty());
}
