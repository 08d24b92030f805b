//! What commands that read a book have in common.

use std::path::PathBuf;
use std::sync::Arc;

use crate::analysis::{Analysis, analyze};
use crate::hosts::Failure;
use crate::hosts::shell::Shell;
use crate::hosts::workspace::{self, HistoryOption, LoadOptions, Loaded};
use crate::memo::Memo;
use crate::outputs::Output;
use crate::outputs::site::{self, SiteOptions, Theme, ThemeError};

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
        LoadOptions { dir, dest_dir, overrides: workspace::overrides_of_environment(), history }
    }
}

/// The site of a book, without its search index.
///
/// # Errors
/// A theme that is wrong, or a style sheet or script of book.toml that cannot be read.
pub(super) fn site_of(loaded: &Loaded, analysis: &Analysis, memo: &Memo) -> Result<Output, Failure> {
    let html = &loaded.config.html;
    let files = workspace::theme_files(&loaded.root, &html.theme)?;
    let files = files.into_iter().map(|(path, bytes)| (path, bytes.to_vec())).collect();
    let theme = Theme::with_overlay(files).map_err(theme_failure)?;
    let mut output = site::build(analysis, &theme, &SiteOptions::default(), memo).map_err(theme_failure)?;
    for path in html.additional_css.iter().chain(&html.additional_js) {
        output.add(path.as_str(), workspace::read_file(&loaded.root, path)?);
    }
    Ok(output)
}

fn theme_failure(error: ThemeError) -> Failure {
    let place = match error.line {
        0 => error.template.clone(),
        line => format!("{}:{line}", error.template),
    };
    let mut failure = Failure::usage(format!("theme: {place}: {}", error.message));
    if let Some(expression) = &error.expression {
        failure = failure.help(format!("`{expression}` is not known there"));
    }
    if let Some(page) = &error.page {
        failure = failure.help(format!("seen while making {page}"));
    }
    failure
}

/// Reads and analyzes a book.
pub(super) fn analyzed(options: &LoadOptions, shell: &Shell) -> Result<(Loaded, Analysis), Failure> {
    let progress = shell.progress("reading", None);
    let loaded = workspace::load(options)?;
    let analysis = analyze(Arc::new(loaded.inputs.clone()), &Memo::forgetful());
    progress.finish();
    Ok((loaded, analysis))
}
