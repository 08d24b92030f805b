//! One change or one document, as `show` tells it: text and JSON.

use schemars::JsonSchema;
use serde::Serialize;

use super::approval::{Trust, trust_of};
use super::listing::table;
use crate::analysis::Analysis;
use crate::facts::book::{Change, Outcome, Phase};
use crate::inputs::document::Document;
use crate::text::{Severity, Stage, printable};
use crate::verdicts::lint::Finding;

/// The version of this form; it rises when a field changes its meaning or goes away.
const FORMAT: u32 = 1;

/// A change or a document, with what its approval rests on.
#[derive(Clone, Debug, Serialize, JsonSchema)]
pub struct Shown {
    /// Version of this form.
    pub format: u32,
    /// What approvals rest on.
    pub trust: Option<Trust>,
    /// The change; nothing where a document was asked for.
    pub change: Option<ShownChange>,
    /// The document; nothing where a change was asked for.
    pub document: Option<ShownDocument>,
}

/// A change.
#[derive(Clone, Debug, Serialize, JsonSchema)]
pub struct ShownChange {
    /// Its id.
    pub id: String,
    /// Title of its request; nothing where it has none.
    pub title: Option<String>,
    /// The status of its approval, derived from signatures.
    pub approval: ShownApproval,
    /// How far its documents have come, as `list` tells it.
    #[schemars(with = "String")]
    pub phase: Phase,
    /// How its last execution ended.
    #[schemars(with = "Option<String>")]
    pub outcome: Option<Outcome>,
    /// Whether a notice says that it is cancelled.
    pub cancelled: bool,
    /// The class that its request declares.
    pub class: Option<String>,
    /// The services that its request names.
    pub services: Vec<String>,
    /// Its slot as written.
    pub slot: ShownSlot,
    /// Its owner.
    pub owner: Option<String>,
    /// Its documents.
    pub documents: Vec<ShownPart>,
    /// The files that belong to it.
    pub attachments: Vec<ShownFile>,
    /// What is wrong with it, and what is missing next.
    pub findings: Vec<ShownFinding>,
}

/// Where an approval stands.
#[derive(Clone, Debug, Serialize, JsonSchema)]
pub struct ShownApproval {
    /// One of the statuses of the manual's page on approvals.
    pub status: String,
    /// Why, in a phrase.
    pub why: String,
}

/// A slot as its request writes it.
#[derive(Clone, Debug, Serialize, JsonSchema)]
pub struct ShownSlot {
    /// Its start.
    pub start: Option<String>,
    /// Its end.
    pub end: Option<String>,
    /// The window that it lies in.
    pub window: Option<String>,
}

/// A document of a change.
#[derive(Clone, Debug, Serialize, JsonSchema)]
pub struct ShownPart {
    /// Its id.
    pub id: String,
    /// Its name within the change.
    pub name: String,
    /// Its kind.
    pub kind: String,
    /// Its title.
    pub title: String,
    /// Its file.
    pub path: String,
    /// The last commit that touched it; nothing where it is not committed.
    pub commit: Option<String>,
}

/// A file that belongs to a change.
#[derive(Clone, Debug, Serialize, JsonSchema)]
pub struct ShownFile {
    /// Its path below the change's folder.
    pub path: String,
    /// SHA-256 of its bytes: `sha256:...`.
    pub digest: String,
}

/// A finding in a change's folder.
#[derive(Clone, Debug, Serialize, JsonSchema)]
pub struct ShownFinding {
    /// The rule's code.
    pub code: String,
    /// How bad it is: `error`, `warning` or `info`.
    #[schemars(with = "String")]
    pub severity: Severity,
    /// Whether it counts now; one that does not is missing for a later stage.
    pub due: bool,
    /// The stage for which it has to be mended.
    #[schemars(with = "String")]
    pub stage: Stage,
    /// Whether it is let pass.
    pub waived: bool,
    /// The file, below the change's folder.
    pub path: String,
    /// What is wrong.
    pub message: String,
}

/// A document.
#[derive(Clone, Debug, Serialize, JsonSchema)]
pub struct ShownDocument {
    /// Its id.
    pub id: String,
    /// Its kind.
    pub kind: String,
    /// Its title.
    pub title: String,
    /// Its file.
    pub path: String,
    /// SHA-256 of its bytes: `sha256:...`.
    pub digest: String,
    /// How many commits touched it.
    pub commits: usize,
    /// The first of them.
    pub first: Option<ShownCommit>,
    /// The last of them.
    pub last: Option<ShownCommit>,
    /// Its headings in their order.
    pub sections: Vec<ShownHeading>,
}

/// A commit that touched a document.
#[derive(Clone, Debug, Serialize, JsonSchema)]
pub struct ShownCommit {
    /// Its object id.
    pub commit: String,
    /// Name of its author, as the commit claims.
    pub author: String,
}

/// A heading.
#[derive(Clone, Debug, Serialize, JsonSchema)]
pub struct ShownHeading {
    /// Its level, from 1.
    pub level: u8,
    /// Its text.
    pub text: String,
}

impl Shown {
    /// What is told of a change.
    pub fn change(analysis: &Analysis, change: &Change) -> Shown {
        let change = Some(ShownChange::of(analysis, change));
        Shown { format: FORMAT, trust: trust_of(&analysis.facts), change, document: None }
    }

    /// What is told of a document.
    pub fn document(analysis: &Analysis, document: &Document) -> Shown {
        let document = Some(ShownDocument::of(analysis, document));
        Shown { format: FORMAT, trust: trust_of(&analysis.facts), change: None, document }
    }

    /// For the terminal.
    pub fn text(&self) -> String {
        let change = self.change.as_ref().map(ShownChange::text);
        let document = self.document.as_ref().map(ShownDocument::text);
        change.into_iter().chain(document).collect()
    }
}

impl ShownChange {
    fn of(analysis: &Analysis, change: &Change) -> ShownChange {
        let (facts, book) = (&analysis.facts, &analysis.facts.book);
        let request = change.request.map(|index| book.document(index));
        let field = |name: &str| {
            let text = request.and_then(|request| request.text(name));
            text.filter(|text| !text.is_empty()).map(str::to_owned)
        };
        let services = request.and_then(|request| request.field("services"));
        let services = services.map_or(&[][..], |value| value.items());
        let (status, why) = facts.approvals.shown(&change.id);
        let part = |index: &usize| {
            let document = book.document(*index);
            ShownPart {
                id: document.id.as_str().to_owned(),
                name: document.id.name().to_owned(),
                kind: document.kind_name().to_owned(),
                title: document.title().to_owned(),
                path: document.path().to_string(),
                commit: facts.inputs.history.of(document.path()).next().map(|last| last.id.to_string()),
            }
        };
        let below = |path: &crate::text::BookPath| path.below(change.folder.as_str()).map(str::to_owned);
        let attachments = book.attachments_of(change, &facts.inputs).map(|attachment| ShownFile {
            path: below(&attachment.path).unwrap_or_else(|| attachment.path.to_string()),
            digest: format!("sha256:{}", attachment.hash),
        });
        let finding = |finding: &Finding| {
            let place = finding.diagnostic.location.as_ref()?;
            Some(ShownFinding {
                code: finding.diagnostic.code.0.to_owned(),
                severity: finding.diagnostic.severity,
                due: finding.is_due(),
                stage: finding.diagnostic.stage,
                waived: finding.waived.is_some(),
                path: below(&place.path)?,
                message: finding.diagnostic.message.clone(),
            })
        };
        ShownChange {
            id: change.id.to_string(),
            title: request.map(|request| request.title().to_owned()),
            approval: ShownApproval { status: status.word().to_owned(), why: why.to_string() },
            phase: change.phase,
            outcome: change.outcome,
            cancelled: change.cancelled,
            class: field("class"),
            services: services.iter().filter_map(|value| value.as_str()).map(str::to_owned).collect(),
            slot: ShownSlot {
                start: field("slot.start"),
                end: field("slot.end"),
                window: field("slot.window"),
            },
            owner: field("owner"),
            documents: change.documents.iter().map(part).collect(),
            attachments: attachments.collect(),
            findings: analysis.findings.iter().filter_map(finding).collect(),
        }
    }

    fn text(&self) -> String {
        let mut text =
            format!("{}  {}\n", self.id, printable(self.title.as_deref().unwrap_or("(no request)")));
        let mut fact = |name: &str, value: &str| {
            if !value.is_empty() {
                text.push_str(&format!("{name:<12}{}\n", printable(value)));
            }
        };
        let or_nothing = |value: &Option<String>| value.clone().unwrap_or_default();
        fact("approval", &format!("{}: {}", self.approval.status, self.approval.why));
        fact("phase", self.phase.name());
        fact("outcome", self.outcome.map_or("", Outcome::name));
        fact("class", &or_nothing(&self.class));
        fact("services", &self.services.join(", "));
        if let Some(start) = &self.slot.start {
            fact("slot", &format!("{start} to {}", or_nothing(&self.slot.end)));
        }
        fact("window", &or_nothing(&self.slot.window));
        fact("owner", &or_nothing(&self.owner));
        text.push_str("\ndocuments\n");
        text.push_str(&table(self.documents.iter().map(|part| {
            let last = part.commit.as_deref().and_then(|commit| commit.get(..10));
            let last = last.unwrap_or("not committed").to_owned();
            [format!("  {}", part.name), part.kind.clone(), last, printable(&part.title)]
        })));
        if !self.attachments.is_empty() {
            text.push_str("\nattachments\n");
            let row = |file: &ShownFile| [format!("  {}", printable(&file.path)), file.digest.clone()];
            text.push_str(&table(self.attachments.iter().map(row)));
        }
        if !self.findings.is_empty() {
            text.push_str("\nfindings\n");
            text.push_str(&table(self.findings.iter().map(|finding| {
                let when = match (finding.waived, finding.due) {
                    (true, _) => "waived".to_owned(),
                    (false, true) => "now".to_owned(),
                    (false, false) => format!("for {}", finding.stage.name()),
                };
                let code = format!("  {}", finding.code);
                [code, when, printable(&finding.path), printable(&finding.message)]
            })));
        }
        text
    }
}

impl ShownDocument {
    fn of(analysis: &Analysis, document: &Document) -> ShownDocument {
        let commits: Vec<_> = analysis.facts.inputs.history.of(document.path()).collect();
        let told = |commit: &&crate::inputs::history::Commit| ShownCommit {
            commit: commit.id.to_string(),
            author: commit.author.name.to_string(),
        };
        let headings = document.outline.headings.iter();
        ShownDocument {
            id: document.id.as_str().to_owned(),
            kind: document.kind_name().to_owned(),
            title: document.title().to_owned(),
            path: document.path().to_string(),
            digest: format!("sha256:{}", document.source.hash),
            commits: commits.len(),
            first: commits.last().map(told),
            last: commits.first().map(told),
            sections: headings
                .map(|heading| ShownHeading { level: heading.level, text: heading.text.to_string() })
                .collect(),
        }
    }

    fn text(&self) -> String {
        let mut text = format!("{}  {}\n", self.id, printable(&self.title));
        text.push_str(&format!("{:<12}{}\n{:<12}{}\n", "kind", self.kind, "file", self.path));
        text.push_str(&format!("{:<12}{}\n", "digest", self.digest));
        let by = |commit: &ShownCommit| {
            let short = commit.commit.get(..10).unwrap_or(&commit.commit);
            format!("{short} by {}", printable(&commit.author))
        };
        if let (Some(first), Some(last)) = (&self.first, &self.last) {
            text.push_str(&format!("{:<12}{}\n", "first", by(first)));
            text.push_str(&format!("{:<12}{}, {} in all\n", "last", by(last), self.commits));
        }
        if !self.sections.is_empty() {
            text.push_str("\nsections\n");
            for heading in &self.sections {
                let indent = "  ".repeat(heading.level as usize);
                text.push_str(&format!("{indent}{}\n", printable(&heading.text)));
            }
        }
        text
    }
}

/// The JSON Schema of [`Shown`], for programs that read `show --format json`.
pub fn json_schema() -> serde_json::Value {
    schemars::schema_for!(Shown).to_value()
}
