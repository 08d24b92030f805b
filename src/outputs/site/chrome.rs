//! What every page shows around its own content: title, navigation, where the bytes come from.

use minijinja::Value;
use minijinja::value::Serde;
use serde::Serialize;

use super::address::relative;
use super::tree::Tree;
use super::when;
use super::{SiteOptions, Theme, hash_of};
use crate::analysis::Analysis;
use crate::inputs::config::Direction;
use crate::inputs::history::History;
use crate::outputs::approval::short;
use crate::text::{BookPath, ContentHash};

/// Entries of the navigation that stand in a line; the others go below "More".
const IN_LINE: usize = 8;

/// The frame of every page, made once.
#[derive(Debug)]
pub(super) struct Chrome {
    /// For templates, as `site`.
    pub(super) value: Value,
    /// Part of each page's memo key.
    pub(super) hash: ContentHash,
    /// Where links of `404.html` begin, which is served at any depth: the path at which the site is served.
    pub(super) absolute_root: String,
}

#[derive(Serialize)]
struct Frame<'a> {
    title: &'a str,
    description: &'a str,
    authors: &'a [String],
    language: &'a str,
    direction: Direction,
    /// `light` or `dark` where readers without a choice of their own get that one.
    theme: Option<&'static str>,
    nav: Vec<Entry>,
    more: Vec<Entry>,
    styles: Vec<String>,
    scripts: Vec<String>,
    repository: Option<&'a str>,
    /// Absolute address of the site's root, when the book has one.
    url: Option<String>,
    search: bool,
    /// Whether the theme has the script of the search page.
    search_script: bool,
    feed: bool,
    tool: String,
    as_of: AsOf,
    footing: Footing,
}

/// What the approvals of all pages rest on.
#[derive(Clone, Debug, Serialize)]
pub(super) struct Footing {
    /// Why nothing is known of approvals, when nothing is.
    none: Option<String>,
    /// The status of every change and document then, in words.
    status: Option<String>,
    /// The trust root, and its first digits.
    root: String,
    root_short: String,
    /// Whether it is named from outside of the repository.
    pinned: bool,
    /// Serial of the policy in force.
    serial: u64,
    /// Whether another policy waits for signatures.
    pending: bool,
}

#[derive(Serialize)]
struct Entry {
    title: String,
    href: String,
    /// What [`super::page::Head::section`] says on the pages below it.
    key: String,
}

/// Which bytes the pages were made from.
#[derive(Clone, Debug, Serialize)]
pub(super) struct AsOf {
    /// Object id of the commit, or nothing.
    pub(super) commit: Option<String>,
    /// Its first twelve digits.
    pub(super) short: String,
    pub(super) branch: Option<String>,
    /// Its committer time, as it claims it.
    pub(super) time: String,
    /// The same in RFC 3339 and UTC.
    pub(super) datetime: String,
    /// Why nothing is known, when nothing is.
    pub(super) unknown: Option<String>,
}

impl Chrome {
    pub(super) fn of(analysis: &Analysis, theme: &Theme, options: &SiteOptions, tree: &Tree) -> Chrome {
        let inputs = &analysis.facts.inputs;
        let (book, html) = (&inputs.config.book, &inputs.config.html);
        let mut nav = entries(tree, analysis.facts.approvals.effective.is_some());
        let more = nav.split_off(nav.len().min(IN_LINE));
        let frame = Frame {
            title: &book.title,
            description: &book.description,
            authors: &book.authors,
            language: &book.language,
            direction: book.text_direction,
            theme: forced_theme(&html.default_theme, &html.preferred_dark_theme),
            nav,
            more,
            styles: html.additional_css.iter().map(additional_link).collect(),
            scripts: html.additional_js.iter().map(additional_link).collect(),
            repository: html.git_repository_url.as_deref(),
            url: html.address(),
            search: html.search,
            search_script: theme.assets.contains_key("assets/search.js"),
            feed: super::feeds::has_feed(analysis),
            tool: format!("mcmbook {}", options.version),
            as_of: as_of(&inputs.history),
            footing: footing(analysis),
        };
        let absolute_root = html.root().unwrap_or_default();
        Chrome { value: Value::from(Serde(&frame)), hash: hash_of(&frame), absolute_root }
    }
}

/// Where a style sheet or script of the book lies on the site.
pub(super) fn additional_path(path: &BookPath) -> String {
    format!("assets/book/{path}")
}

/// The link to it from the root of the site.
fn additional_link(path: &BookPath) -> String {
    relative("", &additional_path(path))
}

/// Which bytes the pages were made from.
pub(super) fn as_of(history: &History) -> AsOf {
    let head = history.head_commit();
    let short = head.map(|commit| commit.id.chars().take(12).collect());
    AsOf {
        commit: head.map(|commit| commit.id.clone()),
        short: short.unwrap_or_default(),
        branch: history.branch.clone(),
        time: head.map(|commit| when::commit_time(commit.time, commit.offset)).unwrap_or_default(),
        datetime: head.map(|commit| when::rfc3339(commit.time)).unwrap_or_default(),
        unknown: history.unknown.clone(),
    }
}

/// What the approvals of all pages rest on.
fn footing(analysis: &Analysis) -> Footing {
    let approvals = &analysis.facts.approvals;
    let effective = approvals.effective.as_ref();
    let root = approvals.root.clone().unwrap_or_default();
    Footing {
        none: approvals.none.clone(),
        status: approvals.of_all().map(|(status, _)| super::approval::words(status.word())),
        root_short: short(&root).to_owned(),
        root,
        pinned: analysis.facts.inputs.history.ledger.pinned,
        serial: effective.map(|effective| effective.policy.serial).unwrap_or_default(),
        pending: effective.is_some_and(|effective| effective.pending.is_some()),
    }
}

/// The parts in a fixed order first, then the other folders and pages of the book, then what the tool adds.
fn entries(tree: &Tree, has_policy: bool) -> Vec<Entry> {
    const FIRST: [&str; 4] = ["services", "windows", "standard", "process"];
    const OWN: [&str; 7] = ["changes", "calendar", "rules", "search", "lifecycle", "postponed", "exceptions"];
    let entry = |title: &str, key: &str| Entry {
        title: title.to_owned(),
        href: format!("{key}/index.html"),
        key: key.to_owned(),
    };
    let mut entries = vec![entry("Changes", "changes"), entry("Calendar", "calendar")];
    let root = &tree.nodes[0];
    let of_node = |node: usize| {
        let path = &tree.nodes[node].path;
        Entry { title: super::matter::words(path), href: tree.href(node), key: path.clone() }
    };
    entries.extend(FIRST.iter().filter_map(|name| tree.at(name)).map(of_node));
    let is_other = |node: &&usize| {
        let path = tree.nodes[**node].path.as_str();
        let is_policy = has_policy && path == "policy";
        !FIRST.contains(&path) && !OWN.contains(&path) && !is_policy
    };
    entries.push(entry("Rules", "rules"));
    if has_policy {
        entries.push(entry("Policy", "policy"));
    }
    // Folders before single pages: they lead to more.
    let (folders, pages): (Vec<usize>, Vec<usize>) =
        root.children.iter().filter(is_other).partition(|node| !tree.nodes[**node].children.is_empty());
    entries.extend([
        entry("States", "lifecycle"),
        entry("Postponed", "postponed"),
        entry("Exceptions", "exceptions"),
    ]);
    entries.extend(folders.into_iter().chain(pages).map(of_node));
    entries
}

/// `auto` with a light "preferred dark theme" is light for everybody.
fn forced_theme(default: &str, preferred_dark: &str) -> Option<&'static str> {
    match (default, preferred_dark) {
        ("light", _) | ("auto", "light") => Some("light"),
        ("dark", _) => Some("dark"),
        _ => None,
    }
}
