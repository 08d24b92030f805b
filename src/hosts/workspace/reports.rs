//! Where reports of `check` may be written.

use std::collections::BTreeSet;
use std::fs::File;
use std::io::{Read, Seek, SeekFrom};
use std::path::{Path, PathBuf};

use super::root::{find_if_any, settle};
use crate::hosts::failure::Failure;
use crate::outputs::report::is_report;

/// So much of the beginning and of the end of a file is looked at.
const PIECE: u64 = 4096;

/// Refuses files that no report may take the place of: two reports in one file, a document, and any other
/// file in the folder of the book that is there already and was not written as a report.
///
/// `start` is where the search for the book begins.
///
/// # Errors
/// The first such file, as a wrong call.
pub fn refuse_bad_reports(start: &Path, files: &[&Path]) -> Result<(), Failure> {
    // A folder that is none is told by whoever reads the book.
    let book = find_if_any(start).ok().flatten();
    let mut seen = BTreeSet::new();
    for file in files {
        let full = std::path::absolute(file).map(|full| settle(&full)).unwrap_or_else(|_| file.to_path_buf());
        let Ok(found) = full.symlink_metadata() else {
            refuse_twice(&mut seen, full, file)?;
            continue;
        };
        // A pipe or a terminal takes any number of reports.
        let is_special = full.metadata().is_ok_and(|found| !found.is_file() && !found.is_dir());
        if is_special {
            continue;
        }
        let below = book.as_ref().and_then(|book| full.strip_prefix(book).ok());
        if below.is_some_and(|below| !found.is_file() || !may_be_replaced(&full, below)) {
            let message = format!("`{}` is a file of the book, and no report", file.display());
            return Err(Failure::usage(message)
                .help("write the report into another file; a report that was written before is replaced"));
        }
        refuse_twice(&mut seen, full, file)?;
    }
    Ok(())
}

fn refuse_twice(seen: &mut BTreeSet<PathBuf>, full: PathBuf, file: &Path) -> Result<(), Failure> {
    match seen.insert(full) {
        true => Ok(()),
        false => Err(Failure::usage(format!("two reports go to `{}`", file.display()))
            .help("give each of them a file of its own")),
    }
}

/// Whether a file of the book is a report. Documents and settings are none, whatever stands in them.
fn may_be_replaced(file: &Path, below: &Path) -> bool {
    let is_own = below.extension().is_some_and(|end| ["md", "toml", "jsonl"].iter().any(|own| end == *own));
    let is_of_policy = below.starts_with(crate::inputs::policy::FOLDER);
    let in_git = below.components().any(|part| part.as_os_str() == ".git");
    !is_own && !is_of_policy && !in_git && pieces(file).is_ok_and(|(head, tail)| is_report(&head, &tail))
}

/// The beginning and the end of a file.
fn pieces(file: &Path) -> std::io::Result<(String, String)> {
    let mut file = File::open(file)?;
    let length = file.metadata()?.len();
    let mut piece = |from: u64| {
        let mut bytes = Vec::new();
        file.seek(SeekFrom::Start(from))?;
        (&mut file).take(PIECE).read_to_end(&mut bytes)?;
        Ok::<_, std::io::Error>(String::from_utf8_lossy(&bytes).into_owned())
    };
    Ok((piece(0)?, piece(length.saturating_sub(PIECE))?))
}
