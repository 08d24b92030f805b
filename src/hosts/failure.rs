//! Why a command could not do its work.
//!
//! Faults of documents are never failures: they are findings. A failure is about the call, `book.toml`, or
//! the world outside, and it knows the exit code that tells a script which of them.

use std::io;

use crate::text::{Diagnostic, SourceFile};

/// How a command ends, as exit codes (design: site.md, command line). `gate` has its own.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Exit {
    /// 0: done, nothing to say against it.
    Good,
    /// 1: findings.
    Findings,
    /// 2: a wrong call, or a wrong `book.toml`.
    Usage,
    /// 3: the environment: disk, repository, network port.
    Environment,
    /// 4: a fault of this program.
    Internal,
    /// What `gate` answers: 0, 10, 11, 12, 20 or 64 (design: domain.md 3.5).
    Gate(u8),
    /// 130: stopped by Ctrl-C, as shells report it.
    Interrupted,
}

impl Exit {
    /// The number that the process ends with.
    pub fn code(self) -> u8 {
        match self {
            Exit::Good => 0,
            Exit::Findings => 1,
            Exit::Usage => 2,
            Exit::Environment => 3,
            Exit::Internal => 4,
            Exit::Gate(code) => code,
            Exit::Interrupted => 130,
        }
    }
}

impl From<Exit> for std::process::ExitCode {
    fn from(exit: Exit) -> std::process::ExitCode {
        exit.code().into()
    }
}

/// Why a command could not do its work.
#[derive(Clone, Debug, thiserror::Error)]
pub enum Failure {
    /// The call asks for what cannot be.
    #[error("{0}")]
    Usage(Trouble),
    /// `book.toml` or the policy is wrong; the faults have their places in these files.
    #[error("{} not usable", named(files))]
    Configuration {
        /// The texts that the places point into: at least one.
        files: Vec<SourceFile>,
        /// All that is wrong, in source order.
        faults: Vec<Diagnostic>,
    },
    /// The world outside does not allow it.
    #[error("{0}")]
    Environment(Trouble),
    /// This program is wrong.
    #[error("{0}")]
    Internal(Trouble),
    /// Ctrl-C, or another request to end. Nothing is left half done.
    #[error("interrupted")]
    Interrupted,
    /// Whoever read our output has gone. This is a quiet end, not an error.
    #[error("nobody reads the output any more")]
    Closed,
}

/// What is wrong and what to do about it.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Trouble {
    /// A lower-case phrase without a full stop that names the thing.
    pub message: String,
    /// What to do next, one action a line.
    pub help: Vec<String>,
}

impl std::fmt::Display for Trouble {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(&self.message)
    }
}

/// The files that cannot be used, as a sentence begins with them.
fn named(files: &[SourceFile]) -> String {
    let names: Vec<String> = files.iter().map(|file| format!("`{}`", file.path)).collect();
    match names.as_slice() {
        [most @ .., last] if !most.is_empty() => format!("{} and {last} are", most.join(", ")),
        _ => format!("{} is", names.concat()),
    }
}

impl Failure {
    /// A wrong call.
    pub fn usage(message: impl Into<String>) -> Failure {
        Failure::Usage(Trouble { message: message.into(), help: Vec::new() })
    }

    /// An obstacle outside.
    pub fn environment(message: impl Into<String>) -> Failure {
        Failure::Environment(Trouble { message: message.into(), help: Vec::new() })
    }

    /// A fault of this program.
    pub fn internal(message: impl Into<String>) -> Failure {
        Failure::Internal(Trouble { message: message.into(), help: Vec::new() })
    }

    /// What a failed operation on a file or folder means for the user: `doing` is "cannot write `book/a`".
    pub fn io(doing: impl std::fmt::Display, error: &io::Error) -> Failure {
        let (why, help) = explain(error);
        let failure = Failure::environment(format!("{doing}: {why}"));
        match help {
            Some(help) => failure.help(help),
            None => failure,
        }
    }

    /// With one more line of help.
    pub fn help(mut self, line: impl Into<String>) -> Failure {
        match &mut self {
            Failure::Usage(trouble) | Failure::Environment(trouble) | Failure::Internal(trouble) => {
                trouble.help.push(line.into());
            }
            Failure::Configuration { .. } | Failure::Interrupted | Failure::Closed => {}
        }
        self
    }

    /// What to do next.
    pub fn help_lines(&self) -> &[String] {
        match self {
            Failure::Usage(trouble) | Failure::Environment(trouble) | Failure::Internal(trouble) => {
                &trouble.help
            }
            Failure::Configuration { .. } | Failure::Interrupted | Failure::Closed => &[],
        }
    }

    /// How the process ends.
    pub fn exit(&self) -> Exit {
        match self {
            Failure::Usage(_) | Failure::Configuration { .. } => Exit::Usage,
            Failure::Environment(_) => Exit::Environment,
            Failure::Internal(_) => Exit::Internal,
            Failure::Interrupted => Exit::Interrupted,
            Failure::Closed => Exit::Good,
        }
    }
}

/// The reason in plain words, without the operating system's error number, and what to do about it.
pub(crate) fn explain(error: &io::Error) -> (String, Option<&'static str>) {
    match error.kind() {
        io::ErrorKind::StorageFull => {
            ("no space left on the disk".into(), Some("free some space and run it again"))
        }
        io::ErrorKind::QuotaExceeded => {
            ("the disk quota is used up".into(), Some("free some space and run it again"))
        }
        io::ErrorKind::PermissionDenied => {
            ("permission denied".into(), Some("check who owns it and who may read and write there"))
        }
        io::ErrorKind::ReadOnlyFilesystem => ("the file system is read-only".into(), None),
        io::ErrorKind::NotFound => ("it does not exist".into(), None),
        _ => {
            let text = error.to_string();
            let end = text.find(" (os error").unwrap_or(text.len());
            let mut why = text[..end].to_owned();
            // Operating systems begin with a capital letter; messages here are phrases.
            if why.chars().nth(1).is_some_and(char::is_lowercase) {
                why[..1].make_ascii_lowercase();
            }
            (why, None)
        }
    }
}
