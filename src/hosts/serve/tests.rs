//! What the tests of the parts share.

use std::sync::Arc;

use crate::hosts::workspace::{self, LoadOptions, Root};
use crate::outputs::Output;

/// A book without documents, and where it lies. The folder goes with the first value.
pub(super) fn book() -> (tempfile::TempDir, Root) {
    let folder = tempfile::tempdir().expect("there is a folder for temporary files");
    std::fs::write(folder.path().join("book.toml"), "[book]\ntitle = \"Changes\"\n").unwrap();
    std::fs::create_dir(folder.path().join("content")).unwrap();
    let options = LoadOptions { dir: folder.path().to_owned(), ..LoadOptions::default() };
    let root = workspace::load(&options).expect("the book is right").root;
    (folder, root)
}

/// An output of files with text.
pub(super) fn output(files: &[(&str, &str)]) -> Arc<Output> {
    let mut output = Output::default();
    for (path, text) in files {
        output.add(*path, text.as_bytes().to_vec());
    }
    Arc::new(output)
}
