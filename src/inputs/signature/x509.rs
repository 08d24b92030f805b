//! X.509 signatures as `gpgsm` and `gitsign` make them (CMS, RFC 5652): read, shown, never verified.
//!
//! No policy names an authority whose certificates would count, so such a signature can say who claims to
//! have made it and no more: a record that rests on it is unverifiable.

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;

use super::cms::Signed;
use super::{Format, SignatureStatus, Verification};

/// What an armoured signature says of its maker.
pub(super) fn verify(armour: &str) -> Verification {
    let subject = subject(armour);
    let why = match &subject {
        Some(subject) => format!("signatures by X.509 certificates are not verified: {subject}"),
        None => "signatures by X.509 certificates are not verified".to_owned(),
    };
    let verification = Verification::failed(Format::X509, SignatureStatus::Unsupported).because(why);
    Verification { key: subject, ..verification }
}

/// The subject of the first certificate that is no authority's, as far as it can be read: `gpgsm` writes BER of
/// no definite length, which is not.
fn subject(armour: &str) -> Option<String> {
    let inner: String = armour.lines().filter(|line| !line.starts_with("-----")).collect();
    let bytes = STANDARD.decode(inner.trim()).ok()?;
    let signed = Signed::read(&bytes).ok()?;
    let mut certificates = signed.certificates.iter();
    let first = certificates.clone().find(|one| !one.is_root()).or_else(|| certificates.next())?;
    Some(first.name())
}
