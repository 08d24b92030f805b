//! The search page, the page about the build, and the page that a server shows for unknown addresses.

use serde::Serialize;

use super::super::page::{Draft, Head, Rendered, render};
use super::super::{Site, ThemeError, chrome};
use crate::text::Severity;
use crate::verdicts::lint::Finding;

#[derive(Serialize)]
struct Empty {}

#[derive(Serialize)]
struct About<'a> {
    as_of: chrome::AsOf,
    /// Whether nothing says of when the files are.
    undated: bool,
    /// Files that differ from the commit.
    modified: Vec<String>,
    /// Documents that were deleted, with the commit that did it.
    deleted: Vec<Deleted>,
    commits: usize,
    version: &'a str,
    counts: Vec<Count>,
    tally: Vec<Count>,
    later: usize,
    authors: &'a [String],
    warnings: &'a [String],
    is_site_url: bool,
}

#[derive(Serialize)]
struct Deleted {
    path: String,
    commit: String,
}

#[derive(Serialize)]
struct Count {
    label: String,
    count: usize,
}

/// The search page: a form and the places that a script fills.
pub(in super::super) fn search(site: &Site<'_>) -> Result<Rendered, ThemeError> {
    render(site, draft("Search", "search/index.html", "search.html", "search", Empty {}))
}

/// The page for unknown addresses, unless the book brings its own.
pub(in super::super) fn not_found(site: &Site<'_>) -> Result<Rendered, ThemeError> {
    render(site, draft("Page not found", "404.html", "404.html", "", Empty {}))
}

/// The page about the build: which bytes, which tool, how many of what.
pub(in super::super) fn about(site: &Site<'_>) -> Result<Rendered, ThemeError> {
    let facts = &site.analysis.facts;
    let (book, inputs) = (&facts.book, &facts.inputs);
    let history = &inputs.history;
    let count = |label: &str, count: usize| Count { label: label.to_owned(), count };
    let mut counts = vec![count("Documents", book.documents.len()), count("Changes", book.changes.len())];
    for kind in inputs.config.kinds.by_name.values() {
        let documents = book.of_kind(&kind.name).count();
        if documents > 0 {
            counts.push(count(&kind.plural, documents));
        }
    }
    counts.push(count("Attachments", inputs.attachments.len()));
    let due = |severity: Severity| {
        let findings = site.analysis.findings.iter();
        let counts = |finding: &&Finding| {
            finding.is_due() && finding.waived.is_none() && finding.diagnostic.severity == severity
        };
        findings.filter(counts).count()
    };
    let waived = site.analysis.findings.iter().filter(|finding| finding.waived.is_some()).count();
    let deleted = history.deleted.iter().map(|(path, commit)| Deleted {
        path: path.to_string(),
        commit: history.commits.get(*commit).map(|c| c.id.chars().take(12).collect()).unwrap_or_default(),
    });
    let view = About {
        as_of: chrome::as_of(history),
        undated: history.undated,
        modified: history.modified.iter().map(ToString::to_string).collect(),
        deleted: deleted.collect(),
        commits: history.total_commits,
        version: &site.options.version,
        counts,
        tally: vec![
            count("Errors", due(Severity::Error)),
            count("Warnings", due(Severity::Warning)),
            count("Notes", due(Severity::Info)),
            count("Waived", waived),
        ],
        later: site.analysis.findings.iter().filter(|finding| !finding.is_due()).count(),
        authors: &inputs.config.book.authors,
        warnings: site.theme.warnings(),
        is_site_url: inputs.config.html.address().is_some(),
    };
    render(site, draft("About this build", "about/build/index.html", "about.html", "about", view))
}

fn draft<V>(title: &str, path: &str, template: &'static str, section: &str, view: V) -> Draft<V> {
    let head = Head {
        title: title.to_owned(),
        path: path.to_owned(),
        section: section.to_owned(),
        mark: title.to_owned(),
        ..Head::default()
    };
    Draft { template, head, view, bodies: Vec::new() }
}
