//! The folder of evidence of a change, and the page that says what lies in it.

use serde::Serialize;

use super::super::address::{change_page, encode};
use super::super::page::{Crumb, Draft, Head, Rendered, href, render};
use super::super::{Site, ThemeError};
use crate::facts::approval::SubjectId;
use crate::outputs::{Output, evidence};

#[derive(Serialize)]
struct View {
    id: String,
    title: String,
    href: String,
    files: Vec<FileView>,
    root: String,
    pinned: bool,
}

#[derive(Serialize)]
struct FileView {
    path: String,
    href: String,
    what: &'static str,
}

/// Whether the change at a position has records.
pub(in super::super) fn is_there(site: &Site<'_>, at: usize) -> bool {
    let subject = site.analysis.facts.approvals.subjects.get(&SubjectId::named(&site.changes[at].id));
    subject.is_some_and(|(subject, _)| !subject.records.is_empty())
}

/// The page of the folder of a change.
pub(in super::super) fn page_of(id: &str) -> String {
    format!("evidence/{id}/index.html")
}

/// The files of every folder.
pub(in super::super) fn add(site: &Site<'_>, output: &mut Output) {
    for change in &site.changes {
        let files = evidence::of(&site.archive, &change.id).unwrap_or_default();
        output
            .files
            .extend(files.into_iter().map(|(path, file)| (format!("evidence/{}/{path}", change.id), file)));
    }
}

/// The page of the folder.
pub(in super::super) fn page(site: &Site<'_>, at: usize) -> Result<Rendered, ThemeError> {
    let (change, summary) = (site.changes[at], site.summary(at));
    let facts = &site.analysis.facts;
    let files = evidence::of(&site.archive, &change.id).unwrap_or_default();
    let file = |path: String| FileView {
        href: path.split('/').map(encode).collect::<Vec<_>>().join("/"),
        what: match path.rsplit('.').next() {
            _ if path == "verify.sh" => "the script",
            Some("manifest") => "a manifest, as sha256sum writes it",
            _ if path.starts_with("policies/") => "a file of the policy",
            Some("tst") => "a time stamp",
            Some("commit") if path.starts_with("stamps/") => "the commit that a time stamp is over",
            Some("commit") => "a record, as the commit object",
            Some("payload") => "what its signature covers",
            Some("sig") => "its signature",
            _ => "a covered document",
        },
        path,
    };
    let view = View {
        id: change.id.to_string(),
        title: summary.title.clone(),
        href: href(&change_page(&change.id)),
        files: files.into_keys().map(file).collect(),
        root: facts.approvals.root.clone().unwrap_or_default(),
        pinned: facts.inputs.history.ledger.pinned,
    };
    let up = Crumb { title: change.id.to_string(), href: view.href.clone() };
    let head = Head {
        title: format!("Evidence for {}", change.id),
        path: page_of(&change.id),
        section: "changes".to_owned(),
        crumbs: vec![Crumb { title: "Changes".to_owned(), href: href("changes/index.html") }, up],
        mark: change.id.to_string(),
        ..Head::default()
    };
    render(site, Draft { template: "evidence.html", head, view, bodies: Vec::new() })
}
