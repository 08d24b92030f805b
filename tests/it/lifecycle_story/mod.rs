//! One change from `new request` to `closed`, and what happens to it when a piece of evidence is missing.
//!
//! `tests/cases/lifecycle/story.toml` is the story: the move of the card payments in the example company, through
//! a restricted window with a freeze before it, told with its real documents, real keys and the real commands.
//! Every step says where the change stands afterwards, and has siblings in which one piece of its evidence is
//! missing: there the state does not move. `sides.toml` are short stories that begin somewhere on the way: the
//! ways back and the ways out. Together they walk every row of the table of transitions, and no other way.

mod script;
mod world;

use std::collections::{BTreeMap, BTreeSet};
use std::path::Path;

use jiff::Timestamp;
use mcmbook::verdicts::lifecycle::{ChangeState, TRANSITIONS};
use rayon::prelude::*;

use script::{Act, Gate, Script, Step, Story, Without};
use world::World;

use crate::approvals::book::Snapshot;
use crate::gate::command::{answer, codes};

/// States that the stories passed, and ways between them.
#[derive(Default)]
struct Walked {
    states: BTreeSet<String>,
    ways: BTreeSet<(String, String)>,
    /// What was otherwise than the story says.
    wrong: Vec<String>,
}

impl Walked {
    fn add(&mut self, other: Walked) {
        self.states.extend(other.states);
        self.ways.extend(other.ways);
        self.wrong.extend(other.wrong);
    }
}

fn script(name: &str) -> Script {
    let file = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/cases/lifecycle").join(name);
    let text = std::fs::read_to_string(&file).expect("the file is there");
    toml::from_str(&text).unwrap_or_else(|error| panic!("{name}: {error}"))
}

/// What a step with one piece of evidence less leaves of it.
struct Sibling<'s> {
    step: &'s Step,
    without: &'s Without,
    before: usize,
    state: String,
}

/// Tells a story from a moment of the book on; gives the moments behind its steps, the first one before them.
fn tell<'s>(
    story: &'s Story,
    (from, state): (&Snapshot, Option<&str>),
    walked: &mut Walked,
    siblings: &mut Vec<Sibling<'s>>,
) -> Vec<Snapshot> {
    let world = World { book: from.book(), change: story.change.clone() };
    let mut moments = vec![world.book.snapshot()];
    let mut state = state.map(str::to_owned);
    for step in &story.step {
        let before = state.clone().unwrap_or_default();
        let without = |without: &'s Without| Sibling {
            step,
            without,
            before: moments.len() - 1,
            state: before.clone(),
        };
        siblings.extend(step.without.iter().map(without));
        let at = perform(&world, step.at, &step.act);
        let (found, holds) = world.standing(at);
        check(&format!("{} / {}", story.tells, step.does), &found, &step.state, &holds, &step.holds, walked);
        let moved = state.filter(|before| *before != found);
        walked.ways.extend(moved.map(|before| (before, found.clone())));
        // What has landed is all that `explain` tells of a moment.
        let told = if found == "draft" { found.clone() } else { world.explained(at) };
        if told != found {
            walked.wrong.push(format!("{}: explain says {told}, and it is {found}", step.does));
        }
        for gate in &step.gate {
            walked.wrong.extend(asked(&world, at, gate).map(|wrong| format!("{}: {wrong}", step.does)));
        }
        walked.states.insert(found.clone());
        moments.push(world.book.snapshot());
        state = Some(found);
    }
    moments
}

/// Does the acts of a step from a time on; gives the time at which they are done.
fn perform(world: &World, at: Timestamp, acts: &[Act]) -> Timestamp {
    world.book.repo.wait_until(at.as_second());
    acts.iter().for_each(|act| world.act(act));
    world.now()
}

fn check(what: &str, found: &str, state: &str, holds: &[String], wanted: &[String], walked: &mut Walked) {
    let lacks = wanted.iter().find(|code| !holds.iter().any(|hold| hold.starts_with(&format!("{code}:"))));
    if found != state || lacks.is_some() {
        walked.wrong.push(format!("{what}: it is {found} and should be {state} {wanted:?}: {holds:#?}"));
    }
}

/// What is otherwise about an answer of the gate.
fn asked(world: &World, at: Timestamp, gate: &Gate) -> Option<String> {
    let at = at.to_string();
    let mut call = vec!["--service", "payments", "--env", "production", "--at", &at];
    call.extend(gate.ask.iter().map(String::as_str));
    let (_, answer) = answer(&world.book, &call);
    let decision = answer["decision"].as_str().unwrap_or_default();
    let said = [&[decision][..], &codes(&answer)].concat().join(" ");
    let next = answer["next_transition"].as_str().and_then(|next| next.parse::<Timestamp>().ok());
    let kinds = answer["windows"].as_array().into_iter().flatten();
    let windows: Vec<&str> = kinds.filter_map(|window| window["type"].as_str()).collect();
    let is_same = said == gate.says
        && (gate.next.is_none() || next == gate.next)
        && (gate.windows.is_empty() || windows == gate.windows);
    (!is_same)
        .then(|| format!("the gate says {said:?}, and should say {:?}: {}", gate.says, answer["reasons"]))
}

/// Tells a step with one piece of evidence less.
fn sibling(one: &Sibling<'_>, moments: &[Snapshot], change: &str) -> Walked {
    let world = World { book: moments[one.before].book(), change: change.to_owned() };
    let is_left_out = |act: &&Act| one.without.alone || act.name.as_ref() == Some(&one.without.piece);
    let left = one.step.act.iter().filter(|act| !is_left_out(act));
    let acts: Vec<Act> = left.chain(&one.without.act).cloned().collect();
    let at = perform(&world, one.without.at.unwrap_or(one.step.at), &acts);
    let (found, holds) = world.standing(at);
    let mut walked = Walked::default();
    let what = format!("{} without {}", one.step.does, one.without.piece);
    check(&what, &found, &one.state, &holds, &one.without.holds, &mut walked);
    walked
}

#[test]
fn one_change_passes_every_state_and_nothing_moves_without_its_evidence() {
    let main = script("story.toml");
    let [story] = main.story.as_slice() else { panic!("story.toml tells one story") };
    let sides = script("sides.toml").story;
    let mut walked = Walked::default();
    let mut siblings = Vec::new();
    let begin = World::adopted().snapshot();
    let moments = tell(story, (&begin, None), &mut walked, &mut siblings);
    assert_eq!(walked.wrong, Vec::<String>::new());

    // The story alone passes every state of a change that is planned and carried out.
    let planned = ChangeState::ALL.iter().take_while(|state| **state != ChangeState::Declared);
    let planned: BTreeSet<String> = planned.map(|state| state.word().to_owned()).collect();
    assert_eq!(walked.states, planned);
    // Every step that moves it has a sibling.
    let has_sibling: BTreeSet<&str> = siblings.iter().map(|one| one.step.does.as_str()).collect();
    for pair in story.step.windows(2) {
        let [before, step] = pair else { continue };
        assert!(before.state == step.state || has_sibling.contains(step.does.as_str()), "{}", step.does);
    }

    let begins: BTreeMap<&str, (&Snapshot, Option<&str>)> = story
        .step
        .iter()
        .zip(&moments[1..])
        .filter_map(|(step, moment)| Some((step.name.as_deref()?, (moment, Some(&*step.state)))))
        .collect();
    let of_siblings = siblings.par_iter().map(|one| sibling(one, &moments, &story.change));
    let of_sides = sides.par_iter().map(|side| {
        let from = side.after.as_deref().map_or((&begin, None), |name| {
            begins.get(name).copied().unwrap_or_else(|| panic!("no step is called {name}"))
        });
        let (mut walked, mut siblings) = (Walked::default(), Vec::new());
        let moments = tell(side, from, &mut walked, &mut siblings);
        for one in &siblings {
            walked.add(sibling(one, &moments, &side.change));
        }
        walked
    });
    for more in of_siblings.chain(of_sides).collect::<Vec<_>>() {
        walked.add(more);
    }
    assert!(walked.wrong.is_empty(), "{} are otherwise:\n{}", walked.wrong.len(), walked.wrong.join("\n"));
    let table: BTreeSet<(String, String)> =
        TRANSITIONS.iter().map(|way| (way.from.word().to_owned(), way.to.word().to_owned())).collect();
    let lacking: Vec<_> = table.difference(&walked.ways).collect();
    assert!(lacking.is_empty(), "no story walks {lacking:?}");
    let unknown: Vec<_> = walked.ways.difference(&table).collect();
    assert!(unknown.is_empty(), "the table lacks {unknown:?}");
    let all: BTreeSet<String> = ChangeState::ALL.iter().map(|state| state.word().to_owned()).collect();
    assert_eq!(walked.states, all);
}
