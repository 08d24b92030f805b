//! Signed commits: split, read and verified from their raw bytes (design: approvals.md).
//!
//! Enters: the bytes of a commit object as the object database holds them. Leaves: a [`RawCommit`], what the
//! commit records ([`Record`]), and whether a key made its signature ([`verify()`]). A verification is a fact
//! about bytes and a key; whose key it is, and whether it counted at the time, is for `facts::approval`.
//!
//! Nothing here asks git2 for parts of a commit: `extract_signature` finds a signature block in a message's
//! body and drops other header lines, so tree, parents, message and payload are taken from the same bytes.

mod cms;
pub mod openpgp;
pub mod raw;
pub mod record;
mod ssh;
pub mod stamp;
pub mod x509;

#[cfg(test)]
mod tests;

use std::sync::Arc;

use foldhash::HashMap;

use crate::text::ContentHash;

pub use openpgp::Certificates;
pub use raw::{Ident, RawCommit, SignatureBlock, split};
pub use record::{Decision, Record, RecordFault};
pub use ssh::weakness;

/// The format of a signature, by the first line of its armour.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, serde::Serialize, serde::Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Format {
    /// `-----BEGIN SSH SIGNATURE-----`
    Ssh,
    /// `-----BEGIN PGP SIGNATURE-----` or `-----BEGIN PGP MESSAGE-----`
    OpenPgp,
    /// `-----BEGIN SIGNED MESSAGE-----` or `-----BEGIN PKCS7-----`
    X509,
    /// Any other.
    Unknown,
}

/// Whether a signature was made over a payload, as far as the bytes alone say.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, serde::Serialize, serde::Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum SignatureStatus {
    /// The key made it over exactly this payload, for commits.
    Good,
    /// It was not made over this payload, or is damaged.
    Bad,
    /// No certificate at hand holds the key that it names (OpenPGP: the key is not in the signature).
    UnknownKey,
    /// It was made for something else than commits (SSH namespace).
    WrongNamespace,
    /// The algorithm or the key is too weak to count.
    Weak,
    /// Its form is not supported: certificates, several signatures in one, SHA-256 repositories.
    Unsupported,
}

/// What verifying one signature found.
#[derive(Clone, Debug, PartialEq, Eq, serde::Serialize, serde::Deserialize)]
pub struct Verification {
    /// The result.
    pub status: SignatureStatus,
    /// The format.
    pub format: Format,
    /// The key that the signature names: `SHA256:...` for SSH, the primary key's fingerprint for OpenPGP,
    /// the certificate's subject for X.509.
    pub key: Option<String>,
    /// The algorithm, in the format's own words: `ssh-ed25519`, `rsa-sha2-512`.
    pub algorithm: Option<String>,
    /// For hardware keys: whether the key was touched, and whether it asked for a PIN or a finger.
    pub presence: Option<Presence>,
    /// For OpenPGP: when the key could sign, by its certificate.
    pub validity: Option<openpgp::Validity>,
    /// Why it is not good: a lower-case phrase.
    pub why: Option<String>,
}

/// The flags that a hardware key signs with (OpenSSH PROTOCOL.u2f).
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, serde::Serialize, serde::Deserialize)]
pub struct Presence {
    /// Somebody touched the key.
    pub touched: bool,
    /// The key asked for a PIN or a finger.
    pub verified: bool,
}

/// Verifies the signature of a commit by the certificates at hand; nothing when it carries none.
///
/// The result depends on the bytes of the commit and, for OpenPGP, on those of the certificates: it may be
/// kept by [`cache_key`].
pub fn verify(commit: &RawCommit<'_>, certificates: &Certificates) -> Option<Verification> {
    if commit.has_sha256_signature {
        return Some(
            Verification::failed(Format::Unknown, SignatureStatus::Unsupported)
                .because("it is signed for a repository of SHA-256 objects (`gpgsig-sha256`)"),
        );
    }
    let block = commit.signature.as_ref()?;
    Some(match block.format {
        Format::Ssh => ssh::verify(&block.text, &commit.payload),
        Format::OpenPgp => openpgp::verify(&block.text, &commit.payload, certificates),
        Format::X509 => x509::verify(&block.text),
        Format::Unknown => Verification::failed(Format::Unknown, SignatureStatus::Unsupported)
            .because("signatures of this format are not verified"),
    })
}

/// The key under which a verification may be remembered: SHA-256 of the raw commit, and of the certificates
/// where there are any.
pub fn cache_key(raw: &[u8], certificates: &Certificates) -> ContentHash {
    match certificates.hash {
        Some(hash) => ContentHash::of_parts([raw, hash.as_bytes()]),
        None => ContentHash::of(raw),
    }
}

/// Verifications that were made before, by [`cache_key`]: facts about bytes, never a verdict. Those of one key
/// mostly say the same, and are one value.
#[derive(Clone, Debug, Default)]
pub struct Known(HashMap<ContentHash, Arc<Verification>>);

impl Known {
    /// The verifications of these keys.
    pub fn new(known: HashMap<ContentHash, Arc<Verification>>) -> Known {
        Known(known)
    }

    /// What is known, or else what verifying says; the same as [`verify()`].
    pub fn verify(
        &self,
        raw: &[u8],
        commit: &RawCommit<'_>,
        certificates: &Certificates,
    ) -> Option<Arc<Verification>> {
        // The form of an SSH signature holds its key: certificates say nothing of it.
        let is_ssh = commit.signature.as_ref().is_some_and(|block| block.format == Format::Ssh);
        let none = Certificates::default();
        let key = cache_key(raw, if is_ssh { &none } else { certificates });
        self.0.get(&key).cloned().or_else(|| verify(commit, certificates).map(Arc::new))
    }
}

impl Format {
    /// The format of an armoured signature.
    pub fn of(armour: &str) -> Format {
        match armour.lines().next().unwrap_or_default().trim_end() {
            "-----BEGIN SSH SIGNATURE-----" => Format::Ssh,
            "-----BEGIN PGP SIGNATURE-----" | "-----BEGIN PGP MESSAGE-----" => Format::OpenPgp,
            "-----BEGIN SIGNED MESSAGE-----" | "-----BEGIN PKCS7-----" => Format::X509,
            _ => Format::Unknown,
        }
    }
}

impl Verification {
    /// A verification that names no key.
    fn failed(format: Format, status: SignatureStatus) -> Verification {
        Verification { status, format, key: None, algorithm: None, presence: None, validity: None, why: None }
    }

    /// Whether the key made the signature, for commits, over these bytes.
    pub fn is_good(&self) -> bool {
        self.status == SignatureStatus::Good
    }

    fn because(mut self, why: impl Into<String>) -> Verification {
        self.why = Some(why.into());
        self
    }
}
