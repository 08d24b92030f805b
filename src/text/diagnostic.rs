//! Diagnostics as plain data: what is wrong, where, and what to do. Renderers live in `outputs::report`.

use std::fmt;

use super::{BookPath, Span};

/// The stable name of a finding: `MCM010`, or a word for a fault outside the rules (`book-toml`, `workspace`).
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, serde::Serialize)]
#[serde(transparent)]
pub struct Code(pub &'static str);

impl Code {
    /// A fault of `book.toml`; every command stops on it with exit code 2.
    pub const CONFIG: Code = Code("book-toml");
    /// A fault of a file in `policy/`; every command stops on it with exit code 2.
    pub const POLICY: Code = Code("policy");
    /// A file that cannot be read or may not be part of a book.
    pub const WORKSPACE: Code = Code("workspace");
}

impl fmt::Display for Code {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.0)
    }
}

impl fmt::Debug for Code {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.0)
    }
}

/// How bad a finding is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, serde::Serialize)]
#[serde(rename_all = "lowercase")]
pub enum Severity {
    /// Must be mended, or waived, before the stage it blocks.
    Error,
    /// Should be mended.
    Warning,
    /// Worth knowing.
    Info,
}

/// The step in the life of a document before which a finding must be mended (design: domain.md, intro).
///
/// The order is the order of life: a document at `Submission` is judged by `Draft` and `Submission` rules.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, serde::Serialize)]
#[serde(rename_all = "lowercase")]
pub enum Stage {
    /// D: at once.
    Draft,
    /// S: before the request counts as complete.
    Submission,
    /// A: before approvals count.
    Approval,
    /// R: before the change is ready to run.
    Ready,
    /// C: before the change can be closed.
    Closing,
    /// P: told on the site and under `--strict`, blocks nothing.
    Published,
}

impl Stage {
    /// The letter of rules.tsv.
    pub fn letter(self) -> char {
        match self {
            Stage::Draft => 'D',
            Stage::Submission => 'S',
            Stage::Approval => 'A',
            Stage::Ready => 'R',
            Stage::Closing => 'C',
            Stage::Published => 'P',
        }
    }

    /// How a sentence names it: "missing before {submission}".
    pub fn name(self) -> &'static str {
        match self {
            Stage::Draft => "the draft",
            Stage::Submission => "submission",
            Stage::Approval => "approval",
            Stage::Ready => "execution",
            Stage::Closing => "closing",
            Stage::Published => "publication",
        }
    }
}

/// A piece of text in a file.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, serde::Serialize)]
pub struct Location {
    /// The file.
    pub path: BookPath,
    /// The piece.
    pub span: Span,
}

impl Location {
    /// A piece of a file.
    pub fn new(path: &BookPath, span: Span) -> Location {
        Location { path: path.clone(), span }
    }
}

/// A place that belongs to a finding, and what is to be seen there.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, serde::Serialize)]
pub struct Label {
    /// Where.
    pub location: Location,
    /// What: a lower-case phrase.
    pub message: String,
}

/// Whether a fix keeps the meaning.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, serde::Serialize)]
#[serde(rename_all = "lowercase")]
pub enum Safety {
    /// Applied by `--fix`.
    Safe,
    /// Applied only on request.
    Unsafe,
}

/// One replacement in one file.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, serde::Serialize)]
pub struct Edit {
    /// What is replaced.
    pub location: Location,
    /// By what.
    pub text: String,
}

/// A change of the source that removes the finding.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, serde::Serialize)]
pub struct Fix {
    /// What it does, in the imperative.
    pub title: String,
    /// Whether it keeps the meaning.
    pub safety: Safety,
    /// The edits; they do not overlap.
    pub edits: Vec<Edit>,
}

/// One finding, or one fault of the configuration.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, serde::Serialize)]
pub struct Diagnostic {
    /// Where; nothing for what concerns the book as a whole.
    pub location: Option<Location>,
    /// Which rule.
    pub code: Code,
    /// How bad.
    pub severity: Severity,
    /// Before which step it must be mended.
    pub stage: Stage,
    /// What is wrong: a lower-case phrase without a full stop that names the thing.
    pub message: String,
    /// What the marked text is: a few words beside the excerpt.
    pub label: Option<String>,
    /// Other places that belong to it.
    pub related: Vec<Label>,
    /// What to do next.
    pub help: Vec<String>,
    /// A change that mends it.
    pub fix: Option<Fix>,
}

impl Diagnostic {
    /// An error without a place; the other methods add to it.
    pub fn error(code: Code, message: impl Into<String>) -> Diagnostic {
        Diagnostic {
            location: None,
            code,
            severity: Severity::Error,
            stage: Stage::Draft,
            message: message.into(),
            label: None,
            related: Vec::new(),
            help: Vec::new(),
            fix: None,
        }
    }

    /// The file that it points into, if it points anywhere.
    pub fn path(&self) -> Option<&BookPath> {
        self.location.as_ref().map(|location| &location.path)
    }

    /// With its place.
    pub fn at(mut self, path: &BookPath, span: Span) -> Diagnostic {
        self.location = Some(Location::new(path, span));
        self
    }

    /// With words beside the excerpt.
    pub fn labelled(mut self, label: impl Into<String>) -> Diagnostic {
        self.label = Some(label.into());
        self
    }

    /// With one more line of help.
    pub fn help(mut self, help: impl Into<String>) -> Diagnostic {
        self.help.push(help.into());
        self
    }

    /// With one more place.
    pub fn related(mut self, path: &BookPath, span: Span, message: impl Into<String>) -> Diagnostic {
        self.related.push(Label { location: Location::new(path, span), message: message.into() });
        self
    }

    /// With a change that mends it.
    pub fn fixed_by(mut self, fix: Fix) -> Diagnostic {
        self.fix = Some(fix);
        self
    }
}
