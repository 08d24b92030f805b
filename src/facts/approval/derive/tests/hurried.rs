//! What is decided beside the matrix of a class: emergencies, exceptions, documents outside of changes.

use super::*;

const EMERGENCY: &str = "[class.emergency]\ncovers = [\"request\", \"runbook\"]\nauthorise = [\
    { role = \"manager\", min = 1 }, { role = \"policy-admin\", min = 1 }]\n[deadlines]\nratify = \"2d\"\n";

/// An emergency that has landed, with a landing for what people say of it.
fn emergency() -> Story {
    emergency_under(EMERGENCY)
}

fn emergency_under(row: &str) -> Story {
    let mut story = Story::new();
    story.last().policy = Some(policy(1, row));
    let request = emergency_request();
    story.land("2026-06-20T08:00:00Z").write(&format!("{FOLDER}/request.md"), &request, "alice");
    story.write(&format!("{FOLDER}/runbook.md"), RUNBOOK, "alice").land("2026-06-20T09:00:00Z");
    story
}

/// Says that it may begin.
fn authorise(story: &mut Story, who: &str, decision: &str, role: &str) {
    let trailers = format!(
        "Mcm-Role: {role}\nMcm-Meaning: It cannot wait.\nMcm-Document: MCM-2026-0001\n\
         Mcm-Covers: request, runbook\nMcm-Subject: {{digest}}\nMcm-Incident: INC-7\n"
    );
    story.record(who, decision, &trailers);
}

/// In its slot.
fn now(story: &Story) -> ApprovalStatus {
    story.status_at("2026-06-20T10:00:00Z")
}

#[test]
fn an_emergency_begins_when_two_people_say_so_or_one_alone() {
    let mut story = emergency();
    assert_eq!(now(&story), ApprovalStatus::InReview);
    authorise(&mut story, "bob", "authorise", "manager");
    authorise(&mut story, "bob", "authorise", "manager");
    assert_eq!(now(&story), ApprovalStatus::InReview, "twice the same");
    authorise(&mut story, "dave", "authorise", "manager");
    assert_eq!(now(&story), ApprovalStatus::InReview, "nobody in the other role");
    authorise(&mut story, "carol", "authorise", "policy-admin");
    assert_eq!((story.reasons(), now(&story)), (Vec::new(), ApprovalStatus::Authorised));
    // Whoever is alone must be of the row as well.
    for (role, status) in [("peer", ApprovalStatus::InReview), ("manager", ApprovalStatus::Authorised)] {
        let mut story = emergency();
        authorise(&mut story, "dave", "authorise-alone", role);
        assert_eq!((story.reasons(), now(&story)), (Vec::new(), status), "{role}");
    }
    // What says that it covers other documents than the class does lets nothing begin.
    let mut story = emergency();
    story.record(
        "dave",
        "authorise-alone",
        "Mcm-Role: manager\nMcm-Meaning: It cannot wait.\nMcm-Document: MCM-2026-0001\n\
         Mcm-Covers: request, runbook, runbook\nMcm-Subject: {digest}\nMcm-Incident: INC-7\n",
    );
    assert_eq!((story.reasons(), now(&story)), (Vec::new(), ApprovalStatus::InReview), "it names one twice");
    // What was said of another plan lets nothing begin, and was no approval of it.
    let mut story = emergency();
    authorise(&mut story, "bob", "authorise", "manager");
    authorise(&mut story, "carol", "authorise", "policy-admin");
    story.land("2026-06-20T09:30:00Z");
    story.write(&format!("{FOLDER}/runbook.md"), &format!("{RUNBOOK}\n"), "alice");
    assert_eq!(now(&story), ApprovalStatus::InReview);
}

#[test]
fn nobody_lets_an_emergency_begin_by_what_somebody_else_has_said() {
    let asked = EMERGENCY.replace("\"manager\", min = 1", "\"peer\", min = 1");
    let mut story = emergency_under(&asked);
    authorise(&mut story, "carol", "authorise", "peer");
    authorise(&mut story, "carol", "authorise", "policy-admin");
    authorise(&mut story, "bob", "authorise", "manager");
    authorise(&mut story, "dave", "authorise", "manager");
    assert_eq!(
        (story.reasons(), now(&story)),
        (Vec::new(), ApprovalStatus::InReview),
        "two places, one person"
    );
    authorise(&mut story, "dave", "authorise", "peer");
    assert_eq!((story.reasons(), now(&story)), (Vec::new(), ApprovalStatus::Authorised));
}

#[test]
fn an_emergency_is_stale_where_another_plan_was_approved() {
    let mut story = emergency();
    story.decide("bob", "ratify", "peer");
    assert_eq!(now(&story), ApprovalStatus::InReview);
    story.land("2026-06-20T09:30:00Z");
    story.write(&format!("{FOLDER}/runbook.md"), &format!("{RUNBOOK}\n"), "alice");
    assert_eq!((story.reasons(), now(&story)), (Vec::new(), ApprovalStatus::Stale));
    authorise(&mut story, "dave", "authorise-alone", "manager");
    assert_eq!(now(&story), ApprovalStatus::Authorised, "it may begin all the same");
}

#[test]
fn an_emergency_that_was_carried_out_is_ratified_in_time() {
    let policy = Effective::read(&policy(1, EMERGENCY));
    let ended: Timestamp = "2026-06-20T12:00:00Z".parse().expect("an instant");
    let due = crate::facts::calendar::after(ended, policy.deadlines.ratify, &policy.zone, &policy);
    let before = due - jiff::SignedDuration::from_secs(1);
    // Nobody puts off a ratification by leaving the execution unsigned.
    for seed in [Some(4), None] {
        let mut story = emergency();
        authorise(&mut story, "bob", "authorise-alone", "manager");
        assert_eq!(story.status_at(&due.to_string()), ApprovalStatus::Authorised, "it was not carried out");
        let digest = story.all("2026-06-20T10:00:00Z").subjects[&id()].1.digest.expect("it is whole");
        story.land("2026-06-20T12:30:00Z").run(digest, "completed", seed);
        assert_eq!(story.status_at(&before.to_string()), ApprovalStatus::Authorised);
        assert_eq!(story.status_at(&due.to_string()), ApprovalStatus::Unratified);
    }
}

/// A change with an exception beside it, and the digest of that alone.
pub(super) fn with_exception(extra: &str) -> (Story, ContentHash) {
    let (mut files, more) =
        (policy(1, ""), "[subject.exception]\nrequire = [{ role = \"manager\", min = 1 }]\n");
    let text =
        files[1].text.replacen("approval_lead = \"3bd\"", &format!("approval_lead = \"3bd\"\n{extra}"), 1);
    let text = text.replacen("[[principal]]", &format!("{more}[[principal]]"), 1);
    files[1] = SourceFile::new(files[1].path.clone(), text.into_bytes());
    let mut story = Story::new();
    story.last().policy = Some(files);
    story.submit();
    let text = "---\ntitle: Exception\nfor: MCM-2026-0001\n---\n";
    story.write(&format!("{FOLDER}/exception.md"), text, "alice").land("2026-06-03T12:00:00Z");
    let manifest = Manifest::of([("exception.md".to_owned(), ContentHash::of(text.as_bytes()))]);
    (story, manifest.expect("a plain name").digest())
}

/// Approves the exception as a manager.
fn give(story: &mut Story, who: &str, digest: ContentHash) {
    let trailers = format!(
        "Mcm-Role: manager\nMcm-Meaning: I read it.\nMcm-Document: MCM-2026-0001\n\
         Mcm-Covers: exception\nMcm-Subject: sha256:{digest}\n"
    );
    story.record(who, "approve", &trailers);
}

#[test]
fn a_refusal_of_an_exception_that_cannot_be_verified_is_a_doubt() {
    let (mut story, digest) = with_exception("");
    give(&mut story, "bob", digest);
    let of_exception =
        |story: &Story| story.all(LATER).of_exception(&id(), "exception").expect("it is there").status;
    assert_eq!((story.reasons(), of_exception(&story)), (Vec::new(), ApprovalStatus::Approved));
    let trailers = format!(
        "Mcm-Role: manager\nMcm-Meaning: No.\nMcm-Document: MCM-2026-0001\n\
         Mcm-Covers: exception\nMcm-Subject: sha256:{digest}\n"
    );
    // While the mainline is ahead of the clock, nobody knows of a refusal either.
    story.ledger.ahead = Some("it holds a commit of tomorrow".to_owned());
    assert_eq!(of_exception(&story), ApprovalStatus::Unverifiable);
    assert_eq!(story.all(LATER).subjects[&id()].1.status, ApprovalStatus::Unverifiable);
    story.ledger.ahead = None;
    assert_eq!(of_exception(&story), ApprovalStatus::Approved);
    story.land("2026-06-04T12:00:00Z").record("dave", "reject", &trailers);
    story.make_strange();
    assert_eq!(of_exception(&story), ApprovalStatus::Unverifiable);
}

#[test]
fn who_may_refuse_an_exception() {
    let veto = "veto_roles = [\"policy-admin\"]";
    for (extra, role, status) in [
        ("", "peer", ApprovalStatus::Approved),
        ("", "policy-admin", ApprovalStatus::Approved),
        ("", "manager", ApprovalStatus::Rejected),
        (veto, "policy-admin", ApprovalStatus::Rejected),
        (veto, "peer", ApprovalStatus::Approved),
    ] {
        let (mut story, digest) = with_exception(extra);
        let say = |story: &mut Story, who: &str, decision: &str, role: &str| {
            let trailers = format!(
                "Mcm-Role: {role}\nMcm-Meaning: I read it.\nMcm-Document: MCM-2026-0001\n\
                 Mcm-Covers: exception\nMcm-Subject: sha256:{digest}\n"
            );
            story.record(who, decision, &trailers);
        };
        let status_of = |story: &Story| {
            let all = story.all(LATER);
            all.of_exception(&id(), "exception").expect("it is there").status
        };
        assert_eq!(status_of(&story), ApprovalStatus::InReview);
        say(&mut story, "bob", "approve", "manager");
        assert_eq!((story.reasons(), status_of(&story)), (Vec::new(), ApprovalStatus::Approved));
        story.land("2026-06-04T12:00:00Z");
        say(&mut story, "dave", "reject", role);
        assert_eq!((story.reasons(), status_of(&story)), (Vec::new(), status), "{role} with `{extra}`");
    }
}

#[test]
fn an_exception_is_given_for_its_bytes_by_who_may() {
    let of = |story: &Story| {
        let all = story.all(LATER);
        let found = all.of_exception(&id(), "exception").expect("it is there");
        (found.status, found.why)
    };
    let told = |status: ApprovalStatus, why: &str| (status, why.to_owned());
    let (mut story, digest) = with_exception("");
    assert_eq!(of(&story), told(ApprovalStatus::InReview, "waits for manager"));
    give(&mut story, "bob", digest);
    assert_eq!(of(&story), told(ApprovalStatus::Approved, "approved by bob"));
    // A signature that cannot be verified decides nothing, and hides nothing.
    let whole = story.last().records.last().expect("it was made").raw.clone();
    story.make_strange();
    assert_eq!(of(&story).0, ApprovalStatus::Unverifiable);
    story.last().records.last_mut().expect("it was made").raw = whole;
    // Other bytes are another exception.
    story.land("2026-06-04T12:00:00Z");
    story.write(&format!("{FOLDER}/exception.md"), "---\ntitle: Another\nfor: MCM-2026-0001\n---\n", "alice");
    assert_eq!(of(&story), told(ApprovalStatus::Stale, "what was approved has changed since"));
    // Whoever wrote it gives themselves nothing, and where nobody is asked nobody can.
    let (mut story, digest) = with_exception("");
    give(&mut story, "alice", digest);
    assert_eq!(of(&story).0, ApprovalStatus::InReview);
    let mut files = policy(1, "[subject.exception]\nrequire = []\n");
    files.swap(0, 1);
    story.ledger.landings[0].policy = Some(files);
    let nobody = "the policy asks nobody to give exceptions, so that nobody can";
    assert_eq!(of(&story), told(ApprovalStatus::InReview, nobody));
}

#[test]
fn another_text_of_an_exception_ends_what_was_signed_and_the_change_does_not() {
    let status = |story: &Story| {
        let all = story.all(LATER);
        all.of_exception(&id(), "exception").expect("it is there").status
    };
    let (mut story, digest) = with_exception("");
    give(&mut story, "bob", digest);
    story.land("2026-06-04T12:00:00Z");
    let plan = story.manifest().into_iter().filter(|(path, _)| path != "exception.md");
    let plan = Manifest::of(plan).expect("plain paths").digest();
    for (who, role) in [("carol", "peer"), ("dave", "manager")] {
        let trailers = format!(
            "Mcm-Role: {role}\nMcm-Meaning: I read it.\nMcm-Document: MCM-2026-0001\n\
             Mcm-Covers: request, runbook\nMcm-Subject: sha256:{plan}\n"
        );
        story.record(who, "approve", &trailers);
    }
    assert_eq!(story.reasons(), []);
    assert_eq!(status(&story), ApprovalStatus::Approved);
    let all = story.all(LATER);
    let (_, approval) = &all.subjects[&id()];
    assert_eq!((approval.status, approval.uncounted.len()), (ApprovalStatus::Approved, 0));
    // Dave signs another text, and the first comes back: what Bob has signed is older.
    let path = format!("{FOLDER}/exception.md");
    let first = story.files[&path].clone();
    let second = first.replace("Exception", "Another");
    story.land("2026-06-05T12:00:00Z").write(&path, &second, "alice");
    let other = Manifest::of([("exception.md".to_owned(), ContentHash::of(second.as_bytes()))]);
    give(&mut story, "dave", other.expect("a plain name").digest());
    assert_eq!(status(&story), ApprovalStatus::Approved);
    story.land("2026-06-06T12:00:00Z").write(&path, &first, "alice");
    assert_eq!(status(&story), ApprovalStatus::Stale);
}

#[test]
fn a_draft_is_in_review_once_somebody_has_approved_it() {
    let asked = "[subject.page]\nrequire = [{ role = \"peer\", min = 1 }, { role = \"manager\", min = 1 }]\n";
    let mut story = Story::new();
    story.last().policy = Some(policy(1, asked));
    story.land("2026-06-02T12:00:00Z");
    let text = "---\ntitle: A plan\n---\n\nText.\n";
    story.write("content/drafts/plan.md", text, "alice").land("2026-06-03T12:00:00Z");
    let files = vec![("drafts/plan".to_owned(), ContentHash::of(text.as_bytes()))];
    let digest = Manifest::of(files.clone()).expect("a plain name").digest();
    let told = |story: &Story| {
        let approval = &story.approvals(LATER)[&SubjectId::named("drafts/plan")];
        (approval.status, approval.why.clone())
    };
    assert_eq!(told(&story), (ApprovalStatus::Draft, "not submitted".to_owned()));
    let trailers = format!(
        "Mcm-Role: peer\nMcm-Meaning: I read it.\nMcm-Document: drafts/plan\nMcm-Subject: sha256:{digest}\n"
    );
    story.record("carol", "approve", &trailers);
    story.last().records.last_mut().expect("it was made").files = Some(files.into());
    assert_eq!(story.reasons(), []);
    assert_eq!(told(&story), (ApprovalStatus::InReview, "waits for manager".to_owned()));
}

#[test]
fn a_document_whose_front_matter_cannot_be_read_is_invalid_and_nobody_approves_it() {
    let asked = "[subject.service]\nrequire = [{ role = \"manager\", min = 1 }]\n";
    let (path, id) = ("content/services/checkout.md", SubjectId::named("services/checkout"));
    for (text, is_readable) in [
        ("---\ntitle: [\n---\n", false),
        ("---\ntitle: Checkout\n\nIt never ends.\n", false),
        ("---\n---\n\nIt says nothing.\n", true),
        ("It has none.\n", true),
    ] {
        let mut story = Story::new();
        story.last().policy = Some(policy(1, asked));
        story.land("2026-06-02T12:00:00Z").write(path, text, "alice").land("2026-06-03T12:00:00Z");
        let files = vec![("services/checkout".to_owned(), ContentHash::of(text.as_bytes()))];
        let digest = Manifest::of(files.clone()).expect("a plain name").digest();
        let trailers = format!(
            "Mcm-Role: manager\nMcm-Meaning: I read it.\nMcm-Document: {id}\nMcm-Subject: sha256:{digest}\n"
        );
        story.record("bob", "approve", &trailers);
        story.last().records.last_mut().expect("it was made").files = Some(files.into());
        let all = story.all(LATER);
        let (subject, approval) = &all.subjects[&id];
        let status = if is_readable { ApprovalStatus::Approved } else { ApprovalStatus::Invalid };
        assert_eq!((approval.status, subject.approved.len()), (status, usize::from(is_readable)), "{text}");
        story.land("2026-06-04T12:00:00Z").write(path, SERVICE, "alice");
        assert_eq!(story.approvals(LATER)[&id].status, ApprovalStatus::Stale, "{text}");
    }
}

#[test]
fn who_may_refuse_a_document_outside_of_changes() {
    let asked = "[subject.service]\nrequire = [{ role = \"manager\", min = 1 }]\n";
    for (role, status) in [("peer", ApprovalStatus::Approved), ("manager", ApprovalStatus::Rejected)] {
        let mut story = Story::new();
        story.last().policy = Some(policy(1, asked));
        story.land("2026-06-02T12:00:00Z");
        let text = SERVICE.replace("tier: 2", "tier: 1");
        story.write("content/services/checkout.md", &text, "alice").land("2026-06-03T12:00:00Z");
        let files = vec![("services/checkout".to_owned(), ContentHash::of(text.as_bytes()))];
        let digest = Manifest::of(files.clone()).expect("a plain name").digest();
        let say = |story: &mut Story, who: &str, decision: &str, role: &str| {
            let trailers = format!(
                "Mcm-Role: {role}\nMcm-Meaning: I read it.\nMcm-Document: services/checkout\n\
                 Mcm-Subject: sha256:{digest}\n"
            );
            story.record(who, decision, &trailers);
            story.last().records.last_mut().expect("it was made").files = Some(files.clone().into());
        };
        say(&mut story, "bob", "approve", "manager");
        let status_of = |story: &Story| story.approvals(LATER)[&SubjectId::named("services/checkout")].status;
        assert_eq!((story.reasons(), status_of(&story)), (Vec::new(), ApprovalStatus::Approved));
        story.land("2026-06-04T12:00:00Z");
        say(&mut story, "dave", "reject", role);
        assert_eq!((story.reasons(), status_of(&story)), (Vec::new(), status), "{role}");
    }
}
