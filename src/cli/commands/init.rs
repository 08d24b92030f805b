//! `mcmbook init`.

use std::path::{Path, PathBuf};

use crate::cli::book::owner;
use crate::hosts::create;
use crate::hosts::shell::Shell;
use crate::hosts::workspace;
use crate::hosts::{Exit, Failure};
use crate::outputs::scaffold::{self, Forge};

/// Makes a new book: book.toml, a home page, the first entry of the service catalogue, and the pipeline by which the
/// forge checks and builds it.
///
/// An existing folder keeps all it has: files that are there already are left as they are.
#[derive(Debug, clap::Args)]
pub(crate) struct Args {
    /// Folder of the new book; it may exist.
    #[arg(value_name = "DIR", default_value = ".", hide_default_value = true)]
    dir: PathBuf,
    /// Title of the book.
    #[arg(long, default_value = "Major changes")]
    title: String,
    /// Roster id of the owner of the first entries; from Git's user.email by default.
    #[arg(long)]
    owner: Option<String>,
    /// Whose pipeline is written; by default that of the remote `origin`, and GitHub's where that names neither.
    #[arg(long, value_name = "FORGE", value_enum)]
    ci: Option<Ci>,
}

/// The words of `--ci`.
#[derive(Clone, Copy, Debug, clap::ValueEnum)]
enum Ci {
    /// GitHub Actions.
    Github,
    /// GitLab CI.
    Gitlab,
    /// None.
    None,
}

pub(crate) fn run(args: &Args, shell: &Shell) -> Result<Exit, Failure> {
    let book = args.dir.join("book.toml");
    if workspace::exists(&book) {
        let failure = Failure::usage(format!("`{}` is there already: this is a book", shown(&book)));
        return Err(failure.help("`mcmbook new request --title \"...\"` begins a change in it"));
    }
    let owner = owner(args.owner.as_deref(), &args.dir)?.unwrap_or_else(|| "nobody".to_owned());
    let files = scaffold::book(&args.title, &owner);
    let mut files: Vec<_> = files.into_iter().map(|(path, text)| (args.dir.join(path), text)).collect();
    files.extend(pipeline(args));
    for (path, text) in files {
        if workspace::exists(&path) {
            shell.status("Kept", &shown(&path));
            if path.ends_with(".gitignore") {
                shell.status("Next", "let `.gitignore` name `/book`, the folder of the built site");
            }
        } else {
            create::file(&path, &text)?;
            shell.status("Created", &shown(&path));
        }
    }
    if !workspace::is_in_repository(&args.dir) {
        shell.status("Next", "`git init` there: history and approvals come from Git");
    }
    shell.status("Next", "`mcmbook new request --title \"...\"`, then `mcmbook serve --open`");
    Ok(Exit::Good)
}

/// The file of the forge, which reads it at the root of the repository.
fn pipeline(args: &Args) -> Option<(PathBuf, String)> {
    let around = workspace::surroundings(&args.dir);
    let forge = match args.ci {
        Some(Ci::None) => return None,
        Some(Ci::Github) => Forge::GitHub,
        Some(Ci::Gitlab) => Forge::GitLab,
        None => Forge::of_remote(around.origin.as_deref()),
    };
    let (path, text) = forge.pipeline(&around.folder);
    Some((around.root.join(path), text))
}

/// A path as people write it who work in the current folder.
fn shown(path: &Path) -> String {
    let here = std::path::absolute(".").ok();
    let below = here.and_then(|here| path.strip_prefix(here).ok());
    below.or_else(|| path.strip_prefix(".").ok()).unwrap_or(path).display().to_string()
}
