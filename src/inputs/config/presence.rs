//! Whether a field or section must be there: always, from a profile on, or when another field says so.

use super::bounds::Pattern;
use crate::inputs::profile::Profile;
use crate::inputs::value::{Node, Table, Value};

/// When something must, or must not, be there.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Presence {
    /// The least strict profile that asks for it; nothing when none does.
    pub from: Option<Profile>,
    /// It must be there when one of these holds.
    pub when: Vec<Condition>,
    /// It must not be there when one of these holds.
    pub forbidden_when: Vec<Condition>,
}

/// Something that may be true of a document's front matter.
#[derive(Clone, Debug, PartialEq)]
pub struct Condition {
    /// The field, as a dotted path: beside the field that has the condition, else in the front matter.
    pub field: String,
    /// What its value must be.
    pub test: Test,
}

/// What a condition asks of a value. Lists hold when one of their items does.
#[derive(Clone, Debug, PartialEq)]
pub enum Test {
    /// It is there.
    Present,
    /// It is not there.
    Absent,
    /// It is one of these.
    Is(Vec<String>),
    /// It is there, and none of these.
    IsNot(Vec<String>),
    /// The whole of it matches.
    Matches(Pattern),
}

/// Where conditions look: the table beside, and the front matter.
#[derive(Clone, Copy, Debug)]
pub struct Scope<'a> {
    /// The table that holds the field in question.
    pub beside: &'a Table,
    /// The whole front matter.
    pub matter: &'a Table,
}

impl<'a> Scope<'a> {
    /// The scope of a key of the front matter itself, and of a section.
    pub fn of(matter: &'a Table) -> Scope<'a> {
        Scope { beside: matter, matter }
    }
}

impl Presence {
    /// Required from the starter profile on.
    pub fn always() -> Presence {
        Presence { from: Some(Profile::Starter), ..Presence::default() }
    }

    /// Whether a profile asks for it whatever the document says.
    pub fn is_required_in(&self, profile: Profile) -> bool {
        self.from.is_some_and(|from| from <= profile)
    }

    /// Whether it must be there; with the condition, when that is why.
    pub fn required<'a>(&'a self, profile: Profile, scope: Scope<'_>) -> Option<Option<&'a Condition>> {
        if self.is_required_in(profile) {
            return Some(None);
        }
        self.when.iter().find(|condition| condition.holds(scope)).map(Some)
    }

    /// Why it must not be there.
    pub fn forbidden<'a>(&'a self, scope: Scope<'_>) -> Option<&'a Condition> {
        self.forbidden_when.iter().find(|condition| condition.holds(scope))
    }
}

impl Condition {
    /// Whether it is true.
    pub fn holds(&self, scope: Scope<'_>) -> bool {
        let value = scope.beside.at(&self.field).or_else(|| scope.matter.at(&self.field));
        let Some(value) = value.filter(|value| value.node != Node::Null) else {
            return self.test == Test::Absent;
        };
        match &self.test {
            Test::Present => true,
            Test::Absent => false,
            Test::Is(words) => is_one_of(value, words),
            Test::IsNot(words) => !is_one_of(value, words),
            Test::Matches(pattern) => matches(value, pattern),
        }
    }
}

impl std::fmt::Display for Condition {
    /// As a sentence goes on after "when": "`status` is `Final`".
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let field = &self.field;
        let listed =
            |words: &[String]| words.iter().map(|word| format!("`{word}`")).collect::<Vec<_>>().join(" or ");
        match &self.test {
            Test::Present => write!(f, "`{field}` is given"),
            Test::Absent => write!(f, "`{field}` is not given"),
            Test::Is(words) => write!(f, "`{field}` is {}", listed(words)),
            Test::IsNot(words) => write!(f, "`{field}` is not {}", listed(words)),
            Test::Matches(pattern) => write!(f, "`{field}` matches `{}`", pattern.as_str()),
        }
    }
}

fn is_one_of(value: &Value, words: &[String]) -> bool {
    match &value.node {
        Node::List(items) => items.iter().any(|item| is_one_of(item, words)),
        _ => word_of(value).is_some_and(|word| words.contains(&word)),
    }
}

fn matches(value: &Value, pattern: &Pattern) -> bool {
    match &value.node {
        Node::List(items) => items.iter().any(|item| matches(item, pattern)),
        _ => word_of(value).is_some_and(|word| pattern.fits(&word)),
    }
}

/// A simple value as the word that a condition compares: numbers in digits, `true`, `false`.
pub fn word_of(value: &Value) -> Option<String> {
    match &value.node {
        Node::String(text) => Some(text.clone()),
        Node::Integer(number) => Some(number.to_string()),
        Node::Bool(truth) => Some(truth.to_string()),
        Node::Float(number) => Some(number.to_string()),
        Node::Null | Node::List(_) | Node::Table(_) => None,
    }
}
