//! X.509 signatures as `gpgsm` and `gitsign` make them (CMS, RFC 5652).
//!
//! The bytes alone say who claims to have made one and no more: that the certificate counts, a root says which
//! the policy names, at the moment of which somebody else is witness. [`vouched`] asks both.

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use jiff::Timestamp;
use sha2::{Digest as _, Sha256};

use super::cms::der::definite;
use super::cms::path::{self, Purpose};
use super::cms::{Refusal, Signed};
use super::stamp::{Revoked, Roots};
use super::{Format, RawCommit, SignatureStatus, Verification};

/// A certificate whose key signed a commit, and for which a root vouches.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Vouched {
    /// SHA-256 of the certificate, in capitals.
    pub fingerprint: String,
    /// Its subject in words.
    pub name: String,
    /// The mail addresses that its issuer says are the holder's.
    pub mails: Vec<String>,
    /// What its issuers have revoked of its path, at the moment that was asked about.
    pub revoked: Option<Revoked>,
}

/// What an armoured signature says of its maker.
pub(super) fn verify(armour: &str) -> Verification {
    let subject = decoded(armour).and_then(|bytes| subject(&bytes));
    let why = match &subject {
        Some(subject) => format!("signatures by X.509 certificates are not verified: {subject}"),
        None => "signatures by X.509 certificates are not verified".to_owned(),
    };
    let verification = Verification::failed(Format::X509, SignatureStatus::Unsupported).because(why);
    Verification { key: subject, ..verification }
}

/// Whose certificate signed a commit, when a root vouches for it at a moment; without one, at the first moment of
/// the certificate itself.
///
/// # Errors
/// Why none does, or that it is not over the commit's payload.
pub fn vouched(commit: &RawCommit<'_>, roots: &Roots, at: Option<Timestamp>) -> Result<Vouched, Refusal> {
    let armour = commit.signature.as_ref().filter(|block| block.format == Format::X509);
    let armour = armour.ok_or(Refusal::Malformed("it is no X.509 signature"))?;
    let bytes = decoded(&armour.text).ok_or(Refusal::Malformed("its armour is damaged"))?;
    let signed = Signed::read(&bytes)?;
    if signed.content.is_some() {
        return Err(Refusal::Unsupported("it holds a content of its own".to_owned()));
    }
    let certificate = signed.verify(&commit.payload)?;
    let at = at.unwrap_or(certificate.from);
    let found = path::root(certificate, &signed.certificates, roots, at, Purpose::Commits)?;
    let fingerprint = Sha256::digest(certificate.whole).iter().map(|byte| format!("{byte:02X}")).collect();
    let mails = certificate.usage.mails.iter().map(|mail| String::from_utf8_lossy(mail).into_owned());
    let (name, mails) = (certificate.name(), mails.collect());
    Ok(Vouched { fingerprint, name, mails, revoked: found.revoked })
}

/// The bytes in an armour, as they were written.
pub fn bytes(armour: &str) -> Option<Vec<u8>> {
    let inner: String = armour.lines().filter(|line| !line.starts_with("-----")).collect();
    STANDARD.decode(inner.trim()).ok()
}

/// The same, of definite length: `gpgsm` writes BER.
fn decoded(armour: &str) -> Option<Vec<u8>> {
    definite(&bytes(armour)?).ok()
}

/// The subject of the first certificate that is no authority's, as far as it can be read.
fn subject(bytes: &[u8]) -> Option<String> {
    let signed = Signed::read(bytes).ok()?;
    let mut certificates = signed.certificates.iter();
    let first = certificates.clone().find(|one| !one.is_root()).or_else(|| certificates.next())?;
    Some(first.name())
}
