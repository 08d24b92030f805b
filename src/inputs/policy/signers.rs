//! `allowed_signers`: SSH keys in OpenSSH's own format (ssh-keygen(1), ALLOWED SIGNERS).
//!
//! A line has principals, options, a kind of key, the key in base64, and a comment. What OpenSSH would
//! refuse is a fault of its line; what it takes and a roster should not hold is for rule MCM904.

use jiff::Timestamp;
use jiff::civil::DateTime;
use jiff::tz::TimeZone;
use ssh_key::{HashAlg, PublicKey};

use super::{Policy, Principal};
use crate::inputs::signature::weakness;
use crate::text::{BookPath, SourceFile, Span};

/// A line of `allowed_signers`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Signer {
    /// The principals of the line, as written: one roster id in a well-kept file.
    pub principals: Vec<String>,
    /// `ssh-ed25519`, ...
    pub algorithm: String,
    /// `SHA256:` and the unpadded base64 of the key blob's SHA-256, as `ssh-keygen -l` prints it.
    pub fingerprint: String,
    /// `namespaces="git"`: empty when the line has no such option.
    pub namespaces: Vec<String>,
    /// `valid-after`, with whether it was written with `Z`.
    pub valid_after: Option<(Timestamp, bool)>,
    /// `valid-before`, likewise.
    pub valid_before: Option<(Timestamp, bool)>,
    /// Whether the line says `cert-authority`.
    pub is_authority: bool,
    /// Why no signature of the key counts, where its kind or length is too weak.
    pub weakness: Option<String>,
    /// The line, in `policy/allowed_signers`.
    pub span: Span,
}

/// A line that could not be read.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SignerFault {
    /// The file.
    pub path: BookPath,
    /// The line.
    pub span: Span,
    /// What is wrong: a lower-case phrase.
    pub message: String,
}

impl Signer {
    /// Whether the key may sign commits at a moment: no authority, for the namespace `git`, inside its time.
    pub fn is_usable(&self, at: Timestamp) -> bool {
        let for_git = self.namespaces.is_empty() || self.namespaces.iter().any(|name| name == "git");
        let begun = self.valid_after.is_none_or(|(after, _)| after <= at);
        let open = self.valid_before.is_none_or(|(before, _)| at < before);
        for_git && begun && open && !self.is_authority && self.weakness.is_none()
    }
}

impl Policy {
    /// Whether a person has a key with which they may sign at a moment: a line of `allowed_signers`, an OpenPGP
    /// certificate, or a certificate of an authority of the policy. None that is revoked by then.
    pub fn can_sign(&self, person: &Principal, at: Timestamp) -> bool {
        let is_revoked = |key: &str| self.revocations.iter().any(|one| one.key == key && one.since <= at);
        let mut own = self.signers.iter().filter(|signer| signer.principals.contains(&person.id));
        let certificate = self.openpgp.of(&person.id).and_then(Result::ok);
        own.any(|signer| signer.is_usable(at) && !is_revoked(&signer.fingerprint))
            || certificate.is_some_and(|one| one.can_sign(at) && !is_revoked(&one.fingerprint))
            || (!person.certificates.is_empty() && !self.authorities.all().is_empty())
    }
}

/// The fingerprint of a public key as a line of OpenSSH, `ssh-ed25519 AAAA... comment`: `SHA256:...`, as
/// `ssh-keygen -l` prints it. Nothing for other text.
pub fn fingerprint(line: &str) -> Option<String> {
    let mut words = line.split_ascii_whitespace();
    let (algorithm, key) = (words.next()?, words.next()?);
    let key = PublicKey::from_openssh(&format!("{algorithm} {key}")).ok()?;
    Some(key.fingerprint(HashAlg::Sha256).to_string())
}

/// Reads the lines of the file. A line that cannot be read is a fault, and the others count.
pub(super) fn parse(file: &SourceFile) -> (Vec<Signer>, Vec<SignerFault>) {
    let (mut signers, mut faults) = (Vec::new(), Vec::new());
    let mut start = 0;
    for line in file.text.split_inclusive('\n') {
        let text = line.trim_end_matches(['\n', '\r']);
        let span = Span::new(start, start + text.len());
        start += line.len();
        let text = text.trim_matches([' ', '\t']);
        if text.is_empty() || text.starts_with('#') {
            continue;
        }
        let read = match file.invalid {
            Some(at) if span.touches(at as usize) => Err("the line is not UTF-8".to_owned()),
            _ => signer(text, span),
        };
        match read {
            Ok(signer) => signers.push(signer),
            Err(message) => faults.push(SignerFault { path: file.path.clone(), span, message }),
        }
    }
    (signers, faults)
}

fn signer(line: &str, span: Span) -> Result<Signer, String> {
    if line.starts_with('\u{feff}') {
        return Err("the line begins with a byte order mark".to_owned());
    }
    let (principals, rest) = first_word(line)?;
    let principals: Vec<String> = principals.trim_matches('"').split(',').map(str::to_owned).collect();
    if principals.iter().any(String::is_empty) {
        return Err("a principal is empty".to_owned());
    }
    let mut signer = Signer {
        principals,
        algorithm: String::new(),
        fingerprint: String::new(),
        namespaces: Vec::new(),
        valid_after: None,
        valid_before: None,
        is_authority: false,
        weakness: None,
        span,
    };
    let (word, behind) = first_word(rest)?;
    let rest = if word.is_empty() || is_algorithm(word) {
        rest
    } else {
        options(word, &mut signer)?;
        behind
    };
    let mut words = rest.split([' ', '\t']).filter(|word| !word.is_empty());
    let (Some(algorithm), Some(key)) = (words.next(), words.next()) else {
        return Err("the line has no key".to_owned());
    };
    let key = PublicKey::from_openssh(&format!("{algorithm} {key}"))
        .map_err(|error| format!("the key cannot be read ({error})"))?;
    signer.algorithm = algorithm.to_owned();
    signer.weakness = weakness(key.key_data());
    signer.fingerprint = key.fingerprint(HashAlg::Sha256).to_string();
    Ok(signer)
}

/// The names of kinds of keys begin like this; no option does.
fn is_algorithm(word: &str) -> bool {
    ["ssh-", "ecdsa-", "sk-", "rsa-"].iter().any(|start| word.starts_with(start))
}

/// The first word, spaces inside quotes included, and what follows it.
fn first_word(text: &str) -> Result<(&str, &str), String> {
    let mut in_quotes = false;
    let mut escaped = false;
    for (at, c) in text.char_indices() {
        match c {
            _ if escaped => escaped = false,
            '\\' if in_quotes => escaped = true,
            '"' => in_quotes = !in_quotes,
            ' ' | '\t' if !in_quotes => return Ok((&text[..at], text[at..].trim_start_matches([' ', '\t']))),
            _ => {}
        }
    }
    if in_quotes { Err("a quote is never closed".to_owned()) } else { Ok((text, "")) }
}

/// `cert-authority,namespaces="git,file",valid-after="20260101Z"`.
fn options(text: &str, signer: &mut Signer) -> Result<(), String> {
    for option in split_options(text) {
        let (name, value) = match option.split_once('=') {
            Some((name, value)) => (name, Some(value)),
            None => (option, None),
        };
        let quoted = || {
            let inner = value.and_then(|value| value.strip_prefix('"')?.strip_suffix('"'));
            inner
                .map(|inner| inner.replace("\\\"", "\""))
                .ok_or(format!("option `{name}` needs a value in quotes"))
        };
        let again = || Err(format!("option `{name}` is written twice"));
        // OpenSSH takes the names of options in any letter case.
        match name.to_ascii_lowercase().as_str() {
            "cert-authority" if value.is_none() => signer.is_authority = true,
            "namespaces" if !signer.namespaces.is_empty() => return again(),
            "valid-after" if signer.valid_after.is_some() => return again(),
            "valid-before" if signer.valid_before.is_some() => return again(),
            "namespaces" => {
                signer.namespaces = quoted()?.split(',').map(|name| name.trim().to_owned()).collect()
            }
            "valid-after" => signer.valid_after = Some(moment(name, &quoted()?)?),
            "valid-before" => signer.valid_before = Some(moment(name, &quoted()?)?),
            _ => return Err(format!("`{option}` is neither an option nor a kind of key")),
        }
    }
    if let (Some((after, _)), Some((before, _))) = (signer.valid_after, signer.valid_before)
        && before <= after
    {
        return Err("`valid-before` is not later than `valid-after`".to_owned());
    }
    Ok(())
}

/// The pieces between commas that stand outside of quotes.
fn split_options(text: &str) -> Vec<&str> {
    let mut pieces = Vec::new();
    let (mut start, mut in_quotes, mut escaped) = (0, false, false);
    for (at, c) in text.char_indices() {
        match c {
            _ if escaped => escaped = false,
            '\\' if in_quotes => escaped = true,
            '"' => in_quotes = !in_quotes,
            ',' if !in_quotes => {
                pieces.push(&text[start..at]);
                start = at + 1;
            }
            _ => {}
        }
    }
    pieces.push(&text[start..]);
    pieces
}

/// `YYYYMMDD`, `YYYYMMDDHHMM` or `YYYYMMDDHHMMSS`, and whether `Z` follows. Without it OpenSSH takes the
/// time zone of the machine that looks; here it is UTC, and a rule asks for the `Z`.
fn moment(name: &str, text: &str) -> Result<(Timestamp, bool), String> {
    let (digits, is_utc) = match text.strip_suffix('Z').or_else(|| text.strip_suffix("UTC")) {
        Some(digits) => (digits, true),
        None => (text, false),
    };
    let refuse = || format!("option `{name}` must be a time such as \"20260101Z\" or \"202601011800Z\"");
    if !digits.bytes().all(|byte| byte.is_ascii_digit()) || ![8, 12, 14].contains(&digits.len()) {
        return Err(refuse());
    }
    let part = |from: usize, to: usize| digits.get(from..to).unwrap_or("0");
    let number = |from, to| part(from, to).parse::<i8>().unwrap_or_default();
    let year: i16 = part(0, 4).parse().unwrap_or_default();
    let local =
        DateTime::new(year, number(4, 6), number(6, 8), number(8, 10), number(10, 12), number(12, 14), 0);
    let moment = local.and_then(|local| local.to_zoned(TimeZone::UTC)).map_err(|_| refuse())?;
    Ok((moment.timestamp(), is_utc))
}
