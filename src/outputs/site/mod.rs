//! The site: an analysis as pages, data files and static files.
//!
//! Enters: an [`Analysis`] and a [`Theme`]. Leaves: an [`Output`], path by path. Nothing is read or written,
//! and no clock is asked: "next" and "late" are seen from the newest commit, so that one commit always
//! gives the same bytes.
//!
//! The steps: every document gets its place ([`Addresses`]); every change is summed up once (`summary`);
//! the list of pages is made (`plan`); each page becomes a view model, plain data, and goes through its
//! template, in parallel. Nothing on a page grows with the book, but the registers, which have pages of
//! their own: a navigation of every change on every change would be quadratic.

mod address;
mod approval;
mod body;
mod chip;
mod chrome;
mod data;
mod feeds;
mod force;
mod headers;
mod highlight;
mod matter;
mod names;
mod page;
mod pages;
mod plan;
mod reserved;
pub mod search;
mod states;
mod summary;
mod theme;
mod tree;
mod when;

#[cfg(test)]
pub(super) mod tests;

use std::collections::BTreeMap;
use std::sync::OnceLock;

use bytes::Bytes;
use foldhash::HashMap;
use jiff::Timestamp;
use rayon::prelude::*;
use tracing::{debug_span, info_span};

use crate::analysis::Analysis;
use crate::facts::approval::grant::Grants;
use crate::facts::book::Change;
use crate::facts::calendar::Governing;
use crate::memo::Memo;
use crate::outputs::evidence::Archive;
use crate::outputs::report::Sources;
use crate::outputs::state::StateOf;
use crate::outputs::{Content, Output, Sink};
use crate::text::{BookPath, ContentHash, Diagnostic, folded};
use crate::verdicts::lint::Finding;

pub use address::{Addresses, Place, change_page, relative};
pub use theme::{Theme, ThemeError, unused_files};

use names::Names;
use summary::Summary;
use tree::Tree;

/// What the pages depend on beside the book and the theme.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SiteOptions {
    /// Version of the tool, for the page about the build.
    pub version: String,
    /// The instant from which "next" and "late" are seen, in seconds since 1970-01-01T00:00:00Z. Without
    /// it, the time of the newest commit.
    pub as_of: Option<i64>,
}

impl Default for SiteOptions {
    fn default() -> SiteOptions {
        SiteOptions { version: env!("CARGO_PKG_VERSION").to_owned(), as_of: None }
    }
}

/// Makes the site of a book. Pages and records of changes go to `sink` as they are made, all else is in the output.
///
/// # Errors
///
/// Only the theme can be wrong: a template that does not parse, or that asks for what its page does not
/// have. Of several errors the one of the first page is told.
pub fn build(
    analysis: &Analysis,
    theme: &Theme,
    options: &SiteOptions,
    memo: &Memo,
    sink: &dyn Sink,
) -> Result<Output, ThemeError> {
    let site = info_span!("summarize").in_scope(|| {
        let site = Site::new(analysis, theme, options, memo);
        site.sum_up();
        site
    });
    let mut output = info_span!("render").in_scope(|| plan::pages(&site, sink))?;
    info_span!("data").in_scope(|| data::add(&site, sink, &mut output));
    info_span!("evidence").in_scope(|| pages::evidence::add(&site, &mut output));
    debug_span!("in force").in_scope(|| force::add(&site, &mut output));
    debug_span!("feeds").in_scope(|| feeds::add(&site, &mut output));
    debug_span!("classic search").in_scope(|| search::add_classic(analysis, &mut output));
    for (path, bytes) in &theme.assets {
        output.files.insert(path.clone(), Content::Bytes(Bytes::from_owner(bytes.clone())));
    }
    copy_attachments(&site, &mut output);
    headers::add(&mut output);
    Ok(output)
}

/// What a build of the book would not show, without building it: what [`clashes`] tells of its output.
pub fn unshown(analysis: &Analysis, theme: &Theme) -> Vec<Diagnostic> {
    let _phase = info_span!("plan").entered();
    let (memo, options) = (Memo::forgetful(), SiteOptions::default());
    clashes(analysis, &planned(&Site::new(analysis, theme, &options, &memo)))
}

/// The paths of the output that [`build`] makes, with nothing in the files. Where no file of the book could meet
/// them, the pages of registers and the evidence are left out: to know their names costs the most.
fn planned(site: &Site<'_>) -> Output {
    let inputs = &site.analysis.facts.inputs;
    let of_documents =
        (0..site.analysis.facts.book.documents.len()).map(|index| &*site.addresses.place(index).page);
    let of_files = inputs.attachments.iter().filter_map(|file| site_path(site.analysis, &file.path));
    let is_of_change = |path: &str| path.split('/').nth(2).is_some_and(|id| site.positions.contains_key(id));
    let (mut is_in_changes, mut is_in_evidence) = (false, false);
    for path in of_documents.chain(of_files) {
        match path.split('/').next().map(folded).as_deref() {
            Some("changes") if !is_of_change(path) => is_in_changes = true,
            Some("evidence") => is_in_evidence = true,
            _ => {}
        }
    }
    let mut output = Output::default();
    let mut paths = plan::paths(site, is_in_changes);
    paths.extend(data::paths(site));
    paths.extend(
        force::PATHS.into_iter().chain(feeds::paths(site)).chain([search::CLASSIC]).map(str::to_owned),
    );
    paths.extend(site.theme.assets.keys().cloned());
    paths.into_iter().for_each(|path| output.add(path, Vec::new()));
    if is_in_evidence {
        pages::evidence::add(site, &mut output);
    }
    copy_attachments(site, &mut output);
    output
}

/// The pages on which these documents stand, and nothing else: for who waits for them while all is made anew.
/// Nothing where one of the paths is no document with a page of its own or of its change.
///
/// # Errors
///
/// As [`build`].
pub fn pages_of<'p>(
    analysis: &Analysis,
    theme: &Theme,
    options: &SiteOptions,
    memo: &Memo,
    paths: impl IntoIterator<Item = &'p BookPath>,
) -> Result<Option<Output>, ThemeError> {
    let site = info_span!("summarize").in_scope(|| Site::new(analysis, theme, options, memo));
    info_span!("first pages").in_scope(|| plan::pages_of(&site, paths))
}

/// What cannot be shown as it stands: documents that want the same page, attachments that a page hides.
/// For the host to tell beside the findings.
pub fn clashes(analysis: &Analysis, output: &Output) -> Vec<Diagnostic> {
    let facts = &analysis.facts;
    let addresses = Addresses::of(facts);
    let mut found = addresses.clashes(&facts.book);
    for (index, document) in facts.book.documents.iter().enumerate() {
        let page = &*addresses.place(index).page;
        if addresses.is_shown(index) && !output.files.contains_key(page) {
            found.push(address::no_room(document, page));
        }
    }
    for attachment in &facts.inputs.attachments {
        let Some(path) = site_path(analysis, &attachment.path) else { continue };
        match output.files.get(path) {
            Some(Content::Attachment(shown)) if *shown == attachment.path => {}
            Some(_) => found.push(address::taken(&attachment.path, path)),
            None => found.push(address::like_a_page(&attachment.path, path)),
        }
    }
    found
}

/// Everything that the pages are made from.
struct Site<'a> {
    analysis: &'a Analysis,
    theme: &'a Theme,
    options: &'a SiteOptions,
    memo: &'a Memo,
    addresses: Addresses<'a>,
    /// The changes by id, oldest first.
    changes: Vec<&'a Change>,
    /// What is said of each, once a page asks: a page that is made alone asks for few.
    summaries: Vec<OnceLock<Summary>>,
    /// The same as templates see it: every register has the row of a change again.
    rows: Vec<OnceLock<minijinja::Value>>,
    /// Where each stands, once a page asks.
    states: Vec<OnceLock<StateOf>>,
    /// Position of a change in `changes`.
    positions: HashMap<&'a str, usize>,
    /// (`service`, `window` or `standard`; last part of an id) -> positions of its changes, newest first.
    related: OnceLock<Related>,
    tree: Tree,
    /// The policies that governed and the contents that were signed.
    archive: Archive<'a>,
    /// The findings of every file.
    findings: HashMap<&'a BookPath, &'a [Finding]>,
    /// Code of a rule -> how many findings it has.
    counts: BTreeMap<&'static str, usize>,
    sources: Sources<'a>,
    /// What signatures allow, and the windows that govern.
    grants: Grants,
    governing: Governing,
    /// What is in force, and what will be.
    force: OnceLock<force::Known>,
    /// What every page shows around its own content.
    chrome: chrome::Chrome,
    /// The instant from which "next" and "late" are seen.
    now: Option<i64>,
}

impl<'a> Site<'a> {
    fn new(analysis: &'a Analysis, theme: &'a Theme, options: &'a SiteOptions, memo: &'a Memo) -> Site<'a> {
        let facts = &analysis.facts;
        let places = || {
            let addresses = Addresses::of(facts);
            (Tree::of(facts, &addresses), addresses)
        };
        let ((tree, addresses), (findings, counts)) = rayon::join(places, || by_file(&analysis.findings));
        let history = &facts.inputs.history;
        // Without a history the moment of judging is that of the commit at hand, where one is.
        let moment = || history.unknown.as_ref().and(facts.inputs.moment()).map(Timestamp::as_second);
        let now = options.as_of.or_else(|| history.head_commit().map(|commit| commit.time)).or_else(moment);
        let chrome = chrome::Chrome::of(analysis, theme, options, &tree);
        let changes: Vec<&Change> = facts.book.changes.values().collect();
        Site {
            analysis,
            theme,
            options,
            memo,
            addresses,
            summaries: changes.iter().map(|_| OnceLock::new()).collect(),
            rows: changes.iter().map(|_| OnceLock::new()).collect(),
            states: changes.iter().map(|_| OnceLock::new()).collect(),
            changes,
            related: OnceLock::new(),
            positions: facts.book.changes.keys().enumerate().map(|(at, id)| (&**id, at)).collect(),
            tree,
            archive: Archive::of(facts),
            findings,
            counts,
            sources: Sources::of_analysis(analysis),
            grants: Grants::of(&facts.approvals),
            governing: Governing::of(facts),
            force: OnceLock::new(),
            chrome,
            now,
        }
    }

    /// Sums up all changes, side by side, before pages wait for them one after the other.
    fn sum_up(&self) {
        (0..self.changes.len()).into_par_iter().for_each(|at| {
            self.summary(at);
        });
        self.related();
    }

    /// What is said of the change at a position.
    fn summary(&self, at: usize) -> &Summary {
        self.summaries[at].get_or_init(|| summary::of(self, at))
    }

    /// The same as templates see it.
    fn row(&self, at: usize) -> minijinja::Value {
        let make = || minijinja::Value::from(minijinja::value::Serde(self.summary(at)));
        self.rows[at].get_or_init(make).clone()
    }

    /// The same of all, oldest id first.
    fn summaries(&self) -> impl Iterator<Item = &Summary> {
        (0..self.changes.len()).map(|at| self.summary(at))
    }

    /// Where the change at a position stands.
    fn state(&self, at: usize) -> &StateOf {
        self.states[at].get_or_init(|| states::of(self, self.changes[at]))
    }

    /// The same of all, oldest id first.
    fn states(&self) -> impl Iterator<Item = &StateOf> {
        (0..self.changes.len()).map(|at| self.state(at))
    }

    /// The changes that speak of a service, a window or a model.
    fn related(&self) -> &Related {
        self.related.get_or_init(|| related(self))
    }

    /// The changes, newest id first.
    fn newest_first(&self) -> impl Iterator<Item = usize> + Clone + use<> {
        (0..self.changes.len()).rev()
    }
}

/// The findings of every file, which stand together, and how many findings every rule has.
fn by_file(all: &[Finding]) -> (HashMap<&BookPath, &[Finding]>, BTreeMap<&'static str, usize>) {
    debug_assert!(all.is_sorted_by_key(|finding| finding.diagnostic.path()), "sorted by file");
    let of_files = all.chunk_by(|one, other| one.diagnostic.path() == other.diagnostic.path());
    let findings = of_files.filter_map(|found| Some((found.first()?.diagnostic.path()?, found))).collect();
    let mut counts: HashMap<&'static str, usize> = HashMap::default();
    for finding in all {
        *counts.entry(finding.diagnostic.code.0).or_default() += 1;
    }
    (findings, counts.into_iter().collect())
}

/// (`service`, `window` or `standard`; last part of an id) -> positions of its changes, newest first.
type Related = BTreeMap<(&'static str, String), Vec<usize>>;

fn related(site: &Site<'_>) -> Related {
    let mut related = Related::new();
    for at in site.newest_first() {
        let summary = site.summary(at);
        let services = summary.services.iter().map(|service| ("service", service.text.as_str()));
        let windows = summary.windows.iter().map(|window| ("window", window.text.as_str()));
        let standard = summary.standard.iter().map(|model| ("standard", model.as_str()));
        for (key, name) in services.chain(windows).chain(standard) {
            let name = name.rsplit('/').next().unwrap_or_default().to_owned();
            let changes = related.entry((key, name)).or_default();
            if changes.last() != Some(&at) {
                changes.push(at);
            }
        }
    }
    related
}

/// Where a file of the source folder lies on the site.
fn site_path<'a>(analysis: &Analysis, path: &'a BookPath) -> Option<&'a str> {
    path.below(analysis.facts.inputs.config.book.src.as_str())
}

fn copy_attachments(site: &Site<'_>, output: &mut Output) {
    let inputs = &site.analysis.facts.inputs;
    for path in inputs.config.html.additional_css.iter().chain(&inputs.config.html.additional_js) {
        let target = chrome::additional_path(path);
        output.files.entry(target).or_insert_with(|| Content::Attachment(path.clone()));
    }
    // Pages win.
    let mut names = Names::settle(output);
    for attachment in &inputs.attachments {
        if let Some(path) = site_path(site.analysis, &attachment.path)
            && !reserved::is_like_a_page(path)
            && names.take(path)
        {
            output.files.insert(path.to_owned(), Content::Attachment(attachment.path.clone()));
        }
    }
}

/// The hash of data, through its JSON.
fn hash_of(value: &impl serde::Serialize) -> ContentHash {
    ContentHash::of(&serde_json::to_vec(value).expect("view models are trees of text and numbers"))
}
