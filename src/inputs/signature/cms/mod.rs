//! Signed data as CMS writes it (RFC 5652), and the certificates that vouch for its key (RFC 5280).
//!
//! Enters: bytes. Leaves: the one signer's certificate when the signature is over the content, and the path
//! from that certificate to a root that somebody else names. Only what a time stamp or a commit needs is
//! read: one signer, signed attributes, definite lengths. The rest is refused by name.

pub(super) mod certificate;
pub(super) mod der;
pub(super) mod key;
pub(super) mod path;
pub(super) mod revoked;

use certificate::Certificate;
use der::{Element, INTEGER, Id, Malformed, OCTET_STRING, OID, Reader, SEQUENCE, SET, id, is, numbered};
use key::Hash;

const SIGNED_DATA: Id = id("1.2.840.113549.1.7.2");
const CONTENT_TYPE: Id = id("1.2.840.113549.1.9.3");
const MESSAGE_DIGEST: Id = id("1.2.840.113549.1.9.4");

/// How many certificates signed data may carry.
const MOST_CERTIFICATES: usize = 8;

/// Why signed data proves nothing: lower-case phrases.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum Refusal {
    /// Its bytes are not what they should be.
    #[error("it cannot be read: {0}")]
    Malformed(&'static str),
    /// It is made in a way that is not supported.
    #[error("{0}")]
    Unsupported(String),
    /// It rests on something that is too weak to count.
    #[error("{0}")]
    Weak(String),
    /// It is not what it claims to be.
    #[error("{0}")]
    Bad(&'static str),
    /// It may be good, and nobody who is trusted vouches for it.
    #[error("{0}")]
    Untrusted(String),
}

impl From<Malformed> for Refusal {
    fn from(_: Malformed) -> Refusal {
        Refusal::Malformed("it is no DER of signed data")
    }
}

/// Signed data with one signer.
#[derive(Debug)]
pub(super) struct Signed<'a> {
    /// What the content is.
    pub(super) content_type: Element<'a>,
    /// The content, when it is inside.
    pub(super) content: Option<&'a [u8]>,
    /// The certificates that it carries.
    pub(super) certificates: Vec<Certificate<'a>>,
    signer: Signer<'a>,
}

#[derive(Debug)]
struct Signer<'a> {
    issuer: &'a [u8],
    serial: &'a [u8],
    digest: Element<'a>,
    attributes: Element<'a>,
    algorithm: Element<'a>,
    signature: &'a [u8],
}

impl<'a> Signed<'a> {
    /// Reads signed data.
    ///
    /// # Errors
    /// It is malformed, or has not one signer with signed attributes.
    pub(super) fn read(bytes: &'a [u8]) -> Result<Signed<'a>, Refusal> {
        let mut outer = Reader::new(bytes);
        let info = outer.take(SEQUENCE)?;
        outer.end()?;
        let mut info = info.inner();
        if !is(&info.take(OID)?, &SIGNED_DATA) {
            return Err(Refusal::Malformed("it is no signed data"));
        }
        let mut data = info.take(numbered(0))?.only(SEQUENCE)?.inner();
        info.end()?;
        data.take(INTEGER)?;
        data.take(SET)?;
        let mut content = data.take(SEQUENCE)?.inner();
        let content_type = content.take(OID)?;
        let inside = content.maybe(numbered(0))?.map(|outer| outer.only(OCTET_STRING)).transpose()?;
        content.end()?;
        let certificates = match data.maybe(numbered(0))? {
            Some(set) => set.inner().all()?,
            None => Vec::new(),
        };
        data.maybe(numbered(1))?;
        let signers = data.take(SET)?.inner().all()?;
        data.end()?;
        if certificates.len() > MOST_CERTIFICATES {
            return Err(Refusal::Unsupported(format!("it carries over {MOST_CERTIFICATES} certificates")));
        }
        let [signer] = signers[..] else {
            return Err(Refusal::Unsupported(format!("it has {} signers, not one", signers.len())));
        };
        // What is no certificate of X.509 vouches for nothing.
        let certificates = certificates.iter().filter(|choice| choice.tag == SEQUENCE);
        Ok(Signed {
            content_type,
            content: inside.map(|octets| octets.value),
            certificates: certificates.map(Certificate::read).collect::<Result<_, _>>()?,
            signer: Signer::read(&signer)?,
        })
    }

    /// The certificate of the signer, when the signature is over this content.
    ///
    /// # Errors
    /// Every reason for which it is not.
    pub(super) fn verify(&self, content: &[u8]) -> Result<&Certificate<'a>, Refusal> {
        let signer = &self.signer;
        let is_it = |one: &&Certificate<'_>| one.issuer == signer.issuer && one.serial == signer.serial;
        let certificate = self.certificates.iter().find(is_it);
        let certificate = certificate
            .ok_or_else(|| Refusal::Unsupported("the signer's certificate is not in it".to_owned()))?;
        let hash = Hash::of(&signer.digest)?;
        if !is(
            &self.attribute(&CONTENT_TYPE)?,
            &Id::from_bytes(self.content_type.value).map_err(|_| Malformed)?,
        ) {
            return Err(Refusal::Bad("the signed attributes name another type of content"));
        }
        let digest = self.attribute(&MESSAGE_DIGEST)?;
        if digest.tag != OCTET_STRING || digest.value != hash.hash(content) {
            return Err(Refusal::Bad("the signed attributes are of another content"));
        }
        // They are signed as the set that they are, not under the number that they stand under.
        let mut attributes = signer.attributes.whole.to_vec();
        attributes[0] = SET;
        key::verify(&certificate.key, &signer.algorithm, Some(hash), &attributes, signer.signature)?;
        Ok(certificate)
    }

    /// The one value of the one signed attribute of a type.
    ///
    /// # Errors
    /// There is none, or more than one.
    pub(super) fn attribute(&self, name: &Id) -> Result<Element<'a>, Refusal> {
        self.maybe_attribute(name)?.ok_or(Refusal::Bad("a signed attribute is missing"))
    }

    /// The same where it need not be there.
    pub(super) fn maybe_attribute(&self, name: &Id) -> Result<Option<Element<'a>>, Refusal> {
        let mut found = None;
        for attribute in self.signer.attributes.inner().all()? {
            let mut inner = attribute.inner();
            let (kind, values) = (inner.take(OID)?, inner.take(SET)?);
            if is(&kind, name) && found.replace(values).is_some() {
                return Err(Refusal::Bad("a signed attribute stands twice"));
            }
        }
        let Some(values) = found else { return Ok(None) };
        let mut values = values.inner();
        let value = values.any()?;
        values.end()?;
        Ok(Some(value))
    }
}

impl<'a> Signer<'a> {
    fn read(element: &Element<'a>) -> Result<Signer<'a>, Refusal> {
        let mut inner = element.inner();
        inner.take(INTEGER)?;
        let by_name = inner.maybe(SEQUENCE)?;
        let by_name = by_name
            .ok_or_else(|| Refusal::Unsupported("the signer is not named by issuer and number".to_owned()))?;
        let mut name = by_name.inner();
        let (issuer, serial) = (name.take(SEQUENCE)?.whole, name.take(INTEGER)?.value);
        name.end()?;
        let digest = inner.take(SEQUENCE)?;
        // Without them a signature could be taken from other bytes than those that it was made for.
        let attributes = inner.maybe(numbered(0))?;
        let attributes =
            attributes.ok_or_else(|| Refusal::Unsupported("it has no signed attributes".to_owned()))?;
        let algorithm = inner.take(SEQUENCE)?;
        let signature = inner.take(OCTET_STRING)?.value;
        inner.maybe(numbered(1))?;
        inner.end()?;
        Ok(Signer { issuer, serial, digest, attributes, algorithm, signature })
    }
}
