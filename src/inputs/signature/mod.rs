//! Signed commits: split, read and verified from their raw bytes (design: approvals.md).
//!
//! Enters: the bytes of a commit object as the object database holds them. Leaves: a [`RawCommit`], what the
//! commit records ([`Record`]), and whether a key made its signature ([`verify()`]). A verification is a fact
//! about bytes and a key; whose key it is, and whether it counted at the time, is for `facts::approval`.
//!
//! Nothing here asks git2 for parts of a commit: `extract_signature` finds a signature block in a message's
//! body and drops other header lines, so tree, parents, message and payload are taken from the same bytes.

pub mod raw;
pub mod record;
mod ssh;

#[cfg(test)]
mod tests;

use crate::text::ContentHash;

pub use raw::{Ident, RawCommit, SignatureBlock, split};
pub use record::{Decision, Record, RecordFault};

/// The format of a signature, by the first line of its armour.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, serde::Serialize)]
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
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, serde::Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum SignatureStatus {
    /// The key made it over exactly this payload, for commits.
    Good,
    /// It was not made over this payload, or is damaged.
    Bad,
    /// It was made for something else than commits (SSH namespace).
    WrongNamespace,
    /// The algorithm or the key is too weak to count.
    Weak,
    /// Its form is not supported: certificates, several signatures in one, SHA-256 repositories.
    Unsupported,
}

/// What verifying one signature found.
#[derive(Clone, Debug, PartialEq, Eq, serde::Serialize)]
pub struct Verification {
    /// The result.
    pub status: SignatureStatus,
    /// The format.
    pub format: Format,
    /// The fingerprint of the key that the signature names: `SHA256:...` for SSH.
    pub key: Option<String>,
    /// The algorithm, in the format's own words: `ssh-ed25519`, `rsa-sha2-512`.
    pub algorithm: Option<String>,
    /// For hardware keys: whether the key was touched, and whether it asked for a PIN or a finger.
    pub presence: Option<Presence>,
    /// Why it is not good: a lower-case phrase.
    pub why: Option<String>,
}

/// The flags that a hardware key signs with (OpenSSH PROTOCOL.u2f).
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, serde::Serialize)]
pub struct Presence {
    /// Somebody touched the key.
    pub touched: bool,
    /// The key asked for a PIN or a finger.
    pub verified: bool,
}

/// Verifies the signature of a commit; nothing when it carries none.
///
/// The result depends on the bytes of the commit alone, so that it may be kept by [`cache_key`].
pub fn verify(commit: &RawCommit<'_>) -> Option<Verification> {
    if commit.has_sha256_signature {
        return Some(
            Verification::failed(Format::Unknown, SignatureStatus::Unsupported)
                .because("it is signed for a repository of SHA-256 objects (`gpgsig-sha256`)"),
        );
    }
    let block = commit.signature.as_ref()?;
    Some(match block.format {
        Format::Ssh => ssh::verify(&block.text, &commit.payload),
        format @ (Format::OpenPgp | Format::X509 | Format::Unknown) => {
            Verification::failed(format, SignatureStatus::Unsupported)
                .because("signatures of this format are not verified")
        }
    })
}

/// The key under which a verification may be remembered: SHA-256 of the raw commit.
pub fn cache_key(raw: &[u8]) -> ContentHash {
    ContentHash::of(raw)
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
        Verification { status, format, key: None, algorithm: None, presence: None, why: None }
    }

    fn because(mut self, why: impl Into<String>) -> Verification {
        self.why = Some(why.into());
        self
    }
}
