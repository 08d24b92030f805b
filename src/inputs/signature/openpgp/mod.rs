//! OpenPGP signatures (RFC 9580, RFC 4880), verified in process by the `pgp` crate.
//!
//! The crate answers whether a key made a signature. What it leaves open is decided here: which hashes and
//! keys are too weak (SHA-1, MD5, RSA below 2048 bits, DSA, Elgamal), that a signature stands alone, that it
//! covers the bytes as they are (type 0x00), that nothing critical in it is unknown. Whether a certificate
//! lets a key sign is read in `certificate`; when it did so leaves as values and is judged elsewhere.

mod certificate;

#[cfg(test)]
mod tests;

use jiff::Timestamp;
use pgp::composed::{Deserializable, DetachedSignature};
use pgp::crypto::hash::HashAlgorithm;
use pgp::packet::{Signature, SignatureType, SignatureVersion, SubpacketData};
use pgp::types::Fingerprint;

use super::{Format, SignatureStatus, Verification};
use certificate::Component;

pub use certificate::{Certificate, Certificates, KeyRevocation, Validity};

/// Verifies an armoured signature over a payload by the certificates of a policy.
pub(super) fn verify(armour: &str, payload: &[u8], certificates: &Certificates) -> Verification {
    let failed = |status, why: &str| Verification::failed(Format::OpenPgp, status).because(why);
    let signatures = match read(armour) {
        Ok(signatures) => signatures,
        Err(why) => return failed(SignatureStatus::Bad, &format!("it is damaged ({why})")),
    };
    let signature = match signatures.as_slice() {
        [signature] => signature,
        [] => return failed(SignatureStatus::Bad, "its armour holds no signature"),
        _ => return failed(SignatureStatus::Unsupported, "its armour holds several signatures"),
    };
    let issuer = Issuer::of(signature);
    let candidates = issuer.candidates(certificates);
    let mut verification = Verification::failed(Format::OpenPgp, SignatureStatus::Bad);
    verification.key = match candidates.first() {
        Some((certificate, _)) => Some(certificate.fingerprint.clone()),
        None => issuer.name(),
    };
    if let Some((status, why)) = objection(signature) {
        verification.status = status;
        return verification.because(why);
    }
    let Some((first, rest)) = candidates.split_first() else {
        verification.status = SignatureStatus::UnknownKey;
        return verification.because("no certificate of the policy holds the key that it names");
    };
    let found = by(signature, payload, first);
    match rest.iter().map(|other| by(signature, payload, other)).find(|other| other.is_good()) {
        // Key ids are short enough to collide: whichever key made the signature counts.
        Some(other) if !found.is_good() => other,
        _ => found,
    }
}

/// Verifies a signature by one key of one certificate.
fn by(signature: &Signature, payload: &[u8], key: &(&Certificate, &Component)) -> Verification {
    let (certificate, component) = key;
    let mut verification = Verification {
        key: Some(certificate.fingerprint.clone()),
        algorithm: Some(algorithm(signature, component)),
        ..Verification::failed(Format::OpenPgp, SignatureStatus::Bad)
    };
    if let Err((status, why)) = &component.usable {
        verification.status = *status;
        return verification.because(why.clone());
    }
    let made = signature.created().map(instant);
    let Some(made) = made else { return verification.because("it does not say when it was made") };
    if made < component.validity.from {
        return verification.because("it is older than its key");
    }
    let lives = signature.signature_expiration_time().map_or(0, |time| i64::from(time.as_secs()));
    verification.validity = Some(Validity {
        signing_key: component.fingerprint.clone(),
        signature_until: (lives > 0).then(|| later(made, lives)),
        made,
        ..component.validity.clone()
    });
    match component.verify(signature, payload) {
        true => Verification { status: SignatureStatus::Good, ..verification },
        false => verification.because("it is not over these bytes"),
    }
}

/// Every signature of an armour.
fn read(armour: &str) -> Result<Vec<Signature>, String> {
    let (all, _) =
        DetachedSignature::from_armor_many(armour.as_bytes()).map_err(|error| error.to_string())?;
    // More than two say no more than two do.
    let all = all.take(2).map(|one| one.map(|one| one.signature).map_err(|error| error.to_string()));
    all.collect()
}

/// What stands against a signature, whoever made it.
fn objection(signature: &Signature) -> Option<(SignatureStatus, String)> {
    let unsupported = |why: String| Some((SignatureStatus::Unsupported, why));
    match signature.version() {
        SignatureVersion::V4 | SignatureVersion::V6 => {}
        SignatureVersion::V2 | SignatureVersion::V3 => {
            return Some((SignatureStatus::Weak, "it is a signature of version 3 or before".to_owned()));
        }
        other => return unsupported(format!("it is a signature of version {}", u8::from(other))),
    }
    if signature.typ() != Some(SignatureType::Binary) {
        return unsupported("it does not cover the bytes as they are".to_owned());
    }
    if has_unknown_demand(signature) {
        return unsupported("it makes a demand that is not known here".to_owned());
    }
    match strength(signature) {
        Strength::Weak(name) => Some((SignatureStatus::Weak, format!("it rests on {name}"))),
        Strength::Unknown => unsupported("its hash is not supported".to_owned()),
        Strength::Good => None,
    }
}

/// How good the hash of a signature is.
enum Strength {
    Good,
    Weak(String),
    Unknown,
}

fn strength(signature: &Signature) -> Strength {
    match signature.hash_alg() {
        Some(hash @ (HashAlgorithm::Md5 | HashAlgorithm::Sha1 | HashAlgorithm::Ripemd160)) => {
            Strength::Weak(hash.to_string())
        }
        Some(
            HashAlgorithm::Sha224
            | HashAlgorithm::Sha256
            | HashAlgorithm::Sha384
            | HashAlgorithm::Sha512
            | HashAlgorithm::Sha3_256
            | HashAlgorithm::Sha3_512,
        ) => Strength::Good,
        _ => Strength::Unknown,
    }
}

/// Whether a subpacket is critical and means nothing here (RFC 9580, 5.2.3.7: the signature is in error).
fn has_unknown_demand(signature: &Signature) -> bool {
    let unknown = |data: &SubpacketData| {
        matches!(
            data,
            SubpacketData::Other(..) | SubpacketData::Experimental(..) | SubpacketData::Notation(..)
        )
    };
    let mut all = signature.config().into_iter().flat_map(|config| config.hashed_subpackets());
    all.any(|subpacket| subpacket.is_critical && unknown(&subpacket.data))
}

/// Which key a signature names. A hint: the arithmetic decides.
struct Issuer {
    fingerprints: Vec<String>,
    key_ids: Vec<String>,
}

impl Issuer {
    fn of(signature: &Signature) -> Issuer {
        Issuer {
            fingerprints: signature.issuer_fingerprint().into_iter().map(digits).collect(),
            key_ids: signature.issuer_key_id().into_iter().map(|id| id.to_string().to_uppercase()).collect(),
        }
    }

    /// The keys that it may mean: by fingerprint, or by the short id where there is no fingerprint.
    fn candidates<'c>(&self, certificates: &'c Certificates) -> Vec<(&'c Certificate, &'c Component)> {
        let fits = |component: &Component| match self.fingerprints.is_empty() {
            true => self.key_ids.contains(&component.key_id),
            false => self.fingerprints.contains(&component.fingerprint),
        };
        certificates.components().filter(|(_, component)| fits(component)).collect()
    }

    fn name(&self) -> Option<String> {
        self.fingerprints.first().or(self.key_ids.first()).cloned()
    }
}

/// `ed25519-sha512`.
fn algorithm(signature: &Signature, component: &Component) -> String {
    let hash = signature.hash_alg().map_or("none".to_owned(), |hash| hash.to_string().to_lowercase());
    format!("{}-{hash}", component.algorithm)
}

/// A fingerprint as `gpg` prints it and policies write it: capitals, no spaces.
fn digits(fingerprint: &Fingerprint) -> String {
    fingerprint.as_bytes().iter().map(|byte| format!("{byte:02X}")).collect()
}

fn instant(at: pgp::types::Timestamp) -> Timestamp {
    Timestamp::from_second(i64::from(at.as_secs())).unwrap_or(Timestamp::MAX)
}

fn later(at: Timestamp, seconds: i64) -> Timestamp {
    Timestamp::from_second(at.as_second().saturating_add(seconds)).unwrap_or(Timestamp::MAX)
}
