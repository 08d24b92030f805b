//! Lists of revoked certificates (RFC 5280, 5), as authorities publish them and a policy holds them.
//!
//! A list is part of the policy: it says what was known when the policy was amended, and is never fetched. Only
//! whole lists count, which the root itself has signed; what limits or supplements a list is refused by name, since
//! whoever does not read it would take a revoked certificate for a good one.

use std::collections::BTreeMap;

use jiff::Timestamp;

use super::Refusal;
use super::certificate::Certificate;
use super::der::{
    BIT_STRING, Element, INTEGER, Id, Malformed, OCTET_STRING, OID, Reader, SEQUENCE, id, is, numbered,
};
use super::key;

const BOOLEAN: u8 = 0x01;
const ENUMERATED: u8 = 0x0a;
const UTC_TIME: u8 = 0x17;
const GENERALIZED_TIME: u8 = 0x18;

const REASON: Id = id("2.5.29.21");
const INVALID_SINCE: Id = id("2.5.29.24");

/// Bit of `KeyUsage`: signing lists of revoked certificates.
const SIGNS_LISTS: u8 = 0b0000_0010;

/// Reasons that say that somebody else may have had the key: of a person, of an authority, of attributes.
const COMPROMISED: [u8; 3] = [1, 2, 10];

/// A list.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct List {
    /// The name of its file without the ending.
    pub file: String,
    /// Its issuer in words.
    pub name: String,
    /// When it was issued.
    pub issued: Timestamp,
    issuer: Vec<u8>,
    entries: BTreeMap<Vec<u8>, Entry>,
}

/// What a list says of one certificate.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
struct Entry {
    since: Timestamp,
    compromised: bool,
}

/// A certificate that a list names, at a moment at which it does not count.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Revoked {
    /// Its subject in words.
    pub name: String,
    /// Since when.
    pub since: Timestamp,
    /// Whether somebody else may have had its key: then it counts at no time.
    pub compromised: bool,
}

impl std::fmt::Display for Revoked {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let why = if self.compromised { ", for its key is compromised" } else { "" };
        write!(f, "the certificate of {} is revoked by its issuer since {}{why}", self.name, self.since)
    }
}

impl List {
    /// Reads a list that one of these roots has signed.
    pub(super) fn read(file: &str, der: &[u8], roots: &[Certificate<'_>]) -> Result<List, Refusal> {
        let mut outer = Reader::new(der);
        let list = outer.take(SEQUENCE)?;
        outer.end()?;
        let mut outer = list.inner();
        let (body, algorithm) = (outer.take(SEQUENCE)?, outer.take(SEQUENCE)?);
        let signature = outer.take(BIT_STRING)?.bits()?;
        outer.end()?;
        let mut inner = body.inner();
        inner.maybe(INTEGER)?;
        let stated = inner.take(SEQUENCE)?;
        let issuer = inner.take(SEQUENCE)?.whole;
        let issued = inner.any()?.time()?;
        for tag in [UTC_TIME, GENERALIZED_TIME] {
            inner.maybe(tag)?;
        }
        let listed = inner.maybe(SEQUENCE)?;
        let extensions = inner.maybe(numbered(0))?;
        inner.end()?;
        if stated.whole != algorithm.whole {
            return Err(Malformed.into());
        }
        if let Some(extensions) = extensions {
            for extension in extensions.only(SEQUENCE)?.inner().all()? {
                extension_of(&extension)?.known(&[])?;
            }
        }
        let by = roots.iter().filter(|root| root.subject == issuer);
        let mut why = Refusal::Untrusted("no root in `ca/` has issued it".to_owned());
        let mut signer = None;
        for root in by {
            let may = root.usage.is_authority && root.usage.bits.is_none_or(|bits| bits & SIGNS_LISTS != 0);
            match key::verify(&root.key, &algorithm, None, body.whole, signature) {
                Ok(()) if may => signer = Some(root),
                Ok(()) => why = Refusal::Untrusted(format!("`{}` may sign no such list", root.name())),
                Err(Refusal::Bad(_)) => {
                    why = Refusal::Untrusted("the root of that name has not signed it".to_owned());
                }
                Err(refusal) => why = refusal,
            }
        }
        let signer = signer.ok_or(why)?;
        let mut entries: BTreeMap<Vec<u8>, Entry> = BTreeMap::new();
        for element in listed.map(|listed| listed.inner().all()).transpose()?.unwrap_or_default() {
            let (serial, entry) = entry(&element)?;
            put(&mut entries, serial, entry);
        }
        Ok(List { file: file.to_owned(), name: signer.name(), issued, issuer: issuer.to_vec(), entries })
    }

    /// How many certificates it names.
    pub fn count(&self) -> usize {
        self.entries.len()
    }

    /// What it says against a certificate at a moment.
    pub(super) fn against(&self, certificate: &Certificate<'_>, at: Timestamp) -> Option<Revoked> {
        let entry = self.entries.get(certificate.serial).filter(|_| self.issuer == certificate.issuer)?;
        let Entry { since, compromised } = *entry;
        (compromised || since <= at).then(|| Revoked { name: certificate.name(), since, compromised })
    }
}

/// One certificate of a list: its number, and since when it does not count.
fn entry<'a>(element: &Element<'a>) -> Result<(&'a [u8], Entry), Refusal> {
    if element.tag != SEQUENCE {
        return Err(Malformed.into());
    }
    let mut inner = element.inner();
    let serial = inner.take(INTEGER)?.value;
    let mut entry = Entry { since: inner.any()?.time()?, compromised: false };
    let extensions = inner.maybe(SEQUENCE)?;
    inner.end()?;
    for extension in extensions.map(|all| all.inner().all()).transpose()?.unwrap_or_default() {
        let extension = extension_of(&extension)?;
        extension.known(&[REASON, INVALID_SINCE])?;
        if is(&extension.name, &REASON) {
            let reason = extension.value.only(ENUMERATED)?;
            entry.compromised = matches!(reason.value, [code] if COMPROMISED.contains(code));
        } else if is(&extension.name, &INVALID_SINCE) {
            // The key was lost before anybody told its issuer.
            entry.since = entry.since.min(extension.value.only(GENERALIZED_TIME)?.time()?);
        }
    }
    Ok((serial, entry))
}

struct Extension<'a> {
    name: Element<'a>,
    is_critical: bool,
    value: Element<'a>,
}

fn extension_of<'a>(element: &Element<'a>) -> Result<Extension<'a>, Malformed> {
    let mut inner = element.inner();
    let name = inner.take(OID)?;
    let is_critical = inner.maybe(BOOLEAN)?.is_some_and(|critical| critical.value != [0]);
    let value = inner.take(OCTET_STRING)?;
    inner.end()?;
    Ok(Extension { name, is_critical, value })
}

/// Puts an entry among the others. Of one that stands twice the worse counts: the earlier, and the compromise.
fn put(entries: &mut BTreeMap<Vec<u8>, Entry>, serial: &[u8], entry: Entry) {
    let known = entries.entry(serial.to_vec()).or_insert(entry);
    known.since = known.since.min(entry.since);
    known.compromised |= entry.compromised;
}

impl Extension<'_> {
    /// That it is one of these, or need not be understood.
    fn known(&self, read: &[Id]) -> Result<(), Refusal> {
        if !self.is_critical || read.iter().any(|known| is(&self.name, known)) {
            return Ok(());
        }
        let id = Id::from_bytes(self.name.value).map_err(|_| Malformed)?;
        Err(Refusal::Unsupported(format!("it has the critical extension {id}, which is not supported")))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn of_an_entry_that_stands_twice_the_worse_counts() {
        let entry = |second, compromised| Entry {
            since: Timestamp::from_second(second).expect("an instant"),
            compromised,
        };
        for [first, second] in [[entry(5, true), entry(3, false)], [entry(3, false), entry(5, true)]] {
            let mut entries = BTreeMap::new();
            put(&mut entries, &[1], first);
            put(&mut entries, &[1], second);
            put(&mut entries, &[2], entry(7, false));
            let told: Vec<_> = entries.values().map(|one| (one.since.as_second(), one.compromised)).collect();
            assert_eq!(told, [(3, true), (7, false)]);
        }
    }

    #[test]
    fn an_extension_must_be_known_only_where_it_is_critical() {
        // The key identifier of an authority, 2.5.29.35, and one that is nobody's.
        let known = id("2.5.29.35");
        let length = |bytes: &[u8]| u8::try_from(bytes.len()).expect("it is short");
        let of = |name: &[u8], flag: &[u8]| {
            let inner = [&[6, 3], name, flag, &[4, 0]].concat();
            let whole = [&[0x30, length(&inner)][..], &inner].concat();
            let element = Reader::new(&whole).any().expect("an element");
            extension_of(&element).map(|extension| extension.known(&[known]))
        };
        let (usual, other) = (&[0x55, 0x1d, 0x23][..], &[0x55, 0x1d, 0x63][..]);
        let critical = &[1, 1, 0xff][..];
        assert_eq!(of(usual, &[]), Ok(Ok(())));
        assert_eq!(of(usual, critical), Ok(Ok(())));
        assert_eq!(of(other, &[]), Ok(Ok(())));
        assert_eq!(of(other, &[1, 1, 0]), Ok(Ok(())));
        let told = of(other, critical).expect("it can be read").expect_err("it is not known").to_string();
        assert!(told.contains("the critical extension 2.5.29.99"), "{told}");
    }
}
