//! Who stands in the matrix and which status follows, edge by edge.

use super::*;
use crate::facts::calendar::{after, before};
use crate::inputs::policy::ClassName;

/// A policy whose class `minor` says more or something else.
pub(super) fn with(find: &str, replace: &str, extra: &str) -> Vec<SourceFile> {
    let mut files = policy(1, extra);
    let text = files[1].text.to_string();
    assert!(text.contains(find), "{find} is not in {text}");
    files[1] = SourceFile::new(files[1].path.clone(), text.replacen(find, replace, 1).into_bytes());
    files
}

/// Submitted under a policy.
fn submitted(files: Vec<SourceFile>) -> Story {
    let mut story = Story::new();
    story.last().policy = Some(files);
    story.submit().land("2026-06-03T12:00:00Z");
    story
}

fn both(story: &mut Story) {
    story.decide("carol", "approve", "peer");
    story.decide("bob", "approve", "manager");
}

fn instant(text: &str) -> Timestamp {
    text.parse().expect("an instant")
}

#[test]
fn an_approval_is_late_and_dies_to_the_second() {
    let policy = Effective::read(&policy(1, ""));
    let class = &policy.classes[&ClassName::Minor];
    let start = instant("2026-06-20T10:00:00Z");
    let due = before(start, class.approval_lead, &policy.zone, &policy);
    let second = jiff::SignedDuration::from_secs(1);
    for (landed, status) in [(due, ApprovalStatus::Approved), (due + second, ApprovalStatus::ApprovedLate)] {
        let mut story = Story::new();
        story.submit().land(&landed.to_string());
        both(&mut story);
        assert_eq!(story.status_at("2026-06-20T00:00:00Z"), status, "{landed}");
    }
    let files = with("approval_lead = \"3bd\"", "approval_lead = \"3bd\"\napproval_ttl = \"5d\"", "");
    let policy = Effective::read(&files);
    let given = instant("2026-06-03T12:00:00Z");
    let dies = after(given, policy.classes[&ClassName::Minor].approval_ttl, &policy.zone, &policy);
    let mut story = submitted(files);
    both(&mut story);
    assert_eq!(story.status_at(&(dies - second).to_string()), ApprovalStatus::Approved);
    assert_eq!(story.status_at(&dies.to_string()), ApprovalStatus::Expired);
    // Each counts from when the last of those landed who stand in the matrix.
    story.land("2026-06-04T12:00:00Z");
    story.decide("dave", "approve", "policy-admin");
    assert_eq!(story.status_at(&dies.to_string()), ApprovalStatus::Expired, "dave stands in no place");
}

#[test]
fn the_owner_and_the_change_manager_withdraw_and_nobody_else() {
    let managed =
        "[[principal]]\nid = \"erin\"\nname = \"erin\"\nemails = []\nroles = [\"change-manager\"]\n";
    for (who, status) in [
        ("alice", ApprovalStatus::Withdrawn),
        ("erin", ApprovalStatus::Withdrawn),
        ("bob", ApprovalStatus::Approved),
        ("mallory", ApprovalStatus::Approved),
    ] {
        let mut story = submitted(policy(1, if who == "erin" { managed } else { "" }));
        both(&mut story);
        story.land("2026-06-04T12:00:00Z");
        let trailers = "Mcm-Meaning: No.\nMcm-Document: MCM-2026-0001\nMcm-Subject: {digest}\n\
                        Mcm-Covers: request, runbook\n";
        story.record(who, "withdraw", trailers);
        assert_eq!(story.status(), status, "{who}");
    }
}

#[test]
fn a_change_is_ended_by_whoever_owns_it_then() {
    let request = format!("{FOLDER}/request.md");
    let of_bob = REQUEST.replace("owner: alice", "owner: bob");
    let end = |story: &mut Story, who: &str| {
        let trailers = "Mcm-Meaning: No.\nMcm-Document: MCM-2026-0001\nMcm-Subject: {digest}\n\
                        Mcm-Covers: request, runbook\n";
        story.land("2026-06-04T12:00:00Z").record(who, "withdraw", trailers);
    };
    let mut story = submitted(policy(1, ""));
    both(&mut story);
    end(&mut story, "alice");
    story.land("2026-06-05T12:00:00Z").write(&request, &of_bob, "dave");
    assert_eq!(story.status(), ApprovalStatus::Withdrawn, "another owner brings nothing back");
    let gone = BookPath::new(&request).expect("a path");
    story.land("2026-06-06T12:00:00Z").last().changed.push((gone, None));
    assert_eq!(story.status(), ApprovalStatus::Withdrawn, "and neither does none");
    let mut story = submitted(policy(1, ""));
    both(&mut story);
    end(&mut story, "bob");
    story.land("2026-06-05T12:00:00Z").write(&request, &of_bob, "dave");
    assert_eq!(story.status(), ApprovalStatus::Stale, "bob did not own it when he said so");
    end(&mut story, "bob");
    assert_eq!(story.status(), ApprovalStatus::Withdrawn);
}

#[test]
fn who_may_reject_and_what_ends_it() {
    let veto =
        with("approval_lead = \"3bd\"", "approval_lead = \"3bd\"\nveto_roles = [\"policy-admin\"]", "");
    for (files, role, status) in [
        (policy(1, ""), "policy-admin", ApprovalStatus::Approved),
        (veto, "policy-admin", ApprovalStatus::Rejected),
        (policy(1, ""), "peer", ApprovalStatus::Rejected),
    ] {
        let mut story = submitted(files);
        both(&mut story);
        story.land("2026-06-04T12:00:00Z");
        story.decide("dave", "reject", role);
        assert_eq!(story.status(), status, "{role}");
    }
    let rejected = || {
        let mut story = submitted(policy(1, ""));
        both(&mut story);
        story.land("2026-06-04T12:00:00Z");
        let record = story.decide("dave", "reject", "manager");
        (story, record)
    };
    // What says that it covers other documents than the class does refuses nothing, and is told.
    let mut story = submitted(policy(1, ""));
    both(&mut story);
    let twice = story.record(
        "dave",
        "reject",
        "Mcm-Role: manager\nMcm-Meaning: No.\nMcm-Document: MCM-2026-0001\n\
         Mcm-Covers: request, request, runbook\nMcm-Subject: {digest}\n",
    );
    let approval = &story.approvals(LATER)[&id()];
    let told: Vec<_> = approval.uncounted.iter().map(|one| (one.record.clone(), one.reason)).collect();
    assert_eq!((story.reasons(), approval.status), (Vec::new(), ApprovalStatus::Approved));
    assert_eq!(told, [(twice, Reason::CoversMismatch)]);
    // An approval of the same landing ends it only where it descends from it.
    let (mut story, record) = rejected();
    story.decide("dave", "approve", "manager");
    assert_eq!(story.status(), ApprovalStatus::Rejected);
    story.last().records.last_mut().expect("a record").descends_from = vec![record];
    assert_eq!(story.status(), ApprovalStatus::Approved);
    let (mut story, _) = rejected();
    story.land("2026-06-05T12:00:00Z");
    story.decide("alice", "approve", "manager");
    assert_eq!(story.status(), ApprovalStatus::Rejected, "somebody else's");
    story.decide("dave", "approve", "manager");
    assert_eq!(story.status(), ApprovalStatus::Approved);
    // An approval from before ends nothing, and neither does one of another content.
    let mut story = submitted(policy(1, ""));
    story.decide("dave", "approve", "manager");
    story.land("2026-06-04T12:00:00Z");
    story.decide("dave", "reject", "manager");
    both(&mut story);
    assert_eq!(story.status(), ApprovalStatus::Rejected);
    story.land("2026-06-05T12:00:00Z").write(
        &format!("{FOLDER}/runbook.md"),
        &format!("{RUNBOOK}\n"),
        "alice",
    );
    assert_eq!(story.status(), ApprovalStatus::Stale, "what was rejected is not what stands");
    story.decide("dave", "approve", "manager");
    story.land("2026-06-06T12:00:00Z").write(&format!("{FOLDER}/runbook.md"), RUNBOOK, "alice");
    assert_eq!(story.status(), ApprovalStatus::Rejected);
}

/// Another edit of the runbook in the landing at hand.
fn edited(story: &mut Story, emails: &[&str], coauthors: usize) {
    let path = BookPath::new(&format!("{FOLDER}/runbook.md")).expect("a path");
    let emails: Vec<String> = emails.iter().map(|email| (*email).to_owned()).collect();
    let edit =
        Edit { commit: "e".repeat(40), emails: emails.into(), coauthors, signed: None, paths: vec![path] };
    story.ledger.landings[1].edits.push(Arc::new(edit));
}

#[test]
fn who_wrote_it_stays_out_as_the_class_says() {
    let lead = "approval_lead = \"3bd\"";
    let rule = |rule: &str| with(lead, &format!("{lead}\n{rule}"), "");
    let stranger = "stranger@elsewhere.example";
    for (files, emails, coauthors, status) in [
        (policy(1, ""), &["bob@a.example"][..], 0, ApprovalStatus::InReview),
        (rule("exclude_authors = false"), &["bob@a.example"], 0, ApprovalStatus::Approved),
        (policy(1, ""), &[stranger], 0, ApprovalStatus::InReview),
        (rule("exclude_authors = false"), &[stranger], 0, ApprovalStatus::Approved),
        (
            rule("exclude_coauthors = true"),
            &["alice@a.example", "bob@a.example"],
            1,
            ApprovalStatus::InReview,
        ),
        (
            rule("exclude_coauthors = false"),
            &["alice@a.example", "bob@a.example"],
            1,
            ApprovalStatus::Approved,
        ),
        (rule("exclude_coauthors = true"), &["alice@a.example", stranger], 1, ApprovalStatus::InReview),
        (rule("exclude_coauthors = false"), &["alice@a.example", stranger], 1, ApprovalStatus::Approved),
        (rule("signed_edits = \"required\""), &["alice@a.example"], 0, ApprovalStatus::InReview),
    ] {
        let mut story = submitted(files);
        edited(&mut story, emails, coauthors);
        both(&mut story);
        assert_eq!(story.reasons(), []);
        assert_eq!(story.status(), status, "{emails:?}");
        let approval = &story.approvals(LATER)[&id()];
        assert_eq!(approval.status.is_approved(), approval.hindrances.is_empty() && approval.quorum.is_met());
    }
}

#[test]
fn who_carries_it_out_stays_out_where_the_class_says_so() {
    let lead = "approval_lead = \"3bd\"";
    for (rule, status) in [("true", ApprovalStatus::InReview), ("false", ApprovalStatus::Approved)] {
        for role in ["who", "backup"] {
            let mut story = Story::new();
            story.last().policy = Some(with(lead, &format!("{lead}\nexclude_operators = {rule}"), ""));
            story.submit();
            let other = if role == "who" { "" } else { "who: alice, " };
            let roles = format!("title: The plan\nroles: {{operator: {{{other}{role}: bob}}}}");
            let text = RUNBOOK.replacen("title: The plan", &roles, 1);
            story.write(&format!("{FOLDER}/runbook.md"), &text, "alice");
            story.land("2026-06-03T12:00:00Z");
            both(&mut story);
            assert_eq!(story.status(), status, "{role} {rule}");
        }
    }
}

#[test]
fn an_outsider_is_of_another_team_and_an_owner_of_the_service() {
    let team =
        |who: &str, team: &str| (format!("id = \"{who}\""), format!("id = \"{who}\"\nteam = \"{team}\""));
    let line = "{ role = \"manager\", min = 1 }";
    for (bob, status) in [("shop", ApprovalStatus::InReview), ("other", ApprovalStatus::Approved)] {
        let mut files = with(line, "{ role = \"outsider\", min = 1 }", "");
        let (find, replace) = team("bob", bob);
        let text = files[1].text.replacen(&find, &replace, 1);
        files[1] = SourceFile::new(files[1].path.clone(), text.into_bytes());
        let mut story = submitted(files);
        story.decide("carol", "approve", "peer");
        story.decide("bob", "approve", "outsider");
        assert_eq!((story.status(), story.reasons()), (status, vec![]), "{bob}");
    }
    for (scope, status) in [("ledger", ApprovalStatus::InReview), ("checkout", ApprovalStatus::Approved)] {
        let mut files = with(line, "{ role = \"owner\", min = 1, each = \"service\" }", "");
        let text = files[1].text.replacen(
            "id = \"bob\"\nname = \"bob\"\nemails = [\"bob@a.example\"]\nroles = [",
            &format!(
                "id = \"bob\"\nname = \"bob\"\nemails = [\"bob@a.example\"]\nroles = [{{ role = \"owner\", scope = [\"{scope}\"] }}, "
            ),
            1,
        );
        files[1] = SourceFile::new(files[1].path.clone(), text.into_bytes());
        assert_eq!(Effective::read(&files).principals.len(), 4);
        let mut story = submitted(files);
        story.decide("carol", "approve", "peer");
        story.decide("bob", "approve", "owner");
        assert_eq!((story.status(), story.reasons()), (status, vec![]), "{scope}");
    }
}

#[test]
fn a_record_that_cannot_be_verified_makes_a_doubt_only_where_it_would_decide() {
    let mut story = submitted(policy(1, ""));
    story.decide("carol", "approve", "peer");
    story.decide("bob", "approve", "manager");
    story.make_strange();
    assert_eq!(story.reasons(), [Reason::SigUnsupported]);
    assert_eq!(story.status(), ApprovalStatus::Unverifiable);
    story.decide("dave", "approve", "manager");
    assert_eq!(story.status(), ApprovalStatus::Approved, "it decides nothing any more");
    story.decide("alice", "reject", "manager");
    story.make_strange();
    assert_eq!(story.status(), ApprovalStatus::Unverifiable, "a reject that cannot be verified");
    story.land("2026-06-04T12:00:00Z");
    story.decide("alice", "approve", "manager");
    story.make_strange();
    assert_eq!(
        story.status(),
        ApprovalStatus::Unverifiable,
        "what cannot be verified either does not hide it"
    );
    let rejected = story.ledger.landings[2].records.last().expect("the reject").commit.clone();
    let trailers = "Mcm-Document: MCM-2026-0001\nMcm-Subject: {digest}\nMcm-Covers: request, runbook\n";
    story.record("alice", "retract", &format!("{trailers}Mcm-Of: {rejected}\n"));
    story.make_strange();
    assert_eq!(story.status(), ApprovalStatus::Unverifiable, "and neither takes it back");
    story.decide("alice", "acknowledge", "manager");
    assert_eq!(story.status(), ApprovalStatus::Unverifiable, "to have read it undoes no rejection");
    story.decide("alice", "approve", "manager");
    assert_eq!(story.status(), ApprovalStatus::Approved, "a later valid yes of the same person clears it");
}

#[test]
fn evidence_of_time_that_is_asked_for_must_be_there() {
    let lead = "approval_lead = \"3bd\"";
    let mut story = submitted(with(lead, &format!("{lead}\nmin_time_evidence = \"T2\""), ""));
    both(&mut story);
    assert_eq!(story.status(), ApprovalStatus::InReview);
    let approval = &story.approvals(LATER)[&id()];
    let why: Vec<Reason> = approval.uncounted.iter().map(|one| one.reason).collect();
    assert_eq!(why, [Reason::EvidenceInsufficient; 2]);
}

#[test]
fn who_stands_already_and_what_covers_less_fill_no_place() {
    let mut story = submitted(policy(1, ""));
    // The place of the peer comes first, and bob stands there by one of two records.
    let first = story.decide("bob", "approve", "manager");
    story.decide("bob", "approve", "peer");
    let third = story.decide("bob", "approve", "peer");
    let trailers = "Mcm-Role: peer\nMcm-Meaning: Read.\nMcm-Document: MCM-2026-0001\nMcm-Covers: request\n\
                    Mcm-Subject: {digest}\n";
    let digest = {
        let own = story.manifest().into_iter().filter(|(path, _)| path == "request.md");
        Manifest::of(own).expect("plain paths").digest()
    };
    let less = story.record("carol", "approve", &trailers.replace("{digest}", &format!("sha256:{digest}")));
    assert_eq!(story.reasons(), []);
    let approval = &story.approvals(LATER)[&id()];
    assert_eq!(approval.status, ApprovalStatus::InReview);
    let mut told: Vec<(String, Reason)> =
        approval.uncounted.iter().map(|one| (one.record.clone(), one.reason)).collect();
    told.sort();
    let wanted = [
        (first, Reason::DuplicatePrincipal),
        (third, Reason::DuplicatePrincipal),
        (less, Reason::CoversMismatch),
    ];
    assert_eq!(told, wanted);
}
