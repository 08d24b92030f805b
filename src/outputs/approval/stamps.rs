//! Time stamps of records, in words.

use schemars::JsonSchema;
use serde::Serialize;

use crate::facts::approval::stamped::Stamped;

/// A time stamp for a record, and what it proves.
#[derive(Clone, Debug, Serialize, JsonSchema)]
pub struct StampStanding {
    /// The commit that it is over: the record, or a commit of the mainline that holds it.
    pub over: String,
    /// The moment before which that commit was there, RFC 3339 in UTC; nothing when the stamp proves nothing.
    pub before: Option<String>,
    /// The authority that made it, by its certificate.
    pub authority: Option<String>,
    /// The root of the policy that vouches for the authority.
    pub root: Option<String>,
    /// Why it proves nothing.
    pub why: Option<String>,
}

impl StampStanding {
    pub(super) fn of(stamped: &Stamped) -> StampStanding {
        let found = stamped.found.as_ref();
        let (stamp, why) = (found.ok(), found.err());
        StampStanding {
            over: stamped.over.clone(),
            before: stamp.map(|stamp| stamp.before.to_string()),
            authority: stamp.map(|stamp| stamp.authority.clone()),
            root: stamp.map(|stamp| stamp.root.clone()),
            why: why.cloned(),
        }
    }

    /// The same in a phrase; `record` is the record's own commit.
    pub fn phrase(&self, record: &str) -> String {
        let over = match self.over == record {
            true => "the record".to_owned(),
            false => format!("the landing {}", super::short(&self.over)),
        };
        match (&self.before, &self.authority) {
            (Some(before), Some(authority)) => {
                format!("time stamp over {over}: there before {before}, by {authority}")
            }
            _ => {
                let why = self.why.as_deref().unwrap_or_default();
                format!("time stamp over {over} is not trusted: {why}")
            }
        }
    }
}
