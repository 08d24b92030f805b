//! `mcmbook init`.

use std::path::{Path, PathBuf};

use crate::cli::book::owner;
use crate::hosts::create;
use crate::hosts::shell::Shell;
use crate::hosts::workspace;
use crate::hosts::{Exit, Failure};
use crate::outputs::scaffold;

/// Makes a new book: book.toml, a home page, the first entry of the service catalogue.
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
}

pub(crate) fn run(args: &Args, shell: &Shell) -> Result<Exit, Failure> {
    let book = args.dir.join("book.toml");
    if workspace::exists(&book) {
        let failure = Failure::usage(format!("`{}` is there already: this is a book", shown(&book)));
        return Err(failure.help("`mcmbook new request --title \"...\"` begins a change in it"));
    }
    let owner = owner(args.owner.as_deref(), &args.dir)?.unwrap_or_else(|| "nobody".to_owned());
    for (path, text) in scaffold::book(&args.title, &owner) {
        let path = args.dir.join(path);
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

/// A path without the dot that stands for the current folder, as people write it.
fn shown(path: &Path) -> String {
    path.strip_prefix(".").unwrap_or(path).display().to_string()
}
