//! From when time counts: from the moment at which enough people had signed, and not from the last signature.

use super::*;

const SHORT: &str = "5d";

/// Approved on the third of June, to live for five days or longer.
fn begun(ttl: &str) -> Story {
    let mut story = approved();
    let lead = "approval_lead = \"3bd\"";
    let files = reworded(policy(1, ""), 1, lead, &format!("{lead}\napproval_ttl = \"{ttl}\""));
    story.ledger.landings[0].policy = Some(files);
    story
}

fn sign(story: &mut Story, at: &str, who: &str) {
    story.land(at).decide(who, "approve", if who == "carol" { "peer" } else { "manager" });
}

#[test]
fn who_signs_again_alone_revives_nothing_and_enough_people_do() {
    let (dead, later) = ("2026-06-08T12:00:00Z", "2026-06-14T12:00:00Z");
    for again in ["2026-06-07T12:00:00Z", "2026-06-09T12:00:00Z"] {
        for who in ["bob", "carol", "dave"] {
            let mut story = begun(SHORT);
            assert_eq!(story.status_at("2026-06-08T11:59:59Z"), ApprovalStatus::Approved);
            sign(&mut story, again, who);
            assert_eq!(story.status_at(dead), ApprovalStatus::Expired, "{who} at {again}");
            assert_eq!(story.status_at("2026-06-10T12:00:00Z"), ApprovalStatus::Expired, "{who} at {again}");
        }
    }
    let mut story = begun(SHORT);
    sign(&mut story, "2026-06-09T12:00:00Z", "carol");
    sign(&mut story, "2026-06-10T12:00:00Z", "bob");
    assert_eq!(story.status_at("2026-06-09T12:00:00Z"), ApprovalStatus::Expired);
    assert_eq!(story.status_at(later), ApprovalStatus::Approved);
    assert_eq!(story.status_at("2026-06-15T12:00:00Z"), ApprovalStatus::Expired);
    let grant = &Grants::of(&story.all(later)).changes["MCM-2026-0001"];
    let told = [grant.since, grant.until].map(|at| at.expect("it is approved").to_string());
    assert_eq!(told, ["2026-06-10T12:00:00Z", "2026-06-15T12:00:00Z"], "the gate is told the same");
}

#[test]
fn who_signs_again_makes_nothing_late_that_was_in_time() {
    // Three business days before the twentieth, a Saturday.
    let (in_time, late, now) = ("2026-06-16T12:00:00Z", "2026-06-19T12:00:00Z", "2026-06-20T10:00:00Z");
    for again in [&["bob"][..], &["carol"], &["dave"], &["carol", "bob"]] {
        let mut story = begun("30d");
        again.iter().for_each(|who| sign(&mut story, late, who));
        assert_eq!(story.status_at(now), ApprovalStatus::Approved, "{again:?}");
    }
    // What was in time is dead, and what lives came late.
    let mut story = begun(SHORT);
    sign(&mut story, late, "carol");
    sign(&mut story, late, "bob");
    assert_eq!(story.status_at(now), ApprovalStatus::ApprovedLate);
    assert!(
        story.approvals(now)[&id()].why.starts_with("the quorum was met at 2026-06-19T12:00:00Z, after ")
    );
    // Of two that live, the one in time counts, although the other one lives longer.
    let mut story = begun(SHORT);
    for at in [in_time, late] {
        sign(&mut story, at, "carol");
        sign(&mut story, at, "bob");
    }
    assert_eq!(story.status_at(now), ApprovalStatus::Approved);
    let grant = &Grants::of(&story.all(now)).changes["MCM-2026-0001"];
    assert_eq!(grant.since.map(|at| at.to_string()).as_deref(), Some(in_time));
    // Whoever takes a signature of the first ones back leaves the second.
    let retract = |story: &mut Story, who: &str, of: &str| {
        let trailers = format!(
            "Mcm-Document: MCM-2026-0001\nMcm-Subject: {{digest}}\nMcm-Of: {of}\nMcm-Covers: request, runbook\n"
        );
        story.record(who, "retract", &trailers);
    };
    let mut story = begun("30d");
    let first = story.last().records[1].commit.clone();
    sign(&mut story, late, "bob");
    retract(&mut story, "bob", &first);
    assert_eq!((story.status_at(now), story.reasons()), (ApprovalStatus::ApprovedLate, vec![]));
}
