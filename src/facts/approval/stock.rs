//! Records held against the answers of stock tools: git, ssh-keygen, gpg, openssl (design: approvals.md, facts).
//!
//! Enters: the approvals with the ledger they come from, and what the tools said. Leaves: where they differ, and
//! whether the difference is on the documented list. The tools are asked about the signature and the keys of the
//! policy that governed alone; that a record is rewritten, speaks of other bytes or comes from an editor is no
//! question for them. What decides is always mcmbook: a difference says that one of the two is wrong.

use std::sync::{Arc, LazyLock};

use jiff::Timestamp;

use super::amendment::{Effective, files_at};
use super::code::Reason;
use super::derive::Landed;
use super::{Approvals, SubjectId};
use crate::inputs::history::ledger::Ledger;
use crate::inputs::signature::{Format, split, x509};
use crate::text::{ContentHash, SourceFile};

/// A difference that is known and has its reason.
#[derive(Clone, Debug, PartialEq, Eq, serde::Deserialize)]
pub struct Documented {
    /// The format of the signature: `ssh`, `openpgp`, `openpgp-v6` or `x509`.
    pub format: String,
    /// What is special about the record.
    pub case: String,
    /// Who says otherwise than mcmbook: `git`, `ssh-keygen`, `gpg`, `openssl`.
    pub tools: Vec<String>,
    /// The reasons of mcmbook against what they take; `ok` where it takes what they refuse.
    pub codes: Vec<String>,
    /// Words of the reason, where its code has several and only this one is meant.
    #[serde(default)]
    pub says: Option<String>,
    /// Why they differ.
    pub why: String,
}

/// The documented list: whatever mcmbook and the tools say otherwise elsewhere is a fault.
pub fn documented() -> &'static [Documented] {
    static LIST: LazyLock<Vec<Documented>> = LazyLock::new(|| {
        #[derive(serde::Deserialize)]
        struct List {
            difference: Vec<Documented>,
        }
        let list: Result<List, _> = toml::from_str(include_str!("differences.toml"));
        list.expect("the list is part of the program, and a test reads it").difference
    });
    &LIST
}

/// A program that is asked.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Tool {
    /// `git verify-commit`.
    Git,
    /// `ssh-keygen -Y verify`.
    SshKeygen,
    /// `gpg --verify`.
    Gpg,
    /// `openssl cms -verify`.
    OpenSsl,
}

impl Tool {
    /// All of them.
    pub const ALL: [Tool; 4] = [Tool::Git, Tool::SshKeygen, Tool::Gpg, Tool::OpenSsl];

    /// Its name.
    pub fn name(self) -> &'static str {
        match self {
            Tool::Git => "git",
            Tool::SshKeygen => "ssh-keygen",
            Tool::Gpg => "gpg",
            Tool::OpenSsl => "openssl",
        }
    }
}

/// The keys of a policy that governed, as stock tools read them.
#[derive(Debug)]
pub struct Keys {
    /// Digest of the policy.
    pub policy: ContentHash,
    /// The bytes of `allowed_signers`.
    pub allowed_signers: Vec<u8>,
    /// Those of the OpenPGP certificates.
    pub certificates: Vec<Vec<u8>>,
    /// Those of the roots that vouch for X.509 certificates.
    pub authorities: Vec<Vec<u8>>,
}

/// A record about which tools are asked.
#[derive(Clone, Debug)]
pub struct Question<'a> {
    /// The record's commit.
    pub commit: &'a str,
    /// The change or document that it speaks of.
    pub subject: Option<&'a SubjectId>,
    /// The format of its signature; nothing when it has none.
    pub format: Option<Format>,
    /// The key that its signature names.
    pub key: Option<&'a str>,
    /// The signature, as the tools read it: its armour, and DER of an X.509 one.
    pub signature: Vec<u8>,
    /// What it is over.
    pub payload: Vec<u8>,
    /// Who the record says has signed it.
    pub signer: &'a str,
    /// The time at which keys must have been valid.
    pub at: Timestamp,
    /// The keys that governed.
    pub keys: Arc<Keys>,
    /// What mcmbook has against signature and key, and the same in words.
    pub reasons: Vec<(Reason, &'a str)>,
}

impl Question<'_> {
    /// Who can be asked.
    pub fn tools(&self) -> &'static [Tool] {
        match self.format {
            Some(Format::Ssh) => &[Tool::Git, Tool::SshKeygen],
            Some(Format::OpenPgp) => &[Tool::Git, Tool::Gpg],
            Some(Format::X509) => &[Tool::OpenSsl],
            Some(Format::Unknown) => &[],
            None => &[Tool::Git],
        }
    }

    /// What an answer says beside that of mcmbook.
    pub fn held_against(&self, tool: Tool, takes: bool) -> Agreement {
        let counts = self.reasons.is_empty();
        if takes == counts {
            return Agreement::Same;
        }
        let Some(format) = self.listed_as() else { return Agreement::Different };
        let of_tool =
            |one: &Documented| one.format == format && one.tools.iter().any(|name| name == tool.name());
        let known = |(reason, says): &(Reason, &str)| {
            documented().iter().find(|one| {
                of_tool(one)
                    && one.codes.iter().any(|code| code == reason.code())
                    && one.says.as_deref().is_none_or(|words| says.contains(words))
            })
        };
        if counts {
            return known(&(Reason::Ok, "")).map_or(Agreement::Different, Agreement::Documented);
        }
        // Every reason must be one that the tool is known not to have.
        match self.reasons.iter().map(known).collect::<Option<Vec<_>>>() {
            Some(all) => all.first().map_or(Agreement::Different, |one| Agreement::Documented(one)),
            None => Agreement::Different,
        }
    }

    /// The name of its format on the documented list.
    fn listed_as(&self) -> Option<&'static str> {
        match self.format? {
            Format::Ssh => Some("ssh"),
            // Fingerprints of version 6 have 32 bytes (RFC 9580, 5.5.4.3), those before it 20.
            Format::OpenPgp if self.key.is_some_and(|key| key.len() == 64) => Some("openpgp-v6"),
            Format::OpenPgp => Some("openpgp"),
            Format::X509 => Some("x509"),
            Format::Unknown => None,
        }
    }
}

/// How an answer stands to mcmbook's.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Agreement {
    /// The same.
    Same,
    /// Another one, for a reason that is documented.
    Documented(&'static Documented),
    /// Another one.
    Different,
}

/// Records about which nobody can be asked.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Unasked {
    /// The record's commit.
    pub commit: String,
    /// Why.
    pub why: &'static str,
}

/// The records of a book as questions, in the order of landings; and those that are none.
pub fn questions<'a>(
    approvals: &'a Approvals,
    ledger: &Ledger,
    wanted: impl Fn(Option<&SubjectId>) -> bool,
) -> (Vec<Question<'a>>, Vec<Unasked>) {
    let Some(effective) = &approvals.effective else { return (Vec::new(), Vec::new()) };
    let keys = keys(effective, ledger);
    let of_subjects = approvals
        .subjects
        .iter()
        .flat_map(|(id, (subject, _))| subject.records.iter().map(move |landed| (Some(id), landed)));
    let mut all: Vec<(Option<&SubjectId>, &Landed)> = of_subjects
        .chain(approvals.others.iter().map(|landed| (None, landed)))
        .filter(|(id, _)| wanted(*id))
        .collect();
    all.sort_by_key(|(_, landed)| (landed.landing, &landed.judged.id));
    let (mut asked, mut unasked) = (Vec::new(), Vec::new());
    for (id, landed) in all {
        match question(id, landed, &keys) {
            Ok(question) => asked.push(question),
            Err(why) => unasked.push(Unasked { commit: landed.judged.id.clone(), why }),
        }
    }
    (asked, unasked)
}

fn question<'a>(
    subject: Option<&'a SubjectId>,
    landed: &'a Landed,
    keys: &[(usize, Arc<Keys>)],
) -> Result<Question<'a>, &'static str> {
    let judged = &landed.judged;
    let is_malformed = judged.reasons.iter().any(|(reason, _)| *reason == Reason::RecordMalformed);
    let commit = split(&landed.raw).ok().filter(|_| !is_malformed);
    let commit = commit.ok_or("the commit is not of the one form: tools read it differently")?;
    let block = commit.signature.as_ref();
    let signature = match block {
        None => Vec::new(),
        Some(block) => match block.format {
            Format::Ssh | Format::OpenPgp => block.text.clone().into_bytes(),
            Format::X509 => x509::bytes(&block.text).ok_or("its armour is damaged: no tool reads it")?,
            Format::Unknown => return Err("no tool is asked about signatures of its format"),
        },
    };
    if commit.has_sha256_signature {
        return Err("it has a signature for objects of SHA-256");
    }
    let record = judged.record.as_ref().ok_or("it does not say who signed it")?;
    let governed = keys.iter().rev().find(|(since, _)| *since < landed.landing);
    let (_, keys) = governed.ok_or("no policy governed it")?;
    let reasons = judged.reasons.iter().filter(|(reason, _)| is_of_signature(*reason));
    let reasons = reasons.map(|(reason, why)| (*reason, why.as_str())).collect();
    // A certificate must be valid when somebody else saw its signature, whatever the landing says.
    let is_certified = block.is_some_and(|block| block.format == Format::X509);
    let at = landed.witnessed.filter(|_| is_certified).unwrap_or(landed.at);
    Ok(Question {
        commit: &judged.id,
        subject,
        format: block.map(|block| block.format),
        key: judged.verification.as_ref().and_then(|found| found.key.as_deref()),
        signature,
        payload: commit.payload,
        signer: &record.signer,
        at,
        keys: keys.clone(),
        reasons,
    })
}

/// The keys of every policy that governed, with the landing since which it did.
fn keys(effective: &Effective, ledger: &Ledger) -> Vec<(usize, Arc<Keys>)> {
    let read = |(digest, _, landing): &(ContentHash, u64, usize)| {
        let files = files_at(ledger, *landing)?;
        let below = |file: &&SourceFile, name: &str| file.path.as_str() == format!("policy/{name}");
        let signers = files.iter().find(|file| below(file, "allowed_signers"));
        let of_folder = |folder: &str| -> Vec<Vec<u8>> {
            let files = files.iter().filter(|file| file.path.as_str().starts_with(folder));
            files.map(|file| file.text.as_bytes().to_vec()).collect()
        };
        let keys = Keys {
            policy: *digest,
            allowed_signers: signers.map(|file| file.text.as_bytes().to_vec()).unwrap_or_default(),
            certificates: of_folder("policy/openpgp/"),
            authorities: of_folder("policy/ca/"),
        };
        Some((*landing, Arc::new(keys)))
    };
    effective.history.iter().filter_map(read).collect()
}

/// Whether a reason is one of signature and key.
fn is_of_signature(reason: Reason) -> bool {
    match reason {
        Reason::SigMissing
        | Reason::SigBad
        | Reason::SigUnsupported
        | Reason::SigNamespace
        | Reason::SigAlgorithmWeak
        | Reason::SigNoTouch
        | Reason::KeyUnknown
        | Reason::KeyNotGoverning
        | Reason::KeyNotYetValid
        | Reason::KeyExpiredAtLanding
        | Reason::KeyRetired
        | Reason::KeyCompromised
        | Reason::SignerMismatch => true,
        Reason::Ok
        | Reason::RoleNotHeld
        | Reason::SelfApproval
        | Reason::DuplicatePrincipal
        | Reason::SubjectMismatch
        | Reason::PathMissing
        | Reason::DocIdMismatch
        | Reason::ContextMismatch
        | Reason::TrustRootMismatch
        | Reason::RecordAmbiguous
        | Reason::RecordMalformed
        | Reason::RecordUnstated
        | Reason::RecordNotPure
        | Reason::RecordRewritten
        | Reason::RecordUnlanded
        | Reason::CoversMismatch
        | Reason::EditorUnknown
        | Reason::FutureDate
        | Reason::HistoryRewritten
        | Reason::Foxtrot
        | Reason::ClaimedStatus
        | Reason::EvidenceInsufficient
        | Reason::BeforeAdoption => false,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// What an answer about a signature with these reasons against it says beside mcmbook's.
    fn held(
        format: Option<Format>,
        reasons: &[(Reason, &'static str)],
        tool: Tool,
        takes: bool,
    ) -> Agreement {
        held_by_key(format, None, reasons, tool, takes)
    }

    fn held_by_key(
        format: Option<Format>,
        key: Option<&str>,
        reasons: &[(Reason, &'static str)],
        tool: Tool,
        takes: bool,
    ) -> Agreement {
        let keys = Keys {
            policy: ContentHash::of(b""),
            allowed_signers: Vec::new(),
            certificates: Vec::new(),
            authorities: Vec::new(),
        };
        let question = Question {
            commit: "",
            subject: None,
            format,
            key,
            signature: Vec::new(),
            payload: Vec::new(),
            signer: "alice",
            at: Timestamp::UNIX_EPOCH,
            keys: Arc::new(keys),
            reasons: reasons.to_vec(),
        };
        question.held_against(tool, takes)
    }

    #[test]
    fn a_difference_is_documented_for_its_format_its_tool_and_all_its_reasons() {
        let (ssh, expired) = (Some(Format::Ssh), (Reason::KeyExpiredAtLanding, "it had expired"));
        let case = |format, reasons: &[(Reason, &'static str)], tool| match held(format, reasons, tool, true)
        {
            Agreement::Documented(one) => Some(one.case.as_str()),
            Agreement::Different => None,
            Agreement::Same => panic!("it takes what does not count"),
        };
        assert_eq!(held(ssh, &[], Tool::Git, true), Agreement::Same);
        assert_eq!(held(ssh, &[expired], Tool::Git, false), Agreement::Same);
        assert_eq!(held(ssh, &[], Tool::Git, false), Agreement::Different, "no list excuses a refusal");
        assert_eq!(case(ssh, &[expired], Tool::Git), Some("expired, dated back"));
        assert_eq!(case(ssh, &[expired], Tool::SshKeygen), None);
        assert_eq!(case(Some(Format::OpenPgp), &[expired], Tool::Git), None);
        assert_eq!(case(Some(Format::OpenPgp), &[expired], Tool::Gpg), Some("expired"));
        let (v4, v6) = ("A".repeat(40), "A".repeat(64));
        let refused = |key: &str, tool| held_by_key(Some(Format::OpenPgp), Some(key), &[], tool, false);
        assert_eq!(refused(&v4, Tool::Gpg), Agreement::Different);
        for tool in [Tool::Git, Tool::Gpg] {
            assert!(matches!(refused(&v6, tool), Agreement::Documented(one) if one.format == "openpgp-v6"));
        }
        let bad_v6 = held_by_key(Some(Format::OpenPgp), Some(&v6), &[(Reason::SigBad, "")], Tool::Gpg, true);
        assert_eq!(
            bad_v6,
            Agreement::Different,
            "what they refuse is on the list, and nothing that they take"
        );
        for format in [Some(Format::Unknown), None] {
            assert_eq!(case(format, &[expired], Tool::Git), None);
        }
        let bad = (Reason::SigBad, "it is over other bytes");
        assert_eq!(case(ssh, &[bad], Tool::Git), None);
        assert_eq!(case(ssh, &[expired, bad], Tool::Git), None, "one reason excuses no other");
        let unsupported = |says| [(Reason::SigUnsupported, says)];
        let x509 = Some(Format::X509);
        assert_eq!(case(x509, &unsupported("2 signers, not one"), Tool::OpenSsl), Some("two signers"));
        assert_eq!(case(x509, &unsupported("something else"), Tool::OpenSsl), None);
    }
}
