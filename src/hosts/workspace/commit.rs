//! The book of a commit, read from Git's objects: no checkout, and nothing of the work tree has a say.

use std::path::Path;
use std::sync::Arc;

use jiff::Timestamp;

use super::git::{self, Found, Git, TreeEntry};
use super::read::{Files, MAX_DOCUMENT, work_files};
use super::root::{Root, book_toml};
use super::{HistoryOption, LoadOptions, discover, fault, policy};
use crate::hosts::failure::Failure;
use crate::inputs::Inputs;
use crate::inputs::config::{self, Config};
use crate::inputs::history::History;
use crate::inputs::history::reach::Reach;
use crate::inputs::policy::FOLDER;
use crate::text::{BookPath, SourceFile};

/// A commit of the repository that holds a book.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct CommitId(String);

impl CommitId {
    /// The commit of 40 hexadecimal digits, whether it is there or not.
    pub fn of_hex(hex: &str) -> Option<CommitId> {
        let is_id = hex.len() == 40 && hex.bytes().all(|byte| byte.is_ascii_hexdigit());
        is_id.then(|| CommitId(hex.to_ascii_lowercase()))
    }

    /// Its object id, hexadecimal.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

/// The commit at which the line of `HEAD` left that of a revision.
///
/// # Errors
/// No repository, an unknown revision, no commit in common, a history that is cut short.
pub fn merge_base(root: &Root, revision: &str) -> Result<CommitId, Failure> {
    Ok(CommitId(repository(root)?.merge_base(revision)?.to_string()))
}

/// The folder of the book in its repository, with a slash at its end; empty for the root, and where there
/// is no repository.
pub fn folder_in_repository(root: &Root) -> String {
    prefix(root.dir())
}

/// The same of a book whose settings cannot be read. `start` is where the search for it begins.
pub fn folder_of_book(start: &Path) -> String {
    super::root::find(start).map_or(String::new(), |dir| prefix(&dir))
}

fn prefix(dir: &Path) -> String {
    match git::open(dir) {
        Ok(Found::Repository(git)) => git.prefix().to_owned(),
        Ok(Found::Nothing(_)) | Err(_) => String::new(),
    }
}

/// All that an analysis of a commit sees, judged at a moment; nothing when the commit has no `book.toml`
/// where the book is now.
///
/// Configuration, policy, documents and history are those of the commit; the profile and the settings of
/// the environment are those of `options`.
///
/// # Errors
/// A configuration or a policy of the commit that is not usable, an object that is missing.
pub fn inputs_of_commit(
    root: &Root,
    commit: &CommitId,
    options: &LoadOptions,
    as_of: Timestamp,
) -> Result<Option<Inputs>, Failure> {
    inputs_of(&repository(root)?, commit, options, as_of)
}

/// The same with the past of some changes only: `reach` tells which, from everything else.
///
/// # Errors
/// As [`inputs_of_commit`].
pub fn inputs_within(
    root: &Root,
    commit: &CommitId,
    options: &LoadOptions,
    as_of: Timestamp,
    reach: impl FnOnce(&Inputs) -> Reach,
) -> Result<Option<Inputs>, Failure> {
    read(&repository(root)?, commit, options, as_of, reach)
}

/// All of a commit, of a repository that is open.
pub(super) fn inputs_of(
    git: &Git,
    commit: &CommitId,
    options: &LoadOptions,
    as_of: Timestamp,
) -> Result<Option<Inputs>, Failure> {
    read(git, commit, options, as_of, |_| Reach::Everything)
}

fn read(
    git: &Git,
    commit: &CommitId,
    options: &LoadOptions,
    as_of: Timestamp,
    reach: impl FnOnce(&Inputs) -> Reach,
) -> Result<Option<Inputs>, Failure> {
    let id = git::parse_id(&commit.0)?;
    let Some(bytes) = git.file_of(id, "book.toml")? else { return Ok(None) };
    let file = book_toml(bytes);
    let config::Parsed { config, faults } = config::parse(&file, &options.overrides);
    if !faults.is_empty() {
        return Err(of_that_commit(Failure::Configuration { files: vec![file], faults }, commit));
    }
    let policy = policy::judged(policy_files(git, id)?, options.profile);
    let policy = policy.map_err(|failure| of_that_commit(failure, commit))?;
    let files = files_of(git, id, &config)?;
    let blobs = files.blobs;
    let mut inputs = Inputs {
        config: Arc::new(config),
        policy: Arc::new(policy),
        as_of,
        sources: files.documents,
        attachments: files.attachments,
        history: Arc::new(History::unknown("left out by `--history=unknown`")),
        faults: files.faults,
    };
    let reach = reach(&inputs);
    if options.history == HistoryOption::Whole {
        let asked = git::Asked { reach, ..options.asked(&inputs.config) };
        let past = git.past_of(id, &inputs.config.book.src, &asked)?;
        inputs.history = Arc::new(git.history(past, work_files(&blobs))?);
    }
    Ok(Some(inputs))
}

/// The files below the source folder of a commit.
fn files_of(git: &Git, commit: git::BlobId, config: &Config) -> Result<Files, Failure> {
    let mut files = Files::default();
    let mut paths = Vec::new();
    for entry in git.tree_of(commit, config.book.src.as_str())? {
        match entry {
            TreeEntry::File(path, _) if path.below(&config.build.build_dir).is_some() => {}
            TreeEntry::File(path, blob) => {
                paths.push(path.clone());
                files.add(path, git.blob(blob)?, blob);
            }
            TreeEntry::Link(path) => files.faults.push(fault::symlink(&path)),
            TreeEntry::Submodule(path) => files.faults.push(fault::repository(&path)),
            TreeEntry::FolderLikeDocument(path) => files.faults.push(fault::folder_like_document(&path)),
            TreeEntry::BadName(name) => {
                files.faults.push(fault::name(Path::new(&*String::from_utf8_lossy(&name))));
            }
        }
    }
    paths.sort();
    files.faults.extend(discover::collisions(&paths));
    files.sort();
    Ok(files)
}

/// The bytes of some files of the book as a commit holds them, in their order; nothing of one that it lacks.
///
/// # Errors
/// No repository, an object that is missing.
pub fn files_at<'p>(
    root: &Root,
    commit: &CommitId,
    paths: impl IntoIterator<Item = &'p BookPath>,
) -> Result<Vec<Option<Vec<u8>>>, Failure> {
    let (git, id) = (repository(root)?, git::parse_id(&commit.0)?);
    paths.into_iter().map(|path| git.file_of(id, path.as_str())).collect()
}

/// The files of the policy that a commit holds, sorted by path.
///
/// # Errors
/// No repository, a link, an object that is missing.
pub fn policy_files_at(root: &Root, commit: &CommitId) -> Result<Vec<SourceFile>, Failure> {
    let git = repository(root)?;
    policy_files(&git, git::parse_id(&commit.0)?)
}

/// Looks whether the objects of the book's repository can be read.
///
/// # Errors
/// No repository; the first file that is damaged, with what to do.
pub fn hold_objects(root: &Root) -> Result<(), Failure> {
    repository(root).map(drop)
}

/// The repository of a book, whose objects can be read. To look whether they can costs more than to read a few: it is
/// opened once for all that is asked of it.
pub(super) fn repository(root: &Root) -> Result<Git, Failure> {
    match git::open(root.dir())? {
        Found::Repository(git) => git.refuse_damaged().map(|()| git),
        Found::Nothing(why) => Err(Failure::usage(format!("there are no commits to look at: {why}"))
            .help("run it in the repository of the book")),
    }
}

fn policy_files(git: &Git, commit: git::BlobId) -> Result<Vec<SourceFile>, Failure> {
    let mut files = Vec::new();
    for entry in git.tree_of(commit, FOLDER)? {
        match entry {
            TreeEntry::File(path, blob) => files.push(SourceFile::new(path, git.blob(blob)?)),
            TreeEntry::Link(path) | TreeEntry::Submodule(path) => {
                return Err(Failure::usage(format!("`{path}` is not a regular file"))
                    .help("a policy is made of small text files"));
            }
            TreeEntry::FolderLikeDocument(_) | TreeEntry::BadName(_) => {}
        }
    }
    files.sort_by(|a, b| a.path.cmp(&b.path));
    Ok(files)
}

/// The failure with files, and places in them, whose names tell from which commit they are.
fn of_that_commit(failure: Failure, commit: &CommitId) -> Failure {
    let Failure::Configuration { mut files, mut faults } = failure else { return failure };
    let short = commit.0.get(..10).unwrap_or(&commit.0);
    let named = |path: &mut BookPath| {
        if let Some(name) = BookPath::new(&format!("{path} (of {short})")) {
            *path = name;
        }
    };
    files.iter_mut().for_each(|file| named(&mut file.path));
    for fault in &mut faults {
        fault.location.iter_mut().for_each(|location| named(&mut location.path));
        fault.related.iter_mut().for_each(|label| named(&mut label.location.path));
    }
    Failure::Configuration { files, faults }
}

/// Puts text of the call in the place of a file of the book (`--stdin-filename`).
///
/// # Errors
/// A path that is no document of the book, a text that is too long.
pub fn stand_in(loaded: &mut super::Loaded, file: &Path, bytes: Vec<u8>) -> Result<BookPath, Failure> {
    let path = loaded.root.path_of(file).filter(|path| {
        let below = path.below(loaded.root.src().as_str());
        let is_text = path.extension() == "md" || path.file_name().ends_with(".log.jsonl");
        is_text && below.is_some_and(|below| below.split('/').all(|part| !part.starts_with('.')))
    });
    let Some(path) = path else {
        let failure = Failure::usage(format!("`{}` is no document of this book", file.display()));
        return Err(failure.help(format!("name a Markdown file below `{}`", loaded.root.src())));
    };
    if bytes.len() as u64 > MAX_DOCUMENT {
        return Err(Failure::usage(format!("the text for `{path}` is too long for a document")));
    }
    let inputs = &mut loaded.inputs;
    let mut files = Files::default();
    files.add(path.clone(), bytes, git::blob_id(b""));
    inputs.faults.retain(|fault| fault.location.as_ref().is_none_or(|location| location.path != path));
    inputs.faults.append(&mut files.faults);
    inputs.faults.sort();
    let mut hash = None;
    for source in files.documents {
        hash = Some(source.hash);
        match inputs.sources.binary_search_by(|other| other.path.cmp(&path)) {
            Ok(index) => inputs.sources[index] = source,
            Err(index) => inputs.sources.insert(index, source),
        }
    }
    for attachment in files.attachments {
        hash = Some(attachment.hash);
        match inputs.attachments.binary_search_by(|other| other.path.cmp(&path)) {
            Ok(index) => inputs.attachments[index] = attachment,
            Err(index) => inputs.attachments.insert(index, attachment),
        }
    }
    let history = Arc::make_mut(&mut inputs.history);
    match history.files.get(&path).and_then(|known| known.committed) == hash {
        true => history.modified.remove(&path),
        false => history.modified.insert(path.clone()),
    };
    Ok(path)
}
