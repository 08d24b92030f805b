//! Where a document says the value of a field, when that is not its front matter.
//!
//! Public collections keep their headers in many ways: a line `Date: 2016-02-12` below the title, a list of
//! such lines, a table or a code block of them, a section `Status` that holds one word. `from` names the
//! place, and the value is then a field like any other.

use regex::Regex;

use super::bounds::Pattern;
use crate::inputs::reader::{Faults, Section};

/// `from = { line = "Date" }`: the place in the body, and what part of it is the value.
#[derive(Clone, Debug)]
pub struct Origin {
    /// The place.
    pub place: Place,
    /// What is looked for in the text of the place; its first group is the value. Without it, the text is.
    pub capture: Option<Regex>,
}

/// A place in the body.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Place {
    /// What stands behind `Label:` in a line before the first section.
    Line(String),
    /// What a section says, under this heading.
    Section(String),
    /// The first heading.
    Heading,
}

impl PartialEq for Origin {
    fn eq(&self, other: &Origin) -> bool {
        let pattern = |origin: &Origin| origin.capture.as_ref().map(|regex| regex.as_str().to_owned());
        self.place == other.place && pattern(self) == pattern(other)
    }
}

impl Origin {
    /// What the place must hold, for who finds something else there.
    pub fn wanted(&self) -> String {
        match &self.capture {
            Some(regex) => {
                format!("what stands there holds nothing that `capture` finds: `{}`", regex.as_str())
            }
            None => "nothing stands there: write the value".to_owned(),
        }
    }
}

impl Place {
    /// How a message sends a writer there: "write it in a line `Date: ...` below the title".
    pub fn how(&self) -> String {
        match self {
            Place::Line(label) => format!("write it in a line `{label}: ...` before the first section"),
            Place::Section(title) => format!("write it in the section \"{title}\""),
            Place::Heading => "write it in the first heading".to_owned(),
        }
    }
}

/// What helps where `from` is no place.
const FORMS: &str = "write { line = \"Date\" }, { section = \"Status\" } or { heading = true }";

/// `from`, if the field has it.
pub(super) fn origin(section: &mut Section<'_>, faults: &mut Faults<'_>) -> Option<Origin> {
    let table = section.table("from", faults)?;
    let span = section.span_of("from");
    let name = section.dotted("from");
    let mut from = Section::new(&name, table);
    let (line, title) = (from.string("line", faults), from.string("section", faults));
    let heading = from.boolean("heading", faults).unwrap_or(false);
    let text = from.string("capture", faults);
    let at = from.span_of("capture");
    from.finish(&[], faults);
    let places = [line.map(Place::Line), title.map(Place::Section), heading.then_some(Place::Heading)];
    let mut places = places.into_iter().flatten();
    let place = places.next();
    if place.is_none() || places.next().is_some() {
        faults.add(span, format!("`{name}` must name one place")).help.push(FORMS.to_owned());
        return None;
    }
    let capture = match text.as_deref().map(Pattern::search) {
        None => None,
        Some(Ok(regex)) if regex.captures_len() == 2 => Some(regex),
        Some(Ok(_)) => {
            let fault = faults.add(at, format!("`{name}.capture` must have one group"));
            fault.help.push("put brackets around the value: \"[Ss]uperseded by (.+)\"".to_owned());
            return None;
        }
        Some(Err(why)) => {
            let fault = faults.add(at, format!("`{name}.capture` is not a regular expression: {why}"));
            fault.help.push("the syntax is that of https://docs.rs/regex".to_owned());
            return None;
        }
    };
    place.map(|place| Origin { place, capture })
}
