//! Path patterns: which files are of a kind, and what their names say.
//!
//! A pattern is a path below the source folder. In one part of it, `*` stands for one or more characters,
//! `{n}` for digits (`{n:4}` for four or more), `{year}` for four digits, `{date}` for `2026-11-23`, and
//! `{change}` for the id of a change; `**` stands for folders of any depth and is followed by one last part.

use super::kinds::{is_change_id, is_year};

/// How many places one part of a pattern may have: matching tries each split of a name.
const MAX_PLACES: usize = 4;

/// One pattern, taken apart once.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PathPattern {
    text: String,
    parts: Vec<Vec<Piece>>,
    /// Where the text in front of the first place ends.
    beginning: usize,
    /// Where the text behind the last place begins.
    ending: usize,
}

/// What a part of a pattern is made of.
#[derive(Clone, Debug, PartialEq, Eq)]
enum Piece {
    Text(String),
    Any,
    Number(usize),
    Year,
    Date,
    Change,
    /// `**`: folders of any depth.
    Folders,
}

/// What stands in the places of a path: the place's name without braces, and the text.
pub type Places<'p> = Vec<(&'static str, &'p str)>;

impl PathPattern {
    /// Takes a pattern apart.
    ///
    /// # Errors
    /// What is wrong with it: a lower-case phrase.
    pub fn new(text: &str) -> Result<PathPattern, String> {
        if text.starts_with('/') {
            return Err("it begins with a slash".to_owned());
        }
        let parts: Vec<Vec<Piece>> = text.split('/').map(pieces).collect::<Result<_, _>>()?;
        if parts.iter().any(|part| part.iter().filter(|piece| piece.is_place()).count() > MAX_PLACES) {
            return Err(format!("a part of it has more than {MAX_PLACES} places"));
        }
        let deep = parts.iter().position(|part| part[..] == [Piece::Folders]);
        if deep.is_some_and(|at| at + 2 != parts.len()) {
            return Err("`**` is followed by one last part".to_owned());
        }
        if !parts.last().is_some_and(|last| can_be_a_document(last)) {
            return Err("documents end with `.md`, and nothing that it fits does".to_owned());
        }
        let is_hidden =
            |part: &Vec<Piece>| matches!(&part[..], [Piece::Text(text), ..] if text.starts_with('.'));
        if parts.iter().any(is_hidden) {
            return Err("a part of it begins with a dot, and hidden files are no documents".to_owned());
        }
        let beginning = text.find(['*', '{']).unwrap_or(text.len());
        let ending = text.rfind(['*', '}', '/']).map_or(0, |at| at + 1);
        Ok(PathPattern { text: text.to_owned(), parts, beginning, ending })
    }

    /// The pattern as written.
    pub fn as_str(&self) -> &str {
        &self.text
    }

    /// Whether a path below the source folder fits.
    pub fn matches(&self, path: &str) -> bool {
        self.places(path).is_some()
    }

    /// What stands in the places, when the path fits.
    pub fn places<'p>(&self, path: &'p str) -> Option<Places<'p>> {
        // Of all patterns of a book few begin and end as the path does.
        if !path.starts_with(self.beginning()) || !path.ends_with(self.ending()) {
            return None;
        }
        let mut places = Places::new();
        let mut patterns = self.parts.iter();
        let mut parts = path.split('/');
        loop {
            match (patterns.next(), parts.next()) {
                (None, None) => return Some(places),
                (Some(pattern), Some(part)) if pattern[..] == [Piece::Folders] => {
                    let last = parts.next_back().unwrap_or(part);
                    let pattern = patterns.next()?;
                    return fit(pattern, last, &mut places).then_some(places);
                }
                (Some(pattern), Some(part)) if fit(pattern, part, &mut places) => {}
                _ => return None,
            }
        }
    }

    /// The text in front of the first place.
    fn beginning(&self) -> &str {
        &self.text[..self.beginning]
    }

    /// The text behind the last place of the last part. `**` may stand for no folder at all, and so for no slash.
    fn ending(&self) -> &str {
        &self.text[self.ending..]
    }

    /// Patterns with more fixed text win over patterns with less.
    pub fn specificity(&self) -> usize {
        self.text.bytes().filter(|byte| !matches!(byte, b'*' | b'{' | b'}')).count()
            + self.text.matches('/').count() * 100
    }

    /// Whether it has such a place: `n`, `name`, `year`, `date`, `change`.
    pub fn has_place(&self, name: &str) -> bool {
        self.parts.iter().flatten().any(|piece| piece.name() == Some(name))
    }

    /// The path with its places filled, or nothing when one has no text. A folder of any depth is left out;
    /// a number is written with the digits that the pattern asks for.
    pub fn filled(&self, text_of: impl Fn(&str) -> Option<String>) -> Option<String> {
        let part = |pieces: &Vec<Piece>| {
            let piece = |piece: &Piece| match piece {
                Piece::Text(text) => Some(text.clone()),
                Piece::Number(digits) => Some(format!("{:0>digits$}", text_of("n")?)),
                other => text_of(other.name()?),
            };
            pieces.iter().map(piece).collect::<Option<String>>()
        };
        let parts = self.parts.iter().filter(|part| part[..] != [Piece::Folders]).map(part);
        Some(parts.collect::<Option<Vec<String>>>()?.join("/"))
    }
}

impl Piece {
    fn is_place(&self) -> bool {
        !matches!(self, Piece::Text(_))
    }

    fn name(&self) -> Option<&'static str> {
        match self {
            Piece::Text(_) | Piece::Folders => None,
            Piece::Any => Some("name"),
            Piece::Number(_) => Some("n"),
            Piece::Year => Some("year"),
            Piece::Date => Some("date"),
            Piece::Change => Some("change"),
        }
    }

    /// Whether a text can stand for the place.
    fn takes(&self, text: &str) -> bool {
        match self {
            Piece::Text(own) => own == text,
            Piece::Any | Piece::Folders => !text.is_empty(),
            Piece::Number(digits) => {
                text.len() >= *digits && !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_digit())
            }
            Piece::Year => is_year(text),
            Piece::Date => text.len() == 10 && crate::inputs::document::time::parse_date(text).is_ok(),
            Piece::Change => is_change_id(text),
        }
    }
}

/// Fits pieces to a text, the first places as short as can be; what stands in them is added to `places`.
fn fit<'p>(pieces: &[Piece], text: &'p str, places: &mut Places<'p>) -> bool {
    let Some((first, rest)) = pieces.split_first() else { return text.is_empty() };
    if let Piece::Text(own) = first {
        return text.strip_prefix(own.as_str()).is_some_and(|text| fit(rest, text, places));
    }
    let known = places.len();
    let ends = text.char_indices().map(|(at, _)| at).skip(1).chain([text.len()]);
    for end in ends {
        if !first.takes(&text[..end]) {
            continue;
        }
        places.extend(first.name().map(|name| (name, &text[..end])));
        if fit(rest, &text[end..], places) {
            return true;
        }
        places.truncate(known);
    }
    false
}

fn pieces(part: &str) -> Result<Vec<Piece>, String> {
    if part == "**" {
        return Ok(vec![Piece::Folders]);
    }
    let mut pieces = Vec::new();
    let mut rest = part;
    while let Some(at) = rest.find(['*', '{']) {
        if at > 0 {
            pieces.push(Piece::Text(rest[..at].to_owned()));
        }
        rest = &rest[at..];
        if let Some(after) = rest.strip_prefix('*') {
            pieces.push(Piece::Any);
            rest = after;
            continue;
        }
        let Some((place, after)) = rest[1..].split_once('}') else {
            return Err("a `{` is not closed".to_owned());
        };
        pieces.push(match place.split_once(':').unwrap_or((place, "")) {
            ("n", "") => Piece::Number(1),
            ("n", digits) => match digits.parse() {
                Ok(digits @ 1..=9) => Piece::Number(digits),
                _ => return Err(format!("`{{{place}}}` asks for no number of digits from 1 to 9")),
            },
            ("year", "") => Piece::Year,
            ("date", "") => Piece::Date,
            ("change", "") => Piece::Change,
            _ => {
                return Err(format!(
                    "`{{{place}}}` is not a place; there are {{n}}, {{year}}, {{date}}, {{change}} and *"
                ));
            }
        });
        rest = after;
    }
    if !rest.is_empty() {
        pieces.push(Piece::Text(rest.to_owned()));
    }
    if pieces.is_empty() {
        return Err("a part of it is empty".to_owned());
    }
    Ok(pieces)
}

/// Whether a name that ends with `.md` can fit the last part of a pattern.
fn can_be_a_document(last: &[Piece]) -> bool {
    const END: &str = ".md";
    match last {
        [.., Piece::Any | Piece::Folders] => true,
        [.., Piece::Any, Piece::Text(text)] if END.ends_with(text.as_str()) => true,
        [.., Piece::Text(text)] => text.ends_with(END) && (text != END || last.len() > 1),
        _ => false,
    }
}

/// The places that a template may have beside those of the path's pattern.
pub(super) const FILE_PLACES: [&str; 2] = ["file", "folder"];

/// Fills a template: `{n}` and the other places of the pattern, `{file}` for the file's name without `.md`,
/// `{folder}` for the name of its folder. `{n}` is the number without zeros in front, `{n:4}` with so many
/// digits. Nothing when a place is not filled.
pub(super) fn fill(template: &str, places: &Places<'_>, path: &str) -> Option<String> {
    let mut filled = String::new();
    let mut rest = template;
    while let Some((before, place, after)) = next_place(rest) {
        filled.push_str(before);
        let mut parts = path.rsplit('/');
        let (place, digits) = place.split_once(':').unwrap_or((place, "1"));
        let text = match place {
            "file" => parts.next().map(|name| name.strip_suffix(".md").unwrap_or(name))?,
            "folder" => parts.nth(1)?,
            _ => places.iter().find(|(name, _)| *name == place).map(|(_, text)| *text)?,
        };
        match place {
            "n" => {
                let width = digits.parse().unwrap_or(1_usize).min(9);
                filled.push_str(&format!("{:0>width$}", text.trim_start_matches('0')));
            }
            _ => filled.push_str(text),
        }
        rest = after;
    }
    filled.push_str(rest);
    Some(filled)
}

/// The text before the first place of a template, the place's name, and the text behind it.
pub(super) fn next_place(template: &str) -> Option<(&str, &str, &str)> {
    let (before, rest) = template.split_once('{')?;
    let (place, after) = rest.split_once('}')?;
    Some((before, place, after))
}
