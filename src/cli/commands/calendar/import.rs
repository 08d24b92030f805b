//! `mcmbook calendar import`.

use std::path::PathBuf;

use super::Place;
use crate::analysis::analyze;
use crate::facts::calendar::foreign::{self, Refusal};
use crate::facts::calendar::{Effect, Level};
use crate::hosts::shell::Shell;
use crate::hosts::workspace::{self, LoadOptions};
use crate::hosts::{Exit, Failure, create};
use crate::inputs::document::time;
use crate::memo::Memo;
use crate::outputs::calendar::import::{Given, Source, documents};
use crate::text::{BookPath, ContentHash, printable};

/// Makes windows of a calendar of another program, exactly or not at all.
///
/// Everything in the file that a window cannot say is named with its line, and then nothing is written. The file
/// itself is kept beside the windows, which name it and its digest.
#[derive(Debug, clap::Args)]
pub(super) struct Args {
    /// The file of iCalendar.
    #[arg(value_name = "FILE.ics")]
    file: PathBuf,
    /// The folder of the windows, below the folder of book.toml; by default the windows of the source folder.
    #[arg(long = "into", value_name = "DIR")]
    into: Option<String>,
    /// What the events do to changes: freeze, the strictest, restricted or maintenance.
    #[arg(long = "type", value_name = "TYPE", value_enum, default_value = "freeze")]
    kind: Kind,
    /// How strict they are.
    #[arg(long, value_name = "LEVEL", value_enum, default_value = "hard")]
    level: HowStrict,
    /// A service that they hold for; several times for several.
    #[arg(long, value_name = "NAME")]
    service: Vec<String>,
    /// A tier whose services they hold for.
    #[arg(long, value_name = "TIER", value_parser = clap::value_parser!(i64).range(0..=3))]
    tier: Vec<i64>,
    /// A tag whose services they hold for.
    #[arg(long, value_name = "TAG")]
    tag: Vec<String>,
    /// An environment that they hold for; production where none is named.
    #[arg(long = "environment", visible_alias = "env", value_name = "NAME")]
    environment: Vec<String>,
    /// Why they exist.
    #[arg(long, value_name = "REASON", value_enum, default_value = "operational")]
    reason: Reason,
    /// Roster id of their owner.
    #[arg(long, value_name = "ID")]
    owner: Option<String>,
    /// The zone in which times and days without one are meant; without it they are refused.
    #[arg(long, value_name = "ZONE")]
    zone: Option<String>,
    #[command(flatten)]
    place: Place,
}

/// The words of `--type`.
#[derive(Clone, Copy, Debug, clap::ValueEnum)]
enum Kind {
    /// Closed but for what was approved before.
    Freeze,
    /// Allowed with more.
    Restricted,
    /// Open times of services that are closed by default.
    Maintenance,
}

/// The words of `--level`.
#[derive(Clone, Copy, Debug, clap::ValueEnum)]
enum HowStrict {
    /// Soft.
    Soft,
    /// Hard.
    Hard,
}

/// The words of `--reason`.
#[derive(Clone, Copy, Debug, clap::ValueEnum)]
enum Reason {
    /// The load or the state of the services.
    Operational,
    /// A law or a supervisor.
    Regulatory,
    /// What the company sells, and when.
    Business,
}

pub(super) fn run(args: &Args, shell: &Shell) -> Result<Exit, Failure> {
    let options: LoadOptions = args.place.reading.load_options(args.place.dir.clone(), None);
    let loaded = workspace::load(&options)?;
    let root = loaded.root;
    let analysis = analyze(std::sync::Arc::new(loaded.inputs), &Memo::forgetful());
    let facts = &analysis.facts;
    let assumed = args.zone.as_deref().map(|name| {
        let help = || time::zone_help(name);
        time::zone(name).ok_or_else(|| Failure::usage(format!("there is no time zone `{name}`")).help(help()))
    });
    let assumed = assumed.transpose()?;
    for name in &args.service {
        super::service(&analysis, name)?;
    }
    let (bytes, name) = create::foreign(&args.file)?;
    let name = printable(&name);
    let Ok(text) = std::str::from_utf8(&bytes) else {
        return Err(Failure::usage(format!("`{}` is no UTF-8", args.file.display())));
    };
    let folder = match &args.into {
        Some(folder) => folder.trim_end_matches('/').to_owned(),
        None => format!("{}/windows", facts.inputs.config.book.src),
    };
    let path = |path: &str| {
        BookPath::new(path).ok_or_else(|| Failure::usage(format!("`{path}` is no path of the book")))
    };
    let folder = path(&folder)?;
    let foreign = match foreign::read(text, assumed.as_ref(), facts.schedule.horizon.1) {
        Ok(foreign) => foreign,
        Err(refused) => return tell(args, &refused, shell),
    };
    let given = Given {
        effect: match args.kind {
            Kind::Freeze => Effect::Freeze,
            Kind::Restricted => Effect::Restricted,
            Kind::Maintenance => Effect::Maintenance,
        },
        level: match args.level {
            HowStrict::Soft => Level::Soft,
            HowStrict::Hard => Level::Hard,
        },
        services: args.service.clone(),
        tiers: args.tier.clone(),
        tags: args.tag.clone(),
        environments: args.environment.clone(),
        reason: match args.reason {
            Reason::Operational => "operational",
            Reason::Regulatory => "regulatory",
            Reason::Business => "business",
        }
        .to_owned(),
        owner: args.owner.clone(),
    };
    let source = Source { file: &name, sha256: ContentHash::of(&bytes), folder: &folder };
    let made = match documents(facts, &foreign, &given, source) {
        Ok(made) => made,
        Err(refused) => return tell(args, &refused, shell),
    };
    for (change, line) in &foreign.slots {
        shell.status("Left out", &format!("the slot of {change} on line {line}: the book has it already"));
    }
    if made.is_empty() {
        return Err(Failure::usage(format!("`{}` holds no event that is a window", args.file.display())));
    }
    let mut files = vec![(path(&format!("{folder}/{name}"))?, bytes)];
    files.extend(made.iter().map(|made| (made.path.clone(), made.text.clone().into_bytes())));
    create::all(&root, &files)?;
    let lines: String = made.iter().map(|made| format!("{}\n", made.path)).collect();
    shell.print(&lines)?;
    shell.status("Next", "`mcmbook check` says what the windows still lack");
    Ok(Exit::Good)
}

/// Names what cannot be said, each with its place.
fn tell(args: &Args, refused: &[Refusal], shell: &Shell) -> Result<Exit, Failure> {
    let file = args.file.display();
    let line = |refusal: &Refusal| {
        let what = printable(&refusal.what);
        let line = refusal.line;
        format!("{file}:{line}: error[MCM619]: imported calendar holds what cannot be represented: {what}\n")
    };
    shell.print(&refused.iter().map(line).collect::<String>())?;
    Ok(Exit::Findings)
}
