//! Commits and trees, read from their raw bytes.
//!
//! Raw bytes because one read gives everything that is wanted of a commit, because parents are those that
//! the commit itself names, and because nothing is lost or refused where text is not UTF-8.

use std::sync::Arc;

use foldhash::HashMap;
use git2::Oid;

use crate::inputs::history::{Commit, Person};
use crate::inputs::signature::record;

/// The mode of a folder's entry in a tree.
pub(super) const MODE_TREE: u32 = 0o40000;
/// The mode of a submodule's entry in a tree.
pub(super) const MODE_COMMIT: u32 = 0o160000;

/// What a commit object says.
pub(super) struct RawCommit {
    /// The root tree.
    pub(super) tree: Oid,
    /// The parents, in the commit's order.
    pub(super) parents: Vec<Oid>,
    /// The rest, as plain values.
    pub(super) commit: Arc<Commit>,
    /// All its bytes where its message says that it is a record (approvals.md): judging it needs them again.
    pub(super) record: Option<Arc<[u8]>>,
    /// The mail addresses of its co-authors, in lower case.
    pub(super) coauthors: Vec<String>,
    /// Whether its header names something twice or out of its order, so that tools read it differently.
    pub(super) is_ambiguous: bool,
}

/// The people of commits: one value for everything that one person made.
#[derive(Default)]
pub(super) struct People(HashMap<Box<[u8]>, Arc<Person>>);

impl People {
    /// The person of an `author` or `committer` line.
    fn of(&mut self, line: &[u8]) -> Arc<Person> {
        let end = line.iter().rposition(|byte| *byte == b'>').map_or(line.len(), |at| at + 1);
        let ident = &line[..end];
        if let Some(person) = self.0.get(ident) {
            return person.clone();
        }
        let person = Arc::new(parse_person(ident));
        self.0.insert(ident.into(), person.clone());
        person
    }
}

/// One entry of a tree object.
#[derive(Clone, Copy)]
pub(super) struct Entry<'a> {
    /// File name.
    pub(super) name: &'a [u8],
    /// What it is.
    pub(super) mode: u32,
    /// The object that it names.
    pub(super) id: Oid,
}

impl Entry<'_> {
    /// Whether it names another tree.
    pub(super) fn is_tree(&self) -> bool {
        self.mode == MODE_TREE
    }
}

/// Reads a commit object; nothing when its header is not one that Git writes.
pub(super) fn parse_commit(id: Oid, raw: &[u8], people: &mut People) -> Option<RawCommit> {
    let (mut tree, mut parents, mut signed) = (None, Vec::new(), false);
    let (mut author, mut committer) = (None, None);
    let mut rest = raw;
    let (mut place, mut is_ambiguous) = (0, false);
    while let Some(line) = take_line(&mut rest) {
        if line.is_empty() {
            break;
        }
        is_ambiguous |= line == b"\r";
        // A line that begins with a space continues the header before it: `key` is then empty.
        let (key, value) = split_once(line, b' ').unwrap_or((line, b""));
        match key {
            // As Git reads them: the first of each, and parents right behind the tree only.
            b"tree" if place == 0 => (place, tree) = (1, Some(parse_id(value)?)),
            b"parent" if place == 1 => parents.push(parse_id(value)?),
            b"author" if place == 1 => (place, author) = (2, Some(value)),
            b"committer" if place == 2 => (place, committer) = (3, Some(value)),
            b"tree" | b"parent" | b"author" | b"committer" => is_ambiguous = true,
            key if key.starts_with(b"gpgsig") => signed = true,
            _ => {}
        }
    }
    let (author, committer) = (author?, committer?);
    let (time, offset) = parse_time(committer);
    let commit = Arc::new(Commit {
        id: id.to_string(),
        summary: summary(rest),
        author: people.of(author),
        committer: people.of(committer),
        time,
        offset,
        signed,
    });
    Some(RawCommit {
        tree: tree?,
        parents,
        commit,
        record: record::is_candidate(rest).then(|| raw.into()),
        coauthors: coauthors(rest),
        is_ambiguous,
    })
}

/// The mail addresses of `Co-authored-by: Name <mail>`, in lower case.
fn coauthors(message: &[u8]) -> Vec<String> {
    let read = |line: &[u8]| {
        let line = String::from_utf8_lossy(line);
        let (key, value) = line.split_once(':')?;
        let (_, rest) =
            value.split_once('<').filter(|_| key.trim().eq_ignore_ascii_case("co-authored-by"))?;
        let (email, _) = rest.split_once('>')?;
        Some(email.trim().to_lowercase())
    };
    if memchr::memchr(b'<', message).is_none() {
        return Vec::new();
    }
    let has_mail = |line: &&[u8]| line.contains(&b'<');
    message.split(|byte| *byte == b'\n').filter(has_mail).filter_map(read).collect()
}

/// Takes the first entry off a tree object's bytes; `Ok(None)` at its end, `Err` where it is malformed.
pub(super) fn next_entry<'a>(raw: &mut &'a [u8]) -> Result<Option<Entry<'a>>, git2::Error> {
    if raw.is_empty() {
        return Ok(None);
    }
    let malformed = || git2::Error::from_str("a tree object is malformed");
    let (head, rest) = split_once(raw, 0).ok_or_else(malformed)?;
    let (mode, name) = split_once(head, b' ').ok_or_else(malformed)?;
    let mode = mode.iter().try_fold(0_u32, |mode, digit| {
        matches!(digit, b'0'..=b'7').then(|| mode << 3 | u32::from(digit - b'0'))
    });
    let (id, rest) = rest.split_at_checked(20).ok_or_else(malformed)?;
    let entry = Entry { name, mode: mode.ok_or_else(malformed)?, id: Oid::from_bytes(id)? };
    *raw = rest;
    Ok(Some(entry))
}

/// The bytes of the first entry of a tree object, whatever they mean; nothing when it is malformed.
///
/// Two trees mostly hold the same entries: comparing whole entries first saves reading them.
pub(super) fn entry_length(raw: &[u8]) -> Option<usize> {
    let length = raw.iter().position(|byte| *byte == 0)? + 21;
    (length <= raw.len()).then_some(length)
}

fn parse_id(hex: &[u8]) -> Option<Oid> {
    Oid::from_str(std::str::from_utf8(hex).ok()?).ok()
}

/// `Ana Ferreira <ana@example.org> 1764000000 +0100`; what is missing is empty.
fn parse_person(line: &[u8]) -> Person {
    let (name, rest) = split_once(line, b'<').unwrap_or((line, b""));
    let (email, _) = split_once(rest, b'>').unwrap_or((rest, b""));
    let text = |bytes: &[u8]| String::from_utf8_lossy(bytes).trim().to_owned();
    Person { name: text(name), email: text(email) }
}

/// Seconds since 1970 and minutes from UTC; zero where they cannot be read, as Git shows them.
fn parse_time(line: &[u8]) -> (i64, i32) {
    let after = line.iter().rposition(|byte| *byte == b'>').map_or(line, |at| &line[at + 1..]);
    let text = String::from_utf8_lossy(after);
    let mut words = text.split_ascii_whitespace();
    let seconds = words.next().and_then(|word| word.parse().ok()).unwrap_or(0);
    let zone = words.next().and_then(|word| word.parse::<i32>().ok()).unwrap_or(0);
    (seconds, zone / 100 * 60 + zone % 100)
}

fn summary(message: &[u8]) -> String {
    let lines = message.split(|byte| *byte == b'\n').map(String::from_utf8_lossy);
    let mut texts = lines.map(|line| line.trim().to_owned());
    texts.find(|line| !line.is_empty()).unwrap_or_default()
}

fn take_line<'a>(rest: &mut &'a [u8]) -> Option<&'a [u8]> {
    if rest.is_empty() {
        return None;
    }
    let (line, after) = split_once(rest, b'\n').unwrap_or((rest, b""));
    *rest = after;
    Some(line)
}

fn split_once(bytes: &[u8], at: u8) -> Option<(&[u8], &[u8])> {
    let index = bytes.iter().position(|byte| *byte == at)?;
    Some((&bytes[..index], &bytes[index + 1..]))
}
