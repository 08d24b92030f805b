//! Approvals carried over an edit: which edits are small, and who may carry (design: approvals.md).

use super::*;

const PLAN: &str = "---\ntitle: The plan\nfor: MCM-2026-0001\n---\n\n## Execution\n\nCarefully, by [this](https://a.example/).\n\n\
```sh\nls\n```\n\n### Step 1: Do\n\n- Run: yes\n\n## After\n\nRest.\n";

/// A story whose policy lets approvals be carried.
fn begun() -> Story {
    let mut story = Story::new();
    let lead = "approval_lead = \"3bd\"";
    story.last().policy = Some(reworded(policy(1, ""), 1, lead, &format!("{lead}\ncarry = true")));
    story.submit();
    story.write(&format!("{FOLDER}/runbook.md"), PLAN, "alice");
    story.write(&format!("{FOLDER}/files/a.csv"), "1,2\n", "alice");
    story
}

fn digest(story: &Story) -> ContentHash {
    Manifest::of(story.manifest()).expect("plain paths").digest()
}

fn edit(story: &mut Story, file: &str, find: &str, replace: &str, who: &str) {
    let path = format!("{FOLDER}/{file}");
    let text = story.files.get(&path).cloned().unwrap_or_default();
    assert!(text.contains(find), "{find} is not in {text}");
    story.write(&path, &text.replacen(find, replace, 1), who);
}

fn between(story: &Story, before: (ContentHash, usize), after: (ContentHash, usize)) -> Result<(), String> {
    let id = id();
    let covers = ["request".to_owned(), "runbook".to_owned()];
    let between =
        Between { landings: &story.ledger.landings, config: &story.config, id: &id, covers: &covers };
    between.is_small(before, after)
}

#[test]
fn an_edit_is_small_when_only_prose_differs() {
    const STEP: &str = "a step of runbook.md is not what it was";
    const COMMAND: &str = "a command or a link of runbook.md is not what it was";
    let head = |name: &str| format!("the front matter of {name} is not what it was");
    for (file, find, replace, told) in [
        ("request.md", "Text.", "Text, mended.", None),
        ("runbook.md", "Carefully", "With care", None),
        ("runbook.md", "Rest.", "Rest, and sleep.", None),
        ("request.md", "title: A change", "title: Another", Some(head("request.md"))),
        ("request.md", "owner: alice", "owner: alice ", Some(head("request.md"))),
        ("runbook.md", "title: The", "title: A", Some(head("runbook.md"))),
        ("runbook.md", "Run: yes", "Run: no", Some(STEP.to_owned())),
        ("runbook.md", "Step 1: Do", "Step 1: Undo", Some(STEP.to_owned())),
        ("runbook.md", "ls\n", "rm -r .\n", Some(COMMAND.to_owned())),
        ("runbook.md", "a.example", "b.example", Some(COMMAND.to_owned())),
        (
            "files/a.csv",
            "1,2",
            "1,3",
            Some("files/a.csv has changed, and is neither request nor runbook".to_owned()),
        ),
        ("files/b.csv", "", "1,2", Some("there are other files than before".to_owned())),
    ] {
        let mut story = begun();
        let before = (digest(&story), story.ledger.landings.len() - 1);
        story.land("2026-06-04T12:00:00Z");
        edit(&mut story, file, find, replace, "alice");
        let after = (digest(&story), story.ledger.landings.len() - 1);
        assert_eq!(between(&story, before, after).err(), told, "{file}: {replace}");
        // What is signed must have landed, before and after.
        let strange = "one of the contents has not landed as it was signed";
        assert_eq!(between(&story, (after.0, before.1), after).err().as_deref(), Some(strange));
        assert_eq!(between(&story, before, (before.0, after.1)).err().as_deref(), Some(strange));
        assert_eq!(between(&story, before, (after.0, before.1)).err().as_deref(), Some(strange));
    }
}

#[test]
fn a_head_that_cannot_be_read_is_never_the_same() {
    for text in ["No head.\n", "---\n---\n\nAn empty head.\n", "---\n[\n---\n\nA broken head.\n"] {
        let mut story = begun();
        story.write(&format!("{FOLDER}/request.md"), text, "alice");
        let before = (digest(&story), story.ledger.landings.len() - 1);
        story.land("2026-06-04T12:00:00Z");
        edit(&mut story, "request.md", "head.", "head, mended.", "alice");
        let after = (digest(&story), story.ledger.landings.len() - 1);
        let told = between(&story, before, after).expect_err("nobody knows what it says");
        assert_eq!(told, "the front matter of request.md is not what it was");
    }
}

#[test]
fn what_is_not_covered_or_lies_elsewhere_is_not_compared() {
    let mut story = begun();
    let before = (digest(&story), story.ledger.landings.len() - 1);
    story.land("2026-06-04T12:00:00Z");
    edit(&mut story, "request.md", "Text.", "Text, mended.", "alice");
    let after = (digest(&story), story.ledger.landings.len() - 1);
    for path in [
        format!("{FOLDER}/notice-a.md"),
        "content/changes/2025/MCM-2026-0001/request.md".to_owned(),
        "content/changes/2026/MCM-2026-0002/runbook.md".to_owned(),
    ] {
        story.write(&path, "---\ntitle: A\n---\n", "dave");
    }
    assert_eq!(between(&story, before, after), Ok(()));
    // A file that came and went is not there.
    let gone = BookPath::new(&format!("{FOLDER}/files/b.csv")).expect("a path");
    let file = FileAt { hash: ContentHash::of(b"b"), source: None };
    story.last().changed.push((gone.clone(), Some(file)));
    assert!(between(&story, before, after).is_err());
    story.last().changed.push((gone, None));
    assert_eq!(between(&story, before, after), Ok(()));
}

#[test]
fn a_kind_that_reads_its_text_is_compared_by_nobody() {
    let text = "[book]\ntitle = \"A\"\n[kind.request]\n\
                fields.summary = { type = \"string\", from = { section = \"Description\" } }\n";
    let mut story = begun();
    let parsed = Config::parse(&SourceFile::new(BookPath::new("book.toml").expect("a path"), text));
    assert!(parsed.config.kinds.by_name["request"].has_origins(), "{:?}", parsed.faults);
    story.config = Arc::new(parsed.config);
    let before = (digest(&story), story.ledger.landings.len() - 1);
    story.land("2026-06-04T12:00:00Z");
    edit(&mut story, "request.md", "Text.", "Text, mended.", "alice");
    let after = (digest(&story), story.ledger.landings.len() - 1);
    let told = between(&story, before, after).expect_err("a field may be different");
    assert_eq!(told, "the kind of request.md reads fields from its text");
}

/// Signs the present content and carries the approvals of another over to it.
fn carry(story: &mut Story, who: &str, role: &str, from: ContentHash) -> String {
    let trailers = format!(
        "Mcm-Role: {role}\nMcm-Meaning: I read it.\nMcm-Document: MCM-2026-0001\nMcm-Covers: request, runbook\n\
         Mcm-Subject: {{digest}}\nMcm-Carries: sha256:{from}\n"
    );
    story.record(who, "approve", &trailers)
}

/// Approved by carol and bob, and then one word of prose is another.
fn mended() -> (Story, ContentHash) {
    let mut story = begun();
    story.land("2026-06-03T12:00:00Z");
    story.decide("carol", "approve", "peer");
    story.decide("bob", "approve", "manager");
    assert_eq!((story.status(), story.reasons()), (ApprovalStatus::Approved, vec![]));
    let before = digest(&story);
    story.land("2026-06-04T12:00:00Z");
    edit(&mut story, "request.md", "Text.", "Text, mended.", "alice");
    assert_eq!(story.status(), ApprovalStatus::Stale);
    story.land("2026-06-04T13:00:00Z");
    (story, before)
}

#[test]
fn one_earlier_approver_carries_the_others() {
    let (mut story, before) = mended();
    carry(&mut story, "bob", "manager", before);
    assert_eq!(story.status(), ApprovalStatus::Approved);
    let approval = &story.approvals(LATER)[&id()];
    assert_eq!(approval.why, "approved by bob, carol; carried by bob");
    assert_eq!(approval.carried.iter().map(|(_, by)| by.as_str()).collect::<Vec<_>>(), ["bob", "bob"]);
    // Carrying gives no longer life: what was given on the third ends when it would have ended.
    let grant = Grants::of(&story.all(LATER));
    let (since, until) = (grant.changes["MCM-2026-0001"].since, grant.changes["MCM-2026-0001"].until);
    let (mut fresh, _) = mended();
    fresh.decide("bob", "approve", "manager");
    fresh.decide("carol", "approve", "peer");
    let anew = Grants::of(&fresh.all(LATER));
    assert_eq!(since, anew.changes["MCM-2026-0001"].since);
    assert!(until < anew.changes["MCM-2026-0001"].until, "{until:?}");
    let evidence = &grant.changes["MCM-2026-0001"].evidence;
    let commits =
        |records: &[RecordCommit]| records.iter().map(|record| record.commit.clone()).collect::<Vec<_>>();
    let given = commits(&story.ledger.landings[2].records);
    let of_evidence: BTreeSet<String> = evidence.iter().map(|one| one.commit.clone()).collect();
    assert!(given.iter().all(|commit| of_evidence.contains(commit)), "{evidence:?}");
    assert_eq!(of_evidence.len(), 3, "two that are carried, and the one that carries them");
    // What is carried once is carried on, by somebody else who stands for both.
    let second = digest(&story);
    story.land("2026-06-04T14:00:00Z");
    edit(&mut story, "runbook.md", "Carefully", "With care", "alice");
    assert_eq!(story.status(), ApprovalStatus::Stale);
    carry(&mut story, "bob", "manager", second);
    assert_eq!(story.status(), ApprovalStatus::Approved);
}

#[test]
fn what_one_person_carries_for_themselves_is_as_old_as_it_is() {
    let told = |is_carried: bool| {
        let mut story = begun();
        story.land("2026-06-03T12:00:00Z");
        let old = story.decide("bob", "approve", "manager");
        let before = digest(&story);
        story.land("2026-06-04T12:00:00Z");
        edit(&mut story, "request.md", "Text.", "Text, mended.", "alice");
        story.land("2026-06-05T12:00:00Z");
        let new = match is_carried {
            true => carry(&mut story, "bob", "manager", before),
            false => story.decide("bob", "approve", "manager"),
        };
        let carol = story.decide("carol", "approve", "peer");
        let mut grants = Grants::of(&story.all(LATER));
        let grant = grants.changes.remove("MCM-2026-0001").expect("it is there");
        assert_eq!(grant.status, ApprovalStatus::Approved);
        let evidence: BTreeSet<String> = grant.evidence.into_iter().map(|one| one.commit).collect();
        let rests = [&old, &new, &carol].map(|commit| evidence.contains(commit));
        (grant.since, grant.until.expect("it does not live for ever"), rests)
    };
    let (carried, fresh) = (told(true), told(false));
    assert_eq!(carried.0, fresh.0);
    assert!(carried.1 < fresh.1, "{} is not before {}", carried.1, fresh.1);
    assert_eq!((carried.2, fresh.2), ([true; 3], [false, true, true]));
}

#[test]
fn nobody_else_carries_and_nothing_that_was_refused() {
    // Who had not approved what was before.
    let (mut story, before) = mended();
    carry(&mut story, "dave", "manager", before);
    assert_eq!(story.status(), ApprovalStatus::Stale);
    // Who approves the new content in no role that is asked for.
    let (mut story, before) = mended();
    carry(&mut story, "bob", "policy-admin", before);
    assert_eq!(story.status(), ApprovalStatus::Stale);
    // Who edited it in between.
    let (mut story, before) = mended();
    edit(&mut story, "request.md", "Text,", "The text,", "bob");
    carry(&mut story, "bob", "manager", before);
    assert_eq!(story.status(), ApprovalStatus::Stale);
    // Whose approval of what was before is taken back.
    let (mut story, before) = mended();
    let record = carry(&mut story, "bob", "manager", before);
    story.land("2026-06-05T12:00:00Z");
    story.record(
        "bob",
        "retract",
        &format!(
            "Mcm-Document: MCM-2026-0001\nMcm-Subject: {{digest}}\nMcm-Of: {record}\nMcm-Covers: request, runbook\n"
        ),
    );
    assert_eq!(story.status(), ApprovalStatus::Stale);
    // Nothing is carried that somebody had refused by then, or refuses afterwards.
    let mut story = begun();
    story.land("2026-06-03T12:00:00Z");
    story.decide("carol", "approve", "peer");
    story.decide("bob", "approve", "manager");
    story.decide("dave", "reject", "manager");
    let before = digest(&story);
    story.land("2026-06-04T12:00:00Z");
    edit(&mut story, "request.md", "Text.", "Text, mended.", "alice");
    carry(&mut story, "bob", "manager", before);
    assert_ne!(story.status(), ApprovalStatus::Approved);
}

/// Who takes a theft back says that the signatures were theirs; an edit that was carried over by a key that nobody
/// trusted at the time has to be carried again.
#[test]
fn what_counted_for_nothing_when_it_landed_carries_nothing_once_it_is_reinstated() {
    let (mut story, before) = mended();
    let own = story.ledger.landings[2].records[1].commit.clone();
    let old = story.ledger.landings[0].policy.clone().expect("there is one");
    let stolen = super::landed::revocation(2, "compromised", "2026-06-02T00:00:00Z");
    let new = reworded(old.clone(), 1, "serial = 1", "serial = 2");
    let new =
        reworded(new, 1, "[[principal]]\nid = \"alice\"", &format!("{stolen}[[principal]]\nid = \"alice\""));
    story.amend(&old, &new, 2);
    story.land("2026-06-04T14:00:00Z");
    let carried = carry(&mut story, "bob", "manager", before);
    for (at, who) in [("2026-06-05T12:00:00Z", "alice"), ("2026-06-06T12:00:00Z", "dave")] {
        story.land(at);
        for of in [&own, &carried] {
            story.record(who, "reinstate", &format!("Mcm-Meaning: It was bob.\nMcm-Of: {of}\n"));
        }
    }
    assert_eq!(story.reasons(), [], "all of them count");
    assert_eq!(story.status(), ApprovalStatus::Stale);
}

#[test]
fn what_is_carried_ends_when_it_would_have_ended_and_nothing_else_does() {
    let at = |edited: bool, carried: bool| {
        let mut story = begun();
        let files = story.ledger.landings[0].policy.take().expect("there is one");
        let files = reworded(files, 1, "carry = true", "carry = true\napproval_ttl = \"5d\"");
        story.ledger.landings[0].policy = Some(files);
        story.land("2026-06-03T12:00:00Z");
        story.decide("carol", "approve", "peer");
        story.decide("bob", "approve", "manager");
        let before = digest(&story);
        story.land("2026-06-04T13:00:00Z");
        if edited {
            edit(&mut story, "request.md", "Text.", "Text, mended.", "alice");
        }
        if carried {
            carry(&mut story, "bob", "manager", before);
        } else {
            story.decide("bob", "approve", "manager");
            if edited {
                story.decide("carol", "approve", "peer");
            }
        }
        ["2026-06-08T11:59:59Z", "2026-06-08T12:00:00Z", "2026-06-09T12:59:59Z"].map(|at| story.status_at(at))
    };
    use ApprovalStatus::{Approved, Expired};
    assert_eq!(at(true, true), [Approved, Expired, Expired]);
    assert_eq!(at(true, false), [Approved; 3]);
    assert_eq!(at(false, false), [Approved, Expired, Expired], "who signs again alone revives nothing");
}
