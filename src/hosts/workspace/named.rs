//! The files and folders that `book.toml` names: whether they are there.

use std::io::ErrorKind;
use std::path::Path;

use super::read::MAX_DOCUMENT;
use super::root::Root;
use crate::hosts::failure::Failure;
use crate::inputs::config::{Config, Html, Named, Role};
use crate::text::{BookPath, Diagnostic, did_you_mean};

/// What is wrong with them, each told where it is named; of those that only a site needs, when one is made.
///
/// # Errors
/// Something that cannot be looked at.
pub(super) fn faults(root: &Root, config: &Config, is_for_site: bool) -> Result<Vec<Diagnostic>, Failure> {
    let has_source = root.join(&config.book.src).is_dir();
    let looked_for = config.named.iter().filter(|named| match named.role {
        Role::Source => true,
        Role::NotFound => is_for_site && has_source,
        Role::Theme | Role::Asset => is_for_site,
    });
    let looks = looked_for.map(|named| fault(root, named, &config.book.src));
    looks.filter_map(Result::transpose).collect()
}

fn fault(root: &Root, named: &Named, src: &BookPath) -> Result<Option<Diagnostic>, Failure> {
    let file = root.join(&named.path);
    // A theme may be shared between books by a link.
    let found = match named.role {
        Role::Theme => file.metadata(),
        Role::Source | Role::NotFound | Role::Asset => file.symlink_metadata(),
    };
    let path = &named.path;
    let mut guess = None;
    let (message, help) = match found {
        Err(error) if matches!(error.kind(), ErrorKind::NotFound | ErrorKind::NotADirectory) => {
            let Some(words) = absent(named) else { return Ok(None) };
            guess = beside(&file, path);
            words
        }
        Err(error) => {
            let what = if named.role == Role::Source { "the source folder " } else { "" };
            return Err(Failure::io(format!("cannot read {what}`{path}`"), &error));
        }
        Ok(found) => match named.role {
            Role::Source if found.is_dir() => return Ok(None),
            Role::Source if found.is_symlink() => (
                format!("the source folder `{path}` is a symbolic link"),
                "set `src` in `[book]` to a real folder",
            ),
            Role::Source => {
                (format!("the source folder `{path}` is not a folder"), "set `src` in `[book]` to a folder")
            }
            Role::Theme if found.is_dir() => return Ok(None),
            Role::Theme => {
                (format!("`{path}` is not a folder"), "name the folder of the theme, not a file of it")
            }
            Role::NotFound | Role::Asset if !found.is_file() => {
                (format!("`{path}` is not a regular file"), "replace a link by a copy of what it points to")
            }
            Role::NotFound if path.extension() != "md" => {
                (format!("`{path}` is no document"), "documents end with `.md`")
            }
            Role::NotFound | Role::Asset if found.len() > MAX_DOCUMENT => {
                (format!("`{path}` is larger than 16 MiB"), "a site is made of smaller files")
            }
            Role::NotFound | Role::Asset => return Ok(None),
        },
    };
    let mut fault = named.fault.clone();
    fault.message.push_str(&message);
    // A near name says more than what a setting is for.
    match guess {
        Some(guess) => {
            let written = match named.role {
                Role::NotFound => guess.strip_prefix(&format!("{src}/")).unwrap_or(&guess),
                Role::Source | Role::Theme | Role::Asset => &guess,
            };
            fault.help.push(format!("did you mean `{written}`?"));
        }
        None => fault.help.push(help.to_owned()),
    }
    Ok(Some(fault))
}

/// What to say of something that is not there; nothing where it need not be.
fn absent(named: &Named) -> Option<(String, &'static str)> {
    let path = &named.path;
    Some(match named.role {
        Role::Source => (
            format!("the source folder `{path}` does not exist"),
            "make it, or set `src` in `[book]` to the folder of the documents",
        ),
        // The folder where a theme lies unless another one is named.
        Role::Theme if *path == Html::default().theme => return None,
        Role::Theme => (
            format!("there is no folder `{path}`"),
            "make it, or leave `theme` out: the built-in theme is whole",
        ),
        Role::NotFound => {
            (format!("there is no document `{path}`"), "`input-404` is relative to the source folder")
        }
        Role::Asset => (format!("there is no file `{path}`"), "it is relative to the folder of `book.toml`"),
    })
}

/// The path beside that somebody most likely meant: a style sheet for a style sheet, a folder for a folder.
fn beside(file: &Path, path: &BookPath) -> Option<String> {
    let folder = path.as_str().rsplit_once('/').map(|(folder, _)| format!("{folder}/")).unwrap_or_default();
    let entries = std::fs::read_dir(file.parent()?).ok()?.flatten();
    let mut paths: Vec<String> =
        entries.filter_map(|entry| Some(format!("{folder}{}", entry.file_name().to_str()?))).collect();
    paths.retain(|path| Path::new(path).extension() == file.extension());
    paths.sort_unstable();
    did_you_mean(path.as_str(), paths.iter().map(String::as_str)).map(str::to_owned)
}
