//! The bytes of a commit object, split into header, signature, payload and message.
//!
//! STRATEGY. Every line of the header is read once, in order. What git writes today has one form; anything
//! else is kept as a [`Malformed`] beside the parts, so that a record can be refused for it while the rest
//! of a history, written by many tools over many years, can still be walked. The payload is what git signs:
//! the object's bytes without the lines of the `gpgsig` header.

use super::Format;

/// The size in bytes above which no commit is a record: sixty times the longest that `approve` writes.
pub const MAX_RECORD: usize = 64 << 10;

/// More parents than this and a commit is refused: no merge that people make has them.
pub const MAX_PARENTS: usize = 1000;

/// A commit object, split.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct RawCommit<'a> {
    /// The root tree, as hexadecimal digits.
    pub tree: &'a str,
    /// The parents, in their order.
    pub parents: Vec<&'a str>,
    /// Who wrote it.
    pub author: Ident<'a>,
    /// Who committed it.
    pub committer: Ident<'a>,
    /// The signature of the `gpgsig` header, unfolded.
    pub signature: Option<SignatureBlock>,
    /// Whether there is a `gpgsig-sha256` header.
    pub has_sha256_signature: bool,
    /// What the signature covers.
    pub payload: Vec<u8>,
    /// The message: everything behind the first blank line.
    pub message: &'a [u8],
    /// In what it differs from the one form that a record may have.
    pub malformed: Vec<Malformed>,
}

/// The armoured text of a signature.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SignatureBlock {
    /// The format, by its first line.
    pub format: Format,
    /// The armour, lines ended by LF.
    pub text: String,
}

/// `Ana Ferreira <ana@example.org> 1764000000 +0100`, as a commit claims it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Ident<'a> {
    /// The whole value, for comparing two of them byte by byte.
    pub raw: &'a [u8],
    /// The name, without surrounding space.
    pub name: &'a [u8],
    /// The mail address, without its brackets.
    pub email: &'a [u8],
    /// Seconds since 1970 in UTC; nothing where they cannot be read (T0 then says nothing).
    pub seconds: Option<i64>,
}

/// Why a commit does not have the form of a record (approvals.md, rule 1).
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, thiserror::Error)]
pub enum Malformed {
    /// More than 64 KiB.
    #[error("it is larger than 64 KiB")]
    TooLarge,
    /// A byte that is not UTF-8.
    #[error("it is not UTF-8")]
    NotUtf8,
    /// A carriage return.
    #[error("it holds a carriage return")]
    CarriageReturn,
    /// A NUL byte.
    #[error("it holds a NUL byte")]
    Nul,
    /// The header has another line, or its lines stand in another order.
    #[error("its header is not tree, parent, author, committer, gpgsig, in this order, each once")]
    Header,
    /// Two signatures, or a header whose name begins with `gpgsig`.
    #[error("it has more than one header that begins with `gpgsig`")]
    SeveralSignatures,
    /// A continuation line where none may stand.
    #[error("a line of its header continues what may not be continued")]
    Continuation,
    /// Text before or behind the armour, or two armours.
    #[error("its signature header holds something beside one signature")]
    Armour,
    /// An identity that is not `name <mail> seconds zone`.
    #[error("its author or committer is not of the form `name <mail> seconds zone`")]
    Identity,
    /// No blank line behind the header.
    #[error("it has no message")]
    NoMessage,
}

/// Why bytes are no commit at all.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum NoCommit {
    /// No tree, author or committer.
    #[error("the commit object has no {0}")]
    Missing(&'static str),
    /// A tree or a parent whose id is not 40 hexadecimal digits.
    #[error("the commit object names an object by no id of this repository")]
    BadId,
    /// More than [`MAX_PARENTS`].
    #[error("the commit object has more than {MAX_PARENTS} parents")]
    TooManyParents,
}

/// The place of a header line in the one order that a record may have.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
enum Place {
    Start,
    Tree,
    Parent,
    Author,
    Committer,
    Extra,
    Signature,
}

/// Splits a commit object.
///
/// # Errors
/// Bytes that lack what every commit has.
pub fn split(bytes: &[u8]) -> Result<RawCommit<'_>, NoCommit> {
    let (header, message) = match find(bytes, b"\n\n") {
        Some(at) => (&bytes[..=at], Some(&bytes[at + 2..])),
        None => (bytes, None),
    };
    let mut reader = Header::default();
    let mut offset = 0;
    for line in header.split_inclusive(|byte| *byte == b'\n') {
        reader.line(line, offset)?;
        offset += line.len();
    }
    reader.finish(bytes, message)
}

#[derive(Default)]
struct Header<'a> {
    tree: Option<&'a str>,
    parents: Vec<&'a str>,
    author: Option<Ident<'a>>,
    committer: Option<Ident<'a>>,
    signature: Option<Vec<u8>>,
    has_sha256_signature: bool,
    /// The lines that are no part of the payload.
    left_out: Vec<std::ops::Range<usize>>,
    malformed: Vec<Malformed>,
    place: Option<Place>,
    /// Whether the header line at hand is `gpgsig`, and may be continued.
    in_signature: bool,
    in_extra: bool,
}

impl<'a> Header<'a> {
    fn line(&mut self, line: &'a [u8], offset: usize) -> Result<(), NoCommit> {
        let whole = offset..offset + line.len();
        let text = line.strip_suffix(b"\n").unwrap_or(line);
        if let Some(rest) = text.strip_prefix(b" ") {
            if self.in_signature {
                let signature = self.signature.get_or_insert_default();
                signature.extend_from_slice(rest);
                signature.push(b'\n');
                self.left_out.push(whole);
            } else if !self.in_extra {
                self.flaw(Malformed::Continuation);
            }
            return Ok(());
        }
        (self.in_signature, self.in_extra) = (false, false);
        let at = text.iter().position(|byte| *byte == b' ').unwrap_or(text.len());
        let (key, value) = (&text[..at], text.get(at + 1..).unwrap_or_default());
        match key {
            b"tree" => {
                self.at(Place::Tree);
                let id = object_id(value)?;
                self.tree.get_or_insert(id);
            }
            b"parent" => {
                self.at(Place::Parent);
                self.parents.push(object_id(value)?);
                if self.parents.len() > MAX_PARENTS {
                    return Err(NoCommit::TooManyParents);
                }
            }
            b"author" => {
                self.at(Place::Author);
                let ident = self.ident(value);
                self.author.get_or_insert(ident);
            }
            b"committer" => {
                self.at(Place::Committer);
                // Mostly both are one person at one moment.
                let ident = match self.author.filter(|author| author.raw == value) {
                    Some(author) => author,
                    None => self.ident(value),
                };
                self.committer.get_or_insert(ident);
            }
            b"gpgsig" => {
                self.at(Place::Signature);
                self.left_out.push(whole);
                if self.signature.is_some() {
                    self.in_extra = true;
                    self.flaw(Malformed::SeveralSignatures);
                } else {
                    self.in_signature = true;
                    self.signature = Some([value, b"\n"].concat());
                }
            }
            b"gpgsig-sha256" => {
                // A signature for another kind of repository: not malformed, but nothing here verifies it.
                self.has_sha256_signature = true;
                self.in_extra = true;
            }
            key if key.starts_with(b"gpgsig") => {
                self.in_extra = true;
                self.flaw(Malformed::SeveralSignatures);
            }
            b"change-id" => self.at(Place::Extra),
            _ => {
                self.in_extra = true;
                self.flaw(Malformed::Header);
            }
        }
        Ok(())
    }

    /// Checks that a line stands behind those that must stand before it; only parents may stand twice.
    fn at(&mut self, place: Place) {
        let last = self.place.unwrap_or(Place::Start);
        if place < last || (place == last && place != Place::Parent) {
            self.flaw(Malformed::Header);
        }
        self.place = Some(place.max(last));
    }

    fn ident(&mut self, value: &'a [u8]) -> Ident<'a> {
        let ident = Ident::read(value);
        if !ident.is_well_formed() {
            self.flaw(Malformed::Identity);
        }
        ident
    }

    fn flaw(&mut self, flaw: Malformed) {
        if !self.malformed.contains(&flaw) {
            self.malformed.push(flaw);
        }
    }

    fn finish(mut self, bytes: &'a [u8], message: Option<&'a [u8]>) -> Result<RawCommit<'a>, NoCommit> {
        if bytes.len() > MAX_RECORD {
            self.flaw(Malformed::TooLarge);
        }
        if std::str::from_utf8(bytes).is_err() {
            self.flaw(Malformed::NotUtf8);
        }
        if bytes.contains(&b'\r') {
            self.flaw(Malformed::CarriageReturn);
        }
        if bytes.contains(&0) {
            self.flaw(Malformed::Nul);
        }
        if message.is_none() {
            self.flaw(Malformed::NoMessage);
        }
        let of_bytes = |bytes: Vec<u8>| {
            String::from_utf8(bytes)
                .unwrap_or_else(|bad| String::from_utf8_lossy(bad.as_bytes()).into_owned())
        };
        let signature = self.signature.take().map(of_bytes);
        if signature.as_deref().is_some_and(|armour| !is_one_armour(armour)) {
            self.flaw(Malformed::Armour);
        }
        self.malformed.sort();
        let signature = signature.map(|text| SignatureBlock { format: Format::of(&text), text });
        Ok(RawCommit {
            tree: self.tree.ok_or(NoCommit::Missing("tree"))?,
            parents: self.parents,
            author: self.author.ok_or(NoCommit::Missing("author"))?,
            committer: self.committer.ok_or(NoCommit::Missing("committer"))?,
            signature,
            has_sha256_signature: self.has_sha256_signature,
            payload: without(bytes, &self.left_out),
            message: message.unwrap_or_default(),
            malformed: self.malformed,
        })
    }
}

impl<'a> Ident<'a> {
    fn read(raw: &'a [u8]) -> Ident<'a> {
        let open = raw.iter().position(|byte| *byte == b'<').unwrap_or(raw.len());
        let close = raw.iter().rposition(|byte| *byte == b'>').filter(|close| *close > open);
        let email = close.map_or(&raw[raw.len()..], |close| &raw[open + 1..close]);
        let after = close.map_or(&raw[raw.len()..], |close| &raw[close + 1..]);
        let mut words = std::str::from_utf8(after).unwrap_or_default().split_ascii_whitespace();
        let (seconds, zone) = (words.next(), words.next());
        // No clock shows a zone that is none: whatever wrote it says nothing of when.
        let seconds = seconds.filter(|_| zone.is_none_or(is_zone));
        Ident {
            raw,
            name: raw[..open].trim_ascii(),
            email,
            seconds: seconds.and_then(|seconds| seconds.parse().ok()),
        }
    }

    /// `name <mail> seconds +hhmm`, with nothing else in it.
    fn is_well_formed(&self) -> bool {
        let Ok(text) = std::str::from_utf8(self.raw) else { return false };
        let Some((_, rest)) = text.split_once('<') else { return false };
        let Some((email, rest)) = rest.split_once("> ") else { return false };
        let Some((seconds, zone)) = rest.split_once(' ') else { return false };
        let digits = |text: &str| !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_digit());
        !email.contains(['<', '>']) && digits(seconds) && is_zone(zone) && self.seconds.is_some()
    }
}

/// Whether a text is a distance from UTC as git writes it: a sign, hours of a day, minutes of an hour.
fn is_zone(text: &str) -> bool {
    let Some(digits) = text.strip_prefix(['+', '-']) else { return false };
    let is_whole = digits.len() == 4 && digits.bytes().all(|byte| byte.is_ascii_digit());
    is_whole && &digits[..2] < "24" && &digits[2..] < "60"
}

/// Whether text is one armoured block and nothing else, but for blank lines at its end: `gpg` and some
/// signers write one.
fn is_one_armour(text: &str) -> bool {
    let mut lines = text.trim_end_matches('\n').lines();
    let (first, last) = (lines.next().unwrap_or_default(), lines.next_back().unwrap_or_default());
    let name = first.strip_prefix("-----BEGIN ").and_then(|rest| rest.strip_suffix("-----"));
    let end = last.strip_prefix("-----END ").and_then(|rest| rest.strip_suffix("-----"));
    let ends = name.is_some() && end == name;
    ends && lines.all(|line| !line.starts_with("-----"))
}

/// The bytes without some pieces of them, which are in order.
fn without(bytes: &[u8], pieces: &[std::ops::Range<usize>]) -> Vec<u8> {
    let mut kept = Vec::with_capacity(bytes.len());
    let mut from = 0;
    for piece in pieces {
        kept.extend_from_slice(&bytes[from..piece.start]);
        from = piece.end;
    }
    kept.extend_from_slice(&bytes[from..]);
    kept
}

fn object_id(value: &[u8]) -> Result<&str, NoCommit> {
    let is_hex = |byte: &u8| byte.is_ascii_digit() || (b'a'..=b'f').contains(byte);
    let id = std::str::from_utf8(value).ok().filter(|id| id.len() == 40 && id.as_bytes().iter().all(is_hex));
    id.ok_or(NoCommit::BadId)
}

fn find(bytes: &[u8], needle: &[u8]) -> Option<usize> {
    memchr::memmem::find(bytes, needle)
}
