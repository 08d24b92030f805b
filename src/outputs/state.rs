//! The state of a change as people and data read it: one form for the terminal, the pages and `change.json`.

use schemars::JsonSchema;
use serde::Serialize;

use crate::facts::approval::SubjectId;
use crate::facts::approval::open::open;
use crate::facts::book::Change;
use crate::verdicts::gate::Grounds;
use crate::verdicts::lifecycle::{self, ChangeState, Hold};

/// Where a change stands, what holds it there, and who can move it on.
#[derive(Clone, Debug, Serialize, JsonSchema)]
pub struct StateOf {
    /// The word of the table of states: `assessed`, `in_progress`.
    #[serde(rename = "state")]
    pub word: &'static str,
    /// The same as a value.
    #[serde(skip)]
    pub state: ChangeState,
    /// The words of pages: `in progress`.
    #[serde(skip)]
    pub name: &'static str,
    /// What the state means.
    pub meaning: &'static str,
    /// The moment for which it was derived: RFC 3339 in UTC. Nothing on a site of which nothing says of when it is.
    pub as_of: Option<String>,
    /// What holds it there.
    pub holds: Vec<Hold>,
    /// Who or what can move it on.
    pub movers: Vec<String>,
}

impl StateOf {
    /// The state of a change at the moment at which the facts are judged.
    pub fn of(grounds: Grounds<'_>, change: &Change) -> StateOf {
        let facts = grounds.facts;
        let standing = lifecycle::standing(grounds, change);
        let row = standing.state.row();
        let mut movers = vec![row.mover.to_owned()];
        let waits_for_people = matches!(standing.state, ChangeState::Assessed | ChangeState::RatifyDue);
        if waits_for_people {
            let places = open(&facts.approvals, &SubjectId::named(&change.id), facts.inputs.as_of);
            movers.extend(places.into_iter().map(|place| match place.could.is_empty() {
                true => format!("{}: nobody on the roster", place.place),
                false => format!("{}: {}", place.place, place.could.join(", ")),
            }));
        }
        StateOf {
            word: row.word,
            state: standing.state,
            name: row.name,
            meaning: row.meaning,
            as_of: facts.inputs.moment().map(|at| at.to_string()),
            holds: standing.holds,
            movers,
        }
    }
}
