//! What looks like an approval and is none.

use super::*;

/// The trailers of a decision on the change.
fn trailers(role: &str, more: &str) -> String {
    format!(
        "Mcm-Role: {role}\nMcm-Meaning: I read it.\nMcm-Document: MCM-2026-0001\n\
         Mcm-Covers: request, runbook\nMcm-Subject: {{digest}}\n{more}"
    )
}

/// The emergency of the stories, with the row of those who may let it begin.
fn emergency(request: &str) -> Story {
    let row = "[class.emergency]\nauthorise = [{ role = \"manager\", min = 1 }]\n";
    let mut story = Story::new();
    story.last().policy = Some(policy(1, row));
    story.land("2026-06-20T08:00:00Z").write(&format!("{FOLDER}/request.md"), request, "alice");
    story.write(&format!("{FOLDER}/runbook.md"), RUNBOOK, "alice").land("2026-06-20T09:00:00Z");
    story
}

#[test]
fn only_what_comes_later_clears_a_doubt() {
    // A doubtful no on top of a yes, in one pull request, a yes on top of that, and a yes that landed later.
    let mut story = approved();
    story.decide("bob", "reject", "manager");
    story.make_strange();
    assert_eq!(story.status(), ApprovalStatus::Unverifiable);
    let doubtful = story.last().records.last().expect("it was made").commit.clone();
    let mut above = story.clone();
    above.decide("bob", "approve", "manager");
    assert_eq!(above.status(), ApprovalStatus::Unverifiable, "nobody knows which one came first");
    above.last().records.last_mut().expect("it was made").descends_from.push(doubtful);
    assert_eq!(above.status(), ApprovalStatus::Approved);
    story.land("2026-06-03T13:00:00Z").decide("bob", "approve", "manager");
    assert_eq!(story.status(), ApprovalStatus::Approved);
}

#[test]
fn nothing_but_an_emergency_is_ratified() {
    let mut story = Story::new();
    story.submit().land("2026-06-03T12:00:00Z");
    story.decide("carol", "ratify", "peer");
    story.decide("bob", "ratify", "manager");
    assert_eq!((story.reasons(), story.status()), (Vec::new(), ApprovalStatus::InReview));
}

#[test]
fn whoever_authorises_alone_says_why() {
    let more = trailers("manager", "Mcm-Incident: INC-7\n");
    for (text, status) in [("", ApprovalStatus::InReview), ("It burns.\n\n", ApprovalStatus::Authorised)] {
        let mut story = emergency(&emergency_request());
        story.record_with(text, "bob", "authorise-alone", &more);
        assert_eq!((story.reasons(), story.status_at("2026-06-20T10:00:00Z")), (Vec::new(), status));
    }
}

#[test]
fn an_emergency_that_ran_is_ratified_in_time_whatever_its_slot_says() {
    let slot = "slot: {start: 2026-06-20T10:00:00Z, end: 2026-06-20T12:00:00Z, tz: UTC}\n";
    let far = "slot: {start: 2026-06-20T10:00:00Z, end: 2036-06-20T12:00:00Z, tz: UTC}\n";
    for with in ["", far] {
        let mut story = emergency(&emergency_request().replace(slot, with));
        story.record("bob", "authorise-alone", &trailers("manager", "Mcm-Incident: INC-7\n"));
        assert_eq!(story.status_at("2026-12-01T00:00:00Z"), ApprovalStatus::Authorised, "it has not run");
        let digest = story.all("2026-06-20T10:00:00Z").subjects[&id()].1.digest.expect("it is whole");
        story.land("2026-06-20T10:30:00Z").run(digest, "completed", Some(4));
        assert_eq!(story.status_at("2026-06-21T00:00:00Z"), ApprovalStatus::Authorised);
        assert_eq!(story.status_at("2026-12-01T00:00:00Z"), ApprovalStatus::Unratified, "{with}");
    }
}

#[test]
fn a_slot_without_an_end_is_over_when_it_begins() {
    let slot = "start: 2026-06-20T10:00:00Z, end: 2026-06-20T12:00:00Z";
    for with in ["start: 2026-06-20T10:00:00Z", "start: 2026-06-20T10:00:00Z, end: 2026-06-20T09:00:00Z"] {
        let of = |signed: &str, as_of: &str| {
            let mut story = Story::new();
            story.submit();
            story.write(&format!("{FOLDER}/request.md"), &REQUEST.replace(slot, with), "alice").land(signed);
            story.decide("carol", "approve", "peer");
            story.decide("bob", "approve", "manager");
            story.status_at(as_of)
        };
        assert_eq!(
            of("2026-06-18T12:00:00Z", "2026-06-19T00:00:00Z"),
            ApprovalStatus::ApprovedLate,
            "{with}"
        );
        assert_eq!(of("2026-06-03T12:00:00Z", "2026-06-19T00:00:00Z"), ApprovalStatus::Approved, "{with}");
        assert_eq!(of("2026-06-03T12:00:00Z", "2026-06-20T10:00:00Z"), ApprovalStatus::Expired, "{with}");
    }
}

#[test]
fn a_record_is_not_dated_later_than_its_landing() {
    // The records of stories are of 2026-06-01T07:46:40Z.
    for (landed, reasons) in [
        ("2026-06-01T07:41:39Z", vec![Reason::FutureDate, Reason::FutureDate]),
        ("2026-06-01T07:41:40Z", Vec::new()),
    ] {
        let mut story = Story::new();
        story.last().landed = "2026-06-01T07:00:00Z".parse().expect("an instant");
        story.submit().last().landed = "2026-06-01T07:10:00Z".parse().expect("an instant");
        story.land(landed).decide("carol", "approve", "peer");
        story.decide("bob", "approve", "manager");
        assert_eq!(story.reasons(), reasons);
        assert_eq!(story.status().is_approved(), reasons.is_empty());
    }
}

#[test]
fn a_peer_did_not_edit_it_and_is_there() {
    let of = |extra: &str, roster: &dyn Fn(Vec<SourceFile>) -> Vec<SourceFile>| {
        let mut story = Story::new();
        story.last().policy = Some(roster(policy(1, extra)));
        story.submit().write(&format!("{FOLDER}/runbook.md"), &format!("{RUNBOOK} "), "carol");
        story.land("2026-06-03T12:00:00Z").decide("carol", "approve", "peer");
        story.decide("bob", "approve", "manager");
        story.status()
    };
    let lax = |files: Vec<SourceFile>| {
        reworded(files, 1, "approval_lead = \"3bd\"", "approval_lead = \"3bd\"\nexclude_authors = false")
    };
    assert_eq!(of("", &|files| files), ApprovalStatus::InReview);
    assert_eq!(of("", &lax), ApprovalStatus::InReview, "whatever the class excludes");
    // Somebody whose roles are over has left.
    let mut story = Story::new();
    let over = "[{ role = \"policy-admin\", until = 2026-06-02 }]\n[[principal]]\nid = \"dora\"";
    let over = over.split("\n[[").next().unwrap_or_default();
    let carol = "emails = [\"carol@a.example\"]\nroles = [\"policy-admin\"]";
    let ended = format!("emails = [\"carol@a.example\"]\nroles = {over}");
    story.last().policy = Some(reworded(policy(1, ""), 1, carol, &ended));
    story.submit().land("2026-06-03T12:00:00Z");
    story.decide("carol", "approve", "peer");
    story.decide("bob", "approve", "manager");
    assert_eq!(story.status(), ApprovalStatus::InReview);
}

#[test]
fn what_ran_is_judged_by_what_was_approved_then() {
    let mut story = approved();
    let digest = story.all(LATER).subjects[&id()].1.digest.expect("it is whole");
    story.land("2026-06-04T12:00:00Z").run(digest, "completed", Some(4));
    let amended = format!("{RUNBOOK}\nAmended.\n");
    story.land("2026-06-05T12:00:00Z").write(&format!("{FOLDER}/runbook.md"), &amended, "alice");
    assert_eq!(story.status(), ApprovalStatus::Approved);
    story.land("2026-06-06T12:00:00Z").decide("carol", "approve", "peer");
    story.decide("bob", "approve", "manager");
    let all = story.all(LATER);
    let (subject, approval) = &all.subjects[&id()];
    assert_eq!(subject.approved.len(), 2, "another text is approved since");
    assert_eq!((approval.status, approval.digest), (ApprovalStatus::Approved, Some(digest)));
}

#[test]
fn whoever_wrote_what_comes_without_an_edit_does_not_approve_it() {
    // Bob's text lands and comes to nothing, another one is approved, and a merge takes bob's from what has landed.
    let mut story = Story::new();
    let path = format!("{FOLDER}/runbook.md");
    let theirs = format!("{RUNBOOK}\nBy bob.\n");
    story.submit().write(&path, &theirs, "bob").write(&path, RUNBOOK, "alice").land("2026-06-03T12:00:00Z");
    story.decide("carol", "approve", "peer");
    story.decide("dave", "approve", "manager");
    assert_eq!(story.status(), ApprovalStatus::Approved);
    story.land("2026-06-04T12:00:00Z").write(&path, &theirs, "bob").last().edits.clear();
    story.land("2026-06-05T12:00:00Z").decide("carol", "approve", "peer");
    let mut own = story.clone();
    own.decide("bob", "approve", "manager");
    assert_eq!(own.status(), ApprovalStatus::Stale);
    story.decide("dave", "approve", "manager");
    assert_eq!(story.status(), ApprovalStatus::Approved);
}

#[test]
fn nothing_is_said_of_what_cannot_be_read_or_named() {
    let broken = RUNBOOK.replace("title: The plan", "title: [");
    let stray = format!("{FOLDER}/files/a\u{fffd}b.sh\u{fffd}615c622e7368");
    for (path, text) in [(format!("{FOLDER}/runbook.md"), broken.as_str()), (stray, "rm -r\n")] {
        let mut story = approved();
        let before = story.clone();
        story.land("2026-06-04T12:00:00Z").write(&path, text, "dave");
        assert_eq!(story.status(), ApprovalStatus::Invalid, "{path}");
        // What was carried out before is judged as it stood.
        let mut story = before;
        let digest = story.all(LATER).subjects[&id()].1.digest.expect("it is whole");
        story.land("2026-06-04T12:00:00Z").run(digest, "completed", Some(4));
        story.land("2026-06-05T12:00:00Z").write(&path, text, "dave");
        assert_eq!(story.status(), ApprovalStatus::Approved, "{path}");
    }
    // A notice is not covered.
    let mut story = approved();
    story.land("2026-06-04T12:00:00Z");
    story.write(&format!("{FOLDER}/notice-a.md"), "---\ntitle: [\n---\n", "dave");
    assert_eq!(story.status(), ApprovalStatus::Approved);
}

#[test]
fn whoever_decides_is_no_observer() {
    let of = |seed: u8| {
        let mut files = policy(1, &observer(seed));
        files = reworded(
            files,
            1,
            "approval_lead = \"3bd\"",
            "approval_lead = \"3bd\"\nmin_time_evidence = \"T2\"",
        );
        let mut story = Story::new();
        story.last().policy = Some(files);
        story.submit().land("2026-06-03T12:00:00Z").decide("carol", "approve", "peer");
        story.decide("bob", "approve", "manager");
        story.see(seed, 2, "2026-06-03T13:00:00Z", "test");
        story.status()
    };
    assert_eq!(of(50), ApprovalStatus::Approved);
    assert_eq!(of(2), ApprovalStatus::InReview, "bob has seen it himself");
}
