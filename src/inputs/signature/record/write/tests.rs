use proptest::prelude::*;

use super::super::{Decision, Record, RecordFault, read};
use super::{LONGEST_MESSAGE, tidy_reason, write};
use crate::text::ContentHash;

fn record(decision: Decision, texts: &[String; 6], digest: ContentHash, covers: Vec<String>) -> Record {
    let needs =
        |key: &str| decision.own_trailers().contains(&key) || decision.optional_trailers().contains(&key);
    let text = |key: &str, at: usize| needs(key).then(|| texts[at].clone());
    let id = "0123456789abcdef0123456789abcdef01234567".to_owned();
    Record {
        carries: None,
        decision,
        role: text("Mcm-Role", 0),
        meaning: text("Mcm-Meaning", 1),
        document: text("Mcm-Document", 2),
        covers: if needs("Mcm-Covers") { covers } else { Vec::new() },
        subject: needs("Mcm-Subject").then_some(digest),
        context: texts[3].clone(),
        trust_root: id.clone(),
        signer: texts[4].clone(),
        of: needs("Mcm-Of").then(|| id.clone()),
        incident: text("Mcm-Incident", 5),
        other: text("Mcm-Other", 5),
        amendment: needs("Mcm-Serial").then_some((digest, ContentHash::of(b"new"), 7)),
        observed: needs("Mcm-Head").then(|| (id, "2026-05-03T10:00:00Z".parse().expect("an instant"))),
        reason: String::new(),
    }
}

#[test]
fn what_would_be_read_as_something_else_is_not_written() {
    let texts = ["peer", "I read it.", "MCM-2026-0001", "test", "ana", "INC-7"].map(str::to_owned);
    let covers = vec!["request".to_owned()];
    let meant = Record {
        reason: "It is due.".to_owned(),
        ..record(Decision::Approve, &texts, ContentHash::of(b"it"), covers)
    };
    assert!(write(&meant).is_ok());
    for reason in ["It is due.\n", "\nIt is due."] {
        let why = "a value holds a line break, or the reason begins or ends with one".to_owned();
        let text = write(&Record { reason: reason.to_owned(), ..meant.clone() });
        assert_eq!(text, Err(vec![RecordFault::Malformed(why)]), "{reason:?}");
    }
}

proptest! {
    #[test]
    fn what_is_written_is_read_back(
        decision in proptest::sample::select(Decision::ALL.to_vec()),
        texts in proptest::array::uniform6("[a-zäß✓][a-z :,-]{0,20}[a-z:]"),
        covers in proptest::collection::vec("[a-z][a-z0-9-]{0,8}", 0..4),
        reason in "[a-zA-Z ✓\n\t:-]{0,200}",
        seed in any::<u64>(),
    ) {
        let mut meant = record(decision, &texts, ContentHash::of(&seed.to_le_bytes()), covers);
        meant.reason = tidy_reason(&reason);
        let text = write(&meant).expect("plain values can be written");
        prop_assert_eq!(read(text.as_bytes()), Some(Ok(meant)));
    }

    #[test]
    fn any_text_is_written_as_meant_or_refused(
        decision in proptest::sample::select(Decision::ALL.to_vec()),
        texts in proptest::array::uniform6("(Mcm-|[ \\n\\r:a]|\\PC){0,12}"),
        covers in proptest::collection::vec("[a,\\n ]{0,4}", 0..3),
        reason in "(Mcm-Record: v1|\\n|\\r|[ a:]|\\PC){0,20}",
    ) {
        let mut meant = record(decision, &texts, ContentHash::of(b""), covers);
        meant.reason = reason;
        if let Ok(text) = write(&meant) {
            prop_assert_eq!(read(text.as_bytes()), Some(Ok(meant)));
        }
    }
}

#[test]
fn a_reason_cannot_pose_as_a_trailer() {
    let texts = ["peer", "I read it.", "MCM-2026-0001", "test", "ana", "x"].map(str::to_owned);
    let mut meant = record(Decision::Approve, &texts, ContentHash::of(b""), vec!["request".to_owned()]);
    assert!(write(&meant).is_ok());
    for reason in ["Mcm-Role: director", "fine\n\n  Mcm-Signer: bob", "a\rb", "a\0b"] {
        meant.reason = reason.to_owned();
        assert!(write(&meant).is_err(), "{reason:?}");
    }
    meant.reason = String::new();
    meant.role = Some("peer\nMcm-Signer: bob".to_owned());
    assert!(write(&meant).is_err(), "a line break makes two trailers");
}

#[test]
fn a_message_is_as_long_as_it_may_be_and_no_longer() {
    let texts = ["peer", "I read it.", "MCM-2026-0001", "test", "ana", "x"].map(str::to_owned);
    let mut meant = record(Decision::Approve, &texts, ContentHash::of(b""), vec!["request".to_owned()]);
    meant.reason = "x".to_owned();
    let more = LONGEST_MESSAGE - write(&meant).expect("it is short").len();
    for (more, fits) in [(more - 1, true), (more, true), (more + 1, false)] {
        meant.reason = "x".repeat(1 + more);
        assert_eq!(write(&meant).is_ok(), fits, "{more}");
    }
}

#[test]
fn ids_of_commits_are_forty_digits_in_lower_case() {
    let texts = ["peer", "I read it.", "MCM-2026-0001", "test", "ana", "x"].map(str::to_owned);
    let meant = record(Decision::Approve, &texts, ContentHash::of(b""), vec!["request".to_owned()]);
    let text = write(&meant).expect("plain values can be written");
    let id = &meant.trust_root;
    let with = |other: &str| read(text.replace(id.as_str(), other).as_bytes());
    assert_eq!(with(id), Some(Ok(meant.clone())));
    let wrong = [&id[1..], &format!("{id}0"), &id.replace('a', "g"), &id.to_uppercase(), "0123"];
    for other in wrong {
        assert!(matches!(with(other), Some(Err(_))), "{other}");
    }
}
