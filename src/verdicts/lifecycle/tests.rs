use std::collections::BTreeSet;

use super::{ChangeState, STATES, TRANSITIONS};

#[test]
fn every_state_has_one_row_and_a_word_of_its_own() {
    for state in ChangeState::ALL {
        assert_eq!(STATES.iter().filter(|row| row.state == state).count(), 1, "{state:?}");
        let word = serde_json::to_value(state).expect("a word");
        assert_eq!(word, state.word(), "data and table have the same word");
    }
    let words: BTreeSet<&str> = STATES.iter().map(|row| row.word).collect();
    assert_eq!(words.len(), STATES.len());
}

#[test]
fn no_way_is_written_twice_and_every_state_can_be_reached() {
    let ways: BTreeSet<_> = TRANSITIONS.iter().map(|way| (way.from, way.to)).collect();
    assert_eq!(ways.len(), TRANSITIONS.len());
    assert!(ways.iter().all(|(from, to)| from != to));
    // A request lands, or a number is burnt: everything else follows from there.
    let mut reached = BTreeSet::from([ChangeState::Draft, ChangeState::Void]);
    loop {
        let more: Vec<_> =
            ways.iter().filter(|(from, to)| reached.contains(from) && !reached.contains(to)).collect();
        if more.is_empty() {
            break;
        }
        reached.extend(more.into_iter().map(|(_, to)| *to));
    }
    assert_eq!(reached, BTreeSet::from(ChangeState::ALL));
}

#[test]
fn what_has_ended_for_ever_leads_nowhere() {
    for end in [ChangeState::Withdrawn, ChangeState::Superseded, ChangeState::Unratified, ChangeState::Void] {
        assert!(TRANSITIONS.iter().all(|way| way.from != end), "{end:?}");
    }
}
