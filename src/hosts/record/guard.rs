//! What may be pushed: the pre-push hook, which catches a spoiled history before anybody else sees it
//! (design: approvals.md, "Trust root" and "Repository hygiene").

use std::io::Write as _;
use std::path::PathBuf;

use super::process::Git;
use crate::hosts::Failure;
use crate::hosts::create::new_file_in;
use crate::hosts::workspace::Root;
use crate::inputs::signature::record::is_candidate;
use crate::inputs::signature::split;

/// The hook as it is written into a repository.
const HOOK: &str = "#!/bin/sh\n\
# Written by `mcmbook hook install`: refuses a push that would spoil records or the mainline.\n\
command -v mcmbook >/dev/null 2>&1 || {\n\
\x20\x20echo 'pre-push: mcmbook is not installed, so nothing was checked' >&2\n\
\x20\x20exit 1\n\
}\n\
exec mcmbook hook pre-push \"$@\"\n";

/// The line by which a hook of ours is known.
const MARK: &str = "Written by `mcmbook hook install`";

/// A reference that is about to be pushed, as Git tells the hook (githooks(5), pre-push).
#[derive(Clone, Debug, PartialEq, Eq)]
struct Update<'a> {
    local: &'a str,
    remote_name: &'a str,
    remote: &'a str,
}

/// Why something may not be pushed.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Refusal {
    /// What is wrong, with its reason code.
    pub message: String,
    /// What to do about it, one action a line.
    pub help: Vec<String>,
}

/// Writes the hook; gives its path as Git names it.
///
/// # Errors
/// There is another pre-push hook; no repository.
pub fn install(root: &Root) -> Result<String, Failure> {
    let git = Git::of(root);
    let path = git.run(&["rev-parse", "--git-path", "hooks/pre-push"])?.trim().to_owned();
    let file: PathBuf = root.dir().join(&path);
    let failed = |error: &std::io::Error| Failure::io(format!("cannot write `{path}`"), error);
    if let Ok(known) = std::fs::read_to_string(&file)
        && !known.contains(MARK)
    {
        return Err(Failure::usage(format!("`{path}` is there already and is another hook"))
            .help("add this line to it: `mcmbook hook pre-push \"$@\"`, with its standard input"));
    }
    let folder = file.parent().unwrap_or(root.dir());
    std::fs::create_dir_all(folder).map_err(|error| failed(&error))?;
    let mut temporary = new_file_in(folder).map_err(|error| failed(&error))?;
    temporary.write_all(HOOK.as_bytes()).map_err(|error| failed(&error))?;
    #[cfg(unix)]
    std::fs::set_permissions(temporary.path(), std::os::unix::fs::PermissionsExt::from_mode(0o755))
        .map_err(|error| failed(&error))?;
    temporary.persist(&file).map_err(|error| failed(&error.error))?;
    Ok(path)
}

/// Whether the hook is in place.
pub fn is_installed(root: &Root) -> bool {
    let path = Git::of(root).ask(&["rev-parse", "--git-path", "hooks/pre-push"]);
    let text = path.and_then(|path| std::fs::read_to_string(root.dir().join(path)).ok());
    text.is_some_and(|text| text.contains("mcmbook hook pre-push"))
}

/// Judges what Git is about to push: lines of `<local ref> <local id> <remote ref> <remote id>`.
///
/// # Errors
/// Git cannot be asked: nothing may be pushed then.
pub fn pre_push(root: &Root, remote: &str, lines: &str) -> Result<Vec<Refusal>, Failure> {
    let git = Git::of(root);
    let mut refusals = Vec::new();
    for line in lines.lines() {
        let words: Vec<&str> = line.split(' ').collect();
        let [_, local, remote_name, id] = words.as_slice() else {
            return Err(Failure::usage(format!("`{line}` is no line that git gives to a pre-push hook")));
        };
        if !remote_name.starts_with("refs/heads/") {
            continue;
        }
        let update = Update { local, remote_name, remote: id };
        update.judge(&git, remote, &mut refusals)?;
    }
    Ok(refusals)
}

impl Update<'_> {
    fn judge(&self, git: &Git, remote: &str, refusals: &mut Vec<Refusal>) -> Result<(), Failure> {
        let branch = self.remote_name.trim_start_matches("refs/heads/");
        let is_mainline = is_mainline(git, remote, branch);
        let is_nothing = |id: &str| id.bytes().all(|byte| byte == b'0');
        if is_nothing(self.local) {
            if is_mainline {
                refusals.push(Refusal::new(
                    format!("history-rewritten: `{branch}` would be deleted"),
                    &["the mainline carries every decision: leave it"],
                ));
            }
            return Ok(());
        }
        let is_new = is_nothing(self.remote);
        let is_known = !is_new && git.ask(&["cat-file", "-e", self.remote]).is_some();
        if is_known && !git.is_ancestor(self.remote, self.local) {
            self.not_forward(git, branch, is_mainline, refusals)?;
        } else if is_known && is_mainline && !self.is_first_parent(git)? {
            refusals.push(Refusal::new(
                format!("foxtrot: what is published on `{branch}` was merged into it as a second parent"),
                &[
                    &format!(
                        "put your work on top instead: `git branch mine && git reset --keep {}`",
                        self.remote
                    ),
                    "`git merge --no-ff mine`, and push again",
                    "`git config pull.ff only` keeps `git pull` from doing this",
                ],
            ));
        }
        self.spoiled(git, remote, branch, refusals)
    }

    /// A push with force: allowed where it drops no record and no mainline.
    fn not_forward(
        &self,
        git: &Git,
        branch: &str,
        is_mainline: bool,
        refusals: &mut Vec<Refusal>,
    ) -> Result<(), Failure> {
        let dropped = format!("{}..{}", self.local, self.remote);
        let records = candidates(git, &[&dropped])?.len();
        if is_mainline {
            refusals.push(Refusal::new(
                format!("history-rewritten: the push would take commits off `{branch}`"),
                &["fetch, and merge your work on top of what is published"],
            ));
        } else if records > 0 {
            refusals.push(Refusal::new(
                format!("the push would take {} off `{branch}`", crate::text::counted(records, "record")),
                &["push without force: merge what is published instead of rebasing it"],
            ));
        }
        Ok(())
    }

    fn is_first_parent(&self, git: &Git) -> Result<bool, Failure> {
        let range = format!("{}..{}", self.remote, self.local);
        // The oldest commit on the first-parent line that is new must follow what is published.
        let line = git.run(&["rev-list", "--first-parent", "--parents", &range])?;
        let first = line.lines().last().and_then(|line| line.split(' ').nth(1));
        Ok(self.remote == self.local || first == Some(self.remote))
    }

    /// Records among what is new that can count no more.
    fn spoiled(
        &self,
        git: &Git,
        remote: &str,
        branch: &str,
        refusals: &mut Vec<Refusal>,
    ) -> Result<(), Failure> {
        let published = format!("--remotes={remote}");
        let mut wrong = Vec::new();
        for commit in candidates(git, &[self.local, "--not", &published])? {
            let raw = git.run(&["cat-file", "commit", &commit])?;
            let Ok(found) = split(raw.as_bytes()) else { continue };
            if !is_candidate(found.message) {
                continue;
            }
            let tree = |id: &str| git.ask(&["rev-parse", &format!("{id}^{{tree}}")]);
            let is_pure = match found.parents.as_slice() {
                [parent] => tree(parent).as_deref() == Some(found.tree),
                _ => false,
            };
            let why = if found.author.raw != found.committer.raw {
                "record-rewritten"
            } else if found.signature.is_none() {
                "sig-missing"
            } else if !is_pure {
                "record-not-pure"
            } else {
                continue;
            };
            wrong.push(format!("{} ({why})", &commit[..10]));
        }
        if !wrong.is_empty() {
            refusals.push(Refusal::new(
                format!("records on `{branch}` can count no more: {}", wrong.join(", ")),
                &[
                    "a rebase, a squash or an amend has changed them: take them out",
                    "`mcmbook approve ID` writes them anew; merge from then on",
                ],
            ));
        }
        Ok(())
    }
}

impl Refusal {
    fn new(message: String, help: &[&str]) -> Refusal {
        Refusal { message, help: help.iter().map(|line| (*line).to_owned()).collect() }
    }
}

/// Whether a branch is the one that is published: the remote's default branch, or one of the usual names.
fn is_mainline(git: &Git, remote: &str, branch: &str) -> bool {
    let head = git.ask(&["symbolic-ref", "--quiet", "--short", &format!("refs/remotes/{remote}/HEAD")]);
    match head.as_deref().and_then(|head| head.strip_prefix(&format!("{remote}/"))) {
        Some(default) => default == branch,
        None => matches!(branch, "main" | "master" | "trunk"),
    }
}

/// Commits of a range whose message has a line that begins `Mcm-Record:`, newest first.
fn candidates(git: &Git, range: &[&str]) -> Result<Vec<String>, Failure> {
    let search = ["rev-list", "--grep=^Mcm-Record:"];
    let found = git.run(&[&search[..], range].concat())?;
    Ok(found.lines().map(str::to_owned).collect())
}
