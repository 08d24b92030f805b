//! What people do to a book: edits, records with and without a flaw, policies; and how their commits land.

use proptest::prelude::*;

use super::super::*;
use super::flaws::{Flaw, Key, SECOND, What, key_of};
use super::repo::Subject;

/// Another text of a document; each may come back.
#[derive(Clone, Copy, Debug)]
pub(super) enum Text {
    /// As it was in the beginning.
    First,
    /// Another sentence: a small edit, over which approvals may be carried.
    Sentence,
    /// Another owner.
    Owner,
    /// It replaces the other change.
    Replaces,
    /// The name of its service is one that the catalogue lacks.
    Typo,
    /// Another line of the runbook.
    Runbook,
    /// A file, which is covered too.
    File,
    /// A notice, which is not.
    Notice,
}

/// What becomes of a signature when a commit is made anew.
#[derive(Clone, Copy, Debug)]
pub(super) enum Anew {
    /// Nobody signs.
    Unsigned,
    /// Whoever signed it signs again; the author stays.
    BySigner,
    /// Somebody of the roster signs, in their own name.
    ByAnother,
    /// Somebody whom nobody knows does.
    ByStranger,
    /// The old signature stays, over other bytes.
    Kept,
}

/// How many have voted for a policy.
#[derive(Clone, Copy, Debug)]
pub(super) enum Votes {
    Nobody,
    One,
    /// One person with two keys.
    OneTwice,
    /// One person, and another whose record has a flaw.
    OneAndFlawed(Flawed),
}

/// What can be wrong with a vote.
#[derive(Clone, Copy, Debug)]
pub(super) enum Flawed {
    Unsigned,
    Stranger,
    Rewritten,
    Impure,
    /// The policy of its tree is not the one that it names.
    OtherTree,
    /// It names the serial after the next.
    Serial,
    Context,
}

/// What a policy asks for that waits for votes.
#[derive(Clone, Copy, Debug)]
pub(super) enum Less {
    /// A peer is enough.
    Peer,
    /// A stranger may do everything.
    Stranger,
    /// One admin amends.
    Quorum,
    /// No key expires.
    Windows,
}

#[derive(Clone, Copy, Debug)]
pub(super) enum Act {
    Edit {
        subject: Subject,
        text: Text,
        who: &'static str,
    },
    /// A service gets another tier: the lower the number, the more it matters.
    Service(u8),
    /// Nobody signs for an execution that cites the present content, or that of the landing before.
    Run {
        subject: Subject,
        is_behind: bool,
    },
    /// The runbook of a change gets another name, or back its own; a page moves and keeps its id.
    Rename(Subject),
    /// Another file claims the id, or the claim ends.
    Claim(Subject),
    Policy {
        less: Less,
        votes: Votes,
    },
    Flawed {
        flaw: Flaw,
        subject: Subject,
        what: What,
        who: &'static str,
    },
    /// A record that was made before is put on top, of whatever it spoke.
    Replay {
        nth: usize,
        anew: Anew,
        onto: Option<Subject>,
    },
    /// A change is ended by somebody to whom it does not belong.
    WithdrawOfOthers(Subject),
    /// Somebody takes back what another one said.
    RetractOfOthers(usize),
    /// One admin lets a record count again whose key is compromised, with every key that they have.
    Reinstate,
    /// An emergency may begin as somebody says who is not asked, and as one of two says.
    Authorise,
    // From here on: records that count.
    /// A peer and a manager approve.
    Quorum(Subject),
    /// Somebody approves a small edit, and says to carry approvals over without having given one.
    Carry {
        subject: Subject,
        who: &'static str,
    },
    Approve {
        subject: Subject,
        key: Key,
        role: &'static str,
    },
    Reject {
        subject: Subject,
        who: &'static str,
    },
    Retract(usize),
    Withdraw(Subject),
}

/// How commits land.
#[derive(Clone, Copy, Debug)]
pub(super) enum Way {
    /// As they are, one by one, where the branch began at the head; else by a merge.
    Forward,
    Merge,
    /// A merge that takes nothing of the branch.
    Ours,
    /// A merge that changes more than the branch did.
    Evil(&'static str),
    /// A merge of two branches.
    Octopus,
    Rebase(Anew),
    Squash(Anew),
}

/// A few acts on a branch, and how they land.
#[derive(Clone, Debug)]
pub(super) struct Move {
    pub(super) acts: Vec<Act>,
    pub(super) way: Way,
    /// How many landings before the head the branch begins.
    pub(super) behind: usize,
    /// Whether it lands when it is too late to approve.
    pub(super) is_late: bool,
}

pub(super) fn subject() -> impl Strategy<Value = Subject> {
    prop_oneof![
        4 => Just(Subject::First),
        2 => Just(Subject::Second),
        1 => Just(Subject::Hurried),
        2 => Just(Subject::Page),
    ]
}

fn editor() -> impl Strategy<Value = &'static str> {
    prop_oneof![6 => Just("alice"), 2 => Just("dave"), 1 => Just("bob"), 2 => Just("mallory")]
}

pub(super) fn anyone() -> impl Strategy<Value = &'static str> {
    prop::sample::select(PEOPLE.map(|(who, _)| who).to_vec())
}

fn manager() -> impl Strategy<Value = &'static str> {
    prop::sample::select(vec!["alice", "bob", "dave"])
}

fn anew() -> impl Strategy<Value = Anew> {
    use Anew::{ByAnother, BySigner, ByStranger, Kept, Unsigned};
    prop::sample::select(vec![Unsigned, BySigner, ByAnother, ByStranger, Kept])
}

fn votes() -> impl Strategy<Value = Votes> {
    use Flawed::{Context, Impure, OtherTree, Rewritten, Serial, Stranger, Unsigned};
    let flawed = vec![Unsigned, Stranger, Rewritten, Impure, OtherTree, Serial, Context];
    prop_oneof![
        1 => Just(Votes::Nobody),
        1 => Just(Votes::One),
        2 => Just(Votes::OneTwice),
        3 => prop::sample::select(flawed).prop_map(Votes::OneAndFlawed),
    ]
}

/// An edit, mostly of one document and there and back.
fn edit() -> impl Strategy<Value = Act> {
    use Text::{File, First, Notice, Owner, Replaces, Runbook, Sentence, Typo};
    let text = prop::sample::select(vec![
        First, First, First, Sentence, Sentence, Owner, Replaces, Runbook, File, Notice, Typo,
    ]);
    (subject(), text, editor()).prop_map(|(subject, text, who)| Act::Edit { subject, text, who })
}

/// What can land without a record that counts for a subject.
pub(super) fn idle() -> impl Strategy<Value = Act> {
    let less = prop::sample::select(vec![Less::Peer, Less::Stranger, Less::Quorum, Less::Windows]);
    // Records in doubt are most telling where several stand beside each other.
    let doubtful: Vec<Flaw> = Flaw::ALL.into_iter().filter(|flaw| flaw.is_doubtful()).collect();
    let flaw =
        prop_oneof![5 => prop::sample::select(Flaw::ALL.to_vec()), 1 => prop::sample::select(doubtful)];
    let what = prop::sample::select(What::ALL.to_vec());
    prop_oneof![
        8 => edit(),
        2 => (0..3_u8).prop_map(Act::Service),
        2 => (subject(), any::<bool>()).prop_map(|(subject, is_behind)| Act::Run { subject, is_behind }),
        1 => subject().prop_map(Act::Rename),
        1 => subject().prop_map(Act::Claim),
        2 => (less, votes()).prop_map(|(less, votes)| Act::Policy { less, votes }),
        5 => (flaw, subject(), what, anyone())
            .prop_map(|(flaw, subject, what, who)| Act::Flawed { flaw, subject, what, who }),
        3 => (any::<usize>(), anew(), prop::option::of(subject()))
            .prop_map(|(nth, anew, onto)| Act::Replay { nth, anew, onto }),
        1 => subject().prop_map(Act::WithdrawOfOthers),
        1 => any::<usize>().prop_map(Act::RetractOfOthers),
        1 => Just(Act::Reinstate),
        1 => Just(Act::Authorise),
    ]
}

/// Records that count.
fn valid() -> impl Strategy<Value = Act> {
    let approve = |role: &'static str, keys: Vec<Key>| {
        (subject(), prop::sample::select(keys)).prop_map(move |(subject, key)| Act::Approve {
            subject,
            key,
            role,
        })
    };
    let all: Vec<Key> = PEOPLE.to_vec();
    let managers = vec![key_of("bob"), key_of("bob"), key_of("dave"), key_of("alice"), SECOND];
    prop_oneof![
        4 => subject().prop_map(Act::Quorum),
        4 => approve("peer", [all, vec![key_of("carol"), key_of("carol"), SECOND]].concat()),
        5 => approve("manager", managers),
        2 => (subject(), manager()).prop_map(|(subject, who)| Act::Reject { subject, who }),
        1 => any::<usize>().prop_map(Act::Retract),
        1 => subject().prop_map(Act::Withdraw),
        2 => (subject(), manager()).prop_map(|(subject, who)| Act::Carry { subject, who }),
    ]
}

fn way() -> impl Strategy<Value = Way> {
    prop_oneof![
        4 => Just(Way::Forward),
        3 => Just(Way::Merge),
        1 => Just(Way::Ours),
        1 => editor().prop_map(Way::Evil),
        1 => Just(Way::Octopus),
        1 => anew().prop_map(Way::Rebase),
        1 => anew().prop_map(Way::Squash),
    ]
}

fn moved(act: impl Strategy<Value = Act>) -> impl Strategy<Value = Move> {
    let behind = prop_oneof![3 => Just(0), 1 => 1..4_usize];
    (prop::collection::vec(act, 1..4), way(), behind, prop::bool::weighted(0.1))
        .prop_map(|(acts, way, behind, is_late)| Move { acts, way, behind, is_late })
}

/// Moves of which some bring records that count.
pub(super) fn moves() -> impl Strategy<Value = Vec<Move>> {
    prop::collection::vec(moved(prop_oneof![1 => idle(), 2 => edit(), 3 => valid()]), 0..3)
}

/// Moves of which none brings a record that counts.
pub(super) fn idle_moves() -> impl Strategy<Value = Vec<Move>> {
    prop::collection::vec(moved(idle()), 1..7)
}

/// From what a history goes on.
#[derive(Clone, Copy, Debug)]
pub(super) enum Start {
    /// Each subject has one approval.
    Waiting,
    /// One service matters so much that three people are needed, and two have signed.
    Major,
    /// Everything is approved.
    Approved,
    /// The first change is approved, and rejected.
    Rejected,
    /// The first change is approved, and withdrawn.
    Withdrawn,
    /// The second change replaces the first; both are approved.
    Replaced,
    /// Everything was approved; a key of each quorum is compromised.
    Revoked,
    /// The emergency may begin.
    Authorised,
}

pub(super) fn start() -> impl Strategy<Value = Start> {
    use Start::{Approved, Authorised, Major, Rejected, Replaced, Revoked, Waiting, Withdrawn};
    prop::sample::select(vec![
        Waiting, Major, Approved, Approved, Rejected, Withdrawn, Replaced, Replaced, Revoked, Authorised,
    ])
}
