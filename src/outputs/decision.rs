//! A decision as people see it before they sign, and what became of it.

use schemars::JsonSchema;
use serde::Serialize;
use similar::{ChangeTag, TextDiff};

use super::approval::Trust;
use super::report::escape;
use crate::facts::approval::Approval;
use crate::facts::approval::code::Reason;
use crate::facts::approval::judge::Judged;
use crate::facts::approval::open::told;
use crate::facts::approval::propose::{Obstacle, Proposal};
use crate::facts::approval::signed::open_places;
use crate::text::counted;

/// What is about to be signed.
#[derive(Clone, Debug, Serialize, JsonSchema)]
pub struct Preview {
    /// `approve`, `reject`, ...
    pub decision: &'static str,
    /// The change or the document.
    pub document: String,
    /// Roster id of the signer.
    pub signer: String,
    /// Printed name of the signer.
    pub name: String,
    /// Fingerprint of the key, as far as it is known before it signs.
    pub key: Option<String>,
    /// The role.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub role: Option<String>,
    /// What the signature means.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub meaning: Option<String>,
    /// Why.
    #[serde(skip_serializing_if = "String::is_empty")]
    #[schemars(default)]
    pub reason: String,
    /// The covered files.
    pub files: Vec<Covered>,
    /// The subject digest: `sha256:...`.
    pub subject: String,
    /// The branch that the record goes to.
    pub branch: String,
    /// What stands against the subject as a whole, so that no approval counts until it is out of the way.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    #[schemars(default)]
    pub against: Vec<String>,
    /// What to do about it.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    #[schemars(default)]
    pub mend: Vec<&'static str>,
    /// What the differences are held against.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub since: Option<String>,
    /// What is different since.
    pub changes: Vec<Change>,
    /// The message of the record commit.
    pub message: String,
}

/// A covered file.
#[derive(Clone, Debug, Serialize, JsonSchema)]
pub struct Covered {
    /// Its name in the manifest.
    pub path: String,
    /// SHA-256 of its bytes.
    pub sha256: String,
}

/// A file that differs from an earlier content.
#[derive(Clone, Debug, Serialize, JsonSchema)]
pub struct Change {
    /// Its name in the manifest.
    pub path: String,
    /// Its changed lines with the words `[-taken away-]` and `{+added+}`.
    pub words: String,
}

impl Preview {
    /// Takes over what a proposal says; where it goes and what is different is for the caller to add.
    pub fn of(proposal: &Proposal, message: &str, name: &str) -> Preview {
        let record = &proposal.record;
        let covered = |(path, hash): &(String, _)| Covered { path: path.clone(), sha256: format!("{hash}") };
        Preview {
            decision: record.decision.word(),
            document: record.document.clone().unwrap_or_default(),
            signer: record.signer.clone(),
            name: name.to_owned(),
            key: None,
            role: record.role.clone(),
            meaning: record.meaning.clone(),
            reason: record.reason.clone(),
            files: proposal.files.iter().map(covered).collect(),
            subject: record.subject.map(|digest| format!("sha256:{digest}")).unwrap_or_default(),
            branch: String::new(),
            against: Vec::new(),
            mend: Vec::new(),
            since: None,
            changes: Vec::new(),
            message: message.to_owned(),
        }
    }

    /// Takes over what stands against the subject as a whole: (reason, who or what).
    pub fn hinder(&mut self, against: &[(Reason, String)]) {
        for (reason, who) in against {
            let (words, mend) = told(*reason, who);
            self.against.push(format!("{reason}: {words}"));
            if !self.mend.contains(&mend) {
                self.mend.push(mend);
            }
        }
    }

    /// As text for the terminal.
    pub fn text(&self) -> String {
        let title = self.message.lines().next().unwrap_or_default();
        let mut text = format!("{}\n\n", escape::line(title));
        let mut field = |name: &str, value: &str| text += &format!("  {name:<9} {}\n", escape::line(value));
        field("signer", &format!("{} ({})", self.signer, self.name));
        if let Some(key) = &self.key {
            field("key", key);
        }
        if let Some(meaning) = &self.meaning {
            field("meaning", meaning);
        }
        for (at, line) in self.reason.lines().enumerate() {
            field(if at == 0 { "reason" } else { "" }, line);
        }
        for (at, file) in self.files.iter().enumerate() {
            field(if at == 0 { "documents" } else { "" }, &format!("{}  {}", file.sha256, file.path));
        }
        field("subject", &self.subject);
        field("branch", &self.branch);
        for what in &self.against {
            field("against", what);
        }
        for what in &self.mend {
            field("mend it", what);
        }
        match &self.since {
            None => text += "\nNothing of it was approved before with other words.\n",
            Some(since) => {
                text += &format!("\nChanged since {}:\n", escape::line(since));
                for change in &self.changes {
                    text += &format!("\n  {}\n", escape::line(&change.path));
                    for line in change.words.lines() {
                        text += &format!("    {}\n", escape::line(line));
                    }
                }
            }
        }
        text
    }
}

impl Change {
    /// The difference of two texts; nothing where there is none. No text is a file that is not there.
    pub fn between(path: &str, before: Option<&str>, after: Option<&str>) -> Option<Change> {
        if before == after {
            return None;
        }
        let words = match (before, after) {
            (None, Some(_)) => "(new)".to_owned(),
            (Some(_), None) => "(gone)".to_owned(),
            (before, after) => words(before.unwrap_or_default(), after.unwrap_or_default()),
        };
        Some(Change { path: path.to_owned(), words })
    }
}

/// The lines that hold a change, each with the line before and behind it; `...` stands for what is left out.
fn words(before: &str, after: &str) -> String {
    let mut whole = String::new();
    // Positions of the marks: a line is shown where one stands in it.
    let mut marked = Vec::new();
    let difference = TextDiff::from_words(before, after);
    for op in difference.iter_all_changes() {
        let (open, close) = match op.tag() {
            ChangeTag::Equal => {
                whole += op.value();
                continue;
            }
            ChangeTag::Delete => ("[-", "-]"),
            ChangeTag::Insert => ("{+", "+}"),
        };
        // A line break is told by its mark, and does not tear the mark in two.
        let value = op.value().replace('\n', "\u{21b5}");
        let ends_line = op.tag() == ChangeTag::Insert && op.value().contains('\n');
        marked.push(whole.matches('\n').count());
        whole += &format!("{open}{value}{close}{}", if ends_line { "\n" } else { "" });
    }
    let whole = whole.replace("+}{+", "").replace("-][-", "");
    let lines: Vec<&str> = whole.lines().collect();
    let mut text = String::new();
    let mut shown = None;
    for (at, line) in lines.iter().enumerate() {
        if !marked.iter().any(|mark| mark.abs_diff(at) <= 1) {
            continue;
        }
        if shown.is_some_and(|last: usize| last + 1 != at) {
            text += "...\n";
        }
        shown = Some(at);
        text += &format!("{line}\n");
    }
    text
}

/// What became of a decision, for programs.
#[derive(Clone, Debug, Default, Serialize, JsonSchema)]
pub struct Outcome {
    /// The form of this object: 1.
    pub schema: u32,
    /// Whether a record was written, and counts.
    pub done: bool,
    /// Whether it was only shown.
    pub dry_run: bool,
    /// What approvals rest on.
    pub trust: Option<Trust>,
    /// What was shown before.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub preview: Option<Preview>,
    /// What stood in the way.
    pub obstacles: Vec<Obstacle>,
    /// Id of the record commit.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub commit: Option<String>,
    /// Why it would not count, by reason code.
    pub reasons: Vec<(String, String)>,
    /// The remote that it was pushed to.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub pushed: Option<String>,
    /// The status before and afterwards.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub before: Option<Standing>,
    /// The status afterwards.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub after: Option<Standing>,
}

/// Where a subject stands.
#[derive(Clone, Debug, Serialize, JsonSchema)]
pub struct Standing {
    /// The status.
    pub status: &'static str,
    /// Why, in a phrase.
    pub why: String,
    /// Whose approvals are missing.
    pub open: Vec<String>,
}

impl Standing {
    /// Where an approval stands.
    pub fn of(approval: &Approval) -> Standing {
        Standing { status: approval.status.word(), why: approval.why.clone(), open: open_places(approval) }
    }

    /// As the end of a sentence: `in-review: waits for peer`.
    pub fn text(&self) -> String {
        format!("{}: {}", self.status, self.why)
    }
}

/// What `approve --collect` has merged, for programs.
#[derive(Clone, Debug, Serialize, JsonSchema)]
pub struct Collection {
    /// The form of this object: 1.
    pub schema: u32,
    /// What approvals rest on.
    pub trust: Option<Trust>,
    /// The branches that were merged, in their order; none where every record has landed.
    pub merged: Vec<MergedBranch>,
    /// Where the subject stands now, when one was asked for.
    pub after: Option<Standing>,
}

/// A branch of records that was merged.
#[derive(Clone, Debug, Serialize, JsonSchema)]
pub struct MergedBranch {
    /// Its name: `mcm/MCM-2026-0042/alice`.
    pub branch: String,
    /// How many records came with it.
    pub records: usize,
    /// The merge commit.
    pub commit: String,
}

/// The JSON Schema of [`Collection`], for programs that call `approve --collect`.
pub fn collection_schema() -> serde_json::Value {
    schemars::schema_for!(Collection).to_value()
}

/// The JSON Schema of [`Outcome`], for programs that call the commands that decide.
pub fn json_schema() -> serde_json::Value {
    schemars::schema_for!(Outcome).to_value()
}

/// What stands against a record, each with what to do: lines for the error stream.
pub fn reasons(judged: &Judged) -> Vec<(String, String, &'static str)> {
    let line =
        |(reason, why): &(Reason, String)| (reason.code().to_owned(), why.clone(), help(reason.code()));
    judged.reasons.iter().map(line).collect()
}

/// What to do about a record that would not count.
fn help(code: &str) -> &'static str {
    match code {
        "sig-missing" | "sig-bad" => "`mcmbook doctor` looks at your signing set-up",
        "sig-unsupported" => "sign with an SSH key or an OpenPGP key that is in the policy",
        "sig-namespace" => "let a policy-admin give the key `namespaces=\"git\"` in policy/allowed_signers",
        "sig-algorithm-weak" => "make a new key, `ssh-keygen -t ed25519`, and have it put on the roster",
        "sig-no-touch" => "make the key ask for touch, and touch it when it blinks",
        "key-unknown" | "signer-mismatch" => {
            "sign with your own key on the roster: `git config user.signingkey`, or have the key added"
        }
        "key-not-governing" => "wait until the amendment that adds the key has landed, then sign again",
        "key-not-yet-valid" | "key-expired-at-landing" | "key-retired" | "key-compromised" => {
            "have a valid key put on the roster: `mcmbook policy amend`"
        }
        "record-rewritten" => "sign anew with this command; rebase and cherry-pick spoil records",
        "future-date" => "set the clock of this machine",
        _ => "`mcmbook verify-record` tells each rule with its verdict",
    }
}

/// How many files, for a line of progress.
pub fn files_counted(preview: &Preview) -> String {
    counted(preview.files.len(), "file")
}

#[cfg(test)]
mod tests {
    use super::Change;

    fn words(before: &str, after: &str) -> String {
        Change::between("a.md", Some(before), Some(after)).map(|change| change.words).unwrap_or_default()
    }

    #[test]
    fn a_changed_word_is_shown_in_its_line() {
        let before = "# Plan\n\none\ntwo\nStop the server.\nfour\nfive\n";
        let after = before.replace("server", "cluster");
        assert_eq!(words(before, &after), "two\nStop the [-server.-]{+cluster.+}\nfour\n");
        assert_eq!(words(before, before), "");
    }

    #[test]
    fn lines_that_come_and_go_are_marked() {
        assert_eq!(words("a\nb\nc\n", "a\nc\n"), "a\n[-b\u{21b5}-]c\n");
        assert_eq!(words("a\nc\n", "a\nb\nc\n"), "a\n{+b\u{21b5}+}\nc\n");
        assert_eq!(Change::between("a", None, Some("x")).map(|change| change.words), Some("(new)".into()));
    }
}
