//! Nothing but a valid record makes anything approved, whatever else lands (design: approvals.md, threats).

use proptest::prelude::*;

use super::*;

/// What can land without the signature of anybody who counts.
#[derive(Clone, Debug)]
enum Act {
    /// The runbook gets another text; some texts come back.
    Edit { text: u8, who: u8 },
    /// A file of the change, which is covered too.
    File(u8),
    /// A notice, which is not.
    Notice(u8),
    /// The runbook goes, or gets another name.
    Rename,
    /// A merge that brings nothing.
    Merge,
    /// A policy that asks for less, with the votes of too few.
    Policy { serial: u8, votes: u8 },
    /// The service matters less.
    Service(u8),
    /// A record by a key of nobody.
    Stranger(u8),
    /// A record whose bytes were changed afterwards.
    Altered(u8),
    /// A record that nobody signed.
    Unsigned(u8),
}

fn act() -> impl Strategy<Value = Act> {
    prop_oneof![
        4 => (0..4_u8, 0..4_u8).prop_map(|(text, who)| Act::Edit { text, who }),
        2 => (0..3_u8).prop_map(Act::File),
        1 => (0..3_u8).prop_map(Act::Notice),
        1 => Just(Act::Rename),
        1 => Just(Act::Merge),
        2 => (1..4_u8, 0..2_u8).prop_map(|(serial, votes)| Act::Policy { serial, votes }),
        1 => (2..5_u8).prop_map(Act::Service),
        1 => (0..3_u8).prop_map(Act::Stranger),
        1 => (0..3_u8).prop_map(Act::Altered),
        1 => (0..3_u8).prop_map(Act::Unsigned),
    ]
}

const DECISIONS: [(&str, &str); 3] = [("approve", "peer"), ("approve", "manager"), ("reject", "manager")];

impl Story {
    fn act(&mut self, act: &Act, nth: usize) {
        let minutes = 12 * 60 + nth;
        self.land(&format!("2026-06-05T{:02}:{:02}:00Z", minutes / 60, minutes % 60));
        match act {
            Act::Edit { text, who } => {
                let text = format!("{RUNBOOK}{}", "\n".repeat(usize::from(*text)));
                self.write(&format!("{FOLDER}/runbook.md"), &text, PEOPLE[usize::from(*who)].0);
            }
            Act::File(text) => {
                self.write(&format!("{FOLDER}/files/a.csv"), &format!("{text}\n"), "dave");
            }
            Act::Notice(text) => {
                self.write(&format!("{FOLDER}/notice-a.md"), &format!("---\ntitle: {text}\n---\n"), "dave");
            }
            Act::Rename => {
                let runbook = format!("{FOLDER}/runbook.md");
                let path = BookPath::new(&runbook).expect("a path");
                if let Some(text) = self.files.remove(&runbook) {
                    self.last().changed.push((path, None));
                    self.write(&format!("{FOLDER}/plan.md"), &text, "dave");
                }
            }
            Act::Merge => {}
            Act::Policy { serial, votes } => {
                let less = "[class.standard]\ndistinct_principals = 1\n";
                let files = policy(u32::from(*serial), less);
                self.last().policy = Some(files.clone());
                for who in ["carol", "mallory"].repeat(usize::from(*votes)) {
                    self.vote(who, &policy(1, ""), &files, u64::from(*serial));
                }
            }
            Act::Service(tier) => {
                let text = SERVICE.replace("tier: 2", &format!("tier: {tier}"));
                self.write("content/services/checkout.md", &text, "dave");
            }
            Act::Stranger(which) => {
                let (decision, role) = DECISIONS[usize::from(*which)];
                self.decide("mallory", decision, role);
            }
            Act::Altered(which) => {
                let (decision, role) = DECISIONS[usize::from(*which)];
                self.decide("bob", decision, role);
                self.spoil(|text| text.replace("I read it.", "I wrote it"));
            }
            Act::Unsigned(which) => {
                let (decision, role) = DECISIONS[usize::from(*which)];
                self.decide("bob", decision, role);
                self.spoil(|text| {
                    let (header, rest) = text.split_once("\ngpgsig ").expect("it is signed");
                    let (_, message) = rest.split_once("\n\n").expect("it has a message");
                    format!("{header}\n\n{message}")
                });
            }
        }
    }

    /// The status of the change, and the contents that were ever approved.
    fn outcome(&self) -> (ApprovalStatus, Option<ContentHash>, Vec<ContentHash>) {
        let as_of = "2026-06-10T00:00:00Z".parse().expect("an instant");
        let pass = Pass::run(&self.ledger, &self.config, as_of, &[]).expect("there is a policy");
        let id = id();
        let approval = &approvals(&pass)[&id];
        let known = pass.subjects[&id].approved.iter().map(|(digest, _)| *digest).collect();
        (approval.status, approval.digest, known)
    }
}

fn stories() -> [Story; 3] {
    let mut waiting = Story::new();
    waiting.submit().land("2026-06-03T12:00:00Z");
    waiting.decide("carol", "approve", "peer");
    let mut rejected = approved();
    rejected.land("2026-06-04T12:00:00Z");
    rejected.decide("dave", "reject", "manager");
    [waiting, approved(), rejected]
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(48))]

    #[test]
    fn nothing_that_lands_without_a_valid_record_raises_a_status(
        story in 0..3_usize,
        acts in prop::collection::vec(act(), 1..8),
    ) {
        let mut story = stories().into_iter().nth(story).expect("one of three");
        let (before, digest, approved) = story.outcome();
        for (nth, act) in acts.iter().enumerate() {
            story.act(act, nth);
            let (status, now, later) = story.outcome();
            // What was approved once may come back, byte by byte; nothing else is approved.
            prop_assert_eq!(&later, &approved, "{:?}", act);
            if status.is_approved() {
                prop_assert!(now.is_some_and(|now| approved.contains(&now)), "{:?}", act);
            }
            if now == digest {
                prop_assert!(status == before || !status.is_approved(), "{:?}: {:?}", act, status);
            }
        }
    }
}
