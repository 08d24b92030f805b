//! Examples of others that lie beside the repository, in `../shared/vectors`.
//!
//! They are no part of it: the examples of CommonMark and of GitHub's dialect are given away under CC BY-SA 4.0, which
//! asks the same of what they become part of, and this repository is under MIT or Apache-2.0. Who clones it alone
//! has them not; what they judge is then told as not run. With `SPEC_VECTORS=required`, which `.ci/run` sets, it
//! fails. The unit tests of recurrence rules read this file, too.

use std::io::Write as _;
use std::path::Path;

/// The text of a file of examples; nothing where they are not there and need not be.
pub(crate) fn text(file: &str) -> Option<String> {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("../shared/vectors").join(file);
    let read = std::fs::read_to_string(&path);
    let error = match read {
        Ok(text) => return Some(text),
        Err(error) => error,
    };
    let is_required = std::env::var_os("SPEC_VECTORS").is_some_and(|value| value == "required");
    assert!(!is_required, "the examples are needed beside the repository: {}: {error}", path.display());
    // Not by the macros, whose output the harness keeps for itself unless a test fails.
    let thread = std::thread::current();
    let test = thread.name().unwrap_or("a test");
    let line = format!("\nNOT RUN: {test}: its examples, {file}, are not in ../shared/vectors\n");
    std::io::stderr().write_all(line.as_bytes()).expect("there is somewhere to tell it");
    None
}
