//! The `git` program, for what people configure it for: identities, signatures, branches, remotes.

use std::io::Write as _;
use std::path::{Path, PathBuf};
use std::process::{Command, Output, Stdio};

use super::Identity;
use crate::hosts::Failure;
use crate::hosts::workspace::{CommitId, Root};

/// Variables that would lead Git to another repository than the one of the folder, or show it another
/// history.
const MISLEADING: [&str; 13] = [
    "GIT_DIR",
    "GIT_WORK_TREE",
    "GIT_INDEX_FILE",
    "GIT_OBJECT_DIRECTORY",
    "GIT_ALTERNATE_OBJECT_DIRECTORIES",
    "GIT_COMMON_DIR",
    "GIT_NAMESPACE",
    "GIT_PREFIX",
    "GIT_REPLACE_REF_BASE",
    "GIT_GRAFT_FILE",
    "GIT_SHALLOW_FILE",
    "GIT_CEILING_DIRECTORIES",
    "GIT_QUARANTINE_PATH",
];

/// No hook has a say in what somebody signs, nor in whether their own branch holds it: there is also one for
/// references that move. Only what leaves the machine is asked about, by the pre-push hook.
pub(super) const NO_HOOKS: &str = "core.hooksPath=/dev/null";

/// The program in a folder.
#[derive(Clone, Debug)]
pub struct Git {
    dir: PathBuf,
    variables: Vec<(String, String)>,
}

impl Git {
    /// Git in the repository of a book.
    pub fn of(root: &Root) -> Git {
        Git::at(root.dir())
    }

    /// Git in a folder.
    pub fn at(dir: &Path) -> Git {
        Git { dir: dir.to_owned(), variables: Vec::new() }
    }

    /// With a variable of the environment set.
    pub fn with(mut self, name: &str, value: impl Into<String>) -> Git {
        self.variables.push((name.to_owned(), value.into()));
        self
    }

    /// Runs it; gives its standard output.
    ///
    /// # Errors
    /// Git is not installed, or ends with an error.
    pub fn run(&self, arguments: &[&str]) -> Result<String, Failure> {
        self.feed(arguments, b"")
    }

    /// Runs it with something on its standard input.
    ///
    /// # Errors
    /// As [`Git::run`].
    pub fn feed(&self, arguments: &[&str], input: &[u8]) -> Result<String, Failure> {
        self.fed(arguments, input).map(|told| String::from_utf8_lossy(&told).into_owned())
    }

    /// Runs it, and gives its output as it is.
    ///
    /// # Errors
    /// As [`Git::run`].
    pub fn bytes(&self, arguments: &[&str]) -> Result<Vec<u8>, Failure> {
        self.fed(arguments, b"")
    }

    fn fed(&self, arguments: &[&str], input: &[u8]) -> Result<Vec<u8>, Failure> {
        let output = self.output(arguments, input)?;
        if output.status.success() {
            return Ok(output.stdout);
        }
        let told = String::from_utf8_lossy(&output.stderr).trim().to_owned();
        // A setting stands before the verb as `-c NAME=VALUE`.
        let verb = arguments.iter().find(|word| !word.starts_with('-') && !word.contains('='));
        let verb = verb.copied().unwrap_or_default();
        Err(failure(verb, &told))
    }

    /// Runs it; nothing where it ends with an error, else its output without the line end.
    pub fn ask(&self, arguments: &[&str]) -> Option<String> {
        let output = self.output(arguments, b"").ok()?;
        let text = String::from_utf8_lossy(&output.stdout).trim_end().to_owned();
        output.status.success().then_some(text)
    }

    fn output(&self, arguments: &[&str], input: &[u8]) -> Result<Output, Failure> {
        let mut command = Command::new("git");
        command.args(arguments).current_dir(&self.dir);
        MISLEADING.iter().for_each(|name| {
            command.env_remove(name);
        });
        command.env("GIT_NO_REPLACE_OBJECTS", "1");
        command.envs(self.variables.iter().map(|(name, value)| (name, value)));
        command.stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(Stdio::piped());
        let failed = |error: &std::io::Error| Failure::io("cannot run `git`", error);
        let mut child = command.spawn().map_err(|error| failed(&error))?;
        let mut stdin = child.stdin.take();
        std::thread::scope(|scope| {
            scope.spawn(move || {
                // Git may end before it has read everything; what it says then is told below.
                if let Some(stdin) = &mut stdin {
                    let _ = stdin.write_all(input);
                }
            });
            child.wait_with_output().map_err(|error| failed(&error))
        })
    }

    /// The commit of a revision.
    ///
    /// # Errors
    /// There is none.
    pub fn commit(&self, revision: &str) -> Result<CommitId, Failure> {
        let name = format!("{revision}^{{commit}}");
        let found = self.ask(&["rev-parse", "--verify", "--quiet", "--end-of-options", &name]);
        found.and_then(|id| CommitId::of_hex(&id)).ok_or_else(|| match revision {
            "HEAD" => Failure::usage("the repository has no commit yet").help("commit the documents first"),
            _ => Failure::usage(format!("there is no commit `{revision}` in this repository")),
        })
    }

    /// Whether one commit is another's ancestor, or the same.
    pub fn is_ancestor(&self, ancestor: &str, of: &str) -> bool {
        self.ask(&["merge-base", "--is-ancestor", ancestor, of]).is_some()
    }

    pub(super) fn identity(&self) -> Result<Identity, Failure> {
        let ident = self.run(&["var", "GIT_COMMITTER_IDENT"]).map_err(|_| {
            Failure::usage("git does not know who you are")
                .help("`git config --global user.name \"...\"`")
                .help("`git config --global user.email \"...\"`: an address that the roster has")
        })?;
        let parsed = || {
            let (name, rest) = ident.trim_end().split_once(" <")?;
            let (email, date) = rest.rsplit_once("> ")?;
            Some(Identity { name: name.to_owned(), email: email.to_owned(), date: date.to_owned() })
        };
        parsed().ok_or_else(|| Failure::usage(format!("git's identity `{}` has no name", ident.trim())))
    }

    /// As somebody: author and committer, with one date.
    pub(super) fn by(self, by: &Identity) -> Git {
        let date = format!("@{}", by.date);
        self.with("GIT_AUTHOR_NAME", &by.name)
            .with("GIT_AUTHOR_EMAIL", &by.email)
            .with("GIT_AUTHOR_DATE", &date)
            .with("GIT_COMMITTER_NAME", &by.name)
            .with("GIT_COMMITTER_EMAIL", &by.email)
            .with("GIT_COMMITTER_DATE", &date)
    }

    /// Commits what differs below a folder, signed, as the person whose settings Git has; hooks have a say,
    /// as in every commit that changes files.
    ///
    /// # Errors
    /// A hook refuses, Git cannot sign.
    pub fn commit_folder(&self, folder: &str, message: &str) -> Result<CommitId, Failure> {
        self.run(&["add", "--all", "--", folder])?;
        self.run(&["commit", "--quiet", "-S", "-m", message, "--only", "--", folder])?;
        self.commit("HEAD")
    }

    pub(super) fn signed_record(
        self,
        message: &str,
        parent: &CommitId,
        by: &Identity,
    ) -> Result<CommitId, Failure> {
        let tree = format!("{}^{{tree}}", parent.as_str());
        // A record is UTF-8 and says so by having no header that says otherwise.
        let encoding = "i18n.commitEncoding=UTF-8";
        let arguments = ["-c", encoding, "-c", NO_HOOKS, "commit-tree", "-S", "-p", parent.as_str(), &tree];
        let id = self.by(by).feed(&arguments, message.as_bytes())?;
        CommitId::of_hex(id.trim()).ok_or_else(|| Failure::environment("git named no commit"))
    }

    /// Moves a reference in one step, from what it stood on; a new one has stood on nothing.
    pub(super) fn move_reference(
        &self,
        name: &str,
        old: Option<&CommitId>,
        new: &CommitId,
        why: &str,
    ) -> Result<(), Failure> {
        let nothing = "0".repeat(new.as_str().len());
        let old = old.map_or(nothing.as_str(), CommitId::as_str);
        let moved = self.run(&["-c", NO_HOOKS, "update-ref", "-m", why, name, new.as_str(), old]);
        moved.map(|_| ()).map_err(|failure| {
            failure.help(format!("`{name}` may have moved in between: nothing was changed, try again"))
        })
    }
}

/// What git told, as a failure with what to do about it.
fn failure(verb: &str, told: &str) -> Failure {
    let lines: Vec<&str> = told.lines().filter(|line| !line.trim().is_empty()).collect();
    let why = lines.join("; ");
    let failure = Failure::environment(format!("`git {verb}` failed: {why}"));
    let is_about_signing = verb == "commit-tree" || told.contains("sign");
    if verb == "push" {
        return failure.help("fetch first, and look whether the branch is protected");
    }
    if !is_about_signing {
        return failure;
    }
    set_up(failure)
}

/// How to mend that git cannot sign.
pub(super) fn set_up(failure: Failure) -> Failure {
    failure
        .help("a record is signed by your own set-up of git; for an SSH key:")
        .help("`git config --global gpg.format ssh`")
        .help("`git config --global user.signingkey ~/.ssh/id_ed25519.pub`")
        .help("`mcmbook doctor` looks at all of it")
}
