//! Time stamps over records and landings, and what they prove.

use super::maker::{self, Recipe};
use super::*;
use crate::facts::approval::stock::questions;
use crate::inputs::history::ledger::TimeToken;

/// What the tokens are over. A host reads the bytes of the commit that a token names; the commits of a story have none.
const OBJECT: &[u8] = b"tree 4b825dc642cb6eb9a060e54bf8d69288fbee4904\n";

/// A policy that trusts an authority of time stamps.
fn trusting(policy: Vec<SourceFile>) -> Vec<SourceFile> {
    let root = maker::stamp(b"", &Recipe::default()).root;
    let path = BookPath::new("policy/tsa/example.pem").expect("a path");
    policy.into_iter().chain([SourceFile::new(path, root.into_bytes())]).collect()
}

fn token(over: &str, object: &[u8], recipe: &Recipe) -> TimeToken {
    let answer = maker::stamp(object, recipe).answer;
    TimeToken { commit: over.to_owned(), object: OBJECT.into(), answer: Some(answer.into()) }
}

/// Stamps a commit of the story at a time of June 2026: `03T060000`.
fn stamp(story: &mut Story, over: &str, time: &str) {
    let recipe = Recipe::at(&format!("202606{}Z", time.replace('T', "")));
    story.ledger.tokens.push(token(over, OBJECT, &recipe));
}

/// The mainline commit of a landing.
fn landing(story: &Story, at: usize) -> String {
    story.ledger.landings[at].commit.clone()
}

/// A story under a policy, in which carol's record is the third landing; gives its id.
fn recorded(policy: Vec<SourceFile>) -> (Story, String) {
    let mut story = Story::new();
    story.last().policy = Some(policy);
    story.submit().land("2026-06-03T12:00:00Z");
    let record = story.decide("carol", "approve", "peer");
    (story, record)
}

/// Two landings after carol's, and stamps over commits of the story: `record`, `strange`, or the number of a landing.
fn stamped(tokens: &[(&str, &str)]) -> Story {
    let (mut story, record) = recorded(trusting(policy(1, "")));
    story.land("2026-06-04T12:00:00Z").land("2026-06-05T12:00:00Z");
    for (over, time) in tokens {
        let over = match *over {
            "record" => record.clone(),
            "strange" => "e".repeat(40),
            number => landing(&story, number.parse().expect("a landing")),
        };
        stamp(&mut story, &over, time);
    }
    story
}

/// Of the first record: what people are shown, the level where one is asked for, when it had arrived, and before
/// when somebody else had seen it.
fn told(story: &Story, as_of: &str) -> (String, u8, u8, String, Option<String>) {
    let all = story.all(as_of);
    let landed = &all.subjects[&id()].0.records[0];
    let short = |at: Timestamp| at.strftime("%dT%H%M%S").to_string();
    let (at, level) = landed.evidence();
    (short(at), level, landed.proven, short(landed.arrived), landed.witnessed.map(short))
}

#[test]
fn a_time_stamp_makes_a_record_older_and_nothing_later() {
    let told_of = |tokens: &[(&str, &str)]| told(&stamped(tokens), LATER);
    let landed = "03T120000";
    let of = |at: &str, level, proven, arrived: &str, seen: Option<&str>| {
        (at.to_owned(), level, proven, arrived.to_owned(), seen.map(str::to_owned))
    };
    assert_eq!(told_of(&[]), of(landed, 1, 1, landed, None));
    // The record was there; others could not see it before it landed.
    assert_eq!(told_of(&[("record", "03T060000")]), of("03T060000", 3, 3, landed, Some("03T060000")));
    assert_eq!(told_of(&[("record", landed)]), of(landed, 3, 3, landed, Some(landed)));
    // A later stamp shows no more than the landing, but it is a proof where one is asked for.
    let later = of("04T060000", 3, 3, landed, Some("04T060000"));
    assert_eq!(told_of(&[("record", "04T060000")]), later);
    assert_eq!(told_of(&[("2", "04T060000")]), later);
    // What stands over the mainline is over all that it holds.
    let early = of("03T060000", 3, 3, "03T060000", Some("03T060000"));
    assert_eq!(told_of(&[("2", "03T060000")]), early);
    assert_eq!(told_of(&[("4", "03T060000")]), early);
    assert_eq!(told_of(&[("1", "03T060000")]), of(landed, 1, 1, landed, None), "it holds the record not yet");
    // The earliest of all counts, for each of both.
    let both = [("record", "03T040000"), ("2", "03T080000"), ("3", "03T070000"), ("4", "03T090000")];
    assert_eq!(told_of(&both), of("03T040000", 3, 3, "03T070000", Some("03T040000")));
    assert_eq!(
        told_of(&[("2", "03T070000"), ("2", "03T060000"), ("2", "03T080000")]).3,
        "03T060000",
        "of several over one commit as well"
    );
}

#[test]
fn all_time_stamps_of_a_record_are_shown_each_once() {
    let of = |tokens: &[(&str, &str)]| {
        let story = stamped(tokens);
        let all = story.all(LATER);
        let stamps = all.subjects[&id()].0.records[0].stamps.clone();
        stamps
            .iter()
            .map(|one| one.found.as_ref().expect("it proves something").time.to_string())
            .collect::<Vec<_>>()
    };
    let at = |hour: u8| format!("2026-06-03T{hour:02}:00:00Z");
    assert_eq!(of(&[("strange", "03T050000"), ("1", "03T040000")]), Vec::<String>::new());
    // Over the record, over what landed it, and the earliest over what came later.
    let tokens = [("4", "03T060000"), ("3", "03T070000"), ("2", "03T080000"), ("record", "03T090000")];
    assert_eq!(of(&tokens), [at(9), at(8), at(6)]);
    assert_eq!(of(&tokens[1..]), [at(9), at(8), at(7)]);
    assert_eq!(of(&[("2", "03T060000"), ("3", "03T070000")]), [at(6)], "the landing's own is the earliest");
    assert_eq!(of(&[("3", "03T060000"), ("4", "03T060000")]).len(), 1, "of equals one");
}

#[test]
fn a_record_that_is_a_commit_of_the_mainline_has_its_time_stamps_once() {
    let (mut story, _) = recorded(trusting(policy(1, "")));
    let landed = landing(&story, 2);
    story.last().records[0].commit.clone_from(&landed);
    stamp(&mut story, &landed, "03T060000");
    let all = story.all(LATER);
    assert_eq!(all.subjects[&id()].0.records[0].stamps.len(), 1);
}

#[test]
fn a_token_that_proves_nothing_is_kept_with_the_reason() {
    let why = |policy: Vec<SourceFile>, as_of: &str, token: &dyn Fn(&str) -> TimeToken| {
        let (mut story, record) = recorded(policy);
        let token = token(&record);
        story.ledger.tokens.push(token);
        let all = story.all(as_of);
        let landed = &all.subjects[&id()].0.records[0];
        let [stamp] = &landed.stamps[..] else { panic!("{:?}", landed.stamps) };
        assert_eq!(&*stamp.object, OBJECT);
        let found = stamp.found.as_ref().map(|_| ()).map_err(Clone::clone);
        assert_eq!(found.is_ok(), landed.witnessed.is_some());
        found.err().unwrap_or_default()
    };
    let good = |over: &str| token(over, OBJECT, &Recipe::at("20260604000000Z"));
    let trusted = || trusting(policy(1, ""));
    assert_eq!(why(trusted(), LATER, &good), "");
    assert_eq!(why(policy(1, ""), LATER, &good), "the policy trusts no authority of time stamps");
    let too_long = |over: &str| TimeToken { answer: None, ..good(over) };
    assert_eq!(why(trusted(), LATER, &too_long), "it cannot be read: it is longer than 64 KiB");
    let of_other = |over: &str| token(over, b"other bytes", &Recipe::at("20260604000000Z"));
    assert_eq!(why(trusted(), LATER, &of_other), "it is over other bytes");
    // Clocks differ by five minutes.
    assert_eq!(why(trusted(), "2026-06-03T23:55:00Z", &good), "");
    assert_eq!(why(trusted(), "2026-06-03T23:54:59Z", &good), "its time 2026-06-04T00:00:00Z is yet to come");
}

#[test]
fn each_landing_is_judged_by_the_roots_that_govern_it() {
    let (old, new) = (policy(1, ""), trusting(policy(2, "")));
    let (mut story, first) = recorded(old.clone());
    story.land("2026-06-04T12:00:00Z").amend(&old, &new, 2);
    story.land("2026-06-05T12:00:00Z");
    let second = story.decide("bob", "approve", "manager");
    for record in [first, second] {
        stamp(&mut story, &record, "03T110000");
    }
    let all = story.all(LATER);
    let levels: Vec<u8> = all.subjects[&id()].0.records.iter().map(|landed| landed.proven).collect();
    assert_eq!(levels, [1, 3]);
}

#[test]
fn where_a_stamp_is_asked_for_the_record_has_to_hold_at_that_bound() {
    let of = |at: &str, level, proven| (at.to_owned(), level, proven);
    let told_with = |line: &str, time: &str, seen: Option<&str>| {
        let plain = "carol namespaces=\"git\"";
        let policy = policy(1, &format!("min_time_evidence = \"T3\"\n{}", observer(50)));
        let policy = reworded(trusting(policy), 0, plain, &format!("{plain}{line}"));
        let (mut story, record) = recorded(policy);
        stamp(&mut story, &record, time);
        seen.into_iter().for_each(|at| story.see(50, 2, at, "test"));
        let (at, level, proven, ..) = told(&story, LATER);
        (at, level, proven)
    };
    let until = ",valid-before=\"20260604000000Z\"";
    assert_eq!(told_with("", "05T000000", None), of("05T000000", 3, 3));
    assert_eq!(told_with(until, "05T000000", None), of("03T120000", 1, 1), "the key had expired by then");
    assert_eq!(told_with(until, "03T130000", None), of("03T130000", 3, 3));
    assert_eq!(told_with(until, "03T110000", None), of("03T110000", 3, 3));
    // Who saw it before is no proof of that level, and does not make up for a key that had expired.
    let seen = Some("2026-06-03T13:00:00Z");
    assert_eq!(told_with(until, "05T000000", seen), of("03T130000", 2, 2));
    assert_eq!(told_with("", "05T000000", seen), of("05T000000", 3, 3));
    // It landed when its key had expired: a stamp of when it had not shows that it is older.
    assert_eq!(told_with(",valid-before=\"20260603113000Z\"", "03T110000", None).2, 3);
    // What does not count is shown as it was stamped.
    assert_eq!(told_with(",valid-before=\"20260601000000Z\"", "05T000000", None), of("05T000000", 3, 3));
}

#[test]
fn a_stamp_from_before_a_role_began_proves_that_the_record_is_older() {
    let asks = trusting(policy(1, "min_time_evidence = \"T3\""));
    let since = "roles = [{ role = \"manager\", from = \"2026-06-03\" }, ";
    let mut story = Story::new();
    story.last().policy = Some(reworded(asks, 1, "roles = [\"manager\", ", since));
    story.submit().land("2026-06-03T12:00:00Z");
    let record = story.decide("bob", "approve", "manager");
    stamp(&mut story, &record, "02T000000");
    let all = story.all(LATER);
    let landed = &all.subjects[&id()].0.records[0];
    // Roles are those of the landing; the stamp says no more than that it was signed by then.
    assert_eq!((landed.judged.counts(), landed.proven), (true, 3));
}

#[test]
fn tools_are_asked_for_the_landing_of_a_signature_by_a_key_whatever_was_stamped_later() {
    let (mut story, record) = recorded(trusting(policy(1, "")));
    stamp(&mut story, &record, "04T060000");
    let all = story.all(LATER);
    let (asked, _) = questions(&all, &story.ledger, |_| true);
    let asked: Vec<String> = asked.iter().map(|one| one.at.to_string()).collect();
    assert_eq!(asked, ["2026-06-03T12:00:00Z"], "certificates alone are judged by when they were seen");
}

#[test]
fn a_class_that_asks_for_stamps_waits_for_both() {
    let (mut story, first) = recorded(trusting(policy(1, "min_time_evidence = \"T3\"")));
    let second = story.decide("bob", "approve", "manager");
    assert_eq!(story.status(), ApprovalStatus::InReview);
    stamp(&mut story, &first, "03T110000");
    assert_eq!(story.status(), ApprovalStatus::InReview);
    stamp(&mut story, &second, "04T110000");
    assert_eq!(story.status(), ApprovalStatus::Approved);
    // Its lead time begins when the last proof is there, which is later than the landing.
    let all = story.all(LATER);
    let there: Vec<String> =
        all.subjects[&id()].0.records.iter().map(|landed| landed.was_there(3).to_string()).collect();
    assert_eq!(there, ["2026-06-03T12:00:00Z", "2026-06-04T11:00:00Z"]);
    let there = all.subjects[&id()].0.records[1].was_there(2).to_string();
    assert_eq!(there, "2026-06-03T12:00:00Z");
}

/// The mail address of carol's certificate.
const MAIL: &str = "carol@pki.example";

/// A policy that asks for signed edits and knows carol by a certificate.
fn certifying() -> Vec<SourceFile> {
    let policy = trusting(policy(1, "signed_edits = \"required\""));
    let known = format!("id = \"carol\"\ncertificates = [\"{MAIL}\"]");
    let mut policy = reworded(policy, 1, "id = \"carol\"", &known);
    let root = maker::signature(b"", &Recipe::commit(MAIL)).1;
    let path = BookPath::new("policy/ca/people.pem").expect("a path");
    policy.insert(1, SourceFile::new(path, root.into_bytes()));
    policy
}

/// A commit of an author that a certificate signs.
fn certified(who: &str, recipe: &Recipe) -> Arc<[u8]> {
    let ident = format!("{who} <{who}@a.example> 1780300000 +0000");
    let header = format!("tree {TREE}\nauthor {ident}\ncommitter {ident}");
    let (armour, _) = maker::signature(format!("{header}\n\nEdit\n").as_bytes(), recipe);
    let raw = format!("{header}\ngpgsig {}\n\nEdit\n", armour.trim_end().replace('\n', "\n "));
    raw.into_bytes().into()
}

#[test]
fn an_edit_by_certificate_is_signed_once_its_landing_was_stamped() {
    let of = |recipe: &Recipe, time: Option<&str>| {
        let mut story = Story::new();
        story.last().policy = Some(certifying());
        story.submit();
        for edit in &mut story.last().edits {
            Arc::make_mut(edit).signed = Some(certified("alice", recipe));
        }
        let landed = landing(&story, 1);
        time.into_iter().for_each(|time| stamp(&mut story, &landed, time));
        let all = story.all(LATER);
        let editors: Vec<_> =
            all.subjects[&id()].0.edits.iter().map(|(_, edit)| edit.editors().clone()).collect();
        assert_eq!(editors.len(), 2);
        assert_eq!(editors[0].people, editors[1].people);
        let people: Vec<String> = editors[0].people.iter().cloned().collect();
        (people, editors[0].signers.iter().cloned().collect::<Vec<_>>())
    };
    let people = |all: &[&str]| all.iter().map(|one| (*one).to_owned()).collect::<Vec<_>>();
    let good = Recipe::commit(MAIL);
    let both = people(&["alice", "carol"]);
    assert_eq!(of(&good, None), (both.clone(), vec![]), "nobody has seen it");
    assert_eq!(of(&good, Some("02T130000")), (both.clone(), people(&["carol"])));
    let expired = Recipe { valid: ["250101000000Z", "260601000000Z"], ..good.clone() };
    assert_eq!(of(&expired, Some("02T130000")), (both, vec![]), "its person is an editor all the same");
    let nobodys = Recipe { mails: vec!["eve@pki.example"], ..good.clone() };
    assert_eq!(of(&nobodys, Some("02T130000")), (people(&["alice"]), vec![]));
    // Keys sign beside certificates where a policy trusts authorities of these.
    let mut story = Story::new();
    story.last().policy = Some(certifying());
    story.submit().land("2026-06-03T12:00:00Z");
    story.decide("bob", "approve", "manager");
    assert_eq!(story.reasons(), []);
    let spoiled = Recipe { other_content: true, ..good };
    assert_eq!(of(&spoiled, Some("02T130000")), (people(&["alice"]), vec![]), "it is over other bytes");
}
