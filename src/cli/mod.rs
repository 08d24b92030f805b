//! The command line: arguments in, one thin command, an exit code out.
//!
//! A command parses its arguments and calls; what it does lives in the rooms above.

mod book;
mod commands;
mod moment;

use std::process::ExitCode;

use clap::{ArgAction, CommandFactory, Parser, Subcommand};

use crate::hosts::shell::{ColorChoice, Shell, Verbosity};
use crate::hosts::{Exit, Failure, log};
use crate::outputs::report::{HumanOptions, Sources, diagnostics};

/// Checks and publishes a Git-backed book of major changes: requests, runbooks, post-mortems.
#[derive(Debug, Parser)]
#[command(name = "mcmbook", version, max_term_width = 100, arg_required_else_help = true)]
#[command(
    after_help = "Exit codes: 0 good, 1 findings, 2 wrong call or book.toml, 3 environment, 4 internal."
)]
struct Cli {
    #[command(flatten)]
    global: Global,
    #[command(subcommand)]
    command: Command,
}

#[derive(Debug, clap::Args)]
struct Global {
    /// When to use colours.
    #[arg(long, global = true, value_enum, value_name = "WHEN", default_value = "auto")]
    color: Color,
    /// Print only results, warnings and errors.
    #[arg(short, long, global = true, conflicts_with = "verbose")]
    quiet: bool,
    /// Print each step.
    #[arg(short, long, global = true, action = ArgAction::Count)]
    verbose: u8,
}

/// The words of `--color`.
#[derive(Clone, Copy, Debug, clap::ValueEnum)]
enum Color {
    /// On a terminal, unless NO_COLOR is set.
    Auto,
    /// Always.
    Always,
    /// Never.
    Never,
}

// The line in the list of commands stands here; what `COMMAND --help` and the manual say, at its arguments.
#[derive(Debug, Subcommand)]
enum Command {
    #[command(about = "Make a new book in an empty or existing folder")]
    Init(commands::init::Args),
    #[command(about = "Make a new document from the fields and sections of its kind")]
    New(commands::new::Args),
    #[command(about = "Make the book of an invented company, with real signatures, and build it")]
    Demo(commands::demo::Args),
    #[command(about = "Build the site")]
    Build(commands::build::Args),
    #[command(about = "Show the site in a browser and rebuild it on every change")]
    Serve(commands::serve::Args),
    #[command(about = "Find what documents lack, and where")]
    Check(commands::check::Args),
    #[command(about = "Explain a rule, or what a change or a document lacks")]
    Explain(commands::explain::Args),
    #[command(about = "Let the present findings pass, for a book that adopts the checker")]
    Baseline(commands::baseline::Args),
    #[command(about = "Remove the built site")]
    Clean(commands::clean::Args),
    #[command(about = "List changes or documents")]
    List(commands::list::Args),
    #[command(about = "Show a change or a document")]
    Show(commands::show::Args),
    #[command(about = "Print the class of a change and why it is that")]
    Classify(commands::classify::Args),
    #[command(about = "Print earlier changes like a change")]
    Similar(commands::similar::Args),
    #[command(about = "Show who may do what and how strict the book is")]
    Policy(commands::policy::Args),
    #[command(about = "Show what is approved, by whom, and what is missing")]
    Status(commands::status::Args),
    #[command(about = "Show which signatures a range of commits makes stale")]
    Impact(commands::impact::Args),
    #[command(about = "Show how one record was judged, rule by rule")]
    VerifyRecord(commands::verify_record::Args),
    #[command(about = "Approve a change or a document, signed")]
    Approve(commands::approve::Args),
    #[command(about = "Refuse a change or a document, signed")]
    Reject(commands::reject::Args),
    #[command(about = "Take back one's own approval or rejection")]
    Retract(commands::retract::Args),
    #[command(about = "Let a record count again that a revoked key has made")]
    Reinstate(commands::reinstate::Args),
    #[command(about = "End a change that will not be carried out")]
    Withdraw(commands::withdraw::Args),
    #[command(about = "Say that one has read a document")]
    Acknowledge(commands::acknowledge::Args),
    #[command(about = "Let an emergency change begin")]
    Authorise(commands::authorise::Args),
    #[command(about = "Approve an emergency change afterwards")]
    Ratify(commands::ratify::Args),
    #[command(about = "Say that one has reviewed a post-mortem")]
    Review(commands::review::Args),
    #[command(about = "Accept that two changes collide")]
    AcceptCollision(commands::accept_collision::Args),
    #[command(about = "Say whether a service may be deployed to now, and why")]
    Gate(Box<commands::gate::Args>),
    #[command(about = "Show and write the calendar: windows, freezes and slots")]
    Calendar(Box<commands::calendar::Args>),
    #[command(about = "Write the evidence for a change's approvals, to be checked with stock tools")]
    Evidence(commands::evidence::Args),
    #[command(about = "Look whether this clone and your set-up are fit for signed decisions")]
    Doctor(commands::doctor::Args),
    #[command(about = "Keep a spoiled history from being pushed")]
    Hook(commands::hook::Args),
    #[command(about = "Print the keys of the policy in force, for stock tools")]
    Keys(commands::keys::Args),
    #[command(about = "Testify when a head was seen")]
    Stamp(commands::stamp::Args),
    #[command(about = "Print the JSON Schema of a kind's front matter")]
    Schema(commands::schema::Args),
    #[command(about = "Print a completion script for a shell")]
    Completions(commands::completions::Args),
    #[command(about = "Print the manual page")]
    Man(commands::man::Args),
}

/// Runs the program.
pub fn main() -> ExitCode {
    let cli = match Cli::try_parse() {
        Ok(cli) => cli,
        Err(error) => {
            // Help and version are asked for; everything else is a wrong call.
            let wrong = if asks_the_gate() { Exit::Gate(commands::gate::WRONG_CALL) } else { Exit::Usage };
            let code = if error.use_stderr() { wrong } else { Exit::Good };
            let _ = error.print();
            return code.into();
        }
    };
    let verbosity = match (cli.global.quiet, cli.global.verbose) {
        (true, _) => Verbosity::Quiet,
        (false, 0) => Verbosity::Normal,
        (false, _) => Verbosity::Verbose,
    };
    let color = match cli.global.color {
        Color::Auto => ColorChoice::Auto,
        Color::Always => ColorChoice::Always,
        Color::Never => ColorChoice::Never,
    };
    let shell = Shell::new(color, verbosity);
    match log::start(shell).and_then(|()| run(cli.command, &shell)) {
        Ok(exit) => exit.into(),
        Err(failure) => {
            tell(&failure, &shell);
            failure.exit().into()
        }
    }
}

fn run(command: Command, shell: &Shell) -> Result<Exit, Failure> {
    match command {
        Command::Init(args) => commands::init::run(&args, shell),
        Command::New(args) => commands::new::run(&args, shell),
        Command::Demo(args) => commands::demo::run(&args, shell),
        Command::Build(args) => commands::build::run(&args, shell),
        Command::Serve(args) => commands::serve::run(&args, shell),
        Command::Check(args) => commands::check::run(&args, shell),
        Command::Explain(args) => commands::explain::run(&args, shell),
        Command::Baseline(args) => commands::baseline::run(&args, shell),
        Command::Clean(args) => commands::clean::run(&args, shell),
        Command::List(args) => commands::list::run(&args, shell),
        Command::Show(args) => commands::show::run(&args, shell),
        Command::Classify(args) => commands::classify::run(&args, shell),
        Command::Similar(args) => commands::similar::run(&args, shell),
        Command::Policy(args) => commands::policy::run(&args, shell),
        Command::Status(args) => commands::status::run(&args, shell),
        Command::Impact(args) => commands::impact::run(&args, shell),
        Command::VerifyRecord(args) => commands::verify_record::run(&args, shell),
        Command::Approve(args) => commands::approve::run(&args, shell),
        Command::Reject(args) => commands::reject::run(&args, shell),
        Command::Retract(args) => commands::retract::run(&args, shell),
        Command::Reinstate(args) => commands::reinstate::run(&args, shell),
        Command::Withdraw(args) => commands::withdraw::run(&args, shell),
        Command::Acknowledge(args) => commands::acknowledge::run(&args, shell),
        Command::Authorise(args) => commands::authorise::run(&args, shell),
        Command::Ratify(args) => commands::ratify::run(&args, shell),
        Command::Review(args) => commands::review::run(&args, shell),
        Command::AcceptCollision(args) => commands::accept_collision::run(&args, shell),
        Command::Gate(args) => commands::gate::run(&args, shell),
        Command::Calendar(args) => commands::calendar::run(&args, shell),
        Command::Evidence(args) => commands::evidence::run(&args, shell),
        Command::Doctor(args) => commands::doctor::run(&args, shell),
        Command::Hook(args) => commands::hook::run(&args, shell),
        Command::Keys(args) => commands::keys::run(&args, shell),
        Command::Stamp(args) => commands::stamp::run(&args, shell),
        Command::Schema(args) => commands::schema::run(&args, shell),
        Command::Completions(args) => commands::completions::run(&args, shell),
        Command::Man(args) => commands::man::run(&args, shell),
    }
}

/// Whether a call that is wrong was meant for `gate`, which has exit codes of its own.
fn asks_the_gate() -> bool {
    let matches = Cli::command().ignore_errors(true).try_get_matches();
    matches.is_ok_and(|matches| matches.subcommand_name() == Some("gate"))
}

/// The whole command line, for completions and the manual page.
fn command_line() -> clap::Command {
    Cli::command()
}

fn tell(failure: &Failure, shell: &Shell) {
    match failure {
        Failure::Configuration { files, faults } => {
            let sources = Sources::of(files);
            let width = shell.width().unwrap_or(book::WIDTH);
            let options = HumanOptions { color: shell.colors_stderr(), width, all_stages: true };
            shell.print_aside(&diagnostics(faults, &sources, options));
            shell.failure(failure);
        }
        Failure::Closed => {}
        Failure::Usage(_) | Failure::Environment(_) | Failure::Internal(_) | Failure::Interrupted => {
            shell.failure(failure);
        }
    }
}

#[cfg(test)]
mod tests {
    #[test]
    fn the_command_line_is_consistent() {
        super::command_line().debug_assert();
    }
}
