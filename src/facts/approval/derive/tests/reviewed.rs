//! Who has reviewed a post-mortem, and which heads observers saw that are gone.

use super::*;
use crate::facts::approval::review::Review;

const TEXT: &str = "---\ntitle: After\nfor: MCM-2026-0001\nauthors: [\"@alice\"]\n---\n";
const ASKED: &str = "[subject.post-mortem]\nreview = [{ role = \"peer\", min = 1 }, { role = \"manager\", min = 1 }]\n\
    [[principal]]\nid = \"erin\"\nname = \"Erin\"\nemails = [\"erin@a.example\"]\nroles = []\n";

fn path() -> String {
    format!("{FOLDER}/post-mortem.md")
}

/// A post-mortem that Dave wrote, with a landing for reviews.
fn written(asked: &str) -> Story {
    let mut story = Story::new();
    story.last().policy = Some(policy(1, asked));
    story.submit().land("2026-06-03T12:00:00Z").write(&path(), TEXT, "dave");
    story.land("2026-06-04T12:00:00Z");
    story
}

/// Signs what stands of a document of the change.
fn sign(story: &mut Story, who: &str, decision: &str, name: &str) -> String {
    let file = format!("{name}.md");
    let covered = story.manifest().into_iter().filter(|(path, _)| *path == file);
    let digest = Manifest::of(covered).expect("plain paths").digest();
    let trailers = format!(
        "Mcm-Meaning: I read it.\nMcm-Document: MCM-2026-0001\nMcm-Covers: {name}\nMcm-Subject: sha256:{digest}\n"
    );
    story.record(who, decision, &trailers)
}

fn review(story: &mut Story, who: &str) -> String {
    sign(story, who, "review", "post-mortem")
}

/// The reviews of the post-mortem as it stands.
fn of(story: &Story) -> Option<Review> {
    let text = story.files[&path()].clone();
    let source = SourceFile::new(BookPath::new(&path()).expect("a path"), text.into_bytes());
    let document = document::parse(&source, &story.config.kinds, &story.config.book.src);
    Review::of(&story.all(LATER), &document)
}

/// By whom it is reviewed, and whether nobody is missing.
fn by(story: &Story) -> (Vec<String>, bool) {
    let found = of(story).expect("the policy asks for reviews");
    (found.by.into_keys().collect(), found.is_met)
}

fn people(names: &[&str]) -> Vec<String> {
    names.iter().map(|name| (*name).to_owned()).collect()
}

#[test]
fn a_post_mortem_is_reviewed_by_as_many_as_the_policy_asks_in_their_roles() {
    let nobody = "[subject.post-mortem]\nrequire = [{ role = \"peer\", min = 1 }]\nreview = []\n";
    assert_eq!(of(&written(nobody)), None);
    let mut story = written(ASKED);
    let found = of(&story).expect("the policy asks for reviews");
    assert_eq!((found.needed, found.is_met, found.by.len()), (2, false, 0));
    assert!(!(found.has_own || found.has_older || found.has_unknown));
    review(&mut story, "carol");
    let record = review(&mut story, "erin");
    assert_eq!(story.reasons(), []);
    assert_eq!(by(&story), (people(&["carol", "erin"]), false), "no manager is among them");
    assert_eq!(of(&story).expect("it is asked for").by["erin"], record);
    review(&mut story, "bob");
    assert_eq!(by(&story), (people(&["bob", "carol", "erin"]), true));
    // One person in both roles is not two.
    let mut story = written(ASKED);
    review(&mut story, "bob");
    assert_eq!(by(&story), (people(&["bob"]), false));
    review(&mut story, "carol");
    assert_eq!(by(&story), (people(&["bob", "carol"]), true));
    // Other decisions, other documents and nobody's keys are no reviews.
    let mut story = written(ASKED);
    sign(&mut story, "bob", "acknowledge", "post-mortem");
    sign(&mut story, "bob", "review", "runbook");
    review(&mut story, "mallory");
    assert_eq!(by(&story), (people(&[]), false));
    assert!(!of(&story).expect("it is asked for").has_older);
}

#[test]
fn whoever_wrote_it_reviews_nothing_and_reviews_die_with_the_text() {
    let told = |story: &Story| {
        let found = of(story).expect("it is asked for");
        (found.has_own, found.has_older, found.by.into_keys().collect::<Vec<_>>())
    };
    for writer in ["dave", "alice"] {
        let mut story = written(ASKED);
        review(&mut story, writer);
        assert_eq!(told(&story), (true, false, people(&[])), "{writer} wrote it or is named as author");
    }
    // A co-author is among the writers.
    let mut story = written(ASKED);
    let edit = story.ledger.landings[2].edits.last_mut().expect("it was written");
    let edit = Arc::make_mut(edit);
    (edit.emails, edit.coauthors) = (["dave@a.example", "carol@a.example"].map(str::to_owned).into(), 1);
    review(&mut story, "carol");
    assert_eq!(told(&story), (true, false, people(&[])));
    // Whom nobody knows may be anybody.
    let mut story = written(ASKED);
    let edit = story.ledger.landings[2].edits.last_mut().expect("it was written");
    Arc::make_mut(edit).emails = ["stranger@elsewhere.example".to_owned()].into();
    review(&mut story, "bob");
    review(&mut story, "carol");
    assert_eq!(by(&story), (people(&["bob", "carol"]), false));
    assert!(of(&story).expect("it is asked for").has_unknown);
    // Another text is another post-mortem.
    let mut story = written(ASKED);
    review(&mut story, "bob");
    story.land("2026-06-05T12:00:00Z").write(&path(), &format!("{TEXT}\nMore.\n"), "dave");
    assert_eq!(told(&story), (false, true, people(&[])));
    review(&mut story, "bob");
    assert_eq!(told(&story), (false, true, people(&["bob"])));
}

#[test]
fn what_the_trust_root_brought_is_asked_for_no_review_until_somebody_signs() {
    let mut story = Story::new();
    story.last().policy = Some(policy(1, ASKED));
    story.write(&format!("{FOLDER}/request.md"), REQUEST, "alice").write(&path(), TEXT, "dave");
    story.land("2026-06-03T12:00:00Z");
    assert_eq!(of(&story), None);
    review(&mut story, "bob");
    assert_eq!(by(&story), (people(&["bob"]), false));
}

#[test]
fn a_head_that_an_observer_saw_and_that_is_gone_is_told() {
    let told = |seed: u8, context: &str, root: Option<&str>, head: Option<usize>, at: &str, more: &str| {
        let mut story = Story::new();
        story.last().policy = Some(policy(1, &format!("{}{more}", observer(50))));
        story.submit();
        let own = story.ledger.landings[0].commit.clone();
        let head = head.map_or("f".repeat(40), |landing| story.ledger.landings[landing].commit.clone());
        let message = format!(
            "Seen\n\nMcm-Record: v1\nMcm-Decision: observe\nMcm-Head: {head}\nMcm-Time: {at}\n\
             Mcm-Context: {context}\nMcm-Trust-Root: {}\nMcm-Signer: ci\n",
            root.unwrap_or(&own)
        );
        let raw = signed(seed, &own, "ci", &message);
        let commit = story.id();
        story.ledger.observations.push(Observation { commit, raw: raw.into_bytes().into() });
        story.all(LATER).lost_heads.into_iter().map(|(head, at)| (head, at.to_string())).collect::<Vec<_>>()
    };
    let seen = "2026-06-05T00:00:00Z";
    let gone = vec![("f".repeat(40), seen.to_owned())];
    assert_eq!(told(50, "test", None, None, seen, ""), gone);
    assert_eq!(told(50, "test", None, None, LATER, "").len(), 1, "in the moment of judging");
    assert_eq!(told(50, "test", None, Some(1), seen, ""), [], "it is there");
    assert_eq!(told(51, "test", None, None, seen, ""), [], "by a key that observes nothing");
    assert_eq!(told(50, "other", None, None, seen, ""), [], "of another book");
    assert_eq!(told(50, "test", Some(&"1".repeat(40)), None, seen, ""), [], "of another trust root");
    assert_eq!(told(50, "test", None, None, "2026-06-10T00:00:01Z", ""), [], "yet to come");
    let revoked = |seed: u8, kind: &str| {
        let key = key(seed).fingerprint(HashAlg::Sha256);
        format!("[[revocation]]\nkey = \"{key}\"\nkind = \"{kind}\"\nsince = \"2026-06-02T00:00:00Z\"\n")
    };
    assert_eq!(told(50, "test", None, None, seen, &revoked(50, "compromised")), []);
    assert_eq!(told(50, "test", None, None, seen, &revoked(50, "retired")), gone);
    assert_eq!(told(50, "test", None, None, seen, &revoked(2, "compromised")), gone);
}
