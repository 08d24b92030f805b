//! What git, ssh-keygen, gpg and openssl say of the records of a book beside mcmbook: `status --cross-check`.

use std::fmt::Write as _;

use schemars::JsonSchema;
use serde::Serialize;

use super::{Trust, short};
use crate::facts::approval::stock::{Agreement, Question, Tool, Unasked};
use crate::inputs::signature::Format;
use crate::text::{counted, printable};

/// The version of this form; it rises when a field changes its meaning or goes away.
pub const FORMAT: u32 = 1;

/// The answers of stock tools about the records of a book.
#[derive(Clone, Debug, Serialize, JsonSchema)]
pub struct CrossCheck {
    /// Version of this form.
    pub format: u32,
    /// The moment of judging, RFC 3339 in UTC.
    pub as_of: String,
    /// Why there is nothing to ask about, where that is so: no repository, no policy on the mainline.
    pub unknown: Option<String>,
    /// What the approvals rest on.
    pub trust: Option<Trust>,
    /// The tools that were asked, with what they tell of themselves.
    pub tools: Vec<StockTool>,
    /// How many records were asked about.
    pub records: usize,
    /// How many answers agree with mcmbook's.
    pub same: usize,
    /// How many do not, for a documented reason.
    pub documented: usize,
    /// How many do not, and nobody knows why: one of the two programs is wrong.
    pub different: usize,
    /// Every answer that is not the same.
    pub differences: Vec<Crossing>,
    /// Records about which nobody can be asked.
    pub unasked: Vec<UnaskedRecord>,
}

/// A program that was asked.
#[derive(Clone, Debug, Serialize, JsonSchema)]
pub struct StockTool {
    /// `git`, `ssh-keygen`, `gpg` or `openssl`.
    pub name: String,
    /// What it tells of itself.
    pub version: String,
}

/// An answer that is not mcmbook's.
#[derive(Clone, Debug, Serialize, JsonSchema)]
pub struct Crossing {
    /// The record's commit.
    pub record: String,
    /// The change or document that it speaks of.
    pub subject: Option<String>,
    /// The format of its signature: `ssh`, `openpgp`, `x509`; nothing when it has none.
    pub signature: Option<String>,
    /// Who answered.
    pub tool: String,
    /// Whether the tool takes signature and key.
    pub taken: bool,
    /// What mcmbook has against them; empty where it takes them.
    pub codes: Vec<String>,
    /// The documented reason; nothing where there is none.
    pub why: Option<String>,
}

/// A record about which nobody can be asked.
#[derive(Clone, Debug, Serialize, JsonSchema)]
pub struct UnaskedRecord {
    /// The record's commit.
    pub record: String,
    /// Why.
    pub why: String,
}

impl CrossCheck {
    /// Holds answers against mcmbook's; `answers` are (tool, whether it takes it), question by question.
    pub fn of(
        as_of: jiff::Timestamp,
        (unknown, trust): (Option<String>, Option<Trust>),
        tools: &[(&'static str, String)],
        asked: &[(Question<'_>, Vec<(Tool, bool)>)],
        unasked: &[Unasked],
    ) -> CrossCheck {
        let tool = |(name, version): &(&'static str, String)| StockTool {
            name: (*name).to_owned(),
            version: version.clone(),
        };
        let mut check = CrossCheck {
            format: FORMAT,
            as_of: as_of.to_string(),
            unknown,
            trust,
            tools: tools.iter().map(tool).collect(),
            records: asked.len(),
            same: 0,
            documented: 0,
            different: 0,
            differences: Vec::new(),
            unasked: unasked.iter().map(UnaskedRecord::of).collect(),
        };
        for (question, answers) in asked {
            for (tool, takes) in answers {
                let why = match question.held_against(*tool, *takes) {
                    Agreement::Same => {
                        check.same += 1;
                        continue;
                    }
                    Agreement::Documented(known) => {
                        check.documented += 1;
                        Some(known.why.clone())
                    }
                    Agreement::Different => {
                        check.different += 1;
                        None
                    }
                };
                check.differences.push(Crossing::of(question, *tool, *takes, why));
            }
        }
        check
    }
}

impl Crossing {
    fn of(question: &Question<'_>, tool: Tool, taken: bool, why: Option<String>) -> Crossing {
        let signature = question.format.map(|format| match format {
            Format::Ssh => "ssh",
            Format::OpenPgp => "openpgp",
            Format::X509 => "x509",
            Format::Unknown => "unknown",
        });
        let mut codes: Vec<String> =
            question.reasons.iter().map(|(reason, _)| reason.code().to_owned()).collect();
        codes.dedup();
        Crossing {
            record: question.commit.to_owned(),
            subject: question.subject.map(|id| id.as_str().to_owned()),
            signature: signature.map(str::to_owned),
            tool: tool.name().to_owned(),
            taken,
            codes,
            why,
        }
    }
}

impl UnaskedRecord {
    fn of(one: &Unasked) -> UnaskedRecord {
        UnaskedRecord { record: one.commit.clone(), why: one.why.to_owned() }
    }
}

/// The JSON Schema of [`CrossCheck`].
pub fn json_schema() -> serde_json::Value {
    schemars::schema_for!(CrossCheck).to_value()
}

/// The answers, for the terminal.
pub fn text(check: &CrossCheck) -> String {
    let mut text = String::new();
    if let Some(why) = &check.unknown {
        let _ = writeln!(text, "no approval is judged: {}", printable(why));
    }
    for tool in &check.tools {
        let _ = writeln!(text, "{:<11}{}", tool.name, printable(&tool.version));
    }
    let _ = writeln!(text, "\nasked about {}", counted(check.records, "record"));
    let _ = writeln!(text, "{} as mcmbook says", counted(check.same, "answer"));
    let _ = writeln!(text, "{} otherwise, as documented", counted(check.documented, "answer"));
    let _ = writeln!(text, "{} otherwise", counted(check.different, "answer"));
    // What nobody knows stands first.
    let mut told: Vec<&Crossing> = check.differences.iter().collect();
    told.sort_by_key(|crossing| crossing.why.is_some());
    for crossing in told {
        let does = if crossing.taken { "takes it" } else { "refuses it" };
        let own = match crossing.codes.is_empty() {
            true => "mcmbook takes it".to_owned(),
            false => crossing.codes.join(", "),
        };
        let of = crossing.subject.as_deref().map(|id| format!(" of {id}")).unwrap_or_default();
        let (record, tool) = (short(&crossing.record), &crossing.tool);
        let _ = writeln!(text, "\n{record}{}  {tool} {does}; {own}", printable(&of));
        let why = crossing.why.as_deref().unwrap_or("not documented: one of the two programs is wrong");
        let _ = writeln!(text, "  {why}");
    }
    for record in &check.unasked {
        let _ = writeln!(text, "\n{}  not asked: {}", short(&record.record), record.why);
    }
    text
}
