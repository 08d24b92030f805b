//! `mcmbook check`.

mod fix;
mod format;
pub(super) mod scope;

use std::path::PathBuf;
use std::sync::Arc;

use crate::analysis::{self, analyze};
use crate::cli::book::{BookArgs, Strictness, WIDTH, tell_unshown};
use crate::cli::moment::Past;
use crate::hosts::shell::Shell;
use crate::hosts::workspace::{self, LoadOptions, Loaded};
use crate::hosts::{Exit, Failure};
use crate::memo::Memo;
use crate::outputs::report::{HumanOptions, Report};
use crate::text::{BookPath, Diagnostic, SourceFile};

use format::{Format, Output};

/// Judges every document and prints what is wrong, with its place and what to do.
#[derive(Debug, clap::Args)]
pub(crate) struct Args {
    #[command(flatten)]
    book: BookArgs,
    /// How findings are printed.
    #[arg(long, value_enum, default_value = "human")]
    format: Format,
    /// Write the findings to a file too, in another format; `-` is standard output. Can be given several
    /// times.
    #[arg(long, value_name = "FORMAT=FILE", value_parser = format::output)]
    output: Vec<Output>,
    /// Fail on warnings and notes too, and on what is missing for later stages.
    #[arg(long)]
    strict: bool,
    /// Print findings of later stages in full.
    #[arg(long)]
    all: bool,
    #[command(flatten)]
    strictness: Strictness,
    #[command(flatten)]
    past: Past,
    /// Tell only what the branch adds: what was not found where it left this branch, tag or commit.
    #[arg(long, value_name = "REV", conflicts_with = "as_of")]
    changed_since: Option<String>,
    /// Read the text of this file from standard input, and tell only what is found in it.
    #[arg(long, value_name = "PATH", conflicts_with_all = ["fix", "diff", "as_of"])]
    stdin_filename: Option<PathBuf>,
    /// Mend what can be mended without changing what a document says, then tell what is left.
    #[arg(long, conflicts_with = "as_of")]
    fix: bool,
    /// Apply fixes that may change what a document says, too: with --fix or --diff.
    #[arg(long)]
    unsafe_fixes: bool,
    /// Show what fixes would change, and write nothing.
    #[arg(long, conflicts_with = "as_of")]
    diff: bool,
}

pub(crate) fn run(args: &Args, shell: &Shell) -> Result<Exit, Failure> {
    if args.unsafe_fixes && !args.fix && !args.diff {
        return Err(Failure::usage("`--unsafe-fixes` says which fixes are applied, and none are")
            .help("add `--fix`, or `--diff` to look at them first"));
    }
    format::refuse_two_on_standard_output(&args.output)?;
    workspace::refuse_bad_reports(&args.book.dir, &format::files(&args.output))?;
    let judged = judge(args, shell);
    if let Err(Failure::Configuration { files, faults }) = &judged {
        tell_faults(files, faults, args, shell)?;
    }
    judged
}

/// The reports of a book whose settings cannot be read: without them, who reads the files would see those of
/// the last run. People are told on standard error.
fn tell_faults(
    files: &[SourceFile],
    faults: &[Diagnostic],
    args: &Args,
    shell: &Shell,
) -> Result<(), Failure> {
    let analysis = analysis::of_faults(files, faults);
    let mut report = Report::new(&analysis);
    report.strict = args.strict;
    report.prefix = workspace::folder_of_book(&args.book.dir);
    print(&report, args, shell, false)
}

fn judge(args: &Args, shell: &Shell) -> Result<Exit, Failure> {
    let profile = args.strictness.profile();
    let options = LoadOptions { profile, for_site: true, ..args.book.load_options(None) };
    let progress = shell.progress("reading", None);
    let mut loaded = args.past.load(&options)?;
    let only = match &args.stdin_filename {
        Some(file) => Some(workspace::stand_in(&mut loaded, file, shell.input(workspace::MAX_DOCUMENT)?)?),
        None => None,
    };
    let Loaded { root, inputs, .. } = loaded;
    let mut analysis = analyze(Arc::new(inputs), &Memo::forgetful());
    progress.finish();
    let base = args.changed_since.as_ref();
    let base = base.map(|revision| scope::base_of(&root, revision, &options, &analysis.facts)).transpose()?;
    if args.diff || args.fix {
        let mended = fix::mended(analysis, args.unsafe_fixes, base.as_ref());
        if args.diff {
            return fix::show(&mended, shell);
        }
        fix::write(&root, &mended, shell)?;
        analysis = mended.analysis;
    }
    tell_unshown(&root, &mut analysis);

    let mut report = Report::new(&analysis);
    report.strict = args.strict;
    report.prefix = workspace::folder_in_repository(&root);
    let present = report.entries.clone();
    if let Some(only) = &only {
        keep_file(&mut report, only);
    }
    if let Some(base) = &base {
        let added = base.added(&analysis.facts, &analysis.findings);
        report.entries.retain(|entry| added.contains(&entry.fingerprint));
    }
    scope::apply_baseline(&mut report, &present, &root, shell)?;
    print(&report, args, shell, true)?;
    let fails = report.entries.iter().any(|entry| report.fails(entry.finding));
    Ok(if fails { Exit::Findings } else { Exit::Good })
}

/// Only what is found in one file.
fn keep_file(report: &mut Report<'_>, file: &BookPath) {
    report.of_one_file = true;
    report.entries.retain(|entry| {
        entry.finding.diagnostic.location.as_ref().is_some_and(|location| location.path == *file)
    });
}

/// Writes the reports. That for people is left out where they are told in another way.
fn print(report: &Report<'_>, args: &Args, shell: &Shell, for_people: bool) -> Result<(), Failure> {
    let options = HumanOptions {
        color: shell.colors_stdout(),
        width: shell.width().unwrap_or(WIDTH),
        all_stages: args.all || args.strict,
    };
    for output in &args.output {
        format::write_file(output, report, options)?;
    }
    // An output on standard output takes the place of the report for people.
    let on_stdout = args.output.iter().find(|output| output.is_standard_output());
    let format = on_stdout.map_or(args.format, |output| output.format);
    if format == Format::Human && !for_people {
        return Ok(());
    }
    match shell.stream(|out| format.write(report, options, out)) {
        // A reader that has seen enough (`| head`) does not make the findings good.
        Ok(()) | Err(Failure::Closed) => Ok(()),
        Err(failure) => Err(failure),
    }
}
