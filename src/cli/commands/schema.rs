//! `mcmbook schema`.

use crate::cli::book::{Reading, kind_named};
use crate::hosts::shell::Shell;
use crate::hosts::workspace;
use crate::hosts::{Exit, Failure};
use crate::inputs::profile::Profile;
use crate::outputs::{approval, calendar, decision, doctor, gate, policy, report, schema, show};

/// Prints the JSON Schema of the front matter of a kind, or the names of all kinds.
#[derive(Debug, clap::Args)]
pub(crate) struct Args {
    /// The kind: request, runbook, ...; without one, the kinds are listed.
    kind: Option<String>,
    /// The profile whose required keys are shown: starter, standard or regulated.
    #[arg(long, value_name = "NAME", default_value = "starter", value_parser = profile)]
    profile: Profile,
    /// Folder of the book whose kinds count; without a book, the built-in ones.
    #[arg(long, value_name = "DIR", default_value = ".", hide_default_value = true)]
    dir: std::path::PathBuf,
    /// Print the schema of `check --format json` instead.
    #[arg(long, conflicts_with = "kind")]
    report: bool,
    /// Print the schema of `status --format json` instead.
    #[arg(long, conflicts_with_all = ["kind", "report"])]
    status: bool,
    /// Print the schema of `impact --format json` instead.
    #[arg(long, conflicts_with_all = ["kind", "report", "status"])]
    impact: bool,
    /// Print the schema of `status --cross-check --format json` instead.
    #[arg(long, conflicts_with_all = ["kind", "report", "status", "impact"])]
    cross_check: bool,
    /// Print the schema of `approve --format json`, and of every other command that decides, instead.
    #[arg(long, conflicts_with_all = ["kind", "report", "status", "impact", "cross_check"])]
    decision: bool,
    /// Print the schema of `policy check --format json` instead.
    #[arg(long, conflicts_with_all = ["kind", "report", "status", "impact", "cross_check", "decision"])]
    policy_check: bool,
    /// Print the schema of `policy history --format json` instead.
    #[arg(long, conflicts_with_all = ["kind", "report", "status", "impact", "cross_check", "decision", "policy_check"])]
    policy_history: bool,
    /// Print the schema of `gate --format json` instead.
    #[arg(long, conflicts_with_all = ["kind", "report", "status", "impact", "cross_check", "decision", "policy_check", "policy_history"])]
    gate: bool,
    /// Print the schema of `calendar list --format json`, and of `show` and `next`, instead.
    #[arg(long, conflicts_with_all = ["kind", "report", "status", "impact", "cross_check", "decision", "policy_check", "policy_history", "gate"])]
    calendar: bool,
    /// Print the schema of `verify-record --format json` instead.
    #[arg(long, conflicts_with_all = ["kind", "report", "status", "impact", "cross_check", "decision", "policy_check", "policy_history", "gate", "calendar"])]
    verify_record: bool,
    /// Print the schema of `doctor --format json` instead.
    #[arg(long, conflicts_with_all = ["kind", "report", "status", "impact", "cross_check", "decision", "policy_check", "policy_history", "gate", "calendar", "verify_record"])]
    doctor: bool,
    /// Print the schema of `policy show --format json` instead.
    #[arg(long, conflicts_with_all = ["kind", "report", "status", "impact", "cross_check", "decision", "policy_check", "policy_history", "gate", "calendar", "verify_record", "doctor"])]
    policy_show: bool,
    /// Print the schema of `show --format json` instead.
    #[arg(long, conflicts_with_all = ["kind", "report", "status", "impact", "cross_check", "decision", "policy_check", "policy_history", "gate", "calendar", "verify_record", "doctor", "policy_show"])]
    show: bool,
    /// Print the schema of `approve --collect --format json` instead.
    #[arg(long, conflicts_with_all = ["kind", "report", "status", "impact", "cross_check", "decision", "policy_check", "policy_history", "gate", "calendar", "verify_record", "doctor", "policy_show", "show"])]
    collect: bool,
}

pub(crate) fn run(args: &Args, shell: &Shell) -> Result<Exit, Failure> {
    let of_commands: [(bool, fn() -> serde_json::Value); 14] = [
        (args.report, report::json_schema),
        (args.status, approval::json_schema),
        (args.impact, approval::impact::json_schema),
        (args.cross_check, approval::crossed::json_schema),
        (args.decision, decision::json_schema),
        (args.policy_check, policy::lints::json_schema),
        (args.policy_history, policy::past::json_schema),
        (args.gate, gate::json_schema),
        (args.calendar, calendar::json_schema),
        (args.verify_record, approval::verification::json_schema),
        (args.doctor, doctor::json_schema),
        (args.policy_show, policy::json_schema),
        (args.show, show::json_schema),
        (args.collect, decision::collection_schema),
    ];
    if let Some((_, schema)) = of_commands.iter().find(|(is_asked, _)| *is_asked) {
        return print(&schema(), shell);
    }
    let reading = Reading::default();
    let kinds = workspace::kinds(&reading.load_options(args.dir.clone(), None))?;
    let Some(name) = &args.kind else {
        let line = |kind: &std::sync::Arc<crate::inputs::config::Kind>| {
            format!("{:<14}{}\n", kind.name, kind.summary)
        };
        let lines: String = kinds.by_name.values().map(line).collect();
        shell.print(&lines)?;
        return Ok(Exit::Good);
    };
    let kind = kind_named(&kinds, name)?;
    print(&schema::front_matter(&kind, args.profile), shell)
}

fn print(schema: &serde_json::Value, shell: &Shell) -> Result<Exit, Failure> {
    let schema = serde_json::to_string_pretty(schema);
    let schema = schema.expect("a schema holds only text, numbers and lists");
    shell.print(&(schema + "\n"))?;
    Ok(Exit::Good)
}

fn profile(name: &str) -> Result<Profile, String> {
    let names: Vec<&str> = Profile::ALL.iter().map(|profile| profile.name()).collect();
    Profile::of_name(name).ok_or_else(|| format!("the profiles are {}", names.join(", ")))
}
