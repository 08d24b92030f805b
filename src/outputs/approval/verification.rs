//! One record, rule by rule (design: approvals.md, "The record commit").

use std::fmt::Write as _;

use schemars::JsonSchema;
use serde::Serialize;

use super::{RecordStanding, Trust, Verdict, record_text};
use crate::facts::approval::code::Reason;
use crate::facts::approval::derive::Landed;
use crate::facts::approval::{Approval, Approvals};
use crate::inputs::Inputs;
use crate::inputs::signature::split;
use crate::text::counted;

/// The version of this form; it rises when a field changes its meaning or goes away.
pub const FORMAT: u32 = 1;

/// How one record was judged.
#[derive(Clone, Debug, Serialize, JsonSchema)]
pub struct RecordVerification {
    /// Version of this form.
    pub format: u32,
    /// The moment of judging, RFC 3339 in UTC.
    pub as_of: String,
    /// What it was judged by.
    pub trust: Option<Trust>,
    /// The change or document that it decides on, as far as it says so.
    pub document: Option<String>,
    /// The record.
    pub record: RecordStanding,
    /// The rules, in their order.
    pub rules: Vec<RuleVerdict>,
}

/// A rule with its verdict.
#[derive(Clone, Debug, Serialize, JsonSchema)]
pub struct RuleVerdict {
    /// What the rule asks.
    pub rule: String,
    /// Whether it is met; what was not judged is not.
    pub met: bool,
    /// Why it is not.
    pub reasons: Vec<Verdict>,
    /// Why it was not judged; nothing where it was.
    pub unjudged: Option<String>,
}

/// What a rule is judged on.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
enum Grounds {
    /// The repository.
    Repository,
    /// The commit object, once it can be taken apart.
    Object,
    /// What the record says, once it can be read.
    Words,
    /// Who signed it, once all before is as it should be.
    Signer,
}

/// What each rule asks, what it is judged on, and the reasons that say it is not met.
const RULES: [(&str, Grounds, &[Reason]); 9] = [
    (
        "the commit object is strictly well formed",
        Grounds::Repository,
        &[Reason::RecordMalformed, Reason::RecordUnstated, Reason::FutureDate],
    ),
    ("it has one parent and changes nothing", Grounds::Object, &[Reason::RecordNotPure]),
    (
        "its trailers are the last paragraph, and nothing else looks like one",
        Grounds::Object,
        &[Reason::RecordAmbiguous],
    ),
    (
        "it names the digest of the covered documents in its own tree",
        Grounds::Words,
        &[Reason::SubjectMismatch, Reason::DocIdMismatch, Reason::PathMissing],
    ),
    (
        "its signature is good, by a key that the governing policy gives to the signer",
        Grounds::Repository,
        &[
            Reason::SigMissing,
            Reason::SigBad,
            Reason::SigUnsupported,
            Reason::SigNamespace,
            Reason::SigAlgorithmWeak,
            Reason::SigNoTouch,
            Reason::KeyUnknown,
            Reason::KeyNotGoverning,
            Reason::KeyNotYetValid,
            Reason::KeyExpiredAtLanding,
            Reason::KeyRetired,
            Reason::KeyCompromised,
            Reason::SignerMismatch,
        ],
    ),
    ("its author is its committer: nobody has rewritten it", Grounds::Object, &[Reason::RecordRewritten]),
    (
        "it was made for this repository and this trust root",
        Grounds::Words,
        &[Reason::ContextMismatch, Reason::TrustRootMismatch],
    ),
    (
        "the signer may decide in this role on these documents, and is counted once",
        Grounds::Signer,
        &[
            Reason::RoleNotHeld,
            Reason::SelfApproval,
            Reason::DuplicatePrincipal,
            Reason::CoversMismatch,
            Reason::EditorUnknown,
            Reason::EvidenceInsufficient,
        ],
    ),
    ("it has landed on the mainline", Grounds::Repository, &[Reason::RecordUnlanded]),
];

/// The records whose commit begins so.
pub fn of(approvals: &Approvals, inputs: &Inputs, commit: &str) -> Vec<RecordVerification> {
    let is_wanted = |landed: &&Landed| commit.len() >= 4 && landed.judged.id.starts_with(commit);
    let of_subjects = approvals
        .subjects
        .iter()
        .flat_map(|(id, (subject, _))| subject.records.iter().map(move |landed| (landed, Some(id))));
    let others = approvals.others.iter().map(|landed| (landed, None));
    let found = of_subjects.chain(others).filter(|(landed, _)| is_wanted(landed));
    let approval = |id: Option<_>, landed| id.and_then(|id| approvals.of_record(id, landed));
    let trust = Trust::of(approvals, inputs.history.ledger.pinned);
    found
        .map(|(landed, id)| RecordVerification {
            as_of: inputs.as_of.to_string(),
            trust: trust.clone(),
            ..verification(landed, approval(id, landed).as_deref())
        })
        .collect()
}

fn verification(landed: &Landed, approval: Option<&Approval>) -> RecordVerification {
    let mut record = RecordStanding::of(landed, approval);
    if record.landing.is_none() {
        let why = "it is judged as if it landed now; nothing counts before it has".to_owned();
        record.reasons.push(Verdict { code: Reason::RecordUnlanded.code().to_owned(), why });
        record.counts = false;
    }
    let lacking = lacking(landed);
    let rule = |(rule, grounds, codes): &(&str, Grounds, &[Reason])| {
        let codes: Vec<&str> = codes.iter().map(|code| code.code()).collect();
        let reasons: Vec<Verdict> =
            record.reasons.iter().filter(|reason| codes.contains(&reason.code.as_str())).cloned().collect();
        let lacks = lacking.filter(|(first, _)| reasons.is_empty() && grounds >= first);
        RuleVerdict {
            rule: (*rule).to_owned(),
            met: reasons.is_empty() && lacks.is_none(),
            reasons,
            unjudged: lacks.map(|(_, why)| why.to_owned()),
        }
    };
    let rules = RULES.iter().map(rule).collect();
    let document = landed.judged.record.as_ref().and_then(|record| record.document.clone());
    RecordVerification { format: FORMAT, as_of: String::new(), trust: None, document, record, rules }
}

/// The first of the grounds that a record gives no judge, and why: what is judged on that one, or on a later one, is
/// not judged.
fn lacking(landed: &Landed) -> Option<(Grounds, &'static str)> {
    let judged = &landed.judged;
    if split(&landed.raw).is_err() {
        Some((Grounds::Object, "the commit object cannot be taken apart"))
    } else if judged.record.is_none() {
        Some((Grounds::Words, "what it says cannot be read"))
    } else if judged.principal.is_none() {
        Some((Grounds::Signer, "no good signature says who the signer is"))
    } else if !judged.counts() {
        Some((Grounds::Signer, "only what meets the other rules is weighed"))
    } else {
        None
    }
}

/// The JSON Schema of [`RecordVerification`], for programs that read `verify-record --format json`.
pub fn json_schema() -> serde_json::Value {
    schemars::schema_for!(RecordVerification).to_value()
}

/// The same for the terminal.
pub fn text(verification: &RecordVerification) -> String {
    let mut text = String::new();
    if let Some(document) = &verification.document {
        let _ = writeln!(text, "{document}");
    }
    record_text(&verification.record, &mut text);
    text.push('\n');
    for (number, rule) in verification.rules.iter().enumerate() {
        let word = match (rule.met, &rule.unjudged) {
            (true, _) => "ok  ",
            (false, Some(_)) => "-   ",
            (false, None) => "FAIL",
        };
        let _ = writeln!(text, "{word} {}. {}", number + 1, rule.rule);
        for reason in &rule.reasons {
            let _ = writeln!(text, "        {}: {}", reason.code, reason.why);
        }
        if let Some(why) = &rule.unjudged {
            let _ = writeln!(text, "        not judged: {why}");
        }
    }
    let verdict = match verification.record.reasons.len() {
        0 => "the record counts".to_owned(),
        more => format!("the record does not count: {}", counted(more, "reason")),
    };
    let _ = writeln!(text, "\n{verdict}");
    text
}
