//! `mcmbook calendar`.

mod import;

use std::collections::BTreeSet;
use std::mem::ManuallyDrop;
use std::path::PathBuf;

use jiff::{Timestamp, ToSpan as _};

use super::list::{Format, pick};
use crate::analysis::Analysis;
use crate::cli::book::{Reading, analyzed};
use crate::cli::moment::At;
use crate::facts::book::view;
use crate::hosts::shell::Shell;
use crate::hosts::workspace::{AsOf, LoadOptions};
use crate::hosts::{Exit, Failure, create};
use crate::outputs::calendar::{self, Wanted, ics};
use crate::text::did_you_mean;

/// Shows the calendar: windows, freezes, maintenance and the slots of changes.
///
/// It is read from the work tree and the signed history: a window that was relaxed without approval is listed
/// as it stood before. Whether a change may run is for `gate` to say.
#[derive(Debug, clap::Args)]
pub(crate) struct Args {
    #[command(subcommand)]
    verb: Verb,
}

#[derive(Debug, clap::Subcommand)]
enum Verb {
    /// Lists what closes and opens between two instants, the slots of changes, and which of them collide.
    List(ListArgs),
    /// Shows what holds at one instant, service by service: the strictest window wins.
    Show(AtArgs),
    /// Shows when that changes next, and the next occurrence of every window.
    Next(AtArgs),
    /// Writes the calendar as iCalendar (RFC 5545), byte for byte the same from the same commit.
    Export(ExportArgs),
    /// Makes windows of a calendar of another program, exactly or not at all.
    Import(import::Args),
}

#[derive(Debug, clap::Args)]
struct ListArgs {
    /// The first instant: RFC 3339, or `now`.
    #[arg(long, value_name = "INSTANT", default_value = "now", value_parser = At::parse)]
    from: At,
    /// The first instant behind: RFC 3339. By default four weeks after the first one.
    #[arg(long, value_name = "INSTANT", value_parser = At::parse)]
    to: Option<At>,
    /// The moment at which slots and signatures are judged: RFC 3339, or `now`.
    #[arg(long, value_name = "INSTANT", default_value = "now", value_parser = At::parse)]
    as_of: At,
    #[command(flatten)]
    common: Common,
}

#[derive(Debug, clap::Args)]
struct AtArgs {
    /// The instant: RFC 3339, or `now`.
    #[arg(long, value_name = "INSTANT", default_value = "now", value_parser = At::parse)]
    at: At,
    #[command(flatten)]
    common: Common,
}

#[derive(Debug, clap::Args)]
struct Common {
    /// Only this service, by its name in the catalogue.
    #[arg(long, value_name = "NAME")]
    service: Option<String>,
    /// Only this environment.
    #[arg(long = "environment", visible_alias = "env", value_name = "NAME")]
    environment: Option<String>,
    /// Print text or JSON.
    #[arg(long, value_enum, default_value = "text")]
    format: Format,
    #[command(flatten)]
    place: Place,
}

#[derive(Debug, clap::Args)]
struct Place {
    /// Folder of the book.
    #[arg(long, value_name = "DIR", default_value = ".", hide_default_value = true)]
    dir: PathBuf,
    #[command(flatten)]
    reading: Reading,
}

#[derive(Debug, clap::Args)]
struct ExportArgs {
    /// Only what holds for this service.
    #[arg(long, value_name = "NAME", conflicts_with = "team")]
    service: Option<String>,
    /// Only what holds for the services of this team.
    #[arg(long, value_name = "NAME")]
    team: Option<String>,
    /// Write to this file instead of the standard output. It may not be there yet.
    #[arg(short, long, value_name = "FILE")]
    output: Option<PathBuf>,
    /// The moment at which the book is judged: RFC 3339. By default the landing of the commit at hand.
    #[arg(long, value_name = "INSTANT", value_parser = At::parse)]
    as_of: Option<At>,
    #[command(flatten)]
    place: Place,
}

pub(crate) fn run(args: &Args, shell: &Shell) -> Result<Exit, Failure> {
    match &args.verb {
        Verb::List(args) => list(args, shell),
        Verb::Show(args) => at(args, shell, calendar::show),
        Verb::Next(args) => at(args, shell, calendar::next),
        Verb::Export(args) => export(args, shell),
        Verb::Import(args) => import::run(args, shell),
    }
}

fn list(args: &ListArgs, shell: &Shell) -> Result<Exit, Failure> {
    let now = args.as_of.instant();
    let from = match args.from {
        At::Now => now,
        At::Chosen(from) => from,
    };
    let four_weeks = || from.checked_add((28 * 24).hours()).unwrap_or(Timestamp::MAX);
    let to = args.to.map_or_else(four_weeks, At::instant);
    if to <= from {
        return Err(Failure::usage("`--to` is not after `--from`"));
    }
    let analysis = read(&args.common.place, AsOf::At(now), shell)?;
    let wanted = wanted(&analysis, &args.common, from, to)?;
    print(&calendar::list(&analysis, &wanted), args.common.format, shell)
}

fn at(
    args: &AtArgs,
    shell: &Shell,
    answer: fn(&Analysis, &Wanted) -> calendar::CalendarAnswer,
) -> Result<Exit, Failure> {
    let at = args.at.instant();
    let analysis = read(&args.common.place, AsOf::At(at), shell)?;
    let wanted = wanted(&analysis, &args.common, at, at)?;
    print(&answer(&analysis, &wanted), args.common.format, shell)
}

fn print(answer: &calendar::CalendarAnswer, format: Format, shell: &Shell) -> Result<Exit, Failure> {
    shell.print(&pick(format, || answer.text(), answer))?;
    Ok(Exit::Good)
}

fn read(place: &Place, as_of: AsOf, shell: &Shell) -> Result<ManuallyDrop<Analysis>, Failure> {
    let options = LoadOptions { as_of, ..place.reading.load_options(place.dir.clone(), None) };
    Ok(analyzed(&options, shell)?.1)
}

fn wanted(analysis: &Analysis, common: &Common, from: Timestamp, to: Timestamp) -> Result<Wanted, Failure> {
    let service = common.service.as_deref().map(|name| service(analysis, name)).transpose()?;
    Ok(Wanted { from, to, service, environment: common.environment.clone() })
}

/// The service of a name.
fn service(analysis: &Analysis, name: &str) -> Result<usize, Failure> {
    let book = &analysis.facts.book;
    view::service(book, name).ok_or_else(|| {
        let failure = Failure::usage(format!("there is no service `{name}`"));
        let names = book.of_kind("service").map(|(index, _)| book.name_of(index));
        match did_you_mean(name, names) {
            Some(guess) => failure.help(format!("did you mean `{guess}`?")),
            None => failure.help("`mcmbook list --kind service` prints the names"),
        }
    })
}

fn export(args: &ExportArgs, shell: &Shell) -> Result<Exit, Failure> {
    let as_of = args.as_of.map_or(AsOf::Head, |at| AsOf::At(at.instant()));
    let analysis = read(&args.place, as_of, shell)?;
    let whose = match (&args.service, &args.team) {
        (Some(name), _) => {
            let index = service(&analysis, name)?;
            let name = analysis.facts.book.name_of(index).to_owned();
            ics::Whose { title: Some(name), services: Some(BTreeSet::from([index])) }
        }
        (None, Some(team)) => of_team(&analysis, team)?,
        (None, None) => ics::Whose::default(),
    };
    let text = ics::export(&analysis, &whose)
        .map_err(|why| Failure::environment(why).help("mend what `mcmbook check` tells of the windows"))?;
    match &args.output {
        None => shell.print(&text)?,
        Some(file) => {
            create::file(file, &text)?;
            shell.status("Wrote", &file.display().to_string());
        }
    }
    Ok(Exit::Good)
}

fn of_team(analysis: &Analysis, team: &str) -> Result<ics::Whose, Failure> {
    let book = &analysis.facts.book;
    let services = book.of_kind("service").filter(|(_, service)| service.text("team") == Some(team));
    let services: BTreeSet<usize> = services.map(|(index, _)| index).collect();
    if services.is_empty() {
        let failure = Failure::usage(format!("no service belongs to a team `{team}`"));
        let teams = book.of_kind("service").filter_map(|(_, service)| service.text("team"));
        return Err(match did_you_mean(team, teams) {
            Some(guess) => failure.help(format!("did you mean `{guess}`?")),
            None => failure.help("a service names its team in the field `team`"),
        });
    }
    Ok(ics::Whose { title: Some(team.to_owned()), services: Some(services) })
}
