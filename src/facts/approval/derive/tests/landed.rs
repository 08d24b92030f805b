//! What the pass keeps from landing to landing: moments, revocations, submissions, executions, editors.

use super::*;
use crate::facts::approval::subject::is_in_own_year;
use crate::inputs::policy::ClassName;

fn pass<'a>(story: &'a Story, as_of: &str) -> Pass<'a> {
    Pass::run(&story.ledger, &story.config, as_of.parse().expect("an instant"), &[])
        .expect("there is a policy")
}

/// Lands a policy that all four have signed, beside the votes.
fn amend(story: &mut Story, at: &str, serial: u32, extra: &str) {
    let old =
        story.ledger.landings.iter().rev().find_map(|landing| landing.policy.clone()).expect("a policy");
    let new = policy(serial, extra);
    story.land(at).amend(&old, &new, u64::from(serial));
    assert_eq!(u64::from(serial), pass(story, LATER).effective.policy.serial);
}

pub(super) fn revocation(seed: u8, kind: &str, since: &str) -> String {
    let key = key(seed).fingerprint(HashAlg::Sha256);
    format!("[[revocation]]\nkey = \"{key}\"\nkind = \"{kind}\"\nsince = \"{since}\"\n")
}

#[test]
fn a_landing_counts_up_to_five_minutes_ahead_of_the_moment() {
    let story = approved();
    assert_eq!(story.status_at("2026-06-03T11:55:00Z"), ApprovalStatus::Approved);
    assert_eq!(story.status_at("2026-06-03T11:54:59Z"), ApprovalStatus::InReview);
}

#[test]
fn what_the_trust_root_brings_is_not_judged() {
    let mut story = Story::new();
    story.write(&format!("{FOLDER}/request.md"), REQUEST, "alice");
    story.write(&format!("{FOLDER}/runbook.md"), RUNBOOK, "alice");
    story.decide("carol", "approve", "peer");
    story.decide("bob", "approve", "manager");
    story.ledger.roots = vec![0];
    let found = pass(&story, LATER);
    assert_eq!(found.effective.history.len(), 1, "the first root begins nothing anew");
    let subject = &found.subjects[&id()];
    assert_eq!((subject.records.len(), subject.approved.len()), (0, 0));
    assert_eq!(story.status(), ApprovalStatus::BeforeAdoption);
    // Its services stand beside its requests: no service was unknown before.
    let need = subject.need.as_ref().expect("it has a request");
    assert_eq!(need.services, ["checkout"]);
    let mut later = Story::new();
    later.submit();
    assert_eq!(Some(need), pass(&later, LATER).subjects[&id()].need.as_ref());
}

#[test]
fn who_wrote_it_before_adoption_does_not_approve_it_afterwards() {
    let begun = |who: &str| {
        let mut story = Story::new();
        story.write(&format!("{FOLDER}/request.md"), REQUEST, "alice");
        story.write(&format!("{FOLDER}/runbook.md"), RUNBOOK, who).land("2026-06-03T12:00:00Z");
        story.decide("carol", "approve", "peer");
        story.decide("bob", "approve", "manager");
        story
    };
    for (who, status) in [
        ("dave", ApprovalStatus::Approved),
        ("bob", ApprovalStatus::InReview),
        ("carol", ApprovalStatus::InReview),
        ("stranger", ApprovalStatus::InReview),
    ] {
        assert_eq!(begun(who).status(), status, "{who}");
    }
    // Admins say whose address it is; whoever that is stands among the editors.
    for (whose, status) in [("dave", ApprovalStatus::Approved), ("bob", ApprovalStatus::InReview)] {
        let mut story = begun("stranger");
        let old = policy(1, "");
        let own = format!("\"{whose}@a.example\"");
        let new = reworded(policy(2, ""), 1, &own, &format!("{own}, \"stranger@a.example\""));
        story.land("2026-06-04T12:00:00Z").amend(&old, &new, 2);
        story.land("2026-06-05T12:00:00Z");
        assert_eq!(story.status(), status, "{whose}");
    }
}

#[test]
fn a_document_that_only_moves_is_the_one_that_it_was() {
    let mut story = Story::new();
    let [plain, folder] = ["content/services/checkout.md", "content/services/checkout/index.md"];
    for (from, to) in [(plain, folder), (folder, plain)] {
        story.land("2026-06-02T12:00:00Z").write(to, SERVICE, "alice");
        let gone = BookPath::new(from).expect("a path");
        story.last().changed.push((gone, None));
        story.last().changed.sort_by(|(a, _), (b, _)| a.cmp(b));
        let status = story.approvals(LATER)[&SubjectId::named("services/checkout")].status;
        assert_eq!(status, ApprovalStatus::BeforeAdoption, "to {to}");
    }
}

#[test]
fn a_key_that_is_compromised_later_takes_its_records_with_it() {
    let mut story = approved();
    amend(&mut story, "2026-06-04T12:00:00Z", 2, &revocation(2, "retired", "2026-06-02T00:00:00Z"));
    assert_eq!((story.status(), story.reasons()), (ApprovalStatus::Approved, vec![]), "retired only");
    // The one revocation takes the other's place in the file.
    amend(&mut story, "2026-06-05T12:00:00Z", 3, &revocation(2, "compromised", "2026-06-02T00:00:00Z"));
    assert_eq!(story.status(), ApprovalStatus::Revoked);
    assert_eq!(story.reasons(), [Reason::KeyCompromised]);
    let more =
        revocation(2, "compromised", "2026-06-02T00:00:00Z") + "[class.major]\ndistinct_principals = 1\n";
    amend(&mut story, "2026-06-06T12:00:00Z", 4, &more);
    assert_eq!(story.reasons(), [Reason::KeyCompromised], "told once");
}

#[test]
fn enough_admins_let_a_record_count_again_and_it_stays_so() {
    let reinstate = |story: &mut Story, who: &str, record: &str| {
        story.record(who, "reinstate", &format!("Mcm-Meaning: It was bob.\nMcm-Of: {record}\n"));
    };
    let mut story = Story::new();
    story.submit().land("2026-06-03T12:00:00Z");
    story.decide("carol", "approve", "peer");
    let record = story.decide("bob", "approve", "manager");
    let compromised = revocation(2, "compromised", "2026-06-02T00:00:00Z");
    amend(&mut story, "2026-06-04T12:00:00Z", 2, &compromised);
    story.land("2026-06-05T12:00:00Z");
    reinstate(&mut story, "alice", &record);
    assert_eq!(story.status(), ApprovalStatus::Revoked, "one of two");
    reinstate(&mut story, "alice", &record);
    assert_eq!(story.status(), ApprovalStatus::Revoked, "the same one again");
    reinstate(&mut story, "mallory", &record);
    reinstate(&mut story, "bob", &record);
    assert_eq!(story.status(), ApprovalStatus::Revoked, "neither a stranger nor the key itself");
    let other = story.ledger.landings[2].records[0].commit.clone();
    reinstate(&mut story, "dave", &other);
    assert_eq!(story.status(), ApprovalStatus::Revoked, "another record");
    reinstate(&mut story, "dave", &record);
    assert_eq!(story.status(), ApprovalStatus::Approved);
    // A policy that says the same of the key, and something else of another matter, takes nothing back.
    let more = format!("{compromised}[class.major]\ndistinct_principals = 1\n");
    amend(&mut story, "2026-06-06T12:00:00Z", 3, &more);
    assert_eq!(story.status(), ApprovalStatus::Approved, "what was reinstated stays so");
    // One that says something new of the key does, and what was signed before is no answer to it.
    amend(&mut story, "2026-06-07T12:00:00Z", 4, &revocation(2, "compromised", "2026-06-01T00:00:00Z"));
    assert_eq!(story.status(), ApprovalStatus::Revoked);
    story.land("2026-06-08T12:00:00Z");
    reinstate(&mut story, "alice", &record);
    assert_eq!(story.status(), ApprovalStatus::Revoked, "one of two, anew");
    reinstate(&mut story, "dave", &record);
    assert_eq!(story.status(), ApprovalStatus::Approved);
    let both = revocation(2, "compromised", "2026-06-01T00:00:00Z")
        + &revocation(2, "compromised", "2026-05-01T00:00:00Z");
    amend(&mut story, "2026-06-09T12:00:00Z", 5, &both);
    assert_eq!(story.status(), ApprovalStatus::Revoked, "one of the two revocations is answered");
}

#[test]
fn who_is_no_admin_reinstates_nothing() {
    let erin = "[[principal]]\nid = \"erin\"\nname = \"erin\"\nemails = []\nroles = [\"manager\"]\n";
    let mut story = Story::new();
    story.last().policy = Some(policy(1, erin));
    story.submit().land("2026-06-03T12:00:00Z");
    story.decide("carol", "approve", "peer");
    let record = story.decide("bob", "approve", "manager");
    let more = format!("{erin}{}", revocation(2, "compromised", "2026-06-02T00:00:00Z"));
    amend(&mut story, "2026-06-04T12:00:00Z", 2, &more);
    story.land("2026-06-05T12:00:00Z");
    for (who, status) in [
        ("alice", ApprovalStatus::Revoked),
        ("erin", ApprovalStatus::Revoked),
        ("carol", ApprovalStatus::Approved),
    ] {
        story.record(who, "reinstate", &format!("Mcm-Meaning: It was bob.\nMcm-Of: {record}\n"));
        assert_eq!((story.status(), story.reasons().len() < 2), (status, true), "{who}");
    }
}

#[test]
fn a_change_is_submitted_with_its_request_and_a_page_outside_of_drafts() {
    let submitted = |story: &Story, id: &str| {
        pass(story, LATER).subjects[&SubjectId::named(id)].submitted.map(|at| at.to_string())
    };
    let mut story = Story::new();
    story.land("2026-06-02T12:00:00Z").write(&format!("{FOLDER}/runbook.md"), RUNBOOK, "alice");
    assert_eq!(submitted(&story, "MCM-2026-0001"), None, "a runbook alone");
    story.land("2026-06-03T12:00:00Z").write(&format!("{FOLDER}/request.md"), REQUEST, "alice");
    story.land("2026-06-04T12:00:00Z").write(
        &format!("{FOLDER}/request.md"),
        &format!("{REQUEST}\n"),
        "alice",
    );
    assert_eq!(submitted(&story, "MCM-2026-0001").as_deref(), Some("2026-06-03T12:00:00Z"), "once, for ever");
    story.write("content/drafts/page.md", "---\ntitle: A\n---\n", "alice");
    assert_eq!(submitted(&story, "drafts/page"), None);
    story.write("content/guide/page.md", "---\ntitle: A\n---\n", "alice");
    assert!(submitted(&story, "guide/page").is_some());
    let gone = BookPath::new("content/guide/gone.md").expect("a path");
    story.last().changed.push((gone, None));
    let found = pass(&story, LATER);
    let gone = found.subjects.get(&SubjectId::named("guide/gone"));
    assert_eq!(gone.and_then(|subject| subject.submitted), None, "what goes is not submitted by that");
}

#[test]
fn an_execution_binds_what_it_cites_where_that_stood() {
    let slot_is_over = "2026-06-21T00:00:00Z";
    let digest = |story: &Story| pass(story, LATER).subjects[&id()].contents.last().expect("one").0;
    let mut story = approved();
    let approved_digest = digest(&story);
    assert_eq!(story.status_at(slot_is_over), ApprovalStatus::Expired);
    story.land("2026-06-20T10:30:00Z").run(approved_digest, "completed", Some(4));
    assert_eq!(story.status_at(slot_is_over), ApprovalStatus::Approved);
    // Later edits change nothing: it is judged by what was carried out.
    story.land("2026-06-20T13:00:00Z");
    story.write(&format!("{FOLDER}/runbook.md"), &format!("{RUNBOOK}\n"), "dave");
    assert_eq!(story.status_at(slot_is_over), ApprovalStatus::Approved);
    // In the landing in which the plan is edited as well, it may cite what stood before.
    let mut story = approved();
    story.land("2026-06-20T10:30:00Z").run(approved_digest, "completed", Some(4));
    story.write(&format!("{FOLDER}/runbook.md"), &format!("{RUNBOOK}\n"), "dave");
    assert_eq!(story.status_at(slot_is_over), ApprovalStatus::Approved);
    // What is gone comes back by no citation.
    let mut story = approved();
    story.land("2026-06-20T10:00:00Z");
    story.write(&format!("{FOLDER}/runbook.md"), &format!("{RUNBOOK}\n"), "dave");
    story.land("2026-06-20T10:30:00Z").run(approved_digest, "completed", Some(4));
    assert_eq!(story.status_at(slot_is_over), ApprovalStatus::Stale);
    // An attempt that was called off binds nothing, and neither does another kind of document.
    let mut story = approved();
    story.land("2026-06-20T10:30:00Z").run(approved_digest, "aborted_before_start", Some(4));
    assert_eq!(story.status_at(slot_is_over), ApprovalStatus::Expired);
    let text = format!("---\ntitle: A\nfor: MCM-2026-0001\napproval_set: sha256:{approved_digest}\n---\n");
    story.write(&format!("{FOLDER}/rehearsal-1.md"), &text, "dave");
    assert_eq!(story.status_at(slot_is_over), ApprovalStatus::Expired);
}

#[test]
fn an_execution_binds_when_somebody_on_the_roster_has_signed_for_it() {
    let slot_is_over = "2026-06-21T00:00:00Z";
    let begun = || {
        let mut story = approved();
        let digest = story.all(LATER).subjects[&id()].1.digest.expect("it is whole");
        story.land("2026-06-20T10:30:00Z");
        (story, digest)
    };
    for (seed, status) in [
        (None, ApprovalStatus::Expired),
        (Some(99), ApprovalStatus::Expired),
        (Some(4), ApprovalStatus::Approved),
    ] {
        let (mut story, digest) = begun();
        story.run(digest, "completed", seed);
        assert_eq!(story.status_at(slot_is_over), status, "{seed:?}");
    }
    let (mut story, digest) = begun();
    story.run(digest, "completed", None);
    let why = &story.approvals(slot_is_over)[&id()].why;
    let unsigned = format!("; nobody on the roster signed {FOLDER}/execution-1.md");
    assert_eq!(*why, format!("its slot ended unused at 2026-06-20T12:00:00Z{unsigned}"));
    // Each commit that wrote the record in the landing has to be signed, whatever stands beside it.
    for last in [Some(4), None] {
        let (mut story, digest) = begun();
        story.run(digest, "completed", if last.is_some() { None } else { Some(4) });
        story.run(digest, "completed", last);
        assert_eq!(story.status_at(slot_is_over), ApprovalStatus::Expired);
    }
    // Somebody signs for it later.
    let (mut story, digest) = begun();
    story.run(digest, "completed", None).land("2026-06-20T14:00:00Z").run(digest, "failed", Some(2));
    assert_eq!(story.status_at(slot_is_over), ApprovalStatus::Approved);
    // An edit of the plan is not approved because a record beside it cites what was.
    let (mut story, digest) = begun();
    story.run(digest, "completed", None).write(
        &format!("{FOLDER}/runbook.md"),
        &format!("{RUNBOOK}\n"),
        "mallory",
    );
    assert_eq!(story.status(), ApprovalStatus::Approved);
    assert_eq!(story.status_at(slot_is_over), ApprovalStatus::Stale);
}

#[test]
fn a_class_that_rises_afterwards_takes_nothing_back_and_one_that_falls_gives_nothing() {
    let class = |story: &Story| pass(story, LATER).subjects[&id()].need.clone().expect("a request").class;
    let mut story = approved();
    story.ledger.landings[0].policy = Some(policy(1, BY_TIER));
    assert_eq!((story.status(), class(&story)), (ApprovalStatus::Approved, ClassName::Minor));
    story.land("2026-06-04T12:00:00Z");
    story.write("content/services/checkout.md", &SERVICE.replace("tier: 2", "tier: 1"), "alice");
    story.write(&format!("{FOLDER}/notice-a.md"), "---\ntitle: A\n---\n", "alice");
    assert_eq!((story.status(), class(&story)), (ApprovalStatus::Approved, ClassName::Minor), "pinned");
    // Before anything is approved it follows, up at once and down from the next landing on.
    let mut story = Story::new();
    story.ledger.landings[0].policy = Some(policy(1, BY_TIER));
    story.submit();
    assert_eq!(class(&story), ClassName::Minor);
    story.land("2026-06-04T12:00:00Z");
    story.write("content/services/checkout.md", &SERVICE.replace("tier: 2", "tier: 0"), "alice");
    story.write(&format!("{FOLDER}/request.md"), &format!("{REQUEST}\n"), "alice");
    assert_eq!(class(&story), ClassName::Major);
    story.land("2026-06-05T12:00:00Z");
    story.write("content/services/checkout.md", SERVICE, "alice");
    story.write(&format!("{FOLDER}/request.md"), REQUEST, "alice");
    assert_eq!(class(&story), ClassName::Major, "nobody lowers a service with the change that it is for");
    story.land("2026-06-06T12:00:00Z");
    story.write(&format!("{FOLDER}/request.md"), &format!("{REQUEST}\n\n"), "alice");
    assert_eq!(class(&story), ClassName::Minor);
}

#[test]
fn what_was_not_enough_for_a_class_is_not_made_enough_by_an_edit() {
    let major = BY_TIER.replace("principals = 1", "principals = 3").replace("min = 1", "min = 2");
    let tier = |story: &mut Story, at: &str, tier: &str| {
        story.land(at).write("content/services/checkout.md", &SERVICE.replace("tier: 2", tier), "alice");
    };
    let signed = |story: &mut Story, people: &[(&str, &str)]| {
        for (who, role) in people {
            story.decide(who, "approve", role);
        }
    };
    let (two, runbook) = ([("carol", "peer"), ("bob", "manager")], format!("{FOLDER}/runbook.md"));
    let mut story = Story::new();
    story.last().policy = Some(policy(1, &major));
    story.write("content/services/checkout.md", &SERVICE.replace("tier: 2", "tier: 1"), "alice");
    story.submit().land("2026-06-03T12:00:00Z");
    signed(&mut story, &two);
    assert_eq!(story.status(), ApprovalStatus::InReview, "a second manager is missing");
    tier(&mut story, "2026-06-04T12:00:00Z", "tier: 2");
    for text in ["A", "B"] {
        let notice = format!("---\ntitle: {text}\n---\n");
        story.land("2026-06-04T13:00:00Z").write(&format!("{FOLDER}/notice-a.md"), &notice, "alice");
        assert_eq!(story.status(), ApprovalStatus::InReview, "a commit beside it");
    }
    story.land("2026-06-04T14:00:00Z").write(&runbook, &format!("{RUNBOOK}\n"), "alice");
    story.land("2026-06-04T15:00:00Z").write(&runbook, RUNBOOK, "alice");
    assert_eq!(story.status(), ApprovalStatus::InReview, "there and back");
    let mut other = story.clone();
    signed(&mut story, &[("dave", "manager")]);
    assert_eq!(story.status(), ApprovalStatus::InReview, "alice, bob and dave are three, and alice wrote it");
    // What nobody has signed yet needs what its services ask for now.
    other.land("2026-06-05T12:00:00Z").write(&runbook, &format!("{RUNBOOK}\n\n"), "alice");
    other.land("2026-06-05T13:00:00Z");
    signed(&mut other, &two);
    assert_eq!((other.reasons(), other.status()), (Vec::new(), ApprovalStatus::Approved));
}

#[test]
fn editors_are_those_since_what_was_approved_before() {
    let runbook = |nth: usize| format!("{RUNBOOK}{}", "\n".repeat(nth));
    let path = format!("{FOLDER}/runbook.md");
    let mut story = Story::new();
    story.submit();
    // Somebody else has requested it than wrote it.
    let of_erin = REQUEST.replace("owner: alice", "owner: erin");
    story.write(&format!("{FOLDER}/request.md"), &of_erin, "alice").land("2026-06-03T12:00:00Z");
    story.decide("carol", "approve", "peer");
    story.decide("bob", "approve", "manager");
    // Bob approved the first content; what dave writes afterwards alice may approve, who wrote the first.
    story.land("2026-06-04T12:00:00Z").write(&path, &runbook(1), "dave");
    story.land("2026-06-05T12:00:00Z");
    story.decide("carol", "approve", "peer");
    story.decide("dave", "approve", "manager");
    assert_eq!(story.status(), ApprovalStatus::Stale, "dave wrote it");
    story.decide("alice", "approve", "manager");
    assert_eq!(story.status(), ApprovalStatus::Approved, "alice wrote what was approved without her");
    // Who touches it once it is approved takes nothing from it; not even by going back to it.
    story.land("2026-06-06T12:00:00Z").write(&path, &runbook(2), "carol");
    story.land("2026-06-07T12:00:00Z").write(&path, &runbook(1), "carol");
    assert_eq!(story.status(), ApprovalStatus::Approved);
    // In the landing with which a content is approved its writer is among the editors.
    let mut story = Story::new();
    story.submit();
    story.decide("carol", "approve", "peer");
    story.decide("alice", "approve", "manager");
    assert_eq!(story.status(), ApprovalStatus::InReview);
    // Whoever wrote the content that was approved before is no editor of the next, in its own landing either.
    let mut story = approved();
    story.last().edits.push(Arc::new(Edit {
        commit: "e".repeat(40),
        emails: vec!["dave@a.example".to_owned()].into(),
        coauthors: 0,
        signed: None,
        paths: vec![BookPath::new(&path).expect("a path")],
    }));
    story.land("2026-06-04T12:00:00Z").write(&path, &runbook(1), "bob");
    story.decide("carol", "approve", "peer");
    story.decide("dave", "approve", "manager");
    assert_eq!(story.status(), ApprovalStatus::Approved);
}

#[test]
fn files_in_the_folder_of_another_year_claim_the_id() {
    let stray = "content/changes/2025/MCM-2026-0001/request.md";
    let mut story = approved();
    story.land("2026-06-04T12:00:00Z").write(stray, REQUEST, "dave");
    let approval = &story.approvals(LATER)[&id()];
    assert_eq!(
        (approval.status, approval.why.as_str()),
        (ApprovalStatus::Invalid, "several files have its id")
    );
    assert!(pass(&story, LATER).subjects[&id()].files.contains_key("request.md"));
    let gone = BookPath::new(stray).expect("a path");
    story.land("2026-06-05T12:00:00Z").last().changed.push((gone, None));
    assert_eq!(story.status(), ApprovalStatus::Approved, "it is gone again");
    assert!(is_in_own_year(
        &BookPath::new(&format!("{FOLDER}/request.md")).expect("a path"),
        "MCM-2026-0001"
    ));
    assert!(!is_in_own_year(&BookPath::new(stray).expect("a path"), "MCM-2026-0001"));
}

#[test]
fn what_replaces_an_approved_change_supersedes_it() {
    let second = "content/changes/2026/MCM-2026-0002";
    let mut story = approved();
    story.land("2026-06-04T12:00:00Z");
    let request = REQUEST.replace("title: A change", "title: Another\nsupersedes: MCM-2026-0001");
    story.write(&format!("{second}/request.md"), &request, "alice");
    let runbook = RUNBOOK.replace("0001", "0002");
    story.write(&format!("{second}/runbook.md"), &runbook, "alice");
    assert_eq!(story.status(), ApprovalStatus::Approved, "nobody has approved the other");
    let files = |story: &Story| {
        let own = story.files.iter().filter_map(|(path, text)| {
            let name = path.strip_prefix(second)?.strip_prefix('/')?.to_owned();
            Some((name, ContentHash::of(text.as_bytes())))
        });
        own.collect::<Vec<_>>()
    };
    for (who, role) in [("carol", "peer"), ("bob", "manager")] {
        let digest = Manifest::of(files(&story)).expect("plain paths").digest();
        story.record(
            who,
            "approve",
            &format!(
                "Mcm-Role: {role}\nMcm-Meaning: I read it.\nMcm-Document: MCM-2026-0002\n\
                 Mcm-Covers: request, runbook\nMcm-Subject: sha256:{digest}\n"
            ),
        );
        let own = files(&story);
        story.last().records.last_mut().expect("a record").files = Some(own.into());
    }
    assert_eq!(story.approvals(LATER)[&SubjectId::named("MCM-2026-0002")].status, ApprovalStatus::Approved);
    let old = &story.approvals(LATER)[&id()];
    assert_eq!((old.status, old.why.as_str()), (ApprovalStatus::Superseded, "MCM-2026-0002 replaces it"));
    let slots_are_over = "2026-07-01T00:00:00Z";
    assert_eq!(story.status_at(slots_are_over), ApprovalStatus::Superseded, "time gives nothing back");
    // Whatever is edited afterwards brings nothing back: another plan, another request, a second file of the id.
    let stray = "content/changes/2025/MCM-2026-0002/request.md";
    for (path, text) in [("runbook.md", format!("{runbook}\n")), ("request.md", REQUEST.to_owned())] {
        story.land("2026-06-05T12:00:00Z").write(&format!("{second}/{path}"), &text, "dave");
        assert_eq!(story.status(), ApprovalStatus::Superseded, "{path}");
    }
    story.land("2026-06-06T12:00:00Z").write(stray, REQUEST, "dave");
    assert_eq!(story.status(), ApprovalStatus::Superseded);
    // Its owner ends the successor, and the first change stands again.
    story.land("2026-06-07T12:00:00Z");
    let digest = Manifest::of(files(&story)).expect("plain paths").digest();
    let trailers = format!("Mcm-Meaning: No.\nMcm-Document: MCM-2026-0002\nMcm-Subject: sha256:{digest}\n");
    story.record("alice", "withdraw", &format!("{trailers}Mcm-Covers: request, runbook\n"));
    let own = files(&story);
    story.last().records.last_mut().expect("a record").files = Some(own.into());
    assert_eq!((story.reasons(), story.status()), (Vec::new(), ApprovalStatus::Approved));
}

#[test]
fn an_observer_says_when_a_landing_was_first_seen() {
    let mut story = Story::new();
    story.last().policy = Some(policy(1, &observer(50)));
    story.submit().land("2026-06-03T12:00:00Z");
    story.decide("carol", "approve", "peer");
    let evidence = |story: &Story, as_of: &str| {
        let found = pass(story, as_of);
        let landed = &found.subjects[&id()].records[0];
        (landed.evidence().0.to_string(), landed.evidence().1, landed.proven, landed.witnessed.is_some())
    };
    let claimed = ("2026-06-03T12:00:00Z".to_owned(), 1, 1, false);
    assert_eq!(evidence(&story, LATER), claimed);
    story.see(51, 2, "2026-06-04T00:00:00Z", "test");
    story.see(50, 2, "2026-06-04T00:00:00Z", "elsewhere");
    story.see(50, 1, "2026-06-02T13:00:00Z", "test");
    assert_eq!(evidence(&story, LATER), claimed, "another key, another book, what was there before");
    story.land("2026-06-04T12:00:00Z");
    story.see(50, 3, "2026-06-05T00:00:00Z", "test");
    let seen = |at: &str| (at.to_owned(), 2, 2, true);
    assert_eq!(
        evidence(&story, LATER),
        seen("2026-06-05T00:00:00Z"),
        "whoever saw the head saw what it holds"
    );
    story.see(50, 2, "2026-06-06T00:00:00Z", "test");
    assert_eq!(evidence(&story, LATER), seen("2026-06-05T00:00:00Z"), "the first time counts");
    assert_eq!(evidence(&story, "2026-06-04T23:55:00Z"), seen("2026-06-05T00:00:00Z"), "clocks differ");
    assert_eq!(evidence(&story, "2026-06-04T23:54:59Z"), claimed, "it is yet to come");
    story.see(50, 2, "2026-06-04T18:00:00Z", "test");
    assert_eq!(
        evidence(&story, LATER),
        seen("2026-06-05T00:00:00Z"),
        "what goes back in time is not believed"
    );
    // A compromised observer has seen nothing.
    let more = format!("{}{}", observer(50), revocation(50, "compromised", "2026-06-09T00:00:00Z"));
    story.ledger.landings[0].policy = Some(policy(1, &more));
    assert_eq!(evidence(&story, LATER), claimed);
    let more = format!("{}{}", observer(50), revocation(50, "retired", "2026-06-09T00:00:00Z"));
    story.ledger.landings[0].policy = Some(policy(1, &more));
    assert_eq!(evidence(&story, LATER), seen("2026-06-05T00:00:00Z"));
    // What an observer saw of before a compromise saves the record from it.
    story.ledger.landings[0].policy = Some(policy(1, &observer(50)));
    let all = |since: &str| format!("{}{}", observer(50), revocation(3, "compromised", since));
    let mut saved = Story { files: story.files.clone(), ..Story::new() };
    saved.ledger = story.ledger.clone();
    saved.commits = story.commits;
    amend(&mut saved, "2026-06-09T12:00:00Z", 2, &all("2026-06-05T00:00:01Z"));
    assert_eq!(saved.reasons(), []);
    let mut lost = Story { files: story.files.clone(), ..Story::new() };
    lost.ledger = story.ledger.clone();
    lost.commits = story.commits;
    amend(&mut lost, "2026-06-09T12:00:00Z", 2, &all("2026-06-05T00:00:00Z"));
    assert_eq!(lost.reasons(), [Reason::KeyCompromised]);
}

#[test]
fn an_observer_may_see_two_heads_in_one_moment() {
    let mut story = Story::new();
    story.last().policy = Some(policy(1, &observer(50)));
    story.submit().land("2026-06-03T12:00:00Z");
    story.decide("carol", "approve", "peer");
    let at = "2026-06-03T13:00:00Z";
    story.see(50, 1, at, "test");
    story.see(50, 2, at, "test");
    let found = pass(&story, LATER);
    let seen = found.subjects[&id()].records[0].witnessed.map(|at| at.to_string());
    assert_eq!(seen.as_deref(), Some(at));
}

#[test]
fn a_reinstated_record_may_be_the_one_that_approves() {
    let mut story = Story::new();
    story.submit().land("2026-06-03T12:00:00Z");
    let record = story.decide("bob", "approve", "manager");
    amend(&mut story, "2026-06-04T12:00:00Z", 2, &revocation(2, "compromised", "2026-06-02T00:00:00Z"));
    story.land("2026-06-05T12:00:00Z");
    story.decide("carol", "approve", "peer");
    assert_eq!(story.status(), ApprovalStatus::Revoked);
    // The second admin is the one who lets it count.
    for (at, who) in [("2026-06-06T12:00:00Z", "alice"), ("2026-06-07T12:00:00Z", "dave")] {
        story.land(at);
        story.record(who, "reinstate", &format!("Mcm-Meaning: It was bob.\nMcm-Of: {record}\n"));
    }
    let approval = &story.approvals(LATER)[&id()];
    assert_eq!((approval.status, approval.approved_at), (ApprovalStatus::Approved, Some(6)));
}

#[test]
fn a_record_that_cannot_be_read_is_told_beside_what_it_names() {
    let mut story = Story::new();
    story.submit().land("2026-06-03T12:00:00Z");
    // An authorisation names an incident: this one is no record.
    let record = story.decide("bob", "authorise", "manager");
    let found = pass(&story, LATER);
    let records = &found.subjects[&id()].records;
    assert_eq!(records.iter().map(|landed| landed.judged.id.as_str()).collect::<Vec<_>>(), [record]);
    assert!(records[0].judged.record.is_none() && found.others.is_empty());
    assert_eq!(story.reasons(), [Reason::RecordMalformed]);
}
