//! What is wrong with roster and policy, and whether the files at hand govern: `policy check`.

use std::fmt::Write as _;

use schemars::JsonSchema;
use serde::Serialize;

use crate::facts::Facts;
use crate::facts::approval::amendment;
use crate::outputs::approval::{Trust, trust_of, trust_text};
use crate::outputs::report::{Entry, Report, rule_of};
use crate::text::{Severity, SourceFile};

/// The version of this form; it rises when a field changes its meaning or goes away.
pub const FORMAT: u32 = 1;

/// Rules on approvals that speak of the policy as a whole.
const OF_THE_POLICY: [&str; 3] = ["MCM813", "MCM814", "MCM823"];

/// Roster and policy, judged.
#[derive(Clone, Debug, Serialize, JsonSchema)]
pub struct PolicyCheck {
    /// Version of this form.
    pub format: u32,
    /// The moment of judging, RFC 3339 in UTC.
    pub as_of: String,
    /// Why no policy governs: no repository, no policy on the mainline.
    pub unknown: Option<String>,
    /// What approvals rest on, with the policy that waits.
    pub trust: Option<Trust>,
    /// The files of `policy/` at hand, which are the ones that the findings judge.
    pub files: PolicyFiles,
    /// The findings, in the order of their places.
    pub findings: Vec<PolicyFinding>,
}

/// The files of a policy and how they stand to the one in force.
#[derive(Clone, Debug, Serialize, JsonSchema)]
pub struct PolicyFiles {
    /// Their digest; nothing without a policy, or where a name can stand in no manifest: `sha256:...`.
    pub policy: Option<String>,
    /// How they stand to the policy in force.
    pub state: PolicyState,
}

/// How files stand to the policy in force.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
pub enum PolicyState {
    /// There is none.
    None,
    /// There is one, and none governs.
    NotAdopted,
    /// They are the policy in force.
    InForce,
    /// They are the policy that waits for signatures.
    Pending,
    /// They are neither: an edit that is not committed.
    Edited,
}

/// A finding on roster or policy.
#[derive(Clone, Debug, Serialize, JsonSchema)]
pub struct PolicyFinding {
    /// The rule's code.
    pub code: String,
    /// How bad it is: `error`, `warning` or `info`.
    #[schemars(with = "String")]
    pub severity: Severity,
    /// Whether it makes the command fail.
    pub fails: bool,
    /// The file.
    pub path: Option<String>,
    /// The line, from 1.
    pub line: Option<u32>,
    /// The column, from 1.
    pub column: Option<u32>,
    /// What is wrong.
    pub message: String,
    /// What to do next.
    pub help: Vec<String>,
}

/// Whether a finding is on roster or policy.
pub fn is_of_policy(entry: &Entry<'_>) -> bool {
    let code = entry.finding.diagnostic.code;
    let about = rule_of(code).map_or("", |rule| rule.about);
    matches!(about, "person" | "policy") || OF_THE_POLICY.contains(&code.0)
}

impl PolicyCheck {
    /// Judges a policy. `report` is of its findings alone, `files` are those of its folder.
    pub fn of(report: &Report<'_>, files: &[SourceFile]) -> PolicyCheck {
        let facts = report.facts;
        let finding = |entry: &Entry<'_>| {
            let diagnostic = &entry.finding.diagnostic;
            let at = diagnostic.location.as_ref();
            let place = at.and_then(|at| report.sources.positions(&at.path, at.span)).map(|(start, _)| start);
            PolicyFinding {
                code: diagnostic.code.0.to_owned(),
                severity: diagnostic.severity,
                fails: report.fails(entry.finding),
                path: at.map(|at| at.path.to_string()),
                line: place.map(|place| place.line),
                column: place.map(|place| place.column),
                message: diagnostic.message.clone(),
                help: diagnostic.help.clone(),
            }
        };
        PolicyCheck {
            format: FORMAT,
            as_of: facts.inputs.as_of.to_string(),
            unknown: facts.approvals.none.clone(),
            trust: trust_of(facts),
            files: PolicyFiles::of(facts, files),
            findings: report.entries.iter().map(finding).collect(),
        }
    }
}

impl PolicyFiles {
    fn of(facts: &Facts, files: &[SourceFile]) -> PolicyFiles {
        let digest = amendment::digest(files);
        let effective = facts.approvals.effective.as_ref();
        let pending = effective.and_then(|effective| effective.pending.as_ref());
        let state = match effective {
            _ if files.is_empty() => PolicyState::None,
            None => PolicyState::NotAdopted,
            Some(effective) if digest == Some(effective.digest) => PolicyState::InForce,
            Some(_) if pending.is_some_and(|pending| pending.digest == digest) => PolicyState::Pending,
            Some(_) => PolicyState::Edited,
        };
        let policy = digest.filter(|_| !files.is_empty());
        PolicyFiles { policy: policy.map(|digest| format!("sha256:{digest}")), state }
    }
}

/// The JSON Schema of [`PolicyCheck`].
pub fn json_schema() -> serde_json::Value {
    schemars::schema_for!(PolicyCheck).to_value()
}

/// What the policy at hand is, for the terminal; the findings follow it.
pub fn head(check: &PolicyCheck) -> String {
    let mut text = trust_text(check.trust.as_ref(), check.unknown.as_deref());
    let state = match check.files.state {
        PolicyState::None => "there is no `policy/`: nobody can approve anything",
        PolicyState::NotAdopted => "a policy that governs once it is committed",
        PolicyState::InForce => "the policy in force",
        PolicyState::Pending => "the policy that waits: it does not govern",
        PolicyState::Edited => "an edit that is not committed: it does not govern",
    };
    let _ = writeln!(text, "policy/    {state}");
    text
}
