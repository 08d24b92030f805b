//! What commands that read a book have in common.

use std::collections::{BTreeMap, BTreeSet};
use std::mem::ManuallyDrop;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use bytes::Bytes;
use jiff::Timestamp;

use crate::analysis::{Analysis, analyze};
use crate::facts::book::Change;
use crate::hosts::Failure;
use crate::hosts::publish::previous;
use crate::hosts::shell::Shell;
use crate::hosts::workspace::{self, HistoryOption, LoadOptions, Root};
use crate::inputs::config::{Kind, Kinds};
use crate::inputs::history::trust::Pin;
use crate::inputs::profile::Profile;
use crate::memo::Memo;
use crate::outputs::site::search::{self, Files, SearchError};
use crate::outputs::site::{self, SiteOptions, Theme, ThemeError};
use crate::outputs::{Content, Held, Output, Sink};
use crate::text::{BookPath, Code, ContentHash, Diagnostic, Stage, did_you_mean};
use crate::verdicts::lint::Finding;

/// Width of reports in columns where no terminal says it.
pub(super) const WIDTH: usize = 100;

/// Which book, and how it is read.
#[derive(Clone, Debug, clap::Args)]
pub(super) struct BookArgs {
    /// Folder of the book, or a folder below it.
    #[arg(value_name = "DIR", default_value = ".", hide_default_value = true)]
    pub(super) dir: PathBuf,
    #[command(flatten)]
    pub(super) reading: Reading,
}

/// How a book is read.
#[derive(Clone, Debug, Default, clap::Args)]
pub(super) struct Reading {
    /// Whether Git's history is read: `unknown` builds from a shallow clone, without history and approvals.
    #[arg(
        long,
        value_name = "WHOLE|UNKNOWN",
        value_enum,
        default_value = "whole",
        hide_default_value = true
    )]
    pub(super) history: History,
    /// The commit that the trust root must be; several, in the order of the mainline, where a book began anew.
    #[arg(long, value_name = "COMMIT", env = "MCMBOOK_TRUST_ROOT", value_delimiter = ',', value_parser = pinned_root)]
    pub(super) trust_root: Vec<String>,
    /// The digest that the policy of the trust root must have; one for each `--trust-root`.
    #[arg(long, value_name = "SHA256", env = "MCMBOOK_ROOT_POLICY", value_delimiter = ',', value_parser = pinned_policy)]
    pub(super) root_policy: Vec<ContentHash>,
    /// The head that was published last, as a commit or the `build.json` of a site: a history without it is
    /// refused.
    #[arg(long, value_name = "COMMIT|FILE", env = "MCMBOOK_PREVIOUS_HEAD", value_parser = previous_head)]
    pub(super) previous_head: Option<String>,
    /// Take objects from the repositories that `objects/info/alternates` names.
    #[arg(long)]
    pub(super) allow_alternates: bool,
}

/// How strictly a book is judged.
#[derive(Clone, Copy, Debug, Default, clap::Args)]
pub(super) struct Strictness {
    /// Judge as strictly as this profile, whatever the policy says.
    #[arg(long, value_name = "NAME", value_enum)]
    profile: Option<ProfileName>,
}

/// The words of `--profile`.
#[derive(Clone, Copy, Debug, clap::ValueEnum)]
pub(super) enum ProfileName {
    /// Four sections, a stepped runbook, two people.
    Starter,
    /// Roles, monitors, triggers, dependencies.
    Standard,
    /// Everything.
    Regulated,
}

impl Strictness {
    /// The profile of the call.
    pub(super) fn profile(self) -> Option<Profile> {
        self.profile.map(Profile::from)
    }
}

impl From<ProfileName> for Profile {
    fn from(name: ProfileName) -> Profile {
        match name {
            ProfileName::Starter => Profile::Starter,
            ProfileName::Standard => Profile::Standard,
            ProfileName::Regulated => Profile::Regulated,
        }
    }
}

/// The words of `--history`.
#[derive(Clone, Copy, Debug, Default, clap::ValueEnum)]
pub(super) enum History {
    /// All of it; a shallow clone is refused.
    #[default]
    Whole,
    /// None of it.
    Unknown,
}

impl BookArgs {
    /// What the workspace is asked for.
    pub(super) fn load_options(&self, dest_dir: Option<PathBuf>) -> LoadOptions {
        self.reading.load_options(self.dir.clone(), dest_dir)
    }
}

impl Reading {
    /// What the workspace is asked for.
    pub(super) fn load_options(&self, dir: PathBuf, dest_dir: Option<PathBuf>) -> LoadOptions {
        let history = match self.history {
            History::Whole => HistoryOption::Whole,
            History::Unknown => HistoryOption::Unknown,
        };
        let overrides = workspace::overrides_of_environment();
        // A digest without a commit fits no root: the call fails rather than leaving it out.
        let count = self.trust_root.len().max(self.root_policy.len());
        let pin = |at: usize| Pin {
            root: self.trust_root.get(at).cloned().unwrap_or_default(),
            policy: self.root_policy.get(at).copied(),
        };
        LoadOptions {
            dir,
            dest_dir,
            overrides,
            history,
            pins: (0..count).map(pin).collect(),
            previous_head: self.previous_head.clone(),
            allow_alternates: self.allow_alternates,
            ..LoadOptions::default()
        }
    }
}

/// A commit id of a pin.
fn pinned_root(text: &str) -> Result<String, String> {
    let pin = Pin::parse(text, None).ok_or("a pin has the 40 digits of a commit id")?;
    Ok(pin.root)
}

/// A policy digest of a pin.
fn pinned_policy(text: &str) -> Result<ContentHash, String> {
    let digits = text.strip_prefix("sha256:").unwrap_or(text);
    ContentHash::from_hex(digits).ok_or("a policy's digest has 64 digits".to_owned())
}

/// The head of `--previous-head`.
fn previous_head(text: &str) -> Result<String, String> {
    workspace::published_head(text).map_err(|failure| failure.to_string())
}

/// The kind that a call names.
///
/// # Errors
/// A kind that the book does not have.
pub(super) fn kind_named(kinds: &Kinds, name: &str) -> Result<Arc<Kind>, Failure> {
    if let Some(kind) = kinds.get(name) {
        return Ok(kind.clone());
    }
    let names = || kinds.by_name.keys().map(|name| &**name);
    let failure = Failure::usage(format!("unknown kind `{name}`"));
    Err(match did_you_mean(name, names()) {
        Some(guess) => failure.help(format!("did you mean `{guess}`?")),
        None => failure.help(format!("known kinds: {}", names().collect::<Vec<_>>().join(", "))),
    })
}

/// The roster id that a call or Git's settings give for the owner of a new document.
///
/// # Errors
/// A word of the call that is no roster id.
pub(super) fn owner(given: Option<&str>, dir: &Path) -> Result<Option<String>, Failure> {
    let Some(given) = given else { return Ok(workspace::handle_of_user(dir)) };
    let id = given.strip_prefix('@').unwrap_or(given);
    let fits = |byte: u8| byte.is_ascii_lowercase() || byte.is_ascii_digit() || byte == b'-';
    if id.is_empty() || !id.bytes().all(fits) {
        return Err(Failure::usage(format!("`{given}` is not a roster id"))
            .help("a roster id has lower-case letters, digits and hyphens"));
    }
    Ok(Some(id.to_owned()))
}

/// The site of a book, without its search index.
///
/// # Errors
/// A theme that is wrong, or a style sheet or script of book.toml that cannot be read.
pub(super) fn site_of(root: &Root, analysis: &Analysis, memo: &Memo) -> Result<Output, Failure> {
    Ok(site_and_warnings(root, analysis, None, memo, &Held)?.0)
}

/// The pages of some documents of the book alone, if they are pages of documents. The theme is that of `last`, where
/// its files are still the same.
///
/// # Errors
/// As [`site_of`].
pub(super) fn pages_of(
    root: &Root,
    analysis: &Analysis,
    (memo, last): (&Memo, &mut LastTheme),
    paths: &BTreeSet<BookPath>,
) -> Result<Option<Output>, Failure> {
    if paths.is_empty() {
        return Ok(None);
    }
    let (theme, own) = theme_of(root, analysis, last)?;
    let pages = site::pages_of(analysis, &theme, &SiteOptions::default(), memo, paths);
    pages.map_err(|error| theme_failure(error, &analysis.facts.inputs.config.html.theme, &own))
}

/// The theme of the last pages, with the book's own files: to read all templates takes as long as to make a page.
#[derive(Default)]
pub(super) struct LastTheme(Option<(ThemeFiles, Arc<Theme>)>);

/// Files by their names in the theme's folder.
type ThemeFiles = BTreeMap<String, Arc<[u8]>>;

/// Adds to the findings what a build would not show. A theme that cannot be read adds no files: to say what is wrong
/// with it is for the commands that make pages.
pub(super) fn tell_unshown(root: &Root, analysis: &mut Analysis) {
    let own = theme_of(root, analysis, &mut LastTheme::default()).map(|(theme, _)| theme);
    let Some(theme) = own.ok().or_else(|| Theme::built_in().ok().map(Arc::new)) else { return };
    add_unshown(analysis, site::unshown(analysis, &theme));
}

/// Adds what the site does not show, as errors that are due, in the order of the findings. What is told of a file
/// already, that its name or its id is another one's, is not told again by what follows from it.
pub(super) fn add_unshown(analysis: &mut Analysis, mut unshown: Vec<Diagnostic>) {
    let is_told = |diagnostic: &Diagnostic| {
        let mut same =
            analysis.findings.iter().filter(|finding| finding.diagnostic.path() == diagnostic.path());
        same.any(|finding| [Code::WORKSPACE, Code("MCM007")].contains(&finding.diagnostic.code))
    };
    unshown.retain(|diagnostic| !is_told(diagnostic));
    if unshown.is_empty() {
        return;
    }
    let finding = |diagnostic: Diagnostic| Finding {
        diagnostic: Arc::new(diagnostic),
        waived: None,
        reached: Stage::Closing,
    };
    analysis.findings.extend(unshown.into_iter().map(finding));
    analysis.findings.sort_by(|one, other| one.diagnostic.cmp(&other.diagnostic));
}

/// The theme with the book's own files, and the names of these.
fn theme_of(
    root: &Root,
    analysis: &Analysis,
    last: &mut LastTheme,
) -> Result<(Arc<Theme>, BTreeSet<String>), Failure> {
    let folder = &analysis.facts.inputs.config.html.theme;
    let files = workspace::theme_files(root, folder)?;
    let own: BTreeSet<String> = files.keys().cloned().collect();
    if let Some((_, theme)) = last.0.as_ref().filter(|(known, _)| *known == files) {
        return Ok((theme.clone(), own));
    }
    let bytes = files.iter().map(|(path, bytes)| (path.clone(), bytes.to_vec())).collect();
    match Theme::with_overlay(bytes) {
        Ok(theme) => {
            let theme = Arc::new(theme);
            last.0 = Some((files, theme.clone()));
            Ok((theme, own))
        }
        Err(error) => Err(theme_failure(error, folder, &own)),
    }
}

/// The site of a book, its pages given to `sink`, and what should be told about the book's own theme.
///
/// # Errors
/// As [`site_of`].
pub(super) fn site_and_warnings(
    root: &Root,
    analysis: &Analysis,
    as_of: Option<Timestamp>,
    memo: &Memo,
    sink: &dyn Sink,
) -> Result<(Output, Vec<String>), Failure> {
    let html = &analysis.facts.inputs.config.html;
    let (theme, own) = theme_of(root, analysis, &mut LastTheme::default())?;
    let of_theme = |error| theme_failure(error, &html.theme, &own);
    let options = SiteOptions { as_of: as_of.map(Timestamp::as_second), ..SiteOptions::default() };
    let mut output = site::build(analysis, &theme, &options, memo, sink).map_err(of_theme)?;
    for path in html.additional_css.iter().chain(&html.additional_js) {
        // The site says where the file goes; its bytes lie outside of the source folder.
        let is_this = |content: &&mut Content| matches!(content, Content::Attachment(from) if from == path);
        let bytes = workspace::read_file(root, path)?;
        for content in output.files.values_mut().filter(is_this) {
            *content = Content::Bytes(Bytes::from_owner(bytes.clone()));
        }
    }
    let mut warnings = site::unused_files(own.iter().map(String::as_str));
    warnings.extend_from_slice(theme.warnings());
    Ok((output, warnings))
}

/// The full-text index of a book, unless book.toml switches it off. `kept` are the files of the index that
/// this process made before; what is still the same is taken from there, or from the output folder.
///
/// # Errors
/// The search engine gave up. The site is whole without the index: it searches titles and headings then.
pub(super) fn full_text(root: &Root, analysis: &Analysis, kept: &Files) -> Result<Files, SearchError> {
    let config = &analysis.facts.inputs.config;
    if !config.html.search {
        return Ok(Files::new());
    }
    let published = previous(root);
    let mut reuse = |folder: &str| -> Option<Files> {
        let below = kept.range(folder.to_owned()..).take_while(|(path, _)| path.starts_with(folder));
        let files: Files = below.map(|(path, bytes)| (path.clone(), bytes.clone())).collect();
        if files.is_empty() { published.as_ref()?.below(folder) } else { Some(files) }
    };
    search::index(&search::records(analysis), &config.book.language, &mut reuse)
}

fn theme_failure(error: ThemeError, folder: &BookPath, own: &BTreeSet<String>) -> Failure {
    let file = match own.contains(&error.template) {
        true => format!("{folder}/{}", error.template),
        false => format!("{} of the built-in theme", error.template),
    };
    let place = match error.line {
        0 => file,
        line => format!("{file}:{line}"),
    };
    let mut failure = Failure::usage(format!("{place}: {}", error.message));
    match &error.expression {
        Some(expression) if !error.message.contains(expression.as_str()) => {
            failure = failure.help(format!("it stands in `{expression}`"));
        }
        _ => {}
    }
    if let Some(page) = &error.page {
        failure = failure.help(format!("seen while making {page}"));
    }
    failure
}

/// Reads and analyzes a book. The analysis lives as long as the process, which ends with the command: to free a
/// hundred thousand small values one by one before would only take time.
pub(super) fn analyzed(
    options: &LoadOptions,
    shell: &Shell,
) -> Result<(Root, ManuallyDrop<Analysis>), Failure> {
    let progress = shell.progress("reading", None);
    let loaded = workspace::load(options)?;
    let analysis = analyze(Arc::new(loaded.inputs), &Memo::forgetful());
    progress.finish();
    Ok((loaded.root, ManuallyDrop::new(analysis)))
}

/// The change of an id.
///
/// # Errors
/// There is none of that id.
pub(super) fn change_named<'a>(analysis: &'a Analysis, id: &str) -> Result<&'a Change, Failure> {
    let changes = &analysis.facts.book.changes;
    let id = id.trim_end_matches('/');
    changes.get(id).ok_or_else(|| {
        let failure = Failure::usage(format!("there is no change `{id}`"));
        match did_you_mean(id, changes.keys().map(AsRef::as_ref)) {
            Some(guess) => failure.help(format!("did you mean `{guess}`?")),
            None => failure.help("`mcmbook list` prints the ids"),
        }
    })
}
