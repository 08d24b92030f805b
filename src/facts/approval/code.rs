//! Why a record counts or does not: stable codes (design: approvals.md, "Reason codes").

/// The reason code of a record, a document or a history.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, serde::Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum Reason {
    /// It counts.
    Ok,
    /// No signature.
    SigMissing,
    /// The signature is not over these bytes.
    SigBad,
    /// The signature's form is not supported: the record is unverifiable.
    SigUnsupported,
    /// The signature, or the key, is for another namespace than `git`.
    SigNamespace,
    /// SHA-1, a short RSA key.
    SigAlgorithmWeak,
    /// The policy asks for touch or verification, and the hardware key gave none.
    SigNoTouch,
    /// The key is nobody's.
    KeyUnknown,
    /// The key is in the tree, but not in the policy that governed before the landing.
    KeyNotGoverning,
    /// The key's window had not begun.
    KeyNotYetValid,
    /// The key's window had ended.
    KeyExpiredAtLanding,
    /// The key was retired before the landing.
    KeyRetired,
    /// The key is compromised, and no better evidence of time saves the record.
    KeyCompromised,
    /// The key is another person's than `Mcm-Signer`.
    SignerMismatch,
    /// The signer does not hold the role.
    RoleNotHeld,
    /// The signer edited what is approved.
    SelfApproval,
    /// The person counts already.
    DuplicatePrincipal,
    /// `Mcm-Subject` is not the digest of the covered documents.
    SubjectMismatch,
    /// A covered document is not in the record's tree.
    PathMissing,
    /// The covered documents are those of another id.
    DocIdMismatch,
    /// The record is of another repository.
    ContextMismatch,
    /// The record is of another trust root.
    TrustRootMismatch,
    /// An `Mcm-` line outside of the trailers.
    RecordAmbiguous,
    /// The commit or its trailers are not of the one form.
    RecordMalformed,
    /// The same code: all that the trailers lack is a meaning or a role, which has a rule of its own.
    #[serde(rename = "record-malformed")]
    RecordUnstated,
    /// The commit changes something, or is a merge.
    RecordNotPure,
    /// Author and committer differ: it was rebased, cherry-picked or amended.
    RecordRewritten,
    /// The record has not landed.
    RecordUnlanded,
    /// `Mcm-Covers` is not what the class covers.
    CoversMismatch,
    /// An editor is nobody on the roster.
    EditorUnknown,
    /// The commit is dated later than the head, or than the moment of judging.
    FutureDate,
    /// The last published head is not on the chain.
    HistoryRewritten,
    /// A merge the wrong way round.
    Foxtrot,
    /// A document claims a status.
    ClaimedStatus,
    /// The class asks for better evidence of time.
    EvidenceInsufficient,
    /// Landed before the trust root.
    BeforeAdoption,
}

impl Reason {
    /// The code as text: `key-not-governing`.
    pub fn code(self) -> &'static str {
        match self {
            Reason::Ok => "ok",
            Reason::SigMissing => "sig-missing",
            Reason::SigBad => "sig-bad",
            Reason::SigUnsupported => "sig-unsupported",
            Reason::SigNamespace => "sig-namespace",
            Reason::SigAlgorithmWeak => "sig-algorithm-weak",
            Reason::SigNoTouch => "sig-no-touch",
            Reason::KeyUnknown => "key-unknown",
            Reason::KeyNotGoverning => "key-not-governing",
            Reason::KeyNotYetValid => "key-not-yet-valid",
            Reason::KeyExpiredAtLanding => "key-expired-at-landing",
            Reason::KeyRetired => "key-retired",
            Reason::KeyCompromised => "key-compromised",
            Reason::SignerMismatch => "signer-mismatch",
            Reason::RoleNotHeld => "role-not-held",
            Reason::SelfApproval => "self-approval",
            Reason::DuplicatePrincipal => "duplicate-principal",
            Reason::SubjectMismatch => "subject-mismatch",
            Reason::PathMissing => "path-missing",
            Reason::DocIdMismatch => "doc-id-mismatch",
            Reason::ContextMismatch => "context-mismatch",
            Reason::TrustRootMismatch => "trust-root-mismatch",
            Reason::RecordAmbiguous => "record-ambiguous",
            Reason::RecordMalformed | Reason::RecordUnstated => "record-malformed",
            Reason::RecordNotPure => "record-not-pure",
            Reason::RecordRewritten => "record-rewritten",
            Reason::RecordUnlanded => "record-unlanded",
            Reason::CoversMismatch => "covers-mismatch",
            Reason::EditorUnknown => "editor-unknown",
            Reason::FutureDate => "future-date",
            Reason::HistoryRewritten => "history-rewritten",
            Reason::Foxtrot => "foxtrot",
            Reason::ClaimedStatus => "claimed-status",
            Reason::EvidenceInsufficient => "evidence-insufficient",
            Reason::BeforeAdoption => "before-adoption",
        }
    }

    /// The rule of group 8xx that tells it, or the rule of another group that owns the fact.
    pub fn rule(self) -> Option<&'static str> {
        Some(match self {
            Reason::Ok | Reason::BeforeAdoption | Reason::RecordUnlanded => return None,
            Reason::SigMissing
            | Reason::SigBad
            | Reason::SigUnsupported
            | Reason::SigNamespace
            | Reason::SigAlgorithmWeak
            | Reason::SigNoTouch
            | Reason::KeyUnknown
            | Reason::SignerMismatch
            | Reason::RecordMalformed
            | Reason::RecordAmbiguous => "MCM804",
            Reason::KeyNotGoverning
            | Reason::KeyNotYetValid
            | Reason::KeyExpiredAtLanding
            | Reason::KeyRetired
            | Reason::KeyCompromised => "MCM805",
            Reason::RoleNotHeld => "MCM802",
            Reason::SelfApproval => "MCM803",
            Reason::DuplicatePrincipal => "MCM807",
            Reason::SubjectMismatch
            | Reason::PathMissing
            | Reason::DocIdMismatch
            | Reason::ContextMismatch
            | Reason::TrustRootMismatch => "MCM806",
            Reason::RecordUnstated => "MCM811",
            Reason::RecordNotPure | Reason::RecordRewritten => "MCM824",
            Reason::CoversMismatch => "MCM825",
            Reason::EditorUnknown => "MCM822",
            Reason::FutureDate | Reason::EvidenceInsufficient => "MCM809",
            Reason::HistoryRewritten | Reason::Foxtrot => "MCM813",
            Reason::ClaimedStatus => "MCM006",
        })
    }
}

impl std::fmt::Display for Reason {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(self.code())
    }
}
