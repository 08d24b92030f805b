//! Whether a request says that what it does can be undone.
//!
//! Two fields speak of it, `rollback.kind` in free words and `change.reversibility` in four. The one place where
//! their words are read: what approvals a change needs (policy.md, `without_rollback`) and what its rules say
//! must not differ. Where the two contradict each other, the worse one counts.

use crate::inputs::document::Document;
use crate::inputs::value::{Node, Value};
use crate::text::Span;

/// What a request says of its way back.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum WayBack<'a> {
    /// There is one, at least for a part.
    Stands,
    /// It says that there is none.
    None {
        /// The word that says so.
        word: &'a str,
        /// Where it stands.
        span: Span,
    },
    /// It says too little, or nothing that could be read; rules on fields speak of that.
    Unsaid,
}

impl<'a> WayBack<'a> {
    /// Reads a request.
    ///
    /// A kind that begins with a word of `NO_WAY`, or a reversibility of `none` or `forward_fix`, is no way
    /// back. Any other kind, known or not, is one where the reversibility says `reversible` or `partial`, and
    /// nowhere else: a word that nobody here knows never makes a change need less.
    pub fn of(request: &'a Document) -> WayBack<'a> {
        let said = |word: &'a str, value: &Value| WayBack::None { word, span: value.span };
        let kind = request.field("rollback.kind");
        if let Some((kind, word)) = kind.and_then(|kind| Some((kind, kind.as_str()?)))
            && says_none(word)
        {
            return said(word.trim(), kind);
        }
        let reversibility = request.field("change.reversibility");
        let word = reversibility.and_then(Value::as_str).unwrap_or_default();
        if let ("none" | "forward_fix", Some(value)) = (word, reversibility) {
            return said(word, value);
        }
        // What has another type than it should is not known to be a way back.
        let is_unread = kind.is_some_and(|kind| kind.as_str().is_none() && kind.node != Node::Null)
            || request
                .field("rollback")
                .is_some_and(|all| all.as_table().is_none() && all.node != Node::Null);
        match word {
            "reversible" | "partial" if !is_unread => WayBack::Stands,
            _ => WayBack::Unsaid,
        }
    }

    /// Whether the change has to be approved as one that cannot be undone.
    pub fn may_be_missing(self) -> bool {
        match self {
            WayBack::Stands => false,
            WayBack::None { .. } | WayBack::Unsaid => true,
        }
    }
}

/// How a kind of rollback begins that is none.
const NO_WAY: [&str; 14] = [
    "none",
    "no rollback",
    "no roll back",
    "no way back",
    "not possible",
    "not reversible",
    "impossible",
    "irreversible",
    "forward fix",
    "forwardfix",
    "fix forward",
    "roll forward",
    "rollforward",
    "compensat",
];

/// Kinds that are none by themselves, and no beginning of one.
const NO_WORD: [&str; 3] = ["no", "n a", "na"];

/// Whether a kind of rollback says that there is none, however it is written: `Forward_Fix`, ` none `, `N/A`.
fn says_none(kind: &str) -> bool {
    let lower = kind.to_lowercase();
    let words = lower.split(|c: char| !c.is_alphanumeric()).filter(|word| !word.is_empty());
    let plain = words.collect::<Vec<_>>().join(" ");
    NO_WORD.contains(&plain.as_str()) || NO_WAY.iter().any(|with| plain.starts_with(with))
}

#[cfg(test)]
mod tests;
