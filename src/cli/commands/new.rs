//! `mcmbook new`.

use std::path::PathBuf;

use crate::cli::book::{History, Reading, kind_named, owner};
use crate::hosts::create;
use crate::hosts::shell::Shell;
use crate::hosts::workspace::{self, Loaded};
use crate::hosts::{Exit, Failure, clock};
use crate::inputs::config::{Kind, is_change_id};
use crate::inputs::document::UNTITLED;
use crate::outputs::scaffold::{self, Seed, Slots};
use crate::text::{BookPath, with_article};

/// Makes a new document: its required fields, and every section with what belongs there.
///
/// `new request` takes the next free number over all branches. A document of a change needs its id:
/// `new runbook MCM-2026-0007`, `new notice MCM-2026-0007 customer-before`, `new exception MCM-2026-0007
/// quarter-end-close` with the window. Elsewhere it needs a name: `new service checkout`.
#[derive(Debug, clap::Args)]
pub(crate) struct Args {
    /// The kind: request, runbook, service, ...; `mcmbook schema` lists them.
    kind: String,
    /// Id of the change, for documents of a change; else the name of the document.
    name: Option<String>,
    /// The name, or the document to refer to, where the kind needs one beside the change.
    part: Option<String>,
    /// Title.
    #[arg(long)]
    title: Option<String>,
    /// Roster id of the owner; from Git's user.email by default.
    #[arg(long)]
    owner: Option<String>,
    /// Folder of the book.
    #[arg(long, value_name = "DIR", default_value = ".", hide_default_value = true)]
    dir: PathBuf,
}

pub(crate) fn run(args: &Args, shell: &Shell) -> Result<Exit, Failure> {
    let reading = Reading { history: History::Unknown, ..Reading::default() };
    let loaded = workspace::load(&reading.load_options(args.dir.clone(), None))?;
    let kind = kind_named(&loaded.config.kinds, &args.kind)?;
    let place = place(args, &loaded, &kind)?;
    let owner = owner(args.owner.as_deref(), &args.dir)?;
    let seed = Seed {
        title: args.title.clone().unwrap_or_else(|| place.title(&kind)),
        owner: owner.clone(),
        change: place.change.clone(),
        name: place.name.clone(),
        reference: place.reference.clone(),
        path: place.path.clone(),
        profile: loaded.inputs.policy.profile,
    };
    let path = below_src(&loaded, &place.path)?;
    create::document(&loaded.root, &path, &scaffold::document(&kind, &seed))?;
    if let Some(owner) = owner.filter(|_| args.owner.is_none() && kind.field("owner").is_some()) {
        shell.status("Owner", &format!("{owner}, from Git's `user.email`; `--owner` names another"));
    }
    shell.print(&format!("{path}\n"))?;
    Ok(Exit::Good)
}

/// Where a new document lies.
struct Place {
    /// Below the source folder.
    path: String,
    change: Option<String>,
    name: Option<String>,
    /// The document that it has to name beside its change.
    reference: Option<String>,
}

impl Place {
    /// What the document is called until somebody says better.
    fn title(&self, kind: &Kind) -> String {
        match (&self.change, &self.name) {
            (_, Some(name)) => {
                let mut words = name.replace('-', " ");
                if let Some(first) = words.get_mut(..1) {
                    first.make_ascii_uppercase();
                }
                words
            }
            _ if &*kind.name == "request" => UNTITLED.to_owned(),
            (Some(change), None) => format!("{change}: {}", kind.title.to_lowercase()),
            (None, None) => kind.title.clone(),
        }
    }
}

fn place(args: &Args, loaded: &Loaded, kind: &Kind) -> Result<Place, Failure> {
    let Some(pattern) = kind.paths.first() else { return free_place(args, kind) };
    let change = match (pattern.has_place("change"), kind.name.as_ref()) {
        (true, "request") if args.name.is_none() => Some(next_change(loaded)?),
        (true, _) => Some(given_change(args, loaded, kind)?),
        (false, _) => None,
    };
    let last = if change.is_some() { &args.part } else { &args.name };
    let needs_name = pattern.has_place("name");
    let name = last.clone().filter(|_| needs_name);
    let wanted = scaffold::wanted_reference(kind).filter(|_| !needs_name);
    let reference = last.clone().filter(|_| wanted.is_some());
    match (last, wanted) {
        (Some(last), None) if !needs_name => return Err(superfluous(kind, last)),
        (None, Some(wanted)) => {
            let message = format!("{} names {}", with_article(&kind.name), with_article(wanted));
            let example = example(kind, change.as_deref(), &format!("some-{wanted}"));
            return Err(Failure::usage(message).help(example));
        }
        _ => {}
    }
    if change.is_none()
        && let Some(part) = &args.part
    {
        return Err(superfluous(kind, part));
    }
    name.as_deref().map(refuse_bad_name).transpose()?;
    let now = clock::now()?;
    let (year, date) = (now.year(), now.date().to_string());
    let with_number = |number| {
        let slots = Slots { change: change.as_deref(), name: name.as_deref(), year, date: &date, number };
        scaffold::path_of(kind, slots)
    };
    let is_free = |path: &String| below_src(loaded, path).is_ok_and(|path| !loaded.root.holds(&path));
    let path = if pattern.has_place("n") {
        let first = next_number(loaded, kind, change.as_deref(), (year, &date));
        (first..first.saturating_add(10_000)).filter_map(with_number).find(is_free)
    } else {
        with_number(1)
    };
    let Some(path) = path else {
        let failure = Failure::usage(format!("{} needs a name", with_article(&kind.name)));
        let name = if change.is_some() { "customer-before" } else { "some-name" };
        return Err(failure.help(example(kind, change.as_deref(), name)));
    };
    Ok(Place { path, name, change, reference })
}

/// The number after the highest one that a document of the kind has in its path: in the folder of the same
/// change, in the same year or on the same day, where the path has these.
fn next_number(loaded: &Loaded, kind: &Kind, change: Option<&str>, (year, date): (i16, &str)) -> u32 {
    let year = format!("{year:04}");
    let is_same = |place: &(&str, &str)| match *place {
        ("change", text) => Some(text) == change,
        ("year", text) => change.is_some() || text == year,
        ("date", text) => text == date,
        _ => true,
    };
    let src = loaded.config.book.src.as_str();
    let number = |path: &BookPath| {
        let below = path.below(src)?;
        let places = kind.paths.iter().find_map(|pattern| pattern.places(below))?;
        let places = places.iter().all(is_same).then_some(places)?;
        places.iter().find(|(name, _)| *name == "n")?.1.parse().ok()
    };
    let numbers = loaded.inputs.sources.iter().filter_map(|source| number(&source.path));
    numbers.max().unwrap_or(0_u32).saturating_add(1)
}

fn example(kind: &Kind, change: Option<&str>, name: &str) -> String {
    let change = change.map(|change| format!(" {change}")).unwrap_or_default();
    format!("write `mcmbook new {}{change} {name}`", kind.name)
}

fn superfluous(kind: &Kind, word: &str) -> Failure {
    Failure::usage(format!("{} takes no `{word}`: its path has no place for it", with_article(&kind.name)))
        .help("`--title` says in words what it is about")
}

/// A kind without a path of its own: the name is the path.
fn free_place(args: &Args, kind: &Kind) -> Result<Place, Failure> {
    let Some(name) = &args.name else {
        let failure = Failure::usage(format!("{} needs a path", with_article(&kind.name)));
        return Err(failure.help(format!("write `mcmbook new {} folder/name`", kind.name)));
    };
    if let Some(part) = &args.part {
        return Err(superfluous(kind, part));
    }
    let path = name.strip_suffix(".md").unwrap_or(name);
    path.split('/').try_for_each(refuse_bad_name)?;
    let last = path.rsplit('/').next().unwrap_or(path);
    Ok(Place { path: format!("{path}.md"), change: None, name: Some(last.to_owned()), reference: None })
}

/// The next free number of this year, over all branches.
fn next_change(loaded: &Loaded) -> Result<String, Failure> {
    let year = clock::now()?.year();
    let highest = workspace::highest_change_number(&loaded.root, year).unwrap_or(0);
    let next =
        highest.checked_add(1).ok_or_else(|| Failure::usage("the numbers of this year are used up"))?;
    Ok(format!("MCM-{year:04}-{next:04}"))
}

fn given_change(args: &Args, loaded: &Loaded, kind: &Kind) -> Result<String, Failure> {
    let Some(id) = &args.name else {
        let failure = Failure::usage(format!("{} belongs to a change", with_article(&kind.name)));
        return Err(failure.help(format!("write `mcmbook new {} MCM-2026-0007`", kind.name)));
    };
    if !is_change_id(id) {
        let failure = Failure::usage(format!("`{id}` is not the id of a change"));
        return Err(failure.help("it looks like MCM-2026-0007"));
    }
    let folder = below_src(loaded, &format!("changes/{}/{id}", &id[4..8]))?;
    if kind.name.as_ref() != "request" && !loaded.root.holds(&folder) {
        let failure = Failure::usage(format!("there is no change `{id}`"));
        return Err(
            failure.help("`mcmbook new request --title \"...\"` begins one; `mcmbook list` shows all")
        );
    }
    Ok(id.clone())
}

fn below_src(loaded: &Loaded, path: &str) -> Result<BookPath, Failure> {
    let path = format!("{}/{path}", loaded.config.book.src);
    BookPath::new(&path).ok_or_else(|| Failure::usage(format!("`{path}` cannot be a path in the book")))
}

fn refuse_bad_name(name: &str) -> Result<(), Failure> {
    let fits = |c: char| c.is_alphanumeric() || matches!(c, '-' | '_' | '.');
    if !name.is_empty() && name.chars().all(fits) && !name.starts_with('.') {
        return Ok(());
    }
    let failure = Failure::usage(format!("`{name}` cannot be the name of a document"));
    Err(failure.help("use letters, digits, hyphens and underscores; `--title` says it in words"))
}
