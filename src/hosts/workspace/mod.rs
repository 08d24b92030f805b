//! Reads a book: finds `book.toml`, loads the files below its source folder and what Git says of them.
//!
//! Enters: a folder and the options of the call. Leaves: [`Loaded`], whose `inputs` are all that an
//! analysis sees. The steps: the root is found, `book.toml` read, the files discovered, then read in
//! parallel while one thread walks the history; last, both are joined. A file that cannot be part of a book
//! is a fault in [`Inputs::faults`] and the rest loads; only what makes a book impossible is a [`Failure`].

mod before;
mod commit;
mod discover;
mod fault;
mod git;
mod named;
mod policy;
mod read;
mod reports;
mod root;
mod theme;
mod unmerged;
mod watched;

use std::collections::BTreeSet;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use jiff::Timestamp;
use tracing::{debug, debug_span};

use crate::facts::approval::judge::latest;
use crate::hosts::clock;
use crate::hosts::failure::Failure;
use crate::inputs::Inputs;
use crate::inputs::config::{self, Config, Kinds, is_change_id};
use crate::inputs::history::History;
use crate::inputs::history::ledger::Landing;
use crate::inputs::history::reach::Reach;
use crate::inputs::history::trust::{Pin, Trust};
use crate::inputs::policy::Policy;
use crate::inputs::profile::Profile;
use crate::text::{BookPath, SourceFile};

use discover::Discovered;

pub use before::Before;
pub use commit::{
    CommitId, files_at, folder_in_repository, folder_of_book, hold_objects, inputs_of_commit, inputs_within,
    merge_base, policy_files_at, stand_in,
};
pub use read::MAX_DOCUMENT;
pub(in crate::hosts) use read::hash_while_reading;
pub use reports::refuse_bad_reports;
pub use root::{Root, overrides_of_environment};
pub use theme::{read_file, theme_files};
pub use unmerged::{Range, Unmerged, unmerged};
pub(in crate::hosts) use watched::Watched;

/// What the call says about the book.
#[derive(Clone, Debug, Default)]
pub struct LoadOptions {
    /// The folder in which the search for `book.toml` begins; the current one when empty.
    pub dir: PathBuf,
    /// The output folder of the call, relative to the current folder; wins over `build.build-dir`.
    pub dest_dir: Option<PathBuf>,
    /// Settings from the environment: (variable, value), such as `("MCMBOOK_BUILD__BUILD_DIR", "out")`.
    pub overrides: Vec<(String, String)>,
    /// What to do about history.
    pub history: HistoryOption,
    /// A profile that wins over the policy's (`check --profile`).
    pub profile: Option<Profile>,
    /// The moment at which the book is judged.
    pub as_of: AsOf,
    /// Pins of the trust root, from outside of the book.
    pub pins: Vec<Pin>,
    /// The head that was published last, as a commit id.
    pub previous_head: Option<String>,
    /// Whether objects may lie in another repository.
    pub allow_alternates: bool,
    /// Whether every signature is verified anew, whatever an earlier run remembers.
    pub verify_anew: bool,
    /// Whether a site is made, or what it is made of judged: the files that `[output.html]` names must be there.
    pub for_site: bool,
    /// Whether what Git's objects hold is remembered between two runs, sealed for this user of this machine.
    pub remembers: bool,
}

impl LoadOptions {
    /// How the history is believed.
    fn asked(&self, config: &Config) -> git::Asked {
        git::Asked {
            trust: Trust {
                pins: self.pins.clone(),
                repeated: config.trust.clone(),
                previous_head: self.previous_head.clone(),
            },
            kinds: config.kinds.clone(),
            allow_alternates: self.allow_alternates,
            verify_anew: self.verify_anew,
            reach: Reach::Everything,
            remembers: self.remembers,
        }
    }
}

/// At which moment a book is judged.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub enum AsOf {
    /// This moment, by the clock of this machine.
    #[default]
    Now,
    /// The landing time of the commit that the work tree stands on, so that two builds of one commit are the
    /// same bytes; this moment where there is no commit.
    Head,
    /// An instant: what landed later is left out.
    At(Timestamp),
    /// The landing time of a commit of the mainline since the trust root; what landed later is left out.
    Commit(String),
}

/// Whether the history is read.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum HistoryOption {
    /// The whole history; one that is cut short is a failure.
    #[default]
    Whole,
    /// None: everything that rests on it is unknown (`--history=unknown`).
    Unknown,
}

/// A book as it was read.
#[derive(Clone, Debug)]
pub struct Loaded {
    /// Where the book lies, for `publish` and `serve`.
    pub root: Root,
    /// The text of `book.toml`, for excerpts in messages.
    pub config_file: SourceFile,
    /// The settings; those of `inputs`, too.
    pub config: Arc<Config>,
    /// All that an analysis sees.
    pub inputs: Inputs,
}

/// Reads the book that holds `options.dir`.
///
/// # Errors
/// No `book.toml`, a wrong one or one that names what is not there, a history that is cut short.
pub fn load(options: &LoadOptions) -> Result<Loaded, Failure> {
    read_at(Place::of(options)?, options, None, None)
}

/// The same for who reads the same book again: what cannot have changed since is taken from `before`, which
/// then holds what was read now.
///
/// # Errors
/// As [`load`].
pub fn load_again(options: &LoadOptions, before: &mut Before) -> Result<Loaded, Failure> {
    read_at(Place::of(options)?, options, Some(before), None)
}

/// The same for who reads the same book again after these documents were edited, to show soon what came of it;
/// [`load_again`] shows afterwards what really stands there. Only they are read: of all other files that could be
/// read before nobody is asked. Nothing where that is not enough: before nothing was read, a file is new or gone,
/// `book.toml` is another, or nothing is named.
///
/// # Errors
/// As [`load`].
pub fn load_edited(
    options: &LoadOptions,
    before: &mut Before,
    edited: &BTreeSet<BookPath>,
) -> Result<Option<Loaded>, Failure> {
    let place = Place::of(options)?;
    let Some(found) = before.found_but(edited, &place.root, place.config_file.hash) else { return Ok(None) };
    read_at(place, options, Some(before), Some((found, edited))).map(Some)
}

/// A book whose documents are still to be read.
struct Place {
    root: Root,
    config_file: SourceFile,
    config: Config,
}

impl Place {
    fn of(options: &LoadOptions) -> Result<Place, Failure> {
        let dir = root::find(&options.dir)?;
        debug!(dir = %dir.display(), "found a book");
        let config_file = root::read_book_toml(&dir)?;
        let config::Parsed { config, mut faults } = config::parse(&config_file, &options.overrides);
        let root = Root::new(dir, &config, options.dest_dir.as_deref())?;
        faults.extend(named::faults(&root, &config, options.for_site)?);
        faults.sort();
        match faults.is_empty() {
            true => Ok(Place { root, config_file, config }),
            false => Err(Failure::Configuration { files: vec![config_file], faults }),
        }
    }
}

/// Reads documents and history. `listed` are the files that there are and those of them that were edited, where
/// that is known.
fn read_at(
    Place { root, config_file, config }: Place,
    options: &LoadOptions,
    before: Option<&mut Before>,
    listed: Option<(Arc<Discovered>, &BTreeSet<BookPath>)>,
) -> Result<Loaded, Failure> {
    let (git, no_history) = open_git(&root, options.history)?;
    let (found, edited) = match listed {
        Some((found, edited)) => (found, Some(edited)),
        None => {
            let found = debug_span!("discover").in_scope(|| discover::discover(&root, git.as_ref()))?;
            (Arc::new(found), None)
        }
    };
    // A history that is left out changes nothing about which commit is built.
    let head_time = no_history.and(git.as_ref()).and_then(git::Git::head_time);
    let git = git.filter(|_| no_history.is_none());
    let (known_files, known_past) = match before {
        Some(Before { files, past, found: last }) => {
            *last = Some(before::Found { settings: config_file.hash, files: found.clone() });
            (Some(files), Some(past))
        }
        None => (None, None),
    };
    let reading = read::Reading { wants_blobs: git.is_some(), found, before: known_files, edited };
    let src = root.src().clone();
    let asked = options.asked(&config);
    let walk = move || {
        let past = |git: &git::Git| match known_past {
            Some(known) => git.past_again(&src, &asked, known),
            None => git.past(&src, &asked),
        };
        git.map(|git| past(&git).map(|past| (git, past))).transpose()
    };
    let (walked, files) = rayon::join(walk, || reading.run());

    let history = match walked? {
        Some((git, past)) => {
            let _compare = debug_span!("compare files with the commit").entered();
            git.history(past, read::work_files(&files.blobs))?
        }
        None if options.history == HistoryOption::Whole => {
            History::without_repository(no_history.unwrap_or_default())
        }
        None => History::unknown(no_history.unwrap_or_default()),
    };
    let config = Arc::new(config);
    let policy = policy::read(&root, options.profile)?;
    let (as_of, history) = judged_at(&options.as_of, history, head_time)?;
    let inputs = Inputs {
        config: config.clone(),
        policy: Arc::new(policy),
        as_of,
        sources: files.documents,
        attachments: files.attachments,
        history: Arc::new(history),
        faults: files.faults,
    };
    Ok(Loaded { root, config_file, config, inputs })
}

/// The moment of judging, and the history without what landed later. `head_time` is that of the commit at hand, where
/// the history does not hold it.
///
/// Nothing is later than now: where a landing says that it is, it or this clock is wrong, and a rejection or an edit
/// that came after it would go unseen.
fn judged_at(
    as_of: &AsOf,
    mut history: History,
    head_time: Option<Timestamp>,
) -> Result<(Timestamp, History), Failure> {
    let landings = &mut history.ledger.landings;
    let at = match as_of {
        AsOf::Now => {
            let now = clock::now()?.timestamp();
            let latest = latest(now);
            if let Some(last) = landings.last().filter(|last| last.landed > latest) {
                let why =
                    format!("the mainline holds a commit of {}, and this clock shows {now}", last.landed);
                history.ledger.ahead = Some(why);
            }
            now
        }
        AsOf::Head => {
            let landed = landings.last().map(|landing| landing.landed);
            let claimed = || history.head_commit().and_then(|head| Timestamp::from_second(head.time).ok());
            match landed.or_else(claimed).or(head_time) {
                Some(at) => at,
                None => {
                    let given = clock::given()?;
                    history.undated = given.is_none();
                    given.unwrap_or_else(clock::wall)
                }
            }
        }
        AsOf::At(at) => {
            landings.retain(|landing| landing.landed <= *at);
            *at
        }
        AsOf::Commit(id) => {
            let is_it = |landing: &Landing| id.len() >= 7 && landing.commit.starts_with(id.as_str());
            let Some(place) = landings.iter().position(is_it) else {
                let message = format!("no commit `{id}` is on the mainline since the trust root");
                return Err(Failure::usage(message).help("`git log --first-parent` shows the mainline"));
            };
            landings.truncate(place + 1);
            landings[place].landed
        }
    };
    Ok((at, history))
}

/// Where the book that holds `options.dir` lies; neither its documents nor its history are read.
///
/// # Errors
/// No `book.toml`, or a wrong one.
pub fn root(options: &LoadOptions) -> Result<Root, Failure> {
    let dir = root::find(&options.dir)?;
    let (_, config) = read_config(&dir, &options.overrides)?;
    Root::new(dir, &config, None)
}

/// The highest number that a change of this year has on any local or remote branch or in the work tree.
///
/// `new` takes the next one, so that two people who work at the same time do not take the same.
pub fn highest_change_number(root: &Root, year: i16) -> Option<u32> {
    let folder = format!("{}/changes/{year:04}", root.src());
    let prefix = format!("MCM-{year:04}-");
    let number = |name: &str| is_change_id(name).then(|| name.strip_prefix(&prefix)?.parse().ok()).flatten();
    let in_branches = match git::open(root.dir()) {
        Ok(git::Found::Repository(git)) => git::highest_in_branches(&git, &folder, number),
        Ok(git::Found::Nothing(_)) | Err(_) => None,
    };
    let entries = std::fs::read_dir(root.dir().join(&folder)).into_iter().flatten().flatten();
    let in_work_tree = entries.filter_map(|entry| number(entry.file_name().to_str()?)).max();
    in_branches.max(in_work_tree)
}

/// The document kinds of the book that holds `options.dir`, or the built-in ones where there is no book.
///
/// # Errors
/// A wrong `book.toml`.
pub fn kinds(options: &LoadOptions) -> Result<Kinds, Failure> {
    match root::find_if_any(&options.dir)? {
        Some(dir) => Ok(read_config(&dir, &options.overrides)?.1.kinds),
        None => Ok(config::parse(&root::book_toml(Vec::new()), &[]).config.kinds),
    }
}

/// A small text file of the book outside of its source folder; nothing when it is not there.
///
/// # Errors
/// A file that cannot be read, is a link or is too large.
pub fn own_file(root: &Root, path: &BookPath) -> Result<Option<SourceFile>, Failure> {
    root::read_own(root, path)
}

/// The policy of the book that holds `options.dir`, with the profile of the call.
///
/// # Errors
/// No book, a wrong `book.toml`, a wrong policy.
pub fn policy(options: &LoadOptions) -> Result<Policy, Failure> {
    let dir = root::find(&options.dir)?;
    let (_, config) = read_config(&dir, &options.overrides)?;
    policy::read(&Root::new(dir, &config, None)?, options.profile)
}

/// The files of the policy of the work tree, sorted by path, whatever they say; none where there is none.
///
/// # Errors
/// A file that cannot be read, is a link or is too large.
pub fn policy_files(root: &Root) -> Result<Vec<SourceFile>, Failure> {
    policy::files(root)
}

/// The bytes of a file of this machine, of a document's size at most.
///
/// # Errors
/// A file that cannot be read or is too large.
pub fn small_file(path: &Path) -> Result<Vec<u8>, Failure> {
    let shown = path.display();
    let failed = |error: &std::io::Error| Failure::io(format!("cannot read `{shown}`"), error);
    if path.metadata().map_err(|error| failed(&error))?.len() > MAX_DOCUMENT {
        return Err(Failure::usage(format!("`{shown}` is too large")));
    }
    std::fs::read(path).map_err(|error| failed(&error))
}

/// Whether something stands at a path of this machine, be it a link that leads nowhere.
pub fn exists(path: &Path) -> bool {
    path.symlink_metadata().is_ok()
}

/// Whether a folder, which need not be there, lies in the work tree of a Git repository.
pub fn is_in_repository(dir: &Path) -> bool {
    nearest(dir).is_some_and(|dir| matches!(git::open(&dir), Ok(git::Found::Repository(_)) | Err(_)))
}

/// Where a book in a folder lies in its repository.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Surroundings {
    /// The root of the work tree; the folder itself where that is the root, or where there is none.
    pub root: PathBuf,
    /// The folder below it, with slashes; empty at the root.
    pub folder: String,
    /// The address of the remote `origin`.
    pub origin: Option<String>,
}

/// The repository around a folder, which need not be there.
pub fn surroundings(dir: &Path) -> Surroundings {
    let alone = Surroundings { root: dir.to_owned(), ..Surroundings::default() };
    let Some(place) = settled(dir) else { return alone };
    let Some((top, origin)) = nearest(dir).and_then(|near| git::surroundings(&near)) else { return alone };
    match place.strip_prefix(&top).ok().and_then(Path::to_str) {
        Some("") | None => Surroundings { origin, ..alone },
        Some(folder) => {
            let folder = folder.replace(std::path::MAIN_SEPARATOR, "/");
            Surroundings { root: top, folder, origin }
        }
    }
}

/// A path without links, as far as its folders are there.
fn settled(dir: &Path) -> Option<PathBuf> {
    let whole = std::path::absolute(dir).ok()?;
    whole.ancestors().find_map(|above| Some(above.canonicalize().ok()?.join(whole.strip_prefix(above).ok()?)))
}

/// A roster id for whoever works in a folder: what Git's `user.email` has before the `@`, in small letters,
/// with hyphens for everything that an id cannot have.
pub fn handle_of_user(dir: &Path) -> Option<String> {
    handle_of(&git::user_email(&nearest(dir)?)?)
}

/// The roster id that a mail address gives; nothing where it has no letter and no digit before the `@`.
pub fn handle_of(email: &str) -> Option<String> {
    let local = email.split('@').next()?.to_lowercase();
    let parts = local.split(|c: char| !c.is_ascii_alphanumeric()).filter(|part| !part.is_empty());
    let handle = parts.collect::<Vec<_>>().join("-");
    (!handle.is_empty()).then_some(handle)
}

/// The folder itself, or the nearest one above it that is there.
fn nearest(dir: &Path) -> Option<PathBuf> {
    std::path::absolute(dir).ok()?.ancestors().find_map(|dir| dir.canonicalize().ok())
}

/// The repository of the book, if any, and why its history is not to be read, if it is not.
fn open_git(
    root: &Root,
    history: HistoryOption,
) -> Result<(Option<git::Git>, Option<&'static str>), Failure> {
    const LEFT_OUT: Option<&str> = Some("left out by `--history=unknown`");
    match (git::open(root.dir()), history) {
        (Ok(git::Found::Repository(git)), HistoryOption::Whole) => Ok((Some(git), None)),
        (Ok(git::Found::Repository(git)), HistoryOption::Unknown) => Ok((Some(git), LEFT_OUT)),
        (Ok(git::Found::Nothing(why)), HistoryOption::Whole) => Ok((None, Some(why))),
        (Ok(git::Found::Nothing(_)) | Err(_), HistoryOption::Unknown) => Ok((None, LEFT_OUT)),
        (Err(failure), HistoryOption::Whole) => Err(failure),
    }
}

fn read_config(dir: &Path, overrides: &[(String, String)]) -> Result<(SourceFile, Config), Failure> {
    let file = root::read_book_toml(dir)?;
    let config::Parsed { config, faults } = config::parse(&file, overrides);
    match faults.is_empty() {
        true => Ok((file, config)),
        false => Err(Failure::Configuration { files: vec![file], faults }),
    }
}

/// The commit that a site was published from last: the id itself, or the file `build.json` of that site.
///
/// # Errors
/// Neither a commit id nor a file that names one.
pub fn published_head(given: &str) -> Result<String, Failure> {
    let is_id = |text: &str| Pin::parse(text, None).map(|pin| pin.root);
    if let Some(id) = is_id(given) {
        return Ok(id);
    }
    let bytes =
        std::fs::read(given).map_err(|error| Failure::io(format!("cannot read `{given}`"), &error))?;
    let read: Option<serde_json::Value> = serde_json::from_slice(&bytes).ok();
    let named = ["head", "commit"].into_iter().find_map(|key| is_id(read.as_ref()?.get(key)?.as_str()?));
    named.ok_or_else(|| {
        Failure::usage(format!("`{given}` names no published head"))
            .help("give a commit id of 40 digits, or the file `build.json` of the published site")
    })
}
