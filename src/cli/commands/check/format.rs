//! The formats of `check`, and where they go.

use std::io::{self, Write};
use std::path::{Path, PathBuf};

use clap::ValueEnum as _;

use crate::hosts::{Failure, amend};
use crate::outputs::report::{self, HumanOptions, Report};
use crate::text::did_you_mean;

/// The words of `--format` and `--output`.
#[derive(Clone, Copy, Debug, PartialEq, Eq, clap::ValueEnum)]
pub(super) enum Format {
    /// With excerpts and help.
    Human,
    /// A line each: path, line, column, severity, code, message.
    Short,
    /// One JSON object; `mcmbook schema --report` prints its schema.
    Json,
    /// SARIF 2.1.0, for code scanning and editors.
    Sarif,
    /// Annotations of GitHub Actions.
    Github,
    /// Markdown for the summary of a job of GitHub Actions.
    GithubSummary,
    /// Code quality report of GitLab.
    Gitlab,
    /// Diagnostics for reviewdog.
    Rdjson,
    /// JUnit's XML, for Jenkins and others.
    Junit,
}

impl Format {
    /// Writes a report.
    pub(super) fn write(
        self,
        report: &Report<'_>,
        options: HumanOptions,
        out: &mut dyn Write,
    ) -> io::Result<()> {
        match self {
            Format::Human => report::human(report, options, out),
            Format::Short => report::short_lines(report, out),
            Format::Json => report::json(report, out),
            Format::Sarif => report::sarif(report, out),
            Format::Github => report::github(report, out),
            Format::GithubSummary => report::github_summary(report, out),
            Format::Gitlab => report::gitlab(report, out),
            Format::Rdjson => report::rdjson(report, out),
            Format::Junit => report::junit(report, out),
        }
    }
}

/// One `--output`.
#[derive(Clone, Debug)]
pub(super) struct Output {
    pub(super) format: Format,
    /// The file; `-` for standard output.
    file: PathBuf,
}

impl Output {
    /// Whether it goes to standard output.
    pub(super) fn is_standard_output(&self) -> bool {
        self.file.as_os_str() == "-"
    }
}

/// Reads `sarif=report.sarif`.
pub(super) fn output(text: &str) -> Result<Output, String> {
    let Some((name, file)) = text.split_once('=') else {
        return Err("write it as FORMAT=FILE, such as `sarif=report.sarif`".to_owned());
    };
    if file.is_empty() {
        return Err("the file is missing; `-` is standard output".to_owned());
    }
    let format = Format::from_str(name, false).map_err(|_| {
        let values = Format::value_variants().iter().filter_map(clap::ValueEnum::to_possible_value);
        let names: Vec<String> = values.map(|value| value.get_name().to_owned()).collect();
        match did_you_mean(name, names.iter().map(String::as_str)) {
            Some(guess) => format!("unknown format `{name}`; did you mean `{guess}`?"),
            None => format!("unknown format `{name}`; known: {}", names.join(", ")),
        }
    })?;
    Ok(Output { format, file: PathBuf::from(file) })
}

/// Where reports go that go to files.
pub(super) fn files(outputs: &[Output]) -> Vec<&Path> {
    outputs.iter().filter(|output| !output.is_standard_output()).map(|output| output.file.as_path()).collect()
}

/// Two reports on one stream are none.
pub(super) fn refuse_two_on_standard_output(outputs: &[Output]) -> Result<(), Failure> {
    match outputs.iter().filter(|output| output.is_standard_output()).count() {
        0 | 1 => Ok(()),
        _ => Err(Failure::usage("two outputs go to standard output").help("give all but one of them a file")),
    }
}

/// Writes a report into its file, whole or not at all.
pub(super) fn write_file(output: &Output, report: &Report<'_>, options: HumanOptions) -> Result<(), Failure> {
    if output.is_standard_output() {
        return Ok(());
    }
    let options = HumanOptions { color: false, ..options };
    amend::output(&output.file, |out| output.format.write(report, options, out))
}
