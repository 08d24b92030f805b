//! Time stamps of an authority (RFC 3161): that bytes existed before a moment, verified without asking it.
//!
//! Enters: a token, the bytes that it should be over, and the roots that the policy names. Leaves: the moment
//! before which the bytes existed. Whether an authority has revoked its own certificates is not asked: that
//! would need its lists. A nonce answers the question of whoever asked, which nobody keeps; it is not judged.

use jiff::{SignedDuration, Timestamp};
use sha1::Digest as _;

use super::cms::Signed;
use super::cms::certificate::Certificate;
use super::cms::der::{
    Element, INTEGER, Id, Malformed, OCTET_STRING, OID, Reader, SEQUENCE, id, is, numbered,
};
use super::cms::key::Hash;
use super::cms::path::{self, Purpose};

pub use super::cms::Refusal;
pub use super::cms::path::{Root, Roots};
pub use super::cms::revoked::{List, Revoked};

/// How long a token may be, in bytes: with a chain of certificates they have some six thousand.
pub const LONGEST: usize = 64 * 1024;

const TST_INFO: Id = id("1.2.840.113549.1.9.16.1.4");
const SIGNING_CERTIFICATE: Id = id("1.2.840.113549.1.9.16.2.12");
const SIGNING_CERTIFICATE_V2: Id = id("1.2.840.113549.1.9.16.2.47");
const BOOLEAN: u8 = 0x01;
const GENERALIZED_TIME: u8 = 0x18;

/// What a token proves.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Stamp {
    /// The bytes existed before this moment: the token's time and its accuracy.
    pub before: Timestamp,
    /// The token's time, as the authority's clock showed it.
    pub time: Timestamp,
    /// The authority, by the subject of its certificate.
    pub authority: String,
    /// The subject of the policy's root that vouches for it.
    pub root: String,
}

/// The token of an authority's answer, or the token itself where it stands alone.
///
/// # Errors
/// The authority refused to stamp, or these bytes are neither.
pub fn token(answer: &[u8]) -> Result<&[u8], Refusal> {
    if answer.len() > LONGEST {
        return Err(Refusal::Malformed("it is longer than 64 KiB"));
    }
    let mut outer = Reader::new(answer);
    let whole = outer.take(SEQUENCE)?;
    outer.end()?;
    let mut inner = whole.inner();
    let first = inner.any()?;
    if first.tag == OID {
        return Ok(whole.whole);
    }
    let status = first.inner().take(INTEGER)?.small()?;
    let granted = first.tag == SEQUENCE && status <= 1;
    let token = inner.maybe(SEQUENCE)?.filter(|_| granted);
    inner.end()?;
    token.map(|token| token.whole).ok_or(Refusal::Bad("the authority did not grant a stamp"))
}

/// Verifies a token over bytes.
///
/// # Errors
/// Every reason for which it proves nothing.
pub fn verify(answer: &[u8], bytes: &[u8], roots: &Roots) -> Result<Stamp, Refusal> {
    let signed = Signed::read(token(answer)?)?;
    let content = signed.content.filter(|_| is(&signed.content_type, &TST_INFO));
    let content = content.ok_or(Refusal::Malformed("it is no time stamp"))?;
    let info = Info::read(content).map_err(|_| Refusal::Malformed("its time stamp is malformed"))?;
    if info.has_unknown {
        return Err(Refusal::Unsupported("it has a critical extension, which is not supported".to_owned()));
    }
    if Hash::of(&info.algorithm)?.hash(bytes) != info.imprint {
        return Err(Refusal::Bad("it is over other bytes"));
    }
    let certificate = signed.verify(content)?;
    names(&signed, certificate)?;
    let found = path::root(certificate, &signed.certificates, roots, info.time, Purpose::TimeStamping)?;
    let root = found.root;
    let before = info.time.checked_add(info.accuracy).map_err(|_| Malformed)?;
    Ok(Stamp { before, time: info.time, authority: certificate.name(), root })
}

/// Whether a token is over bytes, whoever made it.
///
/// # Errors
/// It cannot be read, or rests on a hash function that does not count.
pub fn is_over(answer: &[u8], bytes: &[u8]) -> Result<bool, Refusal> {
    let signed = Signed::read(token(answer)?)?;
    let content = signed.content.filter(|_| is(&signed.content_type, &TST_INFO));
    let info = Info::read(content.ok_or(Refusal::Malformed("it is no time stamp"))?)?;
    Ok(Hash::of(&info.algorithm)?.hash(bytes) == info.imprint)
}

/// That the signed attributes name the certificate that made the signature (RFC 5035; RFC 5816): nobody can
/// put another one with the same key in its place. The older form names it by SHA-1, of which finding a second
/// certificate with the same hash is not known to be possible.
fn names(signed: &Signed<'_>, certificate: &Certificate<'_>) -> Result<(), Refusal> {
    let value = match signed.maybe_attribute(&SIGNING_CERTIFICATE_V2)? {
        Some(value) => (value, true),
        None => (signed.attribute(&SIGNING_CERTIFICATE)?, false),
    };
    let (value, is_second) = value;
    let first = value.inner().take(SEQUENCE)?.inner().take(SEQUENCE)?;
    let mut first = first.inner();
    let hash = match first.maybe(SEQUENCE)?.filter(|_| is_second) {
        Some(algorithm) => Hash::of(&algorithm)?.hash(certificate.whole),
        None if is_second => Hash::Sha256.hash(certificate.whole),
        None => sha1::Sha1::digest(certificate.whole).to_vec(),
    };
    match first.take(OCTET_STRING)?.value == hash {
        true => Ok(()),
        false => Err(Refusal::Bad("the signed attributes name another certificate")),
    }
}

/// What was signed (`TSTInfo`).
struct Info<'a> {
    algorithm: Element<'a>,
    imprint: &'a [u8],
    time: Timestamp,
    accuracy: SignedDuration,
    has_unknown: bool,
}

impl<'a> Info<'a> {
    fn read(content: &'a [u8]) -> Result<Info<'a>, Malformed> {
        let mut outer = Reader::new(content);
        let mut info = outer.take(SEQUENCE)?.inner();
        outer.end()?;
        if info.take(INTEGER)?.small()? != 1 {
            return Err(Malformed);
        }
        info.take(OID)?;
        let mut imprint = info.take(SEQUENCE)?.inner();
        let (algorithm, hash) = (imprint.take(SEQUENCE)?, imprint.take(OCTET_STRING)?);
        imprint.end()?;
        info.take(INTEGER)?;
        let time = info.take(GENERALIZED_TIME)?.time()?;
        let accuracy = info.maybe(SEQUENCE)?.map_or(Ok(SignedDuration::ZERO), |given| accuracy(&given))?;
        info.maybe(BOOLEAN)?;
        info.maybe(INTEGER)?;
        info.maybe(numbered(0))?;
        let extensions = info.maybe(numbered(1))?;
        info.end()?;
        let has_unknown = extensions.is_some_and(|extensions| has_critical(&extensions));
        Ok(Info { algorithm, imprint: hash.value, time, accuracy, has_unknown })
    }
}

/// How far the time may be off: seconds, thousandths, millionths.
fn accuracy(given: &Element<'_>) -> Result<SignedDuration, Malformed> {
    let mut given = given.inner();
    let mut part = |tag, unit: fn(i64) -> SignedDuration| {
        let part = given.maybe(tag)?.map_or(Ok(0), |part| part.small())?;
        Ok(unit(i64::from(part)))
    };
    let whole: SignedDuration = part(INTEGER, SignedDuration::from_secs)?;
    let parts = [part(0x80, SignedDuration::from_millis)?, part(0x81, SignedDuration::from_micros)?];
    given.end()?;
    Ok(parts.into_iter().fold(whole, SignedDuration::saturating_add))
}

/// Whether an extension must be known. What cannot be read must.
fn has_critical(extensions: &Element<'_>) -> bool {
    let is_critical = |extension: Element<'_>| {
        let mut inner = extension.inner();
        inner.take(OID)?;
        let flag = inner.maybe(BOOLEAN)?;
        Ok::<bool, Malformed>(flag.is_some_and(|flag| flag.value != [0]))
    };
    let all = extensions.inner().all();
    all.map_or(true, |all| all.into_iter().any(|extension| is_critical(extension).unwrap_or(true)))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_extension_that_must_be_known_and_one_that_cannot_be_read_are_critical() {
        let of = |inner: &[u8]| {
            let length = |bytes: &[u8]| u8::try_from(bytes.len()).expect("it is short");
            let one = [&[0x30, length(inner)][..], inner].concat();
            let all = [&[numbered(1), length(&one)][..], &one].concat();
            has_critical(&Reader::new(&all).any().expect("an element"))
        };
        let name = &[6, 2, 0x2a, 3][..];
        assert!(!of(&[name, &[4, 0]].concat()));
        assert!(!of(&[name, &[1, 1, 0, 4, 0]].concat()));
        assert!(of(&[name, &[1, 1, 0xff, 4, 0]].concat()));
        assert!(of(&[4, 0]), "it has no name");
        assert!(of(&[9]), "it is damaged");
    }
}
