//! What may not be part of a book, in words.

use std::io;
use std::path::Path;

use crate::hosts::failure::explain;
use crate::text::{BookPath, Code, Diagnostic, Span};

/// An obstacle at a path: the whole file is its place.
pub(super) fn at(path: &BookPath, message: String, help: &str) -> Diagnostic {
    Diagnostic::error(Code::WORKSPACE, message).at(path, Span::at(0)).help(help)
}

pub(super) fn symlink(path: &BookPath) -> Diagnostic {
    at(
        path,
        format!("`{path}` is a symbolic link"),
        "replace it by a copy of what it points to, or remove it",
    )
}

pub(super) fn folder_like_document(path: &BookPath) -> Diagnostic {
    at(
        path,
        format!("`{path}` is a folder, but its name is that of a document"),
        "rename the folder so that it does not end in `.md`",
    )
}

pub(super) fn repository(path: &BookPath) -> Diagnostic {
    at(
        path,
        format!("`{path}` is a Git repository of its own"),
        "a book takes no files from submodules: copy what it needs into its own repository",
    )
}

pub(super) fn special(path: &BookPath) -> Diagnostic {
    at(path, format!("`{path}` is neither a file nor a folder"), "remove the pipe, socket or device")
}

pub(super) fn lfs_pointer(path: &BookPath) -> Diagnostic {
    at(
        path,
        format!("`{path}` is a pointer of Git LFS: its content is not in the repository"),
        "keep the file in Git itself: `git lfs untrack`, then add it again",
    )
}

pub(super) fn too_large(path: &BookPath, size: u64) -> Diagnostic {
    let mebibytes = size as f64 / f64::from(1 << 20);
    at(
        path,
        format!("`{path}` has {mebibytes:.1} MiB, and a document may have 16 MiB"),
        "split it, or attach what is data as a file with another ending",
    )
}

pub(super) fn unreadable(path: &BookPath, error: &io::Error) -> Diagnostic {
    let (why, _) = explain(error);
    let help = match error.kind() {
        io::ErrorKind::PermissionDenied => format!("make it readable: `chmod u+r {path}`"),
        io::ErrorKind::NotFound => "it went away while the book was read: run the command again".to_owned(),
        _ => "check the disk, then run the command again".to_owned(),
    };
    at(path, format!("cannot read `{path}`: {why}"), &help)
}

/// A file or folder whose name no link and no address can hold.
pub(super) fn name(below_root: &Path) -> Diagnostic {
    // Debug escapes what is not text; its quotes give way to those of a message.
    let quoted = format!("{:?}", below_root.as_os_str());
    let shown = quoted.trim_matches('"');
    let why = match below_root.to_str() {
        None => "is not UTF-8",
        Some(text) if text.contains('\\') => "has a backslash",
        Some(_) => "has a control character",
    };
    Diagnostic::error(Code::WORKSPACE, format!("the name of `{shown}` {why}"))
        .help("rename it with `git mv`; its history stays with it")
}

/// Two files that are one on another system.
pub(super) fn collision(path: &BookPath, other: &BookPath) -> Diagnostic {
    let by_case = path.as_str().to_lowercase() == other.as_str().to_lowercase();
    let how = if by_case { "in letter case" } else { "in the Unicode form of their letters" };
    at(
        path,
        format!("`{path}` and `{other}` differ only {how}"),
        "rename one of them: on macOS and Windows both are one file, and so are their pages",
    )
    .related(other, Span::at(0), "the other file")
}
