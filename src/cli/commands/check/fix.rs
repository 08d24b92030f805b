//! `check --fix` and `check --diff`.

use crate::analysis::Analysis;
use crate::hosts::amend::{self, Amendment};
use crate::hosts::shell::Shell;
use crate::hosts::workspace::Root;
use crate::hosts::{Exit, Failure};
use crate::memo::Memo;
use crate::outputs::fixes::{self, Mended};
use crate::text::{Safety, counted};
use crate::verdicts::lint::Earlier;

/// The book with its fixes, in memory: those of all findings, or of those that a branch adds.
pub(super) fn mended(analysis: Analysis, with_unsafe: bool, base: Option<&Earlier>) -> Mended {
    let most = if with_unsafe { Safety::Unsafe } else { Safety::Safe };
    fixes::mend(analysis, most, base, &Memo::default())
}

/// Prints what would change. Ends with 1 when something would.
pub(super) fn show(mended: &Mended, shell: &Shell) -> Result<Exit, Failure> {
    match shell.print(&fixes::diff(&mended.files)) {
        Ok(()) | Err(Failure::Closed) => {}
        Err(failure) => return Err(failure),
    }
    for file in &mended.files {
        shell.status("Would fix", &format!("{}: {}", file.before.path, file.titles.join("; ")));
    }
    Ok(if mended.files.is_empty() { Exit::Good } else { Exit::Findings })
}

/// Writes the files that were changed, and tells which.
pub(super) fn write(root: &Root, mended: &Mended, shell: &Shell) -> Result<(), Failure> {
    let amendments = mended.files.iter().map(|file| Amendment {
        path: &file.before.path,
        before: file.before.hash,
        text: &file.after.text,
    });
    let amendments: Vec<_> = amendments.collect();
    amend::files(root, &amendments)?;
    for file in &mended.files {
        shell.status("Fixed", &format!("{}: {}", file.before.path, file.titles.join("; ")));
    }
    if mended.fixes > 0 {
        let files = counted(mended.files.len(), "file");
        let fixes = if mended.fixes == 1 { "1 fix".to_owned() } else { format!("{} fixes", mended.fixes) };
        shell.status("Applied", &format!("{fixes} in {files}"));
    }
    if !mended.is_settled {
        shell.warning("fixes go on making findings: some are left");
    }
    Ok(())
}
