//! `allowed_signers`: SSH keys in OpenSSH's own format (ssh-keygen(1), ALLOWED SIGNERS).

use jiff::Timestamp;

use crate::text::{BookPath, Span};

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
